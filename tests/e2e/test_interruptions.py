"""Clients that are used or closed at any moment: by signal handlers, other threads, other loops, and after closing."""

import asyncio
import gc
import signal
import socket
import threading
from collections.abc import Callable, Generator
from contextlib import contextmanager, suppress
from itertools import count
from pathlib import Path
from types import FrameType

import anyio
import anyio.lowlevel
import anyio.to_thread
import pytest

import jiffybox_sdk
from jiffybox_sdk import (
    AsyncJiffyBox,
    JiffyBox,
    JiffyDetachedException,
    JiffyException,
    JiffyTransportException,
    RateLimit,
    Retry,
)
from tests.support.asynchronous import backends
from tests.support.lines import at_line
from tests.support.loopback import EchoedBoxes
from tests.support.scripted import TOKEN, server

ONCE = Retry(attempts=1)
CALLS = Path(jiffybox_sdk.__file__).with_name("_client")

needs_signals = pytest.mark.skipif(not hasattr(signal, "pthread_kill"), reason="this platform can't send such signals")


@contextmanager
def on_signal(handle: Callable[[], object]) -> Generator[Callable[[], None]]:
    """Call a function in the main thread, wherever it is, when the function that is yielded is called."""

    def handler(_number: int, _frame: FrameType | None) -> None:
        handle()

    main = threading.main_thread().ident
    assert main is not None
    before = signal.signal(signal.SIGUSR1, handler)
    try:
        yield lambda: signal.pthread_kill(main, signal.SIGUSR1)
    finally:
        signal.signal(signal.SIGUSR1, before)


class HeldBoxes(EchoedBoxes):
    """A server that holds back the response about box 1 until `release` is set, after calling `at_work`."""

    def __init__(self, at_work: Callable[[], object] = lambda: None) -> None:
        super().__init__()
        self.at_work = at_work
        self.held = threading.Event()
        self.release = threading.Event()

    def answer(self, connection: socket.socket, number: int) -> None:
        if number == 1:
            self.held.set()
            self.at_work()
            assert self.release.wait(20)
        super().answer(connection, number)


@needs_signals
def test_a_signal_handler_may_use_the_client_that_it_interrupts() -> None:
    boxes = HeldBoxes()
    seen: list[int] = []
    with server(boxes) as url, JiffyBox(TOKEN, url, retry=ONCE, rate_limit=RateLimit(100, 1)) as client:
        client.box(5)

        def handle() -> None:
            seen.extend([client.box(2).id, client.box(3).refresh().id])
            boxes.release.set()

        with on_signal(handle) as send_signal:
            boxes.at_work = send_signal
            assert client.box(1).id == 1
        assert client.box(4).id == 4
    assert seen == [2, 3]


@needs_signals
def test_a_signal_handler_is_refused_the_only_connection_while_it_is_in_use() -> None:
    boxes = HeldBoxes()
    seen: list[str] = []
    with server(boxes) as url, JiffyBox(TOKEN, url, max_connections=1, timeout=None, total_timeout=None) as client:

        def handle() -> None:
            with pytest.raises(JiffyTransportException, match="holds all connections") as raised:
                client.delete_box(2)
            seen.append("not retried" if not raised.value.transient else "retried")
            boxes.release.set()

        with on_signal(handle) as send_signal:
            boxes.at_work = send_signal
            assert client.box(1).id == 1
        assert client.box(4).id == 4
    assert seen == ["not retried"]


@needs_signals
def test_a_signal_handler_may_close_the_client_that_it_interrupts() -> None:
    boxes = HeldBoxes()
    with server(boxes) as url, JiffyBox(TOKEN, url, retry=ONCE) as client:

        def handle() -> None:
            client.close()
            boxes.release.set()

        with on_signal(handle) as send_signal:
            boxes.at_work = send_signal
            with suppress(JiffyException):  # as good as the answer
                assert client.box(1).id == 1
        with pytest.raises(JiffyDetachedException):
            client.box(2)
    assert boxes.requests == 1


