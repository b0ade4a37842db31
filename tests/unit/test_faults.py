"""Injected faults: the reaction of sync and async clients, and the effect on the account."""

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
from jiffybox_sdk.emulator import FaultOptions
from jiffybox_sdk.emulator._clock import EPOCH
from tests.support.faults import (
    SEED,
    Call,
    Moment,
    calls_made,
    create,
    faces,
    inject,
    names,
    outcome,
    raise_outcome,
    read,
    read_all,
)


@pytest.fixture
def emulator() -> Emulator:
    return Emulator(seed=SEED)


Unknown, Transport = JiffyOutcomeUnknownException, JiffyTransportException

LOST: dict[str, tuple[FaultOptions, str]] = {
    "a dropped connection": ({"drop": True}, "Server disconnected"),
    "a dropped connection after a delay": ({"drop": True, "latency": 2}, "Server disconnected"),
    "truncated response": ({"cut": True}, "lost in the middle of the response"),
    "status 500": ({"status": 500}, "HTTP status 500"),
    "status 503 without retry_after": ({"status": 503}, "HTTP status 503"),
    "status 200 without an envelope": ({"status": 200}, "HTTP status 200 .* not an envelope"),
    "truncated JSON": ({"body": '{"messages": ['}, "not an envelope"),
    "unpaired surrogate": ({"body": '{"messages": "\ud800'}, "not an envelope"),
    "nothing": ({"body": ""}, "HTTP status 200 with 0 bytes"),
    "a late response": ({"latency": 11}, "time-out expired before the response"),
}
"""Faults after which the outcome of a call is unknown."""


def moments(effect: FaultOptions) -> list[Moment]:
    return ["before", "after"] if effect.keys() & {"drop", "status", "messages", "body"} else ["after"]


@faces
@pytest.mark.parametrize(
    ("case", "moment"), [(case, moment) for case, (effect, _) in LOST.items() for moment in moments(effect)]
)
def test_a_creation_is_not_retried_after_a_lost_answer(
    emulator: Emulator, face: str, case: str, moment: Moment
) -> None:
    effect, text = LOST[case]
    inject(emulator, "create_box", effect, moment=moment)
    error = outcome(emulator, face, create)
    assert isinstance(error, Unknown)
    with pytest.raises(Unknown, match=text):
        raise error
    assert calls_made(emulator) == ["create_box"]
    assert emulator.journal()[0].fault is not None
    assert names(emulator) == (["web", "new"] if moment == "after" else ["web"])


@faces
@pytest.mark.parametrize("case", LOST)
def test_a_reading_call_is_retried_after_a_lost_answer(emulator: Emulator, face: str, case: str) -> None:
    fault = emulator.add_fault("get_box", **LOST[case][0])
    result = outcome(emulator, face, read)
    assert isinstance(result, Box | AsyncBox)
    assert result.name == "web"
    assert [entry.fault for entry in emulator.journal()] == [fault, None]


@faces
@pytest.mark.parametrize("case", LOST)
def test_the_last_attempt_raises_the_fault(emulator: Emulator, face: str, case: str) -> None:
    effect, text = LOST[case]
    inject(emulator, "get_box", effect, times=99)
    with pytest.raises(Transport, match=text):
        raise_outcome(outcome(emulator, face, read, retry=Retry(attempts=3, within=1000)))
    assert len(emulator.journal()) == 3


@faces
@pytest.mark.parametrize("moment", ["before", "after"])
@pytest.mark.parametrize(
    "effect", [FaultOptions(status=404), FaultOptions(status=302), FaultOptions(messages=["Es brennt.", "Lichterloh."])]
)
def test_error_messages_raise_at_once(emulator: Emulator, face: str, moment: Moment, effect: FaultOptions) -> None:
    expected = JiffyMessageException if "messages" in effect else Transport
    text = "Es brennt. Lichterloh." if "messages" in effect else f"HTTP status {effect.get('status')} without"
    rows: list[tuple[Call, CallName]] = [(create, "create_box"), (read, "get_box")]
    for call, name in rows:
        inject(emulator, name, effect, moment=moment)
        with pytest.raises(expected, match=text):
            raise_outcome(outcome(emulator, face, call))
    assert calls_made(emulator) == ["create_box", "get_box"]
    assert names(emulator) == (["web", "new"] if moment == "after" else ["web"])


