"""The benchmarks run. Times are judged by themselves, on an idle machine."""

import subprocess
import sys
from pathlib import Path


def test_the_benchmark_of_validation_runs() -> None:
    root = Path(__file__).parents[2]
    command = [sys.executable, "benchmarks/validate.py", "--size", "0.1"]
    done = subprocess.run(command, capture_output=True, text=True, cwd=root, check=False)  # noqa: S603
    assert done.stdout.count("times as long as json.loads (at most 4)") == 10, done.stderr
    assert "MB of memory" in done.stdout, done.stderr
    assert "with two jobs: " in done.stdout, done.stderr
