"""The bytes that both faces send to SOCKS proxies, and interruptions and secrets with proxies of all kinds."""

import asyncio

import httpcore
import pytest

from jiffybox_sdk._client.transport.proxy_backend import AsyncProxyBackend
from jiffybox_sdk._client.transport.proxy_handshake import ProxyRefused
from tests.support.proxies import (
    CONTEXT,
    OK,
    SOCKS_OK,
    Answer,
    AsyncNetwork,
    Network,
    Tunnel,
    a_proxy,
    both_faces,
    connected,
    failure,
)
from tests.support.scripted import PASSWORD
from tests.support.sightings import sightings


@both_faces
@pytest.mark.parametrize("scheme", ["socks5", "socks5h"])
@pytest.mark.parametrize("plain", [False, True])
def test_a_socks_proxy_looks_up_the_host(face: str, scheme: str, *, plain: bool) -> None:
    network = Network(b"\5\0", b"\5\0\0\1\0\0\0\0\0\0", b"from the service")
    tunnel = connected(face, network, a_proxy(scheme), plain=plain)
    assert network.sent == b"\5\1\0" + b"\5\1\0\3\x0fservice.invalid\x01\xbb"
    tunnel.send(b"GET / HTTP/1.1\r\n\r\n")
    assert network.sent.endswith(b"\x01\xbbGET / HTTP/1.1\r\n\r\n")
    assert tunnel.receive() == b"from the service"


@both_faces
@pytest.mark.parametrize(("host", "address"), [("10.0.0.1", b"\1\n\0\0\1"), ("fd00::1", b"\4\xfd" + bytes(14) + b"\1")])
def test_a_socks_proxy_gets_addresses_in_binary(face: str, host: str, address: bytes) -> None:
    network = Network(b"\5\0", b"\5\0\0\1\0\0\0\0\0\0")
    connected(face, network, a_proxy("socks5"), host=host, port=258)
    assert network.sent == b"\5\1\0" + b"\5\1\0" + address + b"\1\2"


@both_faces
def test_user_and_password_are_sent_to_a_socks_proxy_that_asks(face: str) -> None:
    network = Network(*SOCKS_OK)
    connected(face, network, a_proxy("socks5", user=True))
    login = b"\1\4user\x1a" + PASSWORD.encode()
    request = b"\5\1\0\3\x0fservice.invalid\x01\xbb"
    assert network.sent == b"\5\2\0\2" + login + request
    network = Network(b"\5\0", SOCKS_OK[-1])
    connected(face, network, a_proxy("socks5", user=True))
    assert network.sent == b"\5\2\0\2" + request


@both_faces
@pytest.mark.parametrize(
    "reply", [b"\5\0\0\1\1\2\3\4\0\0", b"\5\0\0\4" + bytes(18), b"\5\0\0\3\7a.local\0\0", b"\5\0\0\3\0\0\0"]
)
def test_a_socks_proxy_may_answer_byte_by_byte(face: str, reply: bytes) -> None:
    answers = [bytes([byte]) for byte in b"\5\2\1\0" + reply]
    assert connected(face, Network(*answers, b"more"), a_proxy("socks5", user=True)).receive() == b"more"


@both_faces
@pytest.mark.parametrize(
    ("answers", "said"),
    [
        ([b"\5\xff"], "requires another authentication; set a valid user and password in HTTPS_PROXY"),
        ([b"\5\2", b"\1\1"], "rejected the user and password in HTTPS_PROXY"),
        ([b"\5\0", b"\5\2\0\1"], "refused to connect to service.invalid:443: not allowed by its rules"),
        ([b"\5\0", b"\5\7\0\1"], "refused to connect to service.invalid:443: command not supported"),
        ([b"\5\0", b"\5\x08\0\1"], "refused to connect to service.invalid:443: type of address not supported"),
    ],
)
def test_a_refusal_of_a_socks_proxy_is_final(face: str, answers: list[bytes], said: str) -> None:
    error = failure(face, Network(*answers), a_proxy("socks5", user=True))
    assert isinstance(error, ProxyRefused)
    assert str(error) == f"proxy proxy.invalid:3128 {said}"
    assert (error.status, error.retry_after) == (None, None)


@both_faces
def test_a_name_too_long_for_socks_is_refused(face: str) -> None:
    error = failure(face, Network(b"\5\0"), a_proxy("socks5"), host="a." * 128)
    assert isinstance(error, ProxyRefused)


