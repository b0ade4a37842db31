"""The proxy of `jiffybox run`, by raw bytes over sockets."""

import json
import select
import socket
import ssl
from collections.abc import Generator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from jiffybox_sdk import Emulator
from jiffybox_sdk.emulator import TOKEN
from jiffybox_sdk.emulator._server.proxy import HOST, proxy

CONNECT = f"CONNECT {HOST}:443 HTTP/1.1\r\nHost: {HOST}:443\r\n\r\n".encode()
ESTABLISHED = b"HTTP/1.1 200 Connection established\r\n\r\n"
GET = f"GET /any-token/v1.0/plans HTTP/1.1\r\nHost: {HOST}\r\n\r\n".encode()


@dataclass
class Gateway:
    """A proxy, with the messages to its user."""

    port: int
    authority: Path
    emulator: Emulator
    notices: list[str] = field(default_factory=list)

    def connect(self) -> socket.socket:
        return socket.create_connection(("127.0.0.1", self.port), timeout=20)

    def context(self) -> ssl.SSLContext:
        return ssl.create_default_context(cafile=self.authority)

    def tunnel(self) -> socket.socket:
        """Return a connection through a tunnel."""
        connection = self.connect()
        connection.sendall(CONNECT)
        assert read(connection, len(ESTABLISHED)) == ESTABLISHED
        return self.context().wrap_socket(connection, server_hostname=HOST)


@pytest.fixture
def gateway(tmp_path: Path) -> Generator[Gateway]:
    emulator, notices = Emulator("manual"), list[str]()
    with proxy(emulator, tmp_path, token=TOKEN, notify=notices.append) as (url, authority):
        yield Gateway(urlsplit(url).port or 0, authority, emulator, notices)


def read(connection: socket.socket, count: int) -> bytes:
    """Read a number of bytes, or fewer if the connection ends before."""
    received = b""
    while len(received) < count and (piece := connection.recv(count - len(received))):
        received += piece
    return received


