"""Retry rules: which failures may be retried, and how often.

| failure | reads | changes something |
| --- | --- | --- |
| no connection was made: `not_connected` | retry | retry |
| the service is busy (429, or 503 with `Retry-After`): `busy` | retry after that time | retry after that time |
| the response was lost, is not from the service, or is another call's: `lost` | retry | outcome unknown |
| the service rejected the call, or the failure is permanent: `rejected` | raise | raise |

If the service asks for a wait longer than `Retry.longest_retry_after`, or the retry budget is used up, the call is not
retried. `_client/retry_loop.py` applies the rules.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from jiffybox_sdk._client.attempt import AttemptOutcome, Connection
from jiffybox_sdk._client.retry_budget import RetryBudget
from jiffybox_sdk._common import arguments
from jiffybox_sdk._common.drift_entry import DriftEntry
from jiffybox_sdk._common.headers import NO_HEADERS, Headers
from jiffybox_sdk._common.operation import Operation
from jiffybox_sdk.exceptions import (
    JiffyArgumentException,
    JiffyException,
    JiffyLimitException,
    JiffyOutcomeUnknownException,
    JiffyTransportException,
)
from jiffybox_sdk.models.responses.message import Message

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Retry:
    """A client's retry policy. All durations are in seconds.

    The wait before the n-th retry is drawn uniformly between 0 and the smaller of `first_wait` · 2ⁿ⁻¹ and
    `longest_wait`. This full jitter keeps clients from retrying at the same moment. If the service asks for a wait with
    `Retry-After`, that wait is used instead. If it is longer than `longest_retry_after`, the call is not retried, and
    its exception has the wait as `retry_after`.

    Attributes:
        attempts: The maximum number of attempts. 1 disables retries.
        within: The time after the first request during which attempts may start.
        first_wait: The longest wait before the first retry.
        longest_wait: The longest wait before any retry.
        longest_retry_after: The longest wait at the service's request.
        budget: The limit on the retries of all calls of a client together. `None` disables it.

    Raises:
        JiffyArgumentException: If a value is invalid.
    """

    attempts: int = 4
    within: float = 60.0
    first_wait: float = 0.5
    longest_wait: float = 8.0
    longest_retry_after: float = 30.0
    budget: RetryBudget | None = field(default_factory=RetryBudget)

    def __post_init__(self) -> None:
        arguments.integer(self.attempts, "attempts")
        for name in ("within", "first_wait", "longest_wait", "longest_retry_after"):
            value: object = getattr(self, name)
            if type(value) not in (int, float):
                raise JiffyArgumentException(f"invalid {name} {arguments.shown(value)}: expected seconds as a number")
            object.__setattr__(self, name, arguments.seconds(value, name, zero=True))
        if self.budget is not None and not isinstance(self.budget, RetryBudget):  # pyright: ignore[reportUnnecessaryIsInstance] (users without a type checker)
            raise JiffyArgumentException(
                f"invalid budget {arguments.shown(self.budget)}: expected a RetryBudget, or None for no limit"
            )


@dataclass(frozen=True, slots=True)
class Success(Generic[T]):
    """A successful response.

    Attributes:
        result: The result of the call.
        messages: The messages that came with it.
        drift: The unknown fields and values in it.
        headers: The headers of the response.
    """

    result: T
    messages: Sequence[Message]
    drift: Sequence[DriftEntry] = ()
    headers: Headers = NO_HEADERS


@dataclass(frozen=True, slots=True)
class Failure:
    """A failed attempt.

    Attributes:
        exception: The exception to raise, unless a retry succeeds.
        kind: The kind of failure, or `None` if nothing was attempted, such as after the client was closed.
        again: Whether it is safe to retry the call.
        wait: The wait in seconds that the service asks for before a retry.
        messages: The messages that came with a result that does not match its schema.
        drift: The unknown fields and values in the response.
        connection: Whether the connection was new or reused, if known.
    """

    exception: JiffyException
    kind: AttemptOutcome | None = None
    again: bool = False
    wait: float | None = None
    messages: Sequence[Message] = ()
    drift: Sequence[DriftEntry] = ()
    connection: Connection | None = None

    def not_retried(self, reason: str) -> None:
        """Add to the exception's message why the call is not retried."""
        self.exception.args = (f"{self.exception}; not retried, because {reason}",)


def not_connected(operation: Operation, reason: str) -> Failure:
    """Return the failure of a call that was never sent. Any call may be retried."""
    return Failure(JiffyTransportException(reason, operation=operation.without_secrets()), "not_connected", again=True)


def lost(operation: Operation, reason: str, http_status: int | None = None) -> Failure:
    """Return the failure of a call that was sent, with an unknown outcome. Only calls that read may be retried."""
    about = operation.without_secrets()
    if operation.repeatable:
        return Failure(JiffyTransportException(reason, operation=about, http_status=http_status), "lost", again=True)
    return Failure(JiffyOutcomeUnknownException(reason, operation=about, http_status=http_status), "lost")


def rejected(
    operation: Operation, reason: str, http_status: int | None = None, retry_after: float | None = None
) -> Failure:
    """Return the failure of a call that was not carried out and that a retry would not help."""
    about = operation.without_secrets()
    exception = JiffyTransportException(
        reason, operation=about, http_status=http_status, transient=False, retry_after=retry_after
    )
    return Failure(exception, "rejected")


def busy(operation: Operation, http_status: int, wait: float | None, refusal: JiffyException | None) -> Failure:
    """Return the failure of a call that the service was too busy for. Any call may be retried after the wait."""
    about = operation.without_secrets()
    if refusal is None and http_status == 429:
        refusal = JiffyLimitException([], http_status=http_status, operation=about, retry_after=wait)
    elif refusal is None:
        reason = f"HTTP status {http_status}"
        refusal = JiffyTransportException(reason, operation=about, http_status=http_status, retry_after=wait)
    return Failure(refusal, "busy", again=True, wait=wait)
