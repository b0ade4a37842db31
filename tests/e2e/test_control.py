"""The control interface of the emulator's server."""

# pyright: reportPrivateUsage=false

import threading
from collections.abc import Generator
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from jiffybox_sdk import Emulator, JiffyBox, JiffyOutcomeUnknownException
from jiffybox_sdk.emulator import TOKEN, JournalEntry, ServiceRequest
from jiffybox_sdk.emulator._server.app import running

SEED = {"boxes": [{"name": "web", "planid": 44, "distribution": "centos_7_64bit"}]}


@pytest.fixture
def emulator(served: tuple[Emulator, str]) -> Emulator:
    served[0].reset()
    return served[0]


@pytest.fixture
def control(served: tuple[Emulator, str]) -> Generator[httpx.Client]:
    with httpx.Client(base_url=f"{served[1]}/__emulator__/", trust_env=False) as client:
        yield client


def test_health_has_the_status_and_the_version(control: httpx.Client) -> None:
    assert control.get("health").json() == {"status": "ok", "version": "0.1.0", "defects": []}


def test_it_resets_the_account(control: httpx.Client, emulator: Emulator) -> None:
    with emulator.client() as client:
        assert control.post("reset", json={"seed": SEED}).json() == {}
        assert [box.name for box in client.boxes()] == ["web"]
        assert control.post("reset", json={}).json() == {}
        assert client.boxes() == []


def test_it_advances_the_clock(control: httpx.Client, emulator: Emulator) -> None:
    began = emulator.clock.now()
    clock = {"policy": "manual", "speed": 1, "now": began}
    assert control.get("clock").json() == clock
    assert control.post("clock", json={"advance": 60}).json() == {**clock, "now": began + 60}
    with emulator.client() as client:
        box = client.create_box("web", 44, distribution="centos_7_64bit")
        control.post("clock", json={"run_until_idle": True})
        assert box.refresh().ready


def test_it_injects_and_removes_faults(control: httpx.Client, emulator: Emulator) -> None:
    fault = {"call": "create_box", "drop": True, "moment": "after"}
    injected = [{**fault, "skip": 0, "times": 1}]
    expected = {"faults": injected, "never_triggered": injected}
    assert control.post("faults", json=fault).json() == expected
    assert control.get("faults").json() == expected
    with emulator.client() as client:
        with pytest.raises(JiffyOutcomeUnknownException):
            client.create_box("web", 44, distribution="centos_7_64bit")
        assert control.get("faults").json() == {"faults": [], "never_triggered": []}
        control.post("faults", json=fault)
        assert control.request("DELETE", "faults").json() == {"faults": [], "never_triggered": []}
        assert client.create_box("db", 44, distribution="centos_7_64bit").name == "db"


def test_it_returns_unknown_parameters_of_requests(control: httpx.Client, emulator: Emulator) -> None:
    emulator.handle(ServiceRequest("POST", f"/{TOKEN}/v1.0/jiffyBoxes", b"use_ssh_key=1"))
    [entry] = control.get("drift").json()["drift"]
    expected = {"model": "CreateBox", "pointer": "/use_ssh_key", "rule": "unknown-field", "found": "string", "count": 1}
    assert entry == {**expected, "expected": None}
    assert control.get("journal").json()["journal"][0]["unknown"] == ["use_ssh_key"]
    assert control.request("DELETE", "drift").json() == {"drift": []}


def test_it_returns_the_journal_without_secrets(control: httpx.Client, emulator: Emulator) -> None:
    with emulator.client() as client:
        client.create_box("web", 44, distribution="centos_7_64bit", password="swordfish")
    shown = control.get("journal")
    [entry] = shown.json()["journal"]
    assert (entry["call"], entry["status"], entry["result"]["name"]) == ("create_box", 200, "web")
    assert entry["body"]["name"] == "web"
    assert "swordfish" not in shown.text
    assert TOKEN not in shown.text
    assert control.request("DELETE", "journal").json() == {"journal": []}


def test_it_returns_and_restores_the_state(control: httpx.Client, emulator: Emulator) -> None:
    with emulator.client() as client:
        box = client.create_box("web", 44, distribution="centos_7_64bit")
        state = control.get("state").content
        emulator.reset()
        assert client.boxes() == []
        kind = {"Content-Type": "application/json"}
        assert control.put("state", content=state, headers=kind).status_code == 200
        assert client.boxes() == [box]
        emulator.run_until_idle()
        assert box.refresh().ready


def test_it_changes_the_clock_policy(control: httpx.Client, emulator: Emulator) -> None:
    assert control.post("reset", json={"clock": "instant"}).json() == {}
    assert control.get("clock").json()["policy"] == emulator.clock.policy == "instant"
    assert control.post("reset", json={"clock": "real"}).json() == {}
    assert "--clock manual, or" in control.post("clock", json={"advance": 1}).json()["error"]
    emulator.reset(clock="manual")


def test_it_starts_and_stops_the_clock(control: httpx.Client, emulator: Emulator) -> None:
    began = emulator.clock.now()
    with emulator.client() as client:
        box = client.create_box("web", 44, distribution="centos_7_64bit")
        assert control.post("clock", json={"policy": "real", "speed": 60}).json()["speed"] == 60
        assert began <= emulator.clock.now() < began + 86_400
        assert "can't be advanced" in control.post("clock", json={"advance": 1}).json()["error"]
        stopped = control.post("clock", json={"policy": "manual"}).json()
        assert (stopped["policy"], stopped["speed"]) == ("manual", 1)
        control.post("clock", json={"run_until_idle": True})
        assert box.refresh().ready


