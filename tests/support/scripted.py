"""What several tests share: a clock that does not wait, scripted answers, and servers of any kind on real sockets."""

import json
import socket
import threading
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager, suppress
from typing import TypeVar

import httpx
from pydantic import JsonValue
from pydantic_core import to_json

from jiffybox_sdk import Emulator, JiffyBox, Retry
from jiffybox_sdk.emulator import ServiceRequest
from jiffybox_sdk.schemas import load

T = TypeVar("T")

TOKEN = "canary0123456789canary0123456789"
PASSWORD = "canary-password-0123456789"
URL = "https://service.invalid"


class VirtualClock:
    """A clock that moves only when somebody sleeps on it. It keeps how long each sleep was."""

    def __init__(self) -> None:
        self.now = 1_700_000_000.0
        self.slept: list[float] = []

    def monotonic(self) -> float:
        return self.now

    def time(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds


Answer = httpx.Response | Exception | Callable[[httpx.Request], httpx.Response]


class Script(httpx.BaseTransport):
    """Answers requests one after the other as was laid down, and keeps them. The last answer is given for ever."""

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
    """An example of a schema, fresh each time."""
    examples = load(name)["examples"]
    assert isinstance(examples, list)
    found = examples[number]
    assert isinstance(found, dict)
    return found


def envelope(result: JsonValue = None, *messages: tuple[str, str], status: int = 200, **headers: str) -> httpx.Response:
    """An answer of the service. Underscores in names of headers stand for hyphens."""
    told: list[JsonValue] = [{"type": kind, "message": text} for kind, text in messages]
    return httpx.Response(
        status,
        headers={name.replace("_", "-"): value for name, value in headers.items()},
        content=to_json({"messages": told, "result": result}),
    )


def scripted(*answers: Answer, retry: Retry | None = None) -> tuple[JiffyBox, Script, VirtualClock]:
    """A client, the script that answers it, and its clock."""
    script, clock = Script(*answers), VirtualClock()
    return JiffyBox(TOKEN, URL, transport=script, clock=clock, retry=retry), script, clock


@contextmanager
def server(talk: Callable[[socket.socket], None], connections: int = 8) -> Generator[str]:
    """Runs a server on a loopback socket, and gives its URL.

    Args:
        talk: Is given each connection, in a thread of its own; the connection is closed when it returns.
        connections: How many connections it takes at the most.
    """
    threads: list[threading.Thread] = []
    taken: list[socket.socket] = []

    def converse(connection: socket.socket) -> None:
        with connection, suppress(OSError):  # the client has gone, as it may
            talk(connection)

    def listen() -> None:
        for _ in range(connections):
            try:
                connection, _address = listener.accept()
            except OSError:
                return
            connection.settimeout(20)
            taken.append(connection)
            thread = threading.Thread(target=converse, args=(connection,))
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
            for connection in taken:
                with suppress(OSError):  # closed already
                    connection.shutdown(socket.SHUT_RDWR)
            for thread in threads:
                thread.join()


def read_request(connection: socket.socket) -> bytes:
    """Reads one request from a connection; empty when the client has closed it."""
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
    """An HTTP answer as bytes."""
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", *headers]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


@contextmanager
def emulated(emulator: Emulator) -> Generator[str]:
    """Puts an emulator on a loopback socket, with connections that are lost as its faults say, and gives its URL."""

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
    """What the service says and answers to a request."""
    content = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
    response = emulator.handle(ServiceRequest(verb, f"/{TOKEN}/v1.0/{path}", content))
    assert response.status == 200
    answer = json.loads(response.body)
    assert set(answer) == {"messages", "result"}
    return [message["message"] for message in answer["messages"]], answer["result"]


def unchecked(function: Callable[..., T]) -> Callable[..., T]:
    """A function as one that takes anything, for the mistakes of users who have no type checker."""
    return function
