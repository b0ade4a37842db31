"""Sweeps: a program is run once for each fault that could be triggered by each of its calls."""

import asyncio
import contextvars
import inspect
import pickle
import random
import threading
from collections import Counter
from collections.abc import Callable, Coroutine, Iterator, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, replace
from itertools import zip_longest
from typing import Any, Literal, TypeGuard, get_args

from jiffybox_sdk._client.retry_loop import JITTER
from jiffybox_sdk._common import arguments
from jiffybox_sdk._common.operation import CallName
from jiffybox_sdk._common.type_guards import is_map
from jiffybox_sdk._common.worker_pool import worker_pool
from jiffybox_sdk.emulator._controls import EmulatorControls
from jiffybox_sdk.emulator._faults import Fault, FaultOptions
from jiffybox_sdk.emulator._journal import MOST_ENTRIES, JournalEntry
from jiffybox_sdk.exceptions import JiffyArgumentException, described

FaultKind = Literal["no connection", "outage", "response lost", "response cut", "502", "time-out", "429"]
"""A kind of fault that a sweep tries."""
Verdict = Literal["right", "wrong success", "assertion failed", "not repeatable", "endless"]

_LONGEST = 30 * 86_400.0  # seconds of virtual time
_LATE = 86_400.0  # seconds of latency, longer than any time-out
_MOST_EXAMPLES = 3  # failures with different results that a report shows
_CHUNK = 32  # runs that a process makes at a time
_BROKEN = 'a process of the sweep ended unexpectedly: scripts need if __name__ == "__main__": around what they do'

FAULTS: Sequence[tuple[FaultKind, FaultOptions, str]] = (
    ("no connection", {"refuse": True}, "the connection was refused"),
    ("outage", {"refuse": True, "times": 100}, "the service was unreachable for 100 calls"),
    ("response lost", {"drop": True, "moment": "before"}, "the connection was lost before the call was executed"),
    ("response lost", {"drop": True, "moment": "after"}, "the call was executed, and its response was lost"),
    ("response cut", {"cut": True}, "the call was executed, and its response broke off"),
    ("502", {"status": 502, "moment": "before"}, "the call was not executed, and the response was 502"),
    ("502", {"status": 502, "moment": "after"}, "the call was executed, but the response was 502"),
    ("time-out", {"latency": _LATE, "drop": True, "moment": "before"}, "the call timed out, and was not executed"),
    ("time-out", {"latency": _LATE}, "the call was executed, and timed out"),
    ("429", {"status": 429, "retry_after": "1"}, "the response was 429"),  # a service with this answer executes nothing
)
"""The faults of each call: their kind, their options, and what happens, in words."""


@dataclass(frozen=True, slots=True)
class History:
    """A run of a program with faults.

    Attributes:
        faults: The faults.
        kinds: Their kinds.
        events: What happened to the calls that triggered them.
        position: The number of calls before the last one that triggered a fault.
        calls: All calls, retries included, each as its name and a description.
        verdict: `right`; `wrong success` if the program returned, but the account differs from that of a run without
            faults; `assertion failed` if it raised an `AssertionError`, as tests do; `not repeatable` if it raised
            another exception, and a second run did not lead to that account; `endless` if it had to be stopped.
        error: The exception that the program raised. That of a group is followed by the first exception in it.
        differences: How the account differs.
    """

    faults: tuple[Fault, ...] = ()
    kinds: tuple[FaultKind, ...] = ()
    events: tuple[str, ...] = ()
    position: int = -1
    calls: tuple[tuple[CallName, str], ...] = ()
    verdict: Verdict = "right"
    error: str = ""
    differences: tuple[str, ...] = ()

    def followed_by(self, fault: tuple[FaultKind, FaultOptions, str], position: int) -> "History":
        """Return a history that is still to be made, with another fault at one of the calls of this one."""
        kind, effect, words = fault
        call, shown = self.calls[position]
        affected = "*" if kind == "outage" else call
        options: FaultOptions = {**effect, "skip": sum(affected in (name, "*") for name, _ in self.calls[:position])}
        return History(
            (*self.faults, Fault(call=affected, **options)),
            (*self.kinds, kind),
            (*self.events, f"{shown}, call {position + 1} of {len(self.calls)}: {words}"),
            position,
        )

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
        examples = {(history.verdict, history.differences): str(history) for history in reversed(self.failures)}
        shown = [*reversed(examples.values())][:_MOST_EXAMPLES]
        return "\n\n".join([*shown, f"{text}: {', '.join(counts)}"])


class _Stopped(BaseException):
    """The program must be stopped. Not an `Exception`, because programs catch those to retry."""


