"""The emulator at the other end of the network's connections, with the troubles of real servers and gateways."""

import asyncio
import gzip
import zlib
from collections.abc import Callable, Iterator
from contextvars import ContextVar
from dataclasses import dataclass, fields
from typing import Literal

import h11
from pydantic import SecretStr

from jiffybox_sdk.emulator import TOKEN, EmulatorClock, JournalEntry, ServiceRequest, ServiceResponse
from jiffybox_sdk.emulator._service import Service
from tests.support.simulation.network import Stream
from tests.support.simulation.virtual_loop import EPOCH

Ending = Literal["keep", "announce", "close", "reset", "die"]
Framing = Literal["length", "chunked", "end"]
Encoding = Literal["", "gzip", "deflate"]

CURRENT_CALL: ContextVar[int] = ContextVar("current_call", default=0)
"""The number of the call that the current task makes. What the task sends is attributed to this call."""

LONGEST_IDLE = 5.05
"""The seconds, and a little more, after which a client must not use an idle connection any more."""

SURPLUS = b'HTTP/1.1 200 OK\r\nContent-Length: 29\r\n\r\n{"messages":[],"result":true}'
"""An answer without a request."""


@dataclass(frozen=True, slots=True)
class Treatment:
    """How the service treats one request. All times are in seconds.

    Attributes:
        before: The time before the work.
        work: Whether the emulator carries out the call.
        after: The time after the work.
        answer: What is sent: the emulator's own answer, a gateway's page, bytes that are not HTTP, or nothing.
        status: The status of the page.
        retry_after: Its Retry-After header.
        half: Whether the connection's end comes in the middle of the answer.
        then: What happens after the answer: the connection stays open; it is closed, with or without an announcement;
            it is reset; or it dies without the client noticing.
        framing: How the client knows the length of the body.
        encoding: How the body is compressed.
        pieces: The number of pieces in which the answer arrives.
        gap: The time between pieces.
        surplus: A second answer: together with the first one, in the next piece, or while the connection is idle.
        hint: Whether an informational response is sent first.
    """

    before: float = 0.0
    work: bool = True
    after: float = 0.0
    answer: Literal["own", "page", "garbage", "nothing"] = "own"
    status: int = 502
    retry_after: str | None = None
    half: bool = False
    then: Ending = "keep"
    framing: Framing = "length"
    encoding: Encoding = ""
    pieces: int = 1
    gap: float = 0.0
    surplus: Literal["", "same", "next", "late"] = ""
    hint: bool = False


class Server:
    """The emulator with its network connections.

    Attributes:
        service: The emulator.
        refused: What was received although it should not have been sent.
        keep_alive: The seconds after which an idle connection is closed, if there is a limit.
        running: The number of requests that are being worked on.
    """

    def __init__(
        self, treatment: Callable[[int], Treatment], keep_alive: float | None, log: Callable[[str], None]
    ) -> None:
        self.service = Service(SecretStr(TOKEN), EmulatorClock("manual"))
        self.refused: list[str] = []
        self.keep_alive = keep_alive
        self.running = 0
        self.log = log
        self._treatment = treatment
        self._requests = 0
        self._earliest: dict[int, float] = {}
        self._calls: list[int] = []

    def accept(self, stream: Stream) -> "Connection":
        """Serve a new connection."""
        return Connection(self, stream)

    def journal(self) -> list[tuple[int, JournalEntry]]:
        """Return the numbers of the calls that reached the emulator, with their journal entries."""
        return list(zip(self._calls, self.service.journal, strict=True))

    def next_treatment(self) -> Treatment:
        """Return how to treat the next request."""
        self._requests += 1
        return self._treatment(self._requests - 1)

    def ask_to_wait(self, call: int, retry_after: str) -> None:
        """Remember when a call may come back at the earliest."""
        if retry_after.replace(".", "").isdigit():
            self._earliest[call] = asyncio.get_running_loop().time() + float(retry_after)

    def came_too_early(self, call: int) -> bool:
        """Return whether a call comes back earlier than it was asked to."""
        return asyncio.get_running_loop().time() < self._earliest.pop(call, 0.0) - 1e-6

    def handle(self, request: ServiceRequest, call: int) -> ServiceResponse:
        """Let the emulator carry out a call now."""
        self.service.clock.set_time(EPOCH + asyncio.get_running_loop().time())
        self._calls.append(call)
        return self.service.handle(request)


