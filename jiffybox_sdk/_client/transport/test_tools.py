"""Test tools that replace a part of httpx or httpcore that clients do not use by themselves.

Whoever mocks httpx must not send real requests. respx replaces httpcore's connections, which clients use. pytest-httpx
and vcrpy replace httpx's transports, and other versions of vcrpy httpcore's pools. While such a tool is active, clients
send their calls through an `httpx.HTTPTransport`.
"""

import sys

from jiffybox_sdk._common.type_guards import is_map

_REPLACED = (
    ("httpx", "HTTPTransport", "handle_request"),
    ("httpx", "AsyncHTTPTransport", "handle_async_request"),
    ("httpcore", "ConnectionPool", "handle_request"),
    ("httpcore", "AsyncConnectionPool", "handle_async_request"),
)
_NATIVE = ("httpx", "httpcore", "respx")


def are_active() -> bool:
    """Return whether a test tool has replaced one of the methods."""
    for package, name, method in _REPLACED:
        function: object = getattr(getattr(sys.modules.get(package), name, None), method, None)
        if function is not None and _package_of(function) not in _NATIVE:
            return True
    return False


def _package_of(function: object) -> str:
    """Return the package that defines a function. `functools.wraps` hides it from `__module__`."""
    names: object = getattr(function, "__globals__", None)
    return str(names.get("__name__")).partition(".")[0] if is_map(names) else ""
