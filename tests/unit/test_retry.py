"""Retries: which calls are retried after which failures, how long the back-off is, and which exception is raised."""

import pickle

import httpx
import pytest
from pydantic import JsonValue

from jiffybox_sdk import Retry
from jiffybox_sdk._client.transport import body
from jiffybox_sdk.exceptions import (
    JiffyArgumentException,
    JiffyAttributeException,
    JiffyDetachedException,
    JiffyLimitException,
    JiffyMessageException,
    JiffyNotFoundException,
    JiffyOutcomeUnknownException,
    JiffyTokenException,
    JiffyTransportException,
)
from tests.support.failures import BUSY, LOST, NO_CONNECTION, certificate_error
from tests.support.scripted import PASSWORD, Answer, envelope, scripted, unchecked
from tests.support.verbs import CALLS, each_verb, each_write, fail, success

each_connection_error = pytest.mark.parametrize("error", NO_CONNECTION, ids=lambda error: type(error).__name__)
each_busy_answer = pytest.mark.parametrize("answer", BUSY.values(), ids=BUSY)
each_lost_answer = pytest.mark.parametrize("answer", LOST.values(), ids=LOST)


@each_verb
@each_connection_error
def test_any_call_is_retried_if_no_connection_was_made(verb: str, error: Exception) -> None:
    raised, script, clock = fail(verb, JiffyTransportException, error)
    assert (len(script.requests), len(clock.slept)) == (4, 3)
    assert raised.transient
    assert raised.http_status is None
    assert str(error) in str(raised)


@each_verb
@each_busy_answer
def test_any_call_is_retried_if_the_service_is_busy(verb: str, answer: httpx.Response) -> None:
    kind: type[JiffyLimitException | JiffyTransportException] = JiffyTransportException
    if answer.status_code == 429:
        kind = JiffyLimitException
    raised, script, clock = fail(verb, kind, answer)
    assert (len(script.requests), len(clock.slept)) == (4, 3)
    assert raised.http_status == answer.status_code
    if "Retry-After" in answer.headers:
        assert clock.slept == [5, 5, 5]


@each_lost_answer
def test_a_read_is_retried_if_its_answer_is_lost(answer: Answer) -> None:
    raised, script, clock = fail("GET", JiffyTransportException, answer)
    assert (len(script.requests), len(clock.slept)) == (4, 3)
    assert raised.transient
    assert raised.http_status == (answer.status_code if isinstance(answer, httpx.Response) else None)
    assert str(raised.operation) == "GET jiffyBoxes/12345"
    assert len(str(raised).splitlines()) == 1


@each_write
@each_lost_answer
def test_a_write_is_not_retried_if_its_answer_is_lost(verb: str, answer: Answer) -> None:
    raised, script, clock = fail(verb, JiffyOutcomeUnknownException, answer)
    assert (len(script.requests), clock.slept) == (1, [])
    assert raised.operation.call.verb == verb
    assert "check before trying again" in str(raised)


@each_verb
@pytest.mark.parametrize("status", [200, 202, 301, 400, 401, 403, 404, 418, 500, 502, 503, 504])
def test_an_error_message_is_raised_at_once_whatever_the_http_status(verb: str, status: int) -> None:
    answer = envelope(None, ("error", "Das Limit ist erreicht"), status=status)
    raised, script, _ = fail(verb, JiffyMessageException, answer, success(verb))
    assert len(script.requests) == 1
    assert raised.http_status == status
    assert [(message.type, message.message) for message in raised.messages] == [("error", "Das Limit ist erreicht")]


@each_verb
def test_an_error_message_counts_even_with_a_valid_result(verb: str) -> None:
    messages = envelope(None, ("success", "gut"), ("error", "schlecht")).json()["messages"]
    answer = httpx.Response(200, json={"messages": messages, "result": success(verb).json()["result"]})
    raised, script, _ = fail(verb, JiffyMessageException, answer)
    assert len(script.requests) == 1
    assert str(raised).endswith("schlecht")


@each_verb
@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Der von Ihnen uebergebene API-Token ist ungueltig.", JiffyTokenException),
        ("Das Modul test existiert nicht", JiffyMessageException),
        ("Der Kunde Nr. 42 hat keine JiffyBox Nr. 12345.", JiffyNotFoundException),
        ("Der Name existiert bereits.", JiffyMessageException),
    ],
)
def test_the_error_message_decides_the_class_of_the_exception(
    verb: str, text: str, kind: type[JiffyMessageException]
) -> None:
    raised, script, _ = fail(verb, kind, envelope(None, ("error", text)))
    assert len(script.requests) == 1
    assert text in str(raised)


