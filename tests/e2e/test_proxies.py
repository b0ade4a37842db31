"""Calls through proxies, over sockets."""

import re
import socket
from collections.abc import Callable, Generator
from contextlib import ExitStack
from pathlib import Path
from typing import TypedDict

import anyio
import pytest

from jiffybox_sdk import AsyncJiffyBox, JiffyBox, Retry
from jiffybox_sdk.exceptions import JiffyTransportException
from tests.support.asynchronous import AsyncVirtualClock
from tests.support.loopback import CERTIFICATE, Service, SlowAnswer, secured, server_context
from tests.support.proxy_servers import HttpProxy, SocksProxy, TlsTunnel
from tests.support.scripted import PASSWORD, TOKEN, VirtualClock, envelope, http, read_request, server
from tests.support.sightings import sightings

pytestmark = pytest.mark.usefixtures("no_proxies")

SERVICE = "https://service.invalid"
LOGIN = f"user:{PASSWORD}@"
DONE = http(envelope(result=True).content)
BASIC = b"Proxy-Authorization: Basic dXNlcjpjYW5hcnktcGFzc3dvcmQtMDEyMzQ1Njc4OQ==\r\n"


class Options(TypedDict):
    allow_plain_http: bool
    verify: Path | None
    total_timeout: float
    retry: Retry | None


class World:
    """Servers with one certificate, a proxy in the environment, and clients of one face that trust the certificate."""

    def __init__(self, face: str, folder: Path, patch: pytest.MonkeyPatch, servers: ExitStack) -> None:
        self.folder = folder
        self._face = face
        self._patch = patch
        self._servers = servers
        self._certificate = folder / "certificate"
        self._certificate.write_text(CERTIFICATE)

    def serve(self, talk: Callable[[socket.socket], None], scheme: str = "http") -> str:
        """Start a server and return its URL."""
        url = self._servers.enter_context(server(secured(talk, self.folder) if scheme == "https" else talk))
        return url.replace("http", scheme)

    def serve_proxy(
        self,
        talk: Callable[[socket.socket], None],
        scheme: str = "http",
        *,
        login: str = "",
        variable: str = "HTTPS_PROXY",
    ) -> None:
        """Start a proxy, and set it in the environment."""
        self._patch.setenv(variable, self.serve(talk, scheme).replace("://", f"://{login}"))

    def delete_twice(self, url: str = SERVICE, *, trusting: bool = True, impatient: bool = False) -> None:
        """Make two calls that are not retried once they were sent."""
        options: Options = {
            "allow_plain_http": True,
            "verify": self._certificate if trusting else None,
            "total_timeout": 0.3 if impatient else 30,
            "retry": Retry(attempts=1) if impatient else None,
        }

        async def main() -> None:
            async with AsyncJiffyBox(TOKEN, url, clock=AsyncVirtualClock(), **options) as client:
                assert await client.delete_box(1)
                assert await client.delete_box(1)

        if self._face == "async":
            anyio.run(main)
            return
        with JiffyBox(TOKEN, url, clock=VirtualClock(), **options) as client:
            assert client.delete_box(1)
            assert client.delete_box(1)

    def failure(self, url: str = SERVICE, *, trusting: bool = True, impatient: bool = False) -> JiffyTransportException:
        """Return the exception of the first call."""
        with pytest.raises(JiffyTransportException) as raised:
            self.delete_twice(url, trusting=trusting, impatient=impatient)
        return raised.value


