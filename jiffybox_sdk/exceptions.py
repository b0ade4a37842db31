"""Everything that the SDK raises.

    JiffyException
    ├── JiffyMessageException           the service said no
    │   ├── JiffyTokenException         … because the token is not valid
    │   ├── JiffyNotFoundException      … because there is no such object
    │   └── JiffyLimitException         … because too many calls were made
    ├── JiffyAttributeException         a payload breaks its schema: a missing field first of all
    ├── JiffyDriftException             a payload has more in it than the schemas know, and that was not to be
    ├── JiffyTransportException         no usable answer came, and the call was not carried out twice
    ├── JiffyOutcomeUnknownException    the call was sent, its answer was lost: it may have been carried out
    ├── JiffyWaitException              waiting ended without what was awaited
    │   └── JiffyTimeoutException       … because its time was up (also a TimeoutError)
    ├── JiffyArgumentException          an argument was refused, nothing was sent (also a ValueError)
    └── JiffyDetachedException          a record without a client, or a client that was closed

Each can be pickled, prints one line, and never contains the token.
"""

from collections.abc import Sequence
from html import unescape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from jiffybox_sdk._common.drift_entry import DriftEntry
    from jiffybox_sdk._common.operation import Operation
    from jiffybox_sdk.data import BoxData, CheckData, ContactGroupData
    from jiffybox_sdk.models.responses.message import Message

_MOST_SHOWN = 5


class JiffyException(Exception):
    """The root of all that the SDK raises."""

    def __str__(self) -> str:
        return one_line(super().__str__())

    def __reduce__(self) -> tuple[object, ...]:
        # Exception's own way calls the class with `args` alone, which the keyword-only facts below don't survive.
        return _restore, (type(self), self.args), self.__dict__


def one_line(text: str) -> str:
    """Returns a text as one line that a terminal can show, whatever the service or a library has put into it."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def _restore(cls: type[JiffyException], args: tuple[object, ...]) -> JiffyException:
    exception = cls.__new__(cls)
    exception.args = args
    return exception


class JiffyMessageException(JiffyException):
    """The service refused a call and said why.

    Attributes:
        messages: All that the answer's envelope said, in German; empty when the refusal came without an envelope.
        http_status: Status of the answer. The service refuses with 200.
        operation: The call that was refused, without its secrets.
    """

    def __init__(
        self, messages: Sequence["Message"], *, http_status: int | None = None, operation: "Operation | None" = None
    ) -> None:
        self.messages: tuple[Message, ...] = tuple(messages)
        self.http_status: int | None = http_status
        self.operation: Operation | None = operation
        texts = [unescape(message.message) for message in self.messages if message.type == "error"]
        reason = " ".join(texts) or (f"HTTP status {http_status}" if http_status else "no reason given")
        super().__init__(f"the service refused {operation or 'the call'}: {reason}")


class JiffyTokenException(JiffyMessageException):
    """The service does not know the token."""


class JiffyNotFoundException(JiffyMessageException):
    """The service knows no such object: no such box, plan or backup, for example."""


class JiffyLimitException(JiffyMessageException):
    """The service was called too often, and still said so after the last attempt."""


class JiffyAttributeException(JiffyException):
    """A payload does not fit the schema of what it should be. Raised from pydantic's error.

    Attributes:
        model: Name of the model that the payload does not fit, such as ``Box``.
        missing: JSON paths of the fields that should be there and are not, such as ``plan.ramInMB``.
        wrong: JSON paths of the values that are not of the type they should be; ``$`` is the payload itself.
        payload: The payload, as far as it could be read. It is what came, with passwords that it may hold.
        operation: The call that was answered so; ``None`` when the payload did not come from a call.
    """

    def __init__(
        self,
        message: str,
        *,
        model: str,
        missing: Sequence[str] = (),
        wrong: Sequence[str] = (),
        payload: object = None,
        operation: "Operation | None" = None,
    ) -> None:
        self.model: str = model
        self.missing: tuple[str, ...] = tuple(missing)
        self.wrong: tuple[str, ...] = tuple(wrong)
        self.payload: object = payload
        self.operation: Operation | None = operation
        super().__init__(message)


class JiffyDriftException(JiffyException):
    """A good answer has something in it that the schemas do not know. Raised by clients with ``drift="raise"`` only.

    The call itself was carried out, whatever it does.

    Attributes:
        entries: What the schemas do not know, with how often it is in this answer.
        operation: The call that was answered so, without its secrets.
        result: What the call would have returned: the new box, for example. It holds what came, passwords too.
    """

    def __init__(self, entries: Sequence["DriftEntry"], *, operation: "Operation", result: object) -> None:
        self.entries: tuple[DriftEntry, ...] = tuple(entries)
        self.operation: Operation = operation
        self.result: object = result
        text = "; ".join(map(str, self.entries[:_MOST_SHOWN]))
        if len(self.entries) > _MOST_SHOWN:
            text += f"; and {len(self.entries) - _MOST_SHOWN} more"
        done = "" if operation.repeatable else " (the call itself was carried out: see `result`)"
        super().__init__(f"the answer to {operation} is not all known: {text}{done}")


class JiffyTransportException(JiffyException):
    """No usable answer came: no connection, a connection lost, or an answer that is not the service's.

    Attributes:
        operation: The call, without its secrets. It was not carried out, or it only reads.
        http_status: Status of the last answer, if there was one.
        passing: Whether trying again later may help. Not for a certificate that is not valid, for example.
    """

    def __init__(
        self, reason: str, *, operation: "Operation", http_status: int | None = None, passing: bool = True
    ) -> None:
        self.operation: Operation = operation
        self.http_status: int | None = http_status
        self.passing: bool = passing
        super().__init__(f"no usable answer to {operation}: {reason}")


class JiffyOutcomeUnknownException(JiffyException):
    """The call was sent but its answer was lost: it may have been carried out or not. Look before trying again.

    Attributes:
        operation: The call, without its secrets.
        http_status: Status of the answer, if there was one.
    """

    def __init__(self, reason: str, *, operation: "Operation", http_status: int | None = None) -> None:
        self.operation: Operation = operation
        self.http_status: int | None = http_status
        super().__init__(
            f"outcome of {operation} unknown: {reason}; it may have been carried out, so look before trying again"
        )


class JiffyWaitException(JiffyException):
    """Waiting ended without what was awaited.

    Attributes:
        record: The box, contact group or check as it was last seen, which the message names with its status.
    """

    def __init__(self, reason: str, *, record: "BoxData | ContactGroupData | CheckData") -> None:
        self.record: BoxData | ContactGroupData | CheckData = record
        super().__init__(f"{reason} ({record.noun} {record.id} was last seen {record.status})")

    @property
    def box(self) -> "BoxData":
        """The box as it was last seen; there is none where something else was waited for."""
        from jiffybox_sdk.data import BoxData  # noqa: PLC0415 (it imports this module)

        if not isinstance(self.record, BoxData):
            raise AttributeError(f"it was no box that was waited for: see record, a {type(self.record).__name__}")  # noqa: TRY004 (what a property without a value raises)
        return self.record


class JiffyTimeoutException(JiffyWaitException, TimeoutError):
    """What was awaited did not happen in time. It may still."""


class JiffyArgumentException(JiffyException, ValueError):
    """An argument was refused. Nothing was sent."""


class JiffyDetachedException(JiffyException):
    """The record has no client to carry out its verbs, or its client was closed."""
