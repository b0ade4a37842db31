"""Waiting for many boxes at once: each is looked at equally often, none starves, one deadline ends it for all."""

import threading
from collections import Counter
from collections.abc import Callable
from itertools import pairwise

import anyio
import httpx
import pytest
import trio
import trio.testing

from jiffybox_sdk import (
    AsyncBox,
    AsyncJiffyBox,
    Box,
    Emulator,
    JiffyArgumentException,
    JiffyAttributeException,
    JiffyBox,
    JiffyNotFoundException,
    JiffyTimeoutException,
    JiffyTokenException,
    JiffyTransportException,
    JiffyWaitException,
    RateLimit,
    Retry,
    WaitResult,
)
from tests.support.asynchronous import AsyncScript, AsyncVirtualClock, TrioClock, backends, run
from tests.support.scripted import TOKEN, URL, Answer, Script, VirtualClock, envelope, example, scripted, unchecked

Looks = dict[int, list[float]]


def number_of(request: httpx.Request) -> int:
    return int(request.url.path.rpartition("/")[2])


class Boxes:
    """Boxes that become ready one after the other, and some never. It notes when each is looked at."""

    def __init__(self, count: int, clock: Callable[[], float]) -> None:
        self.clock = clock
        self.never_ready = False
        self.began = clock()
        self.looks: Looks = {number: [] for number in range(1, count + 1)}
        self.script = Script(self.answer)

    def ready_after(self, number: int) -> float:
        """When a box is ready, in seconds; those whose number ends in 0 never are."""
        return float("inf") if self.never_ready else number % 10 * 5 or float("inf")

    def answer(self, request: httpx.Request) -> httpx.Response:
        number = number_of(request)
        self.looks[number].append(self.clock() - self.began)
        status = "READY" if self.looks[number][-1] >= self.ready_after(number) else "CREATING"
        return envelope({**example("box"), "id": number, "status": status})

    def records(self) -> list[Box]:
        return [Box({**example("box"), "id": number, "status": "CREATING"}) for number in self.looks]

    def async_records(self) -> list[AsyncBox]:
        return [AsyncBox({**example("box"), "id": number, "status": "CREATING"}) for number in self.looks]

    @property
    def requests(self) -> int:
        return sum(map(len, self.looks.values()))

    def check(self, result: WaitResult[Box] | WaitResult[AsyncBox]) -> None:
        """Holds what came of it against what had to."""
        arrived = {number for number in self.looks if self.ready_after(number) <= 16}
        assert result.arrived.keys() == arrived
        assert result.missing.keys() == self.looks.keys() - arrived
        assert all(box.id == number and box.ready for number, box in result.arrived.items())
        assert {type(why) for why in result.missing.values()} == {JiffyTimeoutException}
        for number, looks in self.looks.items():
            expected = [float(look) for look in (*range(0, 16, 7), 16)]
            until = [look for look in expected if look < self.ready_after(number)]
            assert looks == expected[: len(until) + 1]


def test_500_boxes_are_looked_at_at_the_same_rate_until_one_deadline() -> None:
    requests: list[int] = []
    for count in (50, 500):
        clock = VirtualClock()
        boxes = Boxes(count, clock.time)
        with JiffyBox(TOKEN, URL, transport=boxes.script, clock=clock) as client:
            result = client.wait_for_all(boxes.records(), "READY", max_wait=16)
        boxes.check(result)
        requests.append(boxes.requests)
    assert requests[1] == 10 * requests[0]
    assert all("jiffyBoxes/" in request.url.path for request in boxes.script.requests)  # never the list


def test_500_boxes_are_looked_at_at_the_same_rate_by_tasks_too() -> None:
    clock = VirtualClock()
    boxes = Boxes(500, clock.time)

    async def main() -> None:
        transport, awaited = AsyncScript(boxes.script), AsyncVirtualClock(clock)
        async with AsyncJiffyBox(TOKEN, URL, transport=transport, clock=awaited) as client:
            boxes.check(await client.wait_for_all(boxes.async_records(), "READY", max_wait=16))

    run(main, "asyncio")