@pytest.fixture(params=["sync", "async"])
def world(
    request: pytest.FixtureRequest,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> Generator[World]:
    caplog.set_level(1)
    with ExitStack() as servers:
        yield World(str(request.param), tmp_path, monkeypatch, servers)


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_calls_over_tls_go_through_an_http_proxy(world: World, scheme: str, caplog: pytest.LogCaptureFixture) -> None:
    service = Service(DONE)
    proxy = HttpProxy(world.serve(service, "https"))
    world.serve_proxy(proxy, scheme, login=LOGIN)
    world.delete_twice()
    assert proxy.heads == [b"CONNECT service.invalid:443 HTTP/1.1\r\nHost: service.invalid:443\r\n" + BASIC + b"\r\n"]
    assert (service.connections, len(service.requests)) == (1, 2)
    assert service.line() == f"DELETE /{TOKEN}/v1.0/jiffyBoxes/1 HTTP/1.1"
    assert BASIC not in service.requests[0]
    assert caplog.records
    assert not sightings(caplog)


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_plain_calls_are_forwarded_by_an_http_proxy(
    world: World, scheme: str, caplog: pytest.LogCaptureFixture
) -> None:
    proxy = Service(DONE)
    world.serve_proxy(proxy, scheme, login=LOGIN, variable="HTTP_PROXY")
    world.delete_twice("http://service.invalid:8080")
    assert (proxy.connections, len(proxy.requests)) == (1, 2)
    for number, request in enumerate(proxy.requests):
        assert proxy.line(number) == f"DELETE http://service.invalid:8080/{TOKEN}/v1.0/jiffyBoxes/1 HTTP/1.1"
        assert request.count(BASIC) == 1
        assert b"Host: service.invalid:8080\r\n" in request
    assert not sightings(caplog)


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_all_calls_go_through_a_socks_proxy(world: World, scheme: str, caplog: pytest.LogCaptureFixture) -> None:
    service = Service(DONE)
    proxy = SocksProxy(world.serve(service, scheme))
    world.serve_proxy(proxy, "socks5", login=LOGIN, variable="ALL_PROXY")
    world.delete_twice(f"{scheme}://service.invalid")
    assert proxy.logins == [(b"user", PASSWORD.encode())]
    assert proxy.requests == [b"service.invalid" + (b"\x00\x50" if scheme == "http" else b"\x01\xbb")]
    assert (service.connections, len(service.requests)) == (1, 2)
    assert service.line() == f"DELETE /{TOKEN}/v1.0/jiffyBoxes/1 HTTP/1.1"
    assert any(record.name == "httpcore.connection" for record in caplog.records)
    assert not sightings(caplog)


@pytest.mark.parametrize("variable", ["HTTP_PROXY", "ALL_PROXY"])
def test_this_machine_is_reached_without_a_proxy(world: World, variable: str) -> None:
    service, proxy = Service(DONE), Service(http(b"", "502 Bad Gateway"))
    world.serve_proxy(proxy, variable=variable)
    url = world.serve(service)
    for address in (url, url.replace("127.0.0.1", "localhost"), url.replace("127.0.0.1", "LocalHost")):
        world.delete_twice(address)
    assert (len(service.requests), proxy.connections) == (6, 0)


def test_no_proxy_is_honoured(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def resolve(host: str | bytes, *_args: object, **_options: object) -> None:
        raise socket.gaierror(f"asked for {host!r}")

    proxy = Service(DONE)
    world.serve_proxy(proxy)
    monkeypatch.setenv("NO_PROXY", "x, service.invalid")
    with monkeypatch.context() as patch:
        patch.setattr(socket, "getaddrinfo", resolve)
        assert re.search(r"asked for b?'service\.invalid'", str(world.failure()))
    assert proxy.connections == 0


@pytest.mark.parametrize("scheme", ["https", "socks5"])
def test_an_error_of_a_proxy_reveals_no_password(
    world: World, scheme: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    address = world.serve(lambda connection: connection.sendall(PASSWORD.encode()))  # neither TLS nor SOCKS
    monkeypatch.setenv("HTTPS_PROXY", address.replace("http://", f"{scheme}://{LOGIN}"))
    error = world.failure()
    assert "proxy 127.0.0.1:" in str(error)
    assert not sightings(caplog, error)


@pytest.mark.parametrize(
    "status", ["407 Proxy Authentication Required", "403 Forbidden", "429 Too Many Requests", "404 x"]
)
def test_a_refusal_of_a_proxy_is_told_once(world: World, status: str) -> None:
    proxy = Service(http(b"Content", status))
    world.serve_proxy(proxy)
    error = world.failure()
    assert "refused to connect to service.invalid:443: HTTP status " + status[:3] in str(error)
    assert (error.transient, error.http_status) == (False, None)
    assert proxy.requests == [b"CONNECT service.invalid:443 HTTP/1.1\r\nHost: service.invalid:443\r\n\r\n"]


def test_retry_after_of_a_proxy_is_told(world: World) -> None:
    proxy = Service(http(b"", "429 Too Many Requests", "Retry-After: 7"))
    world.serve_proxy(proxy)
    error = world.failure()
    assert error.retry_after == 7
    assert "try again after 7 s" in str(error)
    assert len(proxy.requests) == 1


def test_a_dribbling_server_behind_an_https_proxy_times_out(world: World) -> None:
    part_of_a_large_tls_record = b"\x16\x03\x03\x40\x00"
    slow_answer = SlowAnswer(b"HTTP/1.1 200 OK\r\n\r\n", part_of_a_large_tls_record)
    world.serve_proxy(slow_answer, "https")
    assert world.failure(impatient=True).transient
    assert slow_answer.left.wait(20)


def test_a_silent_proxy_is_named(world: World) -> None:
    silent = SlowAnswer(b"", b"")
    world.serve_proxy(silent)
    error = world.failure(impatient=True)
    assert re.search(r"proxy 127\.0\.0\.1:\d+: the time-out expired while connecting", str(error))
    silent.never.set()


@pytest.mark.parametrize(
    "answer",
    [
        http(b"", "502 Bad Gateway"),
        http(b"", "503 Service Unavailable", "Retry-After: 5"),
        b"SSH-2.0-OpenSSH_9.9\r\n",
        b"HTTP/1.1 200 Connection established\r\n\r\n\x16\x03\x01",
    ],
)
def test_other_errors_of_a_proxy_count_as_no_connection(world: World, answer: bytes) -> None:
    proxy = Service(answer)
    world.serve_proxy(proxy)
    error = world.failure()
    assert str(error).count("ProxyError: proxy 127.0.0.1:") == 1
    assert (error.transient, error.http_status) == (True, None)
    assert len(proxy.requests) == 4


def test_a_lost_connection_to_a_proxy_counts_as_no_connection(world: World) -> None:
    requests: list[bytes] = []

    def leave(connection: socket.socket) -> None:
        requests.append(read_request(connection))
        connection.sendall(b"HTTP/1.1 200 Conn")

    world.serve_proxy(leave)
    assert "the connection was closed before it was ready" in str(world.failure())
    assert len(requests) == 4


def test_surplus_bytes_in_tls_inside_tls_are_not_the_next_response(world: World) -> None:
    surplus = TlsTunnel(server_context(world.folder), DONE, http(envelope(result=False).content))
    world.serve_proxy(surplus, "https")
    world.delete_twice()
    assert surplus.connections == 2


def test_http_1_1_is_negotiated_with_an_https_proxy(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    context = server_context(world.folder)
    context.set_alpn_protocols(["h2", "http/1.1"])
    protocols: list[str | None] = []

    def refuse(connection: socket.socket) -> None:
        with context.wrap_socket(connection, server_side=True) as inner:
            protocols.append(inner.selected_alpn_protocol())
            Service(http(b"", "403 Forbidden"))(inner)

    monkeypatch.setenv("HTTPS_PROXY", world.serve(refuse).replace("http", "https"))
    assert "HTTP status 403" in str(world.failure())
    assert protocols == ["http/1.1"]


def test_the_certificate_of_a_proxy_is_verified(world: World) -> None:
    proxy = Service(DONE)
    world.serve_proxy(proxy, "https")
    error = world.failure(trusting=False)
    assert "proxy 127.0.0.1:" in str(error)
    assert "certificate" in str(error)
    assert not error.transient
    assert proxy.requests == []


def test_the_certificate_of_a_service_behind_an_https_proxy_is_verified(world: World) -> None:
    service = Service(DONE)
    proxy = HttpProxy(world.serve(service, "https"))
    world.serve_proxy(proxy, "https")
    error = world.failure("https://other.invalid")
    assert "certificate" in str(error)
    assert "proxy" not in str(error)
    assert not error.transient
    assert (len(proxy.heads), service.requests) == (1, [])
