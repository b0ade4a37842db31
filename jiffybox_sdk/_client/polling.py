"""Polling logic: when to poll, when to stop, and what to raise.

No I/O. Each face drives this logic in its `_polling` module. Times are monotonic seconds from the client's clock.
Invalid options raise `JiffyArgumentException`.
"""

import heapq
import math
import warnings
from collections.abc import Callable, Container, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from difflib import get_close_matches
from typing import Generic, Self, TypeVar

from jiffybox_sdk import operations
from jiffybox_sdk._client.backoff import PollInterval
from jiffybox_sdk._common import arguments
from jiffybox_sdk._common.nouns import noun_of
from jiffybox_sdk._common.operation import Operation
from jiffybox_sdk.exceptions import (
    JiffyArgumentException,
    JiffyAttributeException,
    JiffyException,
    JiffyLimitException,
    JiffyMessageException,
    JiffyNotFoundException,
    JiffyTimeoutException,
    JiffyTokenException,
    JiffyTransportException,
    JiffyWaitException,
    Waited,
    WaitedBox,
)
from jiffybox_sdk.models.responses.box_status import BoxStatus

R = TypeVar("R", bound=Waited)
R_contra = TypeVar("R_contra", bound=Waited, contravariant=True)

_READ = {"box": operations.get_box, "contact group": operations.get_contact_group, "check": operations.get_check}
_LIST = {"contact group": operations.list_contact_groups, "check": operations.list_checks}
"""The calls that show whether an object is gone. For boxes, the words of the rejection do, which are recorded."""

LAST_POLL = 1.0
"""Seconds that a poll at the end of the time-out may take."""

GRACE = 10.0
"""The default seconds for which the service may not find a new box."""


@dataclass(frozen=True, slots=True)
class UnseenBox:
    """A box of which only the id is known. In exceptions, it stands for the box as last seen."""

    id: int
    status: str = field(default="", init=False)
    ready: bool = field(default=False, init=False)


@dataclass(frozen=True, slots=True)
class Condition(Generic[R_contra]):
    """A condition to wait for.

    Attributes:
        description: The condition in words, for messages.
        holds: Whether a record satisfies the condition.
        failure: The reason why a record will never satisfy the condition, if there is one.
        gone: Whether the condition holds once the service no longer knows the object.
    """

    description: str
    holds: Callable[[R_contra], bool]
    failure: Callable[[R_contra], str | None] = lambda _: None
    gone: bool = False


def _error_status(record: Waited) -> str | None:
    return f"the work on the {noun_of(record)} failed" if record.status == "STATUS_ERROR" else None


def _deletion_failure(record: Waited) -> str | None:
    is_frozen = record.status == BoxStatus.FROZEN
    if not record.ready and not is_frozen:
        return _error_status(record)
    advice = ""
    if is_frozen:
        advice = "; a frozen box can't be deleted: thaw it first"
    elif isinstance(record, WaitedBox) and record.running:
        advice = "; a running box can't be deleted: stop it first"
    return f"the {noun_of(record)} was not deleted: the deletion failed or was never requested{advice}"


DELETED: Condition[Waited] = Condition(
    "its deletion", lambda record: record.status == "STATUS_DELETED", _deletion_failure, gone=True
)
READY: Condition[Waited] = Condition("it to be ready", lambda record: record.ready, _error_status)
BACKUP_DONE: Condition[WaitedBox] = Condition("its manual backup", lambda box: not box.manualBackupRunning)


def has_status(status: str) -> Condition[Waited]:
    """Return the condition that a box has a given status. Warns the caller of the verb about an unknown one."""
    arguments.text_id(status, "status")
    known = [*BoxStatus]
    if status not in known:
        nearest = get_close_matches(status.upper(), known, n=1, cutoff=0)[0]
        advice = f"did you mean {str(nearest)!r}? If not, use wait_until(lambda box: box.status == {status!r})"
        warnings.warn(f"unknown status {arguments.shown(status)}: {advice}", UserWarning, stacklevel=3)
    return Condition(f"status {status}", lambda record: record.status == status)


def satisfies(predicate: Callable[[R], bool]) -> Condition[R]:
    """Return the condition that a function returns true for a record."""
    if not callable(predicate):
        raise JiffyArgumentException(f"invalid predicate {arguments.shown(predicate)}: expected a callable")
    return Condition("the condition", predicate)


