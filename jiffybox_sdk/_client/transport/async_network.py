"""The network for the pool of tasks: non-blocking sockets, on every event loop that anyio supports.

All waiting is for a socket to become ready, so a cancellation can strike only there, and closing never waits.

The texts of time-outs are left to the pool, which knows the limit.
"""

import errno
import os
import socket
import ssl
import time
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import TypeVar

import anyio
import httpcore
from anyio.lowlevel import checkpoint

from jiffybox_sdk._client.transport.deadline import AsyncStream, Limits
from jiffybox_sdk._client.transport.network import TLS_BYTES, Address, TlsInTls, certified, socket_info

R = TypeVar("R")

_IN_PROGRESS = (errno.EINPROGRESS, errno.EWOULDBLOCK, errno.EINTR)
_HEAD_START = 0.25  # seconds before the next address of a host is tried at the same time, as RFC 8305 recommends


class AsyncSocketBackend:
    """A network of sockets."""

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,  # noqa: ARG002 (as httpcore declares it; there are none)
    ) -> "AsyncSocketStream":
        """Connect to the first address of a host that accepts."""
        try:
            with anyio.fail_after(timeout):
                addresses = dict.fromkeys((family, address) for family, *_, address in await _resolve(host, port))
                source = None if local_address is None else (local_address, 0)
                return AsyncSocketStream(await _Race().run(addresses, source))
        except TimeoutError as error:
            raise httpcore.ConnectTimeout from error
        except OSError as error:
            raise httpcore.ConnectError(str(error)) from error


async def _resolve(host: str, port: int) -> Sequence[tuple[int, int, int, str, Address]]:
    try:  # without a thread
        return socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_NUMERICHOST)
    except socket.gaierror:
        return await anyio.getaddrinfo(host, port, type=socket.SOCK_STREAM)


class _Race:
    """Attempts to connect to the addresses of a host, each of which gets a head start over the next."""

    def __init__(self) -> None:
        self._connected: list[socket.socket] = []
        self._problem = OSError("the host has no address")

    async def run(self, addresses: Iterable[tuple[int, Address]], source: tuple[str, int] | None) -> socket.socket:
        """Return the first connected socket."""
        try:
            async with anyio.create_task_group() as group:
                for family, address in addresses:
                    failed = anyio.Event()
                    group.start_soon(self._connect, family, address, source, failed, group.cancel_scope)
                    with anyio.move_on_after(_HEAD_START):
                        await failed.wait()
        except BaseException:  # a cancellation after the race was won
            for connected in self._connected:
                connected.close()
            raise
        if not self._connected:
            raise self._problem
        return self._connected[0]

    async def _connect(
        self,
        family: int,
        address: Address,
        source: tuple[str, int] | None,
        failed: anyio.Event,
        race: anyio.CancelScope,
    ) -> None:
        connecting: socket.socket | None = None
        try:
            connecting = socket.socket(family, socket.SOCK_STREAM)  # fails if the system has no IPv6
            connecting.settimeout(0)
            connecting.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            if source:
                connecting.bind(source)
            code = connecting.connect_ex(address)
            if code in _IN_PROGRESS:
                await anyio.wait_writable(connecting)
                code = connecting.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
            if code:
                self._problem = OSError(code, os.strerror(code))
                failed.set()
            elif not self._connected:
                self._connected.append(connecting)
                race.cancel()
        except OSError as error:
            self._problem = error
            failed.set()
        finally:
            if connecting and connecting not in self._connected:
                connecting.close()


class AsyncSocketStream:
    """A connected socket."""

    def __init__(self, connected: socket.socket) -> None:
        self._socket = connected

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """Return the next bytes, or none at the end of the stream."""
        try:
            with anyio.fail_after(timeout):
                if isinstance(self._socket, ssl.SSLSocket):
                    await checkpoint()  # there may be bytes to return without waiting
                else:
                    await anyio.wait_readable(self._socket)
                return await self._perform(partial(self._socket.recv, max_bytes))
        except TimeoutError as error:
            raise httpcore.ReadTimeout from error
        except OSError as error:
            raise httpcore.ReadError(str(error)) from error

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """Send all bytes."""
        try:
            buffer = self._send_now(buffer)
            if not buffer:
                return
            with anyio.fail_after(timeout):
                while buffer:
                    buffer = buffer[await self._perform(partial(self._socket.send, buffer)) :]
        except TimeoutError as error:
            raise httpcore.WriteTimeout from error
        except OSError as error:
            raise httpcore.WriteError(str(error)) from error

    def _send_now(self, buffer: bytes) -> bytes:
        """Send what can be sent without waiting, as is usually all, and return the rest."""
        try:
            return buffer[self._socket.send(buffer) :]
        except (BlockingIOError, ssl.SSLWantReadError, ssl.SSLWantWriteError):
            return buffer

    def close(self) -> None:
        """Close the socket."""
        self._socket.close()

    async def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> AsyncStream:
        """Return the stream with TLS, also on top of TLS with a proxy."""
        try:
            if isinstance(self._socket, ssl.SSLSocket):
                tls = _AsyncTlsInTlsStream(self, TlsInTls(ssl_context, server_hostname))
                await tls.handshake(timeout)
                return tls
            with anyio.fail_after(timeout):
                secured = ssl_context.wrap_socket(
                    self._socket, server_hostname=certified(server_hostname), do_handshake_on_connect=False
                )
                self._socket = secured
                await self._perform(secured.do_handshake)
        except (TimeoutError, httpcore.TimeoutException) as error:
            raise httpcore.ConnectTimeout from error
        except (OSError, httpcore.NetworkError) as error:
            raise httpcore.ConnectError(str(error)) from error
        return self

    def get_extra_info(self, info: str) -> object:
        """Return a fact about the connection, as httpcore's own streams do."""
        return socket_info(self._socket, info)

    async def _perform(self, operation: Callable[[], R]) -> R:
        while True:
            try:
                return operation()
            except ssl.SSLWantReadError:
                await anyio.wait_readable(self._socket)
            except (BlockingIOError, ssl.SSLWantWriteError):
                await anyio.wait_writable(self._socket)


class _AsyncTlsInTlsStream:
    def __init__(self, outer: AsyncSocketStream, tls: TlsInTls) -> None:
        self._outer = outer
        self._tls = tls

    async def handshake(self, timeout: float | None) -> None:
        await self._perform(self._tls.object.do_handshake, timeout)

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        try:
            return await self._perform(partial(self._tls.object.read, max_bytes), timeout)
        except (ssl.SSLZeroReturnError, ssl.SSLEOFError):
            return b""
        except OSError as error:
            raise httpcore.ReadError(str(error)) from error

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:
        try:
            while buffer:
                buffer = buffer[await self._perform(partial(self._tls.object.write, buffer), timeout) :]
        except OSError as error:
            raise httpcore.WriteError(str(error)) from error

    async def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> AsyncStream:
        raise NotImplementedError  # neither proxies nor services have a third layer

    def close(self) -> None:
        self._outer.close()

    def get_extra_info(self, info: str) -> object:
        if info == "is_readable" and self._tls.has_unread_bytes():
            return True
        return self._outer.get_extra_info(info)

    async def _perform(self, function: Callable[[], R], timeout: float | None) -> R:
        limits = Limits(None, timeout, time.monotonic)
        while True:
            results = self._tls.attempt(function)
            if data := self._tls.to_send():
                await self._outer.write(data, limits.left(httpcore.WriteTimeout))
            if results:
                return results[0]
            self._tls.receive(await self._outer.read(TLS_BYTES, limits.left(httpcore.ReadTimeout)))