def test_a_signal_handler_may_make_a_call_at_any_line() -> None:
    with server(EchoedBoxes(), connections=10_000) as url, JiffyBox(TOKEN, url, retry=ONCE) as client:
        client.box(1)
        seen: list[int] = []
        for line in count(1):
            with at_line(line, lambda: seen.append(client.box(2).id), CALLS) as lines:
                assert client.box(3).id == 3
            if not lines:
                break
            assert len(seen) == line
        assert {*seen} == {2}
        assert len(seen) > 50


def test_ctrl_c_at_any_line_leaves_the_client_usable() -> None:
    def interrupt() -> None:
        raise KeyboardInterrupt

    with server(EchoedBoxes(), connections=10_000) as url, JiffyBox(TOKEN, url, retry=ONCE) as client:
        client.box(1)
        interrupted: list[str] = []
        for line in count(1):
            before = len(interrupted)
            with suppress(KeyboardInterrupt), at_line(line, interrupt, CALLS) as reached:
                try:
                    assert client.box(2).id == 2
                finally:
                    interrupted += reached
            if len(interrupted) == before:
                break
            assert client.box(3).id == 3, interrupted[-1]
        assert len(interrupted) > 50


# If it comes just after connecting, the socket is left to the garbage collector, which closes it.
@pytest.mark.filterwarnings("ignore:unclosed <socket:ResourceWarning")
def test_a_new_client_survives_ctrl_c_at_any_line_of_its_first_call() -> None:
    def interrupt() -> None:
        raise KeyboardInterrupt

    lines: list[str] = []
    with server(EchoedBoxes(), connections=10_000) as url:
        for line in count(1):
            before = len(lines)
            with JiffyBox(TOKEN, url, retry=ONCE) as client:
                with suppress(KeyboardInterrupt), at_line(line, interrupt, CALLS) as reached:
                    try:
                        client.box(2)
                    finally:
                        lines += reached
                assert client.box(3).id == 3
            if len(lines) == before:
                break
        assert len(lines) > 50


def test_closing_in_another_thread_ends_or_completes_calls() -> None:
    boxes = HeldBoxes()
    outcomes: list[int | JiffyException] = []
    with server(boxes) as url:
        client = JiffyBox(TOKEN, url, retry=ONCE)
        box = client.box(5)

        def call() -> None:
            try:
                outcomes.append(client.box(1).id)
            except JiffyException as failure:
                outcomes.append(failure)

        calling = threading.Thread(target=call)
        calling.start()
        assert boxes.held.wait(10)
        closing = threading.Thread(target=client.close)
        closing.start()
        closing.join(10)
        assert not closing.is_alive()
        for use in (client.boxes, box.refresh, box.delete):
            with pytest.raises(JiffyDetachedException, match="closed"):
                use()
        boxes.release.set()
        calling.join(10)
        assert not calling.is_alive()
    assert outcomes == [1] or isinstance(outcomes[0], JiffyException)
    assert boxes.requests == 2


def test_threads_that_call_while_another_closes_get_answers_or_our_exceptions() -> None:
    boxes = EchoedBoxes()
    wrong: list[object] = []
    with server(boxes, connections=1000) as url:
        for _ in range(20):
            client = JiffyBox(TOKEN, url, retry=ONCE)
            started = threading.Barrier(5, timeout=10)

            def call(first: int, client: JiffyBox = client, started: threading.Barrier = started) -> None:
                started.wait()
                try:
                    wrong.extend(number for number in range(first, first + 20) if client.box(number).id != number)
                except JiffyDetachedException:
                    pass
                except Exception as error:  # noqa: BLE001 (shown by the assertion below)
                    wrong.append(error)

            threads = [threading.Thread(target=call, args=(first * 1000 + 1,)) for first in range(4)]
            for thread in threads:
                thread.start()
            started.wait()
            client.close()
            for thread in threads:
                thread.join(20)
                assert not thread.is_alive()
    assert wrong == []