def test_it_removes_a_single_fault(control: httpx.Client, emulator: Emulator) -> None:
    cut, drop, twice = ({"call": "get_box", **effect} for effect in ({"cut": True}, {"drop": True}, {"times": 2}))
    for fault in (cut, drop, {**twice, "drop": True}):
        control.post("faults", json=fault)
    assert control.request("DELETE", "faults", json=drop).status_code == 200
    assert list(map(str, emulator.faults())) == ["get_box: times=1, cut=True", "get_box: times=2, drop=True"]
    again = control.request("DELETE", "faults", json=drop)
    assert (again.status_code, again.json()["error"]) == (400, "no such fault: get_box: times=1, drop=True")
    assert control.request("DELETE", "faults", content=b"{}").status_code == 400  # not declared to be JSON
    assert len(emulator.faults()) == 2


def test_it_orders_floating_addresses(control: httpx.Client, emulator: Emulator) -> None:
    with emulator.client() as client:
        box = client.create_box("web", 44, distribution="centos_7_64bit")
        ordered = control.post("floating-ips", json={"box": box.id}).json()
        assert ordered["ip"] in box.refresh().public_ips


INVALID: dict[str, tuple[str, str, object, str]] = {
    "a seed as a path": ("POST", "reset", {"seed": "/etc/passwd"}, 'expected {} or {"seed"'),
    "an invalid seed": (
        "POST",
        "reset",
        {"seed": {"boxes": [{}]}},
        "boxes[0].name is missing",
    ),
    "an unknown field": ("POST", "reset", {"sed": {}}, "invalid body: expected"),
    "an unknown clock": ("POST", "reset", {"clock": "sundial"}, "invalid clock 'sundial'"),
    "an unknown box": ("POST", "floating-ips", {"box": 1}, "there is no such box"),
    "a box id as text": ("POST", "floating-ips", {"box": "1"}, "invalid body: expected"),
    "a list": ("POST", "reset", [], "expected a JSON object"),
    "time going back": ("POST", "clock", {"advance": -1}, "invalid seconds -1"),
    "time as text": ("POST", "clock", {"advance": "1"}, "invalid body: expected"),
    "advance and run_until_idle": ("POST", "clock", {"advance": 1, "run_until_idle": True}, "invalid body: expected"),
    "a speed of the clock manual": ("POST", "clock", {"policy": "manual", "speed": 2}, "only the clock 'real' takes"),
    "a speed as text": ("POST", "clock", {"policy": "real", "speed": "2"}, "invalid speed"),
    "no speed": ("POST", "clock", {"policy": "real", "speed": 0}, "invalid speed 0"),
    "a policy and a time": ("POST", "clock", {"policy": "real", "advance": 1}, "invalid body: expected"),
    "neither advance nor run_until_idle": ("POST", "clock", {}, "invalid body: expected"),
    "a fault of an unknown call": ("POST", "faults", {"call": "explode", "drop": True}, "invalid fault: call: "),
    "a fault without options": ("POST", "faults", {"call": "get_box"}, "invalid fault: expected one of refuse, drop"),
    "a fault with an unknown field": (
        "POST",
        "faults",
        {"call": "get_box", "drop": True, "x": 1},
        "invalid fault: x: ",
    ),
    "an incomplete state": ("PUT", "state", {"version": 1}, "invalid snapshot: now is missing"),
    "a newer state": ("PUT", "state", {"version": 2}, "written by a newer version"),
}


@pytest.mark.parametrize("case", INVALID)
def test_invalid_requests_have_no_effect(control: httpx.Client, emulator: Emulator, case: str) -> None:
    verb, path, body, text = INVALID[case]
    emulator.reset(SEED)
    before = emulator.snapshot()
    answer = control.request(verb, path, json=body)
    assert answer.status_code == 400
    assert text in answer.json()["error"]
    assert emulator.snapshot() == before
    assert emulator.faults() == []


@pytest.mark.parametrize("path", ["reset", "clock", "faults"])
@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", None])
def test_content_types_that_web_pages_may_send_are_rejected(control: httpx.Client, path: str, kind: str | None) -> None:
    answer = control.post(path, content=b"{}", headers={"Content-Type": kind} if kind else {})
    assert answer.status_code == 400
    assert "expected the content type application/json" in answer.json()["error"]


def test_without_it_its_paths_belong_to_the_service(emulator: Emulator) -> None:
    for control in (True, False):
        with running(emulator, control=control) as url, httpx.Client(trust_env=False) as client:
            answer = client.get(f"{url}/__emulator__/health").json()
            assert answer.get("status") == ("ok" if control else None)


def test_unknown_verbs_and_paths_are_http_errors(control: httpx.Client) -> None:
    assert control.put("health").status_code == 405
    assert control.get("nothing").status_code == 404


def test_other_clients_work_at_the_same_time(
    served: tuple[Emulator, str], emulator: Emulator, control: httpx.Client
) -> None:
    with JiffyBox(TOKEN, served[1], clock=emulator.clock) as client:
        box = client.create_box("web", 44, distribution="centos_7_64bit")
        control.post("clock", json={"run_until_idle": True})
        assert box.refresh().ready


def test_a_request_that_waits_does_not_block_others(
    control: httpx.Client, emulator: Emulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = threading.Event()

    def journal() -> list[JournalEntry]:
        asked.set()
        return Emulator.journal(emulator)

    monkeypatch.setattr(emulator, "journal", journal)
    with ThreadPoolExecutor(1) as threads:
        with emulator._service.lock:  # a call waits for another process
            waiting = threads.submit(control.get, "journal")
            assert asked.wait(10)
            assert control.get("health").json()["status"] == "ok"
            assert not waiting.done()
        assert waiting.result().json() == {"journal": []}
