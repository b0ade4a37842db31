"""The emulator: its error messages, states and clocks."""

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from itertools import count
from pathlib import Path

import pytest

import jiffybox_sdk
from jiffybox_sdk import (
    Emulator,
    JiffyArgumentException,
    JiffyBox,
    JiffyDetachedException,
    JiffyMessageException,
    JiffyTimeoutException,
    Retry,
)
from jiffybox_sdk.emulator import EmulatorDefect, ServiceRequest
from jiffybox_sdk.emulator._clock import EPOCH
from tests.support.lines import at_line
from tests.support.scripted import TOKEN, ask, unchecked
from tests.support.states import ACCEPTED, VERBS, box_in_state

NEW = {"name": "web", "planid": 44, "distribution": "debian_stretch_64bit"}


@pytest.fixture
def emulator() -> Emulator:
    return Emulator("manual", token=TOKEN)


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("/wrong/v1.0/jiffyBoxes", "Der von Ihnen uebergebene API-Token ist ungueltig."),
        ("/", "Der von Ihnen uebergebene API-Token ist ungueltig."),
        (f"/{TOKEN}/v1.0/test", "Das Modul test existiert nicht"),
        (f"/{TOKEN}/v1.0", "Das Modul  existiert nicht"),
        (f"/{TOKEN}/v1.0/jiffyBoxes/12345", "Der Kunde Nr. 42 hat keine JiffyBox Nr. 12345."),
        (f"/{TOKEN}/v1.0/jiffyBoxes/abc", "Der Kunde Nr. 42 hat keine JiffyBox Nr. abc."),
        (f"/{TOKEN}/v1.0/jiffyBoxes/{'9' * 5000}", f"Der Kunde Nr. 42 hat keine JiffyBox Nr. {'9' * 5000}."),
        (f"/{TOKEN}/v2.0/jiffyBoxes", "Die Version v2.0 existiert nicht."),
        (f"/{TOKEN}/v1.0/jiffyBoxes/1/2/3", "Die Anfrage GET jiffyBoxes/1/2/3 wird nicht unterstuetzt."),
        (f"/{TOKEN}/v1.0/plans/99", "Der Tarif 99 existiert nicht."),
    ],
)
def test_error_messages_are_those_of_the_service(emulator: Emulator, path: str, text: str) -> None:
    answer = json.loads(emulator.handle(ServiceRequest("GET", path)).body)
    assert answer == {"messages": [{"type": "error", "message": text}], "result": False}


def test_slashes_are_escaped_and_trailing_slashes_are_ignored(emulator: Emulator) -> None:
    ask(emulator, "POST", "jiffyBoxes/", {**NEW, "metadata": {"a/b": "c"}})
    emulator.run_until_idle()
    response = emulator.handle(ServiceRequest("GET", f"/{TOKEN}/v1.0/jiffyBoxes/10001/"))
    assert b'"a\\/b"' in response.body


def test_plan_names_are_decoded_from_the_path(emulator: Emulator) -> None:
    messages, plan = ask(emulator, "GET", "plans/CloudLevel%201")
    assert messages == []
    assert isinstance(plan, dict)
    assert plan["id"] == 44


@pytest.mark.parametrize(
    ("body", "text"),
    [
        (b"{", "kein gueltiges JSON"),
        (b"[]", "kein gueltiges JSON"),
        (b"\xff", "Der Parameter name"),
        (b"[" * 100_000, "kein gueltiges JSON"),
        ({**NEW, "colour": "red"}, "Der Parameter colour"),
        ({**NEW, "name": "a/b"}, "Der Parameter name"),
        ({**NEW, "planid": True}, "Der Parameter planid"),
        ({"name": "web", "distribution": "debian_stretch_64bit"}, "Der Parameter planid"),
        ({"name": "web", "planid": 44}, "distribution, backupid"),
        ({**NEW, "backupid": "x"}, "distribution, backupid"),
        ({**NEW, "metadata": {"a": "x" * 5000}}, "groesser als 4 kB"),
        ({**NEW, "planid": 99}, "Der Tarif 99 existiert nicht"),
        ({**NEW, "distribution": "nope"}, "Die Distribution nope existiert nicht"),
        (None, "Der Parameter name"),
    ],
)
def test_nothing_is_created_from_an_invalid_body(emulator: Emulator, body: object, text: str) -> None:
    messages, result = ask(emulator, "POST", "jiffyBoxes", body)
    assert result is False
    assert text in messages[0]
    assert ask(emulator, "GET", "jiffyBoxes") == ([], {})


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ({}, "status, metadata"),
        ({"status": "EXPLODE"}, "Der Parameter status"),
        ({"status": "THAW"}, "Der Parameter planid"),
        ({"status": "PLAN"}, "Der Parameter planid"),
        ({"status": "SHUTDOWN", "planid": 44}, "Der Parameter planid"),
        ({"metadata": {}, "planid": 44}, "Der Parameter planid"),
        ({"status": "SHUTDOWN", "metadata": {"a": "x" * 5000}}, "groesser als 4 kB"),
    ],
)
def test_invalid_changes_have_no_effect(emulator: Emulator, body: object, text: str) -> None:
    ask(emulator, "POST", "jiffyBoxes", NEW)
    emulator.run_until_idle()
    before = ask(emulator, "GET", "jiffyBoxes/10001")
    messages, result = ask(emulator, "PUT", "jiffyBoxes/10001", body)
    assert result is False
    assert text in messages[0]
    assert ask(emulator, "GET", "jiffyBoxes/10001") == before


