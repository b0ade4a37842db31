"""Clocks for everything that waits or measures time, so that tests can pass their own."""

import time
from collections.abc import Callable
from typing import Protocol, TypeVar, runtime_checkable

T = TypeVar("T")


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

    def sealed(self, value: T) -> Callable[[], T]:
        """Return a function that returns a value and moves the time of its caller forward to the current one."""
        ...


def sealed(clock: object, value: T) -> Callable[[], T]:
    """Return a function that returns a value to the thread or task that waits for it.

    The caller's time on a virtual clock moves forward to the current one.
    """
    return clock.sealed(value) if isinstance(clock, _TaskLocalClock) else lambda: value