SOCKS_FAULTS: dict[str, tuple[list[Answer], str]] = {
    "a general failure": ([b"\5\0", b"\5\1\0\1"], "general failure"),
    "an unreachable host": ([b"\5\0", b"\5\4\0\1" + bytes(6)], "host unreachable"),
    "an unknown error": ([b"\5\0", b"\5\x63\0\1"], "error 99"),
    "another version": ([b"\4\0"], "not SOCKS 5"),
    "HTTP": ([b"HTTP/1.1 400 Bad Request\r\n\r\n"], "not SOCKS 5"),
    "another version later": ([b"\5\0", b"\4\0\0\1" + bytes(6)], "not SOCKS 5"),
    "an authentication not offered": ([b"\5\2"], "not SOCKS 5"),
    "an unknown type of address": ([b"\5\0", b"\5\0\0\2" + bytes(6)], "not SOCKS 5"),
    "surplus bytes": ([b"\5\0", b"\5\0\0\1" + bytes(7)], "sent more than its answer"),
    "half an answer": ([b"\5\0", b"\5\0\0\1\1"], "closed before it was ready"),
    "no answer": ([], "closed before it was ready"),
    "silence": ([b"\5\0", httpcore.ReadTimeout("timed out")], "the time-out expired while connecting"),
}


@both_faces
@pytest.mark.parametrize("name", SOCKS_FAULTS)
def test_other_faults_of_a_socks_proxy_mean_that_nothing_was_sent(face: str, name: str) -> None:
    answers, said = SOCKS_FAULTS[name]
    error = failure(face, Network(*answers), a_proxy("socks5"))
    assert not isinstance(error, ProxyRefused)
    assert str(error).startswith("proxy proxy.invalid:3128")
    assert said in str(error)


@both_faces
@pytest.mark.parametrize("scheme", ["http", "https", "socks5"])
def test_an_interruption_anywhere_closes_the_stream(face: str, scheme: str) -> None:
    answers = SOCKS_OK if scheme == "socks5" else [OK]
    complete = Network(*answers)
    connected(face, complete, a_proxy(scheme, user=True))
    for number in range(1, len(complete.limits)):
        network = Network(*answers, interrupt_at=number)
        with pytest.raises(KeyboardInterrupt):
            Tunnel(face, network, a_proxy(scheme, user=True))
        assert network.events[-1] == "close"


@pytest.mark.parametrize("scheme", ["http", "https", "socks5"])
def test_a_cancellation_at_any_await_closes_the_stream_at_once(scheme: str) -> None:
    answers = SOCKS_OK if scheme == "socks5" else [OK]
    complete = Network(*answers)
    connected("async", complete, a_proxy(scheme, user=True))
    for number in range(1, len(complete.limits) + 1):
        network = Network(*answers)
        backend = AsyncProxyBackend(AsyncNetwork(network), a_proxy(scheme, user=True), lambda: CONTEXT, plain=False)
        steps = backend.connect_tcp("service.invalid", 443)
        for _ in range(number):
            steps.send(None)
        with pytest.raises(asyncio.CancelledError):
            steps.throw(asyncio.CancelledError())
        assert network.events.count("close") == (number > 1)


@both_faces
@pytest.mark.parametrize("scheme", ["http", "https", "socks5"])
@pytest.mark.parametrize("plain", [False, True])
def test_errors_of_proxies_reveal_no_password(
    face: str, scheme: str, caplog: pytest.LogCaptureFixture, *, plain: bool
) -> None:
    caplog.set_level(1)
    proxy = a_proxy(scheme, user=True)
    answers = SOCKS_OK if scheme == "socks5" else [OK]
    complete = Network(*answers)
    connected(face, complete, proxy, plain=plain)
    for number in range(len(complete.limits)):
        network = Network(*answers, interrupt_at=number)
        with pytest.raises(KeyboardInterrupt) as raised:
            Tunnel(face, network, proxy, plain=plain)
        assert not sightings(caplog, raised.value, repr(proxy))
    if not plain:
        echo = f"HTTP/1.1 407 {PASSWORD}\r\nX: {PASSWORD}\r\n\r\n".encode()
        error = failure(face, Network(b"\5\2" if scheme == "socks5" else echo, b"\1\1"), proxy)
        assert isinstance(error, ProxyRefused)
        assert not sightings(caplog, error)
