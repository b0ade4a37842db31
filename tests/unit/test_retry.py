"""The table of what is repeated, cell by cell: how many requests reach the service, and what is raised in the end."""

import pickle
import random
import ssl
from collections.abc import Callable
from typing import TypeVar

import httpx
import pytest
from pydantic import JsonValue

from jiffybox_sdk import Box, JiffyBox, Retry
from jiffybox_sdk._client.transport import base
from jiffybox_sdk.exceptions import (
    JiffyArgumentException,
    JiffyAttributeException,
    JiffyDetachedException,
    JiffyException,
    JiffyLimitException,
    JiffyMessageException,
    JiffyNotFoundException,
    JiffyOutcomeUnknownException,
    JiffyTokenException,
    JiffyTransportException,
)
from jiffybox_sdk.operations import update_metadata
from tests.support.failures import BUSY, LOST, NO_CONNECTION
from tests.support.scripted import PASSWORD, Answer, Script, VirtualClock, envelope, example, scripted, unchecked

E = TypeVar("E", bound=JiffyException)

CALLS: dict[str, Callable[[JiffyBox], Box | bool]] = {
    "GET": lambda client: client.box(12345),
    "PUT": lambda client: client.send(update_metadata(12345, {"role": "web"}), Box),
    "DELETE": lambda client: client.delete_box(12345),
    "POST": lambda client: client.create_box("web", 44, distribution="centos_7_64bit", password=PASSWORD),
}
WRITES = [verb for verb in CALLS if verb != "GET"]

NO_SENSE = [
    *("0", "-1", "nan", "inf", "1e3", "soon", "", "1 2", "0x10", "1_0"),
    *("Tue, 14 Nov 2023 22:13:10 GMT", "Tue, 99 Nov 2023 22:13:30 GMT"),  # the past; no such day
    *("Tue, 14 Nov 99999999999999999999 22:13:30 GMT", "Tue, 14 Nov 2023 22:13:30 +99999999999999999999"),
]

verbs = pytest.mark.parametrize("verb", CALLS)
writes = pytest.mark.parametrize("verb", WRITES)
no_connection = pytest.mark.parametrize("error", NO_CONNECTION, ids=lambda error: type(error).__name__)
busy = pytest.mark.parametrize("answer", BUSY.values(), ids=BUSY)
lost = pytest.mark.parametrize("answer", LOST.values(), ids=LOST)
no_sense = pytest.mark.parametrize("header", NO_SENSE, ids=range(len(NO_SENSE)))


@pytest.fixture
def longest(monkeypatch: pytest.MonkeyPatch) -> None:
    """Chance always gives the longest wait."""

    def highest(_lowest: float, highest: float) -> float:
        return highest

    monkeypatch.setattr(random, "uniform", highest)


def failing(verb: str, raises: type[E], *answers: Answer, retry: Retry | None = None) -> tuple[E, Script, VirtualClock]:
    client, script, clock = scripted(*answers, retry=retry)
    with client, pytest.raises(raises) as raised:
        CALLS[verb](client)
    assert type(raised.value) is raises
    return raised.value, script, clock


def good(verb: str) -> httpx.Response:
    return envelope(True if verb == "DELETE" else example("box"))


def certificate_error(depth: int) -> httpx.ConnectError:
    error: Exception = ssl.SSLCertVerificationError(1, "self-signed certificate")
    for _ in range(depth):
        outer = httpx.ConnectError("certificate verify failed")
        outer.__cause__ = error
        error = outer
    assert isinstance(error, httpx.ConnectError)
    return error


@verbs
@no_connection
def test_any_call_is_repeated_when_no_connection_was_made(verb: str, error: Exception) -> None:
    raised, script, clock = failing(verb, JiffyTransportException, error)
    assert (len(script.requests), len(clock.slept)) == (4, 3)
    assert raised.transient
    assert raised.http_status is None
    assert str(error) in str(raised)


@verbs
@busy
def test_any_call_is_repeated_when_the_service_is_busy(verb: str, answer: httpx.Response) -> None:
    kind: type[JiffyLimitException | JiffyTransportException] = JiffyTransportException
    if answer.status_code == 429:
        kind = JiffyLimitException
    raised, script, clock = failing(verb, kind, answer)
    assert (len(script.requests), len(clock.slept)) == (4, 3)
    assert raised.http_status == answer.status_code
    if "Retry-After" in answer.headers:
        assert clock.slept == [5, 5, 5]