@dataclass
class Runner:
    """Runs a program, always from the same account.

    Attributes:
        program: The program, a function of an emulator.
        start: An emulator with the account.
        repeatable: Whether to run the program a second time if it has raised an exception.
        expected: The emulator of the first run, which must be one without faults.
    """

    program: Callable[[Any], object]
    start: EmulatorControls
    repeatable: bool = False
    expected: EmulatorControls | None = None

    def run(self, history: History) -> History:
        """Run the program with the faults of a history. Return it with what has happened."""
        emulator = copy(self.start)
        for fault in history.faults:
            emulator.inject(fault)
        verdict, error = self._execute(emulator)
        journal = emulator.journal()
        if history.faults and history.faults[-1] not in [entry.fault for entry in journal[history.position :][:1]]:
            raise JiffyArgumentException(
                f"invalid program: it does not make the same calls each time: {history.events[-1]} was never reached"
            )
        self.expected = self.expected or emulator
        differences = emulator.differences(self.expected)
        if verdict == "right" and not error and differences:
            verdict = "wrong success"
        elif verdict == "right" and error and self.repeatable:
            emulator.clear_faults()
            _, error_again = self._execute(emulator)
            if again := [error_again] if error_again else emulator.differences(self.expected):
                verdict, differences = "not repeatable", again
        calls = tuple((entry.call, _shown(entry)) for entry in journal if entry.call)
        return replace(history, calls=calls, verdict=verdict, error=error, differences=tuple(differences))

    def _execute(self, emulator: EmulatorControls) -> tuple[Verdict, str]:
        """Execute the program, and complete the work that it has started. Return a verdict and the exception."""
        clock, end, thread = emulator.clock, emulator.clock.now() + _LONGEST, threading.get_ident()
        calls, reasons = 0, set[Literal["threads", "endless"]]()

        def watch(number: int) -> None:
            nonlocal calls
            calls += number
            if number and threading.get_ident() != thread:
                reasons.add("threads")
            elif calls > MOST_ENTRIES or clock.now() > end:
                reasons.add("endless")
            if reasons:
                raise _Stopped

        clock.watch = watch
        JITTER.get().seed(0)  # so that clients wait equally long before retries in each run
        ending: tuple[Verdict, str] = "right", ""
        try:
            context = contextvars.copy_context()  # keeps the virtual time that the program waits
            if is_async(self.program):
                context.run(asyncio.run, self.program(emulator))
            else:
                context.run(self.program, emulator)
        except KeyboardInterrupt:
            raise
        except SystemExit as exit_:
            ending = "right", "" if exit_.code in (None, 0) else f"SystemExit: {exit_.code}"
        except BaseException as exception:  # noqa: BLE001 (pytest's exception for a failure is no `Exception`)
            ending = "assertion failed" if _is_failure(exception) else "right", described(exception)
        JITTER.get().seed()
        if "threads" in reasons:
            raise JiffyArgumentException(
                "invalid program: it makes calls in several threads, as wait_for_all does, so that their order is not "
                "always the same: use wait_for_all with concurrency=1, or tasks and an async client"
            )
        if reasons:
            ending = "endless", f"stopped after {MOST_ENTRIES} calls, or {_LONGEST:.0f} s of virtual time"
        elif len([entry for entry in emulator.journal() if entry.call]) < calls:
            raise JiffyArgumentException("invalid program: it sends requests that are no calls, or clears the journal")
        emulator.run_until_idle()
        return ending


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
        raise JiffyArgumentException("can't sweep an async program in async code: call sweep outside of the event loop")
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
    if first.error:
        problem = f"without a fault, it {'is' if first.verdict == 'endless' else 'raises'} {first.error}"
    elif not first.calls:
        problem = "it makes no calls"
    elif first == second:
        return first
    else:
        calls = zip_longest(first.calls, second.calls, fillvalue=("", "nothing"))
        unequal = [
            f"call {n} is {one}, and then {two}" for n, ((_, one), (_, two)) in enumerate(calls, 1) if one != two
        ]
        reasons = "; ".join(filter(None, [*unequal[:1], second.error, *second.differences]))
        problem = f"it does not do the same each time, perhaps because it keeps state of its own: {reasons}"
    raise JiffyArgumentException(f"invalid program: {problem}")


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


def is_async(program: Callable[..., object]) -> TypeGuard[Callable[..., Coroutine[object, None, object]]]:
    """Return whether a program takes an async client."""
    return inspect.iscoroutinefunction(program) or inspect.iscoroutinefunction(getattr(program, "__call__", None))  # noqa: B004 (not whether it is callable)


def _is_failure(error: BaseException) -> bool:
    """Return whether an exception is that of a failed assertion, or one of pytest, which is not an `Exception`."""
    inner = [each for each in getattr(error, "exceptions", ()) if isinstance(each, BaseException)]  # of a group
    return any(map(_is_failure, inner)) or isinstance(error, AssertionError) or not isinstance(error, Exception)


def _shown(entry: JournalEntry) -> str:
    """Return the name of a call, with the status that it sets, if it does."""
    status = entry.body.get("status") if is_map(entry.body) else None
    return f"{entry.call} ({status})" if status else f"{entry.call}"
