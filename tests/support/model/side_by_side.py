"""An emulated account next to a modelled one, and their comparison through a client."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager, ExitStack
from typing import ClassVar, TypeVar

import pytest
from hypothesis.stateful import RuleBasedStateMachine, invariant

from jiffybox_sdk import Backups, Box, ContactGroup, Emulator, Ip, JiffyArgumentException, JiffyBox, JiffyException
from jiffybox_sdk._common.operation import CallName
from jiffybox_sdk.emulator import FaultOptions
from tests.support.model import records
from tests.support.model.account import Account
from tests.support.model.client import FAULTS, READING, Client, Planned

T = TypeVar("T")
M = TypeVar("M")

MOST_DELETED = 2
"""Number of deleted objects that are remembered."""

Facts = dict[str, object]


class SideBySide(RuleBasedStateMachine):
    """A state machine that makes the same calls to both accounts, and compares these after each step.

    The remembered records may be outdated or deleted.

    Attributes:
        boxes: The latest records of boxes, by id.
        groups: The latest records of contact groups, by id.
        ips: The latest records of floating addresses, by id and box.
        backups: For each backup, a record that contains it.
    """

    tally: ClassVar[Counter[str]]
    """The number of steps, calls and outcomes."""

    def __init__(self) -> None:
        super().__init__()
        self.open = ExitStack()
        self.emulator, self.client = self.open.enter_context(self.connect())
        self.model = Account(self.emulator.clock.now())
        self.modelled_client = Client()
        self.next_faults: list[tuple[str, int]] = []
        self.boxes: dict[int, Box] = {}
        self.groups: dict[int, ContactGroup] = {}
        self.ips: dict[tuple[int, int], Ip] = {}
        self.backups: dict[records.Backup, Backups] = {}
        self.addresses: dict[int, str] = {}
        self.backup_ids: dict[records.Backup, str] = {}
        self.tally["steps"] -= 1  # the first comparison precedes the steps

    def connect(self) -> AbstractContextManager[tuple[Emulator, JiffyBox]]:
        """Connect a client to an emulator."""
        raise NotImplementedError

    def teardown(self) -> None:
        self.open.close()
        assert self.emulator.defects == []

    def ask(self, call: CallName, really: Callable[[], T], modelled: Callable[[], M]) -> tuple[T, M] | None:
        """Make a call on both sides, and return both results, or `None` if both raise the same exception."""
        for fault, times in self.next_faults:
            self.inject(call, fault, times)
        self.next_faults = []
        return self.ask_now(call, really, modelled)

    def inject(self, call: CallName, fault: str, times: int, skip: int = 0) -> None:
        """Inject a fault on both sides."""
        effect: FaultOptions = {**FAULTS[fault].effect, "skip": skip, "times": times}
        self.emulator.add_fault(call, **effect)
        self.modelled_client.planned.append(Planned(call, fault, skip, times))

    def ask_now(self, call: CallName, really: Callable[[], T], modelled: Callable[[], M]) -> tuple[T, M] | None:
        """Make a call on both sides, without injecting further faults."""
        expected = self.modelled_client.outcome(call, modelled)
        self.emulator.clear_journal()
        result, raised = None, None
        try:
            result = really()
        except JiffyException as error:
            raised = type(error)
        assert raised is expected.raises
        journal = self.emulator.journal()
        assert {entry.call for entry in journal} == {call}
        assert [entry.fault is None for entry in journal] == [name is None for name in expected.requests]
        kind = "read" if call in READING else "change"
        self.tally.update([call, f"{kind}: {raised.__name__ if raised else 'done'}"])
        self.tally[f"{kind}: repeated"] += len(journal) > 1
        if result is None or expected.result is None:
            assert (result, expected.result) == (None, None)
            return None
        return result, expected.result

    def ask_for_box(self, call: CallName, really: Callable[[], Box], modelled: Callable[[], records.Box]) -> None:
        """Make a call whose result is a box, and compare the results."""
        if both := self.ask(call, really, modelled):
            assert facts_of_box(both[0]) == facts_of_modelled_box(both[1])

    def ask_for_group(
        self, call: CallName, really: Callable[[], ContactGroup], modelled: Callable[[], records.Group]
    ) -> None:
        """Make a call whose result is a contact group, and compare the results."""
        if both := self.ask(call, really, modelled):
            assert facts_of_group(both[0]) == facts_of_group(both[1])

    def nothing_is_sent(self, verb: Callable[[], object]) -> None:
        """Has a verb rejected before it gets to the service."""
        self.emulator.clear_journal()
        with pytest.raises(JiffyArgumentException):
            verb()
        assert self.emulator.journal() == []

    def read(self, call: CallName, really: Callable[[], T]) -> T:
        """Make a reading call until it succeeds."""
        while not (both := self.ask_now(call, really, lambda: True)):
            pass
        return both[0]

    def box(self, index: int, fits: Callable[[records.Box], bool] = lambda _: True) -> Box:
        """Return a box, preferably one that matches."""
        boxes = self.model.boxes
        return self.boxes[self.choose(index, lambda box: box in boxes and fits(boxes[box]), self.boxes)]

    def box_for(self, index: int, verb: str) -> Box:
        """Return a box, preferably one that accepts a command."""
        return self.box(index, lambda box: box.fits(verb))

    def group(self, index: int) -> ContactGroup:
        """Return a contact group, preferably one that accepts changes."""
        groups = self.model.groups
        return self.groups[self.choose(index, lambda group: group in groups and groups[group].changeable, self.groups)]

    def backup(self, index: int) -> records.Backup:
        """Return a backup, preferably one that still exists, of an idle box."""

        def fits(backup: records.Backup) -> bool:
            box = self.model.boxes.get(backup.box)
            return box is not None and box.lists(backup) and box.can_be_saved()

        return self.choose(index, fits, self.backups)

    def choose(self, index: int, fits: Callable[[T], bool], among: Iterable[T]) -> T:
        """Return one of many, preferably one that matches, if necessary after completing all work."""
        matches = [one for one in among if fits(one)] if index % 4 else []
        if index % 4 and not matches:
            self.wait_until_idle()
            matches = [one for one in among if fits(one)]
        return element(index, matches or list(among))

    def wait_until_idle(self) -> None:
        """Complete all work."""
        self.emulator.run_until_idle()
        self.model.pass_until(self.model.idle_at)

    def backups_of(self, box: Box) -> Backups:
        """Return a record for calls about the backups of a box, without reading it."""
        return Backups({}, self.client, box.id)

    def state_of(self, box: Box) -> str:
        """Return the current state of a box."""
        modelled = self.model.boxes.get(box.id)
        return modelled.state if modelled else "deleted"

    @invariant()
    def nothing_differs(self) -> None:
        self.tally["steps"] += 1
        assert self.emulator.clock.now() == self.model.now
        assert len(self.emulator.faults()) == len(self.modelled_client.planned)
        boxes = {box.id: box for box in self.read("list_boxes", self.client.boxes)}
        assert {number: facts_of_box(box) for number, box in boxes.items()} == {
            number: facts_of_modelled_box(box) for number, box in self.model.boxes.items()
        }
        self.compare_ips(boxes)
        self.compare_backups()
        groups = {group.id: group for group in self.read("list_contact_groups", self.client.contact_groups)}
        assert {number: facts_of_group(group) for number, group in groups.items()} == {
            number: facts_of_group(group) for number, group in self.model.groups.items()
        }
        self.boxes = remembered(self.boxes, boxes)
        self.groups = remembered(self.groups, groups)

    def compare_ips(self, boxes: dict[int, Box]) -> None:
        """Compare addresses. The emulator chooses them, but must not change them."""
        ips = self.read("list_ips", self.client.ips)
        assert sorted((ip.id, ip.box_id, ip.ipVersion, ip.type == "public", ip.floating) for ip in ips) == sorted(
            (ip.id, ip.box, ip.version, ip.public, ip.floating) for ip in self.model.ips.values()
        )
        for ip in ips:
            assert self.addresses.setdefault(ip.id, ip.ip) == ip.ip
        assert len(set(self.addresses.values())) == len(self.addresses)
        for box in boxes.values():
            for public, listed in ((True, box.public_ips), (False, box.private_ips)):
                assert sorted(listed) == sorted(
                    self.addresses[ip.id]
                    for ip in self.model.ips.values()
                    if (ip.box, ip.public, ip.version) == (box.id, public, 4)
                )
        self.ips = remembered(self.ips, {(ip.id, ip.box_id): ip for ip in ips if ip.floating})

    def compare_backups(self) -> None:
        """Compare backups. The emulator chooses unique ids for them."""
        listed = {backups.box_id: backups for backups in self.read("list_backups", self.client.backups)}
        assert {number: facts_of_backups(backups) for number, backups in listed.items()} == {
            number: facts_of_modelled_backups(box) for number, box in self.model.boxes.items()
        }
        for box in self.model.boxes.values():
            for kind, backup in box.backups.items():
                backup_id = listed[box.id].of_type(kind).id
                assert re.fullmatch("[0-9a-f]{32}", backup_id)
                assert self.backup_ids.setdefault(backup, backup_id) == backup_id
                self.backups[backup] = listed[box.id]
        assert len(set(self.backup_ids.values())) == len(self.backup_ids)


def element(index: int, among: Sequence[T]) -> T:
    return among[index % len(among)]


def remembered(before: dict[M, T], now: dict[M, T]) -> dict[M, T]:
    """Return the current objects, and a few deleted ones."""
    deleted = [key for key in before if key not in now]
    return {key: before[key] for key in deleted[-MOST_DELETED:]} | now


def facts_of_box(box: Box) -> Facts:
    return {
        "id": box.id,
        "name": box.name,
        "status": box.status,
        "created": box.created.timestamp(),
        "running": box.running,
        "running since": box.runningSince and box.runningSince.timestamp(),
        "plan": box.plan.id,
        "metadata": box.metadata,
        "being copied": box.isBeingCopied,
        "being saved": box.manualBackupRunning,
        "distribution": box.activeProfile and box.activeProfile.disks["xvda"].distribution,
    }


def facts_of_modelled_box(box: records.Box) -> Facts:
    return {
        "id": box.id,
        "name": box.name,
        "status": box.status,
        "created": box.created,
        "running": box.running,
        "running since": box.running_since,
        "plan": box.plan,
        "metadata": box.metadata,
        "being copied": box.copied,
        "being saved": box.saving,
        "distribution": None if box.status in ("CREATING", "THAWING") else box.distribution,
    }


def facts_of_group(group: ContactGroup | records.Group) -> Facts:
    return {"id": group.id, "name": group.name, "contacts": group.contacts, "status": group.status}


def facts_of_backups(backups: Backups) -> Facts:
    kinds = {"manual": backups.manual, "daily": backups.daily, "weekly": backups.weekly, "biweekly": backups.biweekly}
    created = {kind: backup.created.timestamp() for kind, backup in kinds.items() if backup}
    return {"created": created, "schedule": None if backups.day is None else (backups.day, backups.time)}


def facts_of_modelled_backups(box: records.Box) -> Facts:
    return {"created": {kind: backup.created for kind, backup in box.backups.items()}, "schedule": box.schedule}
