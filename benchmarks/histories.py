"""Play 50,000 simulated histories, or replay one of them (part of `make stress`).

    python -m benchmarks.histories [--first SEED] [--count NUMBER]
    python -m benchmarks.histories --seed SEED

In each history, tasks make calls over an in-memory network, in virtual time, with the emulator at the other end.
Faults, latencies and cancellations are drawn from a seed. See `tests/support/simulation/`.
"""

import argparse
import gc
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from itertools import pairwise

from tests.support.simulation.history import play
from tests.support.simulation.invariants import broken
from tests.support.simulation.plans import draw
from tests.support.simulation.report import described, explain

COUNT = 50_000
CHUNK = 500
"""Histories that a process plays before it reports."""

_PER_COLLECTION = 25
"""Histories between garbage collections, which would otherwise take a fifth of the time."""


@dataclass
class Tally:
    """Counts of histories, their calls, the requests that reached the service, and seconds of CPU time."""

    histories: int = 0
    calls: int = 0
    requests: int = 0
    seconds: float = 0.0
    failed: list[int] = field(default_factory=list)

    def add(self, other: "Tally") -> None:
        self.histories += other.histories
        self.calls += other.calls
        self.requests += other.requests
        self.seconds += other.seconds
        self.failed += other.failed

    def __str__(self) -> str:
        return (
            f"{self.histories} histories with {self.calls} calls, {self.requests} requests reached the service,"
            f" {len(self.failed)} broken; {self.histories / self.seconds:.0f} histories per second of CPU time"
        )


def play_all(seeds: range) -> Tally:
    """Play histories."""
    gc.collect()
    gc.freeze()
    gc.disable()
    tally = Tally(len(seeds))
    started = time.process_time()
    for seed in seeds:
        history = play(draw(seed))
        if broken(history):
            tally.failed.append(seed)
        tally.calls += len(history.outcomes)
        tally.requests += len(history.journal)
        if seed % _PER_COLLECTION == 0:
            gc.collect()
    tally.seconds = time.process_time() - started
    return tally


def replay(seed: int) -> int:
    """Print a history, after playing it twice."""
    first, second = described(play(draw(seed))), described(play(draw(seed)))
    print(first)
    assert first == second, "the same seed gave two different histories"
    return 1 if "BROKEN" in first else 0


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seed", type=int, help="replay this history and print its events")
    parser.add_argument("--first", type=int, default=0, help="the first seed")
    parser.add_argument("--count", type=int, default=COUNT, help="the number of histories")
    arguments = parser.parse_args()
    if arguments.seed is not None:
        return replay(arguments.seed)
    bounds = [*range(arguments.first, arguments.first + arguments.count, CHUNK), arguments.first + arguments.count]
    chunks = [range(start, end) for start, end in pairwise(bounds)]
    tally = Tally()
    with ProcessPoolExecutor() as executor:
        for part in executor.map(play_all, chunks):
            tally.add(part)
            if tally.histories % (10 * CHUNK) == 0 or tally.histories == arguments.count:
                print(tally, flush=True)
    if tally.failed:
        print(explain(tally.failed[0]))
        print(f"seeds that break an invariant: {', '.join(map(str, tally.failed[:50]))}")
    return 1 if tally.failed else 0


if __name__ == "__main__":
    sys.exit(main())
