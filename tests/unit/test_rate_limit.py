"""The rate limit across threads, tasks, clients, retries and polls. The time is virtual."""

# pyright: reportPrivateUsage=false

import gc
import heapq
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

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
from jiffybox_sdk._client import rate_limit
from tests.support.asynchronous import AsyncScript, TrioClock, async_scripted, run
from tests.support.lines import at_line
from tests.support.scripted import TOKEN, URL, Script, VirtualClock, envelope, example, unchecked


class SharedClock:
    """Virtual time for several threads. Once all of them sleep, it advances to the next time at which one wakes up."""

    def __init__(self, threads: int) -> None:
        self.now = 1_700_000_000.0
        self._awake = threads
        self._wake_times: list[float] = []
        self._advanced = threading.Condition()

    def monotonic(self) -> float:
        return self.now

    def time(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        with self._advanced:
            wake_time = self.now + seconds
            heapq.heappush(self._wake_times, wake_time)
            self._stop_one()
            assert self._advanced.wait_for(lambda: self.now >= wake_time, timeout=20)

    def end_thread(self) -> None:
        """Record that a thread has ended and will not sleep again."""
        with self._advanced:
            self._stop_one()

    def _stop_one(self) -> None:
        self._awake -= 1
        if self._awake == 0 and self._wake_times:
            self.now = self._wake_times[0]
            while self._wake_times and self._wake_times[0] <= self.now:
                heapq.heappop(self._wake_times)
                self._awake += 1
            self._advanced.notify_all()


def most_calls(per: float, times: Sequence[float]) -> int:
    """Return the largest number of calls in any period of a length."""
    period = per * (1 - 1e-6)  # a margin for rounding
    return max(sum(0 <= other - time < period for other in times) for time in times)


def recording(times: list[float], clock: Callable[[], float]) -> Script:
    """Return a script that records the time of each request."""

    def answer(_: httpx.Request) -> httpx.Response:
        times.append(clock())
        return envelope(example("box"))

    return Script(answer)


@pytest.mark.parametrize("client_count", [1, 2])
@pytest.mark.parametrize(("calls", "per"), [(1, 2.5), (7, 1.0), (10, timedelta(minutes=1))])
def test_threads_and_clients_share_and_exhaust_a_rate_limit(
    calls: int, per: float | timedelta, client_count: int
) -> None:
    threads, each = 16, 10
    clock = SharedClock(threads)
    limit = RateLimit(calls, per)
    times: list[float] = []
    clients = [
        JiffyBox(TOKEN, URL, transport=recording(times, clock.time), clock=clock, rate_limit=limit)
        for _ in range(client_count)
    ]
    barrier = threading.Barrier(threads)

    def work(thread: int) -> None:
        barrier.wait(20)
        for _ in range(each):
            clients[thread % client_count].box(12345)
        clock.end_thread()

    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(work, range(threads)))
    assert len(times) == threads * each
    assert most_calls(limit.per, times) == calls
    assert clock.now - times[0] == pytest.approx(limit.per * ((threads * each - 1) // calls))


@pytest.mark.parametrize(("calls", "per"), [(1, 2.5), (7, 1.0)])
def test_tasks_share_and_exhaust_a_rate_limit(calls: int, per: float) -> None:
    times: list[float] = []

    async def main() -> None:
        limit = RateLimit(calls, per)
        transport = AsyncScript(recording(times, trio.current_time))
        async with AsyncJiffyBox(TOKEN, URL, transport=transport, clock=TrioClock(), rate_limit=limit) as client:

            async def work() -> None:
                for _ in range(10):
                    await client.box(12345)

            async with anyio.create_task_group() as tasks:
                for _ in range(16):
                    tasks.start_soon(work)

    trio.run(main, clock=trio.testing.MockClock(autojump_threshold=0))
    assert len(times) == 160
    assert most_calls(per, times) == calls
    assert times[-1] - times[0] == pytest.approx(per * (159 // calls))


def test_a_signal_handler_may_reserve_a_turn_at_any_line() -> None:
    now = 1000.0

    def start_of_turn(limit: RateLimit) -> float:
        asked: list[float] = []

        def time() -> float:
            nonlocal now
            now += 1
            asked.append(now)
            return now

        wait = limit.reserve(time, 1e9)
        assert wait is not None
        return asked[-1] + wait

    def starts_if_interrupted(line: int) -> list[float]:
        limit = RateLimit(2, 10)
        starts = [start_of_turn(limit)]

        def interrupt() -> None:
            starts.extend(start_of_turn(limit) for _ in range(3))

        with at_line(line, interrupt, Path(rate_limit.__file__)):
            starts.append(start_of_turn(limit))
        return [*starts, start_of_turn(limit)]

    cases = [starts_if_interrupted(line) for line in range(1, 60)]
    interrupted = [starts for starts in cases if len(starts) == 6]
    assert len(interrupted) > 20
    assert cases[-1] not in interrupted  # no line was left out
    assert {most_calls(10, starts) for starts in interrupted} == {2}


def remembered(limit: RateLimit) -> int:
    """Return the number of turns that a limit refers to, directly or not."""
    seen: dict[int, object] = {}
    pending: list[object] = [limit]
    while pending:
        value = pending.pop()
        if id(value) not in seen and not isinstance(value, type):
            seen[id(value)] = value
            pending += gc.get_referents(value)
    return sum(isinstance(value, rate_limit._Turn) for value in seen.values())


@pytest.mark.parametrize("calls", [1, 3, 50])
def test_turns_of_the_past_are_forgotten(calls: int) -> None:
    limit, clock = RateLimit(calls, 10), VirtualClock()
    for _ in range(1000):
        assert limit.reserve(clock.time, 1e9) == 0
        clock.now += 10
    assert calls <= remembered(limit) <= 2 * calls + 2


def test_sync_and_async_clients_can_share_a_rate_limit() -> None:
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


def test_retries_count_towards_the_rate_limit() -> None:
    clock = VirtualClock()
    script = Script(httpx.Response(502), envelope(example("box")))
    retry = Retry(first_wait=0)
    with JiffyBox(TOKEN, URL, transport=script, clock=clock, retry=retry, rate_limit=RateLimit(1, 10)) as client:
        client.box(12345)
    assert clock.slept == [0, 10]


def test_a_call_delayed_beyond_its_deadline_is_not_sent_or_counted() -> None:
    clock = VirtualClock()
    script = Script(envelope(example("box")))
    with JiffyBox(TOKEN, URL, transport=script, clock=clock, rate_limit=RateLimit(1, 100)) as client:
        box = client.box(12345)
        with pytest.raises(
            JiffyTimeoutException, match=r"the last poll failed: .*its turn under the rate limit"
        ) as raised:
            box.wait_for_status("FROZEN", max_wait=30)
        assert isinstance(raised.value.__cause__, JiffyTransportException)
        assert len(script.requests) == 1
        began = clock.now
        client.box(12345)
        assert clock.now <= began + 100 - 30


def test_a_clock_set_back_neither_blocks_calls_nor_lifts_the_limit() -> None:
    clock = VirtualClock()
    limit = RateLimit(2, 10)
    assert [limit.reserve(clock.time, 1e9) for _ in range(3)] == [0, 0, 10]
    clock.now -= 3600
    assert [limit.reserve(clock.time, 1e9) for _ in range(2)] == [10, 20]


@pytest.mark.parametrize(
    ("limit", "retry", "attempts"),
    [
        (RateLimit(1, 100), Retry(attempts=3, within=5), [0]),
        (RateLimit(1, 100), Retry(attempts=3, within=100), [0, 100]),
        (RateLimit(1, 3), Retry(attempts=3, within=5), [0, 3]),
    ],
)
def test_the_rate_limit_does_not_delay_a_retry_beyond_its_deadline(
    limit: RateLimit, retry: Retry, attempts: list[float]
) -> None:
    clock = VirtualClock()
    began, times = clock.now, list[float]()

    def fail(_: httpx.Request) -> httpx.Response:
        times.append(clock.now - began)
        return httpx.Response(503)

    client = JiffyBox(TOKEN, URL, transport=Script(fail), clock=clock, retry=retry, rate_limit=limit)
    with client, pytest.raises(JiffyTransportException, match="HTTP status 503"):
        client.box(1)
    assert times == attempts


def test_the_time_limit_of_retries_begins_with_the_first_attempt() -> None:
    clock = VirtualClock()
    limit = RateLimit(1, 100)
    limit.reserve(clock.time, 0)
    script = Script(httpx.Response(503), envelope(example("box")))
    with JiffyBox(TOKEN, URL, transport=script, clock=clock, retry=Retry(within=120), rate_limit=limit) as client:
        client.box(12345)
    assert len(script.requests) == 2


@pytest.mark.parametrize("calls", [0, -1, 1.5, True, "3", None, 10**20])
def test_an_invalid_number_of_calls_is_rejected(calls: object) -> None:
    with pytest.raises(JiffyArgumentException, match=r"invalid calls .*: expected an integer from 1 to 1000000"):
        unchecked(RateLimit)(calls, 1)


@pytest.mark.parametrize("per", [0, -1, float("nan"), "3", None])
def test_an_invalid_period_is_rejected(per: object) -> None:
    with pytest.raises(JiffyArgumentException, match=r"invalid per .*: expected more than 0 seconds"):
        unchecked(RateLimit)(1, per)


def test_the_repr_shows_the_calls_and_the_period() -> None:
    assert repr(RateLimit(24, timedelta(minutes=1))) == "RateLimit(calls=24, per=60)"
