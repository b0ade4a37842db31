"""The emulator on a socket: Starlette on uvicorn, from the extra `server`.

Paths below `/__emulator__/` belong to the control interface, `/`, `/docs` and those below `/__panel__/` to the control
panel, `/openapi.json` describes the API, and all others belong to the service. URLs are not logged, because they
contain the token.
"""

import asyncio
import contextlib
import logging
import signal
import socket
import threading
from collections.abc import Callable, Generator, Sequence
from functools import partial
from types import FrameType
from typing import Any

import anyio
import anyio.to_thread
import h11
import uvicorn
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol

from jiffybox_sdk import schemas
from jiffybox_sdk._client.settings import is_loopback
from jiffybox_sdk.emulator import Emulator, EmulatorDefect, ServiceRequest, ServiceResponse, StateNotSaved
from jiffybox_sdk.emulator._request_body import MOST_BYTES
from jiffybox_sdk.emulator._server import STOPPING
from jiffybox_sdk.emulator._server.control import control_application
from jiffybox_sdk.emulator._server.descriptors import AcceptErrors, raise_limit
from jiffybox_sdk.emulator._server.guard import Guard
from jiffybox_sdk.exceptions import JiffyArgumentException

CONTROL = "/__emulator__"

_MOST_DISCARDED = 64 * 2**20
"""Bytes to read from a body that is too large, so that the sender gets a response."""

REQUEST_TIMEOUT = 60.0
"""Seconds after which a connection without a complete request is closed."""

_BACKLOG = 2048
"""Connections that may wait to be accepted."""

_ACCEPTED_AT_ONCE = 100
"""Connections that are accepted in a row. asyncio also reports an error as many times."""

_CLOSE = "jiffybox_sdk.close"
"""Key in the ASGI scope for the function that closes the connection."""

_log = logging.getLogger("jiffybox_sdk")


class _Service:
    """The emulated service as an ASGI application."""

    def __init__(self, emulator: Emulator) -> None:
        self._emulator = emulator

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            body = await _read(Request(scope, receive))
        except ClientDisconnect:
            return
        request = ServiceRequest(scope["method"], _path(scope["raw_path"].decode("latin-1")), body)
        try:
            if self._emulator.has_state_file:  # may wait for the disk or for other processes
                answer = await anyio.to_thread.run_sync(self._emulator.handle, request)
            else:
                answer = self._emulator.handle(request)
        except (EmulatorDefect, StateNotSaved) as error:
            # Without an envelope, since no service has answered.
            _log.error("%s", error)
            await Response(str(error), 500, media_type="text/plain")(scope, receive, send)
            return
        if answer.latency:
            with anyio.move_on_after(answer.latency):
                await _wait_for_disconnect(receive)
                return
        await _send(answer, scope, receive, send)


class _Panel:
    """The control panel, which is loaded when it is first needed."""

    def __init__(self, emulator: Emulator, *, control: bool, is_open: bool) -> None:
        self._service = emulator._service  # noqa: SLF001  # pyright: ignore[reportPrivateUsage] (the panel shows its state)
        self._handle = emulator.handle
        self._control = control
        self._is_open = is_open

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        from jiffybox_sdk.emulator._server.panel import Panel  # noqa: PLC0415 (most programs do not show it)

        await Panel(self._service, self._handle, self._control, self._is_open)(scope, receive, send)


def _path(target: str) -> str:
    """Return the path from a request target. The target is an absolute URL if the client uses a proxy."""
    return "/" + target.split("/", 3)[-1] if target.startswith(("http://", "https://")) else target


async def _read(request: Request) -> bytes:
    """Return the body. If it is too large, truncate it to one byte more than allowed."""
    kept, size = bytearray(), 0
    async for piece in request.stream():
        size += len(piece)
        if len(kept) <= MOST_BYTES:
            kept += piece[: MOST_BYTES + 1 - len(kept)]
        if size > _MOST_DISCARDED:
            break
    return bytes(kept)


