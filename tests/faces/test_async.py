"""The async client on asyncio and trio: retries, cancellation, closing and arguments."""

import asyncio
import gc
import warnings
from collections.abc import Callable, Coroutine

import anyio
import httpx
import pytest
from pydantic_core import from_json

from jiffybox_sdk import AsyncBox, AsyncJiffyBox, Box, Emulator, JiffyBox, Message, RateLimit, Retry
from jiffybox_sdk.exceptions import (
    JiffyArgumentException,
    JiffyDetachedException,
    JiffyException,
    JiffyMessageException,
    JiffyOutcomeUnknownException,
    JiffyTransportException,
)
from tests.support.asynchronous import AsyncScript, Call, StoppedClock, async_scripted, backends, create, read, run
from tests.support.failures import BUSY, LOST, NO_CONNECTION
from tests.support.scripted import TOKEN, URL, Answer, Script, envelope, example, unchecked


def outcome(call: Call, backend: str, *answers: Answer, retry: Retry | None = None) -> tuple[object, int, list[float]]:
    """Return the result or exception of a call, the number of requests, and the durations of the back-offs."""
    client, script, clock = async_scripted(*answers, retry=retry)
    outcomes: list[object] = []

    async def main() -> None:
        async with client:
            try:
                outcomes.append(await call(client))
            except JiffyException as error:
                outcomes.append(error)

    run(main, backend)
    return outcomes[0], len(script.requests), clock.slept


@backends
@pytest.mark.parametrize("call", [read, create])
@pytest.mark.parametrize("answer", [*NO_CONNECTION, *BUSY.values()], ids=repr)
def test_any_call_is_retried_if_it_was_certainly_not_executed(call: Call, answer: Answer, backend: str) -> None:
    result, requests, slept = outcome(call, backend, answer, retry=Retry(within=1000))
    assert isinstance(result, JiffyException)
    assert not isinstance(result, JiffyOutcomeUnknownException)
    assert (requests, len(slept)) == (4, 3)
    result, requests, _ = outcome(call, backend, answer, envelope(example("box")))
    assert isinstance(result, AsyncBox)
    assert requests == 2


@backends
@pytest.mark.parametrize("answer", LOST.values(), ids=LOST)
def test_only_reads_are_retried_if_the_call_may_have_been_executed(answer: Answer, backend: str) -> None:
    result, requests, _ = outcome(read, backend, answer, retry=Retry(within=1000))
    assert (type(result), requests) == (JiffyTransportException, 4)
    result, requests, slept = outcome(create, backend, answer)
    assert (type(result), requests, slept) == (JiffyOutcomeUnknownException, 1, [])


@backends
def test_an_error_message_is_raised_without_a_retry(backend: str) -> None:
    answer = envelope(None, ("error", "Der Name existiert bereits."))
    for call in (read, create):
        result, requests, _ = outcome(call, backend, answer)
        assert isinstance(result, JiffyMessageException)
        assert requests == 1


@backends
def test_on_message_is_called_with_the_messages_of_an_answer(backend: str) -> None:
    messages: list[str] = []

    def record(message: Message, _: object) -> None:
        messages.append(message.message)

    async def main() -> None:
        script = Script(envelope(True, ("success", "wird geloescht")))  # noqa: FBT003 (the response)
        async with AsyncJiffyBox(TOKEN, URL, transport=AsyncScript(script), on_message=record) as client:
            assert await client.delete_box(1) is True

    run(main, backend)
    assert messages == ["wird geloescht"]


@backends
def test_a_cancelled_back_off_makes_no_retry(backend: str) -> None:
    script = Script(httpx.Response(502))

    async def main() -> None:
        clock = StoppedClock()
        async with AsyncJiffyBox(TOKEN, URL, transport=AsyncScript(script), clock=clock) as client:
            async with anyio.create_task_group() as tasks:
                tasks.start_soon(read, client)
                await clock.asleep.wait()
                tasks.cancel_scope.cancel()
            await anyio.lowlevel.checkpoint()

    run(main, backend)
    assert len(script.requests) == 1


