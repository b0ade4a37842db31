"""Waiting, as far as calls are made and time passes; when to do what says `jiffybox_sdk._client.polling`."""

import math
from typing import TypeVar

import anyio
from anyio.abc import TaskGroup

from jiffybox_sdk._client.polling import MultiPoller, Poll, Poller, WaitResult, Watched
from jiffybox_sdk.aio._connection import AsyncConnection
from jiffybox_sdk.exceptions import JiffyException

R = TypeVar("R", bound=Watched)


async def wait(client: AsyncConnection, waiter: Poller[R]) -> R:
    """Looks at a record until what is awaited has happened, and returns it as it is then.

    Raises:
        JiffyWaitException: it won't happen, or did not in time.
        JiffyException: what the service answered in its place.
    """
    await _look(client, waiter)
    return await go_on(client, waiter)


async def go_on(client: AsyncConnection, waiter: Poller[R]) -> R:
    """Does the same with a record that was looked at just now."""
    while not waiter.over:
        await client.clock.sleep(waiter.pause(client.clock.monotonic()))
        await _look(client, waiter)
    return waiter.record


async def _look(client: AsyncConnection, waiter: Poller[R]) -> None:
    left = waiter.left(client.clock.monotonic())
    try:
        seen = await client.send(waiter.look, type(waiter.record), within=left)
    except JiffyException as trouble:
        waiter.missed(trouble)
    else:
        waiter.saw(seen)


async def wait_for_all(client: AsyncConnection, watch: MultiPoller[R]) -> WaitResult[R]:
    """Looks at many records, some at the same moment, until each has arrived or its time is up.

    Raises:
        JiffyException: what concerns them all, such as a token that is not valid.
    """
    put, ended = anyio.create_memory_object_stream[tuple[Poll[R], R | Exception, float]](math.inf)

    async def make(look: Poll[R]) -> None:
        began = client.clock.monotonic()
        outcome: R | Exception
        try:
            outcome = await client.send(look.waiter.look, type(look.waiter.record), within=look.left)
        except Exception as error:  # noqa: BLE001 (raised where somebody waits for it)
            outcome = error
        put.send_nowait((look, outcome, client.clock.monotonic() - began))

    async def watch_them(looks: TaskGroup) -> None:
        while not watch.over:
            now = client.clock.monotonic()
            for look in watch.next_looks(now):
                looks.start_soon(make, look)
            pause = watch.pause(now)
            if watch.looking:
                with anyio.move_on_after(pause):
                    look, outcome, took = await ended.receive()
                    watch.ended(look, outcome, took, client.clock.monotonic())
            elif pause:
                await client.clock.sleep(pause)

    failure: Exception | None = None
    with put, ended:
        async with anyio.create_task_group() as looks:
            try:
                await watch_them(looks)
            except Exception as error:  # noqa: BLE001 (raised below, since a task group would wrap it)
                failure = error
                looks.cancel_scope.cancel()
    if failure:
        raise failure
    return watch.result
