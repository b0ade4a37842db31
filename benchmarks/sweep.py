"""Benchmark of sweeps: at least 300 histories a second for a program of six calls, and 1.7 times as many with two jobs.

    python -m benchmarks.sweep [ROUNDS]

Two jobs are compared with one for a program of 18 calls and 8,000 pairs of faults, because the start of processes takes
about a second. The best of all rounds counts.
"""

import sys
import time
from collections.abc import Iterator

from benchmarks.tables import Row, Table, report
from jiffybox_sdk import Emulator, JiffyBox

PAIRS = 8000
HISTORIES = 18 * 10 + PAIRS
MIN_RATE, MIN_SPEEDUP = 300, 1.7


def six_calls(client: JiffyBox) -> None:
    """Make six calls."""
    box = client.create_box(f"web {len(client.boxes())}", 44, distribution="centos_7_64bit")
    client.box(box.id)
    client.plans()
    client.ips()
    client.contact_groups()


def eighteen_calls(client: JiffyBox) -> None:
    """Make 18 calls."""
    for _ in range(3):
        six_calls(client)


def seconds(jobs: int) -> float:
    """Return the time of a sweep of the longer program."""
    start = time.perf_counter()
    result = Emulator().sweep(eighteen_calls, depth=2, most=PAIRS, jobs=jobs)
    assert (len(result.calls), len(result.histories)) == (18, HISTORIES)
    return time.perf_counter() - start


def rate() -> float:
    """Return the histories per second of the shorter program."""
    start = time.perf_counter()
    result = Emulator().sweep(six_calls, depth=2, most=1_000_000)
    assert not result.failures
    assert len(result.calls) == 6
    return len(result.histories) / (time.perf_counter() - start)


def tables(rounds: int = 2) -> Iterator[Table]:
    """Yield the speed of sweeps."""
    best = max(rate() for _ in range(rounds))
    pairs = ((seconds(1), seconds(2)) for _ in range(rounds))
    alone, shared = max(pairs, key=lambda pair: pair[0] / pair[1])
    yield Table(
        "Sweeps",
        "histories a second",
        "A program that makes six calls is swept in one process, one that makes 18 in two.",
        (
            Row("a program that makes six calls", best, least=MIN_RATE),
            Row("one that makes 18, with one job", HISTORIES / alone),
            Row("one that makes 18, with two jobs", HISTORIES / shared, ratio=alone / shared, least=MIN_SPEEDUP),
        ),
        more=True,
    )


if __name__ == "__main__":
    sys.exit(report(tables(int(sys.argv[1]) if len(sys.argv) > 1 else 2)))
