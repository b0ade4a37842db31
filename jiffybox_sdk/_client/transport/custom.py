"""The way to the service over an httpx transport that a user passed, or that a test tool has replaced."""

import anyio
import httpx

from jiffybox_sdk._client.response import RawResponse
from jiffybox_sdk._client.transport.base import RequestBuilder
from jiffybox_sdk._client.transport.body import Body, BodyError, keeping_heads
from jiffybox_sdk._common.operation import Operation


class _Channel:
    def __init__(self, builder: RequestBuilder) -> None:
        self._builder = builder
        self._url = httpx.URL(f"{builder.scheme}://{builder.authority}/")

    def _request(self, operation: Operation, limit: float | None) -> httpx.Request:
        headers, content = self._builder.content(operation)
        step = self._builder.step(limit)
        return httpx.Request(
            operation.call.verb,
            self._url.copy_with(raw_path=self._builder.target(operation)),
            headers=headers,
            content=content,
            extensions={"timeout": {"connect": step, "read": step, "write": step, "pool": step}},
        )

    def _response(self, response: httpx.Response, body: Body) -> RawResponse:
        return self._builder.response(response.status_code, response.headers.raw, body.content())


class CustomChannel(_Channel):
    """The way to the service for threads."""

    def __init__(self, builder: RequestBuilder, transport: httpx.BaseTransport) -> None:
        super().__init__(builder)
        self._transport = transport

    def exchange(self, operation: Operation, limit: float | None) -> RawResponse:
        """Send a call and return its response, complete within a number of seconds."""
        request = self._request(operation, limit)
        check_time = self._builder.time_check(limit)
        with keeping_heads() as heads:
            response = self._transport.handle_request(request)
            heads.append((response.status_code, response.headers.raw))
            try:
                body = _body(response)
                if not response.is_stream_consumed and isinstance(response.stream, httpx.SyncByteStream):
                    for chunk in response.stream:
                        body.add(chunk)
                        check_time()
                return self._response(response, body)
            finally:
                response.close()

    def close(self) -> None:
        """Close the transport."""
        self._transport.close()


class AsyncCustomChannel(_Channel):
    """The way to the service for tasks."""

    def __init__(self, builder: RequestBuilder, transport: httpx.AsyncBaseTransport) -> None:
        super().__init__(builder)
        self._transport = transport

    async def exchange(self, operation: Operation, limit: float | None) -> RawResponse:
        """Send a call and return its response, complete within a number of seconds."""
        request = self._request(operation, limit)
        check_time = self._builder.time_check(limit)
        with keeping_heads() as heads:
            with anyio.move_on_after(limit):
                response = await self._transport.handle_async_request(request)
                heads.append((response.status_code, response.headers.raw))
                try:
                    body = _body(response)
                    if not response.is_stream_consumed and isinstance(response.stream, httpx.AsyncByteStream):
                        await _collect(response.stream, body)
                    check_time()
                    return self._response(response, body)
                finally:
                    await response.aclose()
            raise TimeoutError(f"the response was not complete after {limit:g} s")

    async def close(self) -> None:
        """Close the transport."""
        await self._transport.aclose()


def _body(response: httpx.Response) -> Body:
    if not response.is_stream_consumed:
        return Body(response.status_code, response.headers.raw)
    body = Body(response.status_code, response.headers.raw, is_decoded=True)
    body.add(response.content)
    return body


async def _collect(stream: httpx.AsyncByteStream, body: Body) -> None:
    """Read a stream into a body.

    Leaving the loop early would leave generators to the garbage collector, which trio warns about. A cancellation ends
    them where they wait.
    """
    problem: BodyError | None = None
    with anyio.CancelScope() as scope:
        async for chunk in stream:
            try:
                if problem is None:
                    body.add(chunk)
            except BodyError as error:
                problem = error
                scope.cancel()
    if problem is not None:
        raise problem
