"""Waiting for many boxes where threads and tasks differ."""

import threading
from itertools import pairwise

import anyio
import httpx
import pytest
import trio
import trio.testing

from jiffybox_sdk import AsyncBox, AsyncJiffyBox, Box, Retry
from tests.support.asynchronous import AsyncScript, TrioClock
from tests.support.boxes import BROKEN, ServedBoxes, answering, number_of
from tests.support.scripted import TOKEN, URL, Script, envelope, example, scripted


def test_no_box_starves_when_the_service_is_slow() -> None:
    """Each poll takes a second, so polling 500 boxes eight at a time takes more than a minute."""
    running = [0, 0]

    class Slow(AsyncScript):
        async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
            running[0] += 1
            running[1] = max(running)
            try:
                await anyio.sleep(1)
            finally:
                running[0] -= 1
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
    assert running == [0, 8]


def test_as_many_threads_poll_as_asked_for() -> None:
    together = threading.Barrier(4)
    lock = threading.Lock()
    running = [0, 0]

    def meet(request: httpx.Request) -> httpx.Response:
        with lock:
            running[0] += 1
            running[1] = max(running)
        together.wait(20)
        with lock:
            running[0] -= 1
        return envelope({**example("box"), "id": number_of(request), "status": "READY"})

    client, _, _ = scripted(meet)
    boxes = [Box({**example("box"), "id": number}) for number in range(1, 41)]
    assert client.wait_for_all(boxes, concurrency=4).complete
    assert running == [0, 4]


def test_ctrl_c_ends_a_wait_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    client, script, clock = scripted(answering({1: BROKEN}), retry=Retry(attempts=1))

    def interrupt(_: float) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(clock, "sleep", interrupt)
    with pytest.raises(KeyboardInterrupt):
        client.wait_for_all([Box({**example("box"), "id": number}) for number in (1, 2)])
    assert len(script.requests) == 2
