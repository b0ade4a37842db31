"""Faults of the emulated service: what clients of both kinds make of them, and what was done all the same."""

import pytest

from jiffybox_sdk import (
    AsyncBox,
    Box,
    Emulator,
    JiffyAttributeException,
    JiffyException,
    JiffyMessageException,
    JiffyOutcomeUnknownException,
    JiffyTimeoutException,
    JiffyTransportException,
    Retry,
)
from jiffybox_sdk._common.operation import CallName
from jiffybox_sdk.emulator import Effect
from jiffybox_sdk.emulator._clock import EPOCH
from tests.support.faults import (
    SEED,
    Call,
    Moment,
    calls_made,
    create,
    faces,
    lay,
    names,
    outcome,
    raise_it,
    read,
    read_all,
)


@pytest.fixture
def emulator() -> Emulator:
    return Emulator(seed=SEED)


Unknown, Transport = JiffyOutcomeUnknownException, JiffyTransportException

LOST: dict[str, tuple[Effect, str]] = {
    "a dropped connection": ({"drop": True}, "Server disconnected"),
    "a dropped connection in good time": ({"drop": True, "latency": 2}, "Server disconnected"),
    "half an answer": ({"cut": True}, "lost in the midst of the answer"),
    "status 500": ({"status": 500}, "HTTP status 500"),
    "status 503 without a time": ({"status": 503}, "HTTP status 503"),
    "status 200 without an envelope": ({"status": 200}, "HTTP status 200 .* not an envelope"),
    "half a JSON": ({"body": '{"messages": ['}, "not an envelope"),
    "half a character": ({"body": '{"messages": "\ud800'}, "not an envelope"),
    "nothing": ({"body": ""}, "HTTP status 200 with 0 bytes"),
    "a late answer": ({"latency": 11}, "came too late"),
}
"""Effects after which there is no telling what came of a call."""


def moments(effect: Effect) -> list[Moment]:
    return ["before", "after"] if effect.keys() & {"drop", "status", "messages", "body"} else ["after"]


@faces
@pytest.mark.parametrize(
    ("what", "moment"), [(what, moment) for what, (effect, _) in LOST.items() for moment in moments(effect)]
)
def test_where_an_answer_is_lost_a_creation_is_made_once_and_its_outcome_is_unknown(
    emulator: Emulator, face: str, what: str, moment: Moment
) -> None:
    effect, text = LOST[what]
    lay(emulator, "create_box", effect, moment=moment)
    error = outcome(emulator, face, create)
    assert isinstance(error, Unknown)
    with pytest.raises(Unknown, match=text):
        raise error
    assert calls_made(emulator) == ["create_box"]
    assert emulator.journal()[0].fault is not None
    assert names(emulator) == (["web", "new"] if moment == "after" else ["web"])


@faces
@pytest.mark.parametrize("what", LOST)
def test_where_an_answer_is_lost_a_reading_call_is_repeated(emulator: Emulator, face: str, what: str) -> None:
    fault = emulator.add_fault("get_box", **LOST[what][0])
    found = outcome(emulator, face, read)
    assert isinstance(found, Box | AsyncBox)
    assert found.name == "web"
    assert [entry.fault for entry in emulator.journal()] == [fault, None]


@faces
@pytest.mark.parametrize("what", LOST)
def test_a_fault_that_outlasts_the_attempts_is_raised(emulator: Emulator, face: str, what: str) -> None:
    effect, text = LOST[what]
    lay(emulator, "get_box", effect, times=99)
    with pytest.raises(Transport, match=text):
        raise_it(outcome(emulator, face, read, retry=Retry(attempts=3, within=1000)))
    assert len(emulator.journal()) == 3


@faces
@pytest.mark.parametrize("moment", ["before", "after"])
@pytest.mark.parametrize(
    "effect", [Effect(status=404), Effect(status=302), Effect(messages=["Es brennt.", "Lichterloh."])]
)
def test_a_refusal_is_raised_at_once(emulator: Emulator, face: str, moment: Moment, effect: Effect) -> None:
    expected = JiffyMessageException if "messages" in effect else Transport
    text = "Es brennt. Lichterloh." if "messages" in effect else f"HTTP status {effect.get('status')} without"
    rows: list[tuple[Call, CallName]] = [(create, "create_box"), (read, "get_box")]
    for call, name in rows:
        lay(emulator, name, effect, moment=moment)
        with pytest.raises(expected, match=text):
            raise_it(outcome(emulator, face, call))
    assert calls_made(emulator) == ["create_box", "get_box"]
    assert names(emulator) == (["web", "new"] if moment == "after" else ["web"])


@faces
@pytest.mark.parametrize(
    "effect", [Effect(status=429), Effect(status=429, retry_after="7"), Effect(status=503, retry_after="7")]
)
def test_a_busy_service_is_called_again_when_it_says_so(emulator: Emulator, face: str, effect: Effect) -> None:
    lay(emulator, "create_box", effect, times=2)
    found = outcome(emulator, face, create)
    assert isinstance(found, Box | AsyncBox)
    assert calls_made(emulator) == ["create_box"] * 3
    assert names(emulator) == ["web", "new"]
    if "retry_after" in effect:
        assert [entry.time - EPOCH for entry in emulator.journal()][:3] == [0, 7, 14]


