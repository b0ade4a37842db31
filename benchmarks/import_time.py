"""Compare the import time of `jiffybox_sdk` with that of its dependencies. The target is at most half.

    python benchmarks/import_time.py [ROUNDS]

Each import runs in a fresh process. The two alternate, so that other load on the machine affects both alike.
"""

import subprocess
import sys
from statistics import median

OURS = "import jiffybox_sdk"
THEIRS = "import pydantic, httpx"


def measure(statement: str) -> float:
    """Return the duration of an import in a fresh process, in milliseconds."""
    program = (
        f"from time import perf_counter; start = perf_counter(); {statement}; print((perf_counter() - start) * 1000)"
    )
    done = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True)
    return float(done.stdout)


def main() -> None:
    """Print the medians and their ratio."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 15
    times = [(measure(OURS), measure(THEIRS)) for _ in range(rounds + 1)][1:]  # the first round compiles the byte code
    ours, theirs = (median(column) for column in zip(*times, strict=True))
    sys.stdout.write(f"{OURS}: {ours:.1f} ms\n{THEIRS}: {theirs:.1f} ms\nratio: {ours / theirs:.2f} (target: 0.50)\n")


if __name__ == "__main__":
    main()
