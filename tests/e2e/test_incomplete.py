"""Responses that break off: the status and headers still count."""

import socket
from collections.abc import Callable

import anyio
import httpx
import pytest

from jiffybox_sdk import (
    AsyncJiffyBox,
    Attempt,
    JiffyBox,
    JiffyException,
    JiffyLimitException,
    JiffyOutcomeUnknownException,
    JiffyTransportException,
    Retry,
)
from tests.support.asynchronous import backends
from tests.support.scripted import TOKEN, read_request, server

BUSY = Retry(attempts=2, longest_retry_after=1)
BODY = b"Content-Length: 99\r\n\r\n{"
ANSWERS = {
    "429": (b"429 Too Many Requests\r\nRetry-After: 7", JiffyLimitException, "busy"),
    "503": (b"503 Service Unavailable\r\nRetry-After: 7", JiffyTransportException, "busy"),
    "404": (b"404 Not Found", JiffyTransportException, "rejected"),
    "302": (b"302 Found\r\nLocation: /", JiffyTransportException, "rejected"),
    "200": (b"200 OK", JiffyOutcomeUnknownException, "lost"),
    "500": (b"500 Internal Server Error", JiffyOutcomeUnknownException, "lost"),
}

each_answer = pytest.mark.parametrize("status", ANSWERS)

LIMITS = {"closed": 20, "reset": 20, "silent": 0.5}
"""Time limits in seconds by how a response ends."""

each_end = pytest.mark.parametrize("end", LIMITS)


def breaking_off(head: bytes, end: str) -> Callable[[socket.socket], None]:
    def talk(connection: socket.socket) -> None:
        read_request(connection)
        connection.sendall(b"HTTP/1.1 " + head + b"\r\nX-Request-Id: r1\r\n" + BODY)
        if end == "silent":
            connection.recv(1)
        elif end == "reset":
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
            connection.close()

    return talk


def check(error: JiffyException, attempts: list[Attempt], status: str) -> None:
    _, kind, outcome = ANSWERS[status]
    assert type(error) is kind
    assert error.headers["X-Request-Id"] == "r1"
    assert [(attempt.outcome, attempt.http_status) for attempt in attempts] == [(outcome, int(status))]


@each_answer
@each_end
def test_the_status_counts_though_the_body_breaks_off(status: str, end: str) -> None:
    attempts: list[Attempt] = []
    with (
        server(breaking_off(ANSWERS[status][0], end)) as url,
        JiffyBox(TOKEN, url, retry=BUSY, total_timeout=LIMITS[end], on_attempt=attempts.append) as client,
        pytest.raises(JiffyException) as raised,
    ):
        client.delete_box(1)
    check(raised.value, attempts, status)


@backends
@each_answer
@each_end
def test_it_counts_for_async_clients_too(status: str, end: str, backend: str) -> None:
    attempts: list[Attempt] = []

    async def main(url: str) -> None:
        client = AsyncJiffyBox(TOKEN, url, retry=BUSY, total_timeout=LIMITS[end], on_attempt=attempts.append)
        async with client:
            with pytest.raises(JiffyException) as raised:
                await client.delete_box(1)
        check(raised.value, attempts, status)

    with server(breaking_off(ANSWERS[status][0], end)) as url:
        anyio.run(main, url, backend=backend)


def test_the_reason_of_a_lost_response_is_kept() -> None:
    with (
        server(breaking_off(b"200 OK", "silent")) as url,
        JiffyBox(TOKEN, url, retry=Retry(attempts=1), total_timeout=0.2) as client,
        pytest.raises(JiffyTransportException, match=r"ReadTimeout: the response was not complete after 0\.2 s"),
    ):
        client.boxes()


@each_answer
def test_it_counts_for_transports_of_users_too(status: str) -> None:
    attempts: list[Attempt] = []
    with server(breaking_off(ANSWERS[status][0], "closed")) as url:
        transport = httpx.HTTPTransport()
        client = JiffyBox(TOKEN, url, retry=BUSY, on_attempt=attempts.append, transport=transport)
        with client, pytest.raises(JiffyException) as raised:
            client.delete_box(1)
    check(raised.value, attempts, status)


@backends
@each_answer
def test_it_counts_for_async_transports_of_users_too(status: str, backend: str) -> None:
    attempts: list[Attempt] = []

    async def main(url: str) -> None:
        transport = httpx.AsyncHTTPTransport()
        client = AsyncJiffyBox(TOKEN, url, retry=BUSY, on_attempt=attempts.append, transport=transport)
        async with client:
            with pytest.raises(JiffyException) as raised:
                await client.delete_box(1)
        check(raised.value, attempts, status)

    with server(breaking_off(ANSWERS[status][0], "closed")) as url:
        anyio.run(main, url, backend=backend)
