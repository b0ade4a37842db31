"""The way to the service over sockets and a connection pool, for threads."""

from collections.abc import AsyncIterable, Callable, Iterable, Sequence
from dataclasses import replace

import httpcore

from jiffybox_sdk._client.response import RawResponse
from jiffybox_sdk._client.retry import Failure
from jiffybox_sdk._client.transport.base import RequestBuilder
from jiffybox_sdk._client.transport.body import Body, keeping_heads
from jiffybox_sdk._client.transport.network import SocketBackend
from jiffybox_sdk._client.transport.options import NetworkOptions
from jiffybox_sdk._client.transport.pool import Pool
from jiffybox_sdk._common.operation import Operation


def socket_channel(builder: RequestBuilder, network: NetworkOptions) -> "SocketChannel":
    """Return a new way to the service for threads."""
    backend: httpcore.NetworkBackend = SocketBackend()
    if network.proxy is not None:
        from jiffybox_sdk._client.transport.proxy_backend import ProxyBackend  # noqa: PLC0415 (few clients have one)

        backend = ProxyBackend(backend, network.proxy, network.tls, plain=builder.scheme == "http")
    return SocketChannel(builder, Pool(origin_of(builder), backend, network.tls, network.max_connections))


class SocketChannel:
    """The way to the service for threads."""

    def __init__(self, builder: RequestBuilder, pool: Pool) -> None:
        self._builder = builder
        self._pool = pool

    def exchange(self, operation: Operation, limit: float | None) -> RawResponse | Failure:
        """Send a call and return its response, complete within a number of seconds."""
        reused: list[bool] = []

        def read(response: httpcore.Response, abort: Callable[[], None]) -> RawResponse:
            heads.append((response.status, response.headers))
            body = Body(response.status, response.headers)
            for chunk in response.iter_stream():
                body.add(chunk)
            answer = self._builder.response(response.status, response.headers, body.content())
            return replace(answer, abort=abort)

        outcome: RawResponse | Failure
        try:
            request = request_for(self._builder, operation, list)
            with keeping_heads() as heads:
                outcome = self._pool.exchange(request, read, self._builder.timeout, limit, reused.append)
        except Exception as error:  # noqa: BLE001 (its frames hold the token)
            outcome = self._builder.failure(operation, error)
        return with_connection(outcome, reused)

    def close(self) -> None:
        """Close idle connections now and the others after their exchanges."""
        self._pool.close()


def with_connection(outcome: RawResponse | Failure, reused: Sequence[bool]) -> RawResponse | Failure:
    """Return an outcome with its connection, if there was one. `reused` is the connection that was assigned, if any."""
    if not reused or (isinstance(outcome, Failure) and outcome.kind == "not_connected"):
        return outcome
    return replace(outcome, connection="reused" if reused[0] else "new")


def origin_of(builder: RequestBuilder) -> httpcore.Origin:
    """Return the service's scheme, host and port."""
    return _url(builder, b"/").origin


def _url(builder: RequestBuilder, target: bytes) -> httpcore.URL:
    return httpcore.URL(scheme=builder.scheme, host=builder.host, port=builder.port, target=target)


def request_for(
    builder: RequestBuilder,
    operation: Operation,
    chunks: Callable[[Iterable[bytes]], Iterable[bytes] | AsyncIterable[bytes]],
) -> httpcore.Request:
    """Return the request for an operation, with the token in its path and its body as made by `chunks`."""
    headers, content = builder.content(operation)
    url = _url(builder, builder.target(operation))
    return httpcore.Request(operation.call.verb, url, headers=headers, content=chunks([content] if content else []))
