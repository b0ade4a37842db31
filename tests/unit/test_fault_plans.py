"""Faults that are laid down: which calls they strike, how often, and which ones are refused."""

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
from jiffybox_sdk.emulator import Effect, Fault
from tests.support.faults import BOX, SEED, Client, create, faces, names, outcome, raise_it, struck
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
def test_exactly_as_many_calls_are_let_through_and_struck_as_said(
    emulator: Emulator, skip: int, times: int, seen: str
) -> None:
    fault = emulator.add_fault("get_box", skip=skip, times=times, drop=True)
    assert emulator.faults() == emulator.never_struck() == [fault]
    assert struck(emulator, 8) == seen
    assert emulator.faults() == ([] if seen.count("x") == times else [fault])
    assert emulator.never_struck() == ([] if "x" in seen else [fault])
    assert [entry.fault == fault for entry in emulator.journal()] == [mark == "x" for mark in seen]


def test_calls_of_another_name_and_requests_that_are_not_let_in_are_not_counted(emulator: Emulator) -> None:
    emulator.add_fault("get_box", skip=1, drop=True)
    client = emulator.client()
    client.boxes()
    client.plan(44)
    stranger = JiffyBox("another0123456789another01234567", "https://emulator.invalid", transport=emulator.transport())
    with pytest.raises(JiffyTokenException):
        stranger.box(BOX)
    assert struck(emulator, 3) == ".x."


def test_of_several_faults_one_strikes_at_a_time_in_the_order_in_which_they_were_laid_down(emulator: Emulator) -> None:
    emulator.add_fault("get_box", messages=["A."], times=2)
    emulator.add_fault("get_box", messages=["B."], skip=1)
    emulator.add_fault("get_box", messages=["C."], skip=4)
    assert struck(emulator, 6) == "AAB.C."


def test_what_comes_before_the_work_strikes_before_what_comes_after_it(emulator: Emulator) -> None:
    emulator.add_fault("create_box", cut=True)
    emulator.add_fault("create_box", messages=["Nein."])
    client = emulator.client()
    with pytest.raises(JiffyMessageException, match="Nein"):
        create(client)
    assert names(emulator) == ["web"]
    with pytest.raises(Unknown):
        create(client)
    assert names(emulator) == ["web", "new"]


def test_the_same_fault_twice_strikes_twice(emulator: Emulator) -> None:
    for _ in range(2):
        emulator.add_fault("get_box", drop=True)
    assert struck(emulator, 3) == "xx."


