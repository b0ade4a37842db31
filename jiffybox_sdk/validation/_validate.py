"""Read a payload as a model or an exception."""

from collections.abc import Mapping
from contextlib import suppress

from pydantic import ValidationError
from pydantic_core import from_json

from jiffybox_sdk._common.type_guards import is_map
from jiffybox_sdk._records.distribution import Distribution
from jiffybox_sdk._records.of_box import OfBox, of_box
from jiffybox_sdk.exceptions import JiffyAttributeException
from jiffybox_sdk.models._reader import attribute_exception, reader, type_name
from jiffybox_sdk.models.responses.envelope import Envelope
from jiffybox_sdk.validation._kinds import type_of


def validate(payload: object, as_type: str | type[object]) -> object:
    """Return a payload as a model. Needs no client and no network.

    Args:
        payload: JSON as bytes or a string, or the equivalent Python objects, with or without the service's envelope.
        as_type: A model (`Box`), a map of models (`dict[str, Box]`), or the name of a kind in `KINDS` (`"box"`).

    Raises:
        JiffyAttributeException: If the payload is not JSON, lacks a field, or has a value of another type. The message
            gives the places but no values.
        JiffyArgumentException: If `as_type` is neither a kind nor a payload type.
    """
    result = read_as(payload, type_of(as_type))
    if isinstance(result, JiffyAttributeException):
        del payload  # tracebacks show variables, and the payload may contain passwords
        raise result
    return result


def read_as(payload: object, as_type: type[object]) -> object | JiffyAttributeException:
    """Return a payload as a model, or the exception to raise."""
    result = _read_as(payload, as_type)
    return _with_ids(result) if is_map(result) else result


def _read_as(payload: object, as_type: type[object]) -> object | JiffyAttributeException:
    expected = reader(as_type)
    if isinstance(payload, str | bytes | bytearray):
        try:
            if as_type is not Envelope and _contains(payload, '"messages"') and _contains(payload, '"result"'):
                return expected.enveloped.validate_json(payload).result
            result = expected.bare.validate_json(payload)
        except ValidationError as error:
            try:
                payload = from_json(payload)
            except (ValueError, TypeError):  # a TypeError for text with an unpaired surrogate
                return attribute_exception(error, type_name(as_type), payload)
        else:
            if not _contains(payload, "\\u006") and not _contains(payload, "\\u007"):
                return result
            payload = from_json(payload)  # it may be an envelope whose names have escaped letters
    return expected.check_any(payload)


def _contains(payload: str | bytes | bytearray, text: str) -> bool:
    return text in payload if isinstance(payload, str) else text.encode() in payload


def _with_ids(by_key: Mapping[object, object]) -> Mapping[object, object]:
    """Set the ids of records whose ids are only in their keys."""
    return {key: _with_id(value, key) for key, value in by_key.items()}


def _with_id(value: object, key: object) -> object:
    if isinstance(value, Distribution) and isinstance(key, str):
        return value.with_id(key)
    if is_map(value):
        return {inner: _with_id(record, key) for inner, record in value.items()}
    if isinstance(value, OfBox) and isinstance(key, str):
        with suppress(JiffyAttributeException):  # the key is not a number
            return of_box(value, key)
    return value