def test_none_starves_when_the_service_is_slower_than_the_interval_asks_for() -> None:
    """Each look takes a second, so that a round of 500 at eight a time takes more than a minute."""
    under_way: list[int] = [0, 0]

    class Slow(AsyncScript):
        async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
            under_way[0] += 1
            under_way[1] = max(under_way)
            try:
                await anyio.sleep(1)
            finally:
                under_way[0] -= 1
            return self.script.handle_request(request)

    async def main() -> None:
        boxes = Boxes(500, trio.current_time)
        boxes.never_ready = True
        began = trio.current_time()
        async with AsyncJiffyBox(TOKEN, URL, transport=Slow(boxes.script), clock=TrioClock()) as client:
            result = await client.wait_for_all(boxes.async_records(), max_wait=180, poll_interval=1, concurrency=8)
        assert len(result.missing) == 500
        assert {len(looks) for looks in boxes.looks.values()} <= {2, 3, 4}
        gaps = {later - earlier for looks in boxes.looks.values() for earlier, later in pairwise(looks)}
        assert max(gaps) <= 66
        assert trio.current_time() - began <= 185

    trio.run(main, clock=trio.testing.MockClock(autojump_threshold=0))
    assert under_way == [0, 8]


def test_as_many_looks_are_made_at_the_same_moment_as_asked_for_and_no_more() -> None:
    together = threading.Barrier(4)
    lock = threading.Lock()
    under_way: list[int] = [0, 0]

    def meet(request: httpx.Request) -> httpx.Response:
        with lock:
            under_way[0] += 1
            under_way[1] = max(under_way)
        together.wait(20)
        with lock:
            under_way[0] -= 1
        return envelope({**example("box"), "id": number_of(request), "status": "READY"})

    client, _, _ = scripted(meet)
    boxes = [Box({**example("box"), "id": number}) for number in range(1, 41)]
    assert client.wait_for_all(boxes, concurrency=4).complete
    assert under_way == [0, 4]


def test_time_that_looks_spend_is_part_of_the_time_for_all_in_virtual_time_too() -> None:
    emulator = Emulator()
    script = Script(httpx.Response(429, headers={"Retry-After": "20"}))
    began = emulator.clock.now()
    with JiffyBox(TOKEN, URL, transport=script, clock=emulator.clock) as client:
        assert not client.wait_for_all(boxes_of(1), max_wait=60).complete
    assert emulator.clock.now() - began == 60
    assert len(script.requests) == 4


@backends
def test_time_that_looks_of_tasks_spend_is_too(backend: str) -> None:
    emulator = Emulator()
    script = Script(httpx.Response(429, headers={"Retry-After": "20"}))

    async def main() -> None:
        async with emulator.async_client(transport=AsyncScript(script)) as client:
            assert not (await client.wait_for_all([AsyncBox(example("box"))], max_wait=60)).complete

    began = emulator.clock.now()
    run(main, backend)
    assert emulator.clock.now() - began == 60
    assert len(script.requests) == 4


def test_a_rate_limit_lets_calls_through_under_a_manual_clock() -> None:
    emulator = Emulator("manual")
    with emulator.client() as client:
        box = client.create_box("web", 44, distribution="centos_7_64bit")
    emulator.run_until_idle()
    with emulator.client(rate_limit=RateLimit(1, 10)) as client:
        for _ in range(8):
            client.box(box.id)
        assert client.box(box.id).wait_for_status().ready


GONE = envelope(None, ("error", "Der Kunde Nr. 42 hat keine JiffyBox Nr. 2."))
READY = {**example("box"), "status": "READY"}
BROKEN: Answer = httpx.Response(502)


def answering(answers: dict[int, Answer]) -> Answer:
    """A service that says of each box what was laid down for it, and that the others are ready."""

    def answer(request: httpx.Request) -> httpx.Response:
        number = number_of(request)
        found = answers.get(number, envelope({**READY, "id": number}))
        if isinstance(found, Exception):
            raise found
        assert isinstance(found, httpx.Response)
        return httpx.Response(found.status_code, content=found.content)

    return answer


def boxes_of(*numbers: int) -> list[Box]:
    return [Box({**example("box"), "id": number}) for number in numbers]


