"""The emulator as an httpx transport: no socket, no server."""

from collections.abc import Callable

import httpx
from anyio.lowlevel import checkpoint

from jiffybox_sdk.emulator.service import ServiceRequest, ServiceResponse


class EmulatorTransport(httpx.BaseTransport, httpx.AsyncBaseTransport):
    """Carries requests to the emulated service, within the process; for clients of both kinds."""

    def __init__(self, handle: Callable[[ServiceRequest], ServiceResponse]) -> None:
        """Connects to a service.

        Args:
            handle: What answers a request.
        """
        self._handle = handle

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Lets the service answer."""
        request.read()
        return self._answer(request)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Lets the service answer, after other tasks had their turn."""
        await request.aread()
        await checkpoint()
        return self._answer(request)

    def _answer(self, request: httpx.Request) -> httpx.Response:
        path = request.url.raw_path.decode("ascii").partition("?")[0]
        response = self._handle(ServiceRequest(request.method, path, request.content))
        return httpx.Response(
            response.status, headers={"Content-Type": "application/json; charset=utf-8"}, content=response.body
        )
