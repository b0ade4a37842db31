"""Make calls and sleep, using threads. `jiffybox_sdk._client.polling` decides when to poll."""

from collections.abc import Callable
from contextvars import copy_context
from functools import partial
from queue import Empty, SimpleQueue
from threading import Thread
from typing import NoReturn, TypeVar

from jiffybox_sdk._client.polling import Condition, MultiPoller, Poll, Poller, PollOptions, UnseenBox, WaitResult
from jiffybox_sdk._client.timer import Timer
from jiffybox_sdk._common.operation import Operation
from jiffybox_sdk.api._connection import Connection
from jiffybox_sdk.clock import sealed
from jiffybox_sdk.exceptions import JiffyException, Waited

R = TypeVar("R", bound=Waited)
T = TypeVar("T")


def make_call(client: Connection, operation: Operation, as_type: type[T], within: float) -> T:
    """Make a call, with retries, within a number of seconds."""
    return client._send(operation, as_type, within=within)  # noqa: SLF001 # pyright: ignore[reportPrivateUsage] (a method for this package)


def wait(
    client: Connection, record: R | UnseenBox, kind: type[R], condition: Condition[R], options: PollOptions[R]
) -> R:
    """Poll a record until it satisfies a condition, and return it.

    Raises:
        JiffyWaitException: If it never will, or the time-out expires.
        JiffyException: If polling fails for good.
    """
    started = client.clock.monotonic()
    poller = Poller(record, kind, condition, options, started)
    _poll_once(client, poller, started)
    return poll(client, poller)


def poll(client: Connection, poller: Poller[R], timer: Timer | None = None) -> R:
    """Wait like `wait`, with a record that has just been read."""
    timer = timer or Timer(client.clock.monotonic)
    while poller.result is None:
        pause = poller.pause(timer.now())
        client.clock.sleep(pause)
        timer.add_sleep(pause)
        _poll_once(client, poller, timer.now())
    return poller.result


def _poll_once(client: Connection, poller: Poller[R], now: float) -> None:
    try:
        record = make_call(client, poller.read, poller.kind, poller.remaining(now))
    except JiffyException as failure:
        if listing := poller.list_after(failure):
            _look_for(client, poller, listing, failure, now)
        else:
            poller.failed(failure, now)
    else:
        poller.saw(record)


def _look_for(client: Connection, poller: Poller[R], listing: Operation, failure: JiffyException, now: float) -> None:
    try:
        records = make_call(client, listing, dict[str, object], poller.remaining(now))
    except JiffyException as other:
        poller.failed(other, now)
    else:
        poller.listed(records, failure)


def _raise(error: BaseException) -> NoReturn:
    raise error


def wait_for_all(client: Connection, pollers: MultiPoller[R]) -> WaitResult[R]:
    """Poll many records, some at the same time, until each is done.

    Raises:
        JiffyException: If polling fails for a reason that concerns all of them, such as an invalid token.
    """
    outcomes: SimpleQueue[Callable[[], tuple[Poll[R], R | Exception]]] = SimpleQueue()

    def run(poll: Poll[R]) -> None:
        outcome: R | Exception
        try:
            outcome = make_call(client, poll.poller.read, poll.poller.kind, poll.timeout)
        except Exception as error:  # noqa: BLE001 (raised by the thread that waits)
            outcome = error
        except BaseException as error:  # noqa: BLE001 (also raised there, such as SystemExit)
            outcomes.put(partial(_raise, error))
            return
        outcomes.put(sealed(client.clock, (poll, outcome)))

    timer = Timer(client.clock.monotonic)
    while not pollers.done:
        now = timer.now()
        for poll in pollers.due(now):
            if pollers.concurrency == 1:
                run(poll)
            else:
                # Daemon threads, so that Ctrl-C ends the program at once: they only read.
                Thread(target=copy_context().run, args=(run, poll), daemon=True).start()
        pause = pollers.pause(now)
        if pollers.running:
            try:
                poll, outcome = outcomes.get(timeout=pause)()
            except Empty:
                continue
            pollers.ended(poll, outcome, timer.now())
        elif pause:
            client.clock.sleep(pause)
            timer.add_sleep(pause)
    return pollers.result
