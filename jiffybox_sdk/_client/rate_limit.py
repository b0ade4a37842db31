"""A limit on the rate of requests."""

import math
from collections.abc import Callable
from datetime import timedelta

from jiffybox_sdk._common import arguments
from jiffybox_sdk._common.process import PerProcess

_MAX_CALLS = 1_000_000


class RateLimit:
    """A limit on the number of requests in any period of a given length, including retries.

    The service bans clients that call too often, but its limits have changed over time, so no limit is set by default.
    Threads, tasks and several clients for the same account can share a limit; each process, such as a forked child,
    counts for itself. A call waits for its turn for as long as necessary. A poll or retry is not sent if its turn would
    come after its deadline. If a test tool has stopped the clock, waits become longer with each call.

    Attributes:
        calls: The maximum number of requests.
        per: The period in seconds.
    """

    def __init__(self, calls: int, per: float | timedelta) -> None:
        """Create a limit.

        Args:
            calls: The maximum number of requests.
            per: The period in seconds.

        Raises:
            JiffyArgumentException: If an argument is invalid.
        """
        self.calls: int = arguments.integer(calls, "calls", highest=_MAX_CALLS)
        self.per: float = arguments.seconds(per, "per")
        self._turns: PerProcess[_Turns] = PerProcess(_Turns)

    def __repr__(self) -> str:
        return f"RateLimit(calls={self.calls}, per={self.per:g})"

    def reserve(self, time: Callable[[], float], max_wait: float) -> float | None:
        """Reserve the next turn.

        Args:
            time: A function that returns the seconds since the epoch, the same for all threads, tasks and clients.
            max_wait: The maximum wait in seconds.

        Returns:
            The seconds until the turn, or `None` if they exceed `max_wait`. In that case, no turn is reserved.
        """
        turns = self._turns.get()
        last = turns.last
        while True:
            while last.next:
                last = last.next[0]
            now = time()  # after reading `last`, or a late thread would look like a clock that was set back
            set_back = max(last.reserved - now - last.set_back, 0.0) + last.set_back
            number = last.number + 1
            leaving = last.leaving
            if leaving is None:  # another thread has reserved turns meanwhile
                continue
            if number > self.calls:
                leaving = leaving.next[0]
            reserved = now + set_back
            start = max(reserved, leaving.start + self.per)
            if start - reserved > max_wait and not last.next:
                return None
            turn = _Turn(number, start, reserved, set_back, leaving)
            if last.next.setdefault(0, turn) is turn:  # and no other thread or signal handler was faster
                turns.last = turn
                leaving.leaving = None  # or all turns would be kept forever
                return start - reserved


class _Turn:
    """A reserved turn in a linked list. Its times are on a clock that is never set back.

    Appending a turn is atomic, so no lock is needed, on which a signal handler could deadlock.

    Attributes:
        number: The number of the turn, from 1.
        start: The time when its request may be sent.
        reserved: The time when it was reserved.
        set_back: The seconds by which the clock had been set back by then.
        leaving: The latest turn that no longer counts at `start`. `None` once that turn itself is out of date.
        next: The next turn, if there is one, with the key 0.
    """

    __slots__ = ("leaving", "next", "number", "reserved", "set_back", "start")

    def __init__(self, number: int, start: float, reserved: float, set_back: float, leaving: "_Turn | None") -> None:
        self.number: int = number
        self.start: float = start
        self.reserved: float = reserved
        self.set_back: float = set_back
        self.leaving: _Turn | None = leaving or self
        self.next: dict[int, _Turn] = {}


class _Turns:
    """The turns in one process.

    Attributes:
        last: The last turn, or an earlier one that leads to it.
    """

    def __init__(self) -> None:
        self.last: _Turn = _Turn(0, -math.inf, -math.inf, 0.0, None)
