"""What tests of the async face share: scripted answers, and a clock that does not wait, on asyncio and on trio."""

from collections.abc import Awaitable, Callable, Coroutine

import anyio
import anyio.lowlevel
import httpx
import pytest
import trio

from jiffybox_sdk import AsyncJiffyBox, RateLimit, Retry
from tests.support.scripted import TOKEN, URL, Answer, Script, VirtualClock

backends = pytest.mark.parametrize("backend", ["asyncio", "trio"])


class AsyncScript(httpx.AsyncBaseTransport):
    """A script for async clients."""

    def __init__(self, script: Script) -> None:
        self.script = script

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        await anyio.lowlevel.checkpoint()
        return self.script.handle_request(request)


class AsyncVirtualClock:
    """A virtual clock for async clients."""

    def __init__(self, clock: VirtualClock | None = None) -> None:
        self.clock = clock or VirtualClock()

    def monotonic(self) -> float:
        return self.clock.now

    def time(self) -> float:
        return self.clock.now

    async def sleep(self, seconds: float) -> None:
        await anyio.lowlevel.checkpoint()
        self.clock.sleep(seconds)


class TrioClock:
    """The clock of trio's loop, which may be a virtual one."""

    def monotonic(self) -> float:
        return trio.current_time()

    def time(self) -> float:
        return trio.current_time()

    async def sleep(self, seconds: float) -> None:
        await trio.sleep(seconds)


class StoppedClock(AsyncVirtualClock):
    """A clock on which a sleep never ends. It says when one has begun."""

    def __init__(self) -> None:
        super().__init__()
        self.asleep = anyio.Event()

    async def sleep(self, seconds: float) -> None:
        self.clock.slept.append(seconds)
        self.asleep.set()
        await anyio.sleep_forever()


def async_scripted(
    *answers: Answer, retry: Retry | None = None, rate_limit: RateLimit | None = None
) -> tuple[AsyncJiffyBox, Script, VirtualClock]:
    """An async client, the script that answers it, and its clock."""
    script, clock = Script(*answers), VirtualClock()
    transport, awaited = AsyncScript(script), AsyncVirtualClock(clock)
    return (
        AsyncJiffyBox(TOKEN, URL, transport=transport, clock=awaited, retry=retry, rate_limit=rate_limit),
        script,
        clock,
    )


def run(main: Callable[[], Awaitable[None]], backend: str) -> None:
    """Runs a program to its end."""
    anyio.run(main, backend=backend)


Call = Callable[[AsyncJiffyBox], Coroutine[None, None, object]]


async def read(client: AsyncJiffyBox) -> object:
    return await client.box(12345)


async def create(client: AsyncJiffyBox) -> object:
    return await client.create_box("web", 44, distribution="centos_7_64bit")
