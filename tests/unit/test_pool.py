"""The connection pools, over networks in memory."""

import inspect
import sys
import threading
from collections.abc import Callable, Coroutine, Generator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from types import FrameType
from typing import Any, Generic, TypeVar

import anyio
import httpcore
import pytest

from jiffybox_sdk._client.transport import deadline, pool as sync_pool
from jiffybox_sdk._client.transport.async_pool import AsyncPool, WrongEventLoopError
from jiffybox_sdk._client.transport.pool import IDLE_SECONDS, NoTurnError, Pool
from tests.support.asynchronous import backends
from tests.support.networks import Network, Stream, async_content, async_get, content, get, plain, request

T = TypeVar("T")

FILES = {module.__file__ for module in (sync_pool, deadline)}


def get_many(pool: Pool, count: int) -> list[str]:
    """Return the bodies of exchanges that take place at the same time, one within the other."""

    def nested(response: httpcore.Response, _abort: Callable[[], None]) -> list[str]:
        return [content(response), *get_many(pool, count - 1)]

    return pool.exchange(request(str(count)), nested, total=1) if count else []


def status_of(response: httpcore.Response, *_: object) -> int:
    return response.status


def test_connections_are_reused_last_one_first() -> None:
    network = Network()
    pool = network.pool()
    assert get_many(pool, 2) == ["2", "1"]

    reused: list[bool] = []
    for _ in range(3):
        pool.exchange(request("x"), content, assigned=reused.append)
    assert reused == [True] * 3
    assert len(network.opened) == 2


def test_an_idle_connection_is_closed_after_five_seconds() -> None:
    network = Network()
    pool = network.pool()
    get_many(pool, 2)
    network.now += IDLE_SECONDS
    assert get(pool, "a") == "a"
    assert len(network.open) == 2
    network.now += 0.1
    assert get(pool, "b") == "b"
    assert (len(network.opened), len(network.open)) == (2, 1)  # the one that was not used is closed
    network.now += IDLE_SECONDS + 0.1
    assert get(pool, "c") == "c"
    assert (len(network.opened), len(network.open)) == (3, 1)


@pytest.mark.parametrize("surplus", [plain(b"evil"), b"H", b"\r\n", b"\0"])
def test_a_connection_with_surplus_bytes_is_not_reused(surplus: bytes) -> None:
    network = Network()
    network.answer = lambda body: plain(body) + surplus
    pool = network.pool()
    assert [get(pool, "a"), get(pool, "b")] == ["a", "b"]
    assert (len(network.opened), len(network.open)) == (2, 0)


def test_a_connection_on_which_bytes_arrive_later_is_not_reused() -> None:
    network = Network()
    pool = network.pool()
    assert get(pool, "a") == "a"
    network.opened[0].received = plain(b"evil")
    assert get(pool, "b") == "b"
    assert network.opened[0].closed


def test_a_connection_can_be_aborted_after_its_exchange() -> None:
    network = Network()
    pool = network.pool()

    def abort_of(response: httpcore.Response, abort: Callable[[], None]) -> Callable[[], None]:
        content(response)
        return abort

    abort = pool.exchange(request("a"), abort_of)
    assert len(network.open) == 1
    abort()
    assert network.open == []
    assert get(pool, "b") == "b"


def test_the_private_buffer_of_httpcore_can_be_read() -> None:
    """If this fails, no connection is reused any more."""
    connection = httpcore.HTTPConnection(request("a").url.origin, network_backend=Network())
    response = connection.handle_request(request("a"))
    response.read()
    response.close()
    assert sync_pool.can_be_reused(connection)


def test_an_incomplete_response_closes_its_connection() -> None:
    network = Network()
    pool = network.pool()
    assert pool.exchange(request("abc"), status_of) == 200
    assert network.open == []
    network.answer = lambda body: plain(body)[:-1]
    with pytest.raises(httpcore.RemoteProtocolError):
        get(pool, "abc")
    assert network.open == []


