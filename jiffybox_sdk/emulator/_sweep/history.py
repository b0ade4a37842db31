"""Histories: runs of a program with faults, those that were made and those that are still to be made."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from jiffybox_sdk._common.operation import CallName
from jiffybox_sdk.emulator._faults import Fault, FaultOptions

FaultKind = Literal["no connection", "outage", "response lost", "response cut", "502", "time-out", "429"]
Verdict = Literal["right", "wrong success", "assertion failed", "not repeatable", "endless"]

MOST_CALLS = 1000
"""The largest number of calls in a run. The journal keeps as many."""

_LATE = 86_400.0
"""Seconds of latency that are longer than any time-out."""

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
