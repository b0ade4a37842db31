"""Networks in memory for connection pools, with a server that answers `GET /x` with `x`."""

import re
import ssl
from collections.abc import Callable, Iterator
from typing import Any

import anyio.lowlevel
import httpcore

from jiffybox_sdk._client.transport.async_pool import AsyncPool
from jiffybox_sdk._client.transport.pool import Pool

ORIGIN = httpcore.URL("http://service.invalid/").origin


class Network(httpcore.NetworkBackend):
    """A network.

    Attributes:
        answer: Returns the response to the body of a GET, which is the requested path.
        opened: All connections so far.
        now: The time.
    """

    def __init__(self) -> None:
        self.answer: Callable[[bytes], bytes] = plain
        self.opened: list[Peer] = []
        self.now = 0.0

    @property
    def open(self) -> list["Peer"]:
        """The connections that are open."""
        return [peer for peer in self.opened if not peer.closed]

    def connect_tcp(self, *_: object, **__: object) -> "Stream":
        self.opened.append(Peer())
        return Stream(self, self.opened[-1])

    def pool(self, max_connections: int = 2, now: Callable[[], float] | None = None) -> Pool:
        """Return a pool on this network."""
        return Pool(ORIGIN, self, ssl.create_default_context, max_connections, now or (lambda: self.now))

    def async_pool(self, max_connections: int = 2) -> AsyncPool:
        """Return a pool on this network."""
        return AsyncPool(ORIGIN, AsyncNetwork(self), ssl.create_default_context, max_connections, lambda: self.now)


class Peer:
    """The server's side of a connection. `received` are the bytes that the client has not read yet."""

    def __init__(self) -> None:
        self.received = b""
        self.closed = False


class Stream(httpcore.NetworkStream):
    """The client's side of a connection. It is closed when nothing refers to it, as sockets are."""

    def __init__(self, network: Network, peer: Peer) -> None:
        self._network = network
        self._peer = peer

    def __del__(self) -> None:
        self._peer.closed = True

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        assert not self._peer.closed
        taken, self._peer.received = self._peer.received[:max_bytes], self._peer.received[max_bytes:]
        return taken

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        assert not self._peer.closed
        if match := re.match(rb"GET /(\S*) ", buffer):
            self._peer.received += self._network.answer(match[1])

    def close(self) -> None:
        self._peer.closed = True

    def get_extra_info(self, info: str) -> Any:
        return bool(self._peer.received) if info == "is_readable" else None


class AsyncNetwork:
    """A network for tasks."""

    def __init__(self, network: Network) -> None:
        self._network = network

    async def connect_tcp(self, *_: object, **__: object) -> "AsyncStream":
        await anyio.lowlevel.checkpoint()
        return AsyncStream(self._network.connect_tcp())


class AsyncStream:
    """A connection for tasks."""

    def __init__(self, stream: Stream) -> None:
        self._stream = stream

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        await anyio.lowlevel.checkpoint()
        return self._stream.read(max_bytes)

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:
        await anyio.lowlevel.checkpoint()
        self._stream.write(buffer)

    async def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> "AsyncStream":
        raise NotImplementedError

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)

    def close(self) -> None:
        self._stream.close()


class NoContent:
    """An empty request body, for threads and tasks."""

    def __iter__(self) -> Iterator[bytes]:
        return iter(())

    def __aiter__(self) -> "NoContent":
        return self

    async def __anext__(self) -> bytes:
        raise StopAsyncIteration


def plain(body: bytes) -> bytes:
    """Return a response."""
    return b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body)


def request(path: str) -> httpcore.Request:
    """Return a request, which `plain` answers with its path."""
    headers = [(b"Host", b"service.invalid")]
    return httpcore.Request("GET", f"http://service.invalid/{path}", headers=headers, content=NoContent())


def content(response: httpcore.Response, *_: object) -> str:
    """Return the body of a response."""
    return b"".join(response.iter_stream()).decode()


async def async_content(response: httpcore.Response, *_: object) -> str:
    """Return the body of a response."""
    return b"".join([chunk async for chunk in response.aiter_stream()]).decode()


def get(pool: Pool, path: str) -> str:
    """Make an exchange and return the body of the response."""
    return pool.exchange(request(path), content, total=1)


async def async_get(pool: AsyncPool, path: str) -> str:
    """Make an exchange and return the body of the response."""
    return await pool.exchange(request(path), async_content, total=1)


def get_many(pool: Pool, count: int) -> list[str]:
    """Return the bodies of exchanges that take place at the same time, one within the other."""

    def nested(response: httpcore.Response, *_: object) -> list[str]:
        return [content(response), *get_many(pool, count - 1)]

    return pool.exchange(request(str(count)), nested, total=1) if count else []


async def async_get_many(pool: AsyncPool, count: int) -> list[str]:
    """Return the bodies of exchanges that take place at the same time, one within the other."""

    async def nested(response: httpcore.Response, *_: object) -> list[str]:
        return [await async_content(response), *await async_get_many(pool, count - 1)]

    return await pool.exchange(request(str(count)), nested, total=1) if count else []
