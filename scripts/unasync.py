"""Generate the synchronous face, `jiffybox_sdk/api/` and its tests, from the asynchronous one.

With `--check`, report files that are out of date, and exit with status 1 if there are any.
"""

import re
import subprocess
import sys
from pathlib import Path

from scripts.generated import update

ROOT = Path(__file__).parents[1]

FACE = [
    f"jiffybox_sdk/aio/{name}.py"
    for name in (
        "_connection",
        "_ensure_box",
        "_waits",
        "backups",
        "box",
        "catalogue",
        "checks",
        "client",
        "contact_groups",
        "doc",
        "ips",
    )
]
TESTS = sorted(path.relative_to(ROOT).as_posix() for path in (ROOT / "tests" / "faces" / "aio").glob("*.py"))

SUBSTITUTIONS = [
    # Lines that only concern the asynchronous face.
    (r"^ *# aio: .*\n", ""),
    (r" +# aio: .*$", ""),
    (r"\bjiffybox_sdk\.aio\b", "jiffybox_sdk.api"),
    (r"\btests\.faces\.aio\b", "tests.faces.api"),
    (r"\b(from jiffybox_sdk import .*)\baio\b", r"\1api"),
    (r'\bCoroutine\[None, None, ("?)(\w+)\1\]', r"\1\2\1"),
    (r"\bCoroutine, ", ""),
    (r"\bAsync(?=[A-Z])", ""),
    (r"\basync (def|for|with) ", r"\1 "),
    (r"\bawait ", ""),
    (r"\b__a(enter|exit|iter|next)__\b", r"__\1__"),
    (r"\basync_(?=client|transport|scripted|run)", ""),
    (r"\basynchronous\b", "synchronous"),
    (r"(concurrency: The maximum number of polls at the same time\.)", r"\1 If more than one, they use threads."),
]

CONCURRENCY = (
    """Works on asyncio and trio. The tasks of one event loop can share a client; another event loop needs its own. A
    forked child can use the client in an event loop of its own, with connections of its own. Use the client as an async
    context manager, or await `close()`: an unclosed client emits a `ResourceWarning`. A cancelled call ends immediately
    and is not retried; if it changes something, the change may have been made.
""",
    """Threads and signal handlers can share a client; `on_message`, `on_attempt` and `progress` functions may then be
    called from several threads. A forked child can use it with connections of its own. Use it as a context manager, or
    call `close()`. A client that is garbage-collected closes its connections. It stays usable after Ctrl-C, but Ctrl-C
    during the imports of the first call may block other threads, and a fork while another thread imports may block the
    child, because Python's locks for imports stay locked.
""",
)
"""The paragraph on concurrency in the docstring of the client."""


def main() -> int:
    """Generate the files, or check them."""
    sources = {ROOT / re.sub(r"\baio\b", "api", source): source for source in [*FACE, *TESTS]}
    codes = {target: convert((ROOT / source).read_text("utf-8"), source) for target, source in sources.items()}
    return update(codes)


def convert(code: str, source: str) -> str:
    """Return the synchronous code for a file of the asynchronous face."""
    code = code.replace(*CONCURRENCY)
    for pattern, replacement in SUBSTITUTIONS:
        code = re.sub(pattern, replacement, code, flags=re.MULTILINE)
    code = f"# Generated from {source} by `make generate`. Do not edit.\n\n{code}"
    for rules in (["check", "--fix", "--select=I,F401", "--quiet"], ["format", "--quiet"]):
        command = [sys.executable, "-m", "ruff", *rules, "--no-cache", "--stdin-filename", str(ROOT / source), "-"]
        done = subprocess.run(command, input=code, capture_output=True, text=True, check=True, cwd=ROOT)
        code = done.stdout
    return code


if __name__ == "__main__":
    sys.exit(main())