def test_an_exchange_waits_for_its_turn_until_its_deadline() -> None:
    network = Network()

    def wait_in_vain(response: httpcore.Response, _abort: Callable[[], None]) -> str:
        network.now += 2
        with ThreadPoolExecutor() as threads:
            waiting = threads.submit(pool.exchange, request("b"), never, total=1)
            with pytest.raises(httpcore.PoolTimeout, match="no connection of the pool became free within 1 s"):
                waiting.result()
        return content(response)

    class Clock:
        """Advances whenever it is read."""

        def __call__(self) -> float:
            network.now += 0.4
            return network.now

    pool = network.pool(1, Clock())
    assert pool.exchange(request("a"), wait_in_vain, total=100) == "a"
    assert pool.exchange(request("c"), content, total=100) == "c"


def test_a_thread_that_holds_all_connections_is_refused_another_at_once() -> None:
    network = Network()
    pool = network.pool(2)
    outcomes: list[str] = []

    def again(response: httpcore.Response, _abort: Callable[[], None]) -> str:
        with pytest.raises(NoTurnError, match="the code that this call interrupts holds all connections"):
            pool.exchange(request("d"), never)  # would wait without limit
        return content(response)

    def others(response: httpcore.Response, _abort: Callable[[], None]) -> str:
        outcomes.append(pool.exchange(request("b"), again))
        with ThreadPoolExecutor() as threads:  # while another thread holds one, there is hope
            held, free = threading.Event(), threading.Event()
            other = threads.submit(pool.exchange, request("c"), partial(hold, held, free))
            assert held.wait(20)
            threading.Timer(0.01, free.set).start()
            outcomes.append(pool.exchange(request("d"), content))
            outcomes.append(other.result())
        return content(response)

    def hold(held: threading.Event, free: threading.Event, response: httpcore.Response, *_: object) -> str:
        held.set()
        assert free.wait(20)
        return content(response)

    assert pool.exchange(request("a"), others) == "a"
    assert outcomes == ["b", "d", "c"]


def test_a_turn_that_comes_meanwhile_is_not_stuck() -> None:
    turns = sync_pool.Turns(1)
    mine, other = sync_pool.Turn(1), sync_pool.Turn(2)
    turns.enter(other)
    assert not turns.enter(mine)
    assert not turns.is_stuck(mine)
    turns.leave(other)
    assert not turns.is_stuck(mine)
    nested = sync_pool.Turn(1)
    assert not turns.enter(nested)
    assert turns.is_stuck(nested)


def never(response: httpcore.Response, *_: object) -> str:
    raise AssertionError(response)


def test_without_limits_the_time_out_of_the_system_is_named() -> None:
    class Silent(Network):
        def connect_tcp(self, *_: object, **__: object) -> Stream:
            raise httpcore.ConnectTimeout

    with pytest.raises(httpcore.ConnectTimeout, match="time-out of the operating system expired"):
        Silent().pool().exchange(request("a"), content)


