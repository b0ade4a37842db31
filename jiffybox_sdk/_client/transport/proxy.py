"""Socket transports, which use the proxy from the environment if there is one.

A proxy's URL may contain a password, so messages never show the URL.
"""

import urllib.request
from collections.abc import Callable
from ssl import SSLContext
from typing import TypeVar
from urllib.parse import SplitResult

import httpcore
import httpx
from pydantic import SecretStr

from jiffybox_sdk._client.settings import is_loopback
from jiffybox_sdk._client.transport.deadline import DeadlineBackend
from jiffybox_sdk.exceptions import JiffyArgumentException

T = TypeVar("T")

_MAX_CONNECTIONS, _MAX_IDLE = 100, 20


class SocketTransport(httpx.HTTPTransport):
    """httpx's transport over streams that observe the call's deadline."""

    def __init__(self, proxy: SecretStr | None) -> None:
        context = httpx.create_ssl_context()
        super().__init__(verify=context)
        backend = DeadlineBackend(httpcore.SyncBackend())
        if proxy is None:
            self._pool = httpcore.ConnectionPool(
                ssl_context=context,
                max_connections=_MAX_CONNECTIONS,
                max_keepalive_connections=_MAX_IDLE,
                network_backend=backend,
            )
        else:
            self._pool = _proxy_pool(proxy, context, backend)


def proxy_for(service: SplitResult) -> SecretStr | None:
    """Return the proxy URL for a service from the environment, if there is one. Loopback never uses a proxy."""
    host = service.hostname or ""
    if is_loopback(host) or urllib.request.proxy_bypass(service.netloc):
        return None
    proxies = urllib.request.getproxies()
    proxy = proxies.get(service.scheme) or proxies.get("all")
    if not proxy:
        return None
    return SecretStr(proxy if "://" in proxy else f"http://{proxy}")


def async_socket_transport(proxy: SecretStr | None) -> httpx.AsyncHTTPTransport:
    """Return httpx's transport for async clients, which limit the time of their calls themselves."""
    if proxy is None:
        return httpx.AsyncHTTPTransport()
    return _with_proxy(proxy, lambda checked: httpx.AsyncHTTPTransport(proxy=checked))


def _proxy_pool(url: SecretStr, context: SSLContext, backend: httpcore.NetworkBackend) -> httpcore.ConnectionPool:
    def make(proxy: httpx.Proxy) -> httpcore.ConnectionPool:
        pool = httpcore.HTTPProxy if proxy.url.scheme in ("http", "https") else httpcore.SOCKSProxy
        return pool(
            httpcore.URL(str(proxy.url.copy_with(username=None, password=None))),
            proxy_auth=proxy.raw_auth,
            ssl_context=context,
            max_connections=_MAX_CONNECTIONS,
            max_keepalive_connections=_MAX_IDLE,
            network_backend=backend,
        )

    return _with_proxy(url, make)


def _with_proxy(url: SecretStr, make: Callable[[httpx.Proxy], T]) -> T:
    problem = "expected a URL that starts with http://, https:// or socks5://"
    try:
        proxy = httpx.Proxy(url.get_secret_value())
        if proxy.url.host:
            return make(proxy)
    except (ImportError, RuntimeError):
        problem = "a SOCKS proxy needs the package socksio: pip install 'httpx[socks]'"
    except (ValueError, httpx.InvalidURL):
        pass
    raise JiffyArgumentException(f"invalid proxy in the environment: {problem}")
