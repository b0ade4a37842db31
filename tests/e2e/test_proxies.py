"""Calls through proxies, over sockets."""

import os
import socket
from collections.abc import Callable, Generator
from contextlib import ExitStack
from pathlib import Path

import anyio
import pytest

from jiffybox_sdk import AsyncJiffyBox, JiffyBox, Retry
from jiffybox_sdk.exceptions import JiffyTransportException
from tests.support.asynchronous import AsyncVirtualClock
from tests.support.loopback import CERTIFICATE, Service, SlowAnswer, secured, server_context
from tests.support.proxy_servers import HttpProxy, SocksProxy, TlsTunnel
from tests.support.scripted import PASSWORD, TOKEN, VirtualClock, envelope, http, read_request, server
from tests.support.sightings import sightings

FACES = ["sync", "async"]
both_faces = pytest.mark.parametrize("face", FACES)

DONE = http(envelope(result=True).content)
BASIC = b"Proxy-Authorization: Basic dXNlcjpjYW5hcnktcGFzc3dvcmQtMDEyMzQ1Njc4OQ==\r\n"

Talk = Callable[[socket.socket], None]


@pytest.fixture(autouse=True)
def _environment(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    for name in list(os.environ):
        if name.lower().endswith("_proxy") or name == "REQUEST_METHOD":
            monkeypatch.delenv(name)
    caplog.set_level(1)


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """The certificate of all servers."""
    path = tmp_path / "certificate"
    path.write_text(CERTIFICATE)
    return path


@pytest.fixture
def start() -> Generator[Callable[[Talk], str]]:
    """A function that starts a server and returns its URL."""
    with ExitStack() as stack:
        yield lambda talk: stack.enter_context(server(talk))


def delete_twice(
    face: str,
    url: str,
    certificate: Path | None = None,
    *,
    total_timeout: float = 30,
    retry: Retry | None = None,
) -> None:
    """Make two calls that are not retried once they were sent."""

    async def main() -> None:
        async with AsyncJiffyBox(
            TOKEN,
            url,
            allow_plain_http=True,
            verify=certificate,
            total_timeout=total_timeout,
            retry=retry,
            clock=AsyncVirtualClock(),
        ) as client:
            assert await client.delete_box(1)
            assert await client.delete_box(1)

    if face == "async":
        anyio.run(main)
        return
    with JiffyBox(
        TOKEN,
        url,
        allow_plain_http=True,
        verify=certificate,
        total_timeout=total_timeout,
        retry=retry,
        clock=VirtualClock(),
    ) as client:
        assert client.delete_box(1)
        assert client.delete_box(1)


def failure(face: str, url: str, certificate: Path | None = None) -> JiffyTransportException:
    with pytest.raises(JiffyTransportException) as raised:
        delete_twice(face, url, certificate)
    return raised.value


@both_faces
@pytest.mark.parametrize("scheme", ["http", "https"])
def test_calls_over_tls_go_through_an_http_proxy(
    face: str,
    scheme: str,
    tmp_path: Path,
    certificate: Path,
    start: Callable[[Talk], str],
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    service = Service(DONE)
    proxy = HttpProxy(start(secured(service, tmp_path)))
    address = start(proxy if scheme == "http" else secured(proxy, tmp_path))
    monkeypatch.setenv("HTTPS_PROXY", address.replace("http://", f"{scheme}://user:{PASSWORD}@"))
    delete_twice(face, "https://service.invalid", certificate)
    assert proxy.heads == [b"CONNECT service.invalid:443 HTTP/1.1\r\nHost: service.invalid:443\r\n" + BASIC + b"\r\n"]
    assert (service.connections, len(service.requests)) == (1, 2)
    assert service.line() == f"DELETE /{TOKEN}/v1.0/jiffyBoxes/1 HTTP/1.1"
    assert BASIC not in service.requests[0]
    assert caplog.records
    assert not sightings(caplog)


@both_faces
@pytest.mark.parametrize("scheme", ["http", "https"])
def test_plain_calls_are_forwarded_by_an_http_proxy(
    face: str,
    scheme: str,
    tmp_path: Path,
    certificate: Path,
    start: Callable[[Talk], str],
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    service = Service(DONE)
    address = start(service if scheme == "http" else secured(service, tmp_path))
    monkeypatch.setenv("HTTP_PROXY", address.replace("http://", f"{scheme}://user:{PASSWORD}@"))
    delete_twice(face, "http://service.invalid:8080", certificate)
    assert (service.connections, len(service.requests)) == (1, 2)
    for number, request in enumerate(service.requests):
        assert service.line(number) == f"DELETE http://service.invalid:8080/{TOKEN}/v1.0/jiffyBoxes/1 HTTP/1.1"
        assert request.count(BASIC) == 1
        assert b"Host: service.invalid:8080\r\n" in request
    assert not sightings(caplog)


@both_faces
@pytest.mark.parametrize("scheme", ["http", "https"])
def test_all_calls_go_through_a_socks_proxy(
    face: str,
    scheme: str,
    tmp_path: Path,
    certificate: Path,
    start: Callable[[Talk], str],
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    service = Service(DONE)
    proxy = SocksProxy(start(service if scheme == "http" else secured(service, tmp_path)))
    monkeypatch.setenv("ALL_PROXY", start(proxy).replace("http://", f"socks5://user:{PASSWORD}@"))
    delete_twice(face, f"{scheme}://service.invalid", certificate)
    assert proxy.logins == [(b"user", PASSWORD.encode())]
    assert proxy.requests == [b"service.invalid" + (b"\x00\x50" if scheme == "http" else b"\x01\xbb")]
    assert (service.connections, len(service.requests)) == (1, 2)
    assert service.line() == f"DELETE /{TOKEN}/v1.0/jiffyBoxes/1 HTTP/1.1"
    assert any(record.name == "httpcore.connection" for record in caplog.records)
    assert not sightings(caplog)


@both_faces
@pytest.mark.parametrize("scheme", ["https", "socks5"])
def test_an_error_of_a_proxy_reveals_no_password(
    face: str,
    scheme: str,
    start: Callable[[Talk], str],
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    address = start(lambda connection: connection.sendall(PASSWORD.encode()))
    monkeypatch.setenv("HTTPS_PROXY", address.replace("http://", f"{scheme}://user:{PASSWORD}@"))
    error = failure(face, "https://service.invalid")
    assert "proxy 127.0.0.1:" in str(error)
    assert not sightings(caplog, error)


@both_faces
@pytest.mark.parametrize(
    "status", ["407 Proxy Authentication Required", "403 Forbidden", "429 Too Many Requests", "404 x"]
)
def test_a_refusal_of_a_proxy_is_told_once(
    face: str, status: str, start: Callable[[Talk], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    proxy = Service(http(b"Content", status))
    monkeypatch.setenv("HTTPS_PROXY", start(proxy))
    error = failure(face, "https://service.invalid")
    assert "refused to connect to service.invalid:443: HTTP status " + status[:3] in str(error)
    assert (error.transient, error.http_status) == (False, None)
    assert proxy.requests == [b"CONNECT service.invalid:443 HTTP/1.1\r\nHost: service.invalid:443\r\n\r\n"]


@both_faces
def test_retry_after_of_a_proxy_is_told(
    face: str, start: Callable[[Talk], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    proxy = Service(http(b"", "429 Too Many Requests", "Retry-After: 7"))
    monkeypatch.setenv("HTTPS_PROXY", start(proxy))
    error = failure(face, "https://service.invalid")
    assert error.retry_after == 7
    assert "try again after 7 s" in str(error)
    assert len(proxy.requests) == 1


@both_faces
def test_a_dribbling_server_behind_an_https_proxy_times_out(
    face: str, tmp_path: Path, certificate: Path, start: Callable[[Talk], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    part_of_a_large_tls_record = b"\x16\x03\x03\x40\x00"
    slow_answer = SlowAnswer(b"HTTP/1.1 200 OK\r\n\r\n", part_of_a_large_tls_record)
    monkeypatch.setenv("HTTPS_PROXY", start(secured(slow_answer, tmp_path)).replace("http", "https"))
    with pytest.raises(JiffyTransportException) as raised:
        delete_twice(face, "https://service.invalid", certificate, total_timeout=0.3, retry=Retry(attempts=1))
    assert raised.value.transient
    assert slow_answer.left.wait(20)


@both_faces
def test_a_silent_proxy_is_named(face: str, start: Callable[[Talk], str], monkeypatch: pytest.MonkeyPatch) -> None:
    silent = SlowAnswer(b"", b"")
    monkeypatch.setenv("HTTPS_PROXY", start(silent))
    with pytest.raises(JiffyTransportException, match=r"proxy 127\.0\.0\.1:\d+: the time-out expired while connecting"):
        delete_twice(face, "https://service.invalid", total_timeout=0.3, retry=Retry(attempts=1))
    silent.never.set()


@both_faces
@pytest.mark.parametrize(
    "answer",
    [
        http(b"", "502 Bad Gateway"),
        http(b"", "503 Service Unavailable", "Retry-After: 5"),
        b"SSH-2.0-OpenSSH_9.9\r\n",
        b"HTTP/1.1 200 Connection established\r\n\r\n\x16\x03\x01",
    ],
)
def test_other_errors_of_a_proxy_count_as_no_connection(
    face: str, answer: bytes, start: Callable[[Talk], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    proxy = Service(answer)
    monkeypatch.setenv("HTTPS_PROXY", start(proxy))
    error = failure(face, "https://service.invalid")
    assert str(error).count("ProxyError: proxy 127.0.0.1:") == 1
    assert (error.transient, error.http_status) == (True, None)
    assert len(proxy.requests) == 4


@both_faces
def test_a_lost_connection_to_a_proxy_counts_as_no_connection(
    face: str, start: Callable[[Talk], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    requests: list[bytes] = []

    def leave(connection: socket.socket) -> None:
        requests.append(read_request(connection))
        connection.sendall(b"HTTP/1.1 200 Conn")

    monkeypatch.setenv("HTTPS_PROXY", start(leave))
    assert "the connection was closed before it was ready" in str(failure(face, "https://service.invalid"))
    assert len(requests) == 4


@both_faces
def test_surplus_bytes_in_tls_inside_tls_are_not_the_next_response(
    face: str, tmp_path: Path, certificate: Path, start: Callable[[Talk], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    surplus = TlsTunnel(server_context(tmp_path), DONE, http(envelope(result=False).content))
    monkeypatch.setenv("HTTPS_PROXY", start(secured(surplus, tmp_path)).replace("http", "https"))
    delete_twice(face, "https://service.invalid", certificate)
    assert surplus.connections == 2


@both_faces
def test_the_certificate_of_a_proxy_is_verified(
    face: str, tmp_path: Path, start: Callable[[Talk], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    proxy = Service(DONE)
    monkeypatch.setenv("HTTPS_PROXY", start(secured(proxy, tmp_path)).replace("http", "https"))
    error = failure(face, "https://service.invalid")
    assert "proxy 127.0.0.1:" in str(error)
    assert "certificate" in str(error)
    assert not error.transient
    assert proxy.requests == []


@both_faces
def test_the_certificate_of_a_service_behind_an_https_proxy_is_verified(
    face: str, tmp_path: Path, certificate: Path, start: Callable[[Talk], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    service = Service(DONE)
    proxy = HttpProxy(start(secured(service, tmp_path)))
    monkeypatch.setenv("HTTPS_PROXY", start(secured(proxy, tmp_path)).replace("http", "https"))
    error = failure(face, "https://other.invalid", certificate)
    assert "certificate" in str(error)
    assert "proxy" not in str(error)
    assert not error.transient
    assert (len(proxy.heads), service.requests) == (1, [])
