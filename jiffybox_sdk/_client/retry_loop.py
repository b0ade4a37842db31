"""The attempts at one call: the first one directly, retries by tenacity. The rules are in `retry.py`."""

import logging
import math
import random
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Generic, TypeVar

from jiffybox_sdk._client.attempt import Attempt, AttemptOutcome
from jiffybox_sdk._client.rate_limit import RateLimit
from jiffybox_sdk._client.response import RawResponse, read
from jiffybox_sdk._client.retry import Failure, Retry, Success, not_connected
from jiffybox_sdk._client.retry_budget import Balance
from jiffybox_sdk._client.timer import Timer
from jiffybox_sdk._common.headers import NO_HEADERS
from jiffybox_sdk._common.operation import Operation
from jiffybox_sdk._common.process import PerProcess
from jiffybox_sdk.clock import AsyncClock, Clock
from jiffybox_sdk.exceptions import JiffyException, JiffyOutcomeUnknownException, JiffyTransportException
from jiffybox_sdk.models._reader import Reader

if TYPE_CHECKING:
    from tenacity import AsyncRetrying, RetryCallState, Retrying

T = TypeVar("T")
Tenacity = TypeVar("Tenacity", "Retrying", "AsyncRetrying")
Outcome = Success[T] | Failure
Answer = RawResponse | Failure

_log = logging.getLogger("jiffybox_sdk")

JITTER: PerProcess[random.Random] = PerProcess(random.Random)
"""Not the generator of the module `random`, so that a sweep can seed it without a change to those of users."""


class RetryPolicy:
    """The options of a client that concern the attempts at its calls, and the balance of its retry budget."""

    def __init__(
        self,
        retry: Retry,
        rate_limit: RateLimit | None,
        on_attempt: Callable[[Attempt], object] | None,
        *,
        collect_drift: bool,
    ) -> None:
        self.retry = retry
        self.rate_limit = rate_limit
        self.on_attempt = on_attempt
        self.collect_drift = collect_drift
        budget = retry.budget
        self.balance = None if budget is None else PerProcess(lambda: Balance(budget))


