"""Requests and responses on the wire, with servers of every kind on loopback sockets."""

import gzip
import json
import socket
import threading
from collections.abc import Callable, Generator
from pathlib import Path

import httpx
import pytest
from pydantic import JsonValue

from jiffybox_sdk import Box, JiffyBox, Retry
from jiffybox_sdk._client import polling
from jiffybox_sdk._client.transport import body
from jiffybox_sdk.exceptions import (
    JiffyOutcomeUnknownException,
    JiffyTimeoutException,
    JiffyTransportException,
)
from tests.support.loopback import BOX, Service, SlowAnswer, client_of, secured
from tests.support.scripted import (
    PASSWORD,
    TOKEN,
    URL,
    VirtualClock,
    envelope,
    example,
    http,
    read_request,
    scripted,
    server,
)

ONCE = Retry(attempts=1)


def create(client: JiffyBox) -> Box:
    return client.create_box("web", 44, distribution="centos_7_64bit")


ALL: dict[str, tuple[Callable[[JiffyBox, Box], object], JsonValue]] = {
    "GET jiffyBoxes": (lambda client, _: client.boxes(), None),
    "GET jiffyBoxes/7": (lambda client, _: client.box("007"), None),
    "GET jiffyBoxes/12345": (lambda _, box: box.refresh(), None),
    "POST jiffyBoxes": (
        lambda client, _: client.create_box("ä b", 44, None, "x", PASSWORD, use_sshkey=True, metadata={"a": [None]}),
        {
            "name": "ä b",
            "planid": 44,
            "distribution": "x",
            "password": PASSWORD,
            "use_sshkey": True,
            "metadata": {"a": [None]},
        },
    ),
    "POST jiffyBoxes ": (
        lambda client, _: client.create_box("b", "CloudLevel 1", "b1", use_sshkey=False),
        {"name": "b", "planid": "CloudLevel 1", "backupid": "b1", "use_sshkey": False},
    ),
    "POST jiffyBoxes/12345": (lambda _, box: box.duplicate("c", box.plan), {"name": "c", "planid": 44}),
    "PUT jiffyBoxes/12345": (lambda _, box: box.start(), {"status": "START"}),
    "PUT jiffyBoxes/12345 ": (lambda _, box: box.start(45), {"status": "START", "planid": 45}),
    "PUT jiffyBoxes/12345  ": (lambda _, box: box.stop(), {"status": "SHUTDOWN"}),
    "PUT jiffyBoxes/12345   ": (lambda _, box: box.pull_plug(), {"status": "PULLPLUG"}),
    "PUT jiffyBoxes/12345    ": (lambda _, box: box.freeze(), {"status": "FREEZE"}),
    "PUT jiffyBoxes/12345     ": (lambda _, box: box.thaw("45"), {"status": "THAW", "planid": 45}),
    "PUT jiffyBoxes/12345      ": (lambda _, box: box.change_plan("X"), {"status": "PLAN", "planid": "X"}),
    "PUT jiffyBoxes/12345       ": (lambda _, box: box.update_metadata({"a": None}), {"metadata": {"a": None}}),
    "DELETE jiffyBoxes/12345": (lambda _, box: box.delete(), None),
    "GET plans": (lambda client, _: client.plans(), None),
    "GET plans/44": (lambda client, _: client.plan("44"), None),
    "GET distributions": (lambda client, _: client.distributions(), None),
}
"""Trailing spaces make keys unique where only the request body differs."""


@pytest.mark.parametrize(("line", "call", "body"), [(line, *rest) for line, rest in ALL.items()], ids=ALL)
def test_each_call_sends_the_documented_request(
    line: str, call: Callable[[JiffyBox, Box], object], body: JsonValue
) -> None:
    client, script, _ = scripted(httpx.Response(403))
    with pytest.raises(JiffyTransportException):
        call(client, Box(example("box"), client))
    (request,) = script.requests
    verb, path = line.split()
    assert (request.method, str(request.url)) == (verb, f"{URL}/{TOKEN}/v1.0/{path}")
    assert request.headers["Accept"] == "application/json"
    if body is None:
        assert (request.content, "Content-Type" in request.headers) == (b"", False)
    else:
        assert (json.loads(request.content), request.headers["Content-Type"]) == (body, "application/json")


@pytest.mark.parametrize(
    ("base", "version", "path"),
    [
        ("/", "v1.0", f"/{TOKEN}/v1.0/plans"),
        ("/a/b/", "v2", f"/a/b/{TOKEN}/v2/plans"),
        ("/-token-/x", "a/b", f"/-token-/x/{TOKEN}/a%2Fb/plans"),
        ("/a/../b", "v 1", f"/b/{TOKEN}/v%201/plans"),
    ],
)
def test_the_service_may_have_a_base_path(base: str, version: str, path: str) -> None:
    service = Service(http(envelope([]).content))
    with server(service) as url, JiffyBox(TOKEN, url + base, version) as client:
        assert client.plans() == []
    assert service.line() == f"GET {path} HTTP/1.1"


