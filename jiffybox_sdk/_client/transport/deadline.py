"""The time limits of an exchange, and the network side of a connection, which applies them.

httpcore limits each operation. A server that sends a byte from time to time stays below that limit forever, so each
operation gets at most the time left until the deadline of its exchange.
"""

import math
import ssl
from collections.abc import Callable, Iterable
from typing import Generic, Protocol, TypeVar

import httpcore


class Limits:
    """The time limits of an exchange.

    Attributes:
        step: The seconds for each operation on the network, or `None`.
        total: The seconds for the whole exchange, or `None`.
    """

    __slots__ = ("_deadline", "_now", "step", "total")

    def __init__(self, step: float | None, total: float | None, now: Callable[[], float]) -> None:
        self.step = step
        self.total = total
        self._now = now
        self._deadline = math.inf if total is None else now() + total

    def left(self, error: type[httpcore.TimeoutException]) -> float | None:
        """Return the seconds for the next operation, or raise the error if the time is up."""
        left = self._deadline - self._now()
        if left <= 0:
            raise error(self.reason(error))
        limit = left if self.step is None else min(left, self.step)
        return None if limit == math.inf else limit

    def reason(self, error: type[httpcore.TimeoutException]) -> str:
        """Return which of the limits has been exceeded."""
        if error is httpcore.PoolTimeout:
            return f"no connection of the pool became free within {self.total:g} s"
        if self.step is not None and self._now() < self._deadline:
            return f"no progress within {self.step:g} s"
        if self.total is None:
            return "the time-out of the operating system expired"
        what = "no connection was made" if error is httpcore.ConnectTimeout else "the response was not complete"
        return f"{what} after {self.total:g} s"


class _Stream(Protocol):
    def close(self) -> None: ...

    def get_extra_info(self, info: str) -> object: ...


S = TypeVar("S", bound=_Stream)


class _Wire(Generic[S]):
    """The network side of one connection.

    The limits of the current exchange apply instead of the time-outs that httpcore passes.
    """

    _opened: S | None = None

    def __init__(self, limits: Limits) -> None:
        self.limits = limits

    def __del__(self) -> None:
        self.close()  # in case its exchange was interrupted

    @property
    def stream(self) -> S:
        if self._opened is None:
            raise httpcore.ReadError("the connection is not open")
        return self._opened

    def close(self) -> None:
        stream, self._opened = self._opened, None
        if stream is not None:
            stream.close()

    def get_extra_info(self, info: str) -> object:
        if self._opened is None:
            return info == "is_readable"  # as its end has been reached
        return self._opened.get_extra_info(info)


class Wire(_Wire[httpcore.NetworkStream], httpcore.NetworkBackend, httpcore.NetworkStream):
    """The network side of one connection of threads."""

    def __init__(self, backend: httpcore.NetworkBackend, limits: Limits) -> None:
        super().__init__(limits)
        self._backend = backend

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ARG002
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        limit = self.limits.left(httpcore.ConnectTimeout)
        self._opened = self._backend.connect_tcp(host, port, limit, local_address, socket_options)
        return self

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,  # noqa: ARG002
    ) -> httpcore.NetworkStream:
        limit = self.limits.left(httpcore.ConnectTimeout)
        self._opened = self.stream.start_tls(ssl_context, server_hostname, limit)
        return self

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ARG002
        return self.stream.read(max_bytes, self.limits.left(httpcore.ReadTimeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:  # noqa: ARG002
        self.stream.write(buffer, self.limits.left(httpcore.WriteTimeout))


class AsyncStream(Protocol):
    """httpcore's interface for streams, but they are closed without waiting."""

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes: ...

    async def write(self, buffer: bytes, timeout: float | None = None) -> None: ...

    async def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> "AsyncStream": ...

    def close(self) -> None: ...

    def get_extra_info(self, info: str) -> object: ...


class AsyncBackend(Protocol):
    """httpcore's interface for networks."""

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> AsyncStream: ...


class AsyncWire(_Wire[AsyncStream], httpcore.AsyncNetworkBackend, httpcore.AsyncNetworkStream):
    """The network side of one connection of tasks."""

    def __init__(self, backend: AsyncBackend, limits: Limits) -> None:
        super().__init__(limits)
        self._backend = backend

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ARG002
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        limit = self.limits.left(httpcore.ConnectTimeout)
        self._opened = await self._backend.connect_tcp(host, port, limit, local_address, socket_options)
        return self

    async def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,  # noqa: ARG002
    ) -> httpcore.AsyncNetworkStream:
        limit = self.limits.left(httpcore.ConnectTimeout)
        self._opened = await self.stream.start_tls(ssl_context, server_hostname, limit)
        return self

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ARG002
        return await self.stream.read(max_bytes, self.limits.left(httpcore.ReadTimeout))

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:  # noqa: ARG002
        await self.stream.write(buffer, self.limits.left(httpcore.WriteTimeout))

    async def aclose(self) -> None:
        self.close()