def test_status_and_metadata_can_be_changed_in_one_call(emulator: Emulator) -> None:
    ask(emulator, "POST", "jiffyBoxes", NEW)
    emulator.run_until_idle()
    messages, box = ask(emulator, "PUT", "jiffyBoxes/10001", {"status": "SHUTDOWN", "metadata": {"a": 1}})
    assert messages == []
    assert isinstance(box, dict)
    assert (box["status"], box["metadata"]) == ("UPDATING", {"a": 1})


@pytest.mark.parametrize("state", ACCEPTED)
@pytest.mark.parametrize("verb", VERBS)
def test_commands_that_do_not_fit_the_state_have_no_effect(state: str, verb: str) -> None:
    emulator = Emulator("manual")
    with emulator.client() as client:
        box = box_in_state(client, emulator, state)
        if verb in ACCEPTED[state]:
            VERBS[verb](box)
        else:
            with pytest.raises(JiffyMessageException):
                VERBS[verb](box)
            assert box.refresh() == box


def test_a_manual_clock_stands_still_until_it_is_advanced(emulator: Emulator) -> None:
    client = emulator.client()
    box = client.create_box("web", 44, distribution="debian_stretch_64bit")
    assert box.created.timestamp() == EPOCH
    emulator.advance(39.9)
    assert box.refresh().status == "CREATING"
    emulator.advance(0.1)
    ready = box.refresh()
    assert ready.runningSince is not None
    assert ready.runningSince.timestamp() == EPOCH + 40
    emulator.run_until_idle()
    assert emulator.clock.now() == EPOCH + 40


def test_time_outs_expire_at_once_with_a_manual_clock(emulator: Emulator) -> None:
    box = emulator.client().create_box("web", 44, distribution="debian_stretch_64bit")
    with pytest.raises(TimeoutError):
        box.wait_for_status()
    assert emulator.clock.now() == EPOCH


def test_work_is_complete_by_the_next_call_with_an_instant_clock() -> None:
    box = Emulator("instant").client().create_box("web", 44, distribution="debian_stretch_64bit")
    assert box.status == "CREATING"
    assert box.refresh().ready


def test_waiting_advances_the_time_with_an_auto_clock() -> None:
    emulator = Emulator()
    box = emulator.client().create_box("web", 44, distribution="debian_stretch_64bit").wait_for_status(poll_interval=3)
    assert emulator.clock.now() == EPOCH + 42
    assert box.runningSince is not None
    assert box.runningSince.timestamp() == EPOCH + 40


def test_the_real_clock_runs_at_its_speed() -> None:
    emulator = Emulator("real", speed=100_000)
    box = emulator.client().create_box("web", 44, distribution="debian_stretch_64bit")
    assert box.wait_for_status(poll_interval=0.001).ready
    with pytest.raises(JiffyArgumentException, match="real clock"):
        emulator.advance(1)


def test_clients_poll_in_the_time_of_a_real_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    real = 1000.0
    sleeps: list[float] = []

    def sleep(seconds: float) -> None:
        nonlocal real
        real += seconds
        sleeps.append(seconds)

    monkeypatch.setattr("jiffybox_sdk.emulator._clock.time.monotonic", lambda: real)
    monkeypatch.setattr("jiffybox_sdk.emulator._clock.time.sleep", sleep)
    emulator = Emulator("real", speed=20)
    client = emulator.client()
    box = client.create_box("web", 44, distribution="debian_stretch_64bit").wait_for_status("READY")
    assert sleeps == [pytest.approx(7 / 20)] * 6
    with pytest.raises(JiffyTimeoutException):
        box.wait_for_status("FROZEN", max_wait=100)
    assert sum(sleeps) == pytest.approx((42 + 100) / 20)
    assert client.clock.monotonic() == pytest.approx(1000 + 42 + 100)


