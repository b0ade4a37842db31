"""What is repeated, how long to wait before, and when to give up: tenacity, driven by the settings of the user.

Whether a call *may* be repeated without doing its work twice is said by `protocol.Failure.again`; here is only the how.
"""

import logging
import math
import random
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from threading import Lock
from typing import TypeVar

from tenacity import AsyncRetrying, RetryCallState, Retrying, retry_if_result

from jiffybox_sdk._client.response import Failure, Success, not_connected
from jiffybox_sdk._common import arguments
from jiffybox_sdk._common.operation import Operation
from jiffybox_sdk.clock import AsyncClock, Clock
from jiffybox_sdk.exceptions import JiffyArgumentException

T = TypeVar("T")
Tenacity = TypeVar("Tenacity", Retrying, AsyncRetrying)
Outcome = Success[T] | Failure

_MOST_TURNS = 1_000_000
"""Turns that a rate limit remembers at the most."""

_log = logging.getLogger("jiffybox_sdk")


@dataclass(frozen=True, slots=True, kw_only=True)
class Retry:
    """How patiently a client repeats what it may repeat. All durations are seconds.

    The wait before the n-th repetition is drawn evenly from 0 to `first_wait` · 2ⁿ⁻¹, but at most `longest_wait` (full
    jitter, so that many clients don't come back at the same moment). When the service says how long to wait, that is
    done instead, up to `longest_retry_after`.

    Attributes:
        attempts: How often a call is tried at the most; 1 for never again.
        within: No attempt begins later than this after the first request.
        first_wait: The longest wait before the first repetition.
        longest_wait: The longest wait before any other.
        longest_retry_after: The most that the service can ask for.

    Raises:
        JiffyArgumentException: a value makes no sense.
    """

    attempts: int = 4
    within: float = 60.0
    first_wait: float = 0.5
    longest_wait: float = 8.0
    longest_retry_after: float = 30.0

    def __post_init__(self) -> None:
        if type(self.attempts) is not int or self.attempts < 1:
            raise JiffyArgumentException(f"attempts={self.attempts!r} is refused: give an integer, 1 or more")
        for name in ("within", "first_wait", "longest_wait", "longest_retry_after"):
            value: object = getattr(self, name)
            if type(value) not in (int, float):
                raise JiffyArgumentException(f"{name}={value!r} is refused: give seconds as a number")
            object.__setattr__(self, name, arguments.seconds(value, name, zero=True))


class RateLimit:
    """At most so many requests in any stretch of time, repetitions included. The service bans who calls too often.

    No client has one unless it is given, since the service's own numbers changed over time. It may be used by many
    threads and tasks, and given to several clients of one account, which then share it. A call waits for its turn as
    long as that takes; only a look at something that is waited for, and a repetition, are not made when their turn
    comes after their time.
    """

    def __init__(self, calls: int, per: float | timedelta) -> None:
        """Begins to count.

        Args:
            calls: How many requests there may be.
            per: In how many seconds.

        Raises:
            JiffyArgumentException: a value makes no sense.
        """
        if type(calls) is not int or not 0 < calls <= _MOST_TURNS:
            raise JiffyArgumentException(
                f"calls={arguments.shown(calls)} is refused: give an integer from 1 to {_MOST_TURNS}"
            )
        self.calls: int = calls
        self.per: float = arguments.seconds(per, "per")
        self._turns: deque[float] = deque(maxlen=calls)
        self._seen = 0.0
        self._lock = Lock()

    def __repr__(self) -> str:
        return f"RateLimit(calls={self.calls}, per={self.per:g})"

    def reserve(self, time: Callable[[], float], longest: float) -> float | None:
        """Takes the next turn, and returns the seconds until then.

        Args:
            time: Tells the seconds since the epoch, on which threads, tasks and clients agree.
            longest: The most that the caller can wait.

        Returns:
            The seconds, or `None` when they would be more than `longest`: no turn was taken.
        """
        with self._lock:
            now = time()  # in here: else a thread that comes late would look like a clock that was put back
            if now < self._seen:  # it was put back
                self._turns = deque((turn + now - self._seen for turn in self._turns), maxlen=self.calls)
            self._seen = now
            turn = max(now, self._turns[0] + self.per) if len(self._turns) == self.calls else now
            if turn - now > longest:
                return None
            self._turns.append(turn)
            return turn - now


