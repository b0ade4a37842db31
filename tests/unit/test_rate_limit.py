"""The limit on the rate of calls holds over threads, tasks and clients. Time is virtual."""

import heapq
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import anyio
import httpx
import pytest
import trio
import trio.testing

from jiffybox_sdk import (
    AsyncJiffyBox,
    JiffyArgumentException,
    JiffyBox,
    JiffyTimeoutException,
    JiffyTransportException,
    RateLimit,
    Retry,
)
from tests.support.asynchronous import AsyncScript, TrioClock, async_scripted, run
from tests.support.scripted import TOKEN, URL, Script, VirtualClock, envelope, example, unchecked


class SharedClock:
    """Virtual time for several threads: it moves on to the next who wants to wake once all of them sleep."""

    def __init__(self, threads: int) -> None:
        self.now = 1_700_000_000.0
        self._awake = threads
        self._sleepers: list[float] = []
        self._moved = threading.Condition()

    def monotonic(self) -> float:
        return self.now

    def time(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        with self._moved:
            wakes = self.now + seconds
            heapq.heappush(self._sleepers, wakes)
            self._leave()
            assert self._moved.wait_for(lambda: self.now >= wakes, timeout=20)

    def end(self) -> None:
        """A thread has no more to do."""
        with self._moved:
            self._leave()

    def _leave(self) -> None:
        self._awake -= 1
        if self._awake == 0 and self._sleepers:
            self.now = self._sleepers[0]
            while self._sleepers and self._sleepers[0] <= self.now:
                heapq.heappop(self._sleepers)
                self._awake += 1
            self._moved.notify_all()


def most_in(per: float, times: Sequence[float]) -> int:
    """How many of some moments there are in the fullest stretch of time. It begins at one of them."""
    nearly = per * (1 - 1e-6)  # such numbers are no exact seconds
    return max(sum(0 <= other - time < nearly for other in times) for time in times)


def noting(times: list[float], clock: Callable[[], float]) -> Script:
    """A service that notes when requests arrive."""

    def note(_: httpx.Request) -> httpx.Response:
        times.append(clock())
        return envelope(example("box"))

    return Script(note)


@pytest.mark.parametrize("clients", [1, 2])
@pytest.mark.parametrize(("calls", "per"), [(1, 2.5), (7, 1.0), (10, timedelta(minutes=1))])
def test_it_holds_over_threads_and_is_made_full_use_of(calls: int, per: float | timedelta, clients: int) -> None:
    threads, each = 16, 10
    clock = SharedClock(threads)
    limit = RateLimit(calls, per)
    times: list[float] = []
    opened = [
        JiffyBox(TOKEN, URL, transport=noting(times, clock.time), clock=clock, rate_limit=limit) for _ in range(clients)
    ]
    together = threading.Barrier(threads)

    def work(thread: int) -> None:
        together.wait(20)
        for _ in range(each):
            opened[thread % clients].box(12345)
        clock.end()

    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(work, range(threads)))
    assert len(times) == threads * each
    assert most_in(limit.per, times) == calls
    assert clock.now - times[0] == pytest.approx(limit.per * ((threads * each - 1) // calls))


@pytest.mark.parametrize(("calls", "per"), [(1, 2.5), (7, 1.0)])
def test_it_holds_over_tasks_and_is_made_full_use_of(calls: int, per: float) -> None:
    times: list[float] = []

    async def main() -> None:
        limit = RateLimit(calls, per)
        transport = AsyncScript(noting(times, trio.current_time))
        async with AsyncJiffyBox(TOKEN, URL, transport=transport, clock=TrioClock(), rate_limit=limit) as client:

            async def work() -> None:
                for _ in range(10):
                    await client.box(12345)

            async with anyio.create_task_group() as tasks:
                for _ in range(16):
                    tasks.start_soon(work)

    trio.run(main, clock=trio.testing.MockClock(autojump_threshold=0))
    assert len(times) == 160
    assert most_in(per, times) == calls
    assert times[-1] - times[0] == pytest.approx(per * (159 // calls))


def test_clients_of_both_kinds_share_it() -> None:
    limit = RateLimit(2, 10)
    client, script, clock = async_scripted(envelope(example("box")), rate_limit=limit)
    other = JiffyBox(TOKEN, URL, transport=script, clock=clock, rate_limit=limit)

    async def main() -> None:
        async with client:
            for _ in range(3):
                other.box(12345)
                await client.box(12345)

    run(main, "asyncio")
    assert clock.slept == [10, 10]


def test_repetitions_need_turns_too() -> None:
    clock = VirtualClock()
    script = Script(httpx.Response(502), envelope(example("box")))
    options = Retry(first_wait=0)
    with JiffyBox(TOKEN, URL, transport=script, clock=clock, retry=options, rate_limit=RateLimit(1, 10)) as client:
        client.box(12345)
    assert clock.slept == [0, 10]


def test_a_call_whose_turn_comes_too_late_is_not_sent_and_takes_no_turn() -> None:
    clock = VirtualClock()
    script = Script(envelope(example("box")))
    with JiffyBox(TOKEN, URL, transport=script, clock=clock, rate_limit=RateLimit(1, 100)) as client:
        box = client.box(12345)
        with pytest.raises(
            JiffyTimeoutException, match=r"the last poll failed: .*its turn under the rate limit"
        ) as late:
            box.wait_for_status("FROZEN", max_wait=30)
        assert isinstance(late.value.__cause__, JiffyTransportException)
        assert len(script.requests) == 1
        began = clock.now
        client.box(12345)
        assert clock.now <= began + 100 - 30


def test_a_clock_that_is_put_back_blocks_nobody_and_lets_nobody_through() -> None:
    clock = VirtualClock()
    limit = RateLimit(2, 10)
    assert [limit.reserve(clock.time, 1e9) for _ in range(3)] == [0, 0, 10]
    clock.now -= 3600
    assert [limit.reserve(clock.time, 1e9) for _ in range(2)] == [10, 20]


@pytest.mark.parametrize(
    ("limit", "retry", "begun"),
    [
        (RateLimit(1, 100), Retry(attempts=3, within=5), [0]),
        (RateLimit(1, 100), Retry(attempts=3, within=100), [0, 100]),
        (RateLimit(1, 3), Retry(attempts=3, within=5), [0, 3]),
    ],
)
def test_no_repetition_begins_after_its_time_because_it_had_to_wait_for_its_turn(
    limit: RateLimit, retry: Retry, begun: list[float]
) -> None:
    clock = VirtualClock()
    began, times = clock.now, list[float]()

    def fail(_: httpx.Request) -> httpx.Response:
        times.append(clock.now - began)
        return httpx.Response(503)

    client = JiffyBox(TOKEN, URL, transport=Script(fail), clock=clock, retry=retry, rate_limit=limit)
    with client, pytest.raises(JiffyTransportException, match="HTTP status 503"):
        client.box(1)
    assert times == begun


def test_the_time_for_repetitions_begins_when_a_call_has_had_its_turn() -> None:
    clock = VirtualClock()
    limit = RateLimit(1, 100)
    limit.reserve(clock.time, 0)
    script = Script(httpx.Response(503), envelope(example("box")))
    with JiffyBox(TOKEN, URL, transport=script, clock=clock, retry=Retry(within=120), rate_limit=limit) as client:
        client.box(1)
    assert len(script.requests) == 2


@pytest.mark.parametrize("calls", [0, -1, 1.5, True, "3", None, 10**20])
def test_a_number_of_calls_that_is_none_is_refused(calls: object) -> None:
    with pytest.raises(JiffyArgumentException, match=r"invalid calls .*: expected an integer from 1 to 1000000"):
        unchecked(RateLimit)(calls, 1)


@pytest.mark.parametrize("per", [0, -1, float("nan"), "3", None])
def test_a_stretch_of_time_that_is_none_is_refused(per: object) -> None:
    with pytest.raises(JiffyArgumentException, match=r"invalid per .*: expected more than 0 seconds"):
        unchecked(RateLimit)(1, per)


def test_it_says_what_it_is() -> None:
    assert repr(RateLimit(24, timedelta(minutes=1))) == "RateLimit(calls=24, per=60)"
