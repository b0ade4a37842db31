"""What the command takes to start: `--help` and `--version` beside `import typer, rich.console`, by turns in one run.

python benchmarks/command_start.py [turns]
"""

import statistics
import subprocess
import sys
import time

LINES = {
    "import typer, rich.console": ["-c", "import typer, rich.console"],
    "jiffybox --version": ["-m", "jiffybox_sdk", "--version"],
    "jiffybox --help": ["-m", "jiffybox_sdk", "--help"],
}


def measured(line: list[str]) -> float:
    began = time.perf_counter()
    subprocess.run([sys.executable, *line], stdout=subprocess.DEVNULL, check=True)
    return time.perf_counter() - began


def main() -> None:
    turns = int(sys.argv[1]) if len(sys.argv) > 1 else 20
    for line in LINES.values():  # once, so that all is compiled and in the cache
        measured(line)
    found: dict[str, list[float]] = {name: [] for name in LINES}
    for _ in range(turns):
        for name, line in LINES.items():
            found[name].append(measured(line))
    base = statistics.median(found["import typer, rich.console"])
    for name, times in found.items():
        print(f"{name:28}{statistics.median(times) * 1000:6.0f} ms{statistics.median(times) / base:6.2f} x")


if __name__ == "__main__":
    main()
