"""The SDK and its emulator, compared with a model in random programs and with random faults."""

from collections import Counter
from collections.abc import Callable, Generator, Sequence
from contextlib import AbstractContextManager, contextmanager
from copy import deepcopy
from typing import ClassVar

import pytest
from hypothesis import HealthCheck, Phase, note, seed, settings, strategies as st
from hypothesis.stateful import Bundle, initialize, precondition, rule, run_state_machine_as_test
from pydantic import JsonValue

from jiffybox_sdk import Box, Emulator, JiffyBox
from jiffybox_sdk._common.operation import CallName
from jiffybox_sdk.emulator import Snapshot
from tests.support.model.account import Account
from tests.support.model.client import CHANGING, FAULTS, READING
from tests.support.model.records import OWN_GROUP, Box as ModelBox
from tests.support.model.side_by_side import SideBySide, element, facts_of_backups, facts_of_modelled_backups
from tests.support.scripted import TOKEN, emulated
from tests.support.states import VERBS

Changes = tuple[str | None, list[str] | None]

FEWEST_STEPS = 450
"""In each run of ten examples with at most 50 steps."""
OUTCOMES = {"read: done", "read: repeated", "change: done", "change: repeated", "change: JiffyMessageException",
            "change: JiffyNotFoundException", "change: JiffyOutcomeUnknownException"}  # fmt: skip
"""Outcomes that must occur, so that the test is meaningful."""
MOST_BOXES = 4
MOST_GROUPS = 4

INDEX = st.integers(0, 23)
NAMES = st.sampled_from(["web", "db", "Größe (1)", "a.b@c", "x\\y", "=!*_-"])
GROUP_NAMES = st.sampled_from(["admins", "operators", OWN_GROUP])
CONTACTS = st.lists(st.sampled_from(["a@example.org", "b@example.org", "c@example.org"]), min_size=1, max_size=3)
DISTRIBUTIONS = st.sampled_from(["debian_stretch_64bit", "centos_7_64bit", "ubuntu_16_4_lts_64bit"])
PLANS: dict[int | str, int] = {44: 44, "CloudLevel 2": 45, 50: 50, "CloudLevel 6 SSD": 55}
PLAN = st.sampled_from(list(PLANS))
METADATA = st.dictionaries(
    st.sampled_from(["role", "a/b", "ä", ""]),
    st.sampled_from(
        [None, 1, 2**70, -0.5, True, "web", '\u2028</\\"', [], {"x": None}, [None, {"/": "\x00"}], "ß" * 700]
    ),
    max_size=2,
)
CHANGES: st.SearchStrategy[Changes] = st.tuples(GROUP_NAMES, st.none() | CONTACTS) | st.tuples(st.none(), CONTACTS)
DAYS = st.integers(0, 6)
SLOTS = st.integers(1, 6)
COMMANDS: dict[str, tuple[Callable[[Box, int | str], Box], Callable[[Account, int, int], ModelBox]]] = {
    "start": (lambda box, _: box.start(), lambda account, box, _: account.start(box, None)),
    "start on a plan": (Box.start, Account.start),
    "stop": (lambda box, _: box.stop(), lambda account, box, _: account.stop(box)),
    "pull_plug": (lambda box, _: box.pull_plug(), lambda account, box, _: account.pull_plug(box)),
    "freeze": (lambda box, _: box.freeze(), lambda account, box, _: account.freeze(box)),
    "thaw": (Box.thaw, Account.thaw),
    "change_plan": (Box.change_plan, Account.change_plan),
}
CALLS: dict[str, CallName] = {"duplicate": "duplicate_box", "delete": "delete_box"}
# Multiples of 1/4 s are exact as floats.
SECONDS = st.one_of(
    st.integers(0, 240).map(lambda quarters: quarters / 4),
    st.integers(1, 30).map(lambda hours: hours * 3600.0),
    st.integers(1, 20).map(lambda days: days * 86400.0),
)

FAULT = st.sampled_from(list(FAULTS))
TIMES = st.sampled_from([1, 1, 1, 2, 3, 5])

