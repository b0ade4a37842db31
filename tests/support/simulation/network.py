"""An in-memory network as an httpcore backend. It knows nothing about HTTP or the service.

The client's end of a connection is a `Stream`. The other end is a `Peer`, which is called when bytes arrive and answers
with `deliver`, `end` and `die`.
"""

import asyncio
import ssl
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, Protocol

import httpcore

Reaction = Literal["yes", "no", "silence"]


@dataclass(frozen=True, slots=True)
class Route:
    """How the network treats one connection. All times are in seconds.

    Attributes:
        latency: The time that bytes take in either direction.
        connects: Whether the connection is accepted, refused, or not answered at all.
        tls: The same for the TLS handshake.
        breaks_after: The number of bytes from the client after which writing fails, or `None`.
        stalls: Whether writing then waits until its time-out instead.
    """

    latency: float = 0.0
    connects: Reaction = "yes"
    tls: Reaction = "yes"
    breaks_after: int | None = None
    stalls: bool = False


class Peer(Protocol):
    """The other end of a connection."""

    def receive(self, data: bytes) -> None:
        """Handle bytes from the client."""
        ...


class Network(httpcore.AsyncNetworkBackend):
    """A network with one server.

    Attributes:
        streams: The client's ends of all connections so far.
        misuse: What no client may do, such as two tasks reading from one connection at the same time.
        most_open: The highest number of connections that were open at the same time.
    """

    def __init__(
        self, route: Callable[[int], Route], accept: Callable[["Stream"], Peer], log: Callable[[str], None]
    ) -> None:
        self._route = route
        self._accept = accept
        self.log = log
        self.streams: list[Stream] = []
        self.misuse: list[str] = []
        self.most_open = 0

    @property
    def open_streams(self) -> "list[Stream]":
        """The connections that the client has not closed."""
        return [stream for stream in self.streams if not stream.closed]

    async def connect_tcp(
        self, host: str, port: int, timeout: float | None = None, *_: object, **__: object
    ) -> "Stream":
        """Open a connection."""
        stream = Stream(self, len(self.streams) + 1, self._route(len(self.streams)))
        self.streams.append(stream)
        self.most_open = max(self.most_open, len(self.open_streams))
        self.log(f"connection {stream.number}: connecting")
        try:
            await stream.handshake(stream.route.connects, timeout)
        except BaseException:
            stream.close()
            raise
        stream.connect(self._accept(stream))
        return stream

    async def sleep(self, seconds: float) -> None:
        """Wait for a number of seconds."""
        await asyncio.sleep(seconds)


