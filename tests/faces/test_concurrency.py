"""Waiting where threads and tasks differ: concurrency, interruption and closing of the client."""

import threading
from itertools import pairwise

import anyio
import httpx
import pytest
import trio
import trio.testing

from jiffybox_sdk import AsyncBox, AsyncJiffyBox, Box, Emulator, JiffyBox, JiffyDetachedException, Retry
from tests.faces.api.test_polling import Wait, wait_for_status, wait_until, wait_until_deleted
from tests.support.asynchronous import AsyncScript, TrioClock
from tests.support.boxes import BROKEN, ServedBoxes, answering, number_of
from tests.support.scripted import TOKEN, URL, Answer, Script, VirtualClock, envelope, example, scripted


class Counter:
    """A context manager that counts how many requests run at the same time."""

    def __init__(self) -> None:
        self.running = 0
        self.most = 0
        self._lock = threading.Lock()

    def __enter__(self) -> None:
        with self._lock:
            self.running += 1
            self.most = max(self.most, self.running)

    def __exit__(self, *_: object) -> None:
        with self._lock:
            self.running -= 1


def test_every_box_is_polled_when_the_service_is_slow() -> None:
    """Each poll takes a second, so polling 500 boxes eight at a time takes more than a minute."""
    counter = Counter()

    class Slow(AsyncScript):
        async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
            with counter:
                await anyio.sleep(1)
            return self.script.handle_request(request)

    async def main() -> None:
        served = ServedBoxes(500)
        served.never_ready = True
        served.time = trio.current_time
        boxes = [AsyncBox({**example("box"), "id": number, "status": "CREATING"}) for number in served.polls]
        began = trio.current_time()
        async with AsyncJiffyBox(TOKEN, URL, transport=Slow(Script(served.answer)), clock=TrioClock()) as client:
            result = await client.wait_for_all(boxes, max_wait=180, poll_interval=1, concurrency=8)
        assert len(result.missing) == 500
        assert {len(polls) for polls in served.polls.values()} <= {2, 3, 4}
        gaps = {later - earlier for polls in served.polls.values() for earlier, later in pairwise(polls)}
        assert max(gaps) <= 66
        assert trio.current_time() - began <= 185

    trio.run(main, clock=trio.testing.MockClock(autojump_threshold=0))
    assert (counter.running, counter.most) == (0, 8)


def test_concurrency_is_the_number_of_threads_that_poll() -> None:
    barrier = threading.Barrier(4)
    counter = Counter()

    def answer(request: httpx.Request) -> httpx.Response:
        with counter:
            barrier.wait(20)
        return envelope({**example("box"), "id": number_of(request), "status": "READY"})

    client, _, _ = scripted(answer)
    boxes = [Box({**example("box"), "id": number}) for number in range(1, 41)]
    assert client.wait_for_all(boxes, concurrency=4).complete
    assert (counter.running, counter.most) == (0, 4)


def test_ctrl_c_ends_a_wait_for_many_boxes_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    client, script, clock = scripted(answering({1: BROKEN}), retry=Retry(attempts=1))

    def interrupt(_: float) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(clock, "sleep", interrupt)
    with pytest.raises(KeyboardInterrupt):
        client.wait_for_all([Box({**example("box"), "id": number}) for number in (1, 2)])
    assert len(script.requests) == 2


class InterruptedClock(VirtualClock):
    """A clock whose second sleep is interrupted with Ctrl-C."""

    def sleep(self, seconds: float) -> None:
        super().sleep(seconds)
        if len(self.slept) == 2:
            raise KeyboardInterrupt


@pytest.mark.parametrize("wait", [wait_for_status, wait_until, wait_until_deleted])
@pytest.mark.parametrize(
    "answer",
    [envelope({**example("box"), "status": "UPDATING"}), httpx.ConnectError("unreachable"), httpx.Response(429)],
    ids=["UPDATING", "connection refused", "429"],
)
def test_ctrl_c_ends_a_wait_for_one_box_at_once(wait: Wait, answer: Answer) -> None:
    script, clock = Script(answer), InterruptedClock()
    client = JiffyBox(TOKEN, URL, transport=script, clock=clock)
    with pytest.raises(KeyboardInterrupt):
        wait(Box(example("box"), client))
    assert (len(script.requests), len(clock.slept)) == (2, 2)


def test_closing_the_client_ends_a_wait() -> None:
    client, script, _ = scripted(envelope(example("box")))
    with pytest.raises(JiffyDetachedException):
        Box(example("box"), client).wait_for_status(progress=lambda polled: polled.api.close())
    assert len(script.requests) == 1


@pytest.mark.parametrize("ending", [SystemExit, KeyboardInterrupt, GeneratorExit])
def test_what_ends_a_thread_that_polls_is_raised_by_the_wait(ending: type[BaseException]) -> None:
    emulator = Emulator()

    class Transport(httpx.BaseTransport):
        def handle_request(self, request: httpx.Request) -> httpx.Response:
            if request.method == "GET":
                raise ending
            return emulator.transport().handle_request(request)

    with emulator.client(transport=Transport()) as client:
        boxes = [client.create_box(f"{number}", 44, distribution="centos_7_64bit") for number in range(3)]
        with pytest.raises(ending):
            client.wait_for_all(boxes)