@backends
def test_closing_during_async_calls_ends_or_completes_them(backend: str) -> None:
    boxes = HeldBoxes()
    outcomes: list[int | JiffyException] = []

    async def main(url: str) -> None:
        client = AsyncJiffyBox(TOKEN, url, retry=ONCE)

        async def call() -> None:
            try:
                outcomes.append((await client.box(1)).id)
            except JiffyException as failure:
                outcomes.append(failure)

        with anyio.fail_after(20):
            async with anyio.create_task_group() as tasks:
                tasks.start_soon(call)
                assert await anyio.to_thread.run_sync(boxes.held.wait, 10)
                await client.close()
                with pytest.raises(JiffyDetachedException, match="closed"):
                    await client.boxes()
                boxes.release.set()

    with server(boxes) as url:
        anyio.run(main, url, backend=backend)
    assert outcomes == [1] or isinstance(outcomes[0], JiffyException)
    assert boxes.requests == 1


@backends
def test_a_client_is_refused_in_a_second_event_loop(backend: str) -> None:
    boxes = EchoedBoxes()

    async def call(client: AsyncJiffyBox) -> int:
        return (await client.box(1)).id

    with server(boxes) as url:
        client = AsyncJiffyBox(TOKEN, url, retry=ONCE)
        assert anyio.run(call, client, backend=backend) == 1
        with pytest.raises(JiffyException, match="event loop"):
            anyio.run(call, client, backend=backend)
        anyio.run(client.close, backend=backend)
    assert boxes.requests == 1


def test_a_collected_client_never_waits_for_a_call_in_progress() -> None:
    boxes = HeldBoxes()
    with server(boxes) as url:

        def call(client: JiffyBox) -> None:
            client.box(1)

        client = JiffyBox(TOKEN, url, retry=ONCE)
        calling = threading.Thread(target=call, args=(client,))
        calling.start()
        assert boxes.held.wait(10)
        del client
        collecting = threading.Thread(target=gc.collect)
        collecting.start()
        collecting.join(10)
        assert not collecting.is_alive()
        boxes.release.set()
        calling.join(10)
        assert not calling.is_alive()


@backends
def test_calls_cancelled_at_many_moments_leave_the_client_as_good_as_new(backend: str) -> None:
    boxes = EchoedBoxes()

    async def main(url: str) -> None:
        async with AsyncJiffyBox(TOKEN, url, retry=ONCE, timeout=10, total_timeout=10) as client:

            async def cancelled_after(turns: int, number: int) -> None:
                with anyio.CancelScope() as scope:
                    async with anyio.create_task_group() as tasks:

                        async def cancel() -> None:
                            for _ in range(turns):
                                await anyio.lowlevel.checkpoint()
                            scope.cancel()

                        tasks.start_soon(cancel)
                        assert (await client.box(number)).id == number
                        tasks.cancel_scope.cancel()

            with anyio.fail_after(60):
                for burst in range(4):
                    async with anyio.create_task_group() as tasks:
                        for number in range(1, 121):
                            tasks.start_soon(cancelled_after, number % 40, burst * 1000 + number)
                ids = await together(client, range(1, 251))
            assert ids == {*range(1, 251)}

    with server(boxes, connections=10_000) as url:
        anyio.run(main, url, backend=backend)


async def together(client: AsyncJiffyBox, numbers: range) -> set[int]:
    """Read boxes at the same time, each checked against what was asked for."""
    ids: set[int] = set()

    async def read(number: int) -> None:
        box = await client.box(number)
        assert box.id == number
        ids.add(box.id)

    async with anyio.create_task_group() as tasks:
        for number in numbers:
            tasks.start_soon(read, number)
    return ids


def test_natively_cancelled_tasks_leave_the_client_as_good_as_new() -> None:
    boxes = EchoedBoxes()

    async def main(url: str) -> None:
        async with AsyncJiffyBox(TOKEN, url, retry=ONCE, timeout=10, total_timeout=10) as client:
            for burst in range(4):
                tasks: list[asyncio.Task[object]] = []
                for number in range(1, 121):
                    tasks.append(asyncio.ensure_future(client.box(burst * 1000 + number)))
                    for _ in range(number % 40):
                        await asyncio.sleep(0)
                    tasks[-1].cancel()
                await asyncio.gather(*tasks, return_exceptions=True)
            async with asyncio.timeout(60):
                assert await together(client, range(1, 251)) == {*range(1, 251)}

    with server(boxes, connections=10_000) as url:
        asyncio.run(main(url))
