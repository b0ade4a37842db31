"""Waiting for contact groups and checks, whose states work alike."""

from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING, Protocol, TypeVar

from jiffybox_sdk import _client
from jiffybox_sdk.aio._connection import AsyncConnection
from jiffybox_sdk.exceptions import Waited

if TYPE_CHECKING:
    from jiffybox_sdk._client.backoff import PollInterval


class _Record(Waited, Protocol):
    @property
    def api(self) -> AsyncConnection: ...


R = TypeVar("R", bound=_Record)


class AsyncWaits:
    """The verbs that wait."""

    __slots__ = ()

    async def wait_until_ready(
        self: R,
        max_wait: float | timedelta = 60,
        poll_interval: "PollInterval" = 7,
        *,
        progress: Callable[[R], object] | None = None,
    ) -> R:
        """Wait until no work is in progress, using the same call as `refresh()`.

        Args:
            max_wait: The time-out in seconds. The last poll may take one second longer.
            poll_interval: The seconds between polls, or a function of the number of polls so far, such as `Backoff()`.
            progress: A function that is called with the record after each poll.

        Returns:
            The record once it is ready.

        Raises:
            JiffyWaitException: If the work failed (the status is `STATUS_ERROR`).
            JiffyTimeoutException: If the time-out expires. It contains the record as last seen.
            JiffyNotFoundException: If the object is gone.
            JiffyArgumentException: If an argument is invalid. Nothing is sent.
        """
        from jiffybox_sdk.aio import _polling  # noqa: PLC0415 (needed only by waits)

        options = _client.polling.PollOptions(max_wait, poll_interval, progress)
        return await _polling.wait(self.api, self, type(self), _client.polling.READY, options)

    async def wait_until_deleted(
        self: R,
        max_wait: float | timedelta = 60,
        poll_interval: "PollInterval" = 7,
        *,
        progress: Callable[[R], object] | None = None,
    ) -> None:
        """Wait until the object is gone. Call this after `delete()`. Polls like `wait_until_ready`.

        If a poll is rejected, the list of all contact groups or checks shows whether the object is gone.

        Args:
            max_wait: The time-out in seconds. The last poll may take one second longer.
            poll_interval: The seconds between polls, or a function of the number of polls so far, such as `Backoff()`.
            progress: A function that is called with the record after each poll.

        Raises:
            JiffyWaitException: If the object is ready again, because its deletion failed.
            JiffyTimeoutException: If the time-out expires. It contains the record as last seen.
            JiffyArgumentException: If an argument is invalid. Nothing is sent.
        """
        from jiffybox_sdk.aio import _polling  # noqa: PLC0415 (needed only by waits)

        options = _client.polling.PollOptions(max_wait, poll_interval, progress)
        await _polling.wait(self.api, self, type(self), _client.polling.DELETED, options)
