"""The options of a client for the network."""

import ssl
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import SplitResult

from jiffybox_sdk._client.transport.proxy import Proxy, proxy_for
from jiffybox_sdk._client.transport.tls import context_source


@dataclass(frozen=True, slots=True)
class NetworkOptions:
    """How a client without a user's transport reaches its service.

    Attributes:
        proxy: The proxy, if there is one.
        tls: A function that returns the TLS context.
        max_connections: The maximum number of connections.
    """

    proxy: Proxy | None
    tls: Callable[[], ssl.SSLContext]
    max_connections: int


def network_options(service: SplitResult, verify: object, max_connections: int) -> NetworkOptions:
    """Return the options for a service, with the proxy from the environment.

    Raises:
        JiffyArgumentException: If `verify`, the proxy's URL or `NO_PROXY` is invalid.
    """
    return NetworkOptions(proxy_for(service), context_source(verify), max_connections)
