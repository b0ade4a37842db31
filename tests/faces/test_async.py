"""The async client by itself: what is repeated, what a cancellation leaves behind, how it is closed."""

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
    JiffyNotFoundException,
    JiffyOutcomeUnknownException,
    JiffyTransportException,
)
from tests.support.asynchronous import AsyncScript, Call, StoppedClock, async_scripted, backends, create, read, run
from tests.support.failures import BUSY, LOST, NO_CONNECTION
from tests.support.scripted import TOKEN, URL, Answer, Script, envelope, example, unchecked


def outcome(call: Call, backend: str, *answers: Answer, retry: Retry | None = None) -> tuple[object, int, list[float]]:
    """What comes of a call, after how many requests, and how long each wait was."""
    client, script, clock = async_scripted(*answers, retry=retry)
    found: list[object] = []

    async def main() -> None:
        async with client:
            try:
                found.append(await call(client))
            except JiffyException as error:
                found.append(error)

    run(main, backend)
    return found[0], len(script.requests), clock.slept


@backends
@pytest.mark.parametrize("call", [read, create])
@pytest.mark.parametrize("answer", [*NO_CONNECTION, *BUSY.values()], ids=repr)
def test_what_was_certainly_not_done_is_repeated(call: Call, answer: Answer, backend: str) -> None:
    found, requests, slept = outcome(call, backend, answer, retry=Retry(within=1000))
    assert isinstance(found, JiffyException)
    assert not isinstance(found, JiffyOutcomeUnknownException)
    assert (requests, len(slept)) == (4, 3)
    found, requests, _ = outcome(call, backend, answer, envelope(example("box")))
    assert isinstance(found, AsyncBox)
    assert requests == 2


@backends
@pytest.mark.parametrize("answer", LOST.values(), ids=LOST)
def test_what_may_have_been_done_is_repeated_only_if_it_reads(answer: Answer, backend: str) -> None:
    found, requests, _ = outcome(read, backend, answer, retry=Retry(within=1000))
    assert (type(found), requests) == (JiffyTransportException, 4)
    found, requests, slept = outcome(create, backend, answer)
    assert (type(found), requests, slept) == (JiffyOutcomeUnknownException, 1, [])


@backends
def test_a_refusal_is_raised_at_once(backend: str) -> None:
    refusal = envelope(None, ("error", "Der Name existiert bereits."))
    for call in (read, create):
        found, requests, _ = outcome(call, backend, refusal)
        assert isinstance(found, JiffyMessageException)
        assert requests == 1


@backends
def test_what_the_service_says_beside_a_result_is_told(backend: str) -> None:
    told: list[str] = []

    def tell(message: Message, _: object) -> None:
        told.append(message.message)

    async def main() -> None:
        script = Script(envelope(True, ("success", "wird geloescht")))  # noqa: FBT003 (the answer)
        async with AsyncJiffyBox(TOKEN, URL, transport=AsyncScript(script), on_message=tell) as client:
            assert await client.delete_box(1) is True

    run(main, backend)
    assert told == ["wird geloescht"]


@backends
def test_a_cancelled_back_off_repeats_nothing(backend: str) -> None:
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
@pytest.mark.parametrize("kind", ["one", "many", "turn"])
def test_a_cancelled_wait_looks_no_more(kind: str, backend: str) -> None:
    script = Script(envelope(example("box")))

    async def main() -> None:
        clock = StoppedClock()
        limit = RateLimit(1, 1000) if kind == "turn" else None
        transport = AsyncScript(script)
        async with AsyncJiffyBox(TOKEN, URL, transport=transport, clock=clock, rate_limit=limit) as client:
            box = await client.box(12345)
            waits: dict[str, Callable[[], Coroutine[None, None, object]]] = {
                "one": lambda: box.wait_for_status("READY"),
                "many": lambda: client.wait_for_all([box], "READY"),
                "turn": box.refresh,
            }
            async with anyio.create_task_group() as tasks:
                tasks.start_soon(waits[kind])
                await clock.asleep.wait()
                tasks.cancel_scope.cancel()

    run(main, backend)
    assert len(script.requests) == (1 if kind == "turn" else 2)


@backends
def test_a_client_that_is_closed_sends_no_more(backend: str) -> None:
    client, script, _ = async_scripted(envelope(example("box")))

    async def main() -> None:
        async with client:
            box = await client.box(1)
            assert repr(client) == "<AsyncJiffyBox open>"
        await client.close()
        assert repr(client) == "<AsyncJiffyBox closed>"
        for call in (box.refresh, client.boxes, lambda: client.wait_for_all([box])):
            with pytest.raises(JiffyDetachedException, match="the client is closed"):
                await call()

    run(main, backend)
    assert len(script.requests) == 1


