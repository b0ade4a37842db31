"""Decode responses into results or failures, and encode request bodies. No I/O.

Failures are returned rather than raised, because a traceback would keep alive the frames that hold the response.
"""

import logging
import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC
from typing import TypeVar

from pydantic import SecretStr, ValidationError
from pydantic_core import PydanticSerializationError, from_json, to_json

from jiffybox_sdk._client.attempt import Connection
from jiffybox_sdk._client.retry import Failure, Success, busy, lost, rejected
from jiffybox_sdk._common import redaction
from jiffybox_sdk._common.drift_entry import DriftEntry
from jiffybox_sdk._common.headers import NO_HEADERS, Headers
from jiffybox_sdk._common.operation import Operation
from jiffybox_sdk.drift import entries_in
from jiffybox_sdk.exceptions import (
    JiffyArgumentException,
    JiffyAttributeException,
    JiffyLimitException,
    JiffyMessageException,
    JiffyNotFoundException,
    JiffyTokenException,
    one_line,
)
from jiffybox_sdk.models._fields import Flags
from jiffybox_sdk.models._reader import Reader
from jiffybox_sdk.models.responses.envelope import Envelope
from jiffybox_sdk.models.responses.message import Message

T = TypeVar("T")

_log = logging.getLogger("jiffybox_sdk")

_SECONDS = r"[0-9]{1,9}(\.[0-9]{1,9})?"
_WRONG_TOKEN = r"(?i)API-?Token.*ung(ue|ü|&uuml;)ltig"  # noqa: S105 ([recorded], not a password)
# [recorded] for boxes, [inferred] for the rest. An unknown module or version does not mean that an object is missing.
_NOT_FOUND = r"(?i)hat keine JiffyBox|^(?!Das Modul|Die Version).*existiert nicht"


@dataclass(frozen=True, slots=True)
class RawResponse:
    """A response as received.

    Attributes:
        status: The HTTP status.
        body: The complete, decompressed body.
        headers: The headers, without the token.
        connection: Whether the connection was new or reused, if known.
        abort: A function that closes the connection, if known.
    """

    status: int
    body: bytes = field(repr=False)
    headers: Headers = NO_HEADERS
    connection: Connection | None = None
    abort: Callable[[], None] | None = field(default=None, repr=False)


def encode(operation: Operation) -> bytes | None:
    """Return the request body as JSON. Only this function reveals its secrets."""
    if operation.body is None:
        return None
    fields = {name: value for name, value in operation.body if value is not None}
    secrets = {name: value.get_secret_value() for name, value in fields.items() if isinstance(value, SecretStr)}
    try:
        return to_json(fields | secrets)
    except PydanticSerializationError:
        problem = f"{operation} was not sent: an argument is not valid Unicode text"
    del secrets
    raise JiffyArgumentException(problem)


def read(
    answer: RawResponse, operation: Operation, result_reader: Reader[T], now: float, *, collect_drift: bool = False
) -> Success[T] | Failure:
    """Decode a response. `now` is the time in seconds since the epoch, for a `Retry-After` that is a date."""
    flags = Flags() if collect_drift else None
    if 200 <= answer.status < 300:
        try:
            envelope = result_reader.enveloped.validate_json(answer.body, context=flags)
        except ValidationError:
            pass  # the code below finds out if it is an error envelope, a broken result or something else
        else:
            if not any(message.type == "error" for message in envelope.messages):
                if reason := _wrong_id(envelope.result, operation):
                    return _of_another_call(answer, operation, reason)
                drift = _drift(answer, result_reader, operation, flags)
                return Success(envelope.result, _without_secrets(envelope.messages, operation), drift, answer.headers)
    flags = Flags() if collect_drift else None
    plain = _read_envelope(answer.body, flags)
    messages = plain.messages if plain else ()
    shown_messages = _without_secrets(messages, operation)
    wait = retry_after_seconds(answer.headers.get("Retry-After"), now) if answer.status in (429, 503) else None
    refusal = _refusal(messages, shown_messages, answer.status, operation, wait)
    if answer.status == 429 or wait is not None:
        return busy(operation, answer.status, wait, refusal)
    if refusal:
        return Failure(refusal, "rejected", drift=_drift(answer, result_reader, operation, flags))
    if 300 <= answer.status < 500:
        return rejected(operation, f"HTTP status {answer.status} without an error message", answer.status)
    if plain is None:
        reason = f"HTTP status {answer.status} with {len(answer.body)} bytes that are not an envelope"
        return lost(operation, reason, answer.status)
    if answer.status >= 500:
        return lost(operation, f"HTTP status {answer.status}", answer.status)
    result = result_reader.check(plain.result, operation, flags)
    drift = _drift(answer, result_reader, operation, flags)
    if isinstance(result, JiffyAttributeException):
        return Failure(result, "invalid", messages=shown_messages, drift=drift)
    if reason := _wrong_id(result, operation):
        return _of_another_call(answer, operation, reason)
    return Success(result, shown_messages, drift, answer.headers)