@lost
def test_what_reads_is_repeated_when_its_answer_is_lost(answer: Answer) -> None:
    raised, script, clock = failing("GET", JiffyTransportException, answer)
    assert (len(script.requests), len(clock.slept)) == (4, 3)
    assert raised.transient
    assert raised.http_status == (answer.status_code if isinstance(answer, httpx.Response) else None)
    assert str(raised.operation) == "GET jiffyBoxes/12345"
    assert len(str(raised).splitlines()) == 1


@writes
@lost
def test_what_changes_something_is_sent_once_when_its_answer_is_lost(verb: str, answer: Answer) -> None:
    raised, script, clock = failing(verb, JiffyOutcomeUnknownException, answer)
    assert (len(script.requests), clock.slept) == (1, [])
    assert raised.operation.call.verb == verb
    assert "check before trying again" in str(raised)


@verbs
@pytest.mark.parametrize("status", [200, 202, 301, 400, 401, 403, 404, 418, 500, 502, 503, 504])
def test_an_envelope_that_says_error_is_raised_at_once_whatever_the_status(verb: str, status: int) -> None:
    answer = envelope(None, ("error", "Das Limit ist erreicht"), status=status)
    raised, script, _ = failing(verb, JiffyMessageException, answer, good(verb))
    assert len(script.requests) == 1
    assert raised.http_status == status
    assert [(message.type, message.message) for message in raised.messages] == [("error", "Das Limit ist erreicht")]


@verbs
def test_an_error_beside_a_good_result_is_an_error(verb: str) -> None:
    messages = envelope(None, ("success", "gut"), ("error", "schlecht")).json()["messages"]
    answer = httpx.Response(200, json={"messages": messages, "result": good(verb).json()["result"]})
    raised, script, _ = failing(verb, JiffyMessageException, answer)
    assert len(script.requests) == 1
    assert str(raised).endswith("schlecht")


@verbs
@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Der von Ihnen uebergebene API-Token ist ungueltig.", JiffyTokenException),
        ("Das Modul test existiert nicht", JiffyMessageException),
        ("Der Kunde Nr. 42 hat keine JiffyBox Nr. 12345.", JiffyNotFoundException),
        ("Der Name existiert bereits.", JiffyMessageException),
    ],
)
def test_what_the_service_says_decides_the_class_of_the_exception(
    verb: str, text: str, kind: type[JiffyMessageException]
) -> None:
    raised, script, _ = failing(verb, kind, envelope(None, ("error", text)))
    assert len(script.requests) == 1
    assert text in str(raised)


@verbs
@pytest.mark.parametrize(("status", "kind"), [(429, JiffyLimitException), (503, JiffyMessageException)])
def test_busy_comes_before_an_error_in_the_envelope_which_is_raised_in_the_end(
    verb: str, status: int, kind: type[JiffyMessageException]
) -> None:
    answer = envelope(None, ("error", "Zu viele Zugriffe"), status=status, Retry_After="7")
    raised, script, clock = failing(verb, kind, answer)
    assert (len(script.requests), clock.slept) == (4, [7, 7, 7])
    assert "Zu viele Zugriffe" in str(raised)
    client, script, _ = scripted(answer, good(verb))
    assert CALLS[verb](client)
    assert len(script.requests) == 2


@verbs
@pytest.mark.parametrize("status", [300, 301, 302, 303, 304, 307, 308, 400, 401, 403, 404, 405, 408, 413, 451])
def test_redirects_and_refusals_without_an_envelope_are_raised_at_once(verb: str, status: int) -> None:
    answer = httpx.Response(status, html="<h1>no</h1>", headers={"Location": "/elsewhere", "Retry-After": "5"})
    raised, script, _ = failing(verb, JiffyTransportException, answer, good(verb))
    assert len(script.requests) == 1
    assert raised.http_status == status
    assert not raised.transient


@verbs
@pytest.mark.parametrize("depth", [1, 3])
def test_a_certificate_that_is_not_valid_is_raised_at_once(verb: str, depth: int) -> None:
    raised, script, _ = failing(verb, JiffyTransportException, certificate_error(depth), good(verb))
    assert len(script.requests) == 1
    assert not raised.transient


@verbs
@pytest.mark.parametrize("result", [None, 5, "done", [], {}, {"id": 1}])
def test_a_result_that_breaks_its_schema_is_raised_at_once(verb: str, result: JsonValue) -> None:
    raised, script, _ = failing(verb, JiffyAttributeException, envelope(result), good(verb))
    assert len(script.requests) == 1
    assert ("probably carried out" in str(raised)) == (verb != "GET")
    assert raised.operation is not None
    assert raised.operation.call.verb == verb


