"""A limit on the rate of requests."""

from collections import deque
from collections.abc import Callable
from datetime import timedelta
from threading import Lock

from jiffybox_sdk._common import arguments
from jiffybox_sdk.exceptions import JiffyArgumentException

_MAX_CALLS = 1_000_000


class RateLimit:
    """A limit on the number of requests in any period of a given length, including retries.

    The service bans clients that call too often, but its limits have changed over time, so no limit is set by default.
    Threads, tasks and several clients for the same account can share a limit. A call waits for its turn for as long as
    necessary. A poll or retry is not sent if its turn would come after its deadline.
    """

    def __init__(self, calls: int, per: float | timedelta) -> None:
        """Create a limit.

        Args:
            calls: The maximum number of requests.
            per: The period in seconds.

        Raises:
            JiffyArgumentException: If an argument is invalid.
        """
        if type(calls) is not int or not 0 < calls <= _MAX_CALLS:
            raise JiffyArgumentException(
                f"invalid calls {arguments.shown(calls)}: expected an integer from 1 to {_MAX_CALLS}"
            )
        self.calls: int = calls
        self.per: float = arguments.seconds(per, "per")
        self._starts: deque[float] = deque(maxlen=calls)
        self._last_seen = 0.0
        self._lock = Lock()

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
        with self._lock:
            now = time()  # under the lock, or a late thread would look like a clock that was set back
            if now < self._last_seen:
                shift = now - self._last_seen
                self._starts = deque((start + shift for start in self._starts), maxlen=self.calls)
            self._last_seen = now
            start = max(now, self._starts[0] + self.per) if len(self._starts) == self.calls else now
            if start - now > max_wait:
                return None
            self._starts.append(start)
            return start - now
