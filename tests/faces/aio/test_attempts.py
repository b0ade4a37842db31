"""The events of attempts, as passed to `on_attempt` and logged."""

import logging
import pickle

import httpx
import pytest

from jiffybox_sdk import (
    Attempt,
    JiffyDetachedException,
    JiffyException,
    JiffyLimitException,
    RateLimit,
    Retry,
    RetryBudget,
)
from tests.support.clients import async_scripted
from tests.support.scripted import PASSWORD, TOKEN, Answer, VirtualClock, envelope, example

pytestmark = pytest.mark.anyio  # aio: on asyncio and trio

GOOD = envelope(example("box"), X_Request_Id="7f", Date="now")
BUSY = httpx.Response(429, headers={"Retry-After": "5", "X-Request-Id": "7e"})


def taking(clock: VirtualClock, seconds: float, answer: httpx.Response) -> Answer:
    """Return an answer that takes some seconds."""

    def respond(_: httpx.Request) -> httpx.Response:
        clock.now += seconds
        return answer

    return respond


async def test_each_attempt_is_an_event_with_its_waits_and_duration() -> None:
    events: list[Attempt] = []
    limit = RateLimit(1, 60)
    client, script, clock = async_scripted(retry=Retry(within=100), rate_limit=limit, on_attempt=events.append)
    script.answers = [taking(clock, 0.5, BUSY), taking(clock, 0.25, GOOD)]
    async with client:
        await client.create_box("web", 44, distribution="a", password=PASSWORD)
    busy, good = events
    assert (busy.number, busy.outcome, busy.http_status, busy.wait, busy.retry_in) == (1, "busy", 429, 0, 5)
    assert (good.number, good.outcome, good.http_status, good.retry_in) == (2, "success", 200, None)
    assert good.wait == pytest.approx(59.5)  # five seconds of back-off, and the rest for the rate limit
    assert [busy.seconds, good.seconds] == pytest.approx([0.5, 0.25])
    assert (busy.request_id, good.request_id, good.headers["Date"]) == ("7e", "7f", "now")
    assert busy.error == "the service rejected POST jiffyBoxes (rate limit): HTTP status 429 (try again after 5 s)"
    assert good.error is None
    assert {str(event.operation) for event in events} == {"POST jiffyBoxes"}
    assert PASSWORD not in f"{events!r}{pickle.dumps(events)!r}"


OUTCOMES: dict[str, tuple[str, Answer]] = {
    "a result": ("success", GOOD),
    "no connection": ("not_connected", httpx.ConnectError("refused")),
    "rate limited": ("busy", httpx.Response(429)),
    "unavailable for a while": ("busy", httpx.Response(503, headers={"Retry-After": "5"})),
    "a gateway error": ("lost", httpx.Response(502)),
    "a lost connection": ("lost", httpx.ReadError("reset")),
    "an error message": ("rejected", envelope(None, ("error", "Nein"))),
    "a redirect": ("rejected", httpx.Response(302)),
    "an invalid result": ("invalid", envelope({})),
}


@pytest.mark.parametrize(("outcome", "answer"), OUTCOMES.values(), ids=OUTCOMES)
async def test_the_outcome_names_the_kind_of_failure(outcome: str, answer: Answer) -> None:
    events: list[Attempt] = []
    client, _, _ = async_scripted(answer, retry=Retry(attempts=1), on_attempt=events.append)
    error = None
    async with client:
        try:
            await client.box(12345)
        except JiffyException as raised:
            error = str(raised)
    [event] = events
    assert (event.outcome, event.error) == (outcome, error)
    assert event.http_status == (answer.status_code if isinstance(answer, httpx.Response) else None)


async def test_the_last_event_has_the_final_message() -> None:
    events: list[Attempt] = []
    answer = httpx.Response(429, headers={"Retry-After": "3600"})
    client, _, _ = async_scripted(answer, on_attempt=events.append)
    async with client:
        with pytest.raises(JiffyLimitException) as raised:
            await client.boxes()
    [event] = events
    assert event.error == str(raised.value)
    assert event.retry_in is None


@pytest.mark.parametrize("interruption", [KeyboardInterrupt, SystemExit])
async def test_an_interrupted_attempt_is_an_event(interruption: type[BaseException]) -> None:
    events: list[Attempt] = []

    def interrupt(_: httpx.Request) -> httpx.Response:
        raise interruption

    client, _, _ = async_scripted(interrupt, on_attempt=events.append)
    with pytest.raises(interruption):
        await client.boxes()
    await client.close()
    [event] = events
    assert (event.number, event.outcome, event.retry_in) == (1, "interrupted", None)
    assert str(event) == "GET jiffyBoxes: interrupted (0.000 s)"


