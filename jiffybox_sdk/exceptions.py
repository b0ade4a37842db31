"""All of the SDK's exceptions.

    JiffyException
    ├── JiffyMessageException           the service rejected the call
    │   ├── JiffyTokenException         … because the token is invalid
    │   ├── JiffyNotFoundException      … because the object does not exist
    │   └── JiffyLimitException         … because too many calls were made
    ├── JiffyAttributeException         a payload does not match its schema (also an AttributeError)
    ├── JiffyDriftException             a response has unknown fields or values, and `drift="raise"` is set
    ├── JiffyTransportException         there is no usable response, and the call was not carried out
    ├── JiffyOutcomeUnknownException    the response was lost, and the call may have been carried out
    ├── JiffyWaitException              a wait ended before the condition was true
    │   └── JiffyTimeoutException       … because its time-out expired (also a TimeoutError)
    ├── JiffyMismatchException          a box of that name exists, but differs from the one asked for
    ├── JiffyArgumentException          an argument is invalid, and nothing was sent (also a ValueError)
    └── JiffyDetachedException          no client, or one that can't be used (also an AttributeError)

All exceptions can be pickled. Their messages are single lines that never contain the token.
"""

import math
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, ClassVar, Protocol, runtime_checkable

from jiffybox_sdk._common.headers import NO_HEADERS, Headers
from jiffybox_sdk._common.nouns import noun_of

if TYPE_CHECKING:
    from jiffybox_sdk._common.drift_entry import DriftEntry
    from jiffybox_sdk._common.operation import Operation
    from jiffybox_sdk.models.responses.message import Message

_MAX_SHOWN = 5


class JiffyException(Exception):
    """Base class for all of the SDK's exceptions."""

    headers: Headers = NO_HEADERS
    """The headers of the response that the exception was raised for. Empty if there was none."""

    def __str__(self) -> str:
        return one_line(super().__str__())

    def __reduce__(self) -> tuple[object, ...]:
        # The default calls the class with `args` alone, which loses the subclasses' keyword arguments.
        return _restore, (type(self), self.args), self.__dict__


def one_line(text: str) -> str:
    """Return text as a single line of printable characters. Control characters other than white space are escaped."""
    if not text.isprintable():
        text = "".join(c if c.isprintable() or c.isspace() else ascii(c)[1:-1] for c in text)
    return " ".join(text.split())


def described(error: BaseException) -> str:
    """Return the type and message of an exception in one line. That of a group is followed by its first exception."""
    text = f"{type(error).__name__}: {one_line(str(error))}"
    inner = [each for each in getattr(error, "exceptions", ()) if isinstance(each, BaseException)]  # of a group
    return f"{text}: {described(inner[0])}" if inner else text


def _advice(retry_after: float | None) -> str:
    return "" if retry_after is None else f" (try again after {math.ceil(retry_after)} s)"


def _restore(cls: type[JiffyException], args: tuple[object, ...]) -> JiffyException:
    exception = cls.__new__(cls)
    exception.args = args
    return exception


class JiffyMessageException(JiffyException):
    """The service rejected a call and gave a reason.

    The reason is in German. If there is a `hint`, it is also a note of the exception, which tracebacks show.
    """

    messages: "tuple[Message, ...]"
    """The service's messages, in German. Empty if the answer was not an envelope."""
    http_status: int | None
    """The HTTP status. The service usually rejects calls with status 200."""
    operation: "Operation | None"
    """The rejected call, without its secrets."""
    retry_after: float | None
    """The seconds after which the service asks to try again, if it does."""

    _why: ClassVar[str] = ""

    def __init__(
        self,
        messages: Sequence["Message"],
        *,
        http_status: int | None = None,
        operation: "Operation | None" = None,
        retry_after: float | None = None,
    ) -> None:
        from html import unescape  # noqa: PLC0415 (needed only here)

        self.messages = tuple(messages)
        self.http_status = http_status
        self.operation = operation
        self.retry_after = retry_after
        texts = [unescape(message.message) for message in self.messages if message.type == "error"]
        reason = " ".join(texts) or (f"HTTP status {http_status}" if http_status else "no reason given")
        super().__init__(f"the service rejected {operation or 'the call'}{self._why}: {reason}{_advice(retry_after)}")
        if self.hint:
            self.add_note(f"Hint: {self.hint}")

    @property
    def hint(self) -> str | None:
        """Advice in English, such as "the box is running: stop it first", or `None` if the message is not known."""
        from html import unescape  # noqa: PLC0415 (needed only here)

        from jiffybox_sdk._common.hints import hint_for  # noqa: PLC0415 (few programs need it)

        hints = (hint_for(unescape(message.message)) for message in self.messages if message.type == "error")
        return next(filter(None, hints), None)


