"""The headers of responses, with the records and exceptions that belong to them."""

import copy
import pickle

import httpx
import pytest
from pydantic import JsonValue

from jiffybox_sdk import (
    JiffyAttributeException,
    JiffyDriftException,
    JiffyException,
    JiffyLimitException,
    JiffyMessageException,
    JiffyOutcomeUnknownException,
    JiffyTransportException,
    Retry,
    response_headers,
)
from tests.support.clients import async_scripted
from tests.support.scripted import TOKEN, Answer, envelope, example

pytestmark = pytest.mark.anyio  # aio: on asyncio and trio

DISTRIBUTION = example("distribution")


def ok(result: JsonValue) -> httpx.Response:
    return envelope(result, X_Request_Id="7f", X_RateLimit_Remaining="41")


async def test_each_record_has_the_headers_of_its_response() -> None:
    box, ip = example("box"), example("ip")
    answers = [
        *(ok(box), ok({"1": box, "2": box}), ok(example("plan")), ok({"1": example("plan")}), ok(DISTRIBUTION)),
        *(ok({"a": DISTRIBUTION}), ok({"12": {"3": ip}}), ok({"12": example("backups")}), ok(example("module-doc"))),
    ]
    client, script, _ = async_scripted(*answers)
    async with client:
        records = [
            *(await client.box(12345), *await client.boxes(), await client.plan(1), *await client.plans()),
            *(await client.distribution("a"), *await client.distributions(), *await client.ips()),
            *(*await client.backups(), await client.module("plans")),
        ]
    assert len(script.requests) == len(answers)
    assert len(records) == len(answers) + 1
    for record in records:
        headers = response_headers(record)
        assert (headers["X-Request-Id"], headers["X-RateLimit-Remaining"]) == ("7f", "41")


async def test_headers_are_not_part_of_a_record() -> None:
    client, _, _ = async_scripted(ok(example("box")), envelope(example("box")))
    async with client:
        box, other = await client.box(12345), await client.box(12345)
    assert (box, hash(box), repr(box), box.model_dump()) == (other, hash(other), repr(other), other.model_dump())
    unpickled: object = pickle.loads(pickle.dumps(box))  # noqa: S301
    for duplicate in (copy.copy(box), copy.deepcopy(box), box.model_copy(), unpickled):
        assert duplicate == box
        assert response_headers(duplicate) == {}
    assert response_headers(other).get("X-Request-Id") is None


async def test_a_verb_returns_a_record_with_its_own_headers() -> None:
    client, _, _ = async_scripted(ok(example("box")), envelope(example("box"), X_Request_Id="80"))
    async with client:
        box = await client.box(12345)
        stopped = await box.stop()
    assert [response_headers(record).request_id for record in (box, stopped)] == ["7f", "80"]


FAILURES: dict[str, tuple[type[JiffyException], Answer]] = {
    "an error message": (JiffyMessageException, envelope(None, ("error", "Nein"), X_Request_Id="7f")),
    "rate limited": (JiffyLimitException, httpx.Response(429, headers={"X-Request-Id": "7f"})),
    "not from the service": (JiffyOutcomeUnknownException, httpx.Response(502, headers={"X-Request-Id": "7f"})),
    "not found": (JiffyTransportException, httpx.Response(404, headers={"X-Request-Id": "7f"})),
    "an invalid result": (JiffyAttributeException, envelope({}, X_Request_Id="7f")),
    "an unknown encoding": (
        JiffyOutcomeUnknownException,
        lambda _: httpx.Response(
            200, headers={"Content-Encoding": "x", "X-Request-Id": "7f"}, stream=httpx.ByteStream(b"")
        ),
    ),
}


@pytest.mark.parametrize(("kind", "answer"), FAILURES.values(), ids=FAILURES)
async def test_an_exception_has_the_headers_of_its_response(kind: type[JiffyException], answer: Answer) -> None:
    client, _, _ = async_scripted(answer, retry=Retry(attempts=1))
    async with client:
        with pytest.raises(kind) as raised:
            await client.create_box("web", 44, distribution="a")
    unpickled: object = pickle.loads(pickle.dumps(raised.value))  # noqa: S301
    for error in (raised.value, unpickled):
        assert isinstance(error, kind)
        assert error.headers.request_id == "7f"


async def test_a_drift_exception_has_the_headers_of_its_response() -> None:
    client, _, _ = async_scripted(ok({**example("box"), "new": 1}), drift="raise")
    async with client:
        with pytest.raises(JiffyDriftException) as raised:
            await client.box(12345)
    assert raised.value.headers.request_id == "7f"


async def test_an_exception_without_a_response_has_no_headers() -> None:
    client, _, _ = async_scripted(ok({}), httpx.ConnectError("refused"), retry=Retry(attempts=1))
    async with client:
        await client.boxes()
        with pytest.raises(JiffyTransportException) as raised:
            await client.boxes()
    assert raised.value.headers == {}


async def test_headers_never_contain_the_token() -> None:
    client, _, _ = async_scripted(envelope(example("box"), X_Path=f"/{TOKEN}/v1.0/jiffyBoxes/12345"))
    async with client:
        headers = response_headers(await client.box(12345))
    assert headers["x-path"] == "/-token-/v1.0/jiffyBoxes/12345"
    assert TOKEN not in repr(headers.raw)
