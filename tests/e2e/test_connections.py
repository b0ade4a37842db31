"""Clients and their connections: threads, closing, and messages beside a result."""

import gc
import json
import logging
import socket
import threading
import weakref
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import anyio
import httpx
import pytest

from jiffybox_sdk import AsyncJiffyBox, Box, JiffyBox, Message
from jiffybox_sdk._client.transport import sockets
from jiffybox_sdk._client.transport.base import RequestBuilder
from jiffybox_sdk._client.transport.options import NetworkOptions
from jiffybox_sdk._common.operation import Operation
from jiffybox_sdk.exceptions import (
    JiffyAttributeException,
    JiffyDetachedException,
    JiffyException,
    JiffyMessageException,
    JiffyOutcomeUnknownException,
    JiffyTransportException,
)
from jiffybox_sdk.models import _reader
from tests.support.asynchronous import backends
from tests.support.loopback import BOX, Service, client_of
from tests.support.scripted import TOKEN, Answer, Script, envelope, example, http, read_request, scripted, server

SERVICE = "http://service.invalid"


CALLS: list[Callable[[JiffyBox], object]] = [
    lambda client: client.box(12345),
    lambda client: client.delete_box(12345),
    lambda client: client.create_box("web", 44, distribution="x"),
]


@pytest.mark.parametrize("call", CALLS)
def test_a_closed_client_raises_and_sends_nothing(call: Callable[[JiffyBox], object]) -> None:
    client, script, _ = scripted(envelope(example("box")))
    box = client.box(12345)
    client.close()
    client.close()
    with pytest.raises(JiffyDetachedException, match="closed"):
        call(client)
    with pytest.raises(JiffyDetachedException, match="closed"):
        box.refresh()
    assert repr(client) == "<JiffyBox closed>"
    assert len(script.requests) == 1


def test_a_client_closed_during_its_first_call_sends_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    make = sockets.socket_channel

    def close_first(builder: RequestBuilder, network: NetworkOptions) -> sockets.SocketChannel:
        client.close()  # as another thread might
        return make(builder, network)

    monkeypatch.setattr(sockets, "socket_channel", close_first)
    service = Service(http(BOX))
    with server(service) as url, client_of(url) as client, pytest.raises(JiffyDetachedException, match="closed"):
        client.box(12345)
    assert service.connections == 0


def test_a_with_statement_closes_the_client_on_errors_too() -> None:
    service = Service(http(BOX))
    with server(service) as url:
        with pytest.raises(KeyboardInterrupt), client_of(url) as client:  # noqa: PT012
            client.box(12345)
            assert repr(client) == "<JiffyBox open>"
            raise KeyboardInterrupt
        assert service.left.wait(10)
        with pytest.raises(JiffyDetachedException):
            client.box(1)


def test_a_dropped_client_closes_its_connections() -> None:
    service = Service(http(BOX))
    with server(service) as url:
        client = client_of(url)
        box = client.box(12345)
        del client
        gc.collect()
        assert box.refresh() == box  # a box keeps its client
        assert not service.left.is_set()
        del box
        gc.collect()  # an unclosed socket would emit a warning now, and warnings are errors
        assert service.left.wait(10)
    assert service.connections == 1


def test_a_dropped_client_is_freed_at_once_after_a_failure() -> None:
    gc.disable()
    try:
        client, _, _ = scripted(envelope(None, ("error", "Der Name existiert bereits.")))
        with pytest.raises(JiffyMessageException):
            client.boxes()
        reference = weakref.ref(client)
        del client
        assert reference() is None
    finally:
        gc.enable()


class ClosableScript(Script):
    """A transport that records whether it was closed."""

    closed = False

    def close(self) -> None:
        self.closed = True


def test_a_shared_transport_stays_open_when_one_client_is_dropped() -> None:
    shared = ClosableScript(envelope({}))
    one, other = JiffyBox(TOKEN, transport=shared), JiffyBox(TOKEN, transport=shared)
    del one
    gc.collect()
    assert not shared.closed
    assert other.boxes() == []
    other.close()
    assert shared.closed