class RetryLoop(Generic[T]):
    """The attempts at one call."""

    __slots__ = (
        *("_answer", "_clock", "_deadline", "_is_charged", "_is_due", "_last_failure", "_latest_start", "_number"),
        *("_operation", "_policy", "_reader", "_seconds", "_started", "_timer", "_wait"),
    )

    def __init__(
        self,
        policy: RetryPolicy,
        clock: Clock | AsyncClock,
        operation: Operation,
        result_reader: Reader[T],
        deadline: float | None,
    ) -> None:
        self._policy = policy
        self._clock = clock
        self._timer = Timer(clock.monotonic)
        self._operation = operation
        self._reader = result_reader
        self._deadline = deadline
        self._latest_start = math.inf if deadline is None else deadline
        self._last_failure: Failure | None = None
        self._is_charged = False
        # The latest attempt: its number, the wait before it, its start, duration and answer, and whether to report it.
        self._number = 0
        self._wait = 0.0
        self._started = 0.0
        self._seconds = 0.0
        self._answer: Answer | None = None
        self._is_due = False

    def run(
        self, send: Callable[[Operation, float | None], Answer], sleep: Callable[[float], None]
    ) -> Success[T] | Failure:
        """Return the first success, or the failure after which no retry is made."""

        def attempt() -> "Outcome[T]":
            turn = self._reserve_turn()
            if isinstance(turn, Failure):
                return turn
            if turn:
                sleep(turn)
                self._timer.add_sleep(turn)
            self._start(turn)
            try:
                answer = send(self._operation, self._deadline)
            except BaseException:  # Ctrl-C or a cancellation; whatever else happens is returned as a `Failure`
                self._interrupt()
                raise
            return self._read(answer)

        try:
            outcome: Outcome[T] = attempt()
            if self._may_retry(outcome):
                from tenacity import Retrying  # noqa: PLC0415 (only needed by retries)

                made = [outcome]
                outcome = self._configure(Retrying(sleep=sleep))(lambda: made.pop() if made else attempt())
            return self._conclude(outcome)
        finally:
            self._release()

    async def async_run(
        self,
        send: Callable[[Operation, float | None], Awaitable[Answer]],
        sleep: Callable[[float], Awaitable[None]],
    ) -> Success[T] | Failure:
        """Do the same as `run`, awaiting `send` and `sleep`."""

        async def attempt() -> "Outcome[T]":
            turn = self._reserve_turn()
            if isinstance(turn, Failure):
                return turn
            if turn:
                await sleep(turn)
                self._timer.add_sleep(turn)
            self._start(turn)
            try:
                answer = await send(self._operation, self._deadline)
            except BaseException:  # Ctrl-C or a cancellation; whatever else happens is returned as a `Failure`
                self._interrupt()
                raise
            return self._read(answer)

        try:
            outcome: Outcome[T] = await attempt()
            if self._may_retry(outcome):
                from tenacity import AsyncRetrying  # noqa: PLC0415 (only needed by retries)

                made = [outcome]

                async def next_attempt() -> "Outcome[T]":
                    return made.pop() if made else await attempt()

                outcome = await self._configure(AsyncRetrying(sleep=sleep))(next_attempt)
            return self._conclude(outcome)
        finally:
            self._release()

    def _reserve_turn(self) -> float | Failure:
        """Return the seconds to wait for the rate limit, or the last failure if the turn would come too late."""
        limit = self._policy.rate_limit
        if limit is None:
            return 0.0
        wait = limit.reserve(self._clock.time, self._latest_start - self._timer.now())
        if wait is not None:
            return wait
        reason = "its turn under the rate limit would come too late"
        if self._last_failure is None:
            return replace(not_connected(self._operation, f"it was not sent, because {reason}"), again=False)
        self._last_failure.not_retried(reason)
        return replace(self._last_failure, again=False)

    def _start(self, turn: float) -> None:
        self._started = self._clock.monotonic()
        self._wait += turn
        self._number += 1
        self._answer = None
        self._is_due = True
        self._is_charged = False
        if self._number == 1:
            self._latest_start = min(self._latest_start, self._timer.now() + self._policy.retry.within)

    def _read(self, answer: Answer) -> Outcome[T]:
        self._seconds = self._clock.monotonic() - self._started
        self._answer = answer
        if isinstance(answer, Failure):
            self._last_failure = answer
            return answer
        drift = self._policy.collect_drift
        outcome = read(answer, self._operation, self._reader, self._clock.time(), collect_drift=drift)
        if isinstance(outcome, Failure):
            outcome.exception.headers = answer.headers
            self._last_failure = outcome
        return outcome

    def _conclude(self, outcome: Outcome[T]) -> Outcome[T]:
        """Report the last attempt, and pay into the retry budget after a success."""
        if isinstance(outcome, Failure):
            self._report(outcome.kind, outcome.exception)
            return outcome
        if self._policy.balance:
            balance = self._policy.balance.get()
            if self._number == 1:
                balance.earn()
            else:
                balance.refund()
        self._report("success")
        return outcome

    def _interrupt(self) -> None:
        """Report an attempt that was interrupted."""
        self._seconds = self._clock.monotonic() - self._started
        with suppress(Exception):  # it must not replace the interruption
            self._report("interrupted")

    def _release(self) -> None:
        if self._is_charged and self._policy.balance:  # for a retry that was not made
            self._policy.balance.get().refund()
        # Tenacity's reference cycles would keep the exception, and so the client, alive.
        self._last_failure = self._answer = None

    def _report(
        self, outcome: AttemptOutcome | None, error: JiffyException | None = None, retry_in: float | None = None
    ) -> None:
        """Log the latest attempt and pass it to `on_attempt`, once. Free if neither is wanted."""
        is_due, self._is_due = self._is_due, False
        on_attempt, level = self._policy.on_attempt, logging.DEBUG if retry_in is None else logging.INFO
        if not is_due or outcome is None or not (on_attempt or _log.isEnabledFor(level)):
            return
        answer, status, headers = self._answer, None, error.headers if error else NO_HEADERS
        if isinstance(answer, RawResponse):
            status, headers = answer.status, answer.headers
        elif isinstance(error, JiffyTransportException | JiffyOutcomeUnknownException):
            status = error.http_status
        event = Attempt(
            operation=self._operation.without_secrets(),
            number=self._number,
            outcome=outcome,
            error=None if error is None else str(error),
            http_status=status,
            wait=self._wait,
            seconds=self._seconds,
            retry_in=retry_in,
            connection=answer.connection if answer else None,
            headers=headers,
        )
        _log.log(level, "%s", event, extra={"attempt": event})
        if on_attempt:
            on_attempt(event)

    def _configure(self, retrying: Tenacity) -> Tenacity:
        from tenacity import retry_if_result  # noqa: PLC0415 (only needed by retries)

        return retrying.copy(
            retry=retry_if_result(self._may_retry),
            wait=self._back_off,
            stop=self._stop,
            before_sleep=self._before_sleep,
            retry_error_callback=_last_outcome,
        )

    def _may_retry(self, outcome: Outcome[T]) -> bool:
        return isinstance(outcome, Failure) and outcome.again

    def _back_off(self, state: "RetryCallState") -> float:
        failure = self._last_failure
        if failure and failure.wait is not None:
            return failure.wait
        retry = self._policy.retry
        longest = min(retry.longest_wait, retry.first_wait * 2 ** min(state.attempt_number - 1, 30))
        return JITTER.get().uniform(0, longest)

    def _stop(self, state: "RetryCallState") -> bool:
        failure, policy = self._last_failure, self._policy
        if failure is None or state.attempt_number >= policy.retry.attempts:
            return True
        longest = policy.retry.longest_retry_after
        if failure.wait is not None and failure.wait > longest:
            failure.not_retried(f"that is longer than {longest:g} s (`Retry.longest_retry_after`)")
            return True
        if self._timer.now() + state.upcoming_sleep > self._latest_start:
            return True
        if policy.balance:
            self._is_charged = policy.balance.get().charge()
            if not self._is_charged:
                failure.not_retried("too many calls failed lately (`Retry.budget`)")
                return True
        return False

    def _before_sleep(self, state: "RetryCallState") -> None:
        failure = self._last_failure
        if failure:
            self._report(failure.kind, failure.exception, state.upcoming_sleep)
        self._wait = state.upcoming_sleep
        self._timer.add_sleep(state.upcoming_sleep)


def _last_outcome(state: "RetryCallState") -> object:
    return state.outcome.result() if state.outcome else None
