"""Clocks for everything that waits or measures time, so that tests can pass their own."""

import time
from typing import Protocol, runtime_checkable


class Clock(Protocol):
    """A client's clock. All values are in seconds."""

    def monotonic(self) -> float:
        """Return a time that never goes back. Only differences are meaningful."""
        ...

    def time(self) -> float:
        """Return the seconds since the epoch."""
        ...

    def sleep(self, seconds: float) -> None:
        """Sleep for a number of seconds."""
        ...


class AsyncClock(Protocol):
    """An async client's clock. All values are in seconds."""

    def monotonic(self) -> float:
        """Return a time that never goes back. Only differences are meaningful."""
        ...

    def time(self) -> float:
        """Return the seconds since the epoch."""
        ...

    async def sleep(self, seconds: float) -> None:
        """Sleep for a number of seconds."""
        ...


class SystemClock:
    """The system's clock."""

    def monotonic(self) -> float:
        """Return a time that never goes back. Only differences are meaningful."""
        return time.monotonic()

    def time(self) -> float:
        """Return the seconds since the epoch."""
        return time.time()

    def sleep(self, seconds: float) -> None:
        """Sleep for a number of seconds. Ctrl-C ends the sleep immediately."""
        time.sleep(seconds)  # tests pass a clock of their own


class AsyncSystemClock:
    """The system's clock, for asyncio and trio."""

    def monotonic(self) -> float:
        """Return a time that never goes back. Only differences are meaningful."""
        return time.monotonic()

    def time(self) -> float:
        """Return the seconds since the epoch."""
        return time.time()

    async def sleep(self, seconds: float) -> None:
        """Sleep for a number of seconds. Cancellation ends the sleep immediately."""
        import anyio  # noqa: PLC0415 (only needed by async clients)

        await anyio.sleep(seconds)


@runtime_checkable
class _TaskLocalClock(Protocol):
    """A virtual clock on which each thread or task has its own time."""

    def catch_up(self, moment: float) -> None:
        """Move the time of this thread or task forward to a moment that another has reached."""
        ...


def catch_up(clock: object, moment: float) -> None:
    """Move a virtual clock forward to the time at which an awaited thread or task ended."""
    if isinstance(clock, _TaskLocalClock):
        clock.catch_up(moment)
