"""Scripted responses and virtual clocks for async clients, on asyncio and trio."""

from collections.abc import Awaitable, Callable, Coroutine
from typing import Unpack

import anyio
import anyio.lowlevel
import httpx
import pytest
import trio

from jiffybox_sdk import AsyncJiffyBox
from jiffybox_sdk.aio._connection import AsyncClientOptions
from tests.support.scripted import TOKEN, URL, Answer, Script, VirtualClock

backends = pytest.mark.parametrize("backend", ["asyncio", "trio"])


class AsyncScript(httpx.AsyncBaseTransport):
    """A transport with scripted responses for async clients."""

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
    """The clock of trio's event loop, such as its virtual `MockClock`."""

    def monotonic(self) -> float:
        return trio.current_time()

    def time(self) -> float:
        return trio.current_time()

    async def sleep(self, seconds: float) -> None:
        await trio.sleep(seconds)


class StoppedClock(AsyncVirtualClock):
    """A clock whose sleeps never end.

    Attributes:
        asleep: An event that is set when a sleep begins.
    """

    def __init__(self) -> None:
        super().__init__()
        self.asleep = anyio.Event()

    async def sleep(self, seconds: float) -> None:
        self.clock.slept.append(seconds)
        self.asleep.set()
        await anyio.sleep_forever()


def async_scripted(
    *answers: Answer, **options: Unpack[AsyncClientOptions]
) -> tuple[AsyncJiffyBox, Script, VirtualClock]:
    """Return an async client, the script that answers it, and its clock."""
    script, clock = Script(*answers), VirtualClock()
    options["transport"], options["clock"] = AsyncScript(script), AsyncVirtualClock(clock)
    return AsyncJiffyBox(TOKEN, URL, **options), script, clock


def run(main: Callable[[], Awaitable[None]], backend: str) -> None:
    """Run a program on asyncio or trio."""
    anyio.run(main, backend=backend)


Call = Callable[[AsyncJiffyBox], Coroutine[None, None, object]]


async def read(client: AsyncJiffyBox) -> object:
    return await client.box(12345)


async def create(client: AsyncJiffyBox) -> object:
    return await client.create_box("web", 44, distribution="centos_7_64bit")
