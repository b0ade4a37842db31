"""Runs of a program, with and without faults."""

import asyncio
import contextvars
import inspect
import threading
from collections.abc import Callable, Coroutine, Sequence
from copy import copy
from dataclasses import dataclass, replace
from typing import Any, Literal, TypeGuard

from jiffybox_sdk._client.retry_loop import JITTER
from jiffybox_sdk._common.operation import CallName
from jiffybox_sdk._common.type_guards import is_map
from jiffybox_sdk.emulator._controls import EmulatorControls
from jiffybox_sdk.emulator._faults import Fault, FaultOptions
from jiffybox_sdk.emulator._journal import JournalEntry
from jiffybox_sdk.exceptions import JiffyArgumentException, one_line

FaultKind = Literal["no connection", "outage", "response lost", "response cut", "502", "time-out", "429"]
Verdict = Literal["right", "wrong success", "assertion failed", "not repeatable", "endless"]

MOST_CALLS = 1000  # in a run; the journal keeps as many
_LONGEST = 30 * 86_400.0  # seconds of virtual time
_LATE = 86_400.0  # seconds of latency, longer than any time-out

FAULTS: Sequence[tuple[FaultKind, FaultOptions, str]] = (
    ("no connection", {"refuse": True}, "the connection was refused"),
    ("outage", {"refuse": True, "times": MOST_CALLS}, "the service was unreachable from then on"),
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


@dataclass(frozen=True, slots=True)
class History:
    """A run of a program with faults.

    Attributes:
        faults: The faults.
        kinds: Their kinds.
        events: What happened to the calls that triggered them.
        position: The number of calls before the last of those.
        calls: All calls, retries included, each with its name and in words.
        verdict: `right`; `wrong success` if the program returned, but the account differs from that of a run without
            faults; `assertion failed` if it raised an `AssertionError`, as tests do; `not repeatable` if it raised
            another exception, and a second run did not lead to that account; `endless` if it had to be stopped.
        error: The exception that the program raised.
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
        skip = sum(affected in (name, "*") for name, _ in self.calls[:position])
        options: FaultOptions = {**effect, "skip": skip}
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


class _Stopped(BaseException):
    """The program must be stopped. No `Exception`, because programs catch those to retry."""


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
            elif calls > MOST_CALLS or clock.now() > end:
                reasons.add("endless")
            if reasons:
                raise _Stopped

        clock.watch = watch
        JITTER.get().seed(0)  # so that clients wait equally long before retries in each run
        verdict: Verdict = "right"
        error = ""
        try:
            context = contextvars.copy_context()  # keeps the virtual time that the program waits
            if is_async(self.program):
                context.run(asyncio.run, self.program(emulator))
            else:
                context.run(self.program, emulator)
        except KeyboardInterrupt:
            raise
        except SystemExit as exit_:
            error = f"SystemExit: {exit_.code}" if exit_.code not in (None, 0) else ""
        except BaseException as exception:  # noqa: BLE001 (pytest's exception for a failure is no `Exception`)
            verdict = "assertion failed" if _is_failure(exception) else "right"
            error = f"{type(exception).__name__}: {one_line(str(exception))}"
        JITTER.get().seed()
        if "threads" in reasons:
            raise JiffyArgumentException(
                "invalid program: it makes calls in several threads, as wait_for_all does, so that their order is not "
                "always the same: use wait_for_all with concurrency=1, or tasks and an async client"
            )
        if reasons:
            verdict, error = "endless", f"stopped after {MOST_CALLS} calls, or {_LONGEST:.0f} s of virtual time"
        elif len([entry for entry in emulator.journal() if entry.call]) < calls:
            raise JiffyArgumentException(
                "invalid program: it sends requests that are no calls of the API, or clears the journal"
            )
        emulator.run_until_idle()
        return verdict, error


def is_async(program: Callable[..., object]) -> TypeGuard[Callable[..., Coroutine[object, None, object]]]:
    """Return whether a program takes an async client."""
    return inspect.iscoroutinefunction(program) or inspect.iscoroutinefunction(getattr(program, "__call__", None))  # noqa: B004 (not whether it is callable)


def _is_failure(error: BaseException) -> bool:
    """Return whether an exception is that of a failed assertion, or one of pytest, which are no `Exception`."""
    inner = [each for each in getattr(error, "exceptions", ()) if isinstance(each, BaseException)]  # of a group
    return any(map(_is_failure, inner)) or isinstance(error, AssertionError) or not isinstance(error, Exception)


def _shown(entry: JournalEntry) -> str:
    """Return the name of a call, with the status that it sets, if it does."""
    status = entry.body.get("status") if is_map(entry.body) else None
    return f"{entry.call} ({status})" if status else f"{entry.call}"
