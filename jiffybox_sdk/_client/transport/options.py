"""The options of a client for the network."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import SplitResult

from jiffybox_sdk._client.transport.proxy import Proxy, proxy_for

if TYPE_CHECKING:
    import ssl


@dataclass(frozen=True, slots=True)
class NetworkOptions:
    """How a client without a user's transport reaches its service.

    Attributes:
        proxy: The proxy, if there is one.
        tls: A function that returns the TLS context.
        max_connections: The maximum number of connections.
    """

    proxy: Proxy | None
    tls: "Callable[[], ssl.SSLContext]"
    max_connections: int


def network_options(service: SplitResult, verify: object, max_connections: int) -> NetworkOptions:
    """Return the options for a service, with the proxy from the environment.

    Raises:
        JiffyArgumentException: If `verify`, the proxy's URL or `NO_PROXY` is invalid.
    """
    return NetworkOptions(proxy_for(service), _context_source(verify), max_connections)


def _context_source(verify: object) -> "Callable[[], ssl.SSLContext]":
    if verify is None:
        return _shared_context
    from jiffybox_sdk._client.transport.tls import context_source  # noqa: PLC0415 (loads ssl)

    return context_source(verify)


def _shared_context() -> "ssl.SSLContext":
    from jiffybox_sdk._client.transport.tls import shared_context  # noqa: PLC0415 (loads ssl)

    return shared_context()
