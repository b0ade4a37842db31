"""Waiting, as far as calls are made and time passes; when to do what says `jiffybox_sdk._client.polling`."""

from queue import Empty, SimpleQueue
from threading import Thread
from typing import TypeVar

from jiffybox_sdk._client.polling import MultiPoller, Poll, Poller, WaitResult, Watched
from jiffybox_sdk.api._connection import Connection
from jiffybox_sdk.exceptions import JiffyException

R = TypeVar("R", bound=Watched)


def wait(client: Connection, waiter: Poller[R]) -> R:
    """Looks at a record until what is awaited has happened, and returns it as it is then.

    Raises:
        JiffyWaitException: it won't happen, or did not in time.
        JiffyException: what the service answered in its place.
    """
    _look(client, waiter)
    return go_on(client, waiter)


def go_on(client: Connection, waiter: Poller[R]) -> R:
    """Does the same with a record that was looked at just now."""
    while not waiter.over:
        client.clock.sleep(waiter.pause(client.clock.monotonic()))
        _look(client, waiter)
    return waiter.record


def _look(client: Connection, waiter: Poller[R]) -> None:
    left = waiter.left(client.clock.monotonic())
    try:
        seen = client.send(waiter.look, type(waiter.record), within=left)
    except JiffyException as trouble:
        waiter.missed(trouble)
    else:
        waiter.saw(seen)


def wait_for_all(client: Connection, watch: MultiPoller[R]) -> WaitResult[R]:
    """Looks at many records, some at the same moment, until each has arrived or its time is up.

    Raises:
        JiffyException: what concerns them all, such as a token that is not valid.
    """
    ended: SimpleQueue[tuple[Poll[R], R | Exception, float]] = SimpleQueue()

    def make(look: Poll[R]) -> None:
        began = client.clock.monotonic()
        outcome: R | Exception
        try:
            outcome = client.send(look.waiter.look, type(look.waiter.record), within=look.left)
        except Exception as error:  # noqa: BLE001 (raised where somebody waits for it)
            outcome = error
        ended.put((look, outcome, client.clock.monotonic() - began))

    while not watch.over:
        now = client.clock.monotonic()
        for look in watch.next_looks(now):
            # Nobody waits for a thread that Ctrl-C leaves behind: it only reads.
            Thread(target=make, args=(look,), daemon=True).start()
        pause = watch.pause(now)
        if watch.looking:
            try:
                look, outcome, took = ended.get(timeout=pause)
            except Empty:
                continue
            watch.ended(look, outcome, took, client.clock.monotonic())
        elif pause:
            client.clock.sleep(pause)
    return watch.result
