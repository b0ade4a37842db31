"""Read a payload as a model or an exception."""

from contextlib import suppress

from jiffybox_sdk._common.type_guards import is_map
from jiffybox_sdk._records.distribution import Distribution
from jiffybox_sdk._records.of_box import OfBox, set_ids
from jiffybox_sdk.exceptions import JiffyAttributeException
from jiffybox_sdk.models._reader import reader
from jiffybox_sdk.models.responses.ip import Ip
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
        with_ids(result.partial)
        raise result
    return with_ids(result)


def with_ids(value: object) -> object:
    """Set the ids of records in a map, if they are only in its keys."""
    if is_map(value):
        for key, record in value.items():
            if isinstance(record, Ip) or not (is_map(record) or isinstance(record, _WITHOUT_ID)):
                break  # as are the others
            with suppress(JiffyAttributeException):  # the key is not a number
                set_ids(record, str(key))
    return value


_WITHOUT_ID = (OfBox, Distribution)
"""Records that may lack an id. The key of an `Ip`, however, is not the box."""
