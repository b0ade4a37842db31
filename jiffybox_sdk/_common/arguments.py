"""Validation of arguments, before anything is sent.

All functions raise `JiffyArgumentException`, which names the value and what was expected.
"""

import ipaddress
import math
from collections.abc import Mapping, Sequence
from datetime import timedelta
from functools import cache
from typing import TYPE_CHECKING, Literal, get_args

from pydantic import JsonValue, SecretStr, ValidationError
from pydantic_core import from_json

from jiffybox_sdk._common.json_path import json_path
from jiffybox_sdk._common.pydantic_errors import first_detail
from jiffybox_sdk._common.strict_json import is_unicode
from jiffybox_sdk.exceptions import JiffyArgumentException

if TYPE_CHECKING:
    from pydantic import TypeAdapter

MAX_METADATA = 4096
"""The maximum size of a box's metadata, in bytes of JSON text in UTF-8."""

FOREVER = 1e8
"""The longest duration in seconds, about three years. The system can't wait much longer."""

_RESERVED_IDS = ("", ".", "..")
_MAX_SHOWN = 60
_MAX_ID_DIGITS = 18
_MAX_ID_LENGTH = 1000
_METADATA_LEVEL = 3
_MAX_LEVELS = 200
"""Parsers accept 200 levels, and a response nests metadata in three. Deeper metadata could not be read back."""


def whole_id(value: object, what: str) -> int:
    """Return a numeric id as an integer."""
    if isinstance(value, int) and not isinstance(value, bool) and 0 < value < 10**_MAX_ID_DIGITS:
        return value
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) <= _MAX_ID_DIGITS and int(value):
        return int(value)
    raise JiffyArgumentException(f"invalid {what} {shown(value)}: expected a positive integer or a string of digits")


def integer(value: object, what: str, lowest: Literal[0, 1] = 1, highest: int | None = None) -> int:
    """Return an integer within bounds."""
    if type(value) is int and lowest <= value <= (value if highest is None else highest):
        return value
    rule = "a positive integer" if lowest else "0 or a positive integer"
    if highest is not None:
        rule = f"an integer from {lowest} to {highest}"
    raise JiffyArgumentException(f"invalid {what} {shown(value)}: expected {rule}")


def plan_reference(value: object) -> int | str:
    """Return a plan's id as an integer, or its name."""
    if isinstance(value, str) and value not in _RESERVED_IDS and not value.removeprefix("-").isdigit():
        return text_id(value, "plan")
    if isinstance(value, int | str):
        return whole_id(value, "plan")
    raise JiffyArgumentException(f"invalid plan {shown(value)}: expected a Plan, its id or its name")


def text_id(value: object, what: str) -> str:
    """Return an id, which may be any string that does not change a call's path."""
    if not isinstance(value, str) or value in _RESERVED_IDS:
        raise JiffyArgumentException(f"invalid {what} {shown(value)}: expected a string that is not empty, . or ..")
    if len(value) > _MAX_ID_LENGTH:
        raise JiffyArgumentException(f"invalid {what} {value[:30]!r}…: it has more than {_MAX_ID_LENGTH} characters")
    if not is_unicode(value):
        raise JiffyArgumentException(f"invalid {what} {shown(value)}: it is not valid Unicode text")
    return value


def choice(value: object, choices: object, what: str) -> None:
    """Check that a value is one of those in a `Literal`."""
    if value not in get_args(choices):
        raise JiffyArgumentException(f"invalid {what} {shown(value)}: expected one of {', '.join(get_args(choices))}")


def texts(value: Sequence[str], what: str = "contacts") -> list[str]:
    """Return a sequence of strings as a list."""
    if isinstance(value, str | bytes) or not isinstance(value, Sequence):  # pyright: ignore[reportUnnecessaryIsInstance] (users without a type checker)
        raise JiffyArgumentException(f"invalid {what} {shown(value)}: expected a list of strings")
    return list(value)


def check_reference(value: int | str | ipaddress.IPv4Address) -> int | str:
    """Return the id of a monitoring check as an integer, or the monitored IPv4 address as a string."""
    text = str(value)
    if isinstance(value, str | ipaddress.IPv4Address | ipaddress.IPv6Address) and not text.isdigit():
        try:
            return str(ipaddress.IPv4Address(text))
        except ValueError:
            raise JiffyArgumentException(
                f"invalid check {shown(text)}: expected the id of a check or an IPv4 address"
            ) from None
    return whole_id(value, "check")


def json_object(value: Mapping[str, object], what: str = "metadata") -> dict[str, JsonValue]:
    """Return metadata as a dictionary of JSON values."""
    if not isinstance(value, Mapping):  # pyright: ignore[reportUnnecessaryIsInstance] (users without a type checker)
        raise JiffyArgumentException(f"invalid {what}: expected a mapping of strings to JSON values, such as a dict")
    import json  # noqa: PLC0415 (needed only here)

    try:
        result = _json_objects().validate_python(dict(value), strict=True)
        text = json.dumps(result, allow_nan=False, ensure_ascii=False, separators=(",", ":")).encode()
        if len(text) <= MAX_METADATA and text.count(b"[") + text.count(b"{") > _MAX_LEVELS - _METADATA_LEVEL:
            from_json(b"[" * _METADATA_LEVEL + text + b"]" * _METADATA_LEVEL)
    except ValidationError as error:
        detail = first_detail(error)
        if detail["type"] == "recursion_loop":
            problem = "it is nested too deeply, or contains itself"
        else:
            problem = f"{shown(json_path(detail['loc'], value))} is not a JSON value, or its key is not a string"
    except (TypeError, ValueError, RecursionError):
        problem = "expected a mapping of strings to JSON values (no NaN, only valid Unicode, not nested too deeply)"
    else:
        if len(text) <= MAX_METADATA:
            return result
        problem = f"it has {len(text)} bytes of JSON text, but at most {MAX_METADATA} are allowed"
    raise JiffyArgumentException(f"invalid {what}: {problem}")


@cache
def _json_objects() -> "TypeAdapter[dict[str, JsonValue]]":
    from pydantic import TypeAdapter  # noqa: PLC0415 (needed only here)

    return TypeAdapter(dict[str, JsonValue])


def seconds(value: object, what: str, *, zero: bool = False) -> float:
    """Return a duration, given as a number or a timedelta, in seconds. Durations longer than `FOREVER` are cut."""
    number = positive(value.total_seconds() if isinstance(value, timedelta) else value, zero=zero)
    if number is None:
        rule = "0 or more" if zero else "more than 0"
        raise JiffyArgumentException(
            f"invalid {what} {shown(value)}: expected {rule} seconds as a finite number, or a timedelta"
        )
    return number


def positive(value: object, *, zero: bool = False) -> float | None:
    """Return a finite number above 0, or of 0 with `zero`, and `None` for others. Numbers above `FOREVER` are cut."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        try:
            if math.isfinite(value) and (value > 0 or (zero and value == 0)):
                return min(float(value), FOREVER)
        except OverflowError:
            pass
    return None


def secret(value: object) -> SecretStr:
    """Wrap a secret so that a traceback with variables can't show it. Other types become an empty secret."""
    text: object = value.get_secret_value() if isinstance(value, SecretStr) else value
    return SecretStr(text if isinstance(text, str) else "")


def shown(value: object) -> str:
    """Return the `repr` of a value for a message, shortened if necessary."""
    try:
        text = repr(value)
    except ValueError:  # Python does not convert integers with more than 4,300 digits
        text = "an integer with thousands of digits"
    return text if len(text) <= _MAX_SHOWN else f"{text[:_MAX_SHOWN]}…"
