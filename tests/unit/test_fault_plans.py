"""Injected faults: which calls they affect, how often, and invalid ones."""

import threading
from typing import Unpack

import pytest

from jiffybox_sdk import (
    Emulator,
    JiffyArgumentException,
    JiffyAttributeException,
    JiffyBox,
    JiffyMessageException,
    JiffyNotFoundException,
    JiffyOutcomeUnknownException,
    JiffyTokenException,
    JiffyTransportException,
    Retry,
)
from jiffybox_sdk.emulator import Fault, FaultOptions
from tests.support.faults import BOX, SEED, Client, create, faces, fault_pattern, names, outcome, raise_outcome
from tests.support.scripted import unchecked


@pytest.fixture
def emulator() -> Emulator:
    return Emulator(seed=SEED)


Unknown, Transport = JiffyOutcomeUnknownException, JiffyTransportException


@pytest.mark.parametrize(
    ("skip", "times", "seen"),
    [
        (0, 1, "x......."),
        (2, 1, "..x....."),
        (0, 3, "xxx....."),
        (2, 3, "..xxx..."),
        (7, 2, ".......x"),
        (8, 1, "." * 8),
    ],
)
def test_skip_and_times_are_exact(emulator: Emulator, skip: int, times: int, seen: str) -> None:
    fault = emulator.add_fault("get_box", skip=skip, times=times, drop=True)
    assert emulator.faults() == emulator.never_triggered() == [fault]
    assert fault_pattern(emulator, 8) == seen
    assert emulator.faults() == ([] if seen.count("x") == times else [fault])
    assert emulator.never_triggered() == ([] if "x" in seen else [fault])
    assert [entry.fault == fault for entry in emulator.journal()] == [mark == "x" for mark in seen]


def test_a_fault_may_affect_any_call(emulator: Emulator) -> None:
    emulator.add_fault("*", skip=1, times=2, drop=True)
    with emulator.client(retry=Retry(attempts=1)) as client:
        client.boxes()
        for call in (client.plans, client.boxes):
            with pytest.raises(JiffyTransportException):
                call()
        client.plans()
    assert not emulator.faults()


def test_other_calls_and_wrong_tokens_are_not_counted(emulator: Emulator) -> None:
    emulator.add_fault("get_box", skip=1, drop=True)
    client = emulator.client()
    client.boxes()
    client.plan(44)
    stranger = JiffyBox("another0123456789another01234567", "https://emulator.invalid", transport=emulator.transport())
    with pytest.raises(JiffyTokenException):
        stranger.box(BOX)
    assert fault_pattern(emulator, 3) == ".x."


def test_faults_are_triggered_one_at_a_time_in_their_order(emulator: Emulator) -> None:
    emulator.add_fault("get_box", messages=["A."], times=2)
    emulator.add_fault("get_box", messages=["B."], skip=1)
    emulator.add_fault("get_box", messages=["C."], skip=4)
    assert fault_pattern(emulator, 6) == "AAB.C."


def test_faults_before_the_call_precede_those_after_it(emulator: Emulator) -> None:
    emulator.add_fault("create_box", cut=True)
    emulator.add_fault("create_box", messages=["Nein."])
    client = emulator.client()
    with pytest.raises(JiffyMessageException, match="Nein"):
        create(client)
    assert names(emulator) == ["web"]
    with pytest.raises(Unknown):
        create(client)
    assert names(emulator) == ["web", "new"]


def test_a_fault_injected_twice_is_triggered_twice(emulator: Emulator) -> None:
    for _ in range(2):
        emulator.add_fault("get_box", drop=True)
    assert fault_pattern(emulator, 3) == "xx."


