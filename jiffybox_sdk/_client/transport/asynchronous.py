"""The asynchronous transport, which makes one attempt at a call."""

import warnings
import weakref
from urllib.parse import SplitResult

import anyio
import httpx

from jiffybox_sdk._client.response import RawResponse
from jiffybox_sdk._client.retry import Failure, lost, not_connected
from jiffybox_sdk._client.transport.base import RequestBuilder, closed, invalid_transport, no_cookies
from jiffybox_sdk._client.transport.proxy import async_socket_transport, proxy_for
from jiffybox_sdk._common.operation import Operation


class AsyncTransport:
    """Sends calls. Tasks of one event loop can share a transport."""

    def __init__(
        self, builder: RequestBuilder, service: SplitResult, transport: httpx.AsyncBaseTransport | None
    ) -> None:
        if transport is not None and not isinstance(transport, httpx.AsyncBaseTransport):  # pyright: ignore[reportUnnecessaryIsInstance] (users without a type checker)
            raise invalid_transport(transport, "httpx.AsyncBaseTransport")
        self._builder = builder
        self._is_own = transport is None
        inner = transport or async_socket_transport(proxy_for(service))
        self._http = httpx.AsyncClient(
            transport=_AsyncTokenTransport(inner, builder), trust_env=False, cookies=no_cookies()
        )
        builder.guard_logs()

    @property
    def closed(self) -> bool:
        """Whether the transport is closed."""
        return self._http.is_closed

    async def close(self) -> None:
        """Close all connections."""
        try:
            await self._http.aclose()
        finally:
            self._builder.stop_guarding_logs()

    def release_with(self, client: object) -> None:
        """Warn if a client is garbage-collected before it is closed, as closing connections needs its event loop."""
        weakref.finalize(client, self._release, type(client).__name__)

    def _release(self, name: str) -> None:
        self._builder.stop_guarding_logs()
        if not self.closed:
            text = f"unclosed {name}: use it as an async context manager, or await close()"
            warnings.warn(text, ResourceWarning, stacklevel=2, source=self)

    async def send(self, operation: Operation, deadline: float | None = None) -> RawResponse | Failure:
        """Make one attempt at a call, to be answered by the deadline. Interruptions are raised without their frames."""
        limit = self._builder.time_limit(deadline)
        progress = _Progress(connecting=self._is_own)
        try:
            with anyio.move_on_after(limit):
                return await self._exchange(operation, limit, progress)
        except Exception as error:  # noqa: BLE001 (any transport may raise anything, and its frames hold the token)
            return self._builder.failure(operation, error)
        except BaseException as error:  # noqa: BLE001 (raised again below without its frames)
            interruption = error.with_traceback(None)
        else:
            describe = not_connected if progress.connecting else lost
            return describe(operation, f"the answer was not complete after {limit:g} s")
        interruption.__context__ = interruption.__cause__ = None
        try:
            raise interruption
        finally:
            del interruption  # a cycle with its traceback would keep the client alive

    async def _exchange(
        self, operation: Operation, limit: float | None, progress: "_Progress"
    ) -> RawResponse | Failure:
        request = self._builder.build(operation, limit)
        request.extensions["trace"] = progress.trace
        if self.closed:
            return closed(operation)
        collector = self._builder.collect(operation, limit)
        response = await self._http.send(request, stream=True)
        failure: Failure | None = None
        try:
            # Leaving the loop would leave httpx's generators to the garbage collector, which trio warns about. A
            # cancellation ends them where they wait.
            with anyio.CancelScope() as scope:
                async for chunk in response.aiter_bytes():
                    failure = failure or collector.add(chunk, response.status_code)
                    if failure:
                        scope.cancel()
            return failure or collector.response(response)
        finally:
            await response.aclose()


class _Progress:
    """The progress of a request, from httpcore's trace events. Other transports may send none."""

    def __init__(self, *, connecting: bool) -> None:
        self.connecting = connecting

    async def trace(self, event: str, _: object) -> None:
        """Handle a trace event."""
        if event.startswith("connection.") and event.endswith(".started"):
            self.connecting = True
        elif ".send_request_headers." in event:
            self.connecting = False


class _AsyncTokenTransport(httpx.AsyncBaseTransport):
    """Puts the token into the URL."""

    def __init__(self, inner: httpx.AsyncBaseTransport, builder: RequestBuilder) -> None:
        self._inner = inner
        self._builder = builder

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        return await self._inner.handle_async_request(self._builder.with_token(request))

    async def aclose(self) -> None:
        await self._inner.aclose()
