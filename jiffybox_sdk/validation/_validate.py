"""Read a payload as a model or an exception."""

from contextlib import suppress

from jiffybox_sdk._common.type_guards import is_map
from jiffybox_sdk._records.distribution import Distribution
from jiffybox_sdk._records.of_box import OfBox, of_box
from jiffybox_sdk.exceptions import JiffyAttributeException
from jiffybox_sdk.models._reader import reader
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
    result = reader(type_of(as_type)).check_any(payload)
    if isinstance(result, JiffyAttributeException):
        del payload  # tracebacks show variables, and the payload may contain passwords
        raise result
    return with_ids(result)


def with_ids(value: object) -> object:
    """Set the ids of records in a map, if they are only in its keys."""
    if not is_map(value) or not isinstance(next(iter(value.values()), None), Distribution | OfBox | dict):
        return value
    return {key: _with_id(record, key) for key, record in value.items()}


def _with_id(value: object, key: object) -> object:
    if isinstance(value, Distribution) and isinstance(key, str):
        return value.with_id(key)
    if is_map(value):
        return {inner: _with_id(record, key) for inner, record in value.items()}
    if isinstance(value, OfBox) and isinstance(key, str):
        with suppress(JiffyAttributeException):  # the key is not a number
            return of_box(value, key)
    return value
