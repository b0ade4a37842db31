"""Time as the SDK sees it: all waiting and measuring goes through a clock, so that tests can bring their own."""

import time
from typing import Protocol


class Clock(Protocol):
    """What a clock can do. All values are seconds."""

    def monotonic(self) -> float:
        """Returns a time that never goes back; only differences mean something."""
        ...

    def time(self) -> float:
        """Returns the seconds since the epoch."""
        ...

    def sleep(self, seconds: float) -> None:
        """Returns after that many seconds."""
        ...


class AsyncClock(Protocol):
    """What a clock of an async client can do. All values are seconds."""

    def monotonic(self) -> float:
        """Returns a time that never goes back; only differences mean something."""
        ...

    def time(self) -> float:
        """Returns the seconds since the epoch."""
        ...

    async def sleep(self, seconds: float) -> None:
        """Returns after that many seconds."""
        ...


class SystemClock:
    """The clock of the machine."""

    def monotonic(self) -> float:
        """Returns a time that never goes back; only differences mean something."""
        return time.monotonic()

    def time(self) -> float:
        """Returns the seconds since the epoch."""
        return time.time()

    def sleep(self, seconds: float) -> None:
        """Really sleeps: the one place of the client that does. Ctrl-C ends it at once."""
        time.sleep(seconds)  # clients take a clock of the user's instead


class AsyncSystemClock:
    """The clock of the machine, for asyncio and trio."""

    def monotonic(self) -> float:
        """Returns a time that never goes back; only differences mean something."""
        return time.monotonic()

    def time(self) -> float:
        """Returns the seconds since the epoch."""
        return time.time()

    async def sleep(self, seconds: float) -> None:
        """Really sleeps: the one place of the async client that does. Cancelling ends it at once."""
        import anyio  # noqa: PLC0415 (only an async client needs it)

        await anyio.sleep(seconds)
