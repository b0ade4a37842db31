"""Snapshots and resets of an emulator."""

import json

import pytest

from jiffybox_sdk import Emulator, JiffyArgumentException, JiffyTimeoutException, PingCheck
from jiffybox_sdk.emulator import ClockPolicy, EmulatorDefect, ServiceRequest, Snapshot
from jiffybox_sdk.emulator._clock import EPOCH
from tests.support.accounts import CHECK, COPIED, RUNNING, SEED, fill, view
from tests.support.scripted import PASSWORD, TOKEN

NEW = {"name": "web", "planid": 44, "distribution": "centos_7_64bit"}


@pytest.fixture
def emulator() -> Emulator:
    """An emulator with objects of each kind, most of them with work in progress."""
    emulator = Emulator("manual", token=TOKEN, seed=SEED)
    fill(emulator)
    return emulator


def content(snapshot: Snapshot) -> dict[str, object]:
    """Return the content of a snapshot."""
    kept: dict[str, object] = json.loads(snapshot.state)
    return kept


def test_a_restored_account_is_identical(emulator: Emulator) -> None:
    snapshot, before = emulator.snapshot(), view(emulator)
    assert emulator.clock.now() == EPOCH + 2.25
    emulator.run_until_idle()
    client = emulator.client()
    client.box(RUNNING).update_metadata({"list": None})
    client.box(COPIED).stop()
    client.contact_group(2).change("other")
    client.check(CHECK).delete()
    client.box(RUNNING).backups().switch_off()
    next(ip for ip in client.box(RUNNING).list_ips() if ip.floating).move(COPIED)
    assert view(emulator) != before
    emulator.restore(snapshot)
    assert view(emulator) == before
    assert emulator.clock.now() == EPOCH + 2.25


def test_work_in_progress_continues_in_each_restored_account(emulator: Emulator) -> None:
    snapshot = emulator.snapshot()
    other = Emulator("manual", token=TOKEN)
    other.restore(snapshot)
    assert content(other.snapshot()) == content(snapshot)
    seen = [view(emulator)]
    for _ in range(30):
        emulator.advance(5)
        other.advance(5)
        seen.append(view(emulator))
        assert view(other) == seen[-1]
    assert len({json.dumps(each["jiffyBoxes"]) for each in seen}) > 4
    emulator.restore(snapshot)
    for before in seen:
        assert view(emulator) == before
        emulator.advance(5)


def test_later_changes_do_not_affect_a_snapshot(emulator: Emulator) -> None:
    snapshot = emulator.snapshot()
    kept, equal = snapshot.state, emulator.snapshot()
    emulator.run_until_idle()
    emulator.client().box(RUNNING).update_metadata({"a": 1})
    emulator.restore(snapshot)
    emulator.client().box(RUNNING).update_metadata({"a": 2})
    emulator.reset()
    assert snapshot == equal
    assert snapshot.state is kept


def test_the_repr_of_a_snapshot_hides_its_content(emulator: Emulator) -> None:
    snapshot = emulator.snapshot()
    assert PASSWORD.encode() in snapshot.state
    assert repr(snapshot) == f"<Snapshot of {len(snapshot.state)} bytes>"


def new_ids(emulator: Emulator) -> set[str]:
    """Return the ids of new objects of each kind."""
    client = emulator.client()
    number = len(client.boxes())
    box = client.create_box(f"box {number}", 44, distribution="centos_7_64bit")
    ids = {f"box {box.id}", f"group {client.create_contact_group(f'g {box.id}', ['a@example.org']).id}"}
    ids.add(f"floating {emulator.add_floating_ip(box)}")
    ids |= {f"ip {ip.id}" for ip in box.list_ips()}
    ids |= {f"address {address}" for address in (*box.public_ips, *box.ips.private)}
    ids.add(f"check {client.create_check(PingCheck(name='a', ip=box.public_ips[0], port=1)).id}")
    emulator.advance(200)
    client.box(RUNNING).backups().create_manual()
    emulator.advance(200)
    return ids | {f"backup {client.box(RUNNING).backups().of_type('manual').id}"}


def test_ids_used_since_the_snapshot_are_not_reused(emulator: Emulator) -> None:
    snapshot = emulator.snapshot()
    first = new_ids(emulator)
    emulator.restore(snapshot)
    second = new_ids(emulator)
    emulator.restore(emulator.snapshot())
    emulator.restore(snapshot)
    third = new_ids(emulator)
    assert len(first) == len(second) == len(third) == 11
    assert len(first | second | third) == 33


def test_ids_of_the_previous_account_are_not_reused() -> None:
    empty = Emulator().snapshot()
    emulator = Emulator(seed={"boxes": [{**NEW, "id": 20_000}]})
    emulator.restore(empty)
    assert emulator.client().create_box("web", 44, distribution="centos_7_64bit").id == 20_001


