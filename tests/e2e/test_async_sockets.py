"""The async client over real sockets: time-outs and cancellation."""

import asyncio
import gc
import socket
import threading
from collections.abc import Generator
from contextlib import contextmanager

import anyio
import anyio.lowlevel
import anyio.to_thread
import pytest

from jiffybox_sdk import AsyncJiffyBox, Retry, operations
from jiffybox_sdk._client.transport import body
from jiffybox_sdk.exceptions import (
    JiffyOutcomeUnknownException,
    JiffyTransportException,
)
from tests.support.asynchronous import AsyncVirtualClock, Call, backends, create, read
from tests.support.loopback import BOX, Service, SlowAnswer
from tests.support.scripted import TOKEN, envelope, example, http, read_request, server


def impatient(url: str, total: float) -> AsyncJiffyBox:
    return AsyncJiffyBox(TOKEN, url, timeout=None, total_timeout=total, retry=Retry(attempts=1))


@contextmanager
def full_backlog() -> Generator[str]:
    """Yield the URL of a server that accepts no connection, since its backlog is full."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        waiting = [socket.socket() for _ in range(4)]
        for one in waiting:
            one.settimeout(0)
            one.connect_ex(listener.getsockname())
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        for one in waiting:
            one.close()


@backends
def test_an_endless_answer_times_out(backend: str) -> None:
    for head, piece in (
        (b"HTTP/1.1 200 OK\r\n", b"X: 1\r\n"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\n", b" "),
    ):
        slow_answer = SlowAnswer(head, piece)

        async def main(url: str, slow_answer: SlowAnswer = slow_answer) -> None:
            async with impatient(url, 0.1) as client:
                with pytest.raises(JiffyTransportException, match=r"not complete after 0\.1 s"):
                    await client.box(12345)
                assert (await client.box(12345)).id == 12345
                assert slow_answer.connections == 2

        with server(slow_answer) as url:
            anyio.run(main, url, backend=backend)
            assert slow_answer.left.wait(20)


@backends
def test_an_abandoned_answer_is_closed(backend: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Trio warns of async generators that are left to the garbage collector, and a warning fails the test."""
    monkeypatch.setattr(body, "MAX_BYTES", 1000)
    slow_answer = SlowAnswer(b"HTTP/1.1 200 OK\r\nContent-Length: 99999\r\n\r\n", b" " * 2000)

    async def main(url: str) -> None:
        async with impatient(url, 20) as client:
            with pytest.raises(JiffyTransportException, match="larger than 1000 bytes"):
                await client.box(1)
            gc.collect()
            await anyio.lowlevel.checkpoint()

    with server(slow_answer) as url:
        anyio.run(main, url, backend=backend)
        assert slow_answer.left.wait(20)


@backends
def test_a_time_out_while_waiting_for_a_connection_means_not_sent(backend: str) -> None:
    busy = 0
    all_busy = threading.Event()
    lock = threading.Lock()

    def hold(connection: socket.socket) -> None:
        nonlocal busy
        assert b"GET" in read_request(connection)
        with lock:
            busy += 1
            if busy == 100:
                all_busy.set()
        connection.recv(1)

    async def main(url: str) -> None:
        async with (
            AsyncJiffyBox(TOKEN, url, timeout=None, retry=Retry(attempts=1)) as client,
            anyio.create_task_group() as tasks,
        ):
            for number in range(1, 101):
                tasks.start_soon(client.box, number)
            assert await anyio.to_thread.run_sync(all_busy.wait, 20)
            with pytest.raises(JiffyTransportException, match="no connection of the pool became free"):
                await client.send(operations.delete_box(1), within=0.05)
            tasks.cancel_scope.cancel()

    with server(hold, connections=101) as url:
        anyio.run(main, url, backend=backend)
    assert busy == 100


@backends
def test_a_time_out_after_sending_leaves_the_outcome_unknown(backend: str) -> None:
    async def main(url: str) -> None:
        async with impatient(url, 0.1) as client:
            with pytest.raises(JiffyOutcomeUnknownException):
                await create(client)

    def stay_silent(connection: socket.socket) -> None:
        read_request(connection)
        connection.recv(1)

    with server(stay_silent) as url:
        anyio.run(main, url, backend=backend)