def _drift(
    answer: RawResponse, result_reader: Reader[T], operation: Operation, flags: Flags | None
) -> Sequence[DriftEntry]:
    """Return the drift in a response whose validation has raised a flag."""
    if not flags or not flags.new:
        return ()
    return entries_in(from_json(answer.body), result_reader.type, operation.secrets, frozenset(flags.names))


def _of_another_call(answer: RawResponse, operation: Operation, reason: str) -> Failure:
    """Return the failure for a response to another call. The next response on its connection may be wrong as well."""
    if answer.abort:
        answer.abort()
    return lost(operation, reason, answer.status)


def _wrong_id(result: object, operation: Operation) -> str | None:
    """Return why a result belongs to another call, such as one that the server answered twice, or `None`."""
    if not operation.call.returns_same_id:
        return None
    expected = operation.path.rpartition("/")[2].lstrip("0")
    received = getattr(result, "id", expected)
    if str(received) == expected:
        return None
    kind = operation.call.returns.replace("_", " ")
    return f"the response is about {kind} {received}, not {kind} {expected}"


def log_messages(messages: Sequence[Message], operation: Operation) -> None:
    """Log the messages that came with a result."""
    for message in messages:
        from html import unescape  # noqa: PLC0415 (few responses have messages)

        level = logging.WARNING if message.type == "warning" else logging.INFO
        _log.log(level, "%s: %s", operation, one_line(f"{message.type}: {unescape(message.message)}"))


def log_drift(entries: Sequence[DriftEntry], operation: Operation) -> None:
    """Log unknown fields and values. Each log record has its entry in the attribute `drift`, for filters."""
    for entry in entries:
        _log.warning("%s: drift: %s", operation, entry, extra={"drift": entry})


def _read_envelope(body: bytes, flags: Flags | None) -> Envelope | None:
    try:
        return Envelope.model_validate_json(body, context=flags)
    except ValidationError:
        return None


def _without_secrets(messages: Sequence[Message], operation: Operation) -> Sequence[Message]:
    if not messages:
        return ()
    from html import unescape  # noqa: PLC0415 (few responses have messages)

    secrets = operation.secrets()
    return [
        message.model_copy(update={"message": "(withheld: it quotes a secret)"})
        if redaction.contains(unescape(message.message), secrets)
        else message
        for message in messages
    ]


def _refusal(
    messages: Sequence[Message],
    shown_messages: Sequence[Message],
    status: int,
    operation: Operation,
    retry_after: float | None,
) -> JiffyMessageException | None:
    texts = [message.message for message in messages if message.type == "error"]
    if not texts:
        return None
    text = " ".join(texts)
    kind = JiffyMessageException
    if status == 429:
        kind = JiffyLimitException
    elif re.search(_WRONG_TOKEN, text):
        kind = JiffyTokenException
    elif re.search(_NOT_FOUND, text):
        kind = JiffyNotFoundException
    return kind(shown_messages, http_status=status, operation=operation.without_secrets(), retry_after=retry_after)


def is_rejection(status: int, headers: Headers, now: float) -> bool:
    """Return whether the status of a response shows that the call was not carried out, whatever its body."""
    if status == 503:
        return retry_after_seconds(headers.get("Retry-After"), now) is not None
    return 300 <= status < 500


def retry_after_seconds(header: str | None, now: float) -> float | None:
    """Return the seconds in a `Retry-After` header, or `None` if it is missing or invalid."""
    if header is None:
        return None
    text = header.strip()
    if re.fullmatch(_SECONDS, text):
        seconds = float(text)
    else:
        try:
            from email.utils import parsedate_to_datetime  # noqa: PLC0415 (rarely needed)

            moment = parsedate_to_datetime(text)
            seconds = (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp() - now
        except (ValueError, OverflowError):
            return None
    return seconds if seconds > 0 and math.isfinite(seconds) else None