def test_counts_are_exact_across_threads(emulator: Emulator) -> None:
    emulator.add_fault("get_box", skip=20, times=50, drop=True)
    seen: list[str] = []
    threads = [threading.Thread(target=lambda: seen.append(fault_pattern(emulator, 25))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert "".join(seen).count("x") == 50


def test_an_edit_waits_for_a_result_with_its_field() -> None:
    emulator = Emulator()
    client = emulator.client()
    faults = [
        emulator.add_fault("list_boxes", state="ODD"),
        emulator.add_fault("list_boxes", leave_out="*.plan"),
        emulator.add_fault("get_plan", state="ODD"),
        emulator.add_fault("get_plan", leave_out="plan.id"),
        emulator.add_fault("delete_box", leave_out="status"),
    ]
    for _ in range(3):
        assert client.boxes() == []
        assert client.plan(44).id == 44
    assert emulator.never_triggered() == faults
    client.create_box("web", 44, distribution="centos_7_64bit")
    assert [box.status for box in client.boxes()] == ["ODD"]
    with pytest.raises(JiffyAttributeException):
        client.boxes()
    assert emulator.never_triggered() == faults[2:]


@faces
def test_rejected_calls_trigger_all_faults_except_edits(emulator: Emulator, face: str) -> None:
    def missing(client: Client) -> object:
        return client.box(9)

    edit = emulator.add_fault("get_box", leave_out="status", times=9)
    emulator.add_fault("get_box", skip=1, messages=["Nein."], moment="after")
    emulator.add_fault("get_box", skip=2, cut=True)
    assert isinstance(outcome(emulator, face, missing), JiffyNotFoundException)
    with pytest.raises(JiffyMessageException, match="Nein"):
        raise_outcome(outcome(emulator, face, missing))
    assert isinstance(outcome(emulator, face, missing, retry=Retry(attempts=1)), Transport)
    assert emulator.never_triggered() == [edit]


def test_a_fault_before_the_call_hides_an_invalid_body(emulator: Emulator) -> None:
    emulator.add_fault("create_box", status=500, skip=1)
    with pytest.raises(JiffyMessageException):
        emulator.client().create_box("web", 44, distribution="centos_7_64bit")
    with pytest.raises(Unknown):
        emulator.client().create_box("web", 44, distribution="centos_7_64bit")


INVALID: dict[str, tuple[dict[str, object], str]] = {
    "an unknown call": ({"call": "explode", "drop": True}, "invalid call 'explode': expected the name of a call"),
    "a verb in place of a call": ({"call": "GET jiffyBoxes", "drop": True}, "invalid call 'GET jiffyBoxes'"),
    "no option": ({}, "expected one of refuse, drop, status, messages, body, cut, leave_out, state, or a latency"),
    "a disabled option": ({"drop": False}, "expected one of refuse, drop"),
    "no latency": ({"latency": 0}, "expected one of refuse, drop"),
    "two replacements": ({"drop": True, "status": 500}, "expected only one of drop and status"),
    "two edits": ({"cut": True, "state": "ODD"}, "expected only one of cut and state"),
    "a replacement and an edit": ({"body": "", "leave_out": "id"}, "expected only one of body and leave_out"),
    "an edit before the call": ({"cut": True, "moment": "before"}, "moment='before' requires one of refuse, drop"),
    "latency before the call": ({"latency": 1, "moment": "before"}, "moment='before' requires one of refuse, drop"),
    "an unknown moment": ({"drop": True, "moment": "during"}, "invalid moment 'during': expected before or after"),
    "retry_after without a status": ({"drop": True, "retry_after": "7"}, "retry_after requires a status"),
    "retry_after in two lines": (
        {"status": 503, "retry_after": "7\r\nX: y"},
        r"invalid retry_after '7\\r\\nX: y'",
    ),
    "retry_after outside of ASCII": ({"status": 503, "retry_after": "später"}, "invalid retry_after 'später'"),
    "status 99": ({"status": 99}, "invalid status 99: expected an HTTP status"),
    "status 600": ({"status": 600}, "invalid status 600"),
    "a status as text": ({"status": "bad"}, "invalid status 'bad'"),
    "no messages": ({"messages": []}, r"invalid messages \[\]: expected error messages in place"),
    "a single message": ({"messages": "Nein."}, "invalid messages 'Nein.'"),
    "an empty message": ({"messages": [""]}, r"invalid messages\[0\] ''"),
    "an empty path": ({"leave_out": ""}, "invalid leave_out '': expected the path of a field"),
    "an empty state": ({"state": ""}, "invalid state ''"),
    "negative latency": ({"latency": -1}, "invalid latency -1: expected seconds"),
    "endless latency": ({"latency": float("inf")}, "invalid latency inf"),
    "latency out of range": ({"latency": 1e9}, "invalid latency 1000000000.0: expected seconds .* 0 to 100000000"),
    "zero times": ({"drop": True, "times": 0}, "invalid times 0: expected the number of calls"),
    "a negative skip": ({"drop": True, "skip": -1}, "invalid skip -1"),
    "a skip that is true": ({"drop": True, "skip": True}, "invalid skip True"),
    "a drop that is 1": ({"drop": 1}, "invalid drop 1: expected true"),
    "an unknown option": ({"explode": True}, "unknown argument explode: Fault takes call, skip, times"),
}


@pytest.mark.parametrize("case", INVALID)
def test_invalid_faults_are_not_injected(emulator: Emulator, case: str) -> None:
    given, message = INVALID[case]
    with pytest.raises(JiffyArgumentException, match=message):
        unchecked(emulator.add_fault)(**{"call": "get_box", **given})
    assert emulator.faults() == []


def test_faults_end_with_clear_and_reset_but_not_with_restore(emulator: Emulator) -> None:
    def inject(**effect: Unpack[FaultOptions]) -> Fault:
        return emulator.add_fault("get_box", **effect)

    inject(drop=True)
    emulator.clear_faults()
    assert emulator.faults() == emulator.never_triggered() == []
    fault = inject(drop=True, skip=1)
    emulator.restore(emulator.snapshot())
    assert emulator.faults() == [fault]
    assert fault_pattern(emulator, 2) == ".x"
    inject(drop=True)
    emulator.reset(SEED)
    assert fault_pattern(emulator, 1) == "."


def test_the_text_of_a_fault_has_its_options(emulator: Emulator) -> None:
    fault = emulator.add_fault("create_box", drop=True, moment="after")
    assert str(fault) == 'create_box: times=1, moment="after", drop=True'
