"""Benchmark of the command's start: `jiffybox --local box list`, with one box, whose output is not a terminal.

    python benchmarks/command_start.py [ROUNDS] [--python PATH]

The unit is `import click, pydantic, httpx`. Each program runs in a fresh process with compiled byte code, and the
programs take turns. A program's cost is its whole CPU time, user and system. Ratios are taken within a round; their
medians must not exceed the bounds.

Without `--python`, this checkout is installed into a temporary environment with the extra `cli`.
"""

import argparse
import os
import resource
import subprocess
import sys
import tempfile
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from statistics import median

ROOT = Path(__file__).parents[1]
UNIT = ("-c", "import click, pydantic, httpx")
COMMAND = ("-m", "jiffybox_sdk")
CREATE = (*COMMAND, "--local", "box", "create", "web", "CloudLevel 1", "debian_stretch_64bit")
BOUNDS = {
    "jiffybox --local box list": ((*COMMAND, "--local", "box", "list"), 1.3),
    "jiffybox --help": ((*COMMAND, "--help"), 0.45),
}


@contextmanager
def environment(given: str | None) -> Generator[str]:
    """Yield a Python with the extra `cli` in which this checkout is installed."""
    if given is not None:
        yield given
        return
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([sys.executable, "-m", "venv", folder], check=True)
        python = str(Path(folder) / "bin" / "python")
        install = [python, "-m", "pip", "--quiet", "--disable-pip-version-check", "install", f"{ROOT}[cli]"]
        subprocess.run(install, check=True)
        yield python


def run(python: str, arguments: Sequence[str], variables: Mapping[str, str]) -> float:
    """Run Python in a fresh process. Return its CPU time in seconds."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([python, *arguments], check=True, env=variables, capture_output=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main() -> int:
    parser = argparse.ArgumentParser(allow_abbrev=False)
    parser.add_argument("rounds", nargs="?", type=int, default=20)
    parser.add_argument("--python", help="the Python of an environment in which the SDK is installed")
    options = parser.parse_args()
    units: list[float] = []
    ratios: dict[str, list[float]] = {name: [] for name in BOUNDS}
    with environment(options.python) as python, tempfile.TemporaryDirectory() as state:
        inherited = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "JIFFYBOX"))}
        variables = {**inherited, "XDG_STATE_HOME": state}
        run(python, CREATE, variables)
        for number in range(options.rounds + 1):
            unit = run(python, UNIT, variables)
            seconds = {name: run(python, arguments, variables) for name, (arguments, _) in BOUNDS.items()}
            if number == 0:  # it compiles the byte code
                continue
            units.append(unit)
            for name in BOUNDS:
                ratios[name].append(seconds[name] / unit)
    print(f"{UNIT[1]}: {median(units) * 1000:.0f} ms")
    missed = 0
    for name, (_, bound) in BOUNDS.items():
        ratio = median(ratios[name])
        missed += ratio > bound
        print(f"{name}: {ratio:.2f} (at most {bound})")
    return int(missed > 0)


if __name__ == "__main__":
    sys.exit(main())
