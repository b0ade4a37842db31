"""The events of attempts over sockets: whether the connection was new, and headers as received."""

import socket

import pytest

from jiffybox_sdk import AsyncJiffyBox, Attempt, JiffyBox, JiffyTransportException, Retry, response_headers
from tests.support.asynchronous import backends, run
from tests.support.scripted import TOKEN, envelope, example, http, read_request, server

BOX = envelope(example("box")).content
ONCE = Retry(attempts=1)


def talk(connection: socket.socket) -> None:
    while request := read_request(connection):
        connection.sendall(http(BOX, "200 OK", f"X-Path: {request.split()[1].decode()}", "X-REQUEST-ID: 7f"))


def test_a_connection_is_new_and_then_reused() -> None:
    events: list[Attempt] = []
    with server(talk) as url, JiffyBox(TOKEN, url, on_attempt=events.append) as client:
        records = [client.box(12345) for _ in range(3)]
    assert [event.connection for event in events] == ["new", "reused", "reused"]
    assert {event.request_id for event in events} == {"7f"}
    assert {event.headers["X-Path"] for event in events} == {"/-token-/v1.0/jiffyBoxes/12345"}
    assert all(event.seconds > 0 for event in events)
    assert [response_headers(record) for record in records] == [event.headers for event in events]
    assert ", reused connection, request id 7f)" in str(events[1])


@backends
def test_a_connection_of_an_async_client_is_new_and_then_reused(backend: str) -> None:
    events: list[Attempt] = []

    async def main() -> None:
        async with AsyncJiffyBox(TOKEN, url, on_attempt=events.append) as client:
            for _ in range(3):
                await client.box(12345)

    with server(talk) as url:
        run(main, backend)
    assert [event.connection for event in events] == ["new", "reused", "reused"]
    assert {event.headers["X-Path"] for event in events} == {"/-token-/v1.0/jiffyBoxes/12345"}


def hang_up_later(connection: socket.socket) -> None:
    """Answer the first request, and read the second one before hanging up."""
    read_request(connection)
    connection.sendall(http(BOX))
    read_request(connection)


def test_a_lost_response_tells_whether_its_connection_was_reused() -> None:
    events: list[Attempt] = []
    with server(hang_up_later) as url, JiffyBox(TOKEN, url, retry=ONCE, on_attempt=events.append) as client:
        client.box(12345)
        with pytest.raises(JiffyTransportException):
            client.box(12345)
    assert [(event.outcome, event.connection) for event in events] == [("success", "new"), ("lost", "reused")]


@backends
def test_so_does_one_of_an_async_client(backend: str) -> None:
    events: list[Attempt] = []

    async def main() -> None:
        async with AsyncJiffyBox(TOKEN, url, retry=ONCE, on_attempt=events.append) as client:
            await client.box(12345)
            with pytest.raises(JiffyTransportException):
                await client.box(12345)

    with server(hang_up_later) as url:
        run(main, backend)
    assert [(event.outcome, event.connection) for event in events] == [("success", "new"), ("lost", "reused")]


def test_an_attempt_without_a_connection_has_none() -> None:
    events: list[Attempt] = []
    with socket.create_server(("127.0.0.1", 0)) as listener:
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"
    with JiffyBox(TOKEN, url, retry=ONCE, on_attempt=events.append) as client, pytest.raises(JiffyTransportException):
        client.box(12345)
    assert [(event.outcome, event.connection) for event in events] == [("not_connected", None)]