class Policy:
    """The settings at work on one call."""

    def __init__(
        self,
        retry: Retry,
        rate_limit: RateLimit | None,
        clock: Clock | AsyncClock,
        operation: Operation,
        deadline: float | None,
    ) -> None:
        self._retry = retry
        self._rate_limit = rate_limit
        self._clock = clock
        self._operation = operation
        self._latest = math.inf if deadline is None else deadline
        self._last_failure: Failure | None = None

    def run(self, attempt: Callable[[], Outcome[T]], sleep: Callable[[float], None]) -> Outcome[T]:
        """Returns the first good outcome of `attempt`, or the one after which it is not worth another."""

        def in_turn() -> Outcome[T]:
            turn = self._turn()
            if isinstance(turn, Failure):
                return turn
            if turn:
                sleep(turn)
            self._begin()
            return self._note(attempt())

        try:
            return self._with(Retrying(sleep=sleep))(in_turn)
        finally:
            self._last_failure = None  # tenacity's cycles keep this policy, and its exception would keep the client

    async def run_async(
        self, attempt: Callable[[], Awaitable[Outcome[T]]], sleep: Callable[[float], Awaitable[None]]
    ) -> Outcome[T]:
        """Does the same as `run` with an `attempt` and a `sleep` that are awaited."""

        async def in_turn() -> Outcome[T]:
            turn = self._turn()
            if isinstance(turn, Failure):
                return turn
            if turn:
                await sleep(turn)
            self._begin()
            return self._note(await attempt())

        try:
            return await self._with(AsyncRetrying(sleep=sleep))(in_turn)
        finally:
            self._last_failure = None

    def _turn(self) -> float | Failure:
        """Returns the seconds until the rate limit lets an attempt begin; what came before, when that is too late."""
        if self._rate_limit is None:
            return 0.0
        wait = self._rate_limit.reserve(self._clock.time, self._latest - self._clock.monotonic())
        if wait is not None:
            return wait
        reason = "it was not sent, since its turn under the rate limit comes too late"
        return replace(self._last_failure or not_connected(self._operation, reason), again=False)

    def _begin(self) -> None:
        """Takes note that an attempt begins: from the first one on, there is a last moment for others."""
        if self._last_failure is None:
            self._latest = min(self._latest, self._clock.monotonic() + self._retry.within)

    def _note(self, outcome: Outcome[T]) -> Outcome[T]:
        if isinstance(outcome, Failure):
            self._last_failure = outcome
        return outcome

    def _with(self, retrying: Tenacity) -> Tenacity:
        return retrying.copy(
            retry=retry_if_result(self._may_be_repeated),
            wait=self._wait,
            stop=self._stop,
            before_sleep=self._log_repetition,
            retry_error_callback=_last_outcome,
        )

    def _may_be_repeated(self, outcome: Outcome[T]) -> bool:
        return isinstance(outcome, Failure) and outcome.again

    def _wait(self, state: RetryCallState) -> float:
        outcome = _last_outcome(state)
        if isinstance(outcome, Failure) and outcome.wait is not None:
            return min(outcome.wait, self._retry.longest_retry_after)
        longest = min(self._retry.longest_wait, self._retry.first_wait * 2 ** min(state.attempt_number - 1, 30))
        return random.uniform(0, longest)  # noqa: S311 (nothing secret about it)

    def _stop(self, state: RetryCallState) -> bool:
        return (
            state.attempt_number >= self._retry.attempts
            or self._clock.monotonic() + state.upcoming_sleep > self._latest
        )

    def _log_repetition(self, state: RetryCallState) -> None:
        outcome = _last_outcome(state)
        if isinstance(outcome, Failure):
            _log.info("%s; again in %.1f s", outcome.exception, state.upcoming_sleep)


def _last_outcome(state: RetryCallState) -> object:
    return state.outcome.result() if state.outcome else None
