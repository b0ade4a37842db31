"""What the control panel shows of an account, and what of it has changed."""

# pyright: reportPrivateUsage=false

import json

import pytest

from jiffybox_sdk import Emulator
from jiffybox_sdk.emulator import TOKEN, ServiceRequest
from jiffybox_sdk.emulator._server.panel.view import _COMMANDS, View
from tests.support.schema_tools import items, members
from tests.support.scripted import TOKEN as SCRIPTED_TOKEN, ask

SEED = {
    "boxes": [
        {"name": "web", "planid": 44, "distribution": "centos_7_64bit"},
        {"name": "off", "planid": 44, "distribution": "centos_7_64bit", "running": False},
        {"name": "ice", "planid": 45, "distribution": "centos_7_64bit", "status": "FROZEN"},
    ]
}
RUNNING = 10001


@pytest.fixture
def emulator() -> Emulator:
    return Emulator("manual", seed=SEED)


def view(emulator: Emulator, *, control: bool = True) -> View:
    return View(emulator._service, control=control)


def test_a_view_first_shows_everything_and_then_what_has_changed(emulator: Emulator) -> None:
    shown = view(emulator)
    first = shown.changes()
    assert (first["fresh"], first["control"]) == (True, True)
    boxes = members(first["boxes"])
    assert [members(box)["name"] for box in boxes.values()] == ["web", "off", "ice"]
    assert members(boxes[str(RUNNING)])["commands"] == ["SHUTDOWN", "PULLPLUG", "duplicate", "backup", "metadata"]
    assert members(members(first["cost"])["total"]) == {"hour": "0.05", "month": "33.28"}
    assert shown.changes() == {}
    with emulator.client() as client:
        client.box(RUNNING).stop()
        changes = shown.changes()
        assert changes.keys() == {"boxes", "requests"}
        assert [*members(changes["boxes"])] == [str(RUNNING)]
        assert members(members(changes["boxes"])[str(RUNNING)])["commands"] == []
        emulator.run_until_idle()
        client.box(RUNNING).delete()
        emulator.run_until_idle()
    assert members(shown.changes()["boxes"]) == {str(RUNNING): None}


def test_looking_completes_work_but_neither_takes_faults_nor_appears_as_a_request(emulator: Emulator) -> None:
    emulator.add_fault("list_boxes", drop=True)
    shown = view(emulator)
    shown.changes()
    with emulator.client() as client:
        client.box(RUNNING).stop()
    emulator.clock.advance(60)
    box = members(members(shown.changes()["boxes"])[str(RUNNING)])
    assert (box["status"], box["since"]) == ("READY", None)
    assert len(emulator.faults()) == 1
    assert [entry.call for entry in emulator.journal()] == ["get_box", "change_box"]


def test_requests_are_shown_without_secrets_and_disappear_when_they_are_cleared(emulator: Emulator) -> None:
    shown = view(emulator)
    shown.changes()
    with emulator.client() as client:
        client.create_box("new", 44, distribution="centos_7_64bit", password="swordfish")
        for _ in range(150):
            client.plans()
    requests = members(shown.changes()["requests"])
    assert [*requests] == [str(number) for number in range(52, 152)]
    assert "swordfish" not in json.dumps(requests)
    assert TOKEN not in json.dumps(requests)
    emulator.clear_journal()
    with emulator.client() as client:
        client.plans()
    changed = members(shown.changes()["requests"])
    assert [key for key, value in changed.items() if value] == ["1"]
    assert len(changed) == 101


def test_long_texts_are_shortened(emulator: Emulator) -> None:
    with emulator.client() as client:
        client.box(RUNNING).update_metadata({"text": "x" * 3_000})
    entry = members(members(view(emulator).changes()["requests"])["2"])
    assert len(str(entry["body"])) == len(str(entry["result"])) == 2001


def test_periodic_backups_appear_when_they_are_due(emulator: Emulator) -> None:
    with emulator.client() as client:
        client.box(RUNNING).backups().switch_on(0, 1)
    shown = view(emulator)
    shown.changes()
    emulator.advance(24 * 3600)
    [box] = members(shown.changes()["boxes"]).values()
    assert "daily" in members(members(box)["backups"])


def test_the_clock_is_only_sent_if_it_does_more_than_run(emulator: Emulator) -> None:
    emulator.set_clock("real", speed=1000)
    shown = view(emulator)
    assert members(members(shown.changes()["clock"])["clock"])["speed"] == 1000
    assert "clock" not in shown.changes()
    emulator.set_clock("manual")
    assert members(members(shown.changes()["clock"])["clock"])["policy"] == "manual"


def test_a_change_of_one_box_of_a_thousand_is_short(emulator: Emulator) -> None:
    box = {"planid": 44, "distribution": "centos_7_64bit"}
    emulator.reset({"boxes": [{**box, "name": f"box {number}"} for number in range(1000)]})
    shown = view(emulator)
    assert len(members(shown.changes()["boxes"])) == 1000
    with emulator.client() as client:
        client.box(RUNNING).stop()
    assert 200 < len(json.dumps(shown.changes())) < 10_000


COMMANDS: dict[str, tuple[str, str, object]] = {
    **{name: ("PUT", "jiffyBoxes", {"status": name}) for name in ("START", "SHUTDOWN", "PULLPLUG", "FREEZE")},
    **{name: ("PUT", "jiffyBoxes", {"status": name, "planid": 45}) for name in ("THAW", "PLAN")},
    "duplicate": ("POST", "jiffyBoxes", {"name": "new", "planid": 44}),
    "delete": ("DELETE", "jiffyBoxes", None),
    "backup": ("POST", "backups", None),
    "metadata": ("PUT", "jiffyBoxes", {"metadata": {"role": "web"}}),
}


def test_the_commands_of_a_box_are_those_that_the_service_accepts(account: Emulator) -> None:
    account.handle(ServiceRequest("POST", f"/{SCRIPTED_TOKEN}/v1.0/backups/10001/manual"))
    ask(account, "POST", "jiffyBoxes/10003", {"name": "copy", "planid": 44})
    offered = set[str]()
    for number, box in members(view(account).changes()["boxes"]).items():
        for command, (verb, module, body) in COMMANDS.items():
            path = f"{module}/{number}/manual" if command == "backup" else f"{module}/{number}"
            messages, _ = ask(account.copy("manual"), verb, path, body)
            assert (messages == []) == (command in items(members(box)["commands"])), (box, command, messages)
        offered |= {str(command) for command in items(members(box)["commands"])}
    assert offered == COMMANDS.keys() == _COMMANDS.keys()
