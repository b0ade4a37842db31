"""The attempts at one call, using tenacity. The rules are in `retry.py`."""

import logging
import math
import random
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import TypeVar

from tenacity import AsyncRetrying, RetryCallState, Retrying, retry_if_result

from jiffybox_sdk._client.rate_limit import RateLimit
from jiffybox_sdk._client.retry import Failure, Retry, Success, not_connected
from jiffybox_sdk._client.timer import Timer
from jiffybox_sdk._common.operation import Operation
from jiffybox_sdk.clock import AsyncClock, Clock

T = TypeVar("T")
Tenacity = TypeVar("Tenacity", Retrying, AsyncRetrying)
Outcome = Success[T] | Failure

_log = logging.getLogger("jiffybox_sdk")


class RetryLoop:
    """The attempts at one call."""

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
        self._timer = Timer(clock.monotonic)
        self._operation = operation
        self._latest_start = math.inf if deadline is None else deadline
        self._last_failure: Failure | None = None

    def run(self, attempt: Callable[[], Outcome[T]], sleep: Callable[[float], None]) -> Outcome[T]:
        """Return the first success of `attempt`, or the failure after which no retry is made."""

        def limited_attempt() -> Outcome[T]:
            wait = self._reserve_turn()
            if isinstance(wait, Failure):
                return wait
            if wait:
                sleep(wait)
                self._timer.add_sleep(wait)
            self._start_attempt()
            return self._remember(attempt())

        try:
            return self._configure(Retrying(sleep=sleep))(limited_attempt)
        finally:
            self._last_failure = None  # tenacity's reference cycles would keep its exception, and so the client, alive

    async def async_run(
        self, attempt: Callable[[], Awaitable[Outcome[T]]], sleep: Callable[[float], Awaitable[None]]
    ) -> Outcome[T]:
        """Do the same as `run`, awaiting `attempt` and `sleep`."""

        async def limited_attempt() -> Outcome[T]:
            wait = self._reserve_turn()
            if isinstance(wait, Failure):
                return wait
            if wait:
                await sleep(wait)
                self._timer.add_sleep(wait)
            self._start_attempt()
            return self._remember(await attempt())

        try:
            return await self._configure(AsyncRetrying(sleep=sleep))(limited_attempt)
        finally:
            self._last_failure = None

    def _reserve_turn(self) -> float | Failure:
        """Return the seconds to wait for the rate limit, or the last failure if the turn would come too late."""
        if self._rate_limit is None:
            return 0.0
        wait = self._rate_limit.reserve(self._clock.time, self._latest_start - self._timer.now())
        if wait is not None:
            return wait
        reason = "it was not sent, because its turn under the rate limit would come too late"
        return replace(self._last_failure or not_connected(self._operation, reason), again=False)

    def _start_attempt(self) -> None:
        if self._last_failure is None:
            self._latest_start = min(self._latest_start, self._timer.now() + self._retry.within)

    def _remember(self, outcome: Outcome[T]) -> Outcome[T]:
        if isinstance(outcome, Failure):
            self._last_failure = outcome
        return outcome

    def _configure(self, retrying: Tenacity) -> Tenacity:
        return retrying.copy(
            retry=retry_if_result(self._may_retry),
            wait=self._wait,
            stop=self._stop,
            before_sleep=self._before_sleep,
            retry_error_callback=_last_outcome,
        )

    def _may_retry(self, outcome: Outcome[T]) -> bool:
        return isinstance(outcome, Failure) and outcome.again

    def _wait(self, state: RetryCallState) -> float:
        outcome = _last_outcome(state)
        if isinstance(outcome, Failure) and outcome.wait is not None:
            return min(outcome.wait, self._retry.longest_retry_after)
        longest = min(self._retry.longest_wait, self._retry.first_wait * 2 ** min(state.attempt_number - 1, 30))
        return random.uniform(0, longest)  # noqa: S311 (not a secret)

    def _stop(self, state: RetryCallState) -> bool:
        next_start = self._timer.now() + state.upcoming_sleep
        return state.attempt_number >= self._retry.attempts or next_start > self._latest_start

    def _before_sleep(self, state: RetryCallState) -> None:
        self._timer.add_sleep(state.upcoming_sleep)
        outcome = _last_outcome(state)
        if isinstance(outcome, Failure):
            _log.info("%s; retrying in %.1f s", outcome.exception, state.upcoming_sleep)


def _last_outcome(state: RetryCallState) -> object:
    return state.outcome.result() if state.outcome else None