@dataclass(frozen=True)
class PollOptions(Generic[R_contra]):
    """The time-out in seconds, the interval between polls, the function to call after each poll, and the grace.

    During the grace, which starts with the wait, the service may not find a new box. `None` is the default grace.
    """

    max_wait: float | timedelta
    poll_interval: PollInterval
    progress: Callable[[R_contra], object] | None
    grace: float | timedelta | None = 0
    total: float = field(init=False)
    grace_total: float = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "total", arguments.seconds(self.max_wait, "max_wait", zero=True))
        if not callable(self.poll_interval):
            arguments.seconds(self.poll_interval, "poll_interval")
        if self.progress is not None and not callable(self.progress):
            raise JiffyArgumentException(
                f"invalid progress {arguments.shown(self.progress)}: expected a callable or None"
            )
        grace = min(GRACE, self.total) if self.grace is None else arguments.seconds(self.grace, "grace", zero=True)
        if grace > self.total:
            raise JiffyArgumentException(
                f"invalid grace {arguments.shown(self.grace)}: expected at most max_wait, which is {self.total:g} s"
            )
        object.__setattr__(self, "grace_total", grace)

    def interval(self, attempt: int) -> float:
        """Return the seconds to wait after a poll, by its number from 1."""
        if not callable(self.poll_interval):
            return arguments.seconds(self.poll_interval, "poll_interval")
        return arguments.seconds(self.poll_interval(attempt), "result of poll_interval")


class Poller(Generic[R]):
    """The state of one wait.

    Attributes:
        last_seen: The record as last seen.
        kind: The type of the record.
        read: The operation that reads the record.
        result: The record once the condition holds.
    """

    def __init__(
        self, record: R | UnseenBox, kind: type[R], condition: Condition[R], options: PollOptions[R], now: float
    ) -> None:
        self.last_seen: R | UnseenBox = record
        self.kind: type[R] = kind
        self.read: Operation = _READ[noun_of(record)](record.id)
        self.result: R | None = None
        self._condition = condition
        self._options = options
        self._deadline = now + options.total
        is_new = record.status in ("", BoxStatus.CREATING)
        self._found_until = now + options.grace_total if is_new else -math.inf
        self._is_last = False
        self._polls = 0
        self._failure: JiffyLimitException | JiffyNotFoundException | JiffyTransportException | None = None

    def remaining(self, now: float) -> float:
        """Return the seconds that a poll starting now may take."""
        return max(self._deadline - now, LAST_POLL)

    def saw(self, record: R) -> None:
        """Record the result of a poll. Raises `JiffyWaitException` if the condition will never hold."""
        self.last_seen = record
        self._found_until = -math.inf
        self._failure = None
        if self._options.progress:
            self._options.progress(record)
        if self._condition.holds(record):
            self.result = record
        elif reason := self._condition.failure(record):
            raise JiffyWaitException(reason, record=record)

    def failed(self, failure: JiffyException, now: float) -> None:
        """Record that a poll failed. Raises the failure if polling again would not help."""
        if isinstance(failure, JiffyNotFoundException):
            if self._condition.gone:
                self._is_gone(failure)
            elif now < self._found_until:
                self._failure = failure
            else:
                raise failure
        elif isinstance(failure, JiffyLimitException) or (
            isinstance(failure, JiffyTransportException) and failure.transient
        ):
            self._failure = failure
        else:
            raise failure

    def list_after(self, failure: JiffyException) -> Operation | None:
        """Return the operation whose result shows whether the record is gone, if a failed poll may mean that."""
        list_all = _LIST.get(noun_of(self.last_seen))
        is_unclear = self._condition.gone and type(failure) is JiffyMessageException
        return list_all() if list_all and is_unclear else None

    def listed(self, ids: Container[str], failure: JiffyException) -> None:
        """Record the ids in the list after a failed poll. Raises the failure if the record is among them."""
        if str(self.last_seen.id) in ids:
            raise failure
        self._is_gone(failure)

    def _is_gone(self, failure: JiffyException) -> None:
        if isinstance(self.last_seen, UnseenBox):
            raise failure
        self.result = self.last_seen

    def pause(self, now: float) -> float:
        """Return the seconds until the next poll.

        Raises `JiffyTimeoutException` if the time-out has expired, or expires before the service allows another call.
        """
        left = self._deadline - now
        if self._is_last or left <= 0:
            raise self.timeout()
        self._polls += 1
        pause = self._options.interval(self._polls)
        if isinstance(self._failure, JiffyNotFoundException):
            pause = min(pause, max(self._found_until - now, 0))
        if self._failure and self._failure.retry_after is not None:
            if self._failure.retry_after > left:
                raise self.timeout(self._failure.retry_after)
            pause = max(pause, self._failure.retry_after)
        self._is_last = left <= pause
        return min(pause, left)

    def timeout(self, retry_after: float | None = None) -> JiffyTimeoutException:
        """Return the exception for a time-out that has expired, or that will expire before the next poll is allowed.

        Then, `retry_after` has the seconds that the service asks to wait for.
        """
        limit, condition = f"{self._options.total:g} s", self._condition.description
        reason = f"timed out after {limit} waiting for {condition}"
        if retry_after is not None:
            reason = (
                f"gave up waiting for {condition}, because the time-out of {limit} ends before the next poll is allowed"
            )
        if self._failure:
            reason += f", and the last poll failed: {self._failure}"
        exception = JiffyTimeoutException(reason, record=self.last_seen, retry_after=retry_after)
        exception.__cause__ = self._failure
        return exception


