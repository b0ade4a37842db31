"""The emulator as an httpx transport, without sockets.

Latency passes on the emulator's clock, and time-outs and lost connections raise the same exceptions as on a socket.
"""

from collections.abc import Awaitable, Callable

import httpx
from anyio.lowlevel import checkpoint

from jiffybox_sdk.emulator._service import ServiceRequest, ServiceResponse
from jiffybox_sdk.emulator._state.account import StateNotSaved


class EmulatorTransport(httpx.BaseTransport, httpx.AsyncBaseTransport):
    """A transport that passes requests to an emulator, for sync and async clients."""

    def __init__(
        self,
        handle: Callable[[ServiceRequest], ServiceResponse],
        sleep: Callable[[float], None],
        sleep_async: Callable[[float], Awaitable[None]],
    ) -> None:
        self._handle = handle
        self._sleep = sleep
        self._sleep_async = sleep_async

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request to the emulator."""
        request.read()
        answer = self._answer(request)
        if answer.latency:
            self._sleep(min(answer.latency, _read_timeout(request)))
        return _deliver(request, answer)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request to the emulator, after letting other tasks run."""
        await request.aread()
        await checkpoint()
        answer = self._answer(request)
        if answer.latency:
            await self._sleep_async(min(answer.latency, _read_timeout(request)))
        return _deliver(request, answer)

    def _answer(self, request: httpx.Request) -> ServiceResponse:
        path = request.url.raw_path.decode("ascii").partition("?")[0]
        try:
            return self._handle(ServiceRequest(request.method, path, request.content))
        except StateNotSaved as error:
            # Whether the call was executed is not known if the disk failed at its end.
            raise httpx.ReadError(str(error), request=request) from None


def _read_timeout(request: httpx.Request) -> float:
    limit: object = request.extensions.get("timeout", {}).get("read")
    return limit if isinstance(limit, int | float) else float("inf")


def _deliver(request: httpx.Request, answer: ServiceResponse) -> httpx.Response:
    """Return the HTTP response, or raise the exception of a time-out or a lost connection."""
    if answer.latency > _read_timeout(request):
        raise httpx.ReadTimeout("the time-out expired before the response", request=request)
    if answer.ending == "refused":
        raise httpx.ConnectError("All connection attempts failed", request=request)
    if answer.ending == "dropped":
        raise httpx.RemoteProtocolError("Server disconnected without sending a response.", request=request)
    if answer.ending == "cut":
        raise httpx.RemoteProtocolError("the connection was lost in the middle of the response", request=request)
    headers = [(b"Content-Length", b"%d" % len(answer.body)), (b"Content-Type", answer.content_type.encode())]
    if answer.retry_after is not None:
        headers.append((b"Retry-After", answer.retry_after.encode()))
    return httpx.Response(answer.status, headers=headers, stream=httpx.ByteStream(answer.body))