class Stream(httpcore.AsyncNetworkStream):
    """The client's end of a connection.

    Attributes:
        number: The number of the connection, from 1.
        route: How the network treats it.
        closed: Whether the client has closed it.
        dead: Whether the other end has died without closing the connection.
        written: The number of bytes that the client has sent.
    """

    def __init__(self, network: Network, number: int, route: Route) -> None:
        self.number = number
        self.route = route
        self.closed = False
        self.dead = False
        self.written = 0
        self._network = network
        self._peer: Peer | None = None
        self._sent: deque[bytes] = deque()
        self._received: deque[bytes] = deque()
        self._end: Literal["closed", "reset"] | None = None
        self._waiter: asyncio.Future[bool] | None = None
        self._busy: set[str] = set()

    # The client's side.

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """Return the bytes that have arrived, or `b""` if the other end has closed the connection."""
        deadline = _deadline(timeout)
        self._enter("read")
        try:
            await asyncio.sleep(0)
            while not self._received and not self._end and not self.closed:
                await self._wait(deadline, httpcore.ReadTimeout)
        finally:
            self._busy.discard("read")
        if self.closed:
            raise httpcore.ReadError("the connection is closed")
        if self._received:
            data = self._received.popleft()
            if len(data) > max_bytes:
                self._received.appendleft(data[max_bytes:])
            return data[:max_bytes]
        if self._end == "reset":
            raise httpcore.ReadError("connection reset by peer")
        return b""

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """Send bytes."""
        if not buffer:
            return
        deadline = _deadline(timeout)
        self._enter("write")
        try:
            await asyncio.sleep(0)
            if self.closed or self._end == "reset":
                raise httpcore.WriteError("broken pipe")
            limit = self.route.breaks_after
            if limit is None or self.written + len(buffer) <= limit:
                self._send(buffer)
                return
            self._send(buffer[: limit - self.written])
            while self.route.stalls and not self.closed:
                await self._wait(deadline, httpcore.WriteTimeout)
        finally:
            self._busy.discard("write")
        self._network.log(f"connection {self.number}: broke while writing")
        self.end(reset=True)
        raise httpcore.WriteError("connection reset by peer")

    async def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> "Stream":
        """Do a TLS handshake. The bytes on the network stay the same."""
        try:
            await self.handshake(self.route.tls, timeout)
        except BaseException:
            self.close()
            raise
        return self

    async def handshake(self, reaction: Reaction, timeout: float | None) -> None:
        """Wait for the answer to a connection or to a TLS handshake."""
        deadline = _deadline(timeout)
        loop = asyncio.get_running_loop()
        answer = None if reaction == "silence" else loop.call_later(2 * self.route.latency, self._wake)
        try:
            await self._wait(deadline, httpcore.ConnectTimeout)
        finally:
            if answer:
                answer.cancel()
        if reaction == "no" or self.closed:
            raise httpcore.ConnectError("connection refused")

    async def aclose(self) -> None:
        """Close the connection, and let other tasks run."""
        self.close()
        await asyncio.sleep(0)

    def close(self) -> None:
        """Close the connection at once. Bytes that were sent still arrive at the other end."""
        if not self.closed:
            self.closed = True
            self._network.log(f"connection {self.number}: closed by the client")
            self._wake()

    def get_extra_info(self, info: str) -> object:
        """Return whether reading would not wait, for `is_readable`. Nothing else is known."""
        return bool(self.closed or self._received or self._end) if info == "is_readable" else None

    # The other side.

    def connect(self, peer: Peer) -> None:
        """Set the other end."""
        self._peer = peer

    def deliver(self, *pieces: bytes) -> None:
        """Let bytes arrive at the client, to be read piece by piece."""
        if not self.dead and not self._end:
            self._received += [piece for piece in pieces if piece]
            self._wake()

    def end(self, *, reset: bool) -> None:
        """Let the client see that the other end has closed or reset the connection."""
        if not self.dead and not self._end:
            self._end = "reset" if reset else "closed"
            if reset:
                self._received.clear()
            self._wake()

    def die(self) -> None:
        """Let nothing arrive any more at either end, without the client noticing."""
        self.dead = True

    @property
    def ended(self) -> bool:
        """Whether the other end has closed or reset the connection."""
        return self._end is not None

    def _enter(self, action: str) -> None:
        if action in self._busy:
            self._network.misuse.append(f"two tasks {action} connection {self.number} at the same time")
        self._busy.add(action)

    def _send(self, data: bytes) -> None:
        if not data:
            return
        self.written += len(data)
        self._sent.append(data)
        if self.route.latency:
            asyncio.get_running_loop().call_later(self.route.latency, self._arrive)
        else:
            self._arrive()

    def _arrive(self) -> None:
        data = self._sent.popleft()
        if self._peer and not self.dead:
            self._peer.receive(data)

    def _wake(self) -> None:
        if self._waiter and not self._waiter.done():
            self._waiter.set_result(True)

    async def _wait(self, deadline: float | None, error: type[httpcore.TimeoutException]) -> None:
        """Wait until something happens, or until the deadline, which raises an error."""
        loop = asyncio.get_running_loop()
        self._waiter = waiter = loop.create_future()
        timer = None if deadline is None else loop.call_at(deadline, _expire, waiter)
        try:
            in_time = await waiter
        finally:
            self._waiter = None
            if timer:
                timer.cancel()
        if not in_time:
            raise error("the time-out expired")


def _deadline(timeout: float | None) -> float | None:
    return None if timeout is None else asyncio.get_running_loop().time() + timeout


def _expire(waiter: asyncio.Future[bool]) -> None:
    if not waiter.done():
        waiter.set_result(False)