async def _send(answer: ServiceResponse, scope: Scope, receive: Receive, send: Send) -> None:
    headers = {"Content-Type": answer.content_type}
    if answer.retry_after is not None:
        headers["Retry-After"] = answer.retry_after
    response = Response(answer.body, answer.status, headers)
    if answer.ending == "whole":
        await response(scope, receive, send)
        return
    if answer.ending == "cut":
        await send({"type": "http.response.start", "status": answer.status, "headers": response.raw_headers})
        half = answer.body[: len(answer.body) // 2]
        await send({"type": "http.response.body", "body": half, "more_body": True})
    scope[_CLOSE]()
    await _wait_for_disconnect(receive)


async def _wait_for_disconnect(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


class ServerProtocol(H11Protocol):
    """uvicorn's HTTP protocol, with a time-out for requests and a way to close the connection."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # the signature is uvicorn's
        super().__init__(*args, **kwargs)
        self.app = partial(self._serve, self.app)
        self._stopping = asyncio.Event()
        self.access_log = False  # in the configuration, it would be disabled for the whole process
        self._request_timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override] # the signature is uvicorn's
        super().connection_made(transport)
        self._start_timeout()

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        if self.conn.their_state in (h11.DONE, h11.MUST_CLOSE):  # the request is complete
            self._stop_timeout()
        else:
            self._start_timeout()

    def connection_lost(self, exc: Exception | None) -> None:
        self._stop_timeout()
        super().connection_lost(exc)

    def shutdown(self) -> None:
        self._stopping.set()
        super().shutdown()

    def _start_timeout(self) -> None:
        """Start a request's time-out unless it is already running, so that further bytes do not extend it."""
        if self._request_timer is None:
            self._request_timer = self.loop.call_later(REQUEST_TIMEOUT, self.transport.close)

    def _stop_timeout(self) -> None:
        if self._request_timer is not None:
            self._request_timer.cancel()
            self._request_timer = None

    async def _serve(self, app: ASGIApp, scope: Scope, receive: Receive, send: Send) -> None:
        scope[_CLOSE] = self.transport.close
        scope[STOPPING] = self._stopping
        try:
            await app(scope, receive, send)
        except asyncio.CancelledError:  # the server is shutting down
            self.transport.close()
            await _wait_for_disconnect(receive)


def application(
    emulator: Emulator, *, control: bool = False, host: str = "127.0.0.1", allowed_hosts: Sequence[str] = ()
) -> Starlette:
    """Return an ASGI application that serves an emulator and, optionally, its control interface.

    Args:
        emulator: The emulator.
        control: Whether to serve the control interface.
        host: The address on which the server listens.
        allowed_hosts: Further host names to accept; see `Guard`.
    """
    emulator.self_check = True  # clients in other languages do not validate responses
    panel = _Panel(emulator, control=control, is_open=control and is_loopback(host))
    routes: list[BaseRoute] = [
        *(Route(path, panel) for path in ("/", "/docs", "/__panel__/{path:path}")),
        Route("/openapi.json", _openapi, methods=["GET"]),
    ]
    if control:
        routes.append(Mount(CONTROL, app=control_application(emulator)))
    app = Starlette(routes=routes, middleware=[Middleware(Guard, host=host, allowed=allowed_hosts)])
    # The service is the default rather than a route, since no route's pattern would match an encoded line break.
    app.router.default = _Service(emulator)
    app.router.redirect_slashes = False
    return app


def _openapi(_: Request) -> Response:
    return JSONResponse(schemas.openapi())


def listen(host: str, port: int) -> socket.socket:
    """Return a socket that listens on an address of this machine, on a free port if the port is 0."""
    if not 0 <= port < 2**16:
        raise JiffyArgumentException(f"invalid port {port}: expected 0 to 65535")
    try:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        listener = socket.create_server((host, port), family=family, backlog=_BACKLOG)
    except OSError as error:
        reason = error.strerror or str(error)
        raise JiffyArgumentException(f"can't listen on host {host!r}, port {port}: {reason}") from None
    # Connections inherit this option. asyncio only sets it on sockets that name TCP as their protocol. Without it,
    # keep-alive clients wait 40 ms for each response body (Nagle's algorithm and delayed ACKs).
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listener


def url_of(listener: socket.socket) -> str:
    """Return the `api_url` for clients on this machine."""
    name, port = listener.getsockname()[:2]
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(str(name), str(name))  # noqa: S104 (all addresses)
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


class _Server(uvicorn.Server):
    """uvicorn's server, which accepts few connections at once while many wait."""

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        asyncio.get_running_loop().set_exception_handler(AcceptErrors())
        await super().startup(sockets)
        for listener in sockets or ():
            listener.listen(_BACKLOG)  # asyncio takes one number for both


def _server(app: ASGIApp, protocol: type[ServerProtocol] = ServerProtocol) -> uvicorn.Server:
    config = uvicorn.Config(
        app,
        http=protocol,
        ws="none",
        lifespan="off",
        log_config=None,
        proxy_headers=False,
        server_header=False,
        timeout_graceful_shutdown=3,
        backlog=_ACCEPTED_AT_ONCE,
    )
    config.load()
    # At the log level trace, uvicorn wraps the application in middleware that logs paths and thus the token.
    config.loaded_app = app
    return _Server(config)


def serve(
    emulator: Emulator,
    listener: socket.socket,
    *,
    control: bool | None = None,
    allowed_hosts: Sequence[str] = (),
    ready: Callable[[], object],
) -> None:
    """Serve until SIGINT or SIGTERM, then finish in-flight requests and save the state.

    By default, the control interface is only served on a loopback address. `ready` is called once signals are handled.
    """
    host = listener.getsockname()[0]
    if control is None:
        control = is_loopback(host)
    server = _server(application(emulator, control=control, host=host, allowed_hosts=allowed_hosts))
    raise_limit()
    silence()

    def stop(_number: int, _frame: FrameType | None) -> None:
        server.should_exit = True

    # uvicorn replaces these handlers while it runs and repeats the signals for them afterwards.
    previous = {number: signal.signal(number, stop) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        ready()
        server.run(sockets=[listener])
        emulator.close()
    finally:
        for number, handler in previous.items():
            signal.signal(number, handler)


def silence() -> None:
    """Turn off uvicorn's log of requests that a shutdown interrupts. Closed connections are enough for clients."""
    logging.getLogger("uvicorn.error").setLevel(logging.CRITICAL)


@contextlib.contextmanager
def running(emulator: Emulator, *, control: bool = True) -> Generator[str]:
    """Serve in a thread on a free port of the loopback interface and yield the URL."""
    with in_thread(application(emulator, control=control)) as url:
        yield url


@contextlib.contextmanager
def in_thread(app: ASGIApp, protocol: type[ServerProtocol] = ServerProtocol) -> Generator[str]:
    """Serve an application in a thread on a free port of the loopback interface and yield the URL."""
    listener = listen("127.0.0.1", 0)
    server = _server(app, protocol)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    try:
        yield url_of(listener)
    finally:
        server.should_exit = True
        thread.join()