def test_trouble_with_one_box_is_told_of_it_and_does_not_end_the_rest() -> None:
    answers: dict[int, Answer] = {2: GONE, 3: envelope({"id": 3}), 4: BROKEN, 5: httpx.ConnectError("refused")}
    client, script, clock = scripted(answering(answers), retry=Retry(attempts=1))
    result = client.wait_for_all(boxes_of(1, 2, 3, 4, 5, 6), max_wait=20, concurrency=2)
    assert result.arrived.keys() == {1, 6}
    assert not result.complete
    assert {number: type(why) for number, why in result.missing.items()} == {
        2: JiffyNotFoundException,
        3: JiffyAttributeException,
        4: JiffyTimeoutException,
        5: JiffyTimeoutException,
    }
    assert isinstance(result.missing[4].__cause__, JiffyTransportException)
    assert Counter(map(number_of, script.requests)) == {1: 1, 2: 1, 3: 1, 4: 4, 5: 4, 6: 1}
    assert sum(clock.slept) == 20
    assert all(why.__traceback__ is None for why in result.missing.values())


def test_what_concerns_all_of_them_ends_it() -> None:
    wrong = envelope(None, ("error", "Der von Ihnen uebergebene API-Token ist ungueltig."))
    client, script, _ = scripted(answering({1: wrong}))
    with pytest.raises(JiffyTokenException):
        client.wait_for_all(boxes_of(1, 2, 3), concurrency=1)
    assert len(script.requests) == 1


@backends
def test_what_concerns_all_of_them_ends_it_without_a_group_of_exceptions(backend: str) -> None:
    wrong = envelope(None, ("error", "Der von Ihnen uebergebene API-Token ist ungueltig."))
    transport = AsyncScript(Script(answering({1: wrong})))

    async def main() -> None:
        async with AsyncJiffyBox(TOKEN, URL, transport=transport, clock=AsyncVirtualClock()) as client:
            boxes = [AsyncBox({**example("box"), "id": number}) for number in (1, 2, 3)]
            with pytest.raises(JiffyTokenException):
                await client.wait_for_all(boxes)
            with pytest.raises(ZeroDivisionError):
                await client.wait_until_all(boxes[1:], lambda _: bool(1 // 0))

    run(main, backend)


@pytest.mark.parametrize("which", ["predicate", "progress"])
def test_what_a_function_of_the_users_raises_ends_it(which: str) -> None:
    client, _, _ = scripted(answering({}))

    def fail(_: Box) -> bool:
        raise ZeroDivisionError

    def go_on(_: Box) -> bool:
        return True

    predicate, progress = (fail, go_on) if which == "predicate" else (go_on, fail)
    with pytest.raises(ZeroDivisionError):
        client.wait_until_all(boxes_of(1, 2), predicate, progress=progress)


def test_a_box_that_is_ready_again_was_not_deleted_and_one_that_is_gone_was() -> None:
    client, _, _ = scripted(answering({2: GONE}))
    result = client.wait_until_all_deleted(boxes_of(1, 2))
    assert result.arrived.keys() == {2}
    assert type(result.missing[1]) is JiffyWaitException


def test_a_box_that_is_given_twice_counts_once_and_nothing_takes_no_time() -> None:
    client, script, clock = scripted(answering({}))
    assert client.wait_for_all([*boxes_of(1, 1), *boxes_of(1)]).arrived.keys() == {1}
    assert len(script.requests) == 1
    assert client.wait_for_all([]).complete
    assert (len(script.requests), clock.slept) == (1, [])


def test_ctrl_c_ends_it_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    client, script, clock = scripted(answering({1: BROKEN}), retry=Retry(attempts=1))

    def interrupt(_: float) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(clock, "sleep", interrupt)
    with pytest.raises(KeyboardInterrupt):
        client.wait_for_all(boxes_of(1, 2))
    assert len(script.requests) == 2


@pytest.mark.parametrize("concurrency", [0, -1, 1.0, True, None, "8"])
def test_a_number_of_looks_that_is_none_is_refused(concurrency: object) -> None:
    client, script, _ = scripted(answering({}))
    with pytest.raises(JiffyArgumentException, match=r"invalid concurrency .*: expected a positive integer"):
        unchecked(client.wait_for_all)(boxes_of(1), concurrency=concurrency)
    assert script.requests == []


@pytest.mark.parametrize("boxes", [[5], ["5"], [None], 5, None, "12"])
def test_what_are_no_boxes_are_refused(boxes: object) -> None:
    client, script, _ = scripted(answering({}))
    with pytest.raises(JiffyArgumentException, match=r"can.t wait for .*: expected a list of Box"):
        unchecked(client.wait_for_all)(boxes)
    assert script.requests == []
