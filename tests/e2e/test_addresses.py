"""Hosts with several addresses: one time limit for all of them, and one that works is found."""

import errno
import socket
from collections.abc import Callable, Generator
from contextlib import ExitStack, contextmanager
from types import SimpleNamespace
from urllib.parse import urlsplit

import anyio
import pytest

from jiffybox_sdk import AsyncJiffyBox, JiffyBox, JiffyTransportException, Retry
from jiffybox_sdk._client.transport import async_network, network
from tests.support.asynchronous import backends
from tests.support.loopback import EchoedBoxes
from tests.support.scripted import TOKEN, server

HOST = "service.invalid"
ONCE = Retry(attempts=1)

Resolve = Callable[[list[str]], None]


@pytest.fixture
def resolve(monkeypatch: pytest.MonkeyPatch) -> Resolve:
    """A function that sets the addresses of the host, in order."""
    real = socket.getaddrinfo
    addresses: list[str] = []

    def getaddrinfo(host: str | bytes, port: int, *args: int, **options: int) -> list[object]:
        name = host.decode() if isinstance(host, bytes) else host
        names = addresses if name == HOST else [name]
        return [result for each in names for result in real(each, port, *args, **options)]

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    return addresses.extend


@contextmanager
def swallowing(addresses: list[str], port: int) -> Generator[None]:
    """Let addresses swallow all attempts to connect, since their backlogs are full."""
    with ExitStack() as opened:
        for address in addresses:
            listener = opened.enter_context(socket.socket())
            try:
                listener.bind((address, port))
            except OSError:
                pytest.skip(f"this platform has no {address}")
            listener.listen(0)
            for _ in range(4):
                waiting = opened.enter_context(socket.socket())
                waiting.settimeout(0)
                waiting.connect_ex((address, port))
        yield


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


SILENT = [f"127.0.0.{number}" for number in range(2, 26)]


def test_addresses_share_one_time_limit(resolve: Resolve, monkeypatch: pytest.MonkeyPatch) -> None:
    shares: list[float] = []

    class Silent(socket.socket):
        def connect(self, _address: object) -> None:
            shares.append(self.gettimeout() or 0)
            raise TimeoutError

    resolve(SILENT)
    monkeypatch.setattr(network, "time", SimpleNamespace(monotonic=lambda: sum(shares)))
    monkeypatch.setattr(socket, "socket", Silent)
    with (
        JiffyBox(TOKEN, f"http://{HOST}", allow_plain_http=True, retry=ONCE, timeout=1, total_timeout=1) as client,
        pytest.raises(JiffyTransportException),  # not an unknown outcome: it was not sent
    ):
        client.delete_box(1)
    assert len(shares) == len(SILENT)
    assert max(shares) == pytest.approx(min(shares))
    assert 0 < sum(shares) <= 1


@backends
def test_async_clients_have_one_time_limit_too(resolve: Resolve, backend: str) -> None:
    port = free_port()
    resolve(SILENT)

    async def main() -> None:
        url = f"http://{HOST}:{port}"
        client = AsyncJiffyBox(TOKEN, url, allow_plain_http=True, retry=ONCE, timeout=1, total_timeout=1)
        async with client:
            with anyio.fail_after(12), pytest.raises(JiffyTransportException):
                await client.delete_box(1)

    with swallowing(SILENT, port):
        anyio.run(main, backend=backend)


def test_an_address_that_works_is_found_behind_silent_ones(resolve: Resolve) -> None:
    with server(EchoedBoxes()) as url:
        port = urlsplit(url).port
        assert port is not None
        resolve([*SILENT[:3], "127.0.0.1"])
        with (
            swallowing(SILENT[:3], port),
            JiffyBox(TOKEN, f"http://{HOST}:{port}", allow_plain_http=True, retry=ONCE, total_timeout=2) as client,
        ):
            assert client.box(7).id == 7


@backends
def test_async_clients_find_it_too(resolve: Resolve, backend: str) -> None:
    async def main(port: int) -> None:
        url = f"http://{HOST}:{port}"
        async with AsyncJiffyBox(TOKEN, url, allow_plain_http=True, retry=ONCE, total_timeout=2) as client:
            assert (await client.box(7)).id == 7

    with server(EchoedBoxes()) as url:
        port = urlsplit(url).port
        assert port is not None
        resolve([*SILENT[:3], "127.0.0.1"])
        with swallowing(SILENT[:3], port):
            anyio.run(main, port, backend=backend)


