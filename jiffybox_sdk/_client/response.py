"""From the bytes of an answer to a typed result or an exception, and from a call's body to bytes. No I/O.

Failures are values here, not raised: the frames of what reads an answer hold its bytes, and a traceback would keep
them.
"""

import logging
import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC
from email.utils import parsedate_to_datetime
from html import unescape
from typing import Generic, TypeVar

from pydantic import SecretStr, ValidationError
from pydantic_core import PydanticSerializationError, to_json

from jiffybox_sdk._common.drift_entry import DriftEntry
from jiffybox_sdk._common.operation import Operation
from jiffybox_sdk.drift import found
from jiffybox_sdk.exceptions import (
    JiffyArgumentException,
    JiffyAttributeException,
    JiffyException,
    JiffyLimitException,
    JiffyMessageException,
    JiffyNotFoundException,
    JiffyOutcomeUnknownException,
    JiffyTokenException,
    JiffyTransportException,
    one_line,
)
from jiffybox_sdk.models._notes import Notes
from jiffybox_sdk.models._reader import reader
from jiffybox_sdk.models.responses.envelope import Envelope
from jiffybox_sdk.models.responses.message import Message

T = TypeVar("T")

_log = logging.getLogger("jiffybox_sdk")

_SECONDS = re.compile(r"[0-9]{1,9}(\.[0-9]{1,9})?")
_WRONG_TOKEN = re.compile(r"API-?Token.*ung(ue|ü|&uuml;)ltig", re.IGNORECASE)  # [R]
# [R] for boxes, [I] for the rest; a module or a version that is not there says nothing of the object.
_NOT_FOUND = re.compile(r"hat keine JiffyBox|^(?!Das Modul|Die Version).*existiert nicht", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class RawAnswer:
    """An answer as it arrived.

    Attributes:
        status: The HTTP status.
        body: The body, complete and decompressed.
        retry_after: The header of that name, if there was one.
    """

    status: int
    body: bytes = field(repr=False)
    retry_after: str | None = None


@dataclass(frozen=True, slots=True)
class Success(Generic[T]):
    """A good answer.

    Attributes:
        result: What the call returns.
        messages: What the service said beside it.
        drift: What in the answer the schemas do not know.
    """

    result: T
    messages: Sequence[Message]
    drift: Sequence[DriftEntry] = ()


@dataclass(frozen=True, slots=True)
class Failure:
    """No good answer.

    Attributes:
        exception: What is raised in the end.
        again: Whether the call may be repeated, since that cannot do its work twice.
        wait: Seconds that the service asks to wait before that.
        messages: What the service said beside a result that breaks its schema.
        drift: What in the answer the schemas do not know.
    """

    exception: JiffyException
    again: bool = False
    wait: float | None = None
    messages: Sequence[Message] = ()
    drift: Sequence[DriftEntry] = ()


def not_connected(operation: Operation, reason: str) -> Failure:
    """The call never reached the service: it may be repeated, whatever it does."""
    return Failure(JiffyTransportException(reason, operation=operation.without_secrets()), again=True)


def lost(operation: Operation, reason: str, http_status: int | None = None) -> Failure:
    """The call was sent and there is no telling what came of it: only what reads may be repeated."""
    about = operation.without_secrets()
    if operation.repeatable:
        return Failure(JiffyTransportException(reason, operation=about, http_status=http_status), again=True)
    return Failure(JiffyOutcomeUnknownException(reason, operation=about, http_status=http_status))


def rejected(operation: Operation, reason: str, http_status: int | None = None) -> Failure:
    """The call was turned away for a reason that stays: repeating it is of no use."""
    about = operation.without_secrets()
    return Failure(JiffyTransportException(reason, operation=about, http_status=http_status, passing=False))


def encode(operation: Operation) -> bytes | None:
    """Returns the body of a call as JSON; the only place where its secrets are revealed.

    Raises:
        JiffyArgumentException: a text in it is not valid Unicode.
    """
    if operation.body is None:
        return None
    fields = {name: value for name, value in operation.body if value is not None}
    secrets = {name: value.get_secret_value() for name, value in fields.items() if isinstance(value, SecretStr)}
    try:
        return to_json(fields | secrets)
    except PydanticSerializationError:
        problem = f"{operation} was not sent: one of its arguments is not valid Unicode text"
    del secrets
    raise JiffyArgumentException(problem)


def read(
    answer: RawAnswer, operation: Operation, as_type: type[T], now: float, *, noting: bool = False
) -> Success[T] | Failure:
    """Returns what an answer means.

    Args:
        answer: The answer.
        operation: The call that it answers.
        as_type: What the result should be: a model, a `dict` of models, or `bool`.
        now: Seconds since the epoch, for a `Retry-After` that is a date.
        noting: Whether to say what in the answer the schemas do not know.
    """
    notes = Notes() if noting else None
    wait = _retry_after(answer.retry_after, now)
    busy = answer.status == 429 or (answer.status == 503 and wait is not None)
    if 200 <= answer.status < 300:
        try:
            envelope = reader(as_type).enveloped.validate_json(answer.body, context=notes)
        except ValidationError:
            pass  # an error envelope, a broken answer, or none of the service's at all: read again, to tell which
        else:
            if not any(message.type == "error" for message in envelope.messages):
                drift = found(notes, as_type, operation.secrets)
                return Success(envelope.result, _hide(envelope.messages, operation), drift)
    notes = Notes() if noting else None  # what was noted above is noted again
    plain = _read_envelope(answer.body, notes)
    said = plain.messages if plain else ()
    messages = _hide(said, operation)
    refusal = _refusal(said, messages, answer.status, operation)
    if busy:
        return Failure(refusal or _busy(answer.status, operation), again=True, wait=wait)
    if refusal:
        return Failure(refusal, drift=found(notes, as_type, operation.secrets))
    if 300 <= answer.status < 500:
        return rejected(operation, f"HTTP status {answer.status} without an error message", answer.status)
    if plain is None:
        reason = f"HTTP status {answer.status} with {len(answer.body)} bytes that are no envelope"
        return lost(operation, reason, answer.status)
    if answer.status >= 500:
        return lost(operation, f"HTTP status {answer.status}", answer.status)
    result = reader(as_type).check(plain.result, operation, notes)
    drift = found(notes, as_type, operation.secrets)
    if isinstance(result, JiffyAttributeException):
        return Failure(result, messages=messages, drift=drift)
    return Success(result, messages, drift)


def log_messages(messages: Sequence[Message], operation: Operation) -> None:
    """Logs what the service said beside a good result."""
    for message in messages:
        level = logging.WARNING if message.type == "warning" else logging.INFO
        _log.log(level, "%s: %s", operation, one_line(f"{message.type}: {unescape(message.message)}"))


def log_drift(entries: Sequence[DriftEntry], operation: Operation) -> None:
    """Logs what the schemas do not know. The records have it as `drift`, by which a filter can know them."""
    for entry in entries:
        _log.warning("%s: drift: %s", operation, entry, extra={"drift": entry})


def _read_envelope(body: bytes, notes: Notes | None) -> Envelope | None:
    try:
        return Envelope.model_validate_json(body, context=notes)
    except ValidationError:
        return None


def _hide(messages: Sequence[Message], operation: Operation) -> Sequence[Message]:
    """Returns messages without those texts that quote a secret which was sent."""
    secrets = operation.secrets()
    return [
        message.model_copy(update={"message": "(withheld: it quotes a secret)"})
        if any(secret in unescape(message.message) for secret in secrets)
        else message
        for message in messages
    ]


def _refusal(
    said: Sequence[Message], shown: Sequence[Message], status: int, operation: Operation
) -> JiffyMessageException | None:
    """Returns the exception for an answer that says no, told by what was said, and showing what may be shown."""
    texts = [message.message for message in said if message.type == "error"]
    if not texts:
        return None
    text = " ".join(texts)
    kind = JiffyMessageException
    if status == 429:
        kind = JiffyLimitException
    elif _WRONG_TOKEN.search(text):
        kind = JiffyTokenException
    elif _NOT_FOUND.search(text):
        kind = JiffyNotFoundException
    return kind(shown, http_status=status, operation=operation.without_secrets())


def _busy(status: int, operation: Operation) -> JiffyException:
    about = operation.without_secrets()
    if status == 429:
        return JiffyLimitException([], http_status=status, operation=about)
    return JiffyTransportException(f"HTTP status {status}", operation=about, http_status=status)


def _retry_after(header: str | None, now: float) -> float | None:
    """Returns the seconds that a `Retry-After` asks for; `None` when it makes no sense."""
    if header is None:
        return None
    text = header.strip()
    if _SECONDS.fullmatch(text):
        seconds = float(text)
    else:
        try:
            moment = parsedate_to_datetime(text)
            seconds = (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp() - now
        except (ValueError, OverflowError):
            return None
    return seconds if seconds > 0 and math.isfinite(seconds) else None
