"""The way to the service over sockets and a connection pool, for tasks."""

from collections.abc import Callable, Iterable
from dataclasses import replace

import httpcore

from jiffybox_sdk._client.response import RawResponse
from jiffybox_sdk._client.retry import Failure
from jiffybox_sdk._client.transport.async_network import AsyncSocketBackend
from jiffybox_sdk._client.transport.async_pool import AsyncPool, WrongEventLoopError
from jiffybox_sdk._client.transport.base import RequestBuilder
from jiffybox_sdk._client.transport.body import Body, BodyError, keeping_heads
from jiffybox_sdk._client.transport.deadline import AsyncBackend
from jiffybox_sdk._client.transport.options import NetworkOptions
from jiffybox_sdk._client.transport.sockets import origin_of, request_for, with_connection
from jiffybox_sdk._common.operation import Operation
from jiffybox_sdk.exceptions import JiffyDetachedException


def async_socket_channel(builder: RequestBuilder, network: NetworkOptions) -> "AsyncSocketChannel":
    """Return a new way to the service for tasks."""
    backend: AsyncBackend = AsyncSocketBackend()
    if network.proxy is not None:
        from jiffybox_sdk._client.transport.proxy_backend import AsyncProxyBackend  # noqa: PLC0415 (few clients have one)

        backend = AsyncProxyBackend(backend, network.proxy, network.tls, plain=builder.scheme == "http")
    return AsyncSocketChannel(builder, AsyncPool(origin_of(builder), backend, network.tls, network.max_connections))


class AsyncSocketChannel:
    """The way to the service for tasks."""

    def __init__(self, builder: RequestBuilder, pool: AsyncPool) -> None:
        self._builder = builder
        self._pool = pool

    async def exchange(self, operation: Operation, limit: float | None) -> RawResponse | Failure:
        """Send a call and return its response, complete within a number of seconds."""
        reused: list[bool] = []

        async def read(response: httpcore.Response, abort: Callable[[], None]) -> RawResponse:
            heads.append((response.status, response.headers))
            body = Body(response.status, response.headers)
            await _collect(response, body, abort)
            answer = self._builder.response(response.status, response.headers, body.content())
            return replace(answer, abort=abort)

        outcome: RawResponse | Failure
        try:
            request = request_for(self._builder, operation, _AsyncChunks)
            with keeping_heads() as heads:
                outcome = await self._pool.exchange(request, read, self._builder.timeout, limit, reused.append)
        except WrongEventLoopError:
            problem = f"{operation} was not sent: the client belongs to another event loop; create a client for each"
            return Failure(JiffyDetachedException(problem))
        except Exception as error:  # noqa: BLE001 (its frames hold the token)
            outcome = self._builder.failure(operation, error)
        return with_connection(outcome, reused)

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


class _AsyncChunks:
    """An async iterator over the chunks of a request body.

    Not a generator, because httpcore does not close those when it is cancelled, which trio warns about.
    """

    def __init__(self, chunks: Iterable[bytes]) -> None:
        self._chunks = iter(chunks)

    def __aiter__(self) -> "_AsyncChunks":
        return self

    async def __anext__(self) -> bytes:
        for chunk in self._chunks:
            return chunk
        raise StopAsyncIteration