def test_many_threads_together_are_struck_as_often_as_said(emulator: Emulator) -> None:
    emulator.add_fault("get_box", skip=20, times=50, drop=True)
    seen: list[str] = []
    threads = [threading.Thread(target=lambda: seen.append(struck(emulator, 25))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert "".join(seen).count("x") == 50


def test_a_change_that_does_not_apply_to_an_answer_waits_for_one_to_which_it_does() -> None:
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
    assert emulator.never_struck() == faults
    client.create_box("web", 44, distribution="centos_7_64bit")
    assert [box.status for box in client.boxes()] == ["ODD"]
    with pytest.raises(JiffyAttributeException):
        client.boxes()
    assert emulator.never_struck() == faults[2:]


@faces
def test_a_call_that_is_refused_is_struck_too_but_for_what_changes_results(emulator: Emulator, face: str) -> None:
    def missing(client: Client) -> object:
        return client.box(9)

    edit = emulator.add_fault("get_box", leave_out="status", times=9)
    emulator.add_fault("get_box", skip=1, messages=["Nein."], moment="after")
    emulator.add_fault("get_box", skip=2, cut=True)
    assert isinstance(outcome(emulator, face, missing), JiffyNotFoundException)
    with pytest.raises(JiffyMessageException, match="Nein"):
        raise_it(outcome(emulator, face, missing))
    assert isinstance(outcome(emulator, face, missing, retry=Retry(attempts=1)), Transport)
    assert emulator.never_struck() == [edit]


def test_a_body_that_is_refused_is_not_looked_at_when_a_fault_comes_before(emulator: Emulator) -> None:
    emulator.add_fault("create_box", status=500, skip=1)
    with pytest.raises(JiffyMessageException):
        emulator.client().create_box("web", 44, distribution="centos_7_64bit")
    with pytest.raises(Unknown):
        emulator.client().create_box("web", 44, distribution="centos_7_64bit")


REFUSED: dict[str, tuple[dict[str, object], str]] = {
    "an unknown call": ({"call": "explode", "drop": True}, "invalid call 'explode': expected the name of a call"),
    "a verb": ({"call": "GET jiffyBoxes", "drop": True}, "invalid call 'GET jiffyBoxes'"),
    "no effect": ({}, "give one of drop, status, messages, body, cut, leave_out, state, or a latency"),
    "an effect that is switched off": ({"drop": False}, "give one of drop"),
    "no latency": ({"latency": 0}, "give one of drop"),
    "two replacements": ({"drop": True, "status": 500}, "give one of drop and status"),
    "two changes": ({"cut": True, "state": "ODD"}, "give one of cut and state"),
    "a replacement and a change": ({"body": "", "leave_out": "id"}, "give one of body and leave_out"),
    "a change before the work": ({"cut": True, "moment": "before"}, "only what replaces the answer can strike before"),
    "latency before the work": ({"latency": 1, "moment": "before"}, "only what replaces the answer"),
    "a moment": ({"drop": True, "moment": "during"}, "invalid moment 'during': expected before or after"),
    "a time without a status": ({"drop": True, "retry_after": "7"}, "retry_after goes with a status"),
    "a time in two lines": ({"status": 503, "retry_after": "7\r\nX: y"}, r"invalid retry_after '7\\r\\nX: y'"),
    "a time that no header takes": ({"status": 503, "retry_after": "später"}, "invalid retry_after 'später'"),
    "status 99": ({"status": 99}, "invalid status 99: expected an HTTP status"),
    "status 600": ({"status": 600}, "invalid status 600"),
    "a status in words": ({"status": "bad"}, "invalid status 'bad'"),
    "no messages": ({"messages": []}, r"invalid messages \[\]: expected error messages, 1 or more"),
    "one text": ({"messages": "Nein."}, "invalid messages 'Nein.'"),
    "an empty message": ({"messages": [""]}, r"invalid messages\[0\] ''"),
    "an empty path": ({"leave_out": ""}, "invalid leave_out '': expected the path of a field"),
    "an empty state": ({"state": ""}, "invalid state ''"),
    "negative latency": ({"latency": -1}, "invalid latency -1: expected seconds"),
    "endless latency": ({"latency": float("inf")}, "invalid latency inf"),
    "latency that no clock can count": (
        {"latency": 1e9},
        "invalid latency 1000000000.0: expected seconds .* 0 to 100000000",
    ),
    "never": ({"drop": True, "times": 0}, "invalid times 0: expected how many calls are struck"),
    "before the first": ({"drop": True, "skip": -1}, "invalid skip -1"),
    "a skip that is true": ({"drop": True, "skip": True}, "invalid skip True"),
    "a drop that is 1": ({"drop": 1}, "invalid drop 1: expected true"),
    "an unknown effect": ({"explode": True}, "unknown argument explode: Fault takes call, skip, times"),
}


@pytest.mark.parametrize("what", REFUSED)
def test_a_fault_that_makes_no_sense_is_refused_and_not_laid_down(emulator: Emulator, what: str) -> None:
    given, message = REFUSED[what]
    with pytest.raises(JiffyArgumentException, match=message):
        unchecked(emulator.add_fault)(**{"call": "get_box", **given})
    assert emulator.faults() == []


def test_faults_are_taken_back_by_clearing_and_by_a_reset_but_not_by_a_restore(emulator: Emulator) -> None:
    def lay(**effect: Unpack[Effect]) -> Fault:
        return emulator.add_fault("get_box", **effect)

    lay(drop=True)
    emulator.clear_faults()
    assert emulator.faults() == emulator.never_struck() == []
    fault = lay(drop=True, skip=1)
    emulator.restore(emulator.snapshot())
    assert emulator.faults() == [fault]
    assert struck(emulator, 2) == ".x"
    lay(drop=True)
    emulator.reset(SEED)
    assert struck(emulator, 1) == "."


def test_a_fault_says_what_it_is(emulator: Emulator) -> None:
    fault = emulator.add_fault("create_box", drop=True, moment="after")
    assert str(fault) == "create_box: times=1, moment='after', drop=True"
