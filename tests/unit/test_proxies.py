"""The requests that both faces send to HTTP proxies."""

import re

import httpcore
import pytest

from jiffybox_sdk._client.transport.proxy_handshake import MAX_HEAD, ProxyRefused
from tests.support.proxies import OK, Answer, Network, a_proxy, both_faces, connected, failure


@both_faces
@pytest.mark.parametrize(
    ("host", "port", "target"),
    [
        ("service.invalid", 443, "service.invalid:443"),
        ("10.0.0.1", 80, "10.0.0.1:80"),
        ("fd00::1", 8443, "[fd00::1]:8443"),
    ],
)
def test_an_http_proxy_is_asked_to_connect(face: str, host: str, port: int, target: str) -> None:
    network = Network(OK, b"from the service")
    tunnel = connected(face, network, a_proxy(), host=host, port=port)
    assert network.events == ["connect to proxy.invalid 3128", "send"]
    assert network.sent == f"CONNECT {target} HTTP/1.1\r\nHost: {target}\r\n\r\n".encode()
    assert tunnel.receive() == b"from the service"


@both_faces
def test_user_and_password_are_sent_to_an_http_proxy(face: str) -> None:
    network = Network(OK)
    connected(face, network, a_proxy(user=True))
    assert network.sent == (
        b"CONNECT service.invalid:443 HTTP/1.1\r\nHost: service.invalid:443\r\n"
        b"Proxy-Authorization: Basic dXNlcjpjYW5hcnktcGFzc3dvcmQtMDEyMzQ1Njc4OQ==\r\n\r\n"
    )


@both_faces
def test_tls_with_an_https_proxy_comes_first(face: str) -> None:
    network = Network(OK)
    connected(face, network, a_proxy("https", host="fd00::2"), plain=False)
    assert network.events == ["connect to fd00::2 3128", "TLS with fd00::2", "send"]


ANSWERS = {
    "in one piece": [OK],
    "byte by byte": [bytes([byte]) for byte in OK],
    "with header": [b"HTTP/1.0 200 Fine\r\nVia: proxy\r\n", b"Content-Length: 5\r\n\r\n"],
    "with bare newlines": [b"HTTP/1.1 200\n\n"],
    "another success": [b"HTTP/1.1 204 No Content\r\n\r\n"],
    "after information": [b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Ear", b"ly Hints\r\n\r\n", OK],
}


@both_faces
@pytest.mark.parametrize("answers", ANSWERS.values(), ids=ANSWERS)
def test_a_proxys_success_may_look_in_many_ways(face: str, answers: list[bytes]) -> None:
    assert connected(face, Network(*answers, b"more"), a_proxy()).receive() == b"more"


@both_faces
@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (
            "407 Secret",
            r"HTTP status 407 \(Proxy Authentication Required\); set a valid user and password in HTTPS_PROXY",
        ),
        ("403 Secret", r"HTTP status 403 \(Forbidden\)"),
        ("429", r"HTTP status 429 \(Too Many Requests\)"),
        ("302 Secret", r"HTTP status 302 \(Found\)"),
        ("499 Secret", "HTTP status 499"),
    ],
)
def test_a_refusal_of_a_proxy_is_final_and_names_its_status(face: str, answer: str, said: str) -> None:
    network = Network(f"HTTP/1.1 {answer}\r\nX: Secret\r\n\r\nRetry-After: 7\r\n".encode())
    error = failure(face, network, a_proxy())
    assert isinstance(error, ProxyRefused)
    assert re.fullmatch(f"proxy proxy.invalid:3128 refused to connect to service.invalid:443: {said}", str(error))
    assert (error.status, error.retry_after) == (int(answer[:3]), None)


@both_faces
@pytest.mark.parametrize("value", ["120", "Fri, 31 Dec 1999 23:59:59 GMT"])
def test_retry_after_of_a_proxy_is_kept(face: str, value: str) -> None:
    answer = f"HTTP/1.1 429 No\r\nVia: x\r\nretry-after: \t{value} \r\n\r\nRetry-After: 7\r\n".encode()
    error = failure(face, Network(answer), a_proxy())
    assert isinstance(error, ProxyRefused)
    assert error.retry_after == value


