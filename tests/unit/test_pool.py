"""The connection pools, over networks in memory."""

# pyright: reportPrivateUsage=false

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from typing import TypeVar

import anyio
import httpcore
import pytest

from jiffybox_sdk._client.transport import pool as sync_pool
from jiffybox_sdk._client.transport.async_pool import WrongEventLoopError
from jiffybox_sdk._client.transport.pool import IDLE_SECONDS, NoTurnError
from tests.support.asynchronous import backends
from tests.support.networks import (
    Network,
    Stream,
    async_content,
    async_get,
    async_get_many,
    content,
    get,
    get_many,
    plain,
    request,
)

T = TypeVar("T")


def status_of(response: httpcore.Response, *_: object) -> int:
    return response.status


def test_connections_are_reused_last_one_first() -> None:
    network = Network()
    pool = network.pool()
    assert get_many(pool, 2) == ["2", "1"]  # the first connection is released last
    network.opened[1].received = b"surplus"  # would be noticed, and the connection closed

    reused: list[bool] = []
    for _ in range(3):
        pool.exchange(request("x"), content, assigned=reused.append)
    assert reused == [True] * 3
    assert (len(network.opened), len(network.open)) == (2, 2)


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

    def wait_in_vain(response: httpcore.Response, *_: object) -> str:
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
    outcomes: list[str] = []
    held, free = threading.Event(), threading.Event()
    times = count()

    def now() -> float:  # asked by whoever waits for a turn
        if held.is_set():
            free.set()
        return next(times)

    pool = network.pool(2, now)

    def again(response: httpcore.Response, *_: object) -> str:
        with pytest.raises(NoTurnError, match="the code that this call interrupts holds all connections"):
            pool.exchange(request("d"), never, total=3)  # would time out otherwise
        return content(response)

    def others(response: httpcore.Response, *_: object) -> str:
        outcomes.append(pool.exchange(request("b"), again))
        with ThreadPoolExecutor() as threads:  # while another thread holds one, there is hope
            other = threads.submit(pool.exchange, request("c"), hold)
            assert held.wait(20)
            assert not free.is_set()
            outcomes.append(pool.exchange(request("d"), content))
            outcomes.append(other.result())
        return content(response)

    def hold(response: httpcore.Response, *_: object) -> str:
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


class Waiting:
    """A pool with one connection, and a thread that waits for it once it is started."""

    def __init__(self) -> None:
        self.pool = Network().pool(1, self._now)
        self.results: list[str] = []
        self._asked = threading.Event()
        self._thread = threading.Thread(target=self._work, daemon=True)

    def _now(self) -> float:
        self._asked.set()  # by the thread, as soon as it waits
        return 0.0

    def _work(self) -> None:
        self.results.append(self.pool.exchange(request("a"), content))

    def start(self) -> None:
        self._thread.start()
        assert self._asked.wait(20)

    def join(self) -> list[str]:
        self._thread.join(20)
        return self.results


def test_a_thread_that_waits_is_woken_when_its_turn_comes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sync_pool, "_RECHECK_SECONDS", 1e6)
    waiting = Waiting()

    def start(response: httpcore.Response, *_: object) -> str:
        waiting.start()
        return content(response)

    waiting.pool.exchange(request("b"), start)
    assert waiting.join() == ["a"]


def test_a_turn_comes_without_a_wake_up_if_its_predecessor_is_lost() -> None:
    """As when Ctrl-C interrupts a thread that is about to leave: nobody holds its turn any more."""
    waiting = Waiting()
    lost = sync_pool.Turn()
    assert waiting.pool._state.get().turns.enter(lost)
    waiting.start()
    del lost
    assert waiting.join() == ["a"]


def test_closing_leaves_running_exchanges_alone() -> None:
    network = Network()
    pool = network.pool()
    get_many(pool, 2)

    def close(response: httpcore.Response, *_: object) -> str:
        pool.close()
        assert len(network.open) == 1
        return content(response)

    assert pool.exchange(request("a"), close) == "a"
    assert network.open == []


@backends
def test_closing_leaves_running_async_exchanges_alone(backend: str) -> None:
    network = Network()
    pool = network.async_pool()

    async def close(response: httpcore.Response, *_: object) -> str:
        pool.close()
        assert len(network.open) == 1
        return await async_content(response)

    async def main() -> None:
        await async_get_many(pool, 2)
        assert await pool.exchange(request("a"), close) == "a"
        assert network.open == []

    anyio.run(main, backend=backend)


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