class SlowToClose(httpx.BaseTransport, httpx.AsyncBaseTransport):
    """A transport whose first `close` is interrupted, and whose first `aclose` never ends."""

    def __init__(self) -> None:
        self.calls = 0

    def close(self) -> None:
        self.calls += 1
        if self.calls == 1:
            raise KeyboardInterrupt

    async def aclose(self) -> None:
        self.calls += 1
        if self.calls == 1:
            await anyio.sleep_forever()


def test_a_transport_is_closed_by_a_second_close_if_the_first_was_interrupted() -> None:
    slow = SlowToClose()
    client = JiffyBox(TOKEN, transport=slow)
    with pytest.raises(KeyboardInterrupt):
        client.close()
    for _ in range(2):
        client.close()
        assert slow.calls == 2


@backends
def test_async_clients_complete_it_too_if_it_was_cancelled(backend: str) -> None:
    async def main() -> None:
        slow = SlowToClose()
        client = AsyncJiffyBox(TOKEN, transport=slow)
        with anyio.move_on_after(0):
            await client.close()
        with pytest.raises(JiffyDetachedException):
            await client.boxes()
        for _ in range(2):
            await client.close()
            assert slow.calls == 2

    anyio.run(main, backend=backend)


def test_16_threads_share_a_new_client(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_reader, "_readers", {})
    together = threading.Barrier(16)
    changed = threading.Condition()
    opened: set[socket.socket] = set()
    requests: list[bytes] = []

    def talk(connection: socket.socket) -> None:
        connection.settimeout(120)  # idle connections are closed by the client
        with changed:
            opened.add(connection)
        while request := read_request(connection):
            requests.append(request)
            verb, path, _ = request.split(b"\r\n")[0].decode().split()
            number = int(path.rpartition("/")[2])
            body = request.partition(b"\r\n\r\n")[2]
            result = {**example("box"), "id": number, "name": json.loads(body).get("name", verb) if body else verb}
            connection.sendall(http(envelope(True if verb == "DELETE" else result).content))
        with changed:
            opened.remove(connection)
            changed.notify_all()

    def work(thread: int) -> list[object]:
        together.wait(10)
        seen: list[object] = []
        for number in range(thread * 100 + 1, thread * 100 + 26):
            box = client.box(number)
            copy = box.duplicate(f"copy of {box.id}", 44)
            seen += [(each.id, each.name) for each in (box, copy, copy.refresh(), box.stop())]
            seen += [box.delete()]
        return seen

    def expected(thread: int) -> list[object]:
        seen: list[object] = []
        for number in range(thread * 100 + 1, thread * 100 + 26):
            seen += [(number, "GET"), (number, f"copy of {number}"), (number, "GET"), (number, "PUT"), True]
        return seen

    with server(talk, connections=100) as url:
        with client_of(url) as client, ThreadPoolExecutor(16) as threads:
            assert list(threads.map(work, range(16))) == [expected(thread) for thread in range(16)]
        with changed:
            assert changed.wait_for(lambda: not opened, timeout=20)  # the client closed them all
    assert len(requests) == 2000


class UnexpectedError(Exception):
    """An error that no transport is expected to raise."""


class ConnectError(Exception):
    """An error of another library."""


@pytest.mark.parametrize(
    "error",
    [
        *(UnexpectedError("so\nodd"), ValueError(), OSError(5, "x"), RecursionError("deep"), TimeoutError()),
        ConnectError("after sending"),
    ],
)
def test_any_error_of_a_transport_becomes_a_jiffy_exception(error: Exception) -> None:
    client, script, _ = scripted(error)
    with pytest.raises(JiffyTransportException, match=type(error).__name__) as raised:
        client.box(1)
    assert len(script.requests) == 4
    with pytest.raises(JiffyOutcomeUnknownException) as unknown:
        client.delete_box(1)
    assert len(script.requests) == 5
    for exception in (raised.value, unknown.value):
        assert len(str(exception).splitlines()) == 1
        assert exception.__cause__ is exception.__context__ is None


