"""Checks of what users pass in, before anything is sent. Each refusal names the value, the rule and the way out."""

import ipaddress
import json
import math
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import get_args
from urllib.parse import SplitResult, urlsplit

from pydantic import JsonValue, SecretStr, TypeAdapter, ValidationError
from pydantic_core import from_json

from jiffybox_sdk._common.json_path import json_path
from jiffybox_sdk.exceptions import JiffyArgumentException

MOST_METADATA = 4096
"""Bytes of JSON text in UTF-8 that a box's metadata may take."""

FOREVER = 1e8
"""The longest time in seconds, about three years: the system takes none that is much longer."""

_JSON_OBJECT = TypeAdapter(dict[str, JsonValue])
_NO_IDS = ("", ".", "..")
_LONGEST_SHOWN = 60
_LONGEST_ID = 18
_LONGEST_TEXT_ID = 1000
_DEPTH_OF_METADATA = 3
"""How deep in an answer metadata stand: what is sent must be readable when it comes back."""


def whole_id(value: object, what: str) -> int:
    """Returns an id as a number.

    Raises:
        JiffyArgumentException: `value` is neither a positive integer nor text of digits that make one.
    """
    if isinstance(value, int) and not isinstance(value, bool) and 0 < value < 10**_LONGEST_ID:
        return value
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) <= _LONGEST_ID and int(value):
        return int(value)
    raise JiffyArgumentException(f"{what} {shown(value)} is refused: give a positive integer, or text of digits")


def plan_reference(value: object) -> int | str:
    """Returns a plan's number, or its name as it is.

    Raises:
        JiffyArgumentException: `value` is neither.
    """
    if isinstance(value, str) and value not in _NO_IDS and not value.removeprefix("-").isdigit():
        return text_id(value, "plan")
    if isinstance(value, int | str):
        return whole_id(value, "plan")
    raise JiffyArgumentException(f"plan {shown(value)} is refused: give a Plan, the number of one, or its name")


def text_id(value: object, what: str) -> str:
    """Returns an id that is any text.

    Raises:
        JiffyArgumentException: `value` is no text, or one that would change a path.
    """
    if not isinstance(value, str) or value in _NO_IDS:
        raise JiffyArgumentException(f"{what} {shown(value)} is refused: give a text that is not empty and not . or ..")
    if len(value) > _LONGEST_TEXT_ID:
        raise JiffyArgumentException(
            f"{what} {value[:30]!r}… is refused: it has more than {_LONGEST_TEXT_ID} characters"
        )
    try:
        value.encode()
    except UnicodeEncodeError:
        raise JiffyArgumentException(f"{what} {value!r} is refused: it is not valid Unicode text") from None
    return value


def choice(value: object, choices: object, what: str) -> None:
    """Refuses a value that is none of those that a `Literal` lists.

    Raises:
        JiffyArgumentException: it is none of them.
    """
    if value not in get_args(choices):
        raise JiffyArgumentException(f"{what} {shown(value)} is refused: give one of {', '.join(get_args(choices))}")


def texts(value: Sequence[str], what: str = "contacts") -> list[str]:
    """Returns texts as a list.

    Raises:
        JiffyArgumentException: it is a single text, or none at all.
    """
    if isinstance(value, str | bytes) or not isinstance(value, Sequence):  # pyright: ignore[reportUnnecessaryIsInstance] (users without a type checker)
        raise JiffyArgumentException(f"{what} {shown(value)} is refused: give a list of texts")
    return list(value)


def check_reference(value: int | str | ipaddress.IPv4Address) -> int | str:
    """Returns the number of a monitoring check, or the IPv4 address that is checked as text.

    Raises:
        JiffyArgumentException: it is neither.
    """
    text = str(value)
    if isinstance(value, str | ipaddress.IPv4Address | ipaddress.IPv6Address) and not text.isdigit():
        try:
            return str(ipaddress.IPv4Address(text))
        except ValueError:
            raise JiffyArgumentException(
                f"check {shown(text)} is refused: give the number of a check, or an IPv4 address"
            ) from None
    return whole_id(value, "check")


