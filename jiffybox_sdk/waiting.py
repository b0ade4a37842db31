"""Waiting for a box: when to look, when to give up, and what to say then."""

from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING

from jiffybox_sdk import arguments, operations
from jiffybox_sdk.exceptions import (
    JiffyArgumentException,
    JiffyLimitException,
    JiffyNotFoundException,
    JiffyTimeoutException,
    JiffyTransportException,
    JiffyWaitException,
)

if TYPE_CHECKING:
    from jiffybox_sdk.api.box import Box

LAST_LOOK = 1.0
"""Seconds that the look at the end of the time may take."""


class Waiter:
    """The plan of one wait. It makes no calls and does not sleep; what drives it does."""

    def __init__(
        self, box: "Box", awaited: str, max_wait: float | timedelta, poll_interval: float | timedelta, now: float
    ) -> None:
        """Begins to wait.

        Args:
            box: The box to wait for, as it was last seen.
            awaited: What is waited for, in words.
            max_wait: For how long, in seconds.
            poll_interval: How often to look, in seconds.
            now: The time, on a monotonic scale.

        Raises:
            JiffyArgumentException: a duration makes no sense.
        """
        self.box: Box = box
        self._awaited = awaited
        self._max_wait = arguments.seconds(max_wait, "max_wait", zero=True)
        self._interval = arguments.seconds(poll_interval, "poll_interval")
        self._ends = now + self._max_wait
        self._last_look = False
        self._trouble: JiffyTransportException | JiffyLimitException | None = None

    def deadline(self, now: float) -> float:
        """Returns until when a look that begins now must be done."""
        return max(self._ends, now + LAST_LOOK)

    def saw(self, box: "Box") -> None:
        """Takes note of the box as it is now."""
        self.box = box
        self._trouble = None

    def missed(self, trouble: JiffyTransportException | JiffyLimitException) -> None:
        """Takes note that a look failed.

        Raises:
            JiffyTransportException: for a reason that will stay.
        """
        if isinstance(trouble, JiffyTransportException) and not trouble.passing:
            raise trouble
        self._trouble = trouble

    def pause(self, now: float) -> float:
        """Returns the seconds until the next look.

        Raises:
            JiffyTimeoutException: there is none, the time is up.
        """
        left = self._ends - now
        if self._last_look or left <= 0:
            reason = f"waited {self._max_wait:g} s in vain for {self._awaited}"
            if self._trouble:
                reason += f", and the last look failed: {self._trouble}"
            raise JiffyTimeoutException(reason, box=self.box) from self._trouble
        self._last_look = left <= self._interval
        return min(self._interval, left)


def wait(
    box: "Box",
    awaited: str,
    arrived: Callable[["Box"], bool],
    max_wait: float | timedelta,
    poll_interval: float | timedelta,
    progress: Callable[["Box"], object] | None,
) -> "Box":
    """Looks at the box until `arrived` is true of it, and returns it as it is then; see `Box.wait_for_status`."""
    found = _watch(box, awaited, arrived, max_wait, poll_interval, progress)
    if isinstance(found, JiffyNotFoundException):
        raise found
    return found


def wait_until_deleted(
    box: "Box",
    max_wait: float | timedelta,
    poll_interval: float | timedelta,
    progress: Callable[["Box"], object] | None,
) -> None:
    """Looks at the box until it is gone; see `Box.wait_until_deleted`."""
    found = _watch(box, "its deletion", lambda seen: seen.ready, max_wait, poll_interval, progress)
    if not isinstance(found, JiffyNotFoundException):
        raise JiffyWaitException("the box was not deleted: its deletion failed, or was never asked for", box=found)


def _watch(
    box: "Box",
    awaited: str,
    arrived: Callable[["Box"], bool],
    max_wait: float | timedelta,
    poll_interval: float | timedelta,
    progress: Callable[["Box"], object] | None,
) -> "Box | JiffyNotFoundException":
    """Looks at the box until it has arrived or is gone, and returns it, or how the service said that it is gone."""
    if not callable(arrived):
        raise JiffyArgumentException(f"predicate={arrived!r} is refused: give something to call")
    if progress is not None and not callable(progress):
        raise JiffyArgumentException(f"progress={progress!r} is refused: give something to call, or None")
    client = box.api
    look = operations.get_box(box.id)
    waiter = Waiter(box, awaited, max_wait, poll_interval, client.clock.monotonic())
    while True:
        try:
            waiter.saw(client.send(look, type(box), deadline=waiter.deadline(client.clock.monotonic())))
        except JiffyNotFoundException as gone:
            return gone
        except (JiffyTransportException, JiffyLimitException) as trouble:
            waiter.missed(trouble)
        else:
            if progress:
                progress(waiter.box)
            if arrived(waiter.box):
                return waiter.box
        client.clock.sleep(waiter.pause(client.clock.monotonic()))