@pytest.mark.parametrize(
    ("id_", "segment"),
    [
        ("CloudLevel 1", "CloudLevel%201"),
        ("a/b", "a%2Fb"),
        ("ä", "%C3%A4"),
        ("%2e%2e", "%252e%252e"),
        ("?x", "%3Fx"),
        ("#x;y&z=+", "%23x%3By%26z%3D%2B"),
        ("...", "..."),
        ("\\..\n", "%5C..%0A"),
    ],
)
def test_an_id_stays_one_segment_of_the_path(id_: str, segment: str) -> None:
    service = Service(http(envelope(example("plan")).content), http(envelope(example("distribution")).content))
    with server(service) as url, client_of(url) as client:
        client.plan(id_)
        assert client.distribution(id_).id == id_
    assert service.line(0) == f"GET /{TOKEN}/v1.0/plans/{segment} HTTP/1.1"
    assert service.line(1) == f"GET /{TOKEN}/v1.0/distributions/{segment} HTTP/1.1"


def test_connections_are_reused() -> None:
    service = Service(http(BOX))
    with server(service) as url, client_of(url) as client:
        for _ in range(5):
            create(client).refresh()
    assert (service.connections, len(service.requests)) == (1, 10)


def test_a_connection_closed_by_the_server_is_not_reused() -> None:
    closed = threading.Event()

    def answer_once(connection: socket.socket) -> None:
        read_request(connection)
        connection.sendall(http(BOX))
        connection.shutdown(socket.SHUT_RDWR)
        closed.set()

    with server(answer_once) as url, client_of(url) as client:
        for _ in range(3):
            create(client)
            assert closed.wait(10)
            closed.clear()