class JiffyTokenException(JiffyMessageException):
    """The token is invalid."""


class JiffyNotFoundException(JiffyMessageException):
    """The object, such as a box, a plan or a backup, does not exist.

    The wording of this rejection is only recorded for boxes. For other objects it is inferred, so the service may cause
    a plain `JiffyMessageException` instead.
    """


class JiffyLimitException(JiffyMessageException):
    """Too many calls were made in a short time, and the last retry was rejected as well.

    This is about the rate of calls, not about a quota for boxes: call less often, such as with a `RateLimit`.

    There is no retry if the service asks for a wait longer than `Retry.longest_retry_after`, or if the retry budget is
    used up.
    """

    _why: ClassVar[str] = " (rate limit)"


class JiffyAttributeException(JiffyException, AttributeError):
    """A payload does not match its schema, such as a missing field. Raised from pydantic's `ValidationError`.

    Also raised for an attribute that a record lacks, such as the id of a `Distribution` that was made without one.
    """

    model: str
    """The name of the model, such as `Box`."""
    missing: tuple[str, ...]
    """The JSON paths of missing fields, such as `plan.ramInMB`."""
    wrong: tuple[str, ...]
    """The JSON paths of values of the wrong type. `$` is the payload itself."""
    payload: object
    """The payload, as far as it could be parsed. It may contain passwords."""
    partial: Mapping[str, object]
    """The valid values of a map by id, such as the other boxes of a list in which one is invalid.

    Empty if the payload is not a map.
    """
    operation: "Operation | None"
    """The call that returned the payload, if there was one."""

    def __init__(
        self,
        message: str,
        *,
        model: str,
        missing: Sequence[str] = (),
        wrong: Sequence[str] = (),
        payload: object = None,
        partial: Mapping[str, object] | None = None,
        operation: "Operation | None" = None,
    ) -> None:
        self.model = model
        self.missing = tuple(missing)
        self.wrong = tuple(wrong)
        self.payload = payload
        self.partial = partial or {}
        self.operation = operation
        super().__init__(message)


class JiffyDriftException(JiffyException):
    """A response contains unknown fields or values. Raised only by clients with `drift="raise"`.

    The call itself succeeded.
    """

    entries: "tuple[DriftEntry, ...]"
    """The unknown fields and values, with the number of their occurrences in this response."""
    operation: "Operation"
    """The call, without its secrets."""
    result: object
    """The result of the call, such as the new box. It may contain passwords."""

    def __init__(self, entries: Sequence["DriftEntry"], *, operation: "Operation", result: object) -> None:
        self.entries = tuple(entries)
        self.operation = operation
        self.result = result
        text = "; ".join(map(str, self.entries[:_MAX_SHOWN]))
        if len(self.entries) > _MAX_SHOWN:
            text += f"; and {len(self.entries) - _MAX_SHOWN} more"
        done = "" if operation.repeatable else " (the call itself succeeded: see `result`)"
        super().__init__(f"the response to {operation} has unknown fields or values: {text}{done}")


class JiffyTransportException(JiffyException):
    """There is no usable response, because the connection failed or the response is not from the service."""

    operation: "Operation"
    """The call, without its secrets. It was not carried out or only reads."""
    http_status: int | None
    """The HTTP status of the last response, if there was one."""
    transient: bool
    """Whether trying again later may help. False for an invalid certificate, for example."""
    retry_after: float | None
    """The seconds after which the service asks to try again, if it does."""

    def __init__(
        self,
        reason: str,
        *,
        operation: "Operation",
        http_status: int | None = None,
        transient: bool = True,
        retry_after: float | None = None,
    ) -> None:
        self.operation = operation
        self.http_status = http_status
        self.transient = transient
        self.retry_after = retry_after
        super().__init__(f"no usable response to {operation}: {reason}{_advice(retry_after)}")


