"""The async client never shows the token or a password: not in logs, exceptions, attributes or local variables."""

import asyncio
import socket
import threading
from collections.abc import Awaitable, Callable, Coroutine
from functools import partial
from itertools import count

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


each_call = pytest.mark.parametrize("call", [read, create])


async def failure(call: Awaitable[object], kind: type[BaseException] = JiffyException) -> BaseException:
    with pytest.raises(kind) as caught:
        await call
    return caught.value


def test_sightings_finds_secrets_in_exception_groups(caplog: pytest.LogCaptureFixture) -> None:
    def group_with(text: str) -> BaseException:
        return BaseExceptionGroup("two", [ExceptionGroup("inner", [KeyError(text)]), KeyboardInterrupt()])

    assert sightings(caplog, group_with(TOKEN))
    assert not sightings(caplog, group_with("harmless"))


@each_call
@pytest.mark.parametrize("answer", ANSWERS.values(), ids=ANSWERS)
def test_no_failed_answer_reveals_a_secret(
    caplog: pytest.LogCaptureFixture, answer: Callable[[str], httpx.Response], call: Call
) -> None:
    client, script, _ = async_scripted(lambda request: answer(request.url.path))

    async def main() -> None:
        async with client:
            assert not sightings(caplog, await failure(call(client)), client)

    run(main, "asyncio")
    assert TOKEN in script.requests[0].url.path
    assert (PASSWORD.encode() in script.requests[0].content) == (call is create)


@each_call
@pytest.mark.parametrize("answer", BYTES.values(), ids=BYTES)
def test_no_bytes_from_a_socket_reveal_a_secret(
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


@each_call
@backends
def test_a_cancelled_call_reveals_no_secret(caplog: pytest.LogCaptureFixture, call: Call, backend: str) -> None:
    request_received = threading.Event()
    caught: list[BaseException] = []
    shown: list[str] = []

    def never_answer(connection: socket.socket) -> None:
        read_request(connection)
        request_received.set()
        connection.recv(1)

    async def cancelled(client: AsyncJiffyBox) -> None:
        try:
            await call(client)
        except BaseException as error:
            caught.append(error)
            shown.extend(sightings(caplog, error, client))
            raise

    async def main(url: str) -> None:
        async with AsyncJiffyBox(TOKEN, url) as client:
            async with anyio.create_task_group() as tasks:
                tasks.start_soon(cancelled, client)
                await anyio.to_thread.run_sync(request_received.wait)
                tasks.cancel_scope.cancel()
            assert not sightings(caplog, client)

    with server(never_answer) as url:
        anyio.run(main, url, backend=backend)
    assert len(caught) == 1
    assert shown == []
    assert not isinstance(caught[0], Exception)


def test_a_call_cancelled_before_it_begins_reveals_no_secret(
    caplog: pytest.LogCaptureFixture,
) -> None:
    client, script, _ = async_scripted(envelope(example("box")))

    async def main() -> None:
        async with client:
            for create_box in (client.create_box, client.ensure_box, partial(AsyncBox.create, client)):
                task = asyncio.create_task(create_box("web", 44, distribution="x", password=PASSWORD))
                task.cancel()
                error = await failure(task, asyncio.CancelledError)
                assert not sightings(caplog, error, client)

    asyncio.run(main())
    assert script.requests == []


@each_call
@backends
@pytest.mark.parametrize("sleep", ["back-off", "rate limit"])
def test_a_cancelled_sleep_reveals_no_secret(
    caplog: pytest.LogCaptureFixture, call: Call, backend: str, sleep: str
) -> None:
    caught: list[BaseException] = []
    shown: list[str] = []

    async def main() -> None:
        clock = StoppedClock()
        script = Script(httpx.Response(429, text=TOKEN)) if sleep == "back-off" else Script(envelope())
        limit = None if sleep == "back-off" else RateLimit(1, 1000)
        if limit:
            limit.reserve(clock.time, 0)
        transport = AsyncScript(script)
        async with AsyncJiffyBox(TOKEN, URL, transport=transport, clock=clock, rate_limit=limit) as client:

            async def cancelled() -> None:
                try:
                    await call(client)
                except BaseException as error:
                    caught.append(error)
                    shown.extend(sightings(caplog, error, client))
                    raise

            async with anyio.create_task_group() as tasks:
                tasks.start_soon(cancelled)
                await clock.asleep.wait()
                tasks.cancel_scope.cancel()

    run(main, backend)
    assert len(caught) == 1
    assert shown == []


@backends
def test_an_exception_group_reveals_no_secret(caplog: pytest.LogCaptureFixture, backend: str) -> None:
    answers = [ANSWERS["refusal"], ANSWERS["wrong token"], ANSWERS["broken gateway"], ANSWERS["moved to nowhere"]]
    numbers = count()

    async def main() -> None:
        client, script, _ = async_scripted(lambda request: answers[next(numbers) % 4](request.url.path))
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
@pytest.mark.parametrize("option", ["timeout", "total_timeout"])
@each_call
def test_an_expired_time_out_reveals_no_secret(
    caplog: pytest.LogCaptureFixture, option: str, call: Call, backend: str
) -> None:
    def never_answer(connection: socket.socket) -> None:
        read_request(connection)
        connection.recv(1)

    async def main(url: str) -> None:
        timeout, total_timeout = (0.05, None) if option == "timeout" else (None, 0.05)
        retry = Retry(attempts=1)
        async with AsyncJiffyBox(TOKEN, url, timeout=timeout, total_timeout=total_timeout, retry=retry) as client:
            assert not sightings(caplog, await failure(call(client)), client)

    with server(never_answer) as url:
        anyio.run(main, url, backend=backend)


@pytest.mark.parametrize(
    "construct",
    [
        lambda: AsyncJiffyBox(f"{TOKEN}/"),
        lambda: AsyncJiffyBox(TOKEN, f"https://service.invalid/{TOKEN}/v1.0"),
        lambda: AsyncJiffyBox(TOKEN, f"https://{TOKEN}@service.invalid"),
        lambda: AsyncJiffyBox(TOKEN, URL, ".."),
        lambda: AsyncJiffyBox(TOKEN, URL, timeout=-1),
        lambda: Emulator(token=f"{TOKEN}/").async_client(),
    ],
    ids=["token", "token in the path", "token in the user name", "version", "time-out", "token of an emulator"],
)
def test_invalid_constructor_arguments_reveal_no_secret(
    caplog: pytest.LogCaptureFixture, construct: Callable[[], object]
) -> None:
    with pytest.raises(JiffyArgumentException) as error:
        construct()
    assert not sightings(caplog, error.value)


def test_invalid_arguments_beside_a_password_reveal_no_secret(caplog: pytest.LogCaptureFixture) -> None:
    client, script, _ = async_scripted(envelope(example("box")))

    async def main() -> None:
        async with client:
            for name, distribution in (("a/b", "x"), ("web", None)):
                for create_box in (client.create_box, client.ensure_box, partial(AsyncBox.create, client)):
                    with pytest.raises(JiffyArgumentException) as caught:
                        await create_box(name, 44, distribution=distribution, password=PASSWORD)
                    assert not sightings(caplog, caught.value, client)

    run(main, "asyncio")
    assert script.requests == []


def test_the_warning_of_an_unclosed_client_reveals_no_secret() -> None:
    clients = [Emulator(token=TOKEN).async_client()]
    with pytest.warns(ResourceWarning, match="unclosed") as warned:
        clients.clear()
    assert TOKEN not in f"{warned[0].message} {warned[0].source!r}"