def test_a_client_that_is_dropped_open_warns_and_does_no_more() -> None:
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


def test_the_environment_makes_an_async_client(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(JiffyArgumentException, match="JIFFYBOX_API_KEY"):
        AsyncJiffyBox.from_env()
    monkeypatch.setenv("JIFFYBOX_API_KEY", TOKEN)
    client = AsyncJiffyBox.from_env(timeout=3)
    assert isinstance(client, AsyncJiffyBox)
    asyncio.run(client.close())


def test_a_proxy_that_can_not_be_used_is_refused_without_being_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    for proxy in ("ftp://user:secret@proxy.invalid", "http://"):
        monkeypatch.setenv("HTTPS_PROXY", proxy)
        with pytest.raises(JiffyArgumentException, match="expected a URL that starts") as refused:
            AsyncJiffyBox(TOKEN)
        assert "secret" not in str(refused.value)
    monkeypatch.setenv("HTTPS_PROXY", "http://user:secret@127.0.0.1:9")
    asyncio.run(AsyncJiffyBox(TOKEN).close())


def test_a_record_takes_no_client_of_the_other_face() -> None:
    client, _, _ = async_scripted()
    with pytest.raises(JiffyArgumentException, match="invalid api of type AsyncJiffyBox: expected a JiffyBox"):
        unchecked(Box)(example("box"), client)
    with Emulator().client() as other:
        with pytest.raises(JiffyArgumentException, match="invalid api of type JiffyBox: expected an AsyncJiffyBox"):
            unchecked(AsyncBox)(example("box"), other)
        with pytest.raises(JiffyArgumentException, match="invalid transport of type Script"):
            unchecked(AsyncJiffyBox)(TOKEN, transport=Script())
        with pytest.raises(JiffyArgumentException, match="invalid transport of type AsyncScript"):
            unchecked(JiffyBox)(TOKEN, transport=AsyncScript(Script()))
    asyncio.run(client.close())


@pytest.mark.parametrize(
    "options",
    [
        {"retry": 3},
        {"rate_limit": 5},
        {"on_message": 1},
        {"clock": 1},
        {"timeout": -1},
        {"api_url": "http://a.invalid"},
    ],
    ids=str,
)
def test_what_makes_no_sense_is_refused_when_a_client_is_made(options: dict[str, object]) -> None:
    with pytest.raises(JiffyArgumentException, match="invalid"):
        unchecked(AsyncJiffyBox)(TOKEN, **options)


@backends
def test_waiting_takes_virtual_time_and_ends_as_on_the_other_face(backend: str) -> None:
    async def main() -> None:
        gone = envelope(None, ("error", "Der Kunde Nr. 42 hat keine JiffyBox Nr. 12345."))
        seen = envelope(example("box"))
        client, script, clock = async_scripted(seen, seen, httpx.Response(502), seen, gone, retry=Retry(attempts=1))
        async with client:
            box = AsyncBox(example("box"), client)
            with pytest.raises(JiffyNotFoundException):
                await box.wait_for_status("READY")
        assert len(script.requests) == 5
        assert clock.slept == [7, 7, 7, 7]

    run(main, backend)


@backends
def test_the_async_clock_of_an_emulator_moves_its_time(backend: str) -> None:
    async def main() -> None:
        emulator = Emulator()
        async with emulator.async_client() as client:
            box = await client.create_box("web", 44, distribution="centos_7_64bit")
            began = emulator.clock.now()
            await (await box.refresh()).wait_for_status("READY")
            assert 40 <= emulator.clock.now() - began <= 47
            assert client.clock.time() == emulator.clock.now()
        async with Emulator("real", speed=1000).async_client() as client:
            box = await client.create_box("web", 44, distribution="centos_7_64bit")
            assert (await box.wait_for_status("READY", poll_interval=0.01)).ready

    run(main, backend)


def test_bodies_are_sent_as_json_by_both_faces() -> None:
    client, script, _ = async_scripted(envelope(example("box")))

    async def main() -> None:
        async with client:
            await create(client)

    run(main, "asyncio")
    assert from_json(script.requests[0].content) == {"name": "web", "planid": 44, "distribution": "centos_7_64bit"}
    assert script.requests[0].headers["Content-Type"] == "application/json"