@backends
def test_a_time_out_while_connecting_means_not_sent(backend: str) -> None:
    async def main(url: str) -> None:
        async with impatient(url, 0.1) as client:
            with pytest.raises(JiffyTransportException, match=r"no connection was made after 0\.1 s"):
                await create(client)

    with full_backlog() as url:
        anyio.run(main, url, backend=backend)


class FirstHeldBack:
    """A server that answers with the requested box, but holds back the first response until the client is gone.

    `came` is set when the first request arrives, `left` when its connection is closed.
    """

    def __init__(self) -> None:
        self.came = threading.Event()
        self.left = threading.Event()
        self.requests: list[str] = []
        self.open = 0
        self._lock = threading.Lock()

    def __call__(self, connection: socket.socket) -> None:
        with self._lock:
            self.open += 1
        while request := read_request(connection):
            with self._lock:
                self.requests.append(request.split(b"\r\n")[0].decode())
                first = len(self.requests) == 1
            if first:
                self.came.set()
                assert connection.recv(1) == b""
                self.left.set()
                break
            number = int(self.requests[-1].split("/")[-2].split(" ")[0])
            connection.sendall(http(envelope({**example("box"), "id": number}).content))
        with self._lock:
            self.open -= 1


@backends
@pytest.mark.parametrize("call", [read, create])
def test_a_cancelled_call_ends_at_once_and_closes_its_connection(call: Call, backend: str) -> None:
    held = FirstHeldBack()

    async def main(url: str) -> None:
        async with AsyncJiffyBox(TOKEN, url) as client:
            async with anyio.create_task_group() as tasks:
                tasks.start_soon(call, client)
                await anyio.to_thread.run_sync(held.came.wait)
                tasks.cancel_scope.cancel()
            assert await anyio.to_thread.run_sync(held.left.wait, 20)  # its connection is closed, not kept half-open
            assert (await client.box(77)).id == 77
            assert (await client.box(78)).id == 78
        assert len(held.requests) == 3

    with server(held) as url:
        anyio.run(main, url, backend=backend)
    assert held.open == 0


def test_a_cancelled_asyncio_task_raises_cancelled_error() -> None:
    held = FirstHeldBack()

    async def main(url: str) -> None:
        async with AsyncJiffyBox(TOKEN, url) as client:
            task = asyncio.create_task(client.box(1))
            await asyncio.to_thread(held.came.wait)
            task.cancel("enough")
            with pytest.raises(asyncio.CancelledError):
                await task
            assert task.cancelled()
            assert (await client.box(77)).id == 77
            with pytest.raises(TimeoutError):
                await asyncio.wait_for(client.wait_until_all([await client.box(5)], lambda _: False), 0.05)

    with server(held) as url:
        asyncio.run(main(url))


@backends
def test_each_of_many_tasks_gets_its_own_answer(backend: str) -> None:
    held = FirstHeldBack()
    held.requests.append("none is held back")
    received: dict[int, int] = {}

    async def main(url: str) -> None:
        async with AsyncJiffyBox(TOKEN, url) as client:

            async def ask(number: int) -> None:
                received[number] = (await client.box(number)).id

            async with anyio.create_task_group() as tasks:
                for number in range(1, 201):
                    tasks.start_soon(ask, number)

    with server(held, connections=200) as url:
        anyio.run(main, url, backend=backend)
    assert received == {number: number for number in range(1, 201)}
    assert held.open == 0


def test_async_connections_are_reused() -> None:
    service = Service(http(BOX))

    async def main(url: str) -> None:
        async with AsyncJiffyBox(TOKEN, url, clock=AsyncVirtualClock()) as client:
            for _ in range(3):
                await client.box(12345)

    with server(service) as url:
        anyio.run(main, url)
    assert (service.connections, len(service.requests)) == (1, 3)
