"""The way to the service over sockets and a connection pool."""

from collections.abc import AsyncIterable, Callable, Iterable

import httpcore

from jiffybox_sdk._client.attempt import Connection
from jiffybox_sdk._client.response import RawResponse
from jiffybox_sdk._client.transport.async_network import AsyncSocketBackend
from jiffybox_sdk._client.transport.async_pool import AsyncPool, WrongEventLoopError
from jiffybox_sdk._client.transport.base import RequestBuilder
from jiffybox_sdk._client.transport.body import Body, BodyError
from jiffybox_sdk._client.transport.network import SocketBackend
from jiffybox_sdk._client.transport.options import NetworkOptions
from jiffybox_sdk._client.transport.pool import Pool
from jiffybox_sdk._client.transport.proxy_backend import async_proxied, proxied
from jiffybox_sdk._common.operation import Operation
from jiffybox_sdk.exceptions import JiffyDetachedException


def socket_channel(builder: RequestBuilder, network: NetworkOptions) -> "SocketChannel":
    """Return a new way to the service for threads."""
    backend = proxied(SocketBackend(), network.proxy, network.tls, plain=builder.scheme == "http")
    return SocketChannel(builder, Pool(_origin(builder), backend, network.tls, network.max_connections))


def async_socket_channel(builder: RequestBuilder, network: NetworkOptions) -> "AsyncSocketChannel":
    """Return a new way to the service for tasks."""
    backend = async_proxied(AsyncSocketBackend(), network.proxy, network.tls, plain=builder.scheme == "http")
    return AsyncSocketChannel(builder, AsyncPool(_origin(builder), backend, network.tls, network.max_connections))


class SocketChannel:
    """The way to the service for threads."""

    def __init__(self, builder: RequestBuilder, pool: Pool) -> None:
        self._builder = builder
        self._pool = pool

    def exchange(self, operation: Operation, limit: float | None) -> RawResponse:
        """Send a call and return its response, complete within a number of seconds."""

        def read(response: httpcore.Response, reused: bool) -> RawResponse:  # noqa: FBT001 (as the pool calls it)
            body = Body(response.status, response.headers)
            for chunk in response.iter_stream():
                body.add(chunk)
            connection: Connection = "reused" if reused else "new"
            return self._builder.response(response.status, response.headers, body.content(), connection)

        return self._pool.exchange(_request(self._builder, operation, list), read, self._builder.timeout, limit)

    def close(self) -> None:
        """Close idle connections now and the others after their exchanges."""
        self._pool.close()


class AsyncSocketChannel:
    """The way to the service for tasks."""

    def __init__(self, builder: RequestBuilder, pool: AsyncPool) -> None:
        self._builder = builder
        self._pool = pool

    async def exchange(self, operation: Operation, limit: float | None) -> RawResponse:
        """Send a call and return its response, complete within a number of seconds."""

        async def read(
            response: httpcore.Response,
            reused: bool,  # noqa: FBT001 (as the pool calls it)
            abort: Callable[[], None],
        ) -> RawResponse:
            body = Body(response.status, response.headers)
            await _collect(response, body, abort)
            connection: Connection = "reused" if reused else "new"
            return self._builder.response(response.status, response.headers, body.content(), connection)

        request = _request(self._builder, operation, _AsyncChunks)
        try:
            return await self._pool.exchange(request, read, self._builder.timeout, limit)
        except WrongEventLoopError:
            problem = f"{operation} was not sent: the client was used in another event loop before; use one for each"
        raise JiffyDetachedException(problem)

    async def close(self) -> None:
        """Close idle connections now and the others after their exchanges."""
        self._pool.close()


async def _collect(response: httpcore.Response, body: Body, abort: Callable[[], None]) -> None:
    problem: BodyError | None = None
    try:
        async for chunk in response.aiter_stream():
            try:
                body.add(chunk)
            except BodyError as error:
                problem = problem or error
                abort()  # the next read fails
    except httpcore.NetworkError:
        if problem is None:
            raise
    if problem is not None:
        raise problem


def _origin(builder: RequestBuilder) -> httpcore.Origin:
    return _url(builder, b"/").origin


def _url(builder: RequestBuilder, target: bytes) -> httpcore.URL:
    return httpcore.URL(scheme=builder.scheme, host=builder.host, port=builder.port, target=target)


class _AsyncChunks:
    """An async iterator over the chunks of a request body.

    It is no generator, as httpcore does not close those when it is cancelled, which trio warns about.
    """

    def __init__(self, chunks: Iterable[bytes]) -> None:
        self._chunks = iter(chunks)

    def __aiter__(self) -> "_AsyncChunks":
        return self

    async def __anext__(self) -> bytes:
        for chunk in self._chunks:
            return chunk
        raise StopAsyncIteration


def _request(
    builder: RequestBuilder,
    operation: Operation,
    chunks: Callable[[Iterable[bytes]], Iterable[bytes] | AsyncIterable[bytes]],
) -> httpcore.Request:
    headers, content = builder.content(operation)
    url = _url(builder, builder.target(operation))
    return httpcore.Request(operation.call.verb, url, headers=headers, content=chunks([content] if content else []))
