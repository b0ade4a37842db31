"""Connections over real sockets: httpx's transport, with a bound on the time of a whole exchange.

httpx limits how long a single read may take. A server that sends a byte now and then stays below that limit for ever,
so each read here gets at most what is left until the deadline of the call that it belongs to.
"""

import time
import urllib.request
from collections.abc import Callable, Generator, Iterable
from contextlib import contextmanager
from contextvars import ContextVar
from ssl import SSLContext
from typing import Any, TypeVar
from urllib.parse import SplitResult

import httpcore
import httpx
from pydantic import SecretStr

from jiffybox_sdk._common.arguments import is_loopback
from jiffybox_sdk.exceptions import JiffyArgumentException

T = TypeVar("T")

_deadline: ContextVar[float | None] = ContextVar("jiffybox_sdk_deadline", default=None)


@contextmanager
def at_most(seconds: float | None) -> Generator[None]:
    """Bounds all that happens inside on the sockets of this module; `None` for no bound."""
    token = _deadline.set(None if seconds is None else time.monotonic() + seconds)
    try:
        yield
    finally:
        _deadline.reset(token)


class SocketTransport(httpx.HTTPTransport):
    """httpx's own transport over streams that know the deadline of the call."""

    def __init__(self, proxy: SecretStr | None) -> None:
        """Opens nothing yet.

        Args:
            proxy: URL of the proxy to go through, if any. It may hold a password.

        Raises:
            JiffyArgumentException: the proxy's URL can't be used. The message does not show it.
        """
        context = httpx.create_ssl_context()
        super().__init__(verify=context)
        backend = _DeadlineBackend(httpcore.SyncBackend())
        if proxy is None:
            self._pool = httpcore.ConnectionPool(
                ssl_context=context, max_connections=100, max_keepalive_connections=20, network_backend=backend
            )
        else:
            self._pool = _proxy_pool(proxy, context, backend)


def proxy_for(service: SplitResult) -> SecretStr | None:
    """Returns the proxy that the environment names for a service, if any. Never one for this machine itself."""
    host = service.hostname or ""
    if is_loopback(host) or urllib.request.proxy_bypass(service.netloc):
        return None
    proxies = urllib.request.getproxies()
    proxy = proxies.get(service.scheme) or proxies.get("all")
    if not proxy:
        return None
    return SecretStr(proxy if "://" in proxy else f"http://{proxy}")


def async_transport(proxy: SecretStr | None) -> httpx.AsyncHTTPTransport:
    """Returns httpx's own transport for async clients, whose calls are bounded from outside.

    Args:
        proxy: URL of the proxy to go through, if any. It may hold a password.

    Raises:
        JiffyArgumentException: the proxy's URL can't be used. The message does not show it.
    """
    if proxy is None:
        return httpx.AsyncHTTPTransport()
    return _through(proxy, lambda checked: httpx.AsyncHTTPTransport(proxy=checked))


def _proxy_pool(url: SecretStr, context: SSLContext, backend: httpcore.NetworkBackend) -> httpcore.ConnectionPool:
    def make(proxy: httpx.Proxy) -> httpcore.ConnectionPool:
        pool = httpcore.HTTPProxy if proxy.url.scheme in ("http", "https") else httpcore.SOCKSProxy
        return pool(
            httpcore.URL(str(proxy.url.copy_with(username=None, password=None))),
            proxy_auth=proxy.raw_auth,
            ssl_context=context,
            max_connections=100,
            max_keepalive_connections=20,
            network_backend=backend,
        )

    return _through(url, make)


def _through(url: SecretStr, make: Callable[[httpx.Proxy], T]) -> T:
    """Returns what is made of a proxy.

    Raises:
        JiffyArgumentException: nothing can be made of it. The message does not show it.
    """
    problem = "give one that begins with http://, https:// or socks5://"
    try:
        proxy = httpx.Proxy(url.get_secret_value())
        if proxy.url.host:
            return make(proxy)
    except (ImportError, RuntimeError):
        problem = "a SOCKS proxy needs the package socksio: pip install 'httpx[socks]'"
    except (ValueError, httpx.InvalidURL):
        pass
    raise JiffyArgumentException(f"the proxy named by the environment can't be used: {problem}")


class _DeadlineBackend(httpcore.NetworkBackend):
    def __init__(self, backend: httpcore.NetworkBackend) -> None:
        self._backend = backend

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        stream = self._backend.connect_tcp(
            host, port, _within(timeout, httpcore.ConnectTimeout), local_address, socket_options
        )
        return _DeadlineStream(stream)


class _DeadlineStream(httpcore.NetworkStream):
    def __init__(self, stream: httpcore.NetworkStream) -> None:
        self._stream = stream

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, _within(timeout, httpcore.ReadTimeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, _within(timeout, httpcore.WriteTimeout))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self, ssl_context: SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        timeout = _within(timeout, httpcore.ConnectTimeout)
        return _DeadlineStream(self._stream.start_tls(ssl_context, server_hostname, timeout))

    def get_extra_info(self, info: str) -> Any:  # as httpcore declares it
        return self._stream.get_extra_info(info)


def _within(timeout: float | None, error: type[httpcore.TimeoutException]) -> float | None:
    """Returns a time-out cut to what is left until the deadline.

    Raises:
        httpcore.TimeoutException: nothing is left.
    """
    deadline = _deadline.get()
    if deadline is None:
        return timeout
    left = deadline - time.monotonic()
    if left <= 0:
        raise error("the time for the whole answer is up")
    return left if timeout is None else min(timeout, left)
