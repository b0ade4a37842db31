"""The async client over real sockets: what ends in time, and what a cancellation leaves behind."""

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
from jiffybox_sdk._client.transport import base
from jiffybox_sdk.exceptions import (
    JiffyOutcomeUnknownException,
    JiffyTransportException,
)
from tests.support.asynchronous import AsyncVirtualClock, Call, backends, create, read
from tests.support.loopback import BOX, Dribble, Service
from tests.support.scripted import TOKEN, envelope, example, http, read_request, server


def impatient(url: str, total: float) -> AsyncJiffyBox:
    return AsyncJiffyBox(TOKEN, url, timeout=None, total_timeout=total, retry=Retry(attempts=1))


@contextmanager
def nobody_accepts() -> Generator[str]:
    """Gives the address of a server at which no connection is ever made: its queue is full."""
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
def test_an_answer_that_does_not_end_in_time_is_left(backend: str) -> None:
    for head, piece in (
        (b"HTTP/1.1 200 OK\r\n", b"X: 1\r\n"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\n", b" "),
    ):
        dribble = Dribble(head, piece)

        async def main(url: str, dribble: Dribble = dribble) -> None:
            async with impatient(url, 0.1) as client:
                with pytest.raises(JiffyTransportException, match=r"not complete after 0\.1 s"):
                    await client.box(1)
                assert (await client.box(1)).id == 12345
                assert dribble.connections == 2

        with server(dribble) as url:
            anyio.run(main, url, backend=backend)
            assert dribble.left.wait(20)


@backends
def test_an_answer_that_is_left_in_the_midst_leaves_nothing_open(backend: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """What httpx has begun to yield is ended: trio warns of what is left to the garbage collector, which fails here."""
    monkeypatch.setattr(base, "MAX_BYTES", 1000)
    dribble = Dribble(b"HTTP/1.1 200 OK\r\nContent-Length: 99999\r\n\r\n", b" " * 2000)

    async def main(url: str) -> None:
        async with impatient(url, 20) as client:
            with pytest.raises(JiffyTransportException, match="larger than 1000 bytes"):
                await client.box(1)
            gc.collect()
            await anyio.lowlevel.checkpoint()

    with server(dribble) as url:
        anyio.run(main, url, backend=backend)
        assert dribble.left.wait(20)


@backends
def test_a_call_that_only_waited_for_a_free_connection_was_not_sent(backend: str) -> None:
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
            with pytest.raises(JiffyTransportException, match="not complete after"):
                await client.send(operations.delete_box(1), bool, within=0.05)
            tasks.cancel_scope.cancel()

    with server(hold, connections=101) as url:
        anyio.run(main, url, backend=backend)
    assert busy == 100


@backends
def test_a_time_that_is_up_after_sending_leaves_the_outcome_unknown(backend: str) -> None:
    async def main(url: str) -> None:
        async with impatient(url, 0.1) as client:
            with pytest.raises(JiffyOutcomeUnknownException):
                await create(client)

    def say_nothing(connection: socket.socket) -> None:
        read_request(connection)
        connection.recv(1)

    with server(say_nothing) as url:
        anyio.run(main, url, backend=backend)


@backends
def test_a_time_that_is_up_before_there_is_a_connection_does_not(backend: str) -> None:
    async def main(url: str) -> None:
        async with impatient(url, 0.1) as client:
            with pytest.raises(JiffyTransportException, match=r"not complete after 0\.1 s"):
                await create(client)

    with nobody_accepts() as url:
        anyio.run(main, url, backend=backend)


class Gate:
    """Answers with the box that is asked for; the first request, only when the client has gone. Says when it came."""

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
def test_a_cancelled_call_ends_at_once_and_leaves_nothing_behind(call: Call, backend: str) -> None:
    gate = Gate()

    async def main(url: str) -> None:
        async with AsyncJiffyBox(TOKEN, url) as client:
            async with anyio.create_task_group() as tasks:
                tasks.start_soon(call, client)
                await anyio.to_thread.run_sync(gate.came.wait)
                tasks.cancel_scope.cancel()
            assert await anyio.to_thread.run_sync(gate.left.wait, 20)  # its connection is closed, not kept half-open
            assert (await client.box(77)).id == 77
            assert (await client.box(78)).id == 78
        assert len(gate.requests) == 3

    with server(gate) as url:
        anyio.run(main, url, backend=backend)
    assert gate.open == 0


def test_a_cancelled_task_of_asyncio_ends_in_its_own_exception() -> None:
    gate = Gate()

    async def main(url: str) -> None:
        async with AsyncJiffyBox(TOKEN, url) as client:
            task = asyncio.create_task(client.box(1))
            await asyncio.to_thread(gate.came.wait)
            task.cancel("enough")
            with pytest.raises(asyncio.CancelledError):
                await task
            assert task.cancelled()
            assert (await client.box(77)).id == 77
            with pytest.raises(TimeoutError):
                await asyncio.wait_for(client.wait_until_all([await client.box(5)], lambda _: False), 0.05)

    with server(gate) as url:
        asyncio.run(main(url))


@backends
def test_many_tasks_on_one_client_get_their_own_answers(backend: str) -> None:
    gate = Gate()
    gate.requests.append("none is held back")
    found: dict[int, int] = {}

    async def main(url: str) -> None:
        async with AsyncJiffyBox(TOKEN, url) as client:

            async def ask(number: int) -> None:
                found[number] = (await client.box(number)).id

            async with anyio.create_task_group() as tasks:
                for number in range(1, 201):
                    tasks.start_soon(ask, number)

    with server(gate, connections=200) as url:
        anyio.run(main, url, backend=backend)
    assert found == {number: number for number in range(1, 201)}
    assert gate.open == 0


def test_a_service_over_a_socket_keeps_its_connection() -> None:
    service = Service(http(BOX))

    async def main(url: str) -> None:
        async with AsyncJiffyBox(TOKEN, url, clock=AsyncVirtualClock()) as client:
            for _ in range(3):
                await client.box(12345)

    with server(service) as url:
        anyio.run(main, url)
    assert (service.connections, len(service.requests)) == (1, 3)
