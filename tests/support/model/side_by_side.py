"""An emulated account, a modelled one, and what is compared between them, as the client tells it."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager, ExitStack
from typing import ClassVar, TypeVar

import pytest
from hypothesis.stateful import RuleBasedStateMachine, invariant

from jiffybox_sdk import Backups, Box, ContactGroup, Emulator, Ip, JiffyArgumentException, JiffyBox, JiffyException
from jiffybox_sdk._common.operation import CallName
from jiffybox_sdk.emulator import Effect
from tests.support.model import records
from tests.support.model.account import Account
from tests.support.model.client import READING, TROUBLES, Client, Planned

T = TypeVar("T")
M = TypeVar("M")

MOST_GONE = 2
"""How many things that are gone are still remembered."""

Facts = dict[str, object]


class SideBySide(RuleBasedStateMachine):
    """Does the same to both accounts, and finds no difference after each step.

    What it remembers of the service's answers may be out of date: that is how verbs come to things that are gone.

    Attributes:
        boxes: As they were last seen, by number.
        groups: The same of contact groups.
        ips: Floating addresses as they were last seen, by their number and their box.
        backups: A record of backups that shows one, for each that was seen.
    """

    tally: ClassVar[Counter[str]]
    """How many steps were taken, how often each call was made, and what came of it."""

    def __init__(self) -> None:
        super().__init__()
        self.open = ExitStack()
        self.emulator, self.client = self.open.enter_context(self.connect())
        self.model = Account(self.emulator.clock.now())
        self.troubles = Client()
        self.next_troubles: list[tuple[str, int]] = []
        self.boxes: dict[int, Box] = {}
        self.groups: dict[int, ContactGroup] = {}
        self.ips: dict[tuple[int, int], Ip] = {}
        self.backups: dict[records.Backup, Backups] = {}
        self.addresses: dict[int, str] = {}
        self.backup_ids: dict[records.Backup, str] = {}
        self.tally["steps"] -= 1  # the first comparison comes before all steps

    def connect(self) -> AbstractContextManager[tuple[Emulator, JiffyBox]]:
        """Connects a client to an emulator; how, is for each test to say."""
        raise NotImplementedError

    def teardown(self) -> None:
        self.open.close()
        assert self.emulator.defects == []

    def ask(self, call: CallName, really: Callable[[], T], modelled: Callable[[], M]) -> tuple[T, M] | None:
        """Makes a call on both sides, and returns both results; `None` when both raise the same."""
        for trouble, times in self.next_troubles:
            self.lay_down(call, trouble, times)
        self.next_troubles = []
        return self.ask_now(call, really, modelled)

    def lay_down(self, call: CallName, trouble: str, times: int, skip: int = 0) -> None:
        """Has something go wrong with a call."""
        effect: Effect = {**TROUBLES[trouble].effect, "skip": skip, "times": times}
        self.emulator.add_fault(call, **effect)
        self.troubles.planned.append(Planned(call, trouble, skip, times))

    def ask_now(self, call: CallName, really: Callable[[], T], modelled: Callable[[], M]) -> tuple[T, M] | None:
        """Makes a call on both sides, and nothing goes wrong but what was laid down before."""
        expected = self.troubles.outcome(call, modelled)
        self.emulator.clear_journal()
        found, raised = None, None
        try:
            found = really()
        except JiffyException as error:
            raised = type(error)
        assert raised is expected.raises
        journal = self.emulator.journal()
        assert {entry.call for entry in journal} == {call}
        assert [entry.fault is None for entry in journal] == [name is None for name in expected.requests]
        kind = "read" if call in READING else "change"
        self.tally.update([call, f"{kind}: {raised.__name__ if raised else 'done'}"])
        self.tally[f"{kind}: repeated"] += len(journal) > 1
        if found is None or expected.result is None:
            assert (found, expected.result) == (None, None)
            return None
        return found, expected.result

    def ask_for_box(self, call: CallName, really: Callable[[], Box], modelled: Callable[[], records.Box]) -> None:
        """Makes a call that is answered with a box, and compares that."""
        if both := self.ask(call, really, modelled):
            assert facts_of_box(both[0]) == facts_of_modelled_box(both[1])

    def ask_for_group(
        self, call: CallName, really: Callable[[], ContactGroup], modelled: Callable[[], records.Group]
    ) -> None:
        """Makes a call that is answered with a contact group, and compares that."""
        if both := self.ask(call, really, modelled):
            assert facts_of_group(both[0]) == facts_of_group(both[1])

    def nothing_is_sent(self, verb: Callable[[], object]) -> None:
        """Has a verb refused before it gets to the service."""
        self.emulator.clear_journal()
        with pytest.raises(JiffyArgumentException):
            verb()
        assert self.emulator.journal() == []

    def read(self, call: CallName, really: Callable[[], T]) -> T:
        """Reads until no trouble is left."""
        while not (both := self.ask_now(call, really, lambda: True)):
            pass
        return both[0]

    def box(self, which: int, fits: Callable[[records.Box], bool] = lambda _: True) -> Box:
        """A box, most often one that fits."""
        boxes = self.model.boxes
        return self.boxes[self.chosen(which, lambda box: box in boxes and fits(boxes[box]), self.boxes)]

    def box_for(self, which: int, verb: str) -> Box:
        """A box, most often one that a verb fits."""
        return self.box(which, lambda box: box.fits(verb))

    def group(self, which: int) -> ContactGroup:
        """A contact group, most often one that can be changed."""
        groups = self.model.groups
        return self.groups[self.chosen(which, lambda group: group in groups and groups[group].changeable, self.groups)]

    def backup(self, which: int) -> records.Backup:
        """A backup that was listed at some time, most often one that still is, of a box that nothing is done to."""

        def fits(backup: records.Backup) -> bool:
            box = self.model.boxes.get(backup.box)
            return box is not None and box.lists(backup) and box.can_be_saved()

        return self.chosen(which, fits, self.backups)

    def chosen(self, which: int, fits: Callable[[T], bool], among: Iterable[T]) -> T:
        """One of many: most often one that fits, if need be after all work is done."""
        found = [one for one in among if fits(one)] if which % 4 else []
        if which % 4 and not found:
            self.wait_until_idle()
            found = [one for one in among if fits(one)]
        return element(which, found or list(among))

    def wait_until_idle(self) -> None:
        """Lets time pass until all work is done."""
        self.emulator.run_until_idle()
        self.model.pass_until(self.model.idle_at)

    def backups_of(self, box: Box) -> Backups:
        """A record that leads to the backups of a box, and was not read before."""
        return Backups({}, self.client, box.id)

    def state_of(self, box: Box) -> str:
        """What a box is doing by now."""
        modelled = self.model.boxes.get(box.id)
        return modelled.state if modelled else "gone"

    @invariant()
    def nothing_differs(self) -> None:
        self.tally["steps"] += 1
        assert self.emulator.clock.now() == self.model.now
        assert len(self.emulator.faults()) == len(self.troubles.planned)
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
        """Compares addresses. The texts of them are the service's choice, and stay as they are from then on."""
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
        """Compares backups. Their ids are the service's choice; no two backups ever have the same one."""
        listed = {backups.box_id: backups for backups in self.read("list_backups", self.client.backups)}
        assert {number: facts_of_backups(backups) for number, backups in listed.items()} == {
            number: facts_of_modelled_backups(box) for number, box in self.model.boxes.items()
        }
        for box in self.model.boxes.values():
            for kind, backup in box.backups.items():
                found = listed[box.id].of_type(kind).id
                assert re.fullmatch("[0-9a-f]{32}", found)
                assert self.backup_ids.setdefault(backup, found) == found
                self.backups[backup] = listed[box.id]
        assert len(set(self.backup_ids.values())) == len(self.backup_ids)


def element(which: int, among: Sequence[T]) -> T:
    return among[which % len(among)]


def remembered(before: dict[M, T], now: dict[M, T]) -> dict[M, T]:
    """What there is now, and a few of the things that are gone."""
    gone = [key for key in before if key not in now]
    return {key: before[key] for key in gone[-MOST_GONE:]} | now


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
        "metadata": None if box.status == "CREATING" else box.metadata,
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
