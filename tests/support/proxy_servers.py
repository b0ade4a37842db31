"""Proxies on loopback sockets."""

import select
import socket
import ssl
from contextlib import suppress
from urllib.parse import urlsplit

from tests.support.scripted import read_request


class HttpProxy:
    """An HTTP proxy whose tunnels all lead to one server.

    Attributes:
        heads: The requests that it got: to connect, or to forward.
    """

    def __init__(self, target: str) -> None:
        self.target = urlsplit(target)
        self.heads: list[bytes] = []

    def __call__(self, connection: socket.socket) -> None:
        request = read_request(connection)
        self.heads.append(request)
        with socket.create_connection((self.target.hostname, self.target.port), 20) as onward:
            if request.startswith(b"CONNECT "):
                connection.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
            else:
                onward.sendall(request)
            relay(connection, onward)


class SocksProxy:
    """A SOCKS 5 proxy whose tunnels all lead to one server.

    Attributes:
        logins: The user and the password of each connection.
        requests: What it was asked to connect to.
    """

    def __init__(self, target: str) -> None:
        self.target = urlsplit(target)
        self.logins: list[tuple[bytes, bytes]] = []
        self.requests: list[bytes] = []

    def __call__(self, connection: socket.socket) -> None:
        received = connection.makefile("rb")
        _, count = received.read(2)
        received.read(count)
        connection.sendall(b"\5\2")
        received.read(1)
        user, password = (received.read(received.read(1)[0]) for _ in range(2))
        self.logins.append((user, password))
        connection.sendall(b"\1\0")
        received.read(4)
        self.requests.append(received.read(received.read(1)[0]) + received.read(2))
        with socket.create_connection((self.target.hostname, self.target.port), 20) as onward:
            connection.sendall(b"\5\0\0\1" + bytes(6))
            relay(connection, onward)


class TlsTunnel:
    """An HTTP proxy with the service behind it, whose answers come in TLS records of their own, but in one piece."""

    def __init__(self, context: ssl.SSLContext, *answers: bytes) -> None:
        self.context = context
        self.answers = answers
        self.connections = 0

    def __call__(self, connection: socket.socket) -> None:
        self.connections += 1
        read_request(connection)
        connection.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
        incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        tls = self.context.wrap_bio(incoming, outgoing, server_side=True)
        is_ready = False
        while received := connection.recv(65536):
            incoming.write(received)
            with suppress(ssl.SSLWantReadError):
                if not is_ready:
                    tls.do_handshake()
                    is_ready = True
                while tls.read(65536):
                    for answer in self.answers:
                        tls.write(answer)
            connection.sendall(outgoing.read())


def relay(one: socket.socket, other: socket.socket) -> None:
    """Pass on what each of two sides sends, until one closes its connection."""
    while True:
        ready = (
            [one] if isinstance(one, ssl.SSLSocket) and one.pending() else select.select([one, other], [], [], 20)[0]
        )
        for side in ready:
            data = side.recv(65536)
            if not data:
                return
            (other if side is one else one).sendall(data)
