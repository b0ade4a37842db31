"""How long `import jiffybox_sdk` takes, next to what it is made of: at most half is promised.

    python benchmarks/import_time.py [ROUNDS]

Each import is measured in a fresh process, the two in turn, so that whatever else the machine does hits both alike.
"""

import subprocess
import sys
from statistics import median

OURS = "import jiffybox_sdk"
THEIRS = "import pydantic, httpx"


def measure(statement: str) -> float:
    """Returns the milliseconds that an import takes in a fresh process."""
    program = f"from time import perf_counter as now; began = now(); {statement}; print((now() - began) * 1000)"
    done = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True)
    return float(done.stdout)


def main() -> None:
    """Measures, and prints the medians and their ratio."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 15
    times = [(measure(OURS), measure(THEIRS)) for _ in range(rounds + 1)][1:]  # the first one makes the byte code
    ours, theirs = (median(column) for column in zip(*times, strict=True))
    sys.stdout.write(f"{OURS}: {ours:.1f} ms\n{THEIRS}: {theirs:.1f} ms\nratio: {ours / theirs:.2f} (promised: 0.50)\n")


if __name__ == "__main__":
    main()
