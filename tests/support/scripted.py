"""A virtual clock, a transport with scripted responses, and servers on loopback sockets."""

import json
import socket
import threading
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager, suppress
from typing import TypeVar, Unpack

import httpx
import pytest
from pydantic import JsonValue
from pydantic_core import to_json

from jiffybox_sdk import Emulator, JiffyBox
from jiffybox_sdk.api._connection import ClientOptions
from jiffybox_sdk.clock import SystemClock
from jiffybox_sdk.emulator import ServiceRequest
from jiffybox_sdk.schemas import load

T = TypeVar("T")

TOKEN = "canary0123456789canary0123456789"
PASSWORD = "canary-password-0123456789"
URL = "https://service.invalid"


class VirtualClock:
    """A clock that only advances while something sleeps.

    Attributes:
        now: The current time.
        slept: The duration of each sleep.
        stopped: Whether time stands still even during sleeps, as when a test tool freezes it.
    """

    stopped = False

    def __init__(self) -> None:
        self.now = 1_700_000_000.0
        self.slept: list[float] = []

    def monotonic(self) -> float:
        return self.now

    def time(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        assert len(self.slept) < 10_000, "a wait does not end"
        self.slept.append(seconds)
        if not self.stopped:
            self.now += seconds


Answer = httpx.Response | Exception | Callable[[httpx.Request], httpx.Response]


class Script(httpx.BaseTransport):
    """A transport that answers requests with the given answers in turn, and then with the last one.

    Attributes:
        requests: The requests so far.
    """

    def __init__(self, *answers: Answer) -> None:
        self.answers: Sequence[Answer] = answers
        self.requests: list[httpx.Request] = []

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        request.read()
        self.requests.append(request)
        answer = self.answers[min(len(self.requests), len(self.answers)) - 1]
        if isinstance(answer, Exception):
            raise answer
        if isinstance(answer, httpx.Response):
            headers = {name: value for name, value in answer.headers.items() if name != "content-length"}
            return httpx.Response(answer.status_code, headers=headers, content=answer.content)
        return answer(request)


def example(name: str, number: int = 0) -> dict[str, JsonValue]:
    """Return a new copy of one of the examples in a schema."""
    examples = load(name)["examples"]
    assert isinstance(examples, list)
    value = examples[number]
    assert isinstance(value, dict)
    return value


def envelope(result: JsonValue = None, *messages: tuple[str, str], status: int = 200, **headers: str) -> httpx.Response:
    """Return a response of the service. Underscores in header names become hyphens."""
    content: list[JsonValue] = [{"type": kind, "message": text} for kind, text in messages]
    return httpx.Response(
        status,
        headers={name.replace("_", "-"): value for name, value in headers.items()},
        content=to_json({"messages": content, "result": result}),
    )


def scripted(*answers: Answer, **options: Unpack[ClientOptions]) -> tuple[JiffyBox, Script, VirtualClock]:
    """Return a client, the script that answers it, and its clock."""
    script, clock = Script(*answers), VirtualClock()
    options["transport"], options["clock"] = script, clock
    return JiffyBox(TOKEN, URL, **options), script, clock


@contextmanager
def server(talk: Callable[[socket.socket], None], connections: int = 8) -> Generator[str]:
    """Run a server on a loopback socket, and yield its URL.

    Args:
        talk: A function that serves one connection, in a thread of its own. The connection is closed when it returns.
        connections: The number of connections after which the server stops accepting.
    """
    threads: list[threading.Thread] = []
    accepted: list[socket.socket] = []

    def serve(connection: socket.socket) -> None:
        with connection, suppress(OSError):  # the client may disconnect at any time
            talk(connection)

    def listen() -> None:
        for _ in range(connections):
            try:
                connection, _address = listener.accept()
            except OSError:
                return
            connection.settimeout(20)
            accepted.append(connection)
            thread = threading.Thread(target=serve, args=(connection,))
            threads.append(thread)
            thread.start()

    with socket.create_server(("127.0.0.1", 0)) as listener:
        accepting = threading.Thread(target=listen)
        accepting.start()
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            listener.shutdown(socket.SHUT_RDWR)
            accepting.join()
            for connection in accepted:
                with suppress(OSError):  # closed already
                    connection.shutdown(socket.SHUT_RDWR)
            for thread in threads:
                thread.join()


def read_request(connection: socket.socket) -> bytes:
    """Read one request from a connection; return `b""` if the client has closed it."""
    data = b""
    while b"\r\n\r\n" not in data:
        piece = connection.recv(65536)
        if not piece:
            return b""
        data += piece
    head, _, body = data.partition(b"\r\n\r\n")
    length = next(
        (int(line.split(b":")[1]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length")), 0
    )
    while len(body) < length:
        body += connection.recv(65536)
    return head + b"\r\n\r\n" + body


def http(body: bytes, status: str = "200 OK", *headers: str) -> bytes:
    """Return an HTTP response as bytes."""
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", *headers]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def let_time_pass(monkeypatch: pytest.MonkeyPatch, emulator: Emulator) -> None:
    """Let the time of an emulator with a manual clock pass while a command sleeps."""
    sleep = SystemClock().sleep

    def sleep_at_the_service_as_well(seconds: float) -> None:
        emulator.advance(seconds)
        sleep(seconds)

    monkeypatch.setattr(SystemClock, "sleep", staticmethod(sleep_at_the_service_as_well))


@contextmanager
def emulated(emulator: Emulator) -> Generator[str]:
    """Serve an emulator on a loopback socket, network faults included, and yield its URL."""

    def talk(connection: socket.socket) -> None:
        while request := read_request(connection):
            head, _, body = request.partition(b"\r\n\r\n")
            verb, path, _version = head.split(b"\r\n")[0].decode().split(" ")
            answer = emulator.handle(ServiceRequest(verb, path, body))
            if answer.ending == "dropped":
                return
            headers = [f"Content-Type: {answer.content_type}"]
            if answer.retry_after is not None:
                headers.append(f"Retry-After: {answer.retry_after}")
            content = http(answer.body, f"{answer.status} Emulated", *headers)
            if answer.ending == "cut":
                connection.sendall(content[: len(content) - (len(answer.body) + 1) // 2])
                return
            connection.sendall(content)

    with server(talk, connections=10_000) as url:
        yield url


def ask(emulator: Emulator, verb: str, path: str, body: object = None) -> tuple[list[str], object]:
    """Send a request to an emulator, and return the texts of the messages and the result."""
    content = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
    response = emulator.handle(ServiceRequest(verb, f"/{TOKEN}/v1.0/{path}", content))
    assert response.status == 200
    answer = json.loads(response.body)
    assert set(answer) == {"messages", "result"}
    return [message["message"] for message in answer["messages"]], answer["result"]


def unchecked(function: Callable[..., T]) -> Callable[..., T]:
    """Return a function without the types of its parameters, for passing invalid arguments."""
    return function
