"""The package without what only Unix has, as on Windows and in a browser. Neither was tried with these tests."""

import json
import subprocess
import sys
from pathlib import Path

import jiffybox_sdk

PACKAGE = Path(jiffybox_sdk.__file__).parent
MODULES = sorted(
    ".".join(path.relative_to(PACKAGE.parent).with_suffix("").parts).removesuffix(".__init__")
    for path in PACKAGE.rglob("*.py")
    if path.name != "__main__.py"
)

PROGRAM = """
import contextlib, importlib, io, json, os, select, signal, sys, time
modules = json.loads(sys.stdin.read())

def load():
    for name in modules:
        importlib.import_module(name)

load()  # the standard library and dependencies choose by `sys.platform`, so they are loaded as they are
for name in [name for name in sys.modules if name.partition(".")[0] == "jiffybox_sdk"]:
    del sys.modules[name]
for name in "fcntl grp pty pwd readline resource syslog termios tty".split():
    sys.modules[name] = None
missing = {
    os: "fchmod fork forkpty geteuid getuid killpg mkfifo openpty register_at_fork sched_getaffinity setsid",
    select: "epoll poll",
    signal: "SIGALRM SIGHUP SIGKILL SIGQUIT SIGUSR1 pthread_kill pthread_sigmask setitimer",
    time: "tzset",
}
for module, names in missing.items():
    for name in names.split():
        delattr(module, name)
load()

from jiffybox_sdk import Emulator, _cli, schemas, validate
with Emulator(state=sys.argv[1]) as emulator:
    emulator.client().create_box("web", "CloudLevel 1", distribution="debian_stretch_64bit").wait_for_status()
print(validate(schemas.load("box")["examples"][0], "box").name)
sys.exit(_cli.main(["--api-key", "0" * 32, "--dry-run", "plans"]))
"""


def test_all_modules_are_imported_and_work_without_what_only_unix_has(tmp_path: Path) -> None:
    done = subprocess.run(  # noqa: S603 (this Python, and a program of our own)
        [sys.executable, "-W", "error", "-c", PROGRAM, str(tmp_path / "state.db")],
        input=json.dumps(MODULES),
        capture_output=True,
        text=True,
        cwd=PACKAGE.parent,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[0] == "web"
    assert "GET https://api.jiffybox.de/" in done.stdout + done.stderr