BROKEN = {
    "nothing": b"",
    "half a response": http(BOX)[:-9],
    "half a head": http(BOX)[:20],
    "half a chunk": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nff\r\n{",
    "garbage": b"\x00\xff\x16 no HTTP at all\r\n\r\n",
    "another protocol": b"SSH-2.0-OpenSSH_9.6\r\n",
    "not compressed": http(BOX, "200 OK", "Content-Encoding: gzip"),
    "endless head": b"HTTP/1.1 200 OK\r\n" + b"X-Filler: x\r\n" * 20_000,
}


@pytest.mark.parametrize("answer", BROKEN.values(), ids=BROKEN)
def test_broken_answers_count_as_lost(answer: bytes) -> None:
    connections: list[bytes] = []

    def talk(connection: socket.socket) -> None:
        connections.append(read_request(connection))
        connection.sendall(answer)

    with server(talk) as url, client_of(url) as client:
        with pytest.raises(JiffyOutcomeUnknownException):
            create(client)
        assert len(connections) == 1
        with pytest.raises(JiffyTransportException) as raised:
            client.box(1)
        assert len(connections) == 5
        assert raised.value.transient


@pytest.mark.parametrize(
    ("head", "piece"),
    [
        (b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n", b" "),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"1\r\n \r\n"),
        (b"HTTP/1.1 200 OK\r\n", b"X-More: to come\r\n"),
        (b"HTTP/1.1 200 OK\r\nX-More: ", b"x"),
        (b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
    ],
    ids=["body", "chunks", "headers", "one header", "one status after the other"],
)
def test_a_slow_answer_times_out_and_a_retry_has_the_full_time(head: bytes, piece: bytes) -> None:
    slow_answer = SlowAnswer(head, piece)
    with server(slow_answer) as url, client_of(url, total_timeout=0.3, retry=Retry(attempts=2)) as client:
        assert client.box(12345).name == "web"
        assert slow_answer.left.wait(10)
    assert slow_answer.connections == 2
    slow_answer = SlowAnswer(head, piece)
    with server(slow_answer) as url, client_of(url, total_timeout=0.1) as client:
        with pytest.raises(JiffyOutcomeUnknownException):
            create(client)
        assert slow_answer.left.wait(10)
        assert slow_answer.connections == 1


def test_waiting_limits_the_time_of_a_slow_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(polling, "LAST_POLL", 0.1)
    slow_answers: list[SlowAnswer] = []

    def talk(connection: socket.socket) -> None:
        slow_answers.append(SlowAnswer(b"HTTP/1.1 200 OK\r\n", b"X-More: to come\r\n"))
        slow_answers[-1](connection)

    with server(talk) as url, JiffyBox(TOKEN, url, retry=ONCE) as client:
        with pytest.raises(JiffyTimeoutException, match="the last poll failed"):
            Box(example("box"), client).wait_for_status(max_wait=0.1)
        assert all(slow_answer.left.wait(10) for slow_answer in slow_answers)


def test_a_slow_custom_transport_times_out_too() -> None:
    def slow_answer(_request: httpx.Request) -> httpx.Response:
        def pieces() -> Generator[bytes]:
            for _ in range(100):
                clock.now += 1
                yield b" "

        return httpx.Response(200, content=pieces())

    client, script, clock = scripted(slow_answer, retry=ONCE)
    with pytest.raises(JiffyTransportException, match="not complete after 30 s"):
        client.box(1)
    assert len(script.requests) == 1
    assert clock.now < 1_700_000_000 + 40


def test_a_silent_tls_server_counts_as_no_connection() -> None:
    service = Service(b"")
    with (
        server(service) as url,
        client_of(url.replace("http", "https"), total_timeout=0.1) as client,
        pytest.raises(JiffyTransportException),
    ):
        create(client)
    assert service.connections == 4


def test_answers_over_64_mb_are_not_read() -> None:
    sent = threading.Event()

    def flood(connection: socket.socket) -> None:
        read_request(connection)
        connection.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
        for _ in range(200):
            connection.sendall(b"100000\r\n" + b" " * 2**20 + b"\r\n")
        sent.set()

    with (
        server(flood) as url,
        client_of(url) as client,
        pytest.raises(JiffyOutcomeUnknownException, match="larger than"),
    ):
        create(client)
    assert not sent.is_set()


def test_the_limit_is_on_the_decompressed_size(monkeypatch: pytest.MonkeyPatch) -> None:
    packed = gzip.compress(BOX)
    service = Service(http(packed, "200 OK", "Content-Encoding: gzip"))
    with server(service) as url, client_of(url, retry=ONCE) as client:
        monkeypatch.setattr(body, "MAX_BYTES", len(BOX))
        assert client.box(12345).name == "web"
        monkeypatch.setattr(body, "MAX_BYTES", len(BOX) - 1)
        with pytest.raises(JiffyTransportException, match=f"larger than {len(BOX) - 1} bytes"):
            client.box(12345)
    assert len(packed) < len(BOX)


def test_refused_connections_are_tried_four_times() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
    clock = VirtualClock()
    with client_of(f"http://127.0.0.1:{port}", clock=clock) as client, pytest.raises(JiffyTransportException):
        create(client)
    assert len(clock.slept) == 3


def test_a_time_out_may_be_a_million_years() -> None:
    service = Service(http(BOX))
    with server(service) as url, client_of(url, timeout=3e13, total_timeout=3e13) as client:
        assert create(client).id == 12345


@pytest.mark.parametrize("status", ["301 Moved Permanently", "302 Found", "307 Temporary Redirect"])
def test_redirects_are_not_followed(status: str) -> None:
    elsewhere = Service(http(BOX))
    with server(elsewhere) as other:
        service = Service(http(b"", status, f"Location: {other}/"))
        with server(service) as url, client_of(url) as client, pytest.raises(JiffyTransportException, match=status[:3]):
            client.box(1)
    assert (len(service.requests), elsewhere.connections) == (1, 0)


def test_an_untrusted_certificate_fails_at_once(tmp_path: Path) -> None:
    connections: list[socket.socket] = []
    service = Service(http(BOX))
    talk = secured(service, tmp_path)

    def count(connection: socket.socket) -> None:
        connections.append(connection)
        talk(connection)

    with server(count) as url, client_of(url.replace("http", "https")) as client:
        with pytest.raises(JiffyTransportException, match="certificate") as raised:
            create(client)
        assert not raised.value.transient
    assert (len(connections), service.requests) == (1, [])


@pytest.fixture
def _trusted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "certificate"))


@pytest.mark.usefixtures("_trusted")
def test_a_trusted_certificate_is_accepted(tmp_path: Path) -> None:
    service = Service(http(BOX))
    with server(secured(service, tmp_path)) as url, client_of(url.replace("http", "https")) as client:
        assert create(client).refresh().id == 12345
    assert (service.connections, service.line(0)) == (1, f"POST /{TOKEN}/v1.0/jiffyBoxes HTTP/1.1")


@pytest.mark.usefixtures("_trusted")
def test_a_slow_answer_over_tls_times_out_too(tmp_path: Path) -> None:
    slow_answer = SlowAnswer(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n", b" ")
    with server(secured(slow_answer, tmp_path)) as url:
        with client_of(url.replace("http", "https"), total_timeout=0.3, retry=Retry(attempts=2)) as client:
            assert client.box(12345).name == "web"
        assert slow_answer.left.wait(10)