@each_verb
@pytest.mark.parametrize(("status", "kind"), [(429, JiffyLimitException), (503, JiffyMessageException)])
def test_a_busy_status_is_retried_before_its_error_message_is_raised(
    verb: str, status: int, kind: type[JiffyMessageException]
) -> None:
    answer = envelope(None, ("error", "Zu viele Zugriffe"), status=status, Retry_After="7")
    raised, script, clock = fail(verb, kind, answer)
    assert (len(script.requests), clock.slept) == (4, [7, 7, 7])
    assert "Zu viele Zugriffe" in str(raised)
    client, script, _ = scripted(answer, success(verb))
    assert CALLS[verb](client)
    assert len(script.requests) == 2


@each_verb
@pytest.mark.parametrize("status", [300, 301, 302, 303, 304, 307, 308, 400, 401, 403, 404, 405, 408, 413, 451])
def test_redirects_and_client_errors_without_an_envelope_are_raised_at_once(verb: str, status: int) -> None:
    answer = httpx.Response(status, html="<h1>no</h1>", headers={"Location": "/elsewhere", "Retry-After": "5"})
    raised, script, _ = fail(verb, JiffyTransportException, answer, success(verb))
    assert len(script.requests) == 1
    assert raised.http_status == status
    assert not raised.transient


@each_verb
@pytest.mark.parametrize("depth", [1, 3])
@pytest.mark.parametrize("link", ["__cause__", "__context__"])
def test_an_invalid_certificate_is_raised_at_once(verb: str, depth: int, link: str) -> None:
    raised, script, _ = fail(verb, JiffyTransportException, certificate_error(depth, link), success(verb))
    assert len(script.requests) == 1
    assert not raised.transient


@each_verb
@pytest.mark.parametrize("result", [None, 5, "done", [], {}, {"id": 1}])
def test_an_invalid_result_is_raised_at_once(verb: str, result: JsonValue) -> None:
    raised, script, _ = fail(verb, JiffyAttributeException, envelope(result), success(verb))
    assert len(script.requests) == 1
    assert ("probably carried out" in str(raised)) == (verb != "GET")
    assert raised.operation is not None
    assert raised.operation.call.verb == verb


@each_verb
def test_false_is_only_a_valid_result_for_a_bool(verb: str) -> None:
    if verb == "DELETE":
        client, script, _ = scripted(envelope(result=False))
        assert client.delete_box(12345) is False
    else:
        _, script, _ = fail(verb, JiffyAttributeException, envelope(result=False))
    assert len(script.requests) == 1


@each_verb
@pytest.mark.parametrize("failure", [*NO_CONNECTION, *BUSY.values()], ids=repr)
def test_a_call_succeeds_at_the_third_attempt_after_two_failures(verb: str, failure: Answer) -> None:
    client, script, clock = scripted(failure, failure, success(verb))
    assert CALLS[verb](client)
    assert (len(script.requests), len(clock.slept)) == (3, 2)
    assert len({(request.method, request.url, request.content) for request in script.requests}) == 1


@each_lost_answer
def test_a_read_succeeds_at_the_third_attempt_after_two_lost_answers(answer: Answer) -> None:
    client, script, clock = scripted(answer, answer, success("GET"))
    assert client.box(12345).id == 12345
    assert (len(script.requests), len(clock.slept)) == (3, 2)


@each_write
def test_retries_of_a_write_end_when_an_answer_is_lost(verb: str) -> None:
    answers = (httpx.ConnectError("refused"), httpx.Response(429), httpx.ReadTimeout("too slow"), success(verb))
    _, script, _ = fail(verb, JiffyOutcomeUnknownException, *answers)
    assert len(script.requests) == 3


def test_the_back_off_is_random_and_its_bound_doubles() -> None:
    samples = [fail("GET", JiffyTransportException, httpx.ReadError(""))[2].slept for _ in range(50)]
    for back_offs, bound in zip(zip(*samples, strict=True), (0.5, 1, 2), strict=True):
        assert all(0 <= back_off <= bound for back_off in back_offs)
        assert len(set(back_offs)) > 1


@pytest.mark.usefixtures("no_jitter")
@pytest.mark.parametrize(
    ("retry", "slept"),
    [
        (Retry(attempts=1), []),
        (Retry(attempts=2), [0.5]),
        (Retry(attempts=8), [0.5, 1, 2, 4, 8, 8, 8]),
        (Retry(first_wait=3, longest_wait=5), [3, 5, 5]),
        (Retry(within=0), []),
        (Retry(within=1.5), [0.5, 1]),
        (Retry(attempts=2000, within=36), [0.5, 1, 2, 4, 8, 8, 8]),
        (Retry(attempts=1100, within=1e6, longest_wait=1, budget=None), [0.5, *[1] * 1098]),  # 2**1098 is no float
    ],
    ids=repr,
)
def test_retry_limits_the_attempts_and_the_back_off(retry: Retry, slept: list[float]) -> None:
    _, script, clock = fail("GET", JiffyTransportException, httpx.ReadError(""), retry=retry)
    assert (len(script.requests), clock.slept) == (len(slept) + 1, slept)


