"""Snapshots of an emulator: what they bring back, and what nothing that happens later changes."""

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
    """One with some of everything, most of it under way."""
    emulator = Emulator("manual", token=TOKEN, seed=SEED)
    fill(emulator)
    return emulator


def content(snapshot: Snapshot) -> dict[str, object]:
    """What is in a snapshot."""
    kept: dict[str, object] = json.loads(snapshot.state)
    return kept


def test_a_restored_account_is_exactly_the_one_that_was_kept(emulator: Emulator) -> None:
    snapshot, before = emulator.snapshot(), view(emulator)
    assert emulator.clock.now() == EPOCH + 2.25
    emulator.run_until_idle()
    client = emulator.client()
    client.box(RUNNING).update_metadata({"list": None})
    client.box(COPIED).stop()
    client.contact_group(2).change("other")
    client.check(CHECK).delete()
    client.box(RUNNING).backups().switch_off()
    next(ip for ip in client.ips_of(RUNNING) if ip.floating).move(COPIED)
    assert view(emulator) != before
    emulator.restore(snapshot)
    assert view(emulator) == before
    assert emulator.clock.now() == EPOCH + 2.25


def test_work_that_was_under_way_goes_on_in_every_account_that_was_restored(emulator: Emulator) -> None:
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
    assert len({json.dumps(found["jiffyBoxes"]) for found in seen}) > 4
    emulator.restore(snapshot)
    for before in seen:
        assert view(emulator) == before
        emulator.advance(5)


def test_a_snapshot_is_not_changed_by_what_happens_later(emulator: Emulator) -> None:
    snapshot = emulator.snapshot()
    kept, equal = snapshot.state, emulator.snapshot()
    emulator.run_until_idle()
    emulator.client().box(RUNNING).update_metadata({"a": 1})
    emulator.restore(snapshot)
    emulator.client().box(RUNNING).update_metadata({"a": 2})
    emulator.reset()
    assert snapshot == equal
    assert snapshot.state is kept


def test_a_snapshot_shows_nothing_of_what_is_in_it(emulator: Emulator) -> None:
    snapshot = emulator.snapshot()
    assert PASSWORD.encode() in snapshot.state
    assert repr(snapshot) == f"<Snapshot of {len(snapshot.state)} bytes>"


def new_ids(emulator: Emulator) -> set[str]:
    """The ids of a new thing of each kind."""
    client = emulator.client()
    number = len(client.boxes())
    box = client.create_box(f"box {number}", 44, distribution="centos_7_64bit")
    found = {f"box {box.id}", f"group {client.create_contact_group(f'g {box.id}', ['a@example.org']).id}"}
    found.add(f"floating {emulator.add_floating_ip(box)}")
    found |= {f"ip {ip.id}" for ip in box.list_ips()}
    found |= {f"address {address}" for address in (*box.public_ips, *box.ips.private)}
    found.add(f"check {client.create_check(PingCheck(name='a', ip=box.public_ips[0], port=1)).id}")
    emulator.advance(200)
    client.box(RUNNING).backups().create_manual()
    emulator.advance(200)
    return found | {f"backup {client.backups_of(RUNNING).of_type('manual').id}"}


def test_ids_that_were_used_since_are_not_used_again(emulator: Emulator) -> None:
    snapshot = emulator.snapshot()
    first = new_ids(emulator)
    emulator.restore(snapshot)
    second = new_ids(emulator)
    emulator.restore(emulator.snapshot())
    emulator.restore(snapshot)
    third = new_ids(emulator)
    assert len(first) == len(second) == len(third) == 11
    assert len(first | second | third) == 33


def test_ids_of_the_account_that_is_left_are_not_used_in_the_one_that_is_restored() -> None:
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
def test_a_snapshot_that_is_broken_is_refused_and_nothing_is_changed(emulator: Emulator, state: bytes) -> None:
    before = emulator.snapshot()
    with pytest.raises(JiffyArgumentException, match=r"^snapshot is refused: "):
        emulator.restore(Snapshot(state))
    assert emulator.snapshot() == before


def test_a_restored_account_goes_by_the_time_of_the_snapshot_also_under_a_real_clock(emulator: Emulator) -> None:
    other = Emulator("real", speed=1e-6)
    assert other.clock.now() > EPOCH + 1e6
    other.restore(emulator.snapshot())
    assert EPOCH + 2.25 <= other.clock.now() < EPOCH + 3
    assert other.client().box(10_002).status == "UPDATING"


def test_a_reset_begins_anew(emulator: Emulator, monkeypatch: pytest.MonkeyPatch) -> None:
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
def test_a_reset_brings_back_the_first_moment_under_every_clock(clock: ClockPolicy) -> None:
    emulator = Emulator(clock, seed={"boxes": [{**NEW, "status": "CREATING"}]})
    first = emulator.snapshot()
    emulator.advance(100)
    emulator.client().boxes()
    emulator.reset({"boxes": [{**NEW, "status": "CREATING"}]})
    assert emulator.snapshot() == first


def test_under_the_clock_never_no_work_is_done_and_waiting_takes_its_time() -> None:
    emulator = Emulator("never", seed={"boxes": [{**NEW, "name": "seed", "status": "THAWING"}]})
    box = emulator.client().create_box("web", 44, distribution="centos_7_64bit")
    with pytest.raises(JiffyTimeoutException):
        box.wait_for_status("READY", max_wait=100)
    assert emulator.clock.now() == EPOCH + 100
    emulator.advance(1e8)
    assert [found.status for found in emulator.client().boxes()] == ["THAWING", "CREATING"]
    with pytest.raises(JiffyArgumentException, match="under the clock 'never' no work is ever done"):
        emulator.run_until_idle()


def test_what_was_kept_under_the_clock_never_goes_on_under_another_and_the_other_way_round() -> None:
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


def test_time_ends_with_the_year_9999_and_can_be_kept_then() -> None:
    emulator = Emulator("manual", seed={"boxes": [{**NEW, "schedule": {"dayid": 0, "timeid": 1}}]})
    for _ in range(2600):
        emulator.advance(1e8)
    assert emulator.clock.now() == 253_402_300_799
    emulator.restore(emulator.snapshot())
    box = emulator.client().create_box("late", 44, distribution="centos_7_64bit")
    assert box.created.year == 9999
    assert emulator.client().backups_of(RUNNING).daily is not None
