"""The events of attempts over sockets: whether the connection was new, and headers as received."""

import socket

from jiffybox_sdk import AsyncJiffyBox, Attempt, JiffyBox, response_headers
from tests.support.asynchronous import backends, run
from tests.support.scripted import TOKEN, envelope, example, http, read_request, server

BOX = envelope(example("box")).content


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
