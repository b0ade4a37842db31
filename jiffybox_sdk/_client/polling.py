"""Waiting for what the service does: when to look, when to give up, and what to say then. No I/O.

Each face drives it in its `waits` module, which makes the calls and does the sleeping.
"""

import heapq
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Generic, TypeVar

from jiffybox_sdk import operations
from jiffybox_sdk._common import arguments
from jiffybox_sdk._common.operation import Operation
from jiffybox_sdk.data import BoxData, CheckData, ContactGroupData
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
)

Watched = BoxData | ContactGroupData | CheckData
R = TypeVar("R", bound=Watched)
R_contra = TypeVar("R_contra", bound=Watched, contravariant=True)

LAST_LOOK = 1.0
"""Seconds that the look at the end of the time may take."""


@dataclass(frozen=True, slots=True)
class Condition(Generic[R_contra]):
    """What is waited for.

    Attributes:
        words: The same in words.
        arrived: Whether a record shows that it has happened.
        failed: What is wrong when a record shows that it won't happen.
        gone: Whether it has happened when the service no longer knows the object.
    """

    words: str
    arrived: Callable[[R_contra], bool]
    failed: Callable[[R_contra], str | None] = lambda _: None
    gone: bool = False


def _deletion_failed(record: Watched) -> str | None:
    if record.ready:
        return f"the {record.noun} was not deleted: its deletion failed, or was never asked for"
    return _has_error(record)


def _has_error(record: Watched) -> str | None:
    return f"the service could not do it to the {record.noun}" if record.status == "STATUS_ERROR" else None


DELETION: Condition[Watched] = Condition(
    "its deletion", lambda record: record.status == "STATUS_DELETED", _deletion_failed, gone=True
)
READINESS: Condition[Watched] = Condition("it to be ready", lambda record: record.ready, _has_error)
BACKUP: Condition[BoxData] = Condition("its manual backup", lambda box: not box.manualBackupRunning)


def status_of(status: str) -> Condition[Watched]:
    """Returns the aim that a record has a status.

    Raises:
        JiffyArgumentException: it is no text.
    """
    arguments.text_id(status, "status")
    return Condition(f"status {status}", lambda record: record.status == status)


def condition(predicate: Callable[[R], bool]) -> Condition[R]:
    """Returns the aim that something is true of a record.

    Raises:
        JiffyArgumentException: it is nothing to call.
    """
    if not callable(predicate):
        raise JiffyArgumentException(f"predicate={predicate!r} is refused: give something to call")
    return Condition("the condition", predicate)


@dataclass(frozen=True)
class PollOptions(Generic[R_contra]):
    """For how long to wait, how often to look, and who is told of each look.

    Raises:
        JiffyArgumentException: a value makes no sense.
    """

    max_wait: float | timedelta
    poll_interval: float | timedelta
    progress: Callable[[R_contra], object] | None
    total: float = field(init=False)
    interval: float = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "total", arguments.seconds(self.max_wait, "max_wait", zero=True))
        object.__setattr__(self, "interval", arguments.seconds(self.poll_interval, "poll_interval"))
        if self.progress is not None and not callable(self.progress):
            raise JiffyArgumentException(f"progress={self.progress!r} is refused: give something to call, or None")


