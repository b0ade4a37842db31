"""A model of the client's error handling: its retries, its exceptions, and whether the call is executed."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from jiffybox_sdk import (
    JiffyAttributeException,
    JiffyException,
    JiffyLimitException,
    JiffyMessageException,
    JiffyNotFoundException,
    JiffyOutcomeUnknownException,
    JiffyTokenException,
    JiffyTransportException,
)
from jiffybox_sdk._common.operation import CallName
from jiffybox_sdk.emulator import FaultOptions
from tests.support.model.records import Rejected

T = TypeVar("T")

MOST_ATTEMPTS = 4
WITHIN = 60
CAPACITY, COST = 500, 14
"""The retry budget: the highest balance, and what a retry costs."""

READING: tuple[CallName, ...] = (
    "list_boxes", "get_box", "list_backups", "get_backups", "list_ips", "get_ips", "list_contact_groups",
    "get_contact_group",
)  # fmt: skip
CHANGING: tuple[CallName, ...] = (
    "create_box", "duplicate_box", "change_box", "delete_box", "enable_backups", "change_backups", "disable_backups",
    "create_backup", "restore_backup", "delete_backup", "move_ip", "create_contact_group", "duplicate_contact_group",
    "change_contact_group", "delete_contact_group",
)  # fmt: skip
NAMED: tuple[CallName, ...] = (
    "get_box", "create_box", "duplicate_box", "change_box", "get_contact_group", "create_contact_group",
    "duplicate_contact_group", "change_contact_group",
)  # fmt: skip
"""Calls whose result has a name."""


@dataclass(frozen=True)
class ModelFault:
    """An injected fault, and the client's reaction.

    Attributes:
        effect: The options of the emulator's fault.
        raises: The exception after the last attempt.
        done: Whether the call is executed.
        lost: Whether the outcome is unknown: only reading calls are retried.
        again: Whether all calls are retried, because they were certainly not executed.
        wait: Seconds to wait before a retry.
    """

    effect: FaultOptions
    raises: type[JiffyException] = JiffyTransportException
    done: bool = False
    lost: bool = False
    again: bool = False
    wait: float = 0


FAULTS = {
    "no response, not done": ModelFault({"drop": True}, lost=True),
    "no response, but done": ModelFault({"drop": True, "moment": "after"}, lost=True, done=True),
    "truncated response": ModelFault({"cut": True}, lost=True, done=True),
    "not an envelope": ModelFault({"body": '{"messages": [', "moment": "after"}, lost=True, done=True),
    "a gateway, not done": ModelFault({"status": 502}, lost=True),
    "a gateway, but done": ModelFault({"status": 502, "moment": "after"}, lost=True, done=True),
    "unavailable": ModelFault({"status": 503}, lost=True),
    "unavailable for a while": ModelFault({"status": 503, "retry_after": "3"}, again=True, wait=3),
    "too many calls": ModelFault({"status": 429}, JiffyLimitException, again=True),
    "too many calls for now": ModelFault({"status": 429, "retry_after": "2"}, JiffyLimitException, again=True, wait=2),
    "too many calls for long": ModelFault(
        {"status": 429, "retry_after": "25"}, JiffyLimitException, again=True, wait=25
    ),
    "an error page": ModelFault({"status": 404}),
    "rejected": ModelFault({"messages": ["Wartung.", "Bis morgen."]}, JiffyMessageException),
    "rejected, but done": ModelFault({"messages": ["Wartung."], "moment": "after"}, JiffyMessageException, done=True),
    "not found": ModelFault({"messages": ["Der Server existiert nicht."]}, JiffyNotFoundException),
    "wrong token": ModelFault({"messages": ["Der API-Token ist ungueltig."]}, JiffyTokenException),
    "no name": ModelFault({"leave_out": "name"}, JiffyAttributeException, done=True),
}


@dataclass
class Planned:
    """A fault that affects some of the next calls."""

    call: CallName
    name: str
    skip: int
    times: int

    @property
    def fault(self) -> ModelFault:
        return FAULTS[self.name]


@dataclass(frozen=True)
class Outcome(Generic[T]):
    """The result of a call, or its exception.

    Attributes:
        requests: The fault of each request; `None` for a request without one.
    """

    result: T | None
    raises: type[JiffyException] | None
    requests: list[str | None]


class Client:
    """A client, with the faults of its next calls."""

    def __init__(self) -> None:
        self.planned: list[Planned] = []
        self.balance = CAPACITY

    def outcome(self, call: CallName, work: Callable[[], T]) -> Outcome[T]:
        """Make a call.

        Args:
            call: The name of the call.
            work: A function that executes it at the modelled service.
        """
        requests: list[str | None] = []
        waited = 0.0
        while True:
            result, rejected, name = self._request(call, work)
            requests.append(name)
            if name is None:
                if rejected is None:
                    self.balance = min(CAPACITY, self.balance + (1 if len(requests) == 1 else COST))
                return Outcome(result, rejected, requests)
            fault = FAULTS[name]
            waited += fault.wait
            may_retry = len(requests) < MOST_ATTEMPTS and waited <= WITHIN
            if fault.lost and call in CHANGING:
                return Outcome(None, JiffyOutcomeUnknownException, requests)
            if not may_retry or self.balance < COST or not (fault.lost or fault.again):
                return Outcome(None, fault.raises, requests)
            self.balance -= COST

    def _request(
        self, call: CallName, work: Callable[[], T]
    ) -> tuple[T | None, type[JiffyException] | None, str | None]:
        """Make one request, and return its result, the kind of rejection, and the fault."""
        result, rejected = None, None
        due = self._due(call)
        chosen = next((planned for planned in due if not planned.fault.done), None)
        if chosen is None:
            try:
                result = work()
            except Rejected as rejection:
                rejected = rejection.kind
            named = call in NAMED and rejected is None
            chosen = next((planned for planned in due if named or "leave_out" not in planned.fault.effect), None)
        if chosen is None:
            return result, rejected, None
        chosen.times -= 1
        if not chosen.times:
            self.planned.remove(chosen)
        return None, None, chosen.name

    def _due(self, call: CallName) -> list[Planned]:
        candidates = [planned for planned in self.planned if planned.call == call]
        due = [planned for planned in candidates if not planned.skip]
        for planned in candidates:
            planned.skip = max(planned.skip - 1, 0)
        return due
