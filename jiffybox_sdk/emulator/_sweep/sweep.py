"""Sweeps: a program is run once for each fault that could be triggered by each of its calls."""

import random
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from itertools import chain
from typing import Any, Literal, get_args

from jiffybox_sdk._common import arguments
from jiffybox_sdk._common.operation import CallName
from jiffybox_sdk._common.worker_pool import worker_pool
from jiffybox_sdk.emulator._faults import Fault, FaultOptions
from jiffybox_sdk.emulator._sweep.run import AsyncProgram, Emulator, Run, Runner, SyncProgram
from jiffybox_sdk.exceptions import JiffyArgumentException, JiffyException

FaultKind = Literal["no connection", "response lost", "response cut", "502", "time-out", "429"]
Verdict = Literal["right", "wrong success", "assertion failed", "not repeatable", "endless"]

_LATE = 86_400.0
"""Seconds of latency that are longer than any time-out."""

FAULTS: Sequence[tuple[FaultKind, FaultOptions, str]] = (
    ("no connection", {"refuse": True}, "the connection was refused"),
    ("response lost", {"drop": True, "moment": "before"}, "the connection was lost before the call was executed"),
    ("response lost", {"drop": True, "moment": "after"}, "the call was executed, and its response was lost"),
    ("response cut", {"cut": True}, "the call was executed, and its response broke off"),
    ("502", {"status": 502, "moment": "before"}, "the call was not executed, and the response was 502"),
    ("502", {"status": 502, "moment": "after"}, "the call was executed, but the response was 502"),
    ("time-out", {"latency": _LATE, "drop": True, "moment": "before"}, "the call timed out, and was not executed"),
    ("time-out", {"latency": _LATE}, "the call was executed, and timed out"),
    # A service that answers 429 has not executed the call.
    ("429", {"status": 429, "retry_after": "1"}, "the response was 429"),
)
"""The faults of each call: their kind, their options, and what happens, in words."""

_MOST_EXAMPLES = 3
"""The number of failures with different results that a report shows."""

_CHUNK = 32
"""The number of runs that a process makes at a time."""

_BROKEN = """a process of the sweep ended unexpectedly. A script that sweeps with jobs needs \
if __name__ == "__main__": around what it does"""


@dataclass(frozen=True, slots=True)
class History:
    """A run of a program with faults.

    Attributes:
        faults: The faults.
        kinds: Their kinds.
        events: What happened to the calls that triggered them.
        verdict: `right`; `wrong success` if the program returned, but the account differs from that of a run without
            faults; `assertion failed` if it raised an `AssertionError`, as tests do; `not repeatable` if it raised
            another exception, and a second run did not lead to that account; `endless` if it had to be stopped.
        error: The exception that the program raised.
        differences: How the account differs.
    """

    faults: tuple[Fault, ...]
    kinds: tuple[FaultKind, ...]
    events: tuple[str, ...]
    verdict: Verdict
    error: str
    differences: tuple[str, ...]

    def __str__(self) -> str:
        faults = [f"    emulator.{fault.as_code()}" for fault in self.faults]
        error = [f"the program raised {self.error}"] if self.verdict in ("assertion failed", "not repeatable") else []
        return "\n".join([f"{self.verdict}:", "", *faults, "", *self.events, *error, *self.differences])


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
        return tuple(sorted(failures, key=lambda history: len(history.faults)))

    @property
    def counts(self) -> Mapping[FaultKind, tuple[int, int]]:
        """The number of failures and of histories, by kind of fault."""
        failed = Counter(kind for history in self.failures for kind in set(history.kinds))
        tried = Counter(kind for history in self.histories for kind in set(history.kinds))
        return {kind: (failed[kind], tried[kind]) for kind in get_args(FaultKind)}

    def raise_for_failures(self) -> None:
        """Raise an exception if a history is not right.

        Raises:
            SweepFailure: With the shortest of them.
        """
        if self.failures:
            raise SweepFailure(self)

    def __str__(self) -> str:
        chosen = sum(len(history.faults) == 2 for history in self.histories)
        choice = f", {chosen} of {self.pairs} pairs chosen with choice={self.choice}" if chosen < self.pairs else ""
        text = f"{len(self.failures)} of {len(self.histories)} histories fail (calls: {len(self.calls)}{choice})"
        if not self.failures:
            return text
        counts = [f"{kind}: {failed} of {tried}" for kind, (failed, tried) in self.counts.items() if failed]
        examples = {(history.verdict, history.differences): history for history in reversed(self.failures)}
        *shown, last = [str(history) for history in list(reversed(examples.values()))[:_MOST_EXAMPLES]]
        return "\n\n".join([*shown, last, f"{text}: {', '.join(counts)}"])


class SweepFailure(JiffyException, AssertionError):
    """A program is not right under each fault.

    Attributes:
        result: The result of the sweep.
    """

    def __init__(self, result: SweepResult) -> None:
        super().__init__(str(result))
        self.result = result

    def __str__(self) -> str:
        return str(self.result)  # in several lines


@dataclass(frozen=True, slots=True)
class SweepOptions:
    """The options of `Emulator.sweep`, which documents them."""

    depth: int = 1
    most: int = 2000
    choice: int = 0
    repeatable: bool = False
    jobs: int = 1
    progress: Callable[[int, int], object] | None = None

    def __post_init__(self) -> None:
        if type(self.depth) is not int or self.depth not in (1, 2):
            raise JiffyArgumentException(f"invalid depth {arguments.shown(self.depth)}: expected 1 or 2")
        for name, value, lowest in (("most", self.most, 1), ("choice", self.choice, 0), ("jobs", self.jobs, 1)):
            if type(value) is not int or value < lowest:
                raise JiffyArgumentException(
                    f"invalid {name} {arguments.shown(value)}: expected a whole number, {lowest} or more"
                )