@backends
def test_the_next_address_is_not_tried_if_the_first_accepts(
    resolve: Resolve, backend: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(async_network, "_HEAD_START", 60)

    async def main(port: int | None) -> None:
        async with AsyncJiffyBox(TOKEN, f"http://{HOST}:{port}", allow_plain_http=True, retry=ONCE) as client:
            assert (await client.box(7)).id == 7

    resolve(["127.0.0.1", "127.0.0.2"])
    with server(EchoedBoxes()) as url, socket.socket() as other:
        port = urlsplit(url).port
        try:
            other.bind(("127.0.0.2", port))
        except OSError:
            pytest.skip("this platform has no 127.0.0.2")
        other.listen()
        other.settimeout(0)
        anyio.run(main, port, backend=backend)
        with pytest.raises(BlockingIOError):
            other.accept()


@pytest.fixture
def _without_ipv6(monkeypatch: pytest.MonkeyPatch) -> None:
    class Socket(socket.socket):
        def __init__(self, family: int = -1, kind: int = -1, proto: int = -1, fileno: int | None = None) -> None:
            if family == socket.AF_INET6:
                raise OSError(errno.EAFNOSUPPORT, "Address family not supported by protocol")
            super().__init__(family, kind, proto, fileno)

    monkeypatch.setattr(socket, "socket", Socket)


@pytest.mark.usefixtures("_without_ipv6")
def test_an_address_of_a_family_that_the_system_lacks_is_skipped(resolve: Resolve) -> None:
    resolve(["::1", "127.0.0.1"])
    with server(EchoedBoxes()) as url:
        address = f"http://{HOST}:{urlsplit(url).port}"
        with JiffyBox(TOKEN, address, allow_plain_http=True, retry=ONCE) as client:
            assert client.box(7).id == 7


@backends
@pytest.mark.usefixtures("_without_ipv6")
def test_async_clients_skip_it_too(resolve: Resolve, backend: str) -> None:
    async def main(port: int | None) -> None:
        async with AsyncJiffyBox(TOKEN, f"http://{HOST}:{port}", allow_plain_http=True, retry=ONCE) as client:
            assert (await client.box(7)).id == 7

    resolve(["::1", "127.0.0.1"])
    with server(EchoedBoxes()) as url:
        anyio.run(main, urlsplit(url).port, backend=backend)


@backends
@pytest.mark.usefixtures("_without_ipv6")
def test_no_socket_means_not_sent(resolve: Resolve, backend: str) -> None:
    async def main() -> None:
        async with AsyncJiffyBox(TOKEN, f"http://{HOST}", allow_plain_http=True, retry=ONCE) as client:
            with pytest.raises(JiffyTransportException, match="Address family not supported"):
                await client.delete_box(1)

    resolve(["::1"])
    anyio.run(main, backend=backend)


def test_the_scope_of_an_address_is_kept_and_a_name_is_resolved_once(monkeypatch: pytest.MonkeyPatch) -> None:
    scoped = ("fe80::1", 80, 0, 7)
    resolved: list[object] = []
    connected: list[object] = []

    def getaddrinfo(host: str | bytes, *_: object, **__: object) -> list[object]:
        resolved.append(host)
        return [(socket.AF_INET6, socket.SOCK_STREAM, 6, "", scoped)]

    class Socket(socket.socket):
        def connect(self, address: object) -> None:
            connected.append(address)
            raise ConnectionRefusedError

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    monkeypatch.setattr(socket, "socket", Socket)
    with (
        JiffyBox(TOKEN, f"http://{HOST}", allow_plain_http=True, retry=ONCE) as client,
        pytest.raises(JiffyTransportException),
    ):
        client.delete_box(1)
    assert (connected, len(resolved)) == ([scoped], 1)


def test_a_name_without_addresses_means_not_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    def getaddrinfo(*_: object, **__: object) -> list[object]:
        return []

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    with (
        JiffyBox(TOKEN, f"http://{HOST}", allow_plain_http=True, retry=ONCE) as client,
        pytest.raises(JiffyTransportException),
    ):
        client.delete_box(1)