class Poller(Generic[R]):
    """The plan of one wait. It makes no calls and does not sleep; what drives it does.

    Attributes:
        record: What is waited for, as it was last seen.
        look: The call that reads it.
        over: Whether it has happened.
    """

    def __init__(self, record: R, aim: Condition[R], options: PollOptions[R], now: float) -> None:
        """Begins to wait.

        Args:
            record: What to wait for, as it was last seen.
            aim: What is to happen to it.
            options: For how long, and how often to look.
            now: The time, on a monotonic scale.
        """
        self.record: R = record
        self.look: Operation = _look_at(record)
        self.over: bool = False
        self._aim = aim
        self._patience = options
        self._ends = now + options.total
        self._last_look = False
        self._trouble: JiffyException | None = None

    def left(self, now: float) -> float:
        """Returns the seconds that a look which begins now may take."""
        return max(self._ends - now, LAST_LOOK)

    def saw(self, record: R) -> None:
        """Takes note of what a look found.

        Raises:
            JiffyWaitException: what is awaited won't happen.
        """
        self.record = record
        self._trouble = None
        if self._patience.progress:
            self._patience.progress(record)
        self.over = self._aim.arrived(record)
        if not self.over and (reason := self._aim.failed(record)):
            raise JiffyWaitException(reason, record=record)

    def missed(self, trouble: JiffyException) -> None:
        """Takes note that a look failed.

        Raises:
            JiffyException: for a reason that will stay.
        """
        if isinstance(trouble, JiffyNotFoundException) and self._aim.gone:
            self.over = True
        elif isinstance(trouble, JiffyLimitException) or (
            isinstance(trouble, JiffyTransportException) and trouble.passing
        ):
            self._trouble = trouble
        else:
            raise trouble

    def pause(self, now: float) -> float:
        """Returns the seconds until the next look.

        Raises:
            JiffyTimeoutException: there is none, the time is up.
        """
        left = self._ends - now
        if self._last_look or left <= 0:
            raise self.timeout()
        self._last_look = left <= self._patience.interval
        return min(self._patience.interval, left)

    def timeout(self) -> JiffyTimeoutException:
        """Returns what is raised when the time is up."""
        reason = f"waited {self._patience.total:g} s in vain for {self._aim.words}"
        if self._trouble:
            reason += f", and the last look failed: {self._trouble}"
        exception = JiffyTimeoutException(reason, record=self.record)
        exception.__cause__ = self._trouble
        return exception


@dataclass(frozen=True, slots=True)
class WaitResult(Generic[R]):
    """How waiting for several ended.

    Attributes:
        arrived: Those that arrived, by id, as they were then.
        missing: Why the others did not, by id: `JiffyTimeoutException` with the record as it was last seen,
            `JiffyNotFoundException` when it is gone, or what else the service answered.
    """

    arrived: dict[int, R] = field(default_factory=dict)
    missing: dict[int, JiffyException] = field(default_factory=dict)

    @property
    def complete(self) -> bool:
        """Whether all arrived."""
        return not self.missing


@dataclass(frozen=True, slots=True)
class Poll(Generic[R]):
    """A look at one of several.

    Attributes:
        waiter: Whose turn it is.
        began: When, on a monotonic scale.
        left: Seconds that it may take.
    """

    waiter: Poller[R]
    began: float
    left: float