@dataclass(frozen=True, slots=True)
class _Plan:
    faults: tuple[Fault, ...] = ()
    kinds: tuple[FaultKind, ...] = ()
    events: tuple[str, ...] = ()

    def followed_by(self, call: CallName, number: int, run: Run) -> "Iterator[_Plan]":
        """Yield the plans with another fault at a call, given by its position among all calls of a run."""
        skip = run.calls[:number].count(call)
        command = f" ({run.commands[number]})" if run.commands[number] else ""
        for kind, effect, words in FAULTS:
            options: FaultOptions = {**effect, "skip": skip}
            event = f"{call}{command}, call {number + 1} of {len(run.calls)}: {words}"
            yield _Plan((*self.faults, Fault(call=call, **options)), (*self.kinds, kind), (*self.events, event))


def sweep(start: Emulator, program: SyncProgram | AsyncProgram, options: SweepOptions) -> SweepResult:
    """Run a program without faults and with each fault; see `Emulator.sweep`."""
    return sweep_runner(Runner(program, start, again=options.repeatable), options)


def sweep_runner(runner: Runner[Any], options: SweepOptions) -> SweepResult:
    """Make all runs of a sweep."""
    first, calls = _without_faults(runner)
    plans = [plan for number, call in enumerate(calls) for plan in _Plan().followed_by(call, number, first)]
    runs = list(_runs(runner, plans, options, 0))
    histories = [_history(plan, run) for plan, run in zip(plans, runs, strict=True)]
    possible = 0
    if options.depth == 2:
        later: list[tuple[_Plan, CallName, int, Run]] = [
            (plan, call, number, run)
            for plan, run in zip(plans, runs, strict=True)
            if run.ending != "endless"
            for number, call in enumerate(run.calls)
            if call is not None and number > run.triggered[0]
        ]
        possible = len(later) * len(FAULTS)
        chosen = random.Random(options.choice).sample(range(possible), min(options.most, possible))  # noqa: S311
        pairs = [
            list(plan.followed_by(call, number, run))[index % len(FAULTS)]
            for index in sorted(chosen)
            for plan, call, number, run in [later[index // len(FAULTS)]]
        ]
        runs = list(_runs(runner, pairs, options, len(plans)))
        histories += [_history(plan, run) for plan, run in zip(pairs, runs, strict=True)]
    return SweepResult(calls, tuple(histories), possible, options.choice)


def _without_faults(runner: Runner[Any]) -> tuple[Run, tuple[CallName, ...]]:
    """Return a run without faults, and its calls."""
    first, second = runner.runs([(), ()])
    problem = ""
    if first.ending != "returned":
        problem = f"without a fault, it {'is' if first.ending == 'endless' else 'raises'} {first.error}"
    elif not first.calls:
        problem = "it makes no calls"
    elif None in first.calls:
        problem = "it sends requests that are no calls of the API"
    elif (first.calls, first.ending, ()) != (second.calls, second.ending, second.differences):
        numbered = enumerate(zip(first.calls, second.calls, strict=False), 1)
        unequal = next((f"call {number} is {one}, and then {two}" for number, (one, two) in numbered if one != two), "")
        if not unequal and len(first.calls) != len(second.calls):
            unequal = f"it makes {len(first.calls)} calls, and then {len(second.calls)}"
        reasons = "; ".join(filter(None, [unequal, second.error, *second.differences]))
        problem = f"it does not do the same each time, perhaps because it keeps state of its own: {reasons}"
    if problem:
        raise JiffyArgumentException(f"invalid program: {problem}")
    return first, tuple(call for call in first.calls if call is not None)


def _runs(runner: Runner[Any], plans: Sequence[_Plan], options: SweepOptions, done: int) -> Iterator[Run]:
    """Yield the runs of plans in their order."""
    faults = [plan.faults for plan in plans]
    total = done + len(faults)
    for number, run in enumerate(_run_all(runner, faults, options.jobs), done + 1):
        if options.progress:
            options.progress(number, total)
        yield run


def _run_all(runner: Runner[Any], faults: Sequence[tuple[Fault, ...]], jobs: int) -> Iterator[Run]:
    chunks = [faults[start : start + _CHUNK] for start in range(0, len(faults), _CHUNK)]
    if jobs == 1 or len(chunks) == 1:
        yield from runner.runs(faults)
        return
    with worker_pool(jobs, _BROKEN) as pool:
        yield from chain.from_iterable(pool.map(partial(_work, runner.pickled()), chunks))


def _work(pickled: bytes, plans: Sequence[tuple[Fault, ...]]) -> list[Run]:
    return list(_unpickled(pickled).runs(plans))


@lru_cache(maxsize=1)
def _unpickled(pickled: bytes) -> Runner[Any]:
    return Runner[Emulator].unpickled(pickled)


def _history(plan: _Plan, run: Run) -> History:
    if len(run.triggered) < len(plan.faults):
        raise JiffyArgumentException(
            f"invalid program: it does not make the same calls each time: {plan.events[-1]} was never reached"
        )
    verdict: Verdict = "right"
    if run.ending == "endless":
        verdict = "endless"
    elif run.ending == "failed":
        verdict = "assertion failed"
    elif run.ending == "returned" and run.differences:
        verdict = "wrong success"
    elif run.again:
        verdict = "not repeatable"
    differences = run.again if verdict == "not repeatable" else run.differences
    return History(plan.faults, plan.kinds, plan.events, verdict, run.error, differences)