@faces
@pytest.mark.parametrize(
    "effect",
    [FaultOptions(status=429), FaultOptions(status=429, retry_after="7"), FaultOptions(status=503, retry_after="7")],
)
def test_calls_are_retried_after_rate_limits(emulator: Emulator, face: str, effect: FaultOptions) -> None:
    inject(emulator, "create_box", effect, times=2)
    result = outcome(emulator, face, create)
    assert isinstance(result, Box | AsyncBox)
    assert calls_made(emulator) == ["create_box"] * 3
    assert names(emulator) == ["web", "new"]
    if "retry_after" in effect:
        assert [entry.time - EPOCH for entry in emulator.journal()][:3] == [0, 7, 14]


@faces
def test_a_retry_of_an_executed_call_is_rejected(emulator: Emulator, face: str) -> None:
    emulator.add_fault("create_box", status=429, moment="after")
    with pytest.raises(JiffyMessageException, match="Der Name existiert bereits"):
        raise_outcome(outcome(emulator, face, create))
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
def test_a_missing_field_is_reported_by_its_path(
    emulator: Emulator, face: str, name: CallName, call: Call, path: str, missing: str
) -> None:
    emulator.add_fault(name, leave_out=path)
    error = outcome(emulator, face, call)
    assert isinstance(error, JiffyAttributeException)
    assert error.missing[:1] == (missing,)
    assert len(emulator.journal()) == 1
    assert names(emulator) == (["web", "new"] if name == "create_box" else ["web"])


@faces
def test_an_unknown_state_is_passed_through(emulator: Emulator, face: str) -> None:
    emulator.add_fault("get_box", state="MOLTEN")
    emulator.add_fault("list_boxes", state="MOLTEN")
    result = outcome(emulator, face, read)
    assert isinstance(result, Box | AsyncBox)
    assert result.status == "MOLTEN"
    assert [box.status for box in emulator.client().boxes()] == ["MOLTEN"]
    assert [box.status for box in emulator.client().boxes()] == ["READY"]


def test_waiting_survives_lost_answers_and_unknown_states(emulator: Emulator) -> None:
    box = emulator.client().create_box("new", 44, distribution="centos_7_64bit")
    emulator.add_fault("get_box", drop=True)
    emulator.add_fault("get_box", skip=2, state="MOLTEN")
    emulator.add_fault("get_box", skip=4, status=503, retry_after="3")
    assert box.wait_for_status("READY").ready
    assert emulator.faults() == []


def test_waiting_ends_in_time_despite_latency(emulator: Emulator) -> None:
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
def test_latency_triggers_the_shorter_time_out_in_virtual_time(
    emulator: Emulator,
    face: str,
    timeout: float | None,
    total_timeout: float | None,
    latency: float,
    passed: float | None,
) -> None:
    emulator.add_fault("create_box", latency=latency)
    result = outcome(emulator, face, create, timeout=timeout, total_timeout=total_timeout)
    assert isinstance(result, Unknown if passed else Box | AsyncBox)
    assert emulator.clock.now() == EPOCH + (passed or latency)
    assert names(emulator) == ["web", "new"]


@faces
def test_any_latency_is_tolerated_without_a_time_out(emulator: Emulator, face: str) -> None:
    emulator.add_fault("create_box", latency=1e8)
    assert isinstance(outcome(emulator, face, create, timeout=None, total_timeout=None), Box | AsyncBox)
    assert [box.name for box in emulator.client().boxes() if box.ready] == ["web", "new"]
    assert emulator.clock.now() == EPOCH + 1e8


@faces
def test_latency_does_not_advance_a_manual_clock(face: str) -> None:
    emulator = Emulator("manual")
    emulator.add_fault("create_box", latency=11)
    assert isinstance(outcome(emulator, face, create), Unknown)
    assert emulator.clock.now() == EPOCH


def test_latency_combines_with_other_faults(emulator: Emulator) -> None:
    client = emulator.client()
    effects: list[FaultOptions] = [
        {"messages": ["Nein."]},
        {"status": 404},
        {"body": "null"},
        {"drop": True},
        {"cut": True},
        {"state": "ODD"},
    ]
    for effect in effects:
        inject(emulator, "create_box", effect, latency=2)
    for number in range(len(effects)):
        try:
            client.create_box(f"b{number}", 44, distribution="centos_7_64bit")
        except JiffyException:
            assert effects[number] != {"state": "ODD"}
    assert emulator.clock.now() == EPOCH + 2 * len(effects)
    assert emulator.faults() == []