def test_faults_and_the_journal_are_not_part_of_a_snapshot(emulator: Emulator) -> None:
    snapshot = emulator.snapshot()
    emulator.clear_journal()
    fault = emulator.add_fault("get_box", drop=True)
    emulator.client().boxes()
    emulator.restore(snapshot)
    assert emulator.faults() == [fault]
    assert [entry.call for entry in emulator.journal()] == ["list_boxes"]


@pytest.mark.parametrize("state", [b"", b"{}", b"null", b'{"version": 2}', b'{"version": 1, "now": 0, "account": []}'])
def test_an_invalid_snapshot_has_no_effect(emulator: Emulator, state: bytes) -> None:
    before = emulator.snapshot()
    with pytest.raises(JiffyArgumentException, match=r"^invalid snapshot: "):
        emulator.restore(Snapshot(state))
    assert emulator.snapshot() == before


def test_the_time_of_a_snapshot_is_restored_with_a_real_clock(emulator: Emulator) -> None:
    other = Emulator("real", speed=1e-6)
    assert other.clock.now() > EPOCH + 1e6
    other.restore(emulator.snapshot())
    assert EPOCH + 2.25 <= other.clock.now() < EPOCH + 3
    assert other.client().box(10_002).status == "UPDATING"


def test_a_reset_clears_everything(emulator: Emulator, monkeypatch: pytest.MonkeyPatch) -> None:
    def half_a_box(_account: object) -> dict[str, object]:
        return {"10001": {"id": 10001}}

    with monkeypatch.context() as patch:
        patch.setattr("jiffybox_sdk.emulator._handlers.boxes.list_all", half_a_box)
        with pytest.raises(EmulatorDefect):
            emulator.handle(ServiceRequest("GET", f"/{TOKEN}/v1.0/jiffyBoxes"))
    assert len(emulator.defects) == 1
    emulator.add_fault("get_box", drop=True)
    emulator.reset()
    assert emulator.snapshot() == Emulator().snapshot()
    assert (emulator.faults(), emulator.journal(), emulator.defects) == ([], [], [])
    assert emulator.client().create_box("web", 44, distribution="centos_7_64bit").id == RUNNING
    assert emulator.journal()[0].number == 1


def test_a_reset_to_a_seed_is_like_a_new_emulator(emulator: Emulator) -> None:
    emulator.advance(1000)
    emulator.reset(SEED)
    other = Emulator("manual", token=TOKEN, seed=SEED)
    assert emulator.snapshot() == other.snapshot()
    for one in (emulator, other):
        one.run_until_idle()
    assert view(emulator) == view(other)


@pytest.mark.parametrize("clock", ["auto", "instant", "manual", "never"])
def test_a_reset_restores_the_initial_time_of_every_clock(clock: ClockPolicy) -> None:
    emulator = Emulator(clock, seed={"boxes": [{**NEW, "status": "CREATING"}]})
    first = emulator.snapshot()
    emulator.advance(100)
    emulator.client().boxes()
    emulator.reset({"boxes": [{**NEW, "status": "CREATING"}]})
    assert emulator.snapshot() == first


def test_work_never_completes_with_the_clock_never() -> None:
    emulator = Emulator("never", seed={"boxes": [{**NEW, "name": "seed", "status": "THAWING"}]})
    box = emulator.client().create_box("web", 44, distribution="centos_7_64bit")
    with pytest.raises(JiffyTimeoutException):
        box.wait_for_status("READY", max_wait=100)
    assert emulator.clock.now() == EPOCH + 100
    emulator.advance(1e8)
    assert [each.status for each in emulator.client().boxes()] == ["THAWING", "CREATING"]
    with pytest.raises(JiffyArgumentException, match="work never completes under the clock 'never'"):
        emulator.run_until_idle()


def test_a_snapshot_can_be_restored_with_another_clock() -> None:
    never, auto = Emulator("never"), Emulator("auto")
    box = never.client().create_box("web", 44, distribution="centos_7_64bit")
    auto.restore(never.snapshot())
    never.restore(auto.snapshot())
    never.advance(1000)
    assert never.client().box(box.id).status == "CREATING"
    assert auto.client().box(box.id).wait_for_status("READY").ready
    assert auto.clock.now() < EPOCH + 60
    auto.restore(never.snapshot())
    assert auto.client().box(box.id).ready


def test_time_stops_at_the_end_of_the_year_9999() -> None:
    emulator = Emulator("manual", seed={"boxes": [{**NEW, "schedule": {"dayid": 0, "timeid": 1}}]})
    for _ in range(2600):
        emulator.advance(1e8)
    assert emulator.clock.now() == 253_402_300_799
    emulator.restore(emulator.snapshot())
    box = emulator.client().create_box("late", 44, distribution="centos_7_64bit")
    assert box.created.year == 9999
    assert emulator.client().box(RUNNING).backups().daily is not None
