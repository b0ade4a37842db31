"""What is repeated, how long to wait before, and when to give up: tenacity, driven by the settings of the user.

Whether a call *may* be repeated without doing its work twice is said by `protocol.Failure.again`; here is only the how.
"""

import logging
import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from tenacity import RetryCallState, Retrying, retry_if_result

from jiffybox_sdk import arguments
from jiffybox_sdk.clock import Clock
from jiffybox_sdk.exceptions import JiffyArgumentException
from jiffybox_sdk.operations import Operation
from jiffybox_sdk.protocol import Failure, Success

T = TypeVar("T")

_log = logging.getLogger("jiffybox_sdk")


@dataclass(frozen=True, slots=True, kw_only=True)
class Retry:
    """How patiently a client repeats what it may repeat. All durations are seconds.

    The wait before the n-th repetition is drawn evenly from 0 to `first_wait` · 2ⁿ⁻¹, but at most `longest_wait` (full
    jitter, so that many clients don't come back at the same moment). When the service says how long to wait, that is
    done instead, up to `longest_retry_after`.

    Attributes:
        attempts: How often a call is tried at the most; 1 for never again.
        within: No attempt begins later than this after the first one.
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


class Policy:
    """The settings at work on one call."""

    def __init__(self, retry: Retry, clock: Clock, operation: Operation, deadline: float | None) -> None:
        self._retry = retry
        self._clock = clock
        self._operation = operation
        ends = clock.monotonic() + retry.within
        self._ends = ends if deadline is None else min(ends, deadline)

    def run(self, attempt: Callable[[], Success[T] | Failure]) -> Success[T] | Failure:
        """Returns the first good outcome of `attempt`, or the one after which it is not worth another."""
        retrying = Retrying(
            retry=retry_if_result(self._may_be_repeated),
            wait=self._wait,
            stop=self._stop,
            sleep=self._clock.sleep,
            before_sleep=self._log_repetition,
            retry_error_callback=_last_outcome,
        )
        return retrying(attempt)

    def _may_be_repeated(self, outcome: Success[T] | Failure) -> bool:
        return isinstance(outcome, Failure) and outcome.again

    def _wait(self, state: RetryCallState) -> float:
        outcome = _last_outcome(state)
        if isinstance(outcome, Failure) and outcome.wait is not None:
            return min(outcome.wait, self._retry.longest_retry_after)
        longest = min(self._retry.longest_wait, self._retry.first_wait * 2 ** min(state.attempt_number - 1, 30))
        return random.uniform(0, longest)  # noqa: S311 (nothing secret about it)

    def _stop(self, state: RetryCallState) -> bool:
        return (
            state.attempt_number >= self._retry.attempts or self._clock.monotonic() + state.upcoming_sleep > self._ends
        )

    def _log_repetition(self, state: RetryCallState) -> None:
        outcome = _last_outcome(state)
        if isinstance(outcome, Failure):
            _log.info("%s; again in %.1f s", outcome.exception, state.upcoming_sleep)


def _last_outcome(state: RetryCallState) -> object:
    return state.outcome.result() if state.outcome else None