@verbs
def test_false_without_an_error_is_an_answer_only_where_a_bool_is_promised(verb: str) -> None:
    if verb == "DELETE":
        client, script, _ = scripted(envelope(result=False))
        assert client.delete_box(12345) is False
    else:
        _, script, _ = failing(verb, JiffyAttributeException, envelope(result=False))
    assert len(script.requests) == 1


@verbs
@pytest.mark.parametrize("wrong", [*NO_CONNECTION, *BUSY.values()], ids=repr)
def test_a_call_that_was_not_carried_out_twice_is_good_at_the_third_attempt(verb: str, wrong: Answer) -> None:
    client, script, clock = scripted(wrong, wrong, good(verb))
    assert CALLS[verb](client)
    assert (len(script.requests), len(clock.slept)) == (3, 2)
    assert len({(request.method, request.url, request.content) for request in script.requests}) == 1


@lost
def test_what_reads_is_good_at_the_third_attempt_after_two_lost_answers(answer: Answer) -> None:
    client, script, clock = scripted(answer, answer, good("GET"))
    assert client.box(12345).id == 12345
    assert (len(script.requests), len(clock.slept)) == (3, 2)


@writes
def test_what_changes_something_is_not_repeated_any_more_once_an_answer_is_lost(verb: str) -> None:
    answers = (httpx.ConnectError("refused"), httpx.Response(429), httpx.ReadTimeout("too slow"), good(verb))
    _, script, _ = failing(verb, JiffyOutcomeUnknownException, *answers)
    assert len(script.requests) == 3


@verbs
@pytest.mark.parametrize("status", [429, 503])
@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("1", 1),
        ("0.25", 0.25),
        (" 7 ", 7),
        ("30", 30),
        ("31", 30),
        ("Tue, 14 Nov 2023 22:13:30 GMT", 10),  # the clock begins at 22:13:20
        ("Tue, 14 Nov 2023 23:13:30 +0100", 10),
        ("Tue, 14 Nov 2023 22:13:30 -0000", 10),
    ],
)
def test_the_service_says_how_long_to_wait(verb: str, status: int, header: str, seconds: float) -> None:
    client, script, clock = scripted(httpx.Response(status, headers={"Retry-After": header}), good(verb))
    assert CALLS[verb](client)
    assert (len(script.requests), clock.slept) == (2, [seconds])


@verbs
@no_sense
@pytest.mark.usefixtures("longest")
def test_a_429_that_asks_for_a_wait_without_sense_waits_as_usual(verb: str, header: str) -> None:
    _, script, clock = failing(verb, JiffyLimitException, httpx.Response(429, headers={"Retry-After": header}))
    assert (len(script.requests), clock.slept) == (4, [0.5, 1, 2])


@verbs
@no_sense
@pytest.mark.usefixtures("longest")
def test_a_503_that_asks_for_a_wait_without_sense_is_any_503(verb: str, header: str) -> None:
    answer = httpx.Response(503, headers={"Retry-After": header})
    if verb == "GET":
        _, script, clock = failing(verb, JiffyTransportException, answer)
        assert (len(script.requests), clock.slept) == (4, [0.5, 1, 2])
    else:
        _, script, _ = failing(verb, JiffyOutcomeUnknownException, answer)
        assert len(script.requests) == 1
    _, script, _ = failing(verb, JiffyMessageException, envelope(None, ("error", "Nein"), status=503))
    assert len(script.requests) == 1


def test_the_waits_are_drawn_from_nothing_to_twice_as_much_each_time() -> None:
    drawn = [failing("GET", JiffyTransportException, httpx.ReadError(""))[2].slept for _ in range(50)]
    for waits, bound in zip(zip(*drawn, strict=True), (0.5, 1, 2), strict=True):
        assert all(0 <= wait <= bound for wait in waits)
        assert len(set(waits)) > 1


@pytest.mark.usefixtures("longest")
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
    ],
    ids=repr,
)
def test_the_user_says_how_patient_to_be(retry: Retry, slept: list[float]) -> None:
    _, script, clock = failing("GET", JiffyTransportException, httpx.ReadError(""), retry=retry)
    assert (len(script.requests), clock.slept) == (len(slept) + 1, slept)


def test_the_user_says_how_much_the_service_can_ask_for() -> None:
    answer = httpx.Response(429, headers={"Retry-After": "20"})
    _, _, clock = failing("POST", JiffyLimitException, answer, retry=Retry(longest_retry_after=3))
    assert clock.slept == [3, 3, 3]


