"""The token and passwords are nowhere to be seen in the async client either, whatever goes wrong."""

import asyncio
import socket
import threading
from collections.abc import Awaitable, Callable, Coroutine
from functools import partial

import anyio
import anyio.to_thread
import httpx
import pytest

from jiffybox_sdk import AsyncBox, AsyncJiffyBox, Emulator, JiffyArgumentException, JiffyException, RateLimit, Retry
from tests.support.asynchronous import AsyncScript, StoppedClock, async_scripted, backends, run
from tests.support.leaks import ANSWERS, BYTES, GARBAGE
from tests.support.scripted import PASSWORD, TOKEN, URL, Script, envelope, example, read_request, server
from tests.support.sightings import sightings

Call = Callable[[AsyncJiffyBox], Coroutine[None, None, object]]


@pytest.fixture(autouse=True)
def log_everything(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(1)


async def read(client: AsyncJiffyBox) -> object:
    return await client.box(1)


async def create(client: AsyncJiffyBox) -> object:
    return await client.create_box("web", 44, distribution="debian_stretch_64bit", password=PASSWORD)


both_calls = pytest.mark.parametrize("call", [read, create])


async def failure(call: Awaitable[object], kind: type[BaseException] = JiffyException) -> BaseException:
    with pytest.raises(kind) as caught:
        await call
    return caught.value


def test_a_secret_in_a_group_of_exceptions_would_be_found(caplog: pytest.LogCaptureFixture) -> None:
    def grouped(text: str) -> BaseException:
        return BaseExceptionGroup("two", [ExceptionGroup("inner", [KeyError(text)]), KeyboardInterrupt()])

    assert sightings(caplog, grouped(TOKEN))
    assert not sightings(caplog, grouped("harmless"))


@both_calls
@pytest.mark.parametrize("answer", ANSWERS.values(), ids=ANSWERS)
def test_no_answer_brings_a_secret_to_light(
    caplog: pytest.LogCaptureFixture, answer: Callable[[str], httpx.Response], call: Call
) -> None:
    client, script, _ = async_scripted(lambda request: answer(request.url.path))

    async def main() -> None:
        async with client:
            assert not sightings(caplog, await failure(call(client)), client)

    run(main, "asyncio")
    assert TOKEN in script.requests[0].url.path
    assert (PASSWORD.encode() in script.requests[0].content) == (call is create)


@both_calls
@pytest.mark.parametrize("answer", BYTES.values(), ids=BYTES)
def test_no_bytes_on_a_socket_bring_a_secret_to_light(
    caplog: pytest.LogCaptureFixture, answer: Callable[[str], bytes], call: Call
) -> None:
    received: list[bytes] = []

    def talk(connection: socket.socket) -> None:
        while request := read_request(connection):
            received.append(request)
            connection.sendall(answer(request.split(b" ")[1].decode()))
            if answer in GARBAGE.values():
                return

    async def main(url: str) -> None:
        retry = Retry(attempts=2, first_wait=0, longest_retry_after=0)
        async with AsyncJiffyBox(TOKEN, url, retry=retry) as client:
            assert not sightings(caplog, await failure(call(client)), client)

    with server(talk) as url:
        anyio.run(main, url)
    assert received[0].split(b"/")[1] == TOKEN.encode()
    assert any(record.name == "httpcore.http11" for record in caplog.records)
    assert not sightings(caplog)


@both_calls
@backends
def test_a_cancellation_brings_no_secret_to_light(caplog: pytest.LogCaptureFixture, call: Call, backend: str) -> None:
    came = threading.Event()
    caught: list[BaseException] = []
    seen: list[str] = []

    def say_nothing(connection: socket.socket) -> None:
        read_request(connection)
        came.set()
        connection.recv(1)

    async def cancelled(client: AsyncJiffyBox) -> None:
        try:
            await call(client)
        except BaseException as error:
            caught.append(error)
            seen.extend(sightings(caplog, error, client))
            raise

    async def main(url: str) -> None:
        async with AsyncJiffyBox(TOKEN, url) as client:
            async with anyio.create_task_group() as tasks:
                tasks.start_soon(cancelled, client)
                await anyio.to_thread.run_sync(came.wait)
                tasks.cancel_scope.cancel()
            assert not sightings(caplog, client)

    with server(say_nothing) as url:
        anyio.run(main, url, backend=backend)
    assert len(caught) == 1
    assert seen == []
    assert not isinstance(caught[0], Exception)


def test_a_call_that_is_cancelled_before_it_begins_brings_no_secret_to_light(
    caplog: pytest.LogCaptureFixture,
) -> None:
    client, script, _ = async_scripted(envelope(example("box")))

    async def main() -> None:
        async with client:
            for create_box in (client.create_box, partial(AsyncBox.create, client)):
                task = asyncio.create_task(create_box("web", 44, distribution="x", password=PASSWORD))
                task.cancel()
                error = await failure(task, asyncio.CancelledError)
                assert not sightings(caplog, error, client)

    asyncio.run(main())
    assert script.requests == []


@both_calls
@backends
@pytest.mark.parametrize("asleep", ["before a repetition", "before its turn"])
def test_a_cancelled_sleep_brings_no_secret_to_light(
    caplog: pytest.LogCaptureFixture, call: Call, backend: str, asleep: str
) -> None:
    caught: list[BaseException] = []
    seen: list[str] = []

    async def main() -> None:
        clock = StoppedClock()
        script = Script(httpx.Response(429, text=TOKEN)) if asleep == "before a repetition" else Script(envelope())
        limit = None if asleep == "before a repetition" else RateLimit(1, 1000)
        if limit:
            limit.reserve(clock.time, 0)
        transport = AsyncScript(script)
        async with AsyncJiffyBox(TOKEN, URL, transport=transport, clock=clock, rate_limit=limit) as client:

            async def cancelled() -> None:
                try:
                    await call(client)
                except BaseException as error:
                    caught.append(error)
                    seen.extend(sightings(caplog, error, client))
                    raise

            async with anyio.create_task_group() as tasks:
                tasks.start_soon(cancelled)
                await clock.asleep.wait()
                tasks.cancel_scope.cancel()

    run(main, backend)
    assert len(caught) == 1
    assert seen == []


@backends
def test_a_group_of_exceptions_brings_no_secret_to_light(caplog: pytest.LogCaptureFixture, backend: str) -> None:
    broken = [ANSWERS["refusal"], ANSWERS["wrong token"], ANSWERS["broken gateway"], ANSWERS["moved to nowhere"]]
    numbers = iter(range(100))

    async def main() -> None:
        client, script, _ = async_scripted(lambda request: broken[next(numbers) % 4](request.url.path))
        groups: list[BaseException] = []
        async with client:
            try:
                async with anyio.create_task_group() as tasks:
                    for call in (read, create, create, create):
                        tasks.start_soon(call, client)
            except* JiffyException as group:
                groups.append(group)
        assert script.requests
        assert not sightings(caplog, *groups)
        assert len(groups) == 1

    run(main, backend)


@backends
@pytest.mark.parametrize("limit", ["timeout", "total_timeout"])
@both_calls
def test_an_answer_that_does_not_come_in_time_brings_no_secret_to_light(
    caplog: pytest.LogCaptureFixture, limit: str, call: Call, backend: str
) -> None:
    def say_nothing(connection: socket.socket) -> None:
        read_request(connection)
        connection.recv(1)

    async def main(url: str) -> None:
        step, total = (0.05, None) if limit == "timeout" else (None, 0.05)
        retry = Retry(attempts=1)
        async with AsyncJiffyBox(TOKEN, url, timeout=step, total_timeout=total, retry=retry) as client:
            assert not sightings(caplog, await failure(call(client)), client)

    with server(say_nothing) as url:
        anyio.run(main, url, backend=backend)


@pytest.mark.parametrize(
    "refused",
    [
        lambda: AsyncJiffyBox(f"{TOKEN}/"),
        lambda: AsyncJiffyBox(TOKEN, f"https://service.invalid/{TOKEN}/v1.0"),
        lambda: AsyncJiffyBox(TOKEN, f"https://{TOKEN}@service.invalid"),
        lambda: AsyncJiffyBox(TOKEN, URL, ".."),
        lambda: AsyncJiffyBox(TOKEN, URL, timeout=-1),
        lambda: Emulator(token=f"{TOKEN}/").async_client(),
    ],
)
def test_a_constructor_that_refuses_brings_no_secret_to_light(
    caplog: pytest.LogCaptureFixture, refused: Callable[[], object]
) -> None:
    with pytest.raises(JiffyArgumentException) as error:
        refused()
    assert not sightings(caplog, error.value)


def test_arguments_refused_beside_a_password_bring_it_not_to_light(caplog: pytest.LogCaptureFixture) -> None:
    client, script, _ = async_scripted(envelope(example("box")))

    async def main() -> None:
        async with client:
            for name, distribution in (("a/b", "x"), ("web", None)):
                for create_box in (client.create_box, partial(AsyncBox.create, client)):
                    with pytest.raises(JiffyArgumentException) as caught:
                        await create_box(name, 44, distribution=distribution, password=PASSWORD)
                    assert not sightings(caplog, caught.value, client)

    run(main, "asyncio")
    assert script.requests == []


def test_the_warning_of_a_client_that_was_not_closed_shows_no_secret() -> None:
    clients = [Emulator(token=TOKEN).async_client()]
    with pytest.warns(ResourceWarning, match="unclosed") as warned:
        clients.clear()
    assert TOKEN not in f"{warned[0].message} {warned[0].source!r}"
