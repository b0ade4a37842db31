"""What a client makes of what goes wrong: how often it asks, what it raises, and whether the work was done."""

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
from jiffybox_sdk.emulator import Effect
from tests.support.model.records import Refused

T = TypeVar("T")

MOST_ATTEMPTS = 4
WITHIN = 60

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
"""Calls that are answered with something that has a name."""


@dataclass(frozen=True)
class Trouble:
    """Something that goes wrong with a call.

    Attributes:
        effect: The same as the emulator knows it.
        raises: What the client raises, when it has no more options.
        done: Whether the call is carried out all the same.
        lost: Whether nobody can tell from what arrives whether it was: reading is repeated, changing is not.
        again: Whether every call is repeated, since it certainly was not carried out.
        wait: The seconds that the service asks to wait before.
    """

    effect: Effect
    raises: type[JiffyException] = JiffyTransportException
    done: bool = False
    lost: bool = False
    again: bool = False
    wait: float = 0


TROUBLES = {
    "no answer, not done": Trouble({"drop": True}, lost=True),
    "no answer, but done": Trouble({"drop": True, "moment": "after"}, lost=True, done=True),
    "half an answer": Trouble({"cut": True}, lost=True, done=True),
    "not an envelope": Trouble({"body": '{"messages": [', "moment": "after"}, lost=True, done=True),
    "a gateway, not done": Trouble({"status": 502}, lost=True),
    "a gateway, but done": Trouble({"status": 502, "moment": "after"}, lost=True, done=True),
    "unavailable": Trouble({"status": 503}, lost=True),
    "unavailable for a while": Trouble({"status": 503, "retry_after": "3"}, again=True, wait=3),
    "too many calls": Trouble({"status": 429}, JiffyLimitException, again=True),
    "too many calls for now": Trouble({"status": 429, "retry_after": "2"}, JiffyLimitException, again=True, wait=2),
    "too many calls for long": Trouble({"status": 429, "retry_after": "25"}, JiffyLimitException, again=True, wait=25),
    "a page in between": Trouble({"status": 404}),
    "refused": Trouble({"messages": ["Wartung.", "Bis morgen."]}, JiffyMessageException),
    "refused, but done": Trouble({"messages": ["Wartung."], "moment": "after"}, JiffyMessageException, done=True),
    "not found": Trouble({"messages": ["Der Server existiert nicht."]}, JiffyNotFoundException),
    "wrong token": Trouble({"messages": ["Der API-Token ist ungueltig."]}, JiffyTokenException),
    "no name": Trouble({"leave_out": "name"}, JiffyAttributeException, done=True),
}


@dataclass
class Planned:
    """A trouble that will come to a call, when so many were let through, and so often."""

    call: CallName
    name: str
    skip: int
    times: int

    @property
    def trouble(self) -> Trouble:
        return TROUBLES[self.name]


@dataclass(frozen=True)
class Outcome(Generic[T]):
    """What comes of a call: a result, or what is raised in its place.

    Attributes:
        requests: The trouble that struck each request which was made; `None` for the one that came through.
    """

    result: T | None
    raises: type[JiffyException] | None
    requests: list[str | None]


class Client:
    """A client and its connection, along which troubles are waiting."""

    def __init__(self) -> None:
        self.planned: list[Planned] = []

    def outcome(self, call: CallName, work: Callable[[], T]) -> Outcome[T]:
        """Makes a call.

        Args:
            call: Which one it is.
            work: Does at the modelled service what it asks for.
        """
        requests: list[str | None] = []
        waited = 0.0
        while True:
            result, refused, name = self._request(call, work)
            requests.append(name)
            if name is None:
                return Outcome(result, refused, requests)
            trouble = TROUBLES[name]
            waited += trouble.wait
            patient = len(requests) < MOST_ATTEMPTS and waited <= WITHIN
            if trouble.lost and call in CHANGING:
                return Outcome(None, JiffyOutcomeUnknownException, requests)
            if not patient or not (trouble.lost or trouble.again):
                return Outcome(None, trouble.raises, requests)

    def _request(
        self, call: CallName, work: Callable[[], T]
    ) -> tuple[T | None, type[JiffyException] | None, str | None]:
        """Makes one request: its result, how the service refused it, and the trouble that struck it."""
        result, refused = None, None
        due = self._due(call)
        chosen = next((planned for planned in due if not planned.trouble.done), None)
        if chosen is None:
            try:
                result = work()
            except Refused as refusal:
                refused = refusal.kind
            named = call in NAMED and refused is None
            chosen = next((planned for planned in due if named or "leave_out" not in planned.trouble.effect), None)
        if chosen is None:
            return result, refused, None
        chosen.times -= 1
        if not chosen.times:
            self.planned.remove(chosen)
        return None, None, chosen.name

    def _due(self, call: CallName) -> list[Planned]:
        meant = [planned for planned in self.planned if planned.call == call]
        due = [planned for planned in meant if not planned.skip]
        for planned in meant:
            planned.skip = max(planned.skip - 1, 0)
        return due
