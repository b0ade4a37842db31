"""Surplus bytes are never mistaken for the response to another call."""

import socket
import threading

import anyio
import anyio.to_thread
import pytest

from jiffybox_sdk import AsyncJiffyBox, JiffyBox, JiffyMessageException, JiffyOutcomeUnknownException, Retry
from tests.support.asynchronous import backends
from tests.support.loopback import EchoedBoxes, http_box, number_in
from tests.support.scripted import TOKEN, envelope, http, read_request, server

ONCE = Retry(attempts=1)
EMPTY = http(envelope({}).content)
REFUSAL = http(envelope(None, ("error", "Nein")).content)

SURPLUS = {
    "a second response": http_box(666),
    "half a response": http_box(666)[:40],
    "rubbish": b"\x00\xff",
    "a line break": b"\r\n",
    "an interim response": b"HTTP/1.1 100 Continue\r\n\r\n",
    "megabytes": b"HTTP/1.1 200 OK\r\nContent-Length: 4000000\r\n\r\n" + b" " * 4_000_000,
}


class SurplusService:
    """A server that sends more than was asked for after each list of boxes, and refuses everything else.

    `sent` is set when all has been sent.
    """

    def __init__(self, surplus: bytes, *, apart: bool) -> None:
        self.surplus = surplus
        self.apart = apart
        self.sent = threading.Event()
        self.connections = 0

    def __call__(self, connection: socket.socket) -> None:
        self.connections += 1
        while request := read_request(connection):
            if not request.startswith(b"GET"):
                connection.sendall(REFUSAL)
                continue
            if self.apart:
                connection.sendall(EMPTY)
            first = b"" if self.apart else EMPTY
            connection.settimeout(0)  # the client may never read it
            connection.send(first + self.surplus)
            self.sent.set()
            connection.settimeout(20)


each_surplus = pytest.mark.parametrize("surplus", SURPLUS.values(), ids=SURPLUS)
each_way = pytest.mark.parametrize("apart", [False, True], ids=["in one piece", "apart"])


@each_surplus
@each_way
def test_surplus_bytes_are_not_the_response_to_the_next_call(surplus: bytes, apart: bool) -> None:  # noqa: FBT001
    service = SurplusService(surplus, apart=apart)
    with server(service) as url, JiffyBox(TOKEN, url, retry=ONCE) as client:
        assert client.boxes() == []
        assert service.sent.wait(10)
        with pytest.raises(JiffyMessageException, match="Nein"):
            client.create_box("web", 44, distribution="x")
    assert service.connections == 2


@backends
@each_surplus
@each_way
def test_nor_are_they_for_async_clients(surplus: bytes, apart: bool, backend: str) -> None:  # noqa: FBT001
    service = SurplusService(surplus, apart=apart)

    async def main(url: str) -> None:
        async with AsyncJiffyBox(TOKEN, url, retry=ONCE) as client:
            assert await client.boxes() == []
            assert await anyio.to_thread.run_sync(service.sent.wait, 10)
            with pytest.raises(JiffyMessageException, match="Nein"):
                await client.create_box("web", 44, distribution="x")

    with server(service) as url:
        anyio.run(main, url, backend=backend)
    assert service.connections == 2


class LateService(EchoedBoxes):
    """A server that sends the response to box 1 once more, before the next one on the same connection."""

    def __call__(self, connection: socket.socket) -> None:
        self.connections += 1
        late = b""
        while request := read_request(connection):
            self.requests += 1
            number = number_in(request)
            connection.sendall(late + http_box(number))
            late = http_box(1) if number == 1 else b""


def test_a_late_response_about_another_box_is_refused() -> None:
    service = LateService()
    with server(service) as url, JiffyBox(TOKEN, url, retry=Retry(first_wait=0)) as client:
        one = client.box(1)
        assert client.box(2).id == 2
        assert (service.requests, service.connections) == (3, 2)
        assert one.refresh().id == 1
        two = client.box(2)  # this connection has a late response again
        assert two.id == 2


class LaggingService(EchoedBoxes):
    """A server that answers each request on a connection but the first with the response to the one before."""

    def __call__(self, connection: socket.socket) -> None:
        self.connections += 1
        late = None
        while request := read_request(connection):
            self.requests += 1
            number = number_in(request)
            connection.sendall(http_box(number if late is None else late))
            late = number


def test_a_connection_with_a_response_to_another_call_is_not_used_again() -> None:
    service = LaggingService()
    with server(service) as url, JiffyBox(TOKEN, url, retry=Retry(first_wait=0)) as client:
        assert [client.box(number).id for number in (1, 2, 3)] == [1, 2, 3]
    assert (service.requests, service.connections) == (5, 3)


def test_a_late_response_leaves_the_outcome_of_a_change_unknown() -> None:
    service = LateService()
    with server(service) as url, JiffyBox(TOKEN, url, retry=ONCE) as client:
        two = client.box(2)
        client.box(1)
        with pytest.raises(JiffyOutcomeUnknownException, match="the response is about box 1, not box 2"):
            two.start()
        assert client.box(3).id == 3
