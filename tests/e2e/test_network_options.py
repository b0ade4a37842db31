"""The options for TLS and connections, over sockets."""

import socket
import ssl
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import urlsplit

import anyio
import pytest

from jiffybox_sdk import AsyncJiffyBox, JiffyBox
from tests.support.loopback import BOX, CERTIFICATE, Service, secured, server_context
from tests.support.scripted import TOKEN, http, read_request, server


def box_name(face: str, url: str, verify: ssl.SSLContext | str | Path | None = None) -> str:
    async def main() -> str:
        async with AsyncJiffyBox(TOKEN, url, verify=verify) as client:
            return (await client.box(12345)).name

    if face == "async":
        return anyio.run(main)
    with JiffyBox(TOKEN, url, verify=verify) as client:
        return client.box(12345).name


both_faces = pytest.mark.parametrize("face", ["sync", "async"])


@both_faces
def test_verify_trusts_given_certificates(face: str, tmp_path: Path) -> None:
    certificate = tmp_path / "certificate"
    with server(secured(Service(http(BOX)), tmp_path)) as url:
        context = ssl.create_default_context(cafile=certificate)
        for verify in (certificate, str(certificate), context):
            assert box_name(face, url.replace("http", "https"), verify) == "web"
    assert certificate.read_text() == CERTIFICATE


@both_faces
@pytest.mark.parametrize("name", ["SSL_CERT_FILE", "SSL_CERT_DIR"])
def test_an_invalid_ssl_cert_file_does_not_matter_for_plain_http(
    face: str, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SSL_CERT_FILE", raising=False)
    monkeypatch.setenv(name, "/missing")
    with server(Service(http(BOX))) as url:
        assert box_name(face, url) == "web"


@both_faces
def test_a_dot_at_the_end_of_a_host_does_not_matter_to_tls(
    face: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = socket.getaddrinfo
    names: list[str | None] = []

    def getaddrinfo(_host: object, port: int, *_: int, **options: int) -> list[object]:
        return [*real("127.0.0.1", port, **options)]

    def talk(connection: socket.socket) -> None:
        context.sni_callback = lambda _socket, name, _context: names.append(name)
        with context.wrap_socket(connection, server_side=True) as inner:
            Service(http(BOX))(inner)

    context = server_context(tmp_path)
    with server(talk) as url:
        monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
        address = f"https://service.invalid.:{urlsplit(url).port}"
        assert box_name(face, address, tmp_path / "certificate") == "web"
    assert names == ["service.invalid"]


class Counter:
    """A server that counts its connections and answers when as many requests have arrived as it is told to await."""

    def __init__(self, awaited: int) -> None:
        self.connections = 0
        self.together = threading.Barrier(awaited)

    def __call__(self, connection: socket.socket) -> None:
        self.connections += 1
        while read_request(connection):
            self.together.wait(20)
            connection.sendall(http(BOX))


def test_threads_use_at_most_max_connections() -> None:
    counter = Counter(2)
    with server(counter) as url, JiffyBox(TOKEN, url, max_connections=2) as client, ThreadPoolExecutor(8) as threads:
        boxes = [threads.submit(client.box, 12345) for _ in range(8)]
        assert {box.result().name for box in boxes} == {"web"}
    assert counter.connections == 2


def test_tasks_use_at_most_max_connections() -> None:
    counter = Counter(2)
    boxes: list[str] = []

    async def read(client: AsyncJiffyBox) -> None:
        boxes.append((await client.box(12345)).name)

    async def main(url: str) -> None:
        async with AsyncJiffyBox(TOKEN, url, max_connections=2) as client, anyio.create_task_group() as group:
            for _ in range(8):
                group.start_soon(read, client)

    with server(counter) as url:
        anyio.run(main, url)
    assert boxes == ["web"] * 8
    assert counter.connections == 2
