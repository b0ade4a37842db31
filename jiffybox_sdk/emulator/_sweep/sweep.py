"""Sweeps: a program is run once for each fault that could be triggered by each of its calls."""

import asyncio
import pickle
import random
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import get_args

from jiffybox_sdk._common import arguments
from jiffybox_sdk._common.operation import CallName
from jiffybox_sdk._common.worker_pool import worker_pool
from jiffybox_sdk.emulator._sweep.run import FAULTS, FaultKind, History, Runner, is_async
from jiffybox_sdk.exceptions import JiffyArgumentException

_MOST_EXAMPLES = 3  # failures with different results that a report shows
_CHUNK = 32  # runs that a process makes at a time
_BROKEN = 'a process of the sweep ended unexpectedly: scripts need if __name__ == "__main__": around what they do'


@dataclass(frozen=True, slots=True)
class SweepResult:
    """The histories of a sweep.

    Attributes:
        calls: The calls of the program without faults.
        histories: All histories.
        pairs: The number of pairs of faults that were possible.
        choice: The number with which pairs were chosen.
    """

    calls: tuple[CallName, ...]
    histories: tuple[History, ...]
    pairs: int
    choice: int

    @property
    def failures(self) -> tuple[History, ...]:
        """The histories that are not right, those with the fewest faults first."""
        failures = (history for history in self.histories if history.verdict != "right")
        return tuple(sorted(failures, key=lambda history: sum(fault.times for fault in history.faults)))

    @property
    def counts(self) -> Mapping[FaultKind, tuple[int, int]]:
        """The number of failures and of histories, by kind of fault."""
        failed = Counter(kind for history in self.failures for kind in set(history.kinds))
        tried = Counter(kind for history in self.histories for kind in set(history.kinds))
        return {kind: (failed[kind], tried[kind]) for kind in get_args(FaultKind)}

    def raise_for_failures(self) -> None:
        """Raise an exception if a history is not right.

        Raises:
            AssertionError: With the report, which shows the shortest of them.
        """
        if self.failures:
            raise AssertionError(str(self))

    def __str__(self) -> str:
        chosen = sum(len(history.faults) == 2 for history in self.histories)
        choice = f", {chosen} of {self.pairs} pairs chosen with choice={self.choice}" if chosen < self.pairs else ""
        text = f"{len(self.failures)} of {len(self.histories)} histories fail (calls: {len(self.calls)}{choice})"
        if not self.failures:
            return text
        counts = [f"{kind}: {failed} of {tried}" for kind, (failed, tried) in self.counts.items() if failed]
        examples = {(history.verdict, history.differences): history for history in reversed(self.failures)}
        shown = [str(history) for history in reversed(examples.values())]
        return "\n\n".join([*shown[:_MOST_EXAMPLES], f"{text}: {', '.join(counts)}"])


def sweep(
    runner: Runner,
    *,
    depth: int = 1,
    most: int = 2000,
    choice: int = 0,
    repeatable: bool = False,
    jobs: int = 1,
    progress: Callable[[int, int], object] | None = None,
) -> SweepResult:
    """Run a program without faults and with each fault; see `Emulator.sweep`."""
    arguments.integer(depth, "depth", highest=2)
    arguments.integer(most, "most")
    arguments.integer(choice, "choice", 0)
    arguments.integer(jobs, "jobs")
    if is_async(runner.program) and asyncio._get_running_loop():  # noqa: SLF001 (the public function raises instead)
        raise JiffyArgumentException(
            "an async program can't be swept by async code: call sweep outside of the event loop"
        )
    runner.repeatable = repeatable
    first = _without_faults(runner)
    histories: list[History] = []

    def run(plans: Sequence[History]) -> None:
        total = len(histories) + len(plans)
        for history in _run_all(runner, plans, jobs):
            histories.append(history)
            if progress:
                progress(len(histories), total)

    run([first.followed_by(fault, position) for position in range(len(first.calls)) for fault in FAULTS])
    pairs = [
        (history, fault, position)
        for history in histories
        if depth == 2 and history.verdict != "endless" and history.kinds != ("outage",)
        for position in range(history.position + 1, len(history.calls))
        for fault in FAULTS
    ]
    chosen = random.Random(choice).sample(range(len(pairs)), min(most, len(pairs)))  # noqa: S311 (not a secret)
    run([history.followed_by(fault, position) for history, fault, position in map(pairs.__getitem__, sorted(chosen))])
    return SweepResult(tuple(name for name, _ in first.calls), tuple(histories), len(pairs), choice)


def _without_faults(runner: Runner) -> History:
    """Return the history without faults."""
    first, second = runner.run(History()), runner.run(History())
    problem = ""
    if first.error:
        problem = f"without a fault, it {'is' if first.verdict == 'endless' else 'raises'} {first.error}"
    elif not first.calls:
        problem = "it makes no calls"
    elif first != second:
        calls = zip_longest(first.calls, second.calls, fillvalue=("", "nothing"))
        unequal = [
            f"call {n} is {one}, and then {two}" for n, ((_, one), (_, two)) in enumerate(calls, 1) if one != two
        ]
        reasons = "; ".join(filter(None, [*unequal[:1], second.error, *second.differences]))
        problem = f"it does not do the same each time, perhaps because it keeps state of its own: {reasons}"
    if problem:
        raise JiffyArgumentException(f"invalid program: {problem}")
    return first


def _run_all(runner: Runner, plans: Sequence[History], jobs: int) -> Iterator[History]:
    """Yield the histories in their order."""
    if jobs == 1 or len(plans) <= _CHUNK:
        yield from map(runner.run, plans)
        return
    try:
        pickle.dumps(runner)
    except (pickle.PicklingError, AttributeError, TypeError) as error:
        raise JiffyArgumentException(
            f"invalid program for several jobs: expected a function of a module, which can be pickled ({error})"
        ) from None
    with worker_pool(jobs, _BROKEN) as pool:
        yield from pool.map(runner.run, plans, chunksize=_CHUNK)