class MultiPoller(Generic[R]):
    """The plan of waiting for several at once: whom to look at next, so that each gets its turn.

    Attributes:
        result: How it ended for each so far.
    """

    def __init__(
        self,
        records: Iterable[R],
        kind: type[R],
        aim: Condition[R],
        options: PollOptions[R],
        concurrency: int,
        now: float,
    ) -> None:
        """Begins to wait.

        Args:
            records: What to wait for; one that is given twice counts once.
            kind: What they must be.
            aim: What is to happen to each.
            options: For how long in all, and how often to look at each.
            concurrency: How many looks there may be at the same moment.
            now: The time, on a monotonic scale.

        Raises:
            JiffyArgumentException: a value makes no sense.
        """
        if type(concurrency) is not int or concurrency < 1:
            raise JiffyArgumentException(f"concurrency={concurrency!r} is refused: give an integer, 1 or more")
        self.result: WaitResult[R] = WaitResult()
        self._concurrency = concurrency
        self._under_way = 0
        self._ahead = 0.0
        self._gives_up = now + options.total + LAST_LOOK
        self._turns = 0
        self._queue: list[tuple[float, int, Poller[R]]] = []
        for record in _by_id(records, kind).values():
            self._queue_up(now, Poller(record, aim, options, now))

    @property
    def over(self) -> bool:
        """Whether there is nothing left to wait for."""
        return not self._queue and not self._under_way

    @property
    def looking(self) -> bool:
        """Whether a look is under way."""
        return self._under_way > 0

    def next_looks(self, now: float) -> Iterator["Poll[R]"]:
        """Yields those whose turn it is: a look at each begins, and `ended` is called when it ends."""
        now += self._ahead
        while self._queue and self._queue[0][0] <= now and self._under_way < self._concurrency:
            _, _, waiter = heapq.heappop(self._queue)
            if now > self._gives_up:
                self.result.missing[waiter.record.id] = waiter.timeout()
            else:
                self._under_way += 1
                yield Poll(waiter, now, waiter.left(now))

    def pause(self, now: float) -> float | None:
        """Returns the seconds until the next turn; `None` when a look must end before there is one."""
        if not self._queue or self._under_way >= self._concurrency:
            return None
        return max(self._queue[0][0] - now - self._ahead, 0.0)

    def ended(self, look: "Poll[R]", outcome: R | Exception, took: float, now: float) -> None:
        """Takes note of how a look ended.

        Args:
            look: The look.
            outcome: The record as it is now, or what was raised.
            took: The seconds that it took, for whoever made it. In virtual time, they pass for nobody else.
            now: The time, on a monotonic scale.

        Raises:
            Exception: for a reason that is not the one record's, such as a token that is not valid.
        """
        self._under_way -= 1
        self._ahead = max(self._ahead, look.began + took - now)
        now += self._ahead
        waiter = look.waiter
        trouble = self._trouble_of_its_own(waiter, outcome)
        if not trouble:
            try:
                if not isinstance(outcome, Exception):
                    waiter.saw(outcome)
                if not waiter.over:
                    self._queue_up(now + waiter.pause(now), waiter)
            except JiffyWaitException as end:
                trouble = end.with_traceback(None)
        if trouble:
            self.result.missing[waiter.record.id] = trouble
        elif waiter.over:
            self.result.arrived[waiter.record.id] = waiter.record

    def _trouble_of_its_own(self, waiter: Poller[R], outcome: R | Exception) -> JiffyException | None:
        """Returns why a record won't arrive, when that is said of this one alone.

        Raises:
            Exception: what is said of all of them.
        """
        if not isinstance(outcome, Exception):
            return None
        if not isinstance(outcome, JiffyException):
            raise outcome  # what a function of the user's own raised
        try:
            waiter.missed(outcome)
        except JiffyTokenException:
            raise
        except (JiffyMessageException, JiffyAttributeException) as trouble:
            return trouble.with_traceback(None)
        return None

    def _queue_up(self, due: float, waiter: Poller[R]) -> None:
        self._turns += 1
        heapq.heappush(self._queue, (due, self._turns, waiter))


def _by_id(records: Iterable[R], kind: type[R]) -> dict[int, R]:
    """Returns records by id.

    Raises:
        JiffyArgumentException: one of them is none.
    """
    rule = f"give a {kind.__name__} for each that is waited for, in a list"
    try:
        each = iter(records)
    except TypeError:
        raise JiffyArgumentException(f"{arguments.shown(records)} is refused: {rule}") from None
    given: list[object] = [*each]  # of users without a type checker, they may be anything
    found = [record for record in given if isinstance(record, kind)]
    if len(found) < len(given):
        odd = next(value for value in given if not isinstance(value, kind))
        raise JiffyArgumentException(f"{arguments.shown(odd)} is refused: {rule}")
    return {record.id: record for record in found}


def _look_at(record: Watched) -> Operation:
    if isinstance(record, BoxData):
        return operations.get_box(record.id)
    if isinstance(record, ContactGroupData):
        return operations.get_contact_group(record.id)
    return operations.get_check(record.id)
