"""Networks that reach a service through a proxy.

They wrap another network, so that a call through a proxy is a call over httpcore's plain connection like any other.
"""

import ssl
import time
from collections.abc import Callable, Generator, Iterable
from contextlib import contextmanager
from functools import partial
from typing import Generic, TypeVar

import httpcore

from jiffybox_sdk._client.transport.deadline import AsyncBackend, AsyncStream, Limits
from jiffybox_sdk._client.transport.proxy import Proxy
from jiffybox_sdk._client.transport.proxy_handshake import forwarded, handshake

B = TypeVar("B", httpcore.NetworkBackend, AsyncBackend)

_READ_BYTES = 4096


class _Backend(Generic[B]):
    def __init__(
        self,
        backend: B,
        proxy: Proxy,
        tls: Callable[[], ssl.SSLContext],
        *,
        plain: bool,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        """Create the network.

        Args:
            backend: The network that the proxy is in.
            proxy: The proxy.
            tls: A function that returns the TLS context for a proxy with `https://`.
            plain: Whether all requests are plain HTTP. An HTTP proxy then gets the requests themselves, for forwarding.
            now: A monotonic clock in seconds.
        """
        self._backend: B = backend
        self._proxy = proxy
        self._tls = tls
        self._forwards = plain and proxy.scheme in ("http", "https")
        self._now = now


class ProxyBackend(_Backend[httpcore.NetworkBackend], httpcore.NetworkBackend):
    """A network behind a proxy."""

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        """Connect through the proxy. The time-out covers all steps together."""
        proxy = self._proxy
        left = partial(Limits(None, timeout, self._now).left, httpcore.ConnectTimeout)
        with _connecting(proxy):
            stream = self._backend.connect_tcp(proxy.host, proxy.port, left(), local_address, socket_options)
            try:
                if proxy.scheme == "https":
                    stream = stream.start_tls(self._tls(), proxy.host, left())
                if self._forwards:
                    return _ForwardedStream(stream, partial(forwarded, proxy=proxy, host=host, port=port))
                steps = handshake(proxy, host, port)
                to_send = next(steps)
                while True:
                    if to_send:
                        stream.write(to_send.get_secret_value(), left())
                    try:
                        to_send = steps.send(_not_empty(stream.read(_READ_BYTES, left())))
                    except StopIteration:
                        return stream
            except BaseException:  # cancellations and Ctrl-C, too
                stream.close()
                raise


class AsyncProxyBackend(_Backend[AsyncBackend]):
    """A network behind a proxy, for tasks."""

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> AsyncStream:
        """Connect through the proxy. The time-out covers all steps together."""
        proxy = self._proxy
        left = partial(Limits(None, timeout, self._now).left, httpcore.ConnectTimeout)
        with _connecting(proxy):
            stream = await self._backend.connect_tcp(proxy.host, proxy.port, left(), local_address, socket_options)
            try:
                if proxy.scheme == "https":
                    stream = await stream.start_tls(self._tls(), proxy.host, left())
                if self._forwards:
                    return _AsyncForwardedStream(stream, partial(forwarded, proxy=proxy, host=host, port=port))
                steps = handshake(proxy, host, port)
                to_send = next(steps)
                while True:
                    if to_send:
                        await stream.write(to_send.get_secret_value(), left())
                    try:
                        to_send = steps.send(_not_empty(await stream.read(_READ_BYTES, left())))
                    except StopIteration:
                        return stream
            except BaseException:  # cancellations and Ctrl-C, too
                stream.close()
                raise


class _ForwardedStream(httpcore.NetworkStream):
    """A connection to an HTTP proxy that forwards plain requests.

    httpcore writes the head of a request in one piece: the first after connecting or after reading.
    """

    def __init__(self, stream: httpcore.NetworkStream, rewrite: Callable[[bytes], bytes]) -> None:
        self._stream = stream
        self._rewrite = rewrite
        self._is_head = True

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        self._is_head = True
        return self._stream.read(max_bytes, timeout)

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        is_head, self._is_head = self._is_head, False
        self._stream.write(self._rewrite(buffer) if is_head else buffer, timeout)

    def close(self) -> None:
        self._stream.close()

    def get_extra_info(self, info: str) -> object:
        return self._stream.get_extra_info(info)


class _AsyncForwardedStream:
    """The same for tasks."""

    def __init__(self, stream: AsyncStream, rewrite: Callable[[bytes], bytes]) -> None:
        self._stream = stream
        self._rewrite = rewrite
        self._is_head = True

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        self._is_head = True
        return await self._stream.read(max_bytes, timeout)

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:
        is_head, self._is_head = self._is_head, False
        await self._stream.write(self._rewrite(buffer) if is_head else buffer, timeout)

    async def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> AsyncStream:
        raise NotImplementedError  # its requests are plain

    def close(self) -> None:
        self._stream.close()

    def get_extra_info(self, info: str) -> object:
        return self._stream.get_extra_info(info)


def _not_empty(received: bytes) -> bytes:
    if not received:
        raise httpcore.ConnectError("the connection was closed before it was ready")
    return received


@contextmanager
def _connecting(proxy: Proxy) -> Generator[None]:
    """Turn errors of streams into errors of connecting, since nothing was sent to the service yet."""
    try:
        yield
    except httpcore.TimeoutException as error:
        # A time-out would be replaced by the one of the exchange, which does not name the proxy.
        raise httpcore.ProxyError(f"{proxy}: the time-out expired while connecting") from error
    except httpcore.NetworkError as error:
        raise httpcore.ConnectError(f"{proxy}: {error}") from error
