"""Reject requests that web pages of other sites make a browser send."""

import ipaddress
from collections.abc import Iterable

from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from jiffybox_sdk._client.settings import is_loopback

ANY_HOST = "*"


class Guard:
    """Middleware that checks the headers by which browsers tell whose page sends a request.

    - `Host`: A page whose own name resolves to this machine (DNS rebinding) is same-origin for the browser, but sends
      its own name. Loopback names are accepted, and those that were allowed. If the server listens on another address,
      so are IP addresses, which can't be rebound. Browsers only send absolute URLs to proxies, so these may have any
      host. Requests without the header are not from browsers.
    - `Origin`: Pages send it with everything but plain reads.
    - `Sec-Fetch-Site`: Browsers send it with everything, but only to loopback names and over TLS.
    """

    def __init__(self, app: ASGIApp, host: str, allowed: Iterable[str] = ()) -> None:
        """Guard an application.

        Args:
            app: The application.
            host: The address on which the server listens.
            allowed: Further names of the server, or `ANY_HOST`.
        """
        self._app = app
        self._names = {name.lower() for name in allowed}
        self._addresses = not is_loopback(host)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on or reject it."""
        headers: dict[bytes, bytes] = dict(scope["headers"])
        response = self._rejection(headers, proxied=not scope["raw_path"].startswith(b"/"))
        await (self._app if response is None else response)(scope, receive, send)

    def _rejection(self, headers: dict[bytes, bytes], *, proxied: bool) -> JSONResponse | None:
        host = headers.get(b"host", b"").decode("latin-1")
        if host and not proxied and not self._is_own(name := _name(host)):
            return _reject(
                400, f"unknown host name {name!r}: use localhost, or start the server with --allow-host {name}"
            )
        origin = headers.get(b"origin")
        if origin is not None and origin.decode("latin-1").partition("://")[2] != host:
            return _reject(403, "rejected, because a web page of another origin sent this request")
        if headers.get(b"sec-fetch-site", b"none") not in (b"same-origin", b"none"):
            return _reject(
                403, "rejected, because a web page of another site sent this request: enter the URL yourself"
            )
        return None

    def _is_own(self, name: str) -> bool:
        return name in self._names or ANY_HOST in self._names or is_loopback(name) or (self._addresses and _is_ip(name))


def _name(host: str) -> str:
    """Return the name or the address in a `Host` header, without the port."""
    name = host if host.endswith("]") else host.rpartition(":")[0] or host
    return name.removeprefix("[").removesuffix("]").removesuffix(".").lower()


def _is_ip(name: str) -> bool:
    """Return whether a name is an IP address that browsers can't be led to by mistake, as they are to 0.0.0.0."""
    try:
        return not ipaddress.ip_address(name).is_unspecified
    except ValueError:
        return False


def _reject(status: int, reason: str) -> JSONResponse:
    """Return an error that clients of the service and of the control interface can show."""
    return JSONResponse({"error": reason, "messages": [{"type": "error", "message": reason}], "result": False}, status)