def test_many_threads_share_few_connections() -> None:
    network = Network()
    pool = network.pool(3)
    results: list[str] = []

    def work(name: int) -> None:
        results.extend(pool.exchange(request(f"{name}-{n}"), content, total=1e9) for n in range(50))

    threads = [threading.Thread(target=work, args=(name,)) for name in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sorted(results) == sorted(f"{name}-{n}" for name in range(12) for n in range(50))
    assert len(network.open) <= 3


def test_closing_leaves_running_exchanges_alone() -> None:
    network = Network()
    pool = network.pool()
    get_many(pool, 2)

    def close(response: httpcore.Response, _abort: Callable[[], None]) -> str:
        pool.close()
        assert len(network.open) == 1
        return content(response)

    assert pool.exchange(request("a"), close) == "a"
    assert network.open == []


def interrupted(run: Callable[[], object], number: int) -> bool:
    """Return whether a run was interrupted, which happens at the `number`-th instruction of the pool."""
    count = 0

    def trace(frame: FrameType, event: str, _: object) -> Any:
        nonlocal count
        if frame.f_code.co_filename not in FILES:
            return None
        frame.f_trace_opcodes = True
        if event == "opcode":
            count += 1
            if count == number:
                raise KeyboardInterrupt
        return trace

    before = sys.gettrace()
    this = inspect.currentframe()
    assert this
    this.f_trace_opcodes = True  # Python 3.12 only reports instructions if this is set before tracing begins
    sys.settrace(trace)
    try:
        run()
    except KeyboardInterrupt:
        return True
    finally:
        sys.settrace(before)
    return False


@pytest.mark.parametrize("warm", [False, True])
def test_an_interruption_at_any_instruction_leaves_the_pool_usable(*, warm: bool) -> None:
    number = 1
    while True:
        network = Network()
        pool = network.pool()
        if warm:
            get_many(pool, 2)
        was_interrupted = interrupted(partial(get, pool, "first"), number)
        assert get_many(pool, 2) == ["2", "1"]
        pool.close()
        assert network.open == []
        if not was_interrupted:
            break
        number += 1
    assert number > 300


class CancelAt(Generic[T]):
    """Awaits a coroutine and cancels a scope just before the `number`-th time that it waits."""

    def __init__(self, coroutine: Coroutine[Any, Any, T], number: int, cancel: Callable[[], object]) -> None:
        self._coroutine = coroutine
        self._number = number
        self._cancel = cancel
        self.count = 0

    def __await__(self) -> Generator[Any, Any, T]:
        steps = self._coroutine.__await__()
        value: Any = None
        error: BaseException | None = None
        while True:
            try:
                waiting = steps.send(value) if error is None else steps.throw(error)
            except StopIteration as stop:
                result: T = stop.value
                return result
            self.count += 1
            if self.count == self._number:
                self._cancel()
            value = error = None
            try:
                value = yield waiting
            except BaseException as raised:  # noqa: BLE001 (passed on)
                error = raised


@backends
@pytest.mark.parametrize("warm", [False, True])
def test_a_cancellation_at_any_await_leaves_the_pool_usable(backend: str, *, warm: bool) -> None:
    async def attempt(number: int) -> bool:
        network = Network()
        pool = network.async_pool()
        if warm:
            await async_get_many(pool, 2)
        with anyio.CancelScope() as scope:
            await CancelAt(async_get(pool, "first"), number, scope.cancel)
        assert await async_get_many(pool, 2) == ["2", "1"]
        pool.close()
        assert network.open == []
        return scope.cancelled_caught

    async def main() -> None:
        number = 1
        while await attempt(number):
            number += 1
        assert number > 5

    anyio.run(main, backend=backend)


async def async_get_many(pool: AsyncPool, count: int) -> list[str]:
    """Return the bodies of exchanges that take place at the same time, one within the other."""

    async def nested(
        response: httpcore.Response,
        abort: Callable[[], None],
    ) -> list[str]:
        return [await async_content(response, abort), *await async_get_many(pool, count - 1)]

    return await pool.exchange(request(str(count)), nested, total=1) if count else []


def test_a_native_cancellation_at_any_await_leaves_the_pool_usable() -> None:
    import asyncio

    async def attempt(number: int) -> bool:
        network = Network()
        pool = network.async_pool()

        async def exchange() -> str:
            task = asyncio.current_task()
            assert task
            return await CancelAt(async_get(pool, "first"), number, task.cancel)

        [outcome] = await asyncio.gather(asyncio.create_task(exchange()), return_exceptions=True)
        assert await async_get_many(pool, 2) == ["2", "1"]
        pool.close()
        assert network.open == []
        return isinstance(outcome, asyncio.CancelledError)

    async def main() -> None:
        number = 1
        while await attempt(number):
            number += 1
        assert number > 5

    asyncio.run(main())


@backends
def test_many_tasks_share_few_connections(backend: str) -> None:
    network = Network()
    results: dict[int, str] = {}

    async def main() -> None:
        pool = network.async_pool(3)

        async def work(number: int) -> None:
            with anyio.move_on_after(0 if number % 5 == 0 else None):
                results[number] = await async_get(pool, str(number))

        async with anyio.create_task_group() as tasks:
            for number in range(300):
                tasks.start_soon(work, number)

    anyio.run(main, backend=backend)
    assert results == {number: str(number) for number in range(300) if number % 5}
    assert len(network.open) <= 3


@backends
def test_a_pool_of_another_event_loop_is_refused(backend: str) -> None:
    network = Network()
    pool = network.async_pool()
    assert anyio.run(async_get, pool, "a", backend=backend) == "a"
    with pytest.raises(WrongEventLoopError):
        anyio.run(async_get, pool, "b", backend=backend)
