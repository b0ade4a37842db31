"""The emulator as an httpx transport: no socket, no server.

Latency is time of the emulator's clock here, and ends in a time-out as it would on a socket; a connection that is lost
is an exception of httpx's, also as there.
"""

from collections.abc import Awaitable, Callable

import httpx
from anyio.lowlevel import checkpoint

from jiffybox_sdk.emulator._service import ServiceRequest, ServiceResponse
from jiffybox_sdk.emulator._state.snapshots import StateNotKept


class EmulatorTransport(httpx.BaseTransport, httpx.AsyncBaseTransport):
    """Carries requests to the emulated service, within the process; for clients of both kinds."""

    def __init__(
        self,
        handle: Callable[[ServiceRequest], ServiceResponse],
        sleep: Callable[[float], None],
        sleep_async: Callable[[float], Awaitable[None]],
    ) -> None:
        """Connects to a service.

        Args:
            handle: What answers a request.
            sleep: Lets seconds pass.
            sleep_async: The same, to be awaited.
        """
        self._handle = handle
        self._sleep = sleep
        self._sleep_async = sleep_async

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Lets the service answer."""
        request.read()
        answer = self._answer(request)
        if answer.latency:
            self._sleep(min(answer.latency, _patience(request)))
        return _arrive(request, answer)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Lets the service answer, after other tasks had their turn."""
        await request.aread()
        await checkpoint()
        answer = self._answer(request)
        if answer.latency:
            await self._sleep_async(min(answer.latency, _patience(request)))
        return _arrive(request, answer)

    def _answer(self, request: httpx.Request) -> ServiceResponse:
        path = request.url.raw_path.decode("ascii").partition("?")[0]
        try:
            return self._handle(ServiceRequest(request.method, path, request.content))
        except StateNotKept as error:
            # The call was carried out, so it must look like one whose answer was lost.
            raise httpx.ReadError(str(error), request=request) from None


def _patience(request: httpx.Request) -> float:
    """Returns the seconds that a client waits for a piece of an answer."""
    limit: object = request.extensions.get("timeout", {}).get("read")
    return limit if isinstance(limit, int | float) else float("inf")


def _arrive(request: httpx.Request, answer: ServiceResponse) -> httpx.Response:
    """Returns what arrives of an answer.

    Raises:
        httpx.TransportError: it does not, or not as a whole.
    """
    if answer.latency > _patience(request):
        raise httpx.ReadTimeout("the answer came too late", request=request)
    if answer.ending == "dropped":
        raise httpx.RemoteProtocolError("Server disconnected without sending a response.", request=request)
    if answer.ending == "cut":
        raise httpx.RemoteProtocolError("the connection was lost in the midst of the answer", request=request)
    headers = {"Content-Type": answer.content_type}
    if answer.retry_after is not None:
        headers["Retry-After"] = answer.retry_after
    return httpx.Response(answer.status, headers=headers, content=answer.body)
