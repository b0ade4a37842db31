"""Waiting, as far as calls are made and time passes; when to do what says `jiffybox_sdk.waiting`."""

from queue import Empty, SimpleQueue
from threading import Thread
from typing import TypeVar

from jiffybox_sdk.api.connection import Connection
from jiffybox_sdk.exceptions import JiffyException
from jiffybox_sdk.waiting import Waiter, WaitResult, Watch, Watched

R = TypeVar("R", bound=Watched)


def wait(client: Connection, waiter: Waiter[R]) -> R:
    """Looks at a record until what is awaited has happened, and returns it as it is then.

    Raises:
        JiffyWaitException: it won't happen, or did not in time.
        JiffyException: what the service answered in its place.
    """
    while True:
        left = waiter.left(client.clock.monotonic())
        try:
            seen = client.send(waiter.look, type(waiter.record), within=left)
        except JiffyException as trouble:
            waiter.missed(trouble)
        else:
            waiter.saw(seen)
        if waiter.over:
            return waiter.record
        client.clock.sleep(waiter.pause(client.clock.monotonic()))


def wait_for_all(client: Connection, watch: Watch[R]) -> WaitResult[R]:
    """Looks at many records, some at the same moment, until each has arrived or its time is up.

    Raises:
        JiffyException: what concerns them all, such as a token that is not valid.
    """
    ended: SimpleQueue[tuple[Waiter[R], R | Exception]] = SimpleQueue()

    def look(waiter: Waiter[R], left: float) -> None:
        try:
            ended.put((waiter, client.send(waiter.look, type(waiter.record), within=left)))
        except Exception as error:  # noqa: BLE001 (raised where somebody waits for it)
            ended.put((waiter, error))

    while not watch.over:
        now = client.clock.monotonic()
        for waiter in watch.next_looks(now):
            # Nobody waits for a thread that Ctrl-C leaves behind: it only reads.
            Thread(target=look, args=(waiter, waiter.left(now)), daemon=True).start()
        pause = watch.pause(now)
        if watch.looking:
            try:
                waiter, outcome = ended.get(timeout=pause)
            except Empty:
                continue
            watch.ended(waiter, outcome, client.clock.monotonic())
        elif pause:
            client.clock.sleep(pause)
    return watch.result