def test_error_messages_are_printed_on_one_line() -> None:
    client, _, _ = scripted(envelope(None, ("error", "Nein.\nWirklich&#10;nicht.")))
    with pytest.raises(JiffyException) as raised:
        client.box(1)
    assert str(raised.value) == "the service rejected GET jiffyBoxes/1: Nein. Wirklich nicht."


def test_ctrl_c_ends_a_call_at_once() -> None:
    def interrupt(_request: httpx.Request) -> httpx.Response:
        raise KeyboardInterrupt

    client, script, clock = scripted(interrupt)
    with pytest.raises(KeyboardInterrupt):
        client.box(1)
    assert (len(script.requests), clock.slept) == (1, [])


MESSAGES = [("success", "Wird geloescht"), ("notice", "Hinweis"), ("warning", "Achtung"), ("hint", "Neu")]


@pytest.mark.parametrize("call", CALLS)
def test_messages_beside_a_good_result_are_logged_and_passed_on(
    call: Callable[[JiffyBox], object], caplog: pytest.LogCaptureFixture
) -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        return envelope(True if request.method == "DELETE" else example("box"), *MESSAGES)

    received: list[tuple[str, str, Operation]] = []

    def receive(message: Message, operation: Operation) -> None:
        received.append((message.type, message.message, operation))

    caplog.set_level(logging.INFO, "jiffybox_sdk")
    answers: list[Answer] = [httpx.Response(429), answer]
    _, script, _ = scripted(*answers)
    with client_of(SERVICE, transport=script, allow_plain_http=True, on_message=receive) as client:
        assert call(client)
    assert [(kind, text) for kind, text, _ in received] == MESSAGES
    assert {operation.body for _, _, operation in received} == {None}
    assert {operation.call.verb for _, _, operation in received} == {script.requests[0].method}
    ours = [
        record for record in caplog.records if record.name == "jiffybox_sdk" and "retrying in" not in record.message
    ]
    # One of the messages has an unknown type, which is logged as drift.
    logged = [record for record in ours if "drift: " not in record.message]
    assert len(ours) == len(logged) + 1
    assert [record.levelname for record in logged] == ["INFO", "INFO", "WARNING", "INFO"]
    for record, (kind, text) in zip(logged, MESSAGES, strict=True):
        assert str(received[0][2]) in record.message
        assert record.message.endswith(f"{kind}: {text}")


def test_messages_beside_a_broken_result_are_logged_and_passed_on(caplog: pytest.LogCaptureFixture) -> None:
    received: list[str] = []
    script = Script(envelope({"id": 1}, ("warning", "gleich\nist <b>Schluss</b>&auml;\x1b[2J")))
    client = JiffyBox(TOKEN, transport=script, on_message=lambda message, _: received.append(message.message))
    with caplog.at_level(logging.INFO, "jiffybox_sdk"), pytest.raises(JiffyAttributeException):
        client.box(1)
    assert len(received) == 1
    assert "GET jiffyBoxes/1: warning: gleich ist <b>Schluss</b>ä\\x1b[2J" in caplog.messages


def test_messages_beside_an_error_are_in_the_exception_only() -> None:
    received: list[Message] = []
    _, script, _ = scripted(envelope(None, ("warning", "Achtung"), ("error", "Nein")))
    with (
        client_of(
            SERVICE, transport=script, allow_plain_http=True, on_message=lambda message, _: received.append(message)
        ) as client,
        pytest.raises(JiffyException, match="Nein"),
    ):
        client.box(1)
    assert received == []


def test_a_box_keeps_its_own_client() -> None:
    one, _, _ = scripted(envelope(example("box")))
    two, script, _ = scripted(envelope(example("box")))
    box = Box(one.box(12345).model_dump(mode="json"), two)
    assert box.refresh().api is two
    assert len(script.requests) == 1


def test_cookies_are_not_kept() -> None:
    client, script, _clock = scripted(envelope({}, Set_Cookie="session=1; Path=/"), envelope({}))
    client.boxes()
    client.boxes()
    assert all("Cookie" not in request.headers for request in script.requests)
