"""The streams below the connection pools, over real sockets."""

import socket
import ssl
import threading
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from urllib.parse import urlsplit

import anyio
import anyio.to_thread
import pytest

from jiffybox_sdk._client.transport.async_network import AsyncSocketBackend
from jiffybox_sdk._client.transport.deadline import AsyncStream
from jiffybox_sdk._client.transport.network import SocketBackend
from jiffybox_sdk._client.transport.tls import context_source
from tests.support.asynchronous import backends
from tests.support.loopback import CERTIFICATE, secured
from tests.support.scripted import server

LARGE = bytes(range(256)) * 2**16
"""More than fits into the buffers of a socket."""

each_layer = pytest.mark.parametrize("secure", [False, True], ids=["plain", "TLS"])


class Receiver:
    """A server that receives as many bytes as `LARGE` has. `complete` is set when it has them."""

    def __init__(self) -> None:
        self.received = bytearray()
        self.complete = threading.Event()

    def __call__(self, connection: socket.socket) -> None:
        while len(self.received) < len(LARGE) and (piece := connection.recv(65536)):
            self.received += piece
        self.complete.set()
        connection.recv(1)

    def talk(self, folder: Path, *, secure: bool) -> Callable[[socket.socket], None]:
        return secured(self, folder) if secure else self


@pytest.fixture
def context(tmp_path: Path) -> ssl.SSLContext:
    """A TLS context that trusts the server."""
    path = tmp_path / "trusted"
    path.write_text(CERTIFICATE)
    return context_source(path)()


def sends_at_once(connected: object) -> bool:
    """Return whether a socket sends small pieces without waiting for more."""
    assert isinstance(connected, socket.socket)
    return bool(connected.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY))


@each_layer
def test_a_large_write_sends_all_bytes(tmp_path: Path, context: ssl.SSLContext, *, secure: bool) -> None:
    receiver = Receiver()
    with (
        server(receiver.talk(tmp_path, secure=secure)) as url,
        closing(SocketBackend().connect_tcp("127.0.0.1", urlsplit(url).port or 0, 20)) as plain,
    ):
        assert sends_at_once(plain.get_extra_info("socket"))
        stream = plain.start_tls(context, "127.0.0.1", 20) if secure else plain
        stream.write(LARGE, 20)
        assert receiver.complete.wait(20)
    assert receiver.received == LARGE


@backends
@each_layer
def test_a_large_async_write_sends_all_bytes(
    tmp_path: Path, context: ssl.SSLContext, backend: str, *, secure: bool
) -> None:
    receiver = Receiver()

    async def main(port: int) -> None:
        with closing(await AsyncSocketBackend().connect_tcp("127.0.0.1", port, 20)) as plain:
            assert sends_at_once(plain.get_extra_info("socket"))
            stream: AsyncStream = await plain.start_tls(context, "127.0.0.1", 20) if secure else plain
            await stream.write(LARGE, 20)
            assert await anyio.to_thread.run_sync(receiver.complete.wait, 20)

    with server(receiver.talk(tmp_path, secure=secure)) as url:
        anyio.run(main, urlsplit(url).port or 0, backend=backend)
    assert receiver.received == LARGE
