"""Client options: defaults and validation. Invalid options raise `JiffyArgumentException`."""

import ipaddress
import os
import re
from typing import TYPE_CHECKING, Literal, get_args
from urllib.parse import SplitResult, urlsplit

from pydantic import SecretStr

from jiffybox_sdk._common.arguments import integer, shown
from jiffybox_sdk._common.operation import API_URL
from jiffybox_sdk.exceptions import JiffyArgumentException

if TYPE_CHECKING:
    from jiffybox_sdk._client.rate_limit import RateLimit
    from jiffybox_sdk._client.retry import Retry

MAX_CONNECTIONS = 100

_USER_AGENT = r"[!-~]([ -~]{0,198}[!-~])?"

DriftMode = Literal["ignore", "log", "raise"]
"""How a client treats unknown fields and values in responses."""


def url_from_environment() -> str:
    """Return the service's URL from the environment."""
    if not os.environ.get("JIFFYBOX_API_KEY"):
        raise JiffyArgumentException("no API token: set the environment variable JIFFYBOX_API_KEY")
    return os.environ.get("JIFFYBOX_API_URL") or API_URL


def check_options(
    retry: "Retry | None",
    rate_limit: "RateLimit | None",
    on_message: object,
    on_attempt: object,
    drift: str,
    clock: object,
) -> None:
    """Validate the options common to both clients, for users who do not run a type checker."""
    # Imported late, because only a client needs them.
    from jiffybox_sdk._client.rate_limit import RateLimit  # noqa: PLC0415
    from jiffybox_sdk._client.retry import Retry  # noqa: PLC0415

    if retry is not None and not isinstance(retry, Retry):  # pyright: ignore[reportUnnecessaryIsInstance] (see above)
        raise JiffyArgumentException(f"invalid retry {shown(retry)}: expected a Retry, such as Retry(attempts=1)")
    if rate_limit is not None and not isinstance(rate_limit, RateLimit):  # pyright: ignore[reportUnnecessaryIsInstance] (see above)
        raise JiffyArgumentException(f"invalid rate_limit {shown(rate_limit)}: expected a RateLimit or None")
    for name, function in (("on_message", on_message), ("on_attempt", on_attempt)):
        if function is not None and not callable(function):
            raise JiffyArgumentException(f"invalid {name} {shown(function)}: expected a callable or None")
    if drift not in get_args(DriftMode):
        raise JiffyArgumentException(f'invalid drift {shown(drift)}: expected "ignore", "log" or "raise"')
    if clock is not None and not all(hasattr(clock, name) for name in ("monotonic", "time", "sleep")):
        raise JiffyArgumentException(f"invalid clock {shown(clock)}: expected a Clock or None")


def check_network_options(transport: object, verify: object, max_connections: object, user_agent: object) -> None:
    """Validate the options for the network, except for `verify`, which is read where it is used."""
    integer(max_connections, "max_connections")
    if user_agent is not None and not (isinstance(user_agent, str) and re.fullmatch(_USER_AGENT, user_agent)):
        raise JiffyArgumentException(
            f"invalid user_agent {shown(user_agent)}: expected up to 200 printable ASCII characters,"
            " such as 'myapp/1.0'"
        )
    if transport is not None and (verify is not None or max_connections != MAX_CONNECTIONS):
        name = "max_connections" if verify is None else "verify"
        raise JiffyArgumentException(
            f"invalid {name}: a client with its own transport does not use it; set it on the transport instead"
        )


def token_problem(token: SecretStr) -> str | None:
    """Return the reason why a token is invalid, without showing it, or `None` if it is valid."""
    text = token.get_secret_value()
    if not text:
        return "the token is empty or not a string: use the one from the control panel"
    if text in (".", "..") or any(c in "/?#\\" or c.isspace() or not c.isprintable() for c in text):
        return "invalid token: it contains a slash, backslash, ?, #, white space or a control character"
    return None


def service_url(value: object, token: SecretStr, *, allow_plain_http: bool) -> SplitResult | str:
    """Return the parts of a service's URL, or what is wrong with the URL or the token.

    The problem is returned rather than raised, so that the caller can first drop the URL, which may contain
    credentials. The text never shows the credentials.
    """
    if problem := token_problem(token):
        return problem
    if not isinstance(value, str):
        return "invalid api_url: expected a string"
    try:
        parts = urlsplit(value)
        host, _ = parts.hostname, parts.port
    except ValueError:
        return "invalid api_url: it is not a valid URL"
    if "@" in parts.netloc:
        return "invalid api_url: it contains credentials, but the service uses only a token"
    if parts.scheme not in ("http", "https") or not host:
        return "invalid api_url: expected a URL that starts with https://"
    if not is_valid_host(host):
        return "invalid api_url: it is not a valid URL"
    prefix = f"invalid api_url {f'{parts.scheme}://{host}'!r}: "
    if "?" in value or "#" in value:
        return f"{prefix}it contains a query or a fragment"
    if token.get_secret_value() in value:
        return f"{prefix}it contains the token, which the client inserts itself"
    if any(c.isspace() or c == "\\" or not c.isprintable() for c in value):
        return f"{prefix}it contains white space, a backslash or a control character"
    if parts.scheme == "http" and allow_plain_http is not True and not is_loopback(host):
        return (
            f"{prefix}plain http would send the token unencrypted; use https://, or pass allow_plain_http=True to"
            " accept that"
        )
    return parts


def is_loopback(host: str) -> bool:
    """Return whether a host name is `localhost` or a loopback address. No name is resolved."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def is_valid_host(host: str) -> bool:
    """Return whether a host name can be looked up, or is an address."""
    labels = host.removesuffix(".").split(".")
    if host.isascii():  # what Python's codec does, which is slow to load
        return all(0 < len(label) < 64 for label in labels)
    try:
        return all(labels) and bool(host.encode("idna"))
    except UnicodeError:
        return False
