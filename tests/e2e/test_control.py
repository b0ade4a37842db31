"""The control interface of the emulator's server: what it does, and to whom it does not answer."""

from collections.abc import Generator

import httpx
import pytest

from jiffybox_sdk import Emulator, JiffyBox, JiffyOutcomeUnknownException
from jiffybox_sdk.emulator import TOKEN
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


def test_it_says_that_it_is_there(control: httpx.Client) -> None:
    assert control.get("health").json() == {"status": "ok", "version": "0.1.0", "defects": []}


def test_it_resets_to_nothing_or_to_a_seed(control: httpx.Client, emulator: Emulator) -> None:
    with emulator.client() as client:
        assert control.post("reset", json={"seed": SEED}).json() == {}
        assert [box.name for box in client.boxes()] == ["web"]
        assert control.post("reset", json={}).json() == {}
        assert client.boxes() == []


def test_it_moves_the_clock(control: httpx.Client, emulator: Emulator) -> None:
    began = emulator.clock.now()
    assert control.get("clock").json() == {"policy": "manual", "now": began}
    assert control.post("clock", json={"advance": 60}).json() == {"policy": "manual", "now": began + 60}
    with emulator.client() as client:
        box = client.create_box("web", 44, distribution="centos_7_64bit")
        control.post("clock", json={"run_until_idle": True})
        assert box.refresh().ready


def test_it_lays_down_faults_and_takes_them_back(control: httpx.Client, emulator: Emulator) -> None:
    fault = {"call": "create_box", "drop": True, "moment": "after"}
    laid_down = [{**fault, "skip": 0, "times": 1}]
    told = {"faults": laid_down, "never_struck": laid_down}
    assert control.post("faults", json=fault).json() == told
    assert control.get("faults").json() == told
    with emulator.client() as client:
        with pytest.raises(JiffyOutcomeUnknownException):
            client.create_box("web", 44, distribution="centos_7_64bit")
        assert control.get("faults").json() == {"faults": [], "never_struck": []}
        control.post("faults", json=fault)
        assert control.request("DELETE", "faults").json() == {"faults": [], "never_struck": []}
        assert client.create_box("db", 44, distribution="centos_7_64bit").name == "db"


def test_it_shows_the_journal(control: httpx.Client, emulator: Emulator) -> None:
    with emulator.client() as client:
        client.create_box("web", 44, distribution="centos_7_64bit", password="swordfish")
    shown = control.get("journal")
    [entry] = shown.json()["journal"]
    assert (entry["call"], entry["status"], entry["result"]["name"]) == ("create_box", 200, "web")
    assert entry["body"]["name"] == "web"
    assert "swordfish" not in shown.text
    assert TOKEN not in shown.text
    assert control.request("DELETE", "journal").json() == {"journal": []}


def test_it_gives_the_state_and_brings_it_back(control: httpx.Client, emulator: Emulator) -> None:
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


def test_it_changes_how_time_runs(control: httpx.Client, emulator: Emulator) -> None:
    assert control.post("reset", json={"clock": "instant"}).json() == {}
    assert control.get("clock").json()["policy"] == emulator.clock.policy == "instant"
    assert control.post("reset", json={"clock": "real"}).json() == {}
    assert "can't be advanced" in control.post("clock", json={"advance": 1}).json()["error"]
    emulator.reset(clock="manual")


def test_it_orders_floating_addresses(control: httpx.Client, emulator: Emulator) -> None:
    with emulator.client() as client:
        box = client.create_box("web", 44, distribution="centos_7_64bit")
        told = control.post("floating-ips", json={"box": box.id}).json()
        assert told["ip"] in box.refresh().public_ips


REFUSED: dict[str, tuple[str, str, object, str]] = {
    "a seed as a path": ("POST", "reset", {"seed": "/etc/passwd"}, 'give {}, or {"seed"'),
    "a seed that makes no sense": ("POST", "reset", {"seed": {"boxes": [{}]}}, "boxes[0].name is refused"),
    "something else than a seed": ("POST", "reset", {"sed": {}}, "the body is refused"),
    "a clock that is none": ("POST", "reset", {"clock": "sundial"}, "clock 'sundial' is refused"),
    "a box that is not there": ("POST", "floating-ips", {"box": 1}, "there is no such box"),
    "no box": ("POST", "floating-ips", {"box": "1"}, "the body is refused"),
    "no object": ("POST", "reset", [], "give a JSON object"),
    "time going back": ("POST", "clock", {"advance": -1}, "invalid seconds -1"),
    "time as text": ("POST", "clock", {"advance": "1"}, "the body is refused"),
    "both": ("POST", "clock", {"advance": 1, "run_until_idle": True}, "the body is refused"),
    "no time": ("POST", "clock", {}, "the body is refused"),
    "a fault of no call": ("POST", "faults", {"call": "explode", "drop": True}, "call is refused"),
    "a fault without effect": ("POST", "faults", {"call": "get_box"}, "give one of drop"),
    "a fault with more": ("POST", "faults", {"call": "get_box", "drop": True, "x": 1}, "x is refused"),
    "a state that is none": ("PUT", "state", {"version": 1}, "snapshot is refused"),
    "a newer state": ("PUT", "state", {"version": 2}, "written by a newer version"),
}


@pytest.mark.parametrize("what", REFUSED)
def test_what_makes_no_sense_is_refused_and_changes_nothing(
    control: httpx.Client, emulator: Emulator, what: str
) -> None:
    verb, path, body, text = REFUSED[what]
    emulator.reset(SEED)
    before = emulator.snapshot()
    answer = control.request(verb, path, json=body)
    assert answer.status_code == 400
    assert text in answer.json()["error"]
    assert emulator.snapshot() == before
    assert emulator.faults() == []


@pytest.mark.parametrize("path", ["reset", "clock", "faults"])
@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", None])
def test_a_body_that_any_page_could_send_is_refused(control: httpx.Client, path: str, kind: str | None) -> None:
    answer = control.post(path, content=b"{}", headers={"Content-Type": kind} if kind else {})
    assert answer.status_code == 400
    assert "send it as application/json" in answer.json()["error"]


@pytest.mark.parametrize(("name", "status"), [("127.0.0.1", 200), ("localhost:8080", 200), ("evil.example", 400)])
def test_it_answers_to_no_other_name(control: httpx.Client, name: str, status: int) -> None:
    assert control.get("health", headers={"Host": name}).status_code == status


def test_where_it_is_not_offered_its_paths_are_those_of_the_service(emulator: Emulator) -> None:
    for control in (True, False):
        with running(emulator, control=control) as url, httpx.Client(trust_env=False) as client:
            answer = client.get(f"{url}/__emulator__/health").json()
            assert answer.get("status") == ("ok" if control else None)


def test_a_wrong_verb_or_path_is_none_of_its_own(control: httpx.Client) -> None:
    assert control.put("health").status_code == 405
    assert control.get("nothing").status_code == 404


def test_a_client_that_never_heard_of_it_works_beside_it(
    served: tuple[Emulator, str], emulator: Emulator, control: httpx.Client
) -> None:
    with JiffyBox(TOKEN, served[1], clock=emulator.clock) as client:
        box = client.create_box("web", 44, distribution="centos_7_64bit")
        control.post("clock", json={"run_until_idle": True})
        assert box.refresh().ready