@faces
def test_a_service_that_says_busy_although_it_did_the_work_refuses_the_repetition(
    emulator: Emulator, face: str
) -> None:
    emulator.add_fault("create_box", status=429, moment="after")
    with pytest.raises(JiffyMessageException, match="Der Name existiert bereits"):
        raise_it(outcome(emulator, face, create))
    assert names(emulator) == ["web", "new"]


@faces
@pytest.mark.parametrize(
    ("name", "call", "path", "missing"),
    [
        ("create_box", create, "status", "status"),
        ("create_box", create, "plan.ramInMB", "plan.ramInMB"),
        ("get_box", read, "activeProfile.disks.*.name", "activeProfile.disks.xvda.name"),
        ("list_boxes", read_all, "*.plan.id", "10001.plan.id"),
    ],
)
def test_a_field_that_is_left_out_is_missed_by_its_path(
    emulator: Emulator, face: str, name: CallName, call: Call, path: str, missing: str
) -> None:
    emulator.add_fault(name, leave_out=path)
    error = outcome(emulator, face, call)
    assert isinstance(error, JiffyAttributeException)
    assert error.missing[:1] == (missing,)
    assert len(emulator.journal()) == 1
    assert names(emulator) == (["web", "new"] if name == "create_box" else ["web"])


@faces
def test_a_state_that_nobody_knows_arrives_as_it_is(emulator: Emulator, face: str) -> None:
    emulator.add_fault("get_box", state="MOLTEN")
    emulator.add_fault("list_boxes", state="MOLTEN")
    found = outcome(emulator, face, read)
    assert isinstance(found, Box | AsyncBox)
    assert found.status == "MOLTEN"
    assert [box.status for box in emulator.client().boxes()] == ["MOLTEN"]
    assert [box.status for box in emulator.client().boxes()] == ["READY"]


def test_waiting_goes_on_through_lost_answers_and_states_that_nobody_knows(emulator: Emulator) -> None:
    box = emulator.client().create_box("new", 44, distribution="centos_7_64bit")
    emulator.add_fault("get_box", drop=True)
    emulator.add_fault("get_box", skip=2, state="MOLTEN")
    emulator.add_fault("get_box", skip=4, status=503, retry_after="3")
    assert box.wait_for_status("READY").ready
    assert emulator.faults() == []


def test_waiting_ends_in_time_when_answers_are_late(emulator: Emulator) -> None:
    box = emulator.client().create_box("new", 44, distribution="centos_7_64bit")
    emulator.add_fault("get_box", times=99, latency=9)
    with pytest.raises(JiffyTimeoutException):
        box.wait_for_status("READY", max_wait=20)
    assert emulator.clock.now() == EPOCH + 20


@faces
@pytest.mark.parametrize(
    ("timeout", "total_timeout", "latency", "passed"),
    [(10, 30, 10, None), (10, 30, 10.5, 10), (10, 4, 5, 4), (10, 4, 4, None), (None, 6, 7, 6), (2, None, 3, 2)],
)
def test_latency_runs_into_the_shorter_time_out_in_virtual_time(
    emulator: Emulator,
    face: str,
    timeout: float | None,
    total_timeout: float | None,
    latency: float,
    passed: float | None,
) -> None:
    emulator.add_fault("create_box", latency=latency)
    found = outcome(emulator, face, create, timeout=timeout, total_timeout=total_timeout)
    assert isinstance(found, Unknown if passed else Box | AsyncBox)
    assert emulator.clock.now() == EPOCH + (passed or latency)
    assert names(emulator) == ["web", "new"]


@faces
def test_without_a_time_out_the_latest_answer_arrives(emulator: Emulator, face: str) -> None:
    emulator.add_fault("create_box", latency=1e8)
    assert isinstance(outcome(emulator, face, create, timeout=None, total_timeout=None), Box | AsyncBox)
    assert [box.name for box in emulator.client().boxes() if box.ready] == ["web", "new"]
    assert emulator.clock.now() == EPOCH + 1e8


@faces
def test_under_a_manual_clock_only_the_client_feels_latency(face: str) -> None:
    emulator = Emulator("manual")
    emulator.add_fault("create_box", latency=11)
    assert isinstance(outcome(emulator, face, create), Unknown)
    assert emulator.clock.now() == EPOCH


def test_late_is_also_what_replaces_or_changes_an_answer(emulator: Emulator) -> None:
    client = emulator.client()
    effects: list[Effect] = [
        {"messages": ["Nein."]},
        {"status": 404},
        {"body": "null"},
        {"drop": True},
        {"cut": True},
        {"state": "ODD"},
    ]
    for effect in effects:
        lay(emulator, "create_box", effect, latency=2)
    for number in range(len(effects)):
        try:
            client.create_box(f"b{number}", 44, distribution="centos_7_64bit")
        except JiffyException:
            assert effects[number] != {"state": "ODD"}
    assert emulator.clock.now() == EPOCH + 2 * len(effects)
    assert emulator.faults() == []