@dataclass(frozen=True, slots=True)
class WaitResult(Generic[R]):
    """The result of waiting for several boxes, in the order in which they were given.

    Attributes:
        boxes: The boxes that satisfy the condition.
        missing: The reasons why the others don't, by id: `JiffyTimeoutException` with the box as last seen,
            `JiffyNotFoundException` if the box is gone, or another response from the service.
    """

    boxes: list[R] = field(default_factory=list)
    missing: dict[int, JiffyException] = field(default_factory=dict)

    @property
    def complete(self) -> bool:
        """Whether all boxes satisfy the condition."""
        return not self.missing

    def raise_for_missing(self) -> Self:
        """Raise the reasons in `missing` as one exception group, if there are any.

        Returns:
            This result, so that calls can be chained.

        Raises:
            ExceptionGroup: If `missing` is not empty. Use `except*` to catch its exceptions by type.
        """
        if self.missing:
            missing = list(self.missing.values())
            raise ExceptionGroup(
                f"the wait failed for {len(missing)} of {len(self.boxes) + len(missing)} boxes", missing
            )
        return self


@dataclass(frozen=True, slots=True)
class Poll(Generic[R]):
    """A poll of one of several records, and its time limit in seconds."""

    poller: Poller[R]
    timeout: float


class MultiPoller(Generic[R]):
    """The state of a wait for several records, which are polled equally often.

    Attributes:
        concurrency: The maximum number of polls at the same time.
    """

    def __init__(self, pollers: Sequence[Poller[R]], concurrency: int, deadline: float) -> None:
        self._pollers = pollers
        self._missing: dict[int, JiffyException] = {}
        self.concurrency: int = arguments.integer(concurrency, "concurrency")
        self._running = 0
        self._latest_start = deadline + LAST_POLL
        self._turn = len(pollers)
        self._queue: list[tuple[float, int, Poller[R]]] = [
            (-math.inf, turn, poller) for turn, poller in enumerate(pollers)
        ]

    @property
    def result(self) -> WaitResult[R]:
        """The result so far."""
        ids = [poller.last_seen.id for poller in self._pollers]
        return WaitResult(
            [poller.result for poller in self._pollers if poller.result is not None],
            {number: self._missing[number] for number in ids if number in self._missing},
        )

    @property
    def done(self) -> bool:
        """Whether the wait is over for all records."""
        return not self._queue and not self._running

    @property
    def running(self) -> bool:
        """Whether a poll is in progress."""
        return self._running > 0

    def due(self, now: float) -> Iterator[Poll[R]]:
        """Yield the polls to start now. Call `ended` after each."""
        while self._queue and self._queue[0][0] <= now and self._running < self.concurrency:
            _, _, poller = heapq.heappop(self._queue)
            if now > self._latest_start:
                self._missing[poller.last_seen.id] = poller.timeout()
            else:
                self._running += 1
                yield Poll(poller, poller.remaining(now))

    def pause(self, now: float) -> float | None:
        """Return the seconds until the next poll, or `None` if a running poll must end first."""
        if not self._queue or self._running >= self.concurrency:
            return None
        return max(self._queue[0][0] - now, 0.0)

    def ended(self, poll: Poll[R], outcome: R | Exception, now: float) -> None:
        """Store the record or exception from a poll. Raises exceptions that concern all records."""
        self._running -= 1
        poller = poll.poller
        failure = self._failure_of_one(poller, outcome, now)
        if not failure:
            try:
                if not isinstance(outcome, Exception):
                    poller.saw(outcome)
                if poller.result is None:
                    heapq.heappush(self._queue, (now + poller.pause(now), self._turn, poller))
                    self._turn += 1
            except JiffyWaitException as end:
                failure = end.with_traceback(None)
        if failure:
            self._missing[poller.last_seen.id] = failure

    def _failure_of_one(self, poller: Poller[R], outcome: R | Exception, now: float) -> JiffyException | None:
        """Return the exception that ends the wait for this record alone, or raise one that ends it for all."""
        if not isinstance(outcome, Exception):
            return None
        if not isinstance(outcome, JiffyException):
            raise outcome  # from the user's function
        try:
            poller.failed(outcome, now)
        except JiffyTokenException:
            raise
        except (JiffyMessageException, JiffyAttributeException) as failure:
            return failure.with_traceback(None)
        return None


def by_id(records: Iterable[R], kind: type[R]) -> dict[int, R]:
    """Return records by id."""
    expected = f"expected a list of {kind.__name__}"
    try:
        each = iter(records)
    except TypeError:
        raise JiffyArgumentException(f"can't wait for {arguments.shown(records)}: {expected}") from None
    given: list[object] = [*each]  # anything, for users without a type checker
    valid = [record for record in given if isinstance(record, kind)]
    if len(valid) < len(given):
        odd = next(value for value in given if not isinstance(value, kind))
        raise JiffyArgumentException(f"can't wait for {arguments.shown(odd)}: {expected}")
    return {record.id: record for record in valid}