@backends
@pytest.mark.parametrize("sleep", ["one box", "many boxes", "rate limit"])
def test_a_cancelled_sleep_is_followed_by_no_request(sleep: str, backend: str) -> None:
    script = Script(envelope(example("box")))

    async def main() -> None:
        clock = StoppedClock()
        limit = RateLimit(1, 1000) if sleep == "rate limit" else None
        transport = AsyncScript(script)
        async with AsyncJiffyBox(TOKEN, URL, transport=transport, clock=clock, rate_limit=limit) as client:
            box = await client.box(12345)
            sleeping: dict[str, Callable[[], Coroutine[None, None, object]]] = {
                "one box": lambda: box.wait_for_status("READY"),
                "many boxes": lambda: client.wait_for_all([box], "READY"),
                "rate limit": box.refresh,
            }
            async with anyio.create_task_group() as tasks:
                tasks.start_soon(sleeping[sleep])
                await clock.asleep.wait()
                tasks.cancel_scope.cancel()

    run(main, backend)
    assert len(script.requests) == (1 if sleep == "rate limit" else 2)


@backends
def test_a_closed_client_sends_no_requests(backend: str) -> None:
    client, script, _ = async_scripted(envelope(example("box")))

    async def main() -> None:
        async with client:
            box = await client.box(12345)
            assert repr(client) == "<AsyncJiffyBox open>"
        await client.close()
        assert repr(client) == "<AsyncJiffyBox closed>"
        for call in (box.refresh, client.boxes, lambda: client.wait_for_all([box])):
            with pytest.raises(JiffyDetachedException, match="the client is closed"):
                await call()

    run(main, backend)
    assert len(script.requests) == 1


def test_an_unclosed_client_warns_when_it_is_garbage_collected() -> None:
    clients = [Emulator().async_client()]
    with pytest.warns(ResourceWarning, match="unclosed AsyncJiffyBox") as warned:
        clients.clear()
    assert len(warned) == 1
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        client, _, _ = async_scripted()
        asyncio.run(client.close())
        del client
        gc.collect()
        with pytest.raises(JiffyArgumentException):
            AsyncJiffyBox("")
        gc.collect()


def test_from_env_reads_the_token_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(JiffyArgumentException, match="JIFFYBOX_API_KEY"):
        AsyncJiffyBox.from_env()
    monkeypatch.setenv("JIFFYBOX_API_KEY", TOKEN)
    client = AsyncJiffyBox.from_env(timeout=3)
    assert isinstance(client, AsyncJiffyBox)
    asyncio.run(client.close())


def test_an_invalid_proxy_is_rejected_without_showing_its_password(monkeypatch: pytest.MonkeyPatch) -> None:
    for proxy in ("ftp://user:secret@proxy.invalid", "http://"):
        monkeypatch.setenv("HTTPS_PROXY", proxy)
        with pytest.raises(JiffyArgumentException, match="expected a URL that starts") as raised:
            AsyncJiffyBox(TOKEN)
        assert "secret" not in str(raised.value)
    monkeypatch.setenv("HTTPS_PROXY", "http://user:secret@127.0.0.1:9")
    asyncio.run(AsyncJiffyBox(TOKEN).close())


def test_clients_and_transports_of_the_other_face_are_rejected() -> None:
    client, _, _ = async_scripted()
    with pytest.raises(JiffyArgumentException, match="invalid api of type AsyncJiffyBox: expected a JiffyBox"):
        unchecked(Box)(example("box"), client)
    with Emulator().client() as other:
        with pytest.raises(JiffyArgumentException, match="invalid api of type JiffyBox: expected an AsyncJiffyBox"):
            unchecked(AsyncBox)(example("box"), other)
        with pytest.raises(JiffyArgumentException, match=r"type tests\.support\.scripted\.Script: expected"):
            unchecked(AsyncJiffyBox)(TOKEN, transport=Script())
        with pytest.raises(JiffyArgumentException, match=r"type tests\.support\.asynchronous\.AsyncScript: expected"):
            unchecked(JiffyBox)(TOKEN, transport=AsyncScript(Script()))
    asyncio.run(client.close())


@pytest.mark.parametrize(
    "options",
    [
        {"retry": 3},
        {"rate_limit": 5},
        {"on_message": 1},
        {"on_attempt": 1},
        {"clock": 1},
        {"timeout": -1},
        {"api_url": "http://a.invalid"},
    ],
    ids=str,
)
def test_an_invalid_option_is_rejected_by_the_constructor(options: dict[str, object]) -> None:
    with pytest.raises(JiffyArgumentException, match="invalid"):
        unchecked(AsyncJiffyBox)(TOKEN, **options)


def test_request_bodies_are_sent_as_json() -> None:
    client, script, _ = async_scripted(envelope(example("box")))

    async def main() -> None:
        async with client:
            await create(client)

    run(main, "asyncio")
    assert from_json(script.requests[0].content) == {"name": "web", "planid": 44, "distribution": "centos_7_64bit"}
    assert script.requests[0].headers["Content-Type"] == "application/json"