class Connection:
    """The service's end of a connection."""

    def __init__(self, server: Server, stream: Stream) -> None:
        self._server = server
        self._stream = stream
        self._parser = h11.Connection(h11.SERVER)
        self._head: h11.Request | None = None
        self._body = b""
        self._busy = False
        self._used_at = asyncio.get_running_loop().time()
        self._close_when_idle()

    def receive(self, data: bytes) -> None:
        """Handle bytes from the client, and start to work on each complete request."""
        if self._stream.ended:
            return
        if self._busy:
            self._refuse("the last answer is not complete")
            return
        now = asyncio.get_running_loop().time()
        if now - self._used_at - self._stream.route.latency > LONGEST_IDLE:
            self._refuse(f"it has been idle for {now - self._used_at:g} s")
        self._used_at = now
        try:
            request = self._parse(data)
        except h11.RemoteProtocolError as error:
            self._refuse(str(error))
            return
        if request:
            if self._server.came_too_early(CURRENT_CALL.get()):
                self._refuse("it came back earlier than Retry-After says")
            self._parser, self._busy = h11.Connection(h11.SERVER), True
            self._server.running += 1
            _play(self._serve(request, CURRENT_CALL.get(), self._server.next_treatment()))

    def _refuse(self, reason: str) -> None:
        self._server.refused.append(f"call {CURRENT_CALL.get()} wrote to connection {self._stream.number}: {reason}")

    def _parse(self, data: bytes) -> ServiceRequest | None:
        """Add bytes to the request that is being received, and return it when it is complete."""
        self._parser.receive_data(data)
        while True:
            event = self._parser.next_event()
            if isinstance(event, h11.Request):
                self._head, self._body = event, b""
            elif isinstance(event, h11.Data):
                self._body += event.data
            elif isinstance(event, h11.EndOfMessage) and self._head:
                return ServiceRequest(self._head.method.decode(), self._head.target.decode(), self._body)
            else:
                return None

    def _serve(self, request: ServiceRequest, call: int, treatment: Treatment) -> Iterator[float]:
        """Serve a request. Yields seconds to wait."""
        log = self._server.log
        log(f"connection {self._stream.number}: {request.verb} of call {call} arrives{_shown(treatment)}")
        if treatment.before:
            yield treatment.before
        answer = ServiceResponse(treatment.status, b"<h1>Gateway</h1>", "text/html", treatment.retry_after)
        if treatment.work:
            own = self._server.handle(request, call)
            log(f"call {call}: carried out by the service" + (f", then {own.ending}" if own.ending != "whole" else ""))
            if own.latency:
                yield own.latency
            if treatment.answer == "own":
                answer = own
        if treatment.after:
            yield treatment.after
        yield self._stream.route.latency
        half = treatment.half or answer.ending == "cut"
        if treatment.answer != "nothing" and answer.ending != "dropped":
            content = b"\x00garbage\r\n\r\n" if treatment.answer == "garbage" else _as_bytes(answer, treatment)
            yield from self._send(content[: (len(content) + 1) // 2] if half else content, treatment)
            arrives = not half and treatment.then != "reset" and not self._stream.closed
            if answer.retry_after is not None and arrives:
                self._server.ask_to_wait(call, answer.retry_after)
        self._server.running -= 1
        self._used_at = asyncio.get_running_loop().time()
        self._busy = half or treatment.answer == "nothing"
        if treatment.then == "die":
            self._stream.die()
        elif treatment.then != "keep" or treatment.framing == "end" or answer.ending != "whole":
            self._stream.end(reset=treatment.then == "reset")
        elif treatment.surplus == "late" and not self._busy:
            asyncio.get_running_loop().call_later(0.01, self._send_late, self._stream.written)
        else:
            self._close_when_idle()

    def _send(self, content: bytes, treatment: Treatment) -> Iterator[float]:
        size = -(-len(content) // treatment.pieces)
        pieces = [content[start : start + size] for start in range(0, len(content), size)]
        if treatment.gap:
            for piece in pieces[:-1]:
                if self._stream.closed:
                    return
                self._stream.deliver(piece)
                yield treatment.gap
            pieces = pieces[-1:]
        if treatment.surplus == "same":
            pieces[-1] += SURPLUS
        elif treatment.surplus == "next":
            pieces.append(SURPLUS)
        self._stream.deliver(*pieces)

    def _send_late(self, written: int) -> None:
        """Send a surplus answer, unless another request was sent in the meantime: the client could not tell."""
        if self._stream.written == written and not self._stream.closed:
            self._server.log(f"connection {self._stream.number}: a surplus answer arrives")
            self._stream.deliver(SURPLUS)

    def _close_when_idle(self) -> None:
        if self._server.keep_alive is not None and not self._busy:
            asyncio.get_running_loop().call_later(self._server.keep_alive, self._close_idle, self._stream.written)

    def _close_idle(self, written: int) -> None:
        if self._stream.written == written and not self._stream.closed and self._server.keep_alive is not None:
            self._server.log(f"connection {self._stream.number}: closed by the service while idle")
            self._stream.end(reset=False)


def _play(steps: Iterator[float]) -> None:
    """Go through steps, with waits between them."""
    for seconds in steps:
        loop = asyncio.get_running_loop()
        if seconds:
            loop.call_later(seconds, _play, steps)
        else:
            loop.call_soon(_play, steps)
        return


def _as_bytes(answer: ServiceResponse, treatment: Treatment) -> bytes:
    body = answer.body
    lines = [f"HTTP/1.1 {answer.status} Simulated", f"Content-Type: {answer.content_type}"]
    if answer.retry_after is not None:
        lines.append(f"Retry-After: {answer.retry_after}")
    if treatment.encoding:
        lines.append(f"Content-Encoding: {treatment.encoding}")
        body = gzip.compress(body, 1, mtime=0) if treatment.encoding == "gzip" else zlib.compress(body, 1)
    if treatment.then == "announce":
        lines.append("Connection: close")
    if treatment.framing == "length":
        lines.append(f"Content-Length: {len(body)}")
    elif treatment.framing == "chunked":
        lines.append("Transfer-Encoding: chunked")
        middle = len(body) // 2
        body = b"".join(_chunk(part) for part in (body[:middle], body[middle:]) if part) + _chunk(b"")
    head = "\r\n".join([*lines, "", ""]).encode()
    return (b"HTTP/1.1 103 Hints\r\n\r\n" if treatment.hint else b"") + head + body


def _chunk(data: bytes) -> bytes:
    return b"%x\r\n%b\r\n" % (len(data), data)


PLAIN = Treatment()


def _shown(treatment: Treatment) -> str:
    """Return how a treatment differs from a plain one."""
    if treatment is PLAIN:
        return ""
    pairs = [(field.name, getattr(treatment, field.name), field.default) for field in fields(treatment)]
    return f": {', '.join(f'{name}={value!r}' for name, value, usual in pairs if value != usual)}"
