"""The network for the pool of threads: sockets, whose operations have a time limit as a whole.

httpcore has a network of its own, in which each address of a host gets the whole time limit, and each part of a TLS
handshake with a server behind a proxy.

The texts of time-outs are left to the pool, which knows the limit.
"""

import select
import socket
import ssl
import sys
import time
from collections.abc import Callable, Iterable
from functools import partial
from typing import TypeVar

import httpcore

from jiffybox_sdk._client.transport.deadline import Limits

R = TypeVar("R")

Address = tuple[str, int] | tuple[str, int, int, int] | tuple[int, bytes]
"""An address of a host and a port, as `socket.getaddrinfo` returns it."""

TLS_BYTES = 16384


class SocketBackend(httpcore.NetworkBackend):
    """A network of sockets."""

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,  # noqa: ARG002 (as httpcore declares it; there are none)
    ) -> "SocketStream":
        """Connect to the first address of a host that accepts. Resolving the name can't be limited in time.

        Each address gets an equal share of the time left.
        """
        deadline = None if timeout is None else time.monotonic() + timeout
        source = None if local_address is None else (local_address, 0)
        try:
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
            addresses = dict.fromkeys((family, address) for family, *_, address in found)
            problem = TimeoutError() if addresses else OSError("the host has no address")
            for tried, (family, address) in enumerate(addresses):
                share = None if deadline is None else (deadline - time.monotonic()) / (len(addresses) - tried)
                if share is not None and share <= 0:
                    break
                try:
                    return SocketStream(_connected(family, address, share, source))
                except OSError as error:
                    problem = error
            raise problem
        except TimeoutError as error:
            raise httpcore.ConnectTimeout from error
        except OSError as error:
            raise httpcore.ConnectError(str(error)) from error


def _connected(family: int, address: Address, timeout: float | None, source: tuple[str, int] | None) -> socket.socket:
    connecting = socket.socket(family, socket.SOCK_STREAM)  # fails if the system has no IPv6
    try:
        connecting.settimeout(timeout)
        connecting.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if source:
            connecting.bind(source)
        connecting.connect(address)
    except BaseException:  # Ctrl-C, too
        connecting.close()
        raise
    return connecting


class SocketStream(httpcore.NetworkStream):
    """A connected socket."""

    def __init__(self, connected: socket.socket) -> None:
        self._socket = connected

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """Return the next bytes, or none at the end of the stream."""
        try:
            self._socket.settimeout(timeout)
            return self._socket.recv(max_bytes)
        except TimeoutError as error:
            raise httpcore.ReadTimeout from error
        except OSError as error:
            raise httpcore.ReadError(str(error)) from error

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """Send all bytes."""
        deadline = None if timeout is None else time.monotonic() + timeout
        try:
            while buffer:
                self._socket.settimeout(None if deadline is None else max(deadline - time.monotonic(), 0.001))
                buffer = buffer[self._socket.send(buffer) :]
        except TimeoutError as error:
            raise httpcore.WriteTimeout from error
        except OSError as error:
            raise httpcore.WriteError(str(error)) from error

    def close(self) -> None:
        """Close the socket. Never waits."""
        self._socket.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        """Return the stream with TLS, also on top of TLS with a proxy."""
        try:
            if isinstance(self._socket, ssl.SSLSocket):
                return _TlsInTlsStream(self, ssl_context, server_hostname, timeout)
            self._socket.settimeout(timeout)
            self._socket = ssl_context.wrap_socket(self._socket, server_hostname=certified(server_hostname))
        except TimeoutError as error:
            raise httpcore.ConnectTimeout from error
        except OSError as error:
            raise httpcore.ConnectError(str(error)) from error
        return self

    def get_extra_info(self, info: str) -> object:
        """Return a fact about the connection, as httpcore's own streams do."""
        return socket_info(self._socket, info)


class TlsInTls:
    """The TLS layer on top of a stream that has TLS already, which sockets do not support."""

    def __init__(self, context: ssl.SSLContext, server_hostname: str | None) -> None:
        self._incoming, self._outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        self.object = context.wrap_bio(self._incoming, self._outgoing, server_hostname=certified(server_hostname))

    def attempt(self, function: Callable[[], R]) -> list[R]:
        """Return the result of a function of the TLS layer, or nothing if it needs more bytes."""
        try:
            return [function()]
        except ssl.SSLWantReadError:
            return []

    def to_send(self) -> bytes:
        """Return the bytes to send to the other side."""
        return self._outgoing.read()

    def has_unread_bytes(self) -> bool:
        """Return whether bytes from the other side have been received, but not read."""
        return bool(self.object.pending() or self._incoming.pending)

    def receive(self, received: bytes) -> None:
        """Add bytes from the other side. No bytes mean the end of the stream."""
        if received:
            self._incoming.write(received)
        else:
            self._incoming.write_eof()


class _TlsInTlsStream(httpcore.NetworkStream):
    def __init__(
        self, outer: SocketStream, context: ssl.SSLContext, server_hostname: str | None, timeout: float | None
    ) -> None:
        self._outer = outer
        self._tls = TlsInTls(context, server_hostname)
        try:
            self._perform(self._tls.object.do_handshake, timeout)
        except httpcore.TimeoutException as error:
            raise httpcore.ConnectTimeout from error
        except httpcore.NetworkError as error:
            raise httpcore.ConnectError(str(error)) from error

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        try:
            return self._perform(partial(self._tls.object.read, max_bytes), timeout)
        except (ssl.SSLZeroReturnError, ssl.SSLEOFError):
            return b""
        except OSError as error:
            raise httpcore.ReadError(str(error)) from error

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        try:
            while buffer:
                buffer = buffer[self._perform(partial(self._tls.object.write, buffer), timeout) :]
        except OSError as error:
            raise httpcore.WriteError(str(error)) from error

    def close(self) -> None:
        self._outer.close()

    def get_extra_info(self, info: str) -> object:
        if info == "is_readable" and self._tls.has_unread_bytes():
            return True
        return self._outer.get_extra_info(info)

    def _perform(self, function: Callable[[], R], timeout: float | None) -> R:
        limits = Limits(None, timeout, time.monotonic)
        while True:
            results = self._tls.attempt(function)
            if data := self._tls.to_send():
                self._outer.write(data, limits.left(httpcore.WriteTimeout))
            if results:
                return results[0]
            self._tls.receive(self._outer.read(TLS_BYTES, limits.left(httpcore.ReadTimeout)))


def certified(host: str | None) -> str | None:
    """Return a host name as in certificates: without the dot at the end that makes it absolute."""
    return host and host.removesuffix(".")


def socket_info(connected: socket.socket, info: str) -> object:
    """Return a fact about a connected socket, named as in httpcore."""
    if info == "is_readable":
        return is_readable(connected)
    if info == "ssl_object":
        return connected if isinstance(connected, ssl.SSLSocket) else None
    if info == "socket":
        return connected
    return None


def is_readable(connected: socket.socket) -> bool:
    """Return whether bytes or the end of the stream have arrived."""
    if isinstance(connected, ssl.SSLSocket) and connected.pending():
        return True
    if sys.platform != "win32" and hasattr(select, "poll"):  # select.select is limited to low file descriptors
        poll = select.poll()
        poll.register(connected, select.POLLIN)
        return bool(poll.poll(0))
    return bool(select.select([connected], [], [], 0)[0])
