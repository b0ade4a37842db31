"""Make calls and sleep, using tasks. `jiffybox_sdk._client.polling` decides when to poll."""

import math
from collections.abc import Callable
from typing import TypeVar

import anyio
from anyio.abc import TaskGroup

from jiffybox_sdk._client.polling import Condition, MultiPoller, Poll, Poller, PollOptions, UnseenBox, WaitResult
from jiffybox_sdk._client.timer import Timer
from jiffybox_sdk._common.operation import Operation
from jiffybox_sdk.aio._connection import AsyncConnection
from jiffybox_sdk.clock import sealed
from jiffybox_sdk.exceptions import JiffyException, Waited

R = TypeVar("R", bound=Waited)
T = TypeVar("T")


async def make_call(client: AsyncConnection, operation: Operation, as_type: type[T], within: float) -> T:
    """Make a call, with retries, within a number of seconds."""
    return await client._send(operation, as_type, within=within)  # noqa: SLF001 # pyright: ignore[reportPrivateUsage] (a method for this package)


async def wait(
    client: AsyncConnection, record: R | UnseenBox, kind: type[R], condition: Condition[R], options: PollOptions[R]
) -> R:
    """Poll a record until it satisfies a condition, and return it.

    Raises:
        JiffyWaitException: If the condition will never hold or the time-out expires.
        JiffyException: If polling fails for good.
    """
    started = client.clock.monotonic()
    poller = Poller(record, kind, condition, options, started)
    await _poll_once(client, poller, started)
    return await poll(client, poller)


async def poll(client: AsyncConnection, poller: Poller[R], timer: Timer | None = None) -> R:
    """Wait like `wait`, starting with a record that has just been read."""
    timer = timer or Timer(client.clock.monotonic)
    while poller.result is None:
        pause = poller.pause(timer.now())
        await client.clock.sleep(pause)
        timer.add_sleep(pause)
        await _poll_once(client, poller, timer.now())
    return poller.result


async def _poll_once(client: AsyncConnection, poller: Poller[R], now: float) -> None:
    try:
        record = await make_call(client, poller.read, poller.kind, poller.remaining(now))
    except JiffyException as failure:
        if listing := poller.list_after(failure):
            await _look_for(client, poller, listing, failure, now)
        else:
            poller.failed(failure, now)
    else:
        poller.saw(record)


async def _look_for(
    client: AsyncConnection, poller: Poller[R], listing: Operation, failure: JiffyException, now: float
) -> None:
    try:
        records = await make_call(client, listing, dict[str, object], poller.remaining(now))
    except JiffyException as other:
        poller.failed(other, now)
    else:
        poller.listed(records, failure)


async def wait_for_all(client: AsyncConnection, pollers: MultiPoller[R]) -> WaitResult[R]:
    """Poll several records concurrently until each is done.

    Raises:
        JiffyException: If polling fails for a reason that concerns all of them, such as an invalid token.
    """
    send, receive = anyio.create_memory_object_stream[Callable[[], tuple[Poll[R], R | Exception]]](math.inf)

    async def run(poll: Poll[R]) -> None:
        outcome: R | Exception
        try:
            outcome = await make_call(client, poll.poller.read, poll.poller.kind, poll.timeout)
        except Exception as error:  # noqa: BLE001 (raised by the task that waits)
            outcome = error
        send.send_nowait(sealed(client.clock, (poll, outcome)))

    async def poll_all(tasks: TaskGroup) -> None:
        timer = Timer(client.clock.monotonic)
        while not pollers.done:
            now = timer.now()
            for poll in pollers.due(now):
                tasks.start_soon(run, poll)
            pause = pollers.pause(now)
            if pollers.running:
                with anyio.move_on_after(pause):
                    poll, outcome = (await receive.receive())()
                    pollers.ended(poll, outcome, timer.now())
            elif pause:
                await client.clock.sleep(pause)
                timer.add_sleep(pause)

    failure: Exception | None = None
    with send, receive:
        async with anyio.create_task_group() as tasks:
            try:
                await poll_all(tasks)
            except Exception as error:  # noqa: BLE001 (raised below, since a task group would wrap it)
                failure = error
                tasks.cancel_scope.cancel()
    if failure:
        raise failure
    return pollers.result