FAULTS: dict[str, tuple[list[Answer], str]] = {
    "a gateway error": ([b"HTTP/1.1 502 Bad Gateway\r\n\r\n"], "HTTP status 502"),
    "a busy proxy": ([b"HTTP/1.1 503 No\r\nRetry-After: 7\r\n\r\n"], "HTTP status 503"),
    "another protocol": ([b"SSH-2.0-OpenSSH\r\n"], "not HTTP"),
    "the start of another protocol": ([b"\x15\x03\x01"], "not HTTP"),
    "another version": ([b"HTTP/2 200\r\n\r\n"], "not HTTP"),
    "a status of two digits": ([b"HTTP/1.1 20 OK\r\n\r\n"], "not HTTP"),
    "a status of four digits": ([b"HTTP/1.1 2000 OK\r\n\r\n"], "not HTTP"),
    "an unknown status": ([b"HTTP/1.1 600 OK\r\n\r\n"], "not HTTP"),
    "an upgrade": ([b"HTTP/1.1 101 Switching Protocols\r\n\r\n"], "not HTTP"),
    "an empty line": ([b"\r\n\r\n"], "not HTTP"),
    "an endless head": (
        [b"HTTP/1.1 200 OK\r\n", *[b"X: y\r\n" * 600] * 9],
        f"larger than {MAX_HEAD}",
    ),
    "endless information": ([*[b"HTTP/1.1 100 Continue\r\nX:\r\n\r\n" * 100] * 99], f"larger than {MAX_HEAD}"),
    "surplus bytes": ([OK + b"\x16\x03\x01"], "sent more than its answer"),
    "a second answer": ([OK + OK], "sent more than its answer"),
    "half a head": ([b"HTTP/1.1 200 OK\r\nVia: x\r\n"], "closed before it was ready"),
    "no answer": ([], "closed before it was ready"),
    "a lost connection": ([httpcore.ReadError("reset by peer")], "reset by peer"),
    "silence": ([OK[:9], httpcore.ReadTimeout("timed out")], "the time-out expired while connecting"),
}


@both_faces
@pytest.mark.parametrize("name", FAULTS)
def test_other_faults_of_a_proxy_mean_that_nothing_was_sent(face: str, name: str) -> None:
    answers, said = FAULTS[name]
    error = failure(face, Network(*answers), a_proxy())
    assert not isinstance(error, ProxyRefused)
    assert str(error).startswith("proxy proxy.invalid:3128")
    assert said in str(error)


@both_faces
def test_all_steps_share_one_time_limit(face: str) -> None:
    network = Network(b"HTTP/1.1 ", b"200 OK\r\n", b"\r\n", seconds=1)
    connected(face, network, a_proxy("https"), timeout=9.5)
    assert network.limits == [9.5, 8.5, 7.5, 6.5, 5.5, 4.5]
    endless = Network(*[b"HTTP/1.1 100 Go on\r\n\r\n"] * 99, seconds=1)
    assert "the time-out expired" in str(failure(face, endless, a_proxy(), timeout=5))
    assert endless.limits == [5, 4, 3, 2, 1]


@both_faces
@pytest.mark.parametrize(
    ("host", "port", "origin"),
    [("service.invalid", 80, b"http://service.invalid"), ("fd00::1", 8080, b"http://[fd00::1]:8080")],
)
def test_plain_requests_are_forwarded_with_their_whole_url(face: str, host: str, port: int, origin: bytes) -> None:
    network = Network(b"answer", b"", b"answer")
    tunnel = connected(face, network, a_proxy(user=True), host=host, port=port, plain=True)
    assert network.events == ["connect to proxy.invalid 3128"]
    tunnel.send(b"POST /a HTTP/1.1\r\nHost: x\r\n\r\n")
    tunnel.send(b"POST /body HTTP/1.1\r\n")
    assert tunnel.receive() == b"answer"
    assert tunnel.receive() == b""
    tunnel.send(b"GET /b HTTP/1.1\r\nHost: x\r\n\r\n")
    credentials = b"Proxy-Authorization: Basic dXNlcjpjYW5hcnktcGFzc3dvcmQtMDEyMzQ1Njc4OQ==\r\n"
    assert network.sent == (
        b"POST " + origin + b"/a HTTP/1.1\r\n" + credentials + b"Host: x\r\n\r\n"
        b"POST /body HTTP/1.1\r\n"
        b"GET " + origin + b"/b HTTP/1.1\r\n" + credentials + b"Host: x\r\n\r\n"
    )


@both_faces
def test_a_forwarded_stream_passes_everything_else_on(face: str) -> None:
    network = Network(b"answer")
    tunnel = connected(face, network, a_proxy("https"), plain=True)
    assert network.events == ["connect to proxy.invalid 3128", "TLS with proxy.invalid"]
    tunnel.send(b"GET / HTTP/1.1\r\n\r\n", 3)
    assert network.sent == b"GET http://service.invalid:443/ HTTP/1.1\r\n\r\n"
    tunnel.receive(2)
    assert network.limits[2:] == [3, 2]
    assert tunnel.stream.get_extra_info("is_readable") == "the network's is_readable"
    tunnel.close()
    assert network.events[-1] == "close"