def answer(connection: socket.socket) -> tuple[int, bytes]:
    """Read a response and return its status and its body."""
    head = b""
    while not head.endswith(b"\r\n\r\n"):
        head += read(connection, 1) or pytest.fail(f"the connection ended after {head!r}")
    [length] = [int(line[15:]) for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")]
    return int(head.split()[1]), read(connection, length)


def asked(connection: socket.socket, request: bytes) -> int:
    """Send a request and return the status of the answer."""
    connection.sendall(request)
    return answer(connection)[0]


def test_requests_in_a_tunnel_are_answered_by_the_emulator(gateway: Gateway) -> None:
    with gateway.tunnel() as tunnel:
        for _ in range(2):
            tunnel.sendall(GET)
            status, body = answer(tunnel)
            assert (status, json.loads(body)["result"]["44"]["name"]) == (200, "CloudLevel 1")
    assert [entry.call for entry in gateway.emulator.journal()] == ["list_plans"] * 2


def test_a_request_for_a_tunnel_may_come_in_pieces(gateway: Gateway) -> None:
    with gateway.connect() as connection:
        for byte in CONNECT:
            connection.sendall(bytes([byte]))
        assert read(connection, len(ESTABLISHED)) == ESTABLISHED


def test_a_request_may_come_with_the_end_of_the_handshake(gateway: Gateway) -> None:
    incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
    tls = gateway.context().wrap_bio(incoming, outgoing, server_hostname=HOST)
    with gateway.connect() as connection:
        connection.sendall(CONNECT)
        assert read(connection, len(ESTABLISHED)) == ESTABLISHED
        received = b""
        while True:
            try:
                tls.do_handshake()
                break
            except ssl.SSLWantReadError:
                connection.sendall(outgoing.read())
                incoming.write(connection.recv(65536))
        tls.write(GET)
        connection.sendall(outgoing.read())  # in one segment
        while b"CloudLevel 6 SSD" not in received:
            try:
                received += tls.read(65536)
            except ssl.SSLWantReadError:
                incoming.write(connection.recv(65536) or pytest.fail("the connection ended"))


def test_urls_with_https_are_answered_without_a_tunnel(gateway: Gateway) -> None:
    with gateway.connect() as connection:
        assert asked(connection, GET.replace(b"GET ", f"GET https://{HOST}".encode())) == 200


@pytest.mark.parametrize(
    "target",
    [
        f"{HOST}:22",
        f"{HOST}:80",
        HOST,
        "example.invalid:443",
        f"{HOST}.example.invalid:443",
        f"x{HOST}:443",
        "127.0.0.1:443",
        "",
    ],
)
def test_no_tunnel_leads_elsewhere(gateway: Gateway, target: str) -> None:
    with gateway.connect() as connection:
        assert asked(connection, f"CONNECT {target} HTTP/1.1\r\n\r\n".encode()) == 403
        assert connection.recv(1) == b""
    assert gateway.notices == [f"refused to connect to {target!r}: only {HOST} is emulated"]


@pytest.mark.parametrize(
    "target",
    [
        "http://example.invalid/",
        f"http://{HOST}:8080/",
        f"http://{HOST}.example.invalid/",
        f"http://{HOST}@example.invalid/",
        f"http://user@{HOST}/",
        f"ftp://{HOST}/",
        "*",
    ],
)
def test_no_url_leads_elsewhere_not_even_after_a_good_request(gateway: Gateway, target: str) -> None:
    request = f"GET {target} HTTP/1.1\r\nHost: {HOST}\r\n\r\n".encode()
    for connection in (gateway.connect(), gateway.tunnel()):
        with connection:
            for _ in range(2):
                assert asked(connection, GET) == 200
                assert asked(connection, request) == 403
    assert len(gateway.notices) == 1


def test_nothing_connects_to_other_hosts(gateway: Gateway) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        name = f"127.0.0.1:{other.getsockname()[1]}"
        for target in (f"CONNECT {name}", f"GET http://{name}/"):
            with gateway.connect() as connection:
                assert asked(connection, f"{target} HTTP/1.1\r\nHost: {name}\r\n\r\n".encode()) == 403
        assert select.select([other], [], [], 0)[0] == []


def test_a_few_hosts_are_reported_and_each_once(gateway: Gateway) -> None:
    with gateway.connect() as connection:
        for number in [*range(150), *range(150)]:
            assert asked(connection, f"GET http://{number}.invalid/ HTTP/1.1\r\nHost: x\r\n\r\n".encode()) == 403
    assert [notice.split("'")[1] for notice in gateway.notices] == [f"{number}.invalid" for number in range(100)]


@pytest.mark.parametrize(
    ("header", "status"),
    [("Origin: https://example.invalid", 403), ("Sec-Fetch-Site: cross-site", 403), (f"Origin: https://{HOST}", 200)],
)
def test_pages_of_other_sites_are_rejected_in_tunnels_too(gateway: Gateway, header: str, status: int) -> None:
    with gateway.tunnel() as tunnel:
        assert asked(tunnel, GET.replace(b"\r\n\r\n", f"\r\n{header}\r\n\r\n".encode())) == status


def test_another_host_in_a_tunnel_is_rejected(gateway: Gateway) -> None:
    with gateway.tunnel() as tunnel:
        assert asked(tunnel, GET.replace(HOST.encode(), b"example.invalid")) == 400


def test_a_request_for_a_tunnel_that_never_ends_is_cut_off(gateway: Gateway) -> None:
    with gateway.connect() as connection, pytest.raises(OSError, match=r"reset|Broken pipe"):  # noqa: PT012 (at either)
        connection.sendall(b"CONNECT " + bytes(2**20))
        connection.sendall(connection.recv(1) or pytest.fail("the end of the connection counts as well"))
    assert gateway.notices == []


def test_a_failed_handshake_is_reported_and_leaves_the_proxy_usable(gateway: Gateway) -> None:
    with gateway.connect() as connection:
        connection.sendall(CONNECT)
        assert read(connection, len(ESTABLISHED)) == ESTABLISHED
        with pytest.raises(ssl.SSLCertVerificationError):
            ssl.create_default_context().wrap_socket(connection, server_hostname=HOST)
    with gateway.tunnel() as tunnel:
        assert asked(tunnel, GET) == 200
    [notice] = gateway.notices
    assert notice.startswith("the TLS handshake failed (TLSV1_ALERT_UNKNOWN_CA): ")


def test_many_tunnels_work_at_once(gateway: Gateway) -> None:
    tunnels = [gateway.tunnel() for _ in range(60)]
    with ThreadPoolExecutor(20) as pool:
        assert list(pool.map(asked, tunnels, [GET] * 60)) == [200] * 60
    for tunnel in tunnels:
        tunnel.close()


def test_the_end_closes_tunnels_in_every_state(tmp_path: Path) -> None:
    with proxy(Emulator(), tmp_path, token=None, notify=print) as (url, authority):
        gateway = Gateway(urlsplit(url).port or 0, authority, Emulator())
        silent, asking, handshaking, idle = gateway.connect(), gateway.connect(), gateway.connect(), gateway.tunnel()
        asking.sendall(CONNECT[:-2])
        handshaking.sendall(CONNECT)
        assert read(handshaking, len(ESTABLISHED)) == ESTABLISHED
    for connection in (silent, asking, handshaking, idle):
        with connection:
            assert connection.recv(1) == b""
