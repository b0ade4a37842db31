"""Benchmark of the command's start: `jiffybox --local box list`, with one box, whose output is not a terminal.

    python -m benchmarks.command_start [ROUNDS] [--python PATH]

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
from collections.abc import Iterator, Mapping, Sequence
from statistics import median

from benchmarks.start import environment
from benchmarks.tables import Row, Table, report

UNIT = ("-c", "import click, pydantic, httpx")
COMMAND = ("-m", "jiffybox_sdk")
CREATE = (*COMMAND, "--local", "box", "create", "web", "CloudLevel 1", "debian_stretch_64bit")
BOUNDS = {
    "jiffybox --local box list": ((*COMMAND, "--local", "box", "list"), 1.3),
    "jiffybox --help": ((*COMMAND, "--help"), 0.45),
}


def run(python: str, arguments: Sequence[str], variables: Mapping[str, str]) -> float:
    """Run Python in a fresh process. Return its CPU time in seconds."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([python, *arguments], check=True, env=variables, capture_output=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def tables(rounds: int = 20, given: str | None = None) -> Iterator[Table]:
    """Yield the CPU times."""
    units: list[float] = []
    times: dict[str, list[float]] = {name: [] for name in BOUNDS}
    with environment(given, "[cli]") as python, tempfile.TemporaryDirectory() as state:
        inherited = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "JIFFYBOX"))}
        variables = {**inherited, "XDG_STATE_HOME": state}
        run(python, CREATE, variables)
        for number in range(rounds + 1):
            unit = run(python, UNIT, variables)
            seconds = {name: run(python, arguments, variables) for name, (arguments, _) in BOUNDS.items()}
            if number == 0:  # it compiles the byte code
                continue
            units.append(1000 * unit)
            for name in BOUNDS:
                times[name].append(1000 * seconds[name])
    rows = [Row(UNIT[1], median(units), ours=False)]
    for name, (_, bound) in BOUNDS.items():
        ratio = median(a / b for a, b in zip(times[name], units, strict=True))
        rows.append(Row(name, median(times[name]), ratio=ratio, most=bound))
    yield Table("The start of the command", "ms", "CPU time of a new process.", tuple(rows))


def main() -> int:
    parser = argparse.ArgumentParser(allow_abbrev=False)
    parser.add_argument("rounds", nargs="?", type=int, default=20)
    parser.add_argument("--python", help="the Python of an environment in which the SDK is installed")
    options = parser.parse_args()
    return report(tables(options.rounds, options.python))


if __name__ == "__main__":
    sys.exit(main())
