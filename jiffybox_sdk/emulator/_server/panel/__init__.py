"""The control panel: pages for people who open the server's address in a browser.

The pages are files without data. Their scripts read `/__panel__/events` (server-sent events) or `/__panel__/view`, and
change the account by ordinary calls: those of the API below `/__panel__/api/`, where the server inserts the token, and
those of the control interface. Requests have the header `JiffyBox-Panel`, which pages of other sites can't send without
leave. Its value is the token, unless everyone who can connect is in control.
"""

import hmac
import json
from collections.abc import AsyncGenerator, Callable
from dataclasses import dataclass
from importlib.resources import files
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import quote, unquote

import anyio
import anyio.to_thread
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.types import Receive, Scope, Send

from jiffybox_sdk import schemas
from jiffybox_sdk.emulator import TOKEN, StateNotSaved
from jiffybox_sdk.emulator._server import STOPPING
from jiffybox_sdk.emulator._server.control import body_of, content_of
from jiffybox_sdk.emulator._server.pages import calls_page
from jiffybox_sdk.emulator._server.panel.code import request_of
from jiffybox_sdk.emulator._server.panel.view import View
from jiffybox_sdk.emulator._service import Service, ServiceRequest, ServiceResponse
from jiffybox_sdk.exceptions import JiffyException

PREFIX = "/__panel__/"
_INTERVAL = 0.2  # seconds between two looks at the account; what happens in between is sent together
_KEEP_ALIVE = 75  # looks without a change after which an empty one is sent, so that a lost connection is noticed
_EXAMPLE = "0123456789abcdef0123456789abcdef"  # the token in the OpenAPI document
_TYPES = {".html": "text/html", ".css": "text/css", ".js": "text/javascript"}
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_HEADERS = {
    "Cache-Control": "no-cache",
    "Content-Security-Policy": _POLICY,
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}


@dataclass(frozen=True)
class Panel:
    """The control panel as an ASGI application, which asks for the token unless it is open."""

    service: Service
    handle: Callable[[ServiceRequest], ServiceResponse]
    control: bool
    is_open: bool

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        request = Request(scope, receive)
        name: str = scope["path"].removeprefix(PREFIX)
        response = self._rejection(request) if name.startswith(("api/", "view", "events", "request")) else None
        try:
            if response is None and name.startswith("api/"):
                response = await self._call(request, scope["raw_path"].partition(f"{PREFIX}api/".encode())[2])
            response = response or await self._answer(request, f"{scope['method']} {name}")
        except JiffyException as error:
            response = JSONResponse({"error": str(error)})  # not 400, which browsers log: one may still be typing
        await response(scope, receive, send)

    def _rejection(self, request: Request) -> Response | None:
        given = request.headers.get("JiffyBox-Panel")
        if given is None:
            return JSONResponse({"error": "expected the header JiffyBox-Panel"}, 403)
        if self.is_open or hmac.compare_digest(unquote(given).encode(), self.service.token.get_secret_value().encode()):
            return None
        return JSONResponse({"error": "wrong token"}, 401)

    async def _call(self, request: Request, path: bytes) -> Response:
        token = quote(self.service.token.get_secret_value(), safe="")
        path_with_token = f"/{token}/v1.0/{path.decode('latin-1')}"
        call = ServiceRequest(request.method, path_with_token, await content_of(request))
        answer = await anyio.to_thread.run_sync(self.handle, call)
        with anyio.move_on_after(answer.latency):
            while answer.latency and (await request.receive())["type"] != "http.disconnect":
                pass
        if answer.ending != "whole":  # browsers repeat a request if its connection is closed without a response
            return JSONResponse({"error": "no response, since the connection was lost. It may have been done"})
        return Response(answer.body, answer.status, media_type=answer.content_type)

    async def _answer(self, request: Request, asked: str) -> Response:
        view = View(self.service, control=self.control)
        match asked.split(" "):
            case "GET", "/":
                return _file("panel.html")
            case "GET", "/docs":
                return _file("api.html") if _scalar() else calls_page(request, control=self.control)
            case "GET", "openapi.json":
                document = json.dumps({**schemas.openapi(), "servers": [{"url": "/"}]})
                if self.service.token.get_secret_value() == TOKEN:  # it is public, and so can be filled in
                    document = document.replace(_EXAMPLE, TOKEN)
                return Response(document, 200, _HEADERS, "application/json")
            case "GET", "view":
                return Response(await self._changes(view), 200, _HEADERS, "application/json")
            case "GET", "events":
                stopping = request.scope.get(STOPPING) or anyio.Event()
                return StreamingResponse(self._stream(view, stopping), 200, _HEADERS, "text/event-stream")
            case "POST", "request":
                return JSONResponse(request_of(body_of(await content_of(request))), headers=_HEADERS)
            case "GET", name:
                return _file(name)
            case _:
                return Response("", 405)

    async def _stream(self, view: View, stopping: anyio.Event) -> AsyncGenerator[str]:
        quiet, last = 0, ""
        while not stopping.is_set():
            changes, quiet = await self._changes(view), quiet + 1
            if changes not in ("{}", last) or quiet == _KEEP_ALIVE:
                yield f"data: {changes}\n\n"
                quiet, last = 0, changes
            with anyio.move_on_after(_INTERVAL):
                await stopping.wait()

    async def _changes(self, view: View) -> str:
        """Return the changes as one line of JSON."""
        try:
            return json.dumps(await anyio.to_thread.run_sync(view.changes))
        except StateNotSaved as error:
            return json.dumps({"error": str(error)})


def _scalar() -> Path | None:
    """Return the library for the page about the API, if its package is installed. To import it would load much."""
    spec = find_spec("offapi")
    return Path(spec.origin).with_name("scalar.js") if spec and spec.origin else None


def _file(name: str) -> Response:
    path = _scalar() if name == "scalar.js" else files(__package__ or "") / name
    kind = _TYPES.get(Path(name).suffix)
    if path is None or kind is None or not path.is_file():
        return Response(f"there is no {name!r} here\n", 404, media_type="text/plain")
    # Scalar puts style sheets into its page. Scripts, connections and pictures are restricted there, too.
    policy = _POLICY.replace("style-src", "style-src 'unsafe-inline'") if name == "api.html" else _POLICY
    return Response(path.read_bytes(), 200, {**_HEADERS, "Content-Security-Policy": policy}, kind)
