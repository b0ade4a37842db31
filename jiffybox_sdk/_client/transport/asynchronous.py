"""httpx for async clients; all that is not input and output is in `jiffybox_sdk._client.transport.base`."""

from urllib.parse import SplitResult

import anyio
import httpx

from jiffybox_sdk._client.response import Failure, RawAnswer, lost, not_connected
from jiffybox_sdk._client.transport import deadline
from jiffybox_sdk._client.transport.base import RequestBuilder, closed, no_cookies
from jiffybox_sdk._common.operation import Operation
from jiffybox_sdk.exceptions import JiffyArgumentException


class AsyncTransport:
    """Sends calls, one attempt each. May be used by many tasks of one event loop."""

    def __init__(
        self, carrier: RequestBuilder, service: SplitResult, transport: httpx.AsyncBaseTransport | None
    ) -> None:
        """Opens nothing yet.

        Args:
            carrier: What is the same for all transports.
            service: Parts of the URL of the service.
            transport: What carries requests in place of a socket.

        Raises:
            JiffyArgumentException: it is no transport, or the proxy of the environment can't be used.
        """
        if transport is not None and not isinstance(transport, httpx.AsyncBaseTransport):  # pyright: ignore[reportUnnecessaryIsInstance] (users without a type checker)
            raise JiffyArgumentException(
                f"transport of type {type(transport).__name__} is refused: give an httpx.AsyncBaseTransport,"
                " such as Emulator().transport()"
            )
        self._carrier = carrier
        self._own = transport is None
        inner = transport or deadline.async_transport(deadline.proxy_for(service))
        self._http = httpx.AsyncClient(
            transport=_AsyncTokenTransport(inner, carrier), trust_env=False, cookies=no_cookies()
        )
        carrier.guard()

    @property
    def closed(self) -> bool:
        """Whether it was closed."""
        return self._http.is_closed

    async def close(self) -> None:
        """Closes all connections."""
        try:
            await self._http.aclose()
        finally:
            self._carrier.stop_guarding()

    def drop(self) -> None:
        """Ends what needs no event loop to be ended: connections stay open."""
        self._carrier.stop_guarding()

    async def send(self, operation: Operation, deadline: float | None = None) -> RawAnswer | Failure:
        """Makes one attempt at a call.

        Args:
            operation: The call.
            deadline: When there must be an answer, on the clock's monotonic scale; cuts the time-outs.

        Raises:
            BaseException: what is no Exception, such as a cancellation, without the frames that it came through.
        """
        budget = self._carrier.budget(deadline)
        progress = _Progress(self._own)
        try:
            with anyio.move_on_after(budget):
                return await self._exchange(operation, budget, progress)
        except Exception as error:  # noqa: BLE001 (whatever a transport raises: its frames hold the token)
            return self._carrier.failure(operation, error)
        except BaseException as error:  # noqa: BLE001 (a cancellation, raised again below without its frames)
            interruption = error.with_traceback(None)
        else:
            describe = not_connected if progress.connecting else lost
            return describe(operation, f"the answer was not complete after {budget:g} s")
        interruption.__context__ = interruption.__cause__ = None
        try:
            raise interruption
        finally:
            del interruption  # a cycle with its traceback would keep the client alive

    async def _exchange(self, operation: Operation, budget: float | None, progress: "_Progress") -> RawAnswer | Failure:
        request = self._carrier.request(operation, budget)
        request.extensions["trace"] = progress.note
        if self.closed:
            return closed(operation)
        collected = self._carrier.collect(operation, budget)
        response = await self._http.send(request, stream=True)
        failure: Failure | None = None
        try:
            # The loop is not left at once: httpx's generators would be left to the garbage collector, of which trio
            # warns. A cancellation ends them where they wait for more.
            with anyio.CancelScope() as enough:
                async for chunk in response.aiter_bytes():
                    failure = failure or collected.add(chunk, response.status_code)
                    if failure:
                        enough.cancel()
            return failure or collected.answer(response)
        finally:
            await response.aclose()


class _Progress:
    """How far a request has come, as httpcore tells; a transport of the user's own may tell nothing."""

    def __init__(self, connecting: bool) -> None:  # noqa: FBT001 (its only value)
        self.connecting = connecting

    async def note(self, event: str, _: object) -> None:
        """Takes note of what is being done."""
        if event.startswith("connection.") and event.endswith(".started"):
            self.connecting = True
        elif ".send_request_headers." in event:
            self.connecting = False


class _AsyncTokenTransport(httpx.AsyncBaseTransport):
    """Puts the token where the placeholder stands in the path, in a copy of the request."""

    def __init__(self, inner: httpx.AsyncBaseTransport, carrier: RequestBuilder) -> None:
        self._inner = inner
        self._carrier = carrier

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        return await self._inner.handle_async_request(self._carrier.with_token(request))

    async def aclose(self) -> None:
        await self._inner.aclose()