async def test_an_interruption_is_raised_even_if_on_attempt_raises() -> None:
    def interrupt(_: httpx.Request) -> httpx.Response:
        raise KeyboardInterrupt

    def fail(_: Attempt) -> None:
        raise RuntimeError

    client, _, _ = async_scripted(interrupt, on_attempt=fail)
    with pytest.raises(KeyboardInterrupt):
        await client.boxes()
    await client.close()


@pytest.mark.parametrize("answer", [GOOD, BUSY, httpx.ConnectError("refused"), httpx.Response(502)], ids=repr)
async def test_an_exception_of_on_attempt_ends_the_call_without_a_retry(answer: Answer) -> None:
    error = JiffyLimitException([])

    def fail(_: Attempt) -> None:
        raise error

    client, script, clock = async_scripted(answer, on_attempt=fail)
    async with client:
        with pytest.raises(JiffyLimitException) as raised:
            await client.delete_box(1)
    assert raised.value is error
    assert (len(script.requests), clock.slept) == (1, [])


async def test_a_call_that_is_not_attempted_is_no_event() -> None:
    events: list[Attempt] = []
    client, _, clock = async_scripted(GOOD, rate_limit=RateLimit(1, 100), on_attempt=events.append)
    async with client:
        box = await client.box(12345)
        clock.now += 1
        with pytest.raises(JiffyException):
            await box.wait_for_status("FROZEN", max_wait=1)
    with pytest.raises(JiffyDetachedException):
        await client.box(12345)
    assert [event.outcome for event in events] == ["success"]


async def test_a_retry_that_is_not_sent_is_no_event_and_costs_nothing() -> None:
    events: list[Attempt] = []
    retry = Retry(within=5, first_wait=0, budget=RetryBudget(14, 14))
    client, script, clock = async_scripted(
        httpx.Response(503), retry=retry, rate_limit=RateLimit(1, 100), on_attempt=events.append
    )
    async with client:
        for _ in range(3):
            with pytest.raises(JiffyException, match="not retried, because its turn under the rate limit would come"):
                await client.boxes()
            clock.now += 100
        assert [(event.number, event.outcome) for event in events] == [(1, "lost")] * 3
    assert len(script.requests) == 3


async def test_each_attempt_is_logged_with_its_event(caplog: pytest.LogCaptureFixture) -> None:
    events: list[Attempt] = []
    client, _, _ = async_scripted(BUSY, GOOD, on_attempt=events.append)
    with caplog.at_level(logging.DEBUG, "jiffybox_sdk"):
        async with client:
            await client.box(12345)
    assert [(record.levelname, record.getMessage()) for record in caplog.records] == [
        (
            "INFO",
            (
                "the service rejected GET jiffyBoxes/12345 (rate limit): HTTP status 429 (try again after 5 s)"
                " (0.000 s, request id 7e); retrying in 5.0 s"
            ),
        ),
        (
            "DEBUG",
            "GET jiffyBoxes/12345: HTTP status 200 (attempt 2 after waiting 5.0 s, 0.000 s, request id 7f)",
        ),
    ]
    assert [vars(record)["attempt"] for record in caplog.records] == events


async def test_only_retries_are_logged_at_the_level_info(caplog: pytest.LogCaptureFixture) -> None:
    client, _, _ = async_scripted(BUSY, GOOD, GOOD)
    with caplog.at_level(logging.INFO, "jiffybox_sdk"):
        async with client:
            await client.box(12345)
            await client.box(12345)
    assert [record.levelname for record in caplog.records] == ["INFO"]


async def test_without_listeners_no_event_is_made(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise AssertionError

    monkeypatch.setattr("jiffybox_sdk._client.retry_loop.Attempt", fail)
    caplog.set_level(logging.INFO, "jiffybox_sdk")
    client, _, _ = async_scripted(GOOD)
    async with client:
        assert (await client.box(12345)).id == 12345


async def test_a_line_of_a_log_stays_one_line_without_the_token(caplog: pytest.LogCaptureFixture) -> None:
    answer = envelope(example("box"), X_Request_Id=f"a\tb {TOKEN} {'x' * 100}")
    client, _, _ = async_scripted(answer)
    with caplog.at_level(logging.DEBUG, "jiffybox_sdk"):
        async with client:
            await client.box(12345)
    [line] = caplog.messages
    assert line.isprintable()
    assert "request id a b -token- xxx" in line
    assert TOKEN not in f"{line}{vars(caplog.records[0])}"
    assert len(line) < 150