# After ten examples, hypothesis mostly mutates them, so several runs with different seeds cover more.
SETTINGS = settings(
    phases=[Phase.generate, Phase.shrink],
    derandomize=True,
    deadline=None,
    max_examples=10,
    stateful_step_count=50,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


@contextmanager
def in_process() -> Generator[tuple[Emulator, JiffyBox]]:
    emulator = Emulator("manual")
    with emulator.client() as client:
        yield emulator, client


@contextmanager
def over_a_socket() -> Generator[tuple[Emulator, JiffyBox]]:
    emulator = Emulator("manual", token=TOKEN)
    with emulated(emulator) as url, JiffyBox(TOKEN, url, clock=emulator.clock) as client:
        yield emulator, client


class Life(SideBySide):
    """The rules: calls, time and faults."""

    snapshots: ClassVar[Bundle[tuple[Snapshot, Account]]] = Bundle("snapshots")

    @initialize(plan=PLAN, distribution=DISTRIBUTIONS, metadata=METADATA)
    def begin(self, plan: int | str, distribution: str, metadata: dict[str, JsonValue]) -> None:
        """Create three boxes: a running one, a stopped one with backups, and a frozen one."""
        for name in ("web", "db", "x\\y"):
            self.create(name, plan, distribution, metadata)
        self.wait_until_idle()
        self.nothing_differs()
        _, off, frozen = self.boxes.values()
        for verb, box in (("stop", off), ("stop", frozen), ("freeze", frozen)):
            self.send_command(verb, box, plan)
            self.wait_until_idle()
        self.switch_on_backups(1, day=1, slot=2)
        self.advance(15 * 86400.0)
        self.create_backup(1)

    # Boxes.

    @precondition(lambda self: len(self.model.boxes) < MOST_BOXES)
    @rule(name=NAMES, plan=PLAN, distribution=DISTRIBUTIONS, metadata=METADATA)
    def create(self, name: str, plan: int | str, distribution: str, metadata: dict[str, JsonValue]) -> None:
        self.ask_for_box(
            "create_box",
            lambda: self.client.create_box(name, plan, distribution=distribution, metadata=metadata),
            lambda: self.model.create(name, PLANS[plan], distribution, metadata),
        )

    @precondition(lambda self: self.backups and len(self.model.boxes) < MOST_BOXES)
    @rule(index=INDEX, name=NAMES, plan=PLAN)
    def create_from_backup(self, index: int, name: str, plan: int | str) -> None:
        backup = self.backup(index)
        self.ask_for_box(
            "create_box",
            lambda: self.client.create_box(name, plan, self.backups[backup].of_type(backup.kind)),
            lambda: self.model.create(name, PLANS[plan], backup, None),
        )

    @precondition(lambda self: self.model.boxes and len(self.model.boxes) < MOST_BOXES)
    @rule(index=INDEX, name=NAMES, plan=PLAN, metadata=METADATA)
    def duplicate(self, index: int, name: str, plan: int | str, metadata: dict[str, JsonValue]) -> None:
        box = self.box_for(index, "duplicate")
        self.ask_for_box(
            "duplicate_box",
            lambda: box.duplicate(name, plan, metadata),
            lambda: self.model.duplicate(box.id, name, PLANS[plan], metadata),
        )

    @precondition(lambda self: self.model.boxes)
    @rule(index=INDEX, verb=st.sampled_from(["start", "start on a plan"]), plan=PLAN)
    def start(self, index: int, verb: str, plan: int | str) -> None:
        self.command(index, verb, plan)

    @precondition(lambda self: self.model.boxes)
    @rule(index=INDEX, verb=st.sampled_from(["stop", "pull_plug"]))
    def switch_off(self, index: int, verb: str) -> None:
        self.command(index, verb, 44)

    @precondition(lambda self: self.model.boxes)
    @rule(index=INDEX, verb=st.sampled_from(["freeze", "thaw"]), plan=PLAN)
    def freeze_or_thaw(self, index: int, verb: str, plan: int | str) -> None:
        self.command(index, verb, plan)

    @precondition(lambda self: self.model.boxes)
    @rule(index=INDEX, plan=PLAN)
    def change_plan(self, index: int, plan: int | str) -> None:
        self.command(index, "change_plan", plan)

    def command(self, index: int, verb: str, plan: int | str) -> None:
        self.send_command(verb, self.box_for(index, verb.removesuffix(" on a plan")), plan)

    def send_command(self, verb: str, box: Box, plan: int | str) -> None:
        """Send a command to a box."""
        note(f"{verb} {box.id}, which is {self.state_of(box)}")
        really, modelled = COMMANDS[verb]
        self.ask_for_box("change_box", lambda: really(box, plan), lambda: modelled(self.model, box.id, PLANS[plan]))

    @precondition(lambda self: self.model.boxes)
    @rule(index=INDEX, verb=st.sampled_from(list(VERBS)))
    def send_a_command_that_is_rejected(self, index: int, verb: str) -> None:
        box = self.box(index, lambda box: box.idle and not box.fits(verb))
        if not (box.id in self.model.boxes and self.model.boxes[box.id].fits(verb)):
            self.ask(CALLS.get(verb, "change_box"), lambda: VERBS[verb](box), lambda: self.model.reject(box.id))

    @precondition(lambda self: self.model.boxes)
    @rule(index=INDEX, changes=METADATA)
    def update_metadata(self, index: int, changes: dict[str, JsonValue]) -> None:
        box = self.box_for(index, "update_metadata")
        self.ask_for_box(
            "change_box", lambda: box.update_metadata(changes), lambda: self.model.update_metadata(box.id, changes)
        )

    @precondition(lambda self: self.model.boxes)
    @rule(index=INDEX)
    def delete(self, index: int) -> None:
        box = self.box_for(index, "delete")
        self.ask("delete_box", box.delete, lambda: self.model.delete(box.id))

    # Backups.

    @precondition(lambda self: self.model.boxes)
    @rule(index=INDEX)
    def create_backup(self, index: int) -> None:
        box = self.box(index, ModelBox.can_be_saved)
        self.ask("create_backup", self.backups_of(box).create_manual, lambda: self.model.create_backup(box.id))

    @precondition(lambda self: self.backups)
    @rule(index=INDEX)
    def restore_backup(self, index: int) -> None:
        backup = self.backup(index)
        record = self.backups[backup]
        self.ask("restore_backup", lambda: record.restore(backup.kind), lambda: self.model.restore_backup(backup))

    @precondition(lambda self: self.backups)
    @rule(index=INDEX)
    def delete_backup(self, index: int) -> None:
        backup = self.backup(index)
        record = self.backups[backup]
        self.ask("delete_backup", lambda: record.delete(backup.kind), lambda: self.model.delete_backup(backup))

    @precondition(lambda self: self.model.boxes)
    @rule(index=INDEX, day=DAYS, slot=SLOTS)
    def switch_on_backups(self, index: int, day: int, slot: int) -> None:
        box = self.box(index, lambda box: box.schedule is None)
        both = self.ask(
            "enable_backups",
            lambda: self.backups_of(box).switch_on(day, slot),
            lambda: self.model.schedule(box.id, day, slot, on=True),
        )
        assert both is None or (both[0].dayid, both[0].timeid) == both[1]

    @precondition(lambda self: self.model.boxes)
    @rule(index=INDEX, change=st.sampled_from(["day", "slot", "both"]), day=DAYS, slot=SLOTS)
    def change_schedule(self, index: int, change: str, day: int, slot: int) -> None:
        box = self.box(index, lambda box: box.schedule is not None)
        new = (None if change == "slot" else day, None if change == "day" else slot)
        both = self.ask(
            "change_backups",
            lambda: self.backups_of(box).change_schedule(*new),
            lambda: self.model.schedule(box.id, *new, on=False),
        )
        assert both is None or (both[0].dayid, both[0].timeid) == both[1]

    @precondition(lambda self: self.model.boxes)
    @rule(index=INDEX)
    def switch_off_backups(self, index: int) -> None:
        box = self.box(index, lambda box: len(box.backups.keys() - {"manual"}) > 0)
        self.ask("disable_backups", self.backups_of(box).switch_off, lambda: self.model.switch_off_backups(box.id))

    # Addresses.

    @precondition(lambda self: self.model.boxes)
    @rule(index=INDEX)
    def add_floating_ip(self, index: int) -> None:
        number = element(index, list(self.model.boxes))
        self.emulator.add_floating_ip(number)
        self.model.add_floating_ip(number)

    @precondition(lambda self: self.ips)
    @rule(index=INDEX, to=INDEX)
    def move_ip(self, index: int, to: int) -> None:
        ip, target = element(index, list(self.ips.values())), self.box(to)
        self.ask("move_ip", lambda: ip.move(target), lambda: self.model.move_ip(ip.id, ip.box_id, target.id))

    # Contact groups.

    @precondition(lambda self: len(self.model.groups) < MOST_GROUPS)
    @rule(name=GROUP_NAMES, contacts=CONTACTS)
    def create_group(self, name: str, contacts: list[str]) -> None:
        self.ask_for_group(
            "create_contact_group",
            lambda: self.client.create_contact_group(name, contacts),
            lambda: self.model.create_group(name, contacts),
        )

    @precondition(lambda self: len(self.model.groups) < MOST_GROUPS)
    @rule(index=INDEX, changes=CHANGES)
    def duplicate_group(self, index: int, changes: Changes) -> None:
        group = self.group(index)
        self.ask_for_group(
            "duplicate_contact_group",
            lambda: group.duplicate(*changes),
            lambda: self.model.duplicate_group(group.id, *changes),
        )

    @rule(index=INDEX, changes=st.none() | CHANGES)
    def change_or_delete_group(self, index: int, changes: Changes | None) -> None:
        group = self.group(index)
        if group.own:
            self.nothing_is_sent(group.delete if changes is None else lambda: group.change(*changes))
        elif changes is None:
            self.ask("delete_contact_group", group.delete, lambda: self.model.delete_group(group.id))
        else:
            self.ask_for_group(
                "change_contact_group",
                lambda: group.change(*changes),
                lambda: self.model.change_group(group.id, *changes),
            )

    # Reading.

    @precondition(lambda self: self.model.boxes)
    @rule(index=INDEX, at=st.sampled_from(["the box", "its backups", "its addresses", "a group"]))
    def read_one(self, index: int, at: str) -> None:
        box, group = self.box(index), self.group(index)
        match at:
            case "the box":
                self.ask_for_box("get_box", box.refresh, lambda: self.model.box(box.id))
            case "its backups":
                if both := self.ask("get_backups", box.backups, lambda: self.model.box(box.id)):
                    assert facts_of_backups(both[0]) == facts_of_modelled_backups(both[1])
            case "its addresses":
                if listed := self.ask("get_ips", box.list_ips, lambda: self.model.ips_of(box.id)):
                    assert sorted(ip.id for ip in listed[0]) == sorted(ip.id for ip in listed[1])
            case _:
                self.ask_for_group("get_contact_group", group.refresh, lambda: self.model.group(group.id))

    # Time.

    @rule(seconds=SECONDS)
    def advance(self, seconds: float) -> None:
        self.emulator.advance(seconds)
        self.model.pass_until(self.model.now + seconds)

    @precondition(lambda self: self.model.works)
    @rule(early=st.sampled_from([0.25, 0.0]))
    def advance_until_work_is_due(self, early: float) -> None:
        moment = max(self.model.next_due - early, self.model.now)
        self.emulator.advance(moment - self.model.now)
        self.model.pass_until(moment)

    @rule()
    def run_until_idle(self) -> None:
        self.wait_until_idle()

    @rule(target=snapshots)
    def take_snapshot(self) -> tuple[Snapshot, Account]:
        return self.emulator.snapshot(), deepcopy(self.model)

    @rule(kept=snapshots)
    def restore_snapshot(self, kept: tuple[Snapshot, Account]) -> None:
        snapshot, account = kept
        self.emulator.restore(snapshot)
        restored = deepcopy(account)
        restored.continue_after(self.model)
        self.model = restored

    @precondition(lambda self: self.model.boxes)
    @rule(index=INDEX)
    def create_a_backup_restore_a_snapshot_and_repeat(self, index: int) -> None:
        kept = self.take_snapshot()
        self.create_backup(index)
        self.wait_until_idle()
        self.nothing_differs()
        self.restore_snapshot(kept)
        self.create_backup(index)
        self.wait_until_idle()

    # Faults.

    @precondition(lambda self: not self.next_faults)
    @rule(faults=st.lists(st.tuples(FAULT, TIMES), min_size=1, max_size=2))
    def inject_into_the_next_call(self, faults: list[tuple[str, int]]) -> None:
        self.next_faults = faults

    @rule(call=st.sampled_from(READING + CHANGING), fault=FAULT, times=TIMES, skip=st.integers(0, 1))
    def inject_into_a_later_call(self, call: CallName, fault: str, times: int, skip: int) -> None:
        self.inject(call, fault, times, skip)

    @precondition(lambda self: self.modelled_client.planned)
    @rule()
    def clear_faults(self) -> None:
        self.emulator.clear_faults()
        self.modelled_client.planned.clear()


@pytest.mark.parametrize(
    ("connection", "runs"),
    [
        pytest.param(in_process, range(5), id="in process"),
        pytest.param(over_a_socket, range(8, 10), id="over a socket"),
    ],
)
def test_client_and_emulator_agree_with_the_model(
    connection: Callable[[], AbstractContextManager[tuple[Emulator, JiffyBox]]], runs: Sequence[int]
) -> None:
    class Connected(Life):
        tally: ClassVar[Counter[str]] = Counter()

        def connect(self) -> AbstractContextManager[tuple[Emulator, JiffyBox]]:
            return connection()

    for run in runs:
        run_state_machine_as_test(seed(run)(Connected), settings=SETTINGS)
    assert Connected.tally["steps"] >= FEWEST_STEPS * len(runs)
    assert Connected.tally.keys() >= {*CHANGING, *OUTCOMES}