class JiffyOutcomeUnknownException(JiffyException):
    """A call was sent, but its response was lost. The call may have been carried out, so check before trying again."""

    operation: "Operation"
    """The call, without its secrets."""
    http_status: int | None
    """The HTTP status of the response, if there was one."""

    def __init__(self, reason: str, *, operation: "Operation", http_status: int | None = None) -> None:
        self.operation = operation
        self.http_status = http_status
        super().__init__(
            f"outcome of {operation} unknown: {reason}; it may have been carried out, so check before trying again"
        )


class Waited(Protocol):
    """A record that can be waited for: a box, a contact group or a check of either client."""

    @property
    def id(self) -> int:
        """The id."""
        ...

    @property
    def status(self) -> str:
        """The status as last seen."""
        ...

    @property
    def ready(self) -> bool:
        """Whether no work was in progress."""
        ...


@runtime_checkable
class WaitedBox(Waited, Protocol):
    """A box of either client, as last seen during a wait."""

    @property
    def name(self) -> str:
        """The name."""
        ...

    @property
    def running(self) -> bool:
        """The power state."""
        ...

    @property
    def created(self) -> datetime:
        """The time of creation, in UTC."""
        ...

    @property
    def manualBackupRunning(self) -> bool:  # noqa: N802 (the name of the field)
        """Whether a manual backup was in progress."""
        ...

    @property
    def public_ips(self) -> list[str]:
        """The public addresses."""
        ...


class JiffyWaitException(JiffyException):
    """A wait ended before the condition was true."""

    record: Waited
    """The box, contact group or check as last seen. If it was never seen, only its id is known."""

    def __init__(self, reason: str, *, record: Waited) -> None:
        self.record = record
        seen = f"last seen {record.status}" if record.status else "never seen"
        super().__init__(f"{reason} ({noun_of(record)} {record.id} was {seen})")

    @property
    def box(self) -> WaitedBox:
        """The box as last seen.

        Raises:
            AttributeError: If the wait was not for a box, or was for the id of one that was never seen.
        """
        if not isinstance(self.record, WaitedBox):
            reason = f"the wait was for a {type(self.record).__name__}, see record"
            raise AttributeError(f"no box: {reason if self.record.status else 'it was never seen'}")  # noqa: TRY004 (properties raise it)
        return self.record


class JiffyTimeoutException(JiffyWaitException, TimeoutError):
    """The time-out of a wait expired. The condition may still become true later."""

    retry_after: float | None
    """The seconds after which the service asks to try again, if the wait gave up because its time-out ends earlier."""

    def __init__(self, reason: str, *, record: Waited, retry_after: float | None = None) -> None:
        self.retry_after = retry_after
        super().__init__(reason, record=record)


class JiffyMismatchException(JiffyException):
    """A box of that name exists, but differs from the one asked for. Nothing was changed."""

    box: WaitedBox
    """The box."""
    differences: dict[str, tuple[object, object]]
    """The value that was asked for and the value of the box, by JSON path.

    A path is `plan`, `distribution` or `metadata.role`, for example. The message does not show the values of metadata,
    which may be secret.
    """

    def __init__(self, box: WaitedBox, differences: Mapping[str, tuple[object, object]]) -> None:
        self.box = box
        self.differences = dict(differences)
        texts = [
            f"{path} differs" if path.startswith("metadata") else f"{path} is {found!r} instead of {expected!r}"
            for path, (expected, found) in self.differences.items()
        ]
        text = ", ".join(texts[:_MAX_SHOWN]) + (f" and {len(texts) - _MAX_SHOWN} more" * (len(texts) > _MAX_SHOWN))
        super().__init__(f"box {box.id} has the name {box.name!r}, but differs from the one asked for: {text}")


class JiffyArgumentException(JiffyException, ValueError):
    """An argument is invalid. Nothing was sent."""


class JiffyDetachedException(JiffyException, AttributeError):
    """The record has no client, or the client is closed or was used in another event loop. Nothing was sent.

    Also raised by an emulator that is closed, or that another process or an interrupted call uses.
    """