def test_invalid_clocks_and_speeds_are_rejected() -> None:
    for clock, speed in (("slow", 1), ("auto", 2), ("real", 0)):
        with pytest.raises(JiffyArgumentException, match=r"invalid (clock|speed|seconds) "):
            unchecked(Emulator)(clock, speed=speed)
    with pytest.raises(JiffyArgumentException, match=r"invalid (clock|speed|seconds) "):
        Emulator().advance(-1)


@pytest.mark.parametrize("speed", [timedelta(seconds=1), True, "2", float("nan"), 10**400])
def test_a_speed_is_a_number_without_a_unit(speed: object) -> None:
    with pytest.raises(JiffyArgumentException, match=r"^invalid speed .*: expected a finite number above 0$"):
        unchecked(Emulator)("real", speed=speed)


def test_ids_are_never_reused(emulator: Emulator) -> None:
    client = emulator.client()
    seen: list[int] = []
    for _ in range(3):
        box = client.create_box("web", 44, distribution="debian_stretch_64bit")
        seen.append(box.id)
        emulator.run_until_idle()
        box.pull_plug()
        emulator.run_until_idle()
        box.delete()
        emulator.run_until_idle()
    assert seen == sorted(set(seen))
    assert client.boxes() == []


def test_emulators_are_independent() -> None:
    one, other = Emulator().client(), Emulator().client()
    one.create_box("web", 44, distribution="debian_stretch_64bit")
    assert other.boxes() == []


def test_an_answer_that_violates_its_schema_is_a_defect(emulator: Emulator, monkeypatch: pytest.MonkeyPatch) -> None:
    def half_a_box(_account: object) -> dict[str, object]:
        return {"10001": {"id": 10001}}

    monkeypatch.setattr("jiffybox_sdk.emulator._handlers.boxes.list_all", half_a_box)
    with pytest.raises(EmulatorDefect, match=r"list_boxes: .*10001\.name is missing"):
        ask(emulator, "GET", "jiffyBoxes")


def test_a_client_raises_a_defect_as_it_is_and_does_not_retry(monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[object] = []

    def half_a_box(account: object) -> dict[str, object]:
        calls.append(account)
        return {"10001": {"id": 10001}}

    monkeypatch.setattr("jiffybox_sdk.emulator._handlers.boxes.list_all", half_a_box)
    with pytest.raises(EmulatorDefect):
        Emulator().client().boxes()
    assert len(calls) == 1


def test_a_signal_handler_gets_an_answer_or_is_refused_at_any_line() -> None:
    line, refusals = 0, list[str]()
    for line in count(1):
        emulator = Emulator()
        emulator.self_check = True
        client = emulator.client(retry=Retry(attempts=1))
        names = ["first"]

        def handle(client: JiffyBox = client, names: list[str] = names) -> None:
            try:
                names.append(client.create_box("second", 44, distribution="centos_7_64bit").name)
            except JiffyDetachedException as error:
                refusals.append(str(error))

        with at_line(line, handle, Path(jiffybox_sdk.__file__).with_name("emulator")) as reached:
            client.create_box("first", 44, distribution="centos_7_64bit")
        boxes = client.boxes()
        assert sorted(box.name for box in boxes) == sorted(names)
        addresses = [address for box in boxes for address in box.public_ips]
        assert len({*addresses}) == len(addresses)
        if not reached:
            break
    assert {*refusals} == {"the emulator can't answer a signal handler that interrupts another call"}
    assert 100 < len(refusals) < line


def test_eight_threads_wait_in_virtual_time_without_time_outs() -> None:
    client = Emulator().client()

    def use_boxes(name: str) -> None:
        for _ in range(10):
            box = client.create_box(name, 44, distribution="debian_stretch_64bit").wait_for_status()
            box = box.stop().wait_for_status().freeze().wait_for_status("FROZEN")
            box.thaw(45).wait_for_status().delete()
            box.wait_until_deleted()

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(use_boxes, [f"box {number}" for number in range(8)]))
    assert client.boxes() == []
