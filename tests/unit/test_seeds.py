"""Seeds: the initial content of an account, and its work in progress."""

import json
from collections.abc import Mapping
from pathlib import Path

import pytest

from jiffybox_sdk import BoxStatus, CheckStatus, Emulator, JiffyArgumentException, JiffyNotFoundException, Weekday
from jiffybox_sdk.emulator import SeedDocument
from jiffybox_sdk.emulator._clock import EPOCH
from jiffybox_sdk.emulator._state.account import LAST_BOX
from jiffybox_sdk.operations import OWN_GROUP, BackupType
from tests.support.scripted import PASSWORD

WEB: dict[str, object] = {"name": "web", "planid": "CloudLevel 1", "distribution": "debian_stretch_64bit"}
DB: dict[str, object] = {"name": "db", "planid": 45, "distribution": "centos_7_64bit"}
PING: dict[str, object] = {"name": "ping web", "box": "web", "checkType": "ping", "port": 1}


def boxes(*changes: Mapping[str, object]) -> dict[str, object]:
    """Return a seed with a box for each set of changes."""
    return {"boxes": [{**WEB, "name": f"box {number}", **change} for number, change in enumerate(changes)]}


LIVES: list[tuple[str, bool | None, bool, tuple[str, bool] | None, float]] = [
    ("READY", None, True, ("READY", True), 0),
    ("READY", True, True, ("READY", True), 0),
    ("READY", False, False, ("READY", False), 0),
    ("RUNNING", None, True, ("RUNNING", True), 0),
    ("RUNNING", False, False, ("RUNNING", False), 0),
    ("FROZEN", None, False, ("FROZEN", False), 0),
    ("FROZEN", False, False, ("FROZEN", False), 0),
    ("CREATING", None, False, ("READY", True), 40),
    ("UPDATING", None, False, ("READY", True), 10),
    ("UPDATING", False, False, ("READY", True), 10),
    ("UPDATING", True, True, ("READY", False), 10),
    ("FREEZING", None, False, ("FROZEN", False), 30),
    ("THAWING", None, False, ("READY", False), 30),
    ("CHANGING PLAN", None, False, ("READY", False), 20),
    ("DELETING", None, False, None, 10),
]
"""State; power state as given, and as it is; final state and power state, and the seconds until then."""


@pytest.mark.parametrize(("status", "given", "running", "then", "seconds"), LIVES)
def test_a_box_starts_in_any_state_and_completes_its_work(
    status: str,
    given: bool | None,  # noqa: FBT001 (a row of the table)
    running: bool,  # noqa: FBT001
    then: tuple[str, bool] | None,
    seconds: float,
) -> None:
    change: dict[str, object] = {"status": status} if given is None else {"status": status, "running": given}
    emulator = Emulator("manual", seed=boxes(change))
    client = emulator.client()
    (box,) = client.boxes()
    assert (box.status, box.running, box.created.timestamp()) == (status, running, EPOCH)
    if seconds:
        emulator.advance(seconds - 0.5)
        assert client.box(box.id) == box
    emulator.run_until_idle()
    assert emulator.clock.now() == EPOCH + seconds
    assert [(each.status, each.running) for each in client.boxes()] == ([] if then is None else [then])
    if then is None:
        with pytest.raises(JiffyNotFoundException):
            client.box(box.id)


def test_every_known_state_has_a_row() -> None:
    assert {row[0] for row in LIVES} == {str(status) for status in BoxStatus}


def test_the_work_of_a_seed_is_complete_with_an_instant_clock() -> None:
    assert Emulator("instant", seed=boxes({"status": "CREATING"})).client().boxes()[0].ready


def test_boxes_have_the_given_fields() -> None:
    changes: dict[str, object] = {"created": 1_600_000_000, "metadata": {"a": [1]}, "floatingIps": 2}
    seed = {"boxes": [{**WEB, **changes, "password": PASSWORD}, {**DB, "id": 20_000}, {**DB, "name": "db 2"}]}
    emulator = Emulator(seed=seed)
    web, db, other = emulator.client().boxes()
    assert (web.id, db.id, other.id) == (10_001, 20_000, 20_001)
    assert (web.plan.name, web.metadata, web.created.timestamp()) == ("CloudLevel 1", {"a": [1]}, 1_600_000_000)
    assert web.runningSince == web.created
    assert [ip.floating for ip in web.list_ips()] == [False, False, False, True, True]
    assert len(web.public_ips) == 3
    assert db.activeProfile is not None
    assert db.activeProfile.disks["xvda"].distribution == "centos_7_64bit"
    assert PASSWORD not in repr(emulator.snapshot().state)
    new = emulator.client().create_box("new", 44, distribution="centos_7_64bit")
    assert new.id == 20_002


def test_the_highest_box_id_has_an_address() -> None:
    (box,) = Emulator(seed=boxes({"id": LAST_BOX, "floatingIps": 1})).client().boxes()
    assert box.public_ips == ["198.19.127.255", "198.19.135.212"]


