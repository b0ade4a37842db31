"""`Retry-After`: how long a call waits for the service, and when it gives up."""

import pickle

import httpx
import pytest

from jiffybox_sdk import (
    JiffyException,
    JiffyLimitException,
    JiffyMessageException,
    JiffyOutcomeUnknownException,
    JiffyTransportException,
    Retry,
)
from tests.support.scripted import Answer, envelope, scripted
from tests.support.verbs import CALLS, each_verb, fail, success

INVALID_RETRY_AFTER = [
    *("0", "-1", "nan", "inf", "1e3", "soon", "", "1 2", "0x10", "1_0"),
    *("Tue, 14 Nov 2023 22:13:10 GMT", "Tue, 99 Nov 2023 22:13:30 GMT"),  # in the past; no such day
    *("Tue, 14 Nov 99999999999999999999 22:13:30 GMT", "Tue, 14 Nov 2023 22:13:30 +99999999999999999999"),
]

each_invalid_retry_after = pytest.mark.parametrize("header", INVALID_RETRY_AFTER, ids=range(len(INVALID_RETRY_AFTER)))

BUSY: dict[str, tuple[type[JiffyException], Answer]] = {
    "429": (JiffyLimitException, httpx.Response(429, headers={"Retry-After": "31"})),
    "429 with an error message": (
        JiffyLimitException,
        envelope(None, ("error", "Zu viele Zugriffe"), status=429, Retry_After="31"),
    ),
    "503": (JiffyTransportException, httpx.Response(503, headers={"Retry-After": "31"})),
    "503 with an error message": (
        JiffyMessageException,
        envelope(None, ("error", "Wartung"), status=503, Retry_After="31"),
    ),
}
each_busy_answer = pytest.mark.parametrize(("kind", "answer"), BUSY.values(), ids=BUSY)


@each_verb
@pytest.mark.parametrize("status", [429, 503])
@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("1", 1),
        ("0.25", 0.25),
        (" 7 ", 7),
        ("30", 30),
        ("Tue, 14 Nov 2023 22:13:30 GMT", 10),  # the clock begins at 22:13:20
        ("Tue, 14 Nov 2023 23:13:30 +0100", 10),
        ("Tue, 14 Nov 2023 22:13:30 -0000", 10),
    ],
)
def test_retry_after_sets_the_back_off(verb: str, status: int, header: str, seconds: float) -> None:
    client, script, clock = scripted(httpx.Response(status, headers={"Retry-After": header}), success(verb))
    assert CALLS[verb](client)
    assert (len(script.requests), clock.slept) == (2, [seconds])


@each_verb
@each_invalid_retry_after
@pytest.mark.usefixtures("no_jitter")
def test_a_429_with_an_invalid_retry_after_has_the_usual_back_off(verb: str, header: str) -> None:
    _, script, clock = fail(verb, JiffyLimitException, httpx.Response(429, headers={"Retry-After": header}))
    assert (len(script.requests), clock.slept) == (4, [0.5, 1, 2])


@each_verb
@each_invalid_retry_after
@pytest.mark.usefixtures("no_jitter")
def test_a_503_with_an_invalid_retry_after_is_like_any_503(verb: str, header: str) -> None:
    answer = httpx.Response(503, headers={"Retry-After": header})
    if verb == "GET":
        _, script, clock = fail(verb, JiffyTransportException, answer)
        assert (len(script.requests), clock.slept) == (4, [0.5, 1, 2])
    else:
        _, script, _ = fail(verb, JiffyOutcomeUnknownException, answer)
        assert len(script.requests) == 1
    _, script, _ = fail(verb, JiffyMessageException, envelope(None, ("error", "Nein"), status=503))
    assert len(script.requests) == 1


@each_verb
@each_busy_answer
def test_a_call_gives_up_at_once_if_retry_after_is_too_long(
    verb: str, kind: type[JiffyException], answer: Answer
) -> None:
    raised, script, clock = fail(verb, kind, answer, success(verb))
    assert (len(script.requests), clock.slept) == (1, [])
    assert retry_after(raised) == 31
    assert str(raised).endswith(
        "(try again after 31 s); not retried, because that is longer than 30 s (`Retry.longest_retry_after`)"
    )


@each_verb
@each_busy_answer
def test_the_exception_after_the_last_retry_has_retry_after(
    verb: str, kind: type[JiffyException], answer: Answer
) -> None:
    raised, script, clock = fail(verb, kind, answer, retry=Retry(attempts=2, longest_retry_after=31))
    assert (len(script.requests), clock.slept) == (2, [31])
    assert retry_after(raised) == 31
    assert "(try again after" in str(raised)
    assert "not retried" not in str(raised)


def test_a_date_in_retry_after_can_be_too_late() -> None:
    answer = httpx.Response(429, headers={"Retry-After": "Tue, 14 Nov 2023 22:13:51 GMT"})
    raised, script, _ = fail("GET", JiffyLimitException, answer)
    assert (len(script.requests), raised.retry_after) == (1, 31)


def test_retry_after_survives_pickling() -> None:
    raised, _, _ = fail("GET", JiffyLimitException, httpx.Response(429, headers={"Retry-After": "3600"}))
    unpickled = pickle.loads(pickle.dumps(raised))  # noqa: S301
    assert isinstance(unpickled, JiffyLimitException)
    assert (unpickled.retry_after, str(unpickled)) == (3600, str(raised))


def test_without_retry_after_the_attribute_is_none() -> None:
    for answer in (httpx.Response(429), httpx.Response(502), envelope(None, ("error", "Nein"))):
        raised = failure_of(answer)
        assert retry_after(raised) is None
        assert "try again after" not in str(raised)


def test_longest_retry_after_can_be_zero() -> None:
    answer = httpx.Response(429, headers={"Retry-After": "1"})
    raised, script, _ = fail("POST", JiffyLimitException, answer, retry=Retry(longest_retry_after=0))
    assert len(script.requests) == 1
    assert "longer than 0 s" in str(raised)


def retry_after(error: JiffyException) -> float | None:
    assert isinstance(error, JiffyMessageException | JiffyTransportException)
    return error.retry_after


def failure_of(answer: Answer) -> JiffyException:
    client, _, _ = scripted(answer)
    with pytest.raises(JiffyException) as raised:
        client.boxes()
    return raised.value
