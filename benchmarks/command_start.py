"""Benchmark the start of the command: `--help` and `--version`, compared with `import typer, rich.console`.

Usage: python benchmarks/command_start.py [rounds]
"""

import statistics
import subprocess
import sys
import time

COMMANDS = {
    "import typer, rich.console": ["-c", "import typer, rich.console"],
    "jiffybox --version": ["-m", "jiffybox_sdk", "--version"],
    "jiffybox --help": ["-m", "jiffybox_sdk", "--help"],
}


def measure(arguments: list[str]) -> float:
    start = time.perf_counter()
    subprocess.run([sys.executable, *arguments], stdout=subprocess.DEVNULL, check=True)
    return time.perf_counter() - start


def main() -> None:
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 20
    for arguments in COMMANDS.values():  # warm up
        measure(arguments)
    times: dict[str, list[float]] = {name: [] for name in COMMANDS}
    for _ in range(rounds):
        for name, arguments in COMMANDS.items():
            times[name].append(measure(arguments))
    medians = {name: statistics.median(values) for name, values in times.items()}
    for name, median in medians.items():
        print(f"{name:28}{median * 1000:6.0f} ms{median / medians['import typer, rich.console']:6.2f} x")


if __name__ == "__main__":
    main()