def test_backups_and_schedules_continue() -> None:
    made: dict[BackupType, int] = {
        "manual": 1_690_000_000,
        "daily": 1_690_000_100,
        "weekly": 1_690_000_200,
        "biweekly": 1_690_000_300,
    }
    seed = boxes({"backups": made}, {"schedule": {"dayid": 1, "timeid": 3}}, {"backups": {"manual": 5}})
    emulator = Emulator("manual", seed=seed)
    all_kinds, scheduled, manual = emulator.client().backups()
    assert {kind: int(all_kinds.of_type(kind).created.timestamp()) for kind in made} == made
    assert len({all_kinds.of_type(kind).id for kind in made}) == 4
    assert (scheduled.day, scheduled.time, scheduled.daily) == (Weekday.MONDAY, 3, None)
    assert (manual.of_type("manual").created.timestamp(), manual.daily, manual.day) == (5, None, None)
    emulator.advance(20 * 86_400)
    assert None not in (scheduled.refresh().daily, scheduled.refresh().weekly, scheduled.refresh().biweekly)
    assert all_kinds.restore("weekly") is True
    manual.delete("manual")
    emulator.run_until_idle()
    assert manual.refresh().manual is None


def test_groups_and_checks_are_ready() -> None:
    first = Emulator(seed={"boxes": [WEB]}).client().boxes()[0].public_ips[0]
    emulator = Emulator(
        seed={
            "boxes": [WEB, {**DB, "status": "FROZEN"}],
            "contactGroups": [
                {"name": "admins", "contacts": ["a@example.org"]},
                {"name": "others", "contacts": ["b@example.org"], "id": 7},
            ],
            "checks": [
                {**PING, "contactGroups": [1, 7]},
                {"name": "ssh", "ip": first, "checkType": "ssh", "port": 22, "active": False},
                {**PING, "name": "ping db", "box": "db"},
            ],
        }
    )
    client = emulator.client()
    assert [(group.id, group.name, group.ready) for group in client.contact_groups()] == [
        (1, OWN_GROUP, True),
        (2, "admins", True),
        (7, "others", True),
    ]
    ping, ssh, frozen = client.checks()
    assert (ping.ip, ping.status) == (first, CheckStatus.STATUS_READY)
    assert [group.name for group in ping.contactGroups] == [OWN_GROUP, "others"]
    assert (ssh.ip, ssh.status, ssh.checkInterval) == (first, CheckStatus.STATUS_DEACTIVATED, 300)
    assert [check.result().code for check in (ping, ssh, frozen)] == [0, 3, 2]
    assert client.create_contact_group("new", ["c@example.org"]).id == 8


def test_a_seed_and_its_account_are_independent() -> None:
    inner: dict[str, object] = {"b": 1}
    seed = boxes({"metadata": {"a": inner}})
    before = json.dumps(seed)
    emulator = Emulator(seed=seed)
    emulator.client().boxes()[0].update_metadata({"a": None, "c": 1})
    assert json.dumps(seed) == before
    emulator.reset(seed)
    inner["b"] = 2
    assert emulator.client().boxes()[0].metadata == {"a": {"b": 1}}


def test_an_empty_seed_gives_an_empty_account(tmp_path: Path) -> None:
    file = tmp_path / "seed.json"
    file.write_text("{}", "utf-8")
    seeds: list[SeedDocument] = [{}, {"boxes": [], "checks": None}, str(file), file]
    for seed in seeds:
        assert Emulator(seed=seed).snapshot() == Emulator().snapshot()


def test_messages_do_not_contain_passwords(tmp_path: Path) -> None:
    file = tmp_path / "seed.json"
    secret: dict[str, object] = {"password": PASSWORD}
    check = {**PING, "checkType": "http", "domainname": "a.b", "path": "/", "username": "me", **secret}
    wrong_checks = ({**check, "path": ""}, {**check, "x": 1}, {**check, "contactGroups": [9]}, {**check, "box": "x"})
    seeds = [boxes({**secret, **wrong}) for wrong in ({"planid": 99}, {"x": 1}, {"password": [PASSWORD]}, {"id": 1})]
    seeds += [{"boxes": [WEB], "checks": [wrong]} for wrong in wrong_checks]
    for seed in seeds:
        file.write_text(json.dumps(seed), "utf-8")
        for given in (seed, file):
            with pytest.raises(JiffyArgumentException) as raised:
                Emulator(seed=given)
            assert PASSWORD not in str(raised.value)
            assert raised.value.__cause__ is raised.value.__context__ is None
    file.write_text(f'{{"boxes": [{{"password": "{PASSWORD}", ]}}', "utf-8")
    with pytest.raises(JiffyArgumentException) as raised:
        Emulator(seed=file)
    assert PASSWORD not in repr(raised.value)