@pytest.mark.usefixtures("no_jitter")
def test_no_retry_begins_after_60_seconds() -> None:
    _, script, clock = fail("GET", JiffyLimitException, httpx.Response(429, headers={"Retry-After": "30"}))
    assert (len(script.requests), clock.slept) == (3, [30, 30])

    def slow(_request: httpx.Request) -> httpx.Response:
        clock.now += 20
        return httpx.Response(500)

    client, script, clock = scripted(slow)
    with pytest.raises(JiffyTransportException):
        client.box(12345)
    assert (len(script.requests), clock.slept) == (3, [0.5, 1])


@pytest.mark.parametrize("attempts", [0, -1, 1.5, float("nan"), float("inf"), True, "4", None], ids=repr)
def test_an_invalid_number_of_attempts_is_rejected(attempts: object) -> None:
    with pytest.raises(JiffyArgumentException, match=r"invalid attempts"):
        unchecked(Retry)(attempts=attempts)


@pytest.mark.parametrize("name", ["within", "first_wait", "longest_wait", "longest_retry_after"])
@pytest.mark.parametrize("value", [-1, float("nan"), float("inf"), True, "4", None], ids=repr)
def test_an_invalid_duration_is_rejected(name: str, value: object) -> None:
    with pytest.raises(JiffyArgumentException, match=rf"invalid {name}"):
        unchecked(Retry)(**{name: value})


def test_an_unknown_outcome_carries_its_operation_without_the_password() -> None:
    raised, script, _ = fail("POST", JiffyOutcomeUnknownException, httpx.Response(504))
    assert PASSWORD.encode() in script.requests[0].content
    unpickled = pickle.loads(pickle.dumps(raised))  # noqa: S301
    for exception in (raised, unpickled):
        assert isinstance(exception, JiffyOutcomeUnknownException)
        assert (str(exception.operation), exception.operation.call.name) == ("POST jiffyBoxes", "create_box")
        assert exception.operation.body is None
        assert exception.http_status == 504
        assert PASSWORD not in f"{exception} {exception!r} {vars(exception)}"
    assert str(unpickled) == str(raised)
    assert PASSWORD.encode() not in pickle.dumps(raised)


@each_verb
def test_closing_the_client_ends_the_retries(verb: str) -> None:
    def close(_request: httpx.Request) -> httpx.Response:
        client.close()
        raise httpx.ConnectError("refused")

    client, script, _ = scripted(close, success(verb))
    with pytest.raises(JiffyDetachedException):
        CALLS[verb](client)
    assert len(script.requests) == 1


def test_closing_the_client_during_a_write_leaves_its_outcome_unknown() -> None:
    def close_and_fail(_: httpx.Request) -> httpx.Response:
        client.close()
        raise RuntimeError("after the change was made")

    client, script, _ = scripted(close_and_fail)
    with pytest.raises(JiffyOutcomeUnknownException):
        CALLS["POST"](client)
    with pytest.raises(JiffyDetachedException, match="POST jiffyBoxes was not sent: the client is closed"):
        CALLS["POST"](client)
    assert len(script.requests) == 1


def test_a_too_large_answer_is_not_retried(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(body, "MAX_BYTES", 100)
    client, script, _ = scripted(envelope({"text": "x" * 100}))
    with pytest.raises(JiffyTransportException, match="larger than 100 bytes") as raised:
        client.boxes()
    assert not raised.value.transient
    assert len(script.requests) == 1
    with pytest.raises(JiffyOutcomeUnknownException, match="larger than 100 bytes"):
        CALLS["POST"](client)


def test_durations_of_many_years_do_not_overflow() -> None:
    retry = Retry(within=1e300, first_wait=1e300, longest_wait=1e300, longest_retry_after=1e300)
    client, _, clock = scripted(httpx.ConnectError("no"), envelope({}), retry=retry)
    assert client.boxes() == []
    assert all(slept <= 1e8 for slept in clock.slept)


@pytest.mark.parametrize("password", ["Token", "e", "existiert", "hat"])
def test_redacting_the_password_keeps_the_class_of_the_exception(password: str) -> None:
    for text, kind in (
        ("Der von Ihnen uebergebene API-Token ist ungueltig.", JiffyTokenException),
        ("Die Distribution existiert nicht, hat es nie", JiffyNotFoundException),
    ):
        client, _, _ = scripted(envelope(None, ("error", text)))
        with pytest.raises(kind):
            client.create_box("web", 44, distribution="debian_stretch_64bit", password=password)
