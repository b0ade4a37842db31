"""Benchmark of sweeps: at least 300 histories a second for a program of six calls, and 1.7 times that with two jobs.

    python benchmarks/sweep.py [ROUNDS]

Each round sweeps with one job and then with two, pairs of faults included. The best round of each counts. The time in
which processes start is part of it.
"""

import sys
import time

from jiffybox_sdk import Emulator, JiffyBox

MIN_RATE, MIN_SPEEDUP = 300, 1.7


def program(client: JiffyBox) -> None:
    """Make six calls."""
    box = client.create_box("web", 44, distribution="centos_7_64bit")
    client.box(box.id)
    client.contact_groups()
    client.plans()
    client.ips()
    client.boxes()


def rate(jobs: int) -> float:
    """Return the histories per second."""
    start = time.perf_counter()
    result = Emulator().sweep(program, depth=2, most=1_000_000, jobs=jobs)
    assert not result.failures
    assert len(result.calls) == 6
    return len(result.histories) / (time.perf_counter() - start)


def main() -> int:
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 3
    rates = [(rate(1), rate(2)) for _ in range(rounds)]
    one, two = (max(column) for column in zip(*rates, strict=True))
    print(f"{one:.0f} histories a second, {two / one:.2f} times as many with two jobs")
    assert one >= MIN_RATE, f"less than {MIN_RATE}"
    assert two / one >= MIN_SPEEDUP, f"less than {MIN_SPEEDUP} times"
    return 0


if __name__ == "__main__":
    sys.exit(main())