def json_object(value: Mapping[str, object], what: str = "metadata") -> dict[str, JsonValue]:
    """Returns metadata as a dictionary of JSON values.

    Raises:
        JiffyArgumentException: it is no JSON object, or more than 4 kB of JSON text.
    """
    if not isinstance(value, Mapping):  # pyright: ignore[reportUnnecessaryIsInstance] (users without a type checker)
        raise JiffyArgumentException(f"{what} is refused: give a mapping from text to JSON values, such as a dict")
    try:
        result = _JSON_OBJECT.validate_python(dict(value), strict=True)
        text = json.dumps(result, allow_nan=False, ensure_ascii=False, separators=(",", ":")).encode()
        from_json(b"[" * _DEPTH_OF_METADATA + text + b"]" * _DEPTH_OF_METADATA)
    except ValidationError as error:
        finding = error.errors(include_url=False, include_context=False, include_input=False)[0]
        where = shown(json_path(finding["loc"], value))
        if finding["type"] == "recursion_loop":
            problem = "it is nested too deeply, or in a circle"
        else:
            problem = f"at {where} stands no JSON value, or a key that is no text"
    except (TypeError, ValueError, RecursionError):
        problem = "it must be a mapping from text to JSON values (no NaN, no broken Unicode, not nested too deeply)"
    else:
        if len(text) <= MOST_METADATA:
            return result
        problem = f"{len(text)} bytes of JSON text, and at most {MOST_METADATA} are allowed"
    raise JiffyArgumentException(f"{what} is refused: {problem}")


def seconds(value: object, what: str, *, zero: bool = False) -> float:
    """Returns a duration in seconds.

    Args:
        value: Seconds as a number, or a timedelta; more than `FOREVER` counts as that.
        what: What the duration is for, for the message.
        zero: Whether 0 is allowed.

    Raises:
        JiffyArgumentException: it is no duration, not finite, or negative.
    """
    number = value.total_seconds() if isinstance(value, timedelta) else value
    if isinstance(number, int | float) and not isinstance(number, bool):
        try:
            if math.isfinite(number) and (number > 0 or (zero and number == 0)):
                return min(float(number), FOREVER)
        except OverflowError:
            pass
    rule = "0 or more" if zero else "more than 0"
    raise JiffyArgumentException(
        f"{what}={shown(value)} is refused: give {rule} seconds as a finite number, or a timedelta"
    )


def secret(value: object) -> SecretStr:
    """Returns a secret wrapped, so that no traceback that shows variables can show it; what is no text as empty."""
    text: object = value.get_secret_value() if isinstance(value, SecretStr) else value
    return SecretStr(text if isinstance(text, str) else "")


def token_problem(token: SecretStr) -> str | None:
    """Returns what is wrong with a token, without showing it; `None` when all is well."""
    text = token.get_secret_value()
    if not text:
        return "the token is empty, or no text: give the one from the control panel"
    if text in (".", "..") or any(c in "/?#\\" or c.isspace() or not c.isprintable() for c in text):
        return "the token is refused: it has a slash, ?, #, white space or a control character, which no token has"
    return None


def service_url(value: object, token: SecretStr, *, allow_plain_http: bool) -> SplitResult | str:
    """Returns the parts of the URL of a service, or what is wrong with it or the token.

    What is wrong is returned, not raised, so that the caller can first drop a URL that may hold credentials. It does
    not show them.
    """
    if problem := token_problem(token):
        return problem
    if not isinstance(value, str):
        return "api_url is refused: give the address as text"
    try:
        parts = urlsplit(value)
        host, _ = parts.hostname, parts.port
    except ValueError:
        return "api_url is refused: it is no valid URL"
    if "@" in parts.netloc:
        return "api_url is refused: it carries credentials; the service takes a token alone"
    if parts.scheme not in ("http", "https") or not host:
        return "api_url is refused: give an address that begins with https://"
    if not _is_host(host):
        return "api_url is refused: it is no valid URL"
    beginning = f"api_url {f'{parts.scheme}://{host}'!r} is refused: "
    if "?" in value or "#" in value:
        return f"{beginning}it carries a query or a fragment; give the address alone"
    if token.get_secret_value() in value:
        return f"{beginning}it holds the token, which is put in by itself; give the address alone"
    if any(c.isspace() or c == "\\" or not c.isprintable() for c in value):
        return f"{beginning}it has white space, a backslash or a control character"
    if parts.scheme == "http" and allow_plain_http is not True and not is_loopback(host):
        return (
            f"{beginning}plain http would send the token unencrypted;"
            " use https://, or pass allow_plain_http=True if you mean it"
        )
    return parts


def shown(value: object) -> str:
    """Returns a value for a message: short, whatever it is."""
    try:
        text = repr(value)
    except ValueError:  # an integer of more digits than Python writes out
        text = "a number of thousands of digits"
    return text if len(text) <= _LONGEST_SHOWN else f"{text[:_LONGEST_SHOWN]}…"


def _is_host(host: str) -> bool:
    try:
        return all(host.removesuffix(".").split(".")) and bool(host.encode("idna"))
    except UnicodeError:
        return False


def is_loopback(host: str) -> bool:
    """Whether a host is this machine by its very name."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
