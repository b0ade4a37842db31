"""The emulator as an httpx transport: no socket, no server."""

from collections.abc import Callable

import httpx

from jiffybox_sdk.emulator.service import ServiceRequest, ServiceResponse


class EmulatorTransport(httpx.BaseTransport):
    """Carries requests to the emulated service, within the process."""

    def __init__(self, handle: Callable[[ServiceRequest], ServiceResponse]) -> None:
        """Connects to a service.

        Args:
            handle: What answers a request.
        """
        self._handle = handle

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Lets the service answer."""
        path = request.url.raw_path.decode("ascii").partition("?")[0]
        response = self._handle(ServiceRequest(request.method, path, request.read()))
        return httpx.Response(
            response.status, headers={"Content-Type": "application/json; charset=utf-8"}, content=response.body
        )