@pytest.mark.usefixtures("longest")
def test_no_attempt_begins_after_60_seconds() -> None:
    _, script, clock = failing("GET", JiffyLimitException, httpx.Response(429, headers={"Retry-After": "30"}))
    assert (len(script.requests), clock.slept) == (3, [30, 30])

    def slow(_request: httpx.Request) -> httpx.Response:
        clock.now += 20
        return httpx.Response(500)

    client, script, clock = scripted(slow)
    with pytest.raises(JiffyTransportException):
        client.box(12345)
    assert (len(script.requests), clock.slept) == (3, [0.5, 1])


@pytest.mark.parametrize("attempts", [0, -1, 1.5, float("nan"), float("inf"), True, "4", None], ids=repr)
def test_a_number_of_attempts_that_is_none_is_refused(attempts: object) -> None:
    with pytest.raises(JiffyArgumentException, match=r"invalid attempts"):
        unchecked(Retry)(attempts=attempts)


@pytest.mark.parametrize("name", ["within", "first_wait", "longest_wait", "longest_retry_after"])
@pytest.mark.parametrize("bad", [-1, float("nan"), float("inf"), True, "4", None], ids=repr)
def test_a_duration_that_is_none_is_refused(name: str, bad: object) -> None:
    with pytest.raises(JiffyArgumentException, match=rf"invalid {name}"):
        unchecked(Retry)(**{name: bad})


def test_a_box_whose_answer_was_lost_is_created_once_and_the_exception_says_what_to_look_for() -> None:
    raised, script, _ = failing("POST", JiffyOutcomeUnknownException, httpx.Response(504))
    assert PASSWORD.encode() in script.requests[0].content
    twin = pickle.loads(pickle.dumps(raised))  # noqa: S301
    for exception in (raised, twin):
        assert isinstance(exception, JiffyOutcomeUnknownException)
        assert (str(exception.operation), exception.operation.call.name) == ("POST jiffyBoxes", "create_box")
        assert exception.operation.body is None
        assert exception.http_status == 504
        assert PASSWORD not in f"{exception} {exception!r} {vars(exception)}"
    assert str(twin) == str(raised)
    assert PASSWORD.encode() not in pickle.dumps(raised)


@verbs
def test_a_client_that_is_closed_between_two_attempts_says_so(verb: str) -> None:
    def close(_request: httpx.Request) -> httpx.Response:
        client.close()
        raise httpx.ConnectError("refused")

    client, script, _ = scripted(close, good(verb))
    with pytest.raises(JiffyDetachedException):
        CALLS[verb](client)
    assert len(script.requests) == 1


def test_a_call_in_progress_when_the_client_is_closed_may_have_been_made() -> None:
    def close_and_fail(_: httpx.Request) -> httpx.Response:
        client.close()
        raise RuntimeError("after the change was made")

    client, script, _ = scripted(close_and_fail)
    with pytest.raises(JiffyOutcomeUnknownException):
        CALLS["POST"](client)
    with pytest.raises(JiffyDetachedException, match="POST jiffyBoxes was not sent: the client is closed"):
        CALLS["POST"](client)
    assert len(script.requests) == 1


def test_an_answer_that_is_too_large_is_not_requested_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(base, "MAX_BYTES", 100)
    client, script, _ = scripted(envelope({"text": "x" * 100}))
    with pytest.raises(JiffyTransportException, match="larger than 100 bytes") as raised:
        client.boxes()
    assert not raised.value.transient
    assert len(script.requests) == 1
    with pytest.raises(JiffyOutcomeUnknownException, match="larger than 100 bytes"):
        CALLS["POST"](client)


def test_durations_of_many_years_do_not_overflow() -> None:
    patient = Retry(within=1e300, first_wait=1e300, longest_wait=1e300, longest_retry_after=1e300)
    client, _, clock = scripted(httpx.ConnectError("no"), envelope({}), retry=patient)
    assert client.boxes() == []
    assert all(slept <= 1e8 for slept in clock.slept)


@pytest.mark.parametrize("password", ["Token", "e", "existiert", "hat"])
def test_redacting_the_password_does_not_change_the_class_of_the_exception(password: str) -> None:
    for text, exception in (
        ("Der von Ihnen uebergebene API-Token ist ungueltig.", JiffyTokenException),
        ("Die Distribution existiert nicht, hat es nie", JiffyNotFoundException),
    ):
        client, _, _ = scripted(envelope(None, ("error", text)))
        with pytest.raises(exception):
            client.create_box("web", 44, distribution="debian_stretch_64bit", password=password)
