"""Connections through proxies, made by both faces, over a network in memory."""

import ssl
from collections.abc import Coroutine, Generator
from typing import Any, TypedDict, TypeVar, Unpack

import httpcore
import pytest
from pydantic import SecretBytes

from jiffybox_sdk._client.transport.deadline import AsyncStream
from jiffybox_sdk._client.transport.proxy import Proxy
from jiffybox_sdk._client.transport.proxy_backend import AsyncProxyBackend, ProxyBackend
from tests.support.scripted import PASSWORD

T = TypeVar("T")

Answer = bytes | BaseException


class Options(TypedDict, total=False):
    host: str
    port: int
    timeout: float | None
    plain: bool


SOCKS_OK: list[bytes] = [b"\5\2", b"\1\0", b"\5\0\0\1\0\0\0\0\0\0"]
OK = b"HTTP/1.1 200 Connection established\r\n\r\n"
CONTEXT = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
CREDENTIALS = (SecretBytes(b"user"), SecretBytes(PASSWORD.encode()))


class Network(httpcore.NetworkBackend, httpcore.NetworkStream):
    """A network in memory with one stream, which returns the given answers in turn and then ends.

    Attributes:
        events: What was done with the network, except for reading.
        sent: All bytes that were sent.
        limits: The time limit of each operation.
        now: The time, which each operation advances.
    """

    def __init__(self, *answers: Answer, seconds: float = 0, interrupt_at: int = -1) -> None:
        self.answers = list(answers)
        self.events: list[str] = []
        self.sent = b""
        self.limits: list[float | None] = []
        self.now = 0.0
        self.seconds = seconds
        self.interrupt_at = interrupt_at

    def operation(self, limit: float | None, event: str = "") -> None:
        if len(self.limits) == self.interrupt_at:
            raise KeyboardInterrupt
        self.limits.append(limit)
        self.now += self.seconds
        if event:
            self.events.append(event)

    def connect_tcp(
        self, host: str, port: int, timeout: float | None = None, *options: object, **others: object
    ) -> "Network":
        assert (options, others) == ((None, None), {})
        self.operation(timeout, f"connect to {host} {port}")
        return self

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> "Network":
        assert ssl_context is CONTEXT
        self.operation(timeout, f"TLS with {server_hostname}")
        return self

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        self.operation(timeout)
        answer = self.answers.pop(0) if self.answers else b""
        if isinstance(answer, BaseException):
            raise answer
        assert len(answer) <= max_bytes
        return answer

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self.sent += buffer
        del buffer  # tests look for passwords in frames
        self.operation(timeout, "send")

    def close(self) -> None:
        self.events.append("close")

    def get_extra_info(self, info: str) -> Any:
        return f"the network's {info}"


class Turn:
    """An awaitable at which a coroutine is suspended once."""

    def __await__(self) -> Generator[None]:
        yield


class AsyncNetwork:
    """The same network for tasks."""

    def __init__(self, network: Network) -> None:
        self.network = network

    async def connect_tcp(
        self, host: str, port: int, timeout: float | None = None, *options: object, **others: object
    ) -> "AsyncNetwork":
        await Turn()
        self.network.connect_tcp(host, port, timeout, *options, **others)
        return self

    async def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> "AsyncNetwork":
        await Turn()
        self.network.start_tls(ssl_context, server_hostname, timeout)
        return self

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        await Turn()
        return self.network.read(max_bytes, timeout)

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:
        await Turn()
        self.network.sent += buffer
        del buffer  # tests look for passwords in frames
        self.network.operation(timeout, "send")

    def close(self) -> None:
        self.network.close()

    def get_extra_info(self, info: str) -> Any:
        return self.network.get_extra_info(info)


def run(steps: Coroutine[object, object, T]) -> T:
    """Run a coroutine and return its result."""
    while True:
        try:
            steps.send(None)
        except StopIteration as end:
            result: T = end.value
            return result


class Tunnel:
    """A connection through a proxy, made by one of the faces."""

    def __init__(
        self,
        face: str,
        network: Network,
        proxy: Proxy,
        *,
        host: str = "service.invalid",
        port: int = 443,
        timeout: float | None = None,
        plain: bool = False,
    ) -> None:
        def now() -> float:
            return network.now

        self.stream: httpcore.NetworkStream | AsyncStream
        if face == "async":
            tasks = AsyncProxyBackend(AsyncNetwork(network), proxy, lambda: CONTEXT, plain=plain, now=now)
            self.stream = run(tasks.connect_tcp(host, port, timeout))
        else:
            threads = ProxyBackend(network, proxy, lambda: CONTEXT, plain=plain, now=now)
            self.stream = threads.connect_tcp(host, port, timeout)

    def send(self, data: bytes, timeout: float | None = None) -> None:
        if isinstance(self.stream, httpcore.NetworkStream):
            self.stream.write(data, timeout)
        else:
            run(self.stream.write(data, timeout))

    def receive(self, timeout: float | None = None) -> bytes:
        if isinstance(self.stream, httpcore.NetworkStream):
            return self.stream.read(100, timeout)
        return run(self.stream.read(100, timeout))

    def close(self) -> None:
        self.stream.close()


def a_proxy(scheme: str = "http", *, host: str = "proxy.invalid", port: int = 3128, user: bool = False) -> Proxy:
    return Proxy("HTTPS_PROXY", scheme, host, port, CREDENTIALS if user else None)


def connected(face: str, network: Network, proxy: Proxy, **options: Unpack[Options]) -> Tunnel:
    """Return a tunnel after checking that its stream was not closed."""
    tunnel = Tunnel(face, network, proxy, **options)
    assert "close" not in network.events
    return tunnel


def failure(face: str, network: Network, proxy: Proxy, **options: Unpack[Options]) -> BaseException:
    """Return what connecting raises, after checking that the stream was closed."""
    with pytest.raises((httpcore.ProxyError, httpcore.ConnectError, httpcore.ConnectTimeout)) as raised:
        Tunnel(face, network, proxy, **options)
    assert network.events.count("close") == 1
    assert network.events[-1] == "close"
    return raised.value


both_faces = pytest.mark.parametrize("face", ["sync", "async"])
