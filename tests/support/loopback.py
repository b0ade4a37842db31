"""Servers for loopback sockets, and clients of them."""

import socket
import ssl
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Unpack

from jiffybox_sdk import JiffyBox
from jiffybox_sdk.api._connection import ClientOptions
from tests.support.scripted import TOKEN, VirtualClock, envelope, example, http, read_request

BOX = envelope(example("box")).content

KEY = """-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgR/TLr4xZJF62WFvV
KNYXaEDaGyeKatfYhlavtiGQODyhRANCAASVnBA0OLAy/Ny2SpcskcXYZnfx+v7u
Q2ZnfQPCUeuY3CfufaQvuxAwRZY+w5gamL271CRRDFJ/u53VfvG34uQZ
-----END PRIVATE KEY-----
"""
"""The key of the certificate below. It is used nowhere else."""

CERTIFICATE = """-----BEGIN CERTIFICATE-----
MIIBfTCCASOgAwIBAgIBAjAKBggqhkjOPQQDAjAUMRIwEAYDVQQDDAkxMjcuMC4w
LjEwIBcNMDAwMTAxMDAwMDAwWhgPMjEwMDAxMDEwMDAwMDBaMBQxEjAQBgNVBAMM
CTEyNy4wLjAuMTBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABJWcEDQ4sDL83LZK
lyyRxdhmd/H6/u5DZmd9A8JR65jcJ+59pC+7EDBFlj7DmBqYvbvUJFEMUn+7ndV+
8bfi5BmjZDBiMB0GA1UdDgQWBBQ9u9Wx3U+3kHlSRsOpJ0yryXP1bDAPBgNVHRMB
Af8EBTADAQH/MA4GA1UdDwEB/wQEAwIChDAgBgNVHREEGTAXhwR/AAABgg9zZXJ2
aWNlLmludmFsaWQwCgYIKoZIzj0EAwIDSAAwRQIgKWEhfW/IBWpkEAORORM9DTtn
6P4AGRe7OcxaLLjfaTACIQDzrgVOtdMgXPd/z4qxZG9V6sHSLg5yJErdXDWgqYOU
oQ==
-----END CERTIFICATE-----
"""
"""Self-signed, for 127.0.0.1 and service.invalid, from 2000 to 2100."""


class Service:
    """A server that returns its answers in order, repeating the last one, and records the requests."""

    def __init__(self, *answers: bytes) -> None:
        self.answers = answers
        self.requests: list[bytes] = []
        self.connections = 0
        self.left = threading.Event()

    def __call__(self, connection: socket.socket) -> None:
        self.connections += 1
        while request := read_request(connection):
            self.requests.append(request)
            connection.sendall(self.answers[min(len(self.requests), len(self.answers)) - 1])
        self.left.set()

    def line(self, number: int = -1) -> str:
        return self.requests[number].split(b"\r\n")[0].decode()


class EchoedBoxes:
    """A server that answers each request for a box with that box, and counts connections and requests."""

    def __init__(self) -> None:
        self.connections: int = 0
        self.requests: int = 0

    def __call__(self, connection: socket.socket) -> None:
        self.connections += 1
        while request := read_request(connection):
            self.requests += 1
            self.answer(connection, number_in(request))

    def answer(self, connection: socket.socket, number: int) -> None:
        """Answer a request for a box."""
        connection.sendall(http_box(number))


def number_in(request: bytes) -> int:
    """Return the number of the box in the path of a request, or 0."""
    last = request.split(b" ", 2)[1].rpartition(b"/")[2]
    return int(last) if last.isdigit() else 0


def http_box(number: int) -> bytes:
    """Return an HTTP response with a box."""
    return http(envelope({**example("box"), "id": number}).content)


class SlowAnswer:
    """A server that sends an endless response to the first request, in pieces, and a good one to the others.

    `left` is set when the client closes the connection.
    """

    def __init__(self, head: bytes, piece: bytes) -> None:
        self.head, self.piece = head, piece
        self.connections = 0
        self.left = threading.Event()
        self.never = threading.Event()

    def __call__(self, connection: socket.socket) -> None:
        self.connections += 1
        first = self.connections == 1
        while read_request(connection) and not first:
            connection.sendall(http(BOX))
        if not first:
            return
        try:
            connection.sendall(self.head)
            for _ in range(300):
                connection.sendall(self.piece)
                self.never.wait(0.01)
        except OSError:
            self.left.set()


def client_of(url: str, **options: Unpack[ClientOptions]) -> JiffyBox:
    """Return a client whose retries take no real time."""
    options.setdefault("clock", VirtualClock())
    return JiffyBox(TOKEN, url, **options)


def server_context(directory: Path) -> ssl.SSLContext:
    """Return the TLS context of a server. Its `certificate` is written to the directory."""
    (directory / "key").write_text(KEY)
    (directory / "certificate").write_text(CERTIFICATE)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(directory / "certificate", directory / "key")
    return context


def secured(talk: Callable[[socket.socket], None], directory: Path) -> Callable[[socket.socket], None]:
    """Wrap a server in TLS. Its `certificate` is written to the directory."""
    context = server_context(directory)

    def talk_tls(connection: socket.socket) -> None:
        with context.wrap_socket(connection, server_side=True) as inner:
            talk(inner)

    return talk_tls
