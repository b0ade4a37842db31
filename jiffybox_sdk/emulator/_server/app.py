"""The emulator on a socket: Starlette on uvicorn, from the extra `server`.

Everything below `/__emulator__/` is the control interface, see `jiffybox_sdk.emulator._server.control`; `/openapi.json`
describes the API; all else is the service. No URL is logged, since the token is a part of it.
"""

import asyncio
import contextlib
import logging
import signal
import socket
import threading
from collections.abc import Callable, Generator
from functools import partial
from pathlib import Path
from types import FrameType
from typing import Any

import anyio
import anyio.to_thread
import h11
import uvicorn
from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import FileResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol

from jiffybox_sdk import schemas
from jiffybox_sdk._client.settings import is_loopback
from jiffybox_sdk.emulator import Emulator, EmulatorDefect, ServiceRequest, ServiceResponse, StateNotKept
from jiffybox_sdk.emulator._request_body import MOST_BYTES
from jiffybox_sdk.emulator._server.control import control_routes, guarded
from jiffybox_sdk.exceptions import JiffyArgumentException

CONTROL = "/__emulator__"

_MOST_DISCARDED = 64 * 2**20
"""Bytes of a body that is too large that are read all the same, so that its sender gets an answer."""

PATIENCE = 60.0
"""Seconds after which a connection is closed on which no whole request has come."""

_HANG_UP = "jiffybox_sdk.hang_up"
"""Where the application finds what closes a connection, in the scope of a request."""

_log = logging.getLogger("jiffybox_sdk")


class _Keeper:
    """Brings the state file up to date, once for all that wait for it at the same moment."""

    def __init__(self, emulator: Emulator) -> None:
        self._emulator = emulator
        self._turn = anyio.Lock()
        self._kept = -1

    async def keep(self, revision: int) -> None:
        """Returns when a revision of the account is kept."""
        if self._kept >= revision or not self._emulator.keeps:
            return
        async with self._turn:
            if self._kept < revision:
                covers = self._emulator.revision
                await anyio.to_thread.run_sync(self._emulator.keep, covers)
                self._kept = covers


class _Service:
    """The emulated service as an ASGI application."""

    def __init__(self, emulator: Emulator) -> None:
        self._emulator = emulator
        self._keeper = _Keeper(emulator)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            body = await _read(Request(scope, receive))
        except ClientDisconnect:
            return
        request = ServiceRequest(scope["method"], _path(scope["raw_path"].decode("latin-1")), body)
        try:
            answer = self._emulator.handle(request, keep=False)
            # What only reads waits as well: nobody may see what a kill can undo.
            await self._keeper.keep(self._emulator.revision)
        except (EmulatorDefect, StateNotKept) as error:
            # No envelope: the call may have been carried out, and the client must not think that it was refused.
            _log.error("%s", error)
            await Response(str(error), 500, media_type="text/plain")(scope, receive, send)
            return
        if answer.latency:
            with anyio.move_on_after(answer.latency):
                await _gone(receive)
                return
        await _send(answer, scope, receive, send)


def _path(target: str) -> str:
    """Returns the path of a target, which names the server as well when a proxy is asked for it."""
    return "/" + target.split("/", 3)[-1] if target.startswith(("http://", "https://")) else target


async def _read(request: Request) -> bytes:
    """Returns the body; of one that is too large, as much as shows that it is."""
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
    scope[_HANG_UP]()
    await _gone(receive)


async def _gone(receive: Receive) -> None:
    """Returns when the connection is closed."""
    while (await receive())["type"] != "http.disconnect":
        pass


class _Protocol(H11Protocol):
    """uvicorn's HTTP, which can hang up on purpose, and does so on who does not finish a request in time."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # as uvicorn calls it
        super().__init__(*args, **kwargs)
        self.app = partial(self._serve, self.app)
        self.access_log = False  # not in the configuration, where it would silence the log for all of the process
        self._patience: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override] # as uvicorn has it
        super().connection_made(transport)
        self._wait_for_request()

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        if self.conn.their_state in (h11.DONE, h11.MUST_CLOSE):  # the request is complete
            self._stop_waiting()
        else:
            self._wait_for_request()

    def connection_lost(self, exc: Exception | None) -> None:
        self._stop_waiting()
        super().connection_lost(exc)

    def _wait_for_request(self) -> None:
        """Allows so much time for a whole request; bytes that come one by one do not make it longer."""
        if self._patience is None:
            self._patience = self.loop.call_later(PATIENCE, self.transport.close)

    def _stop_waiting(self) -> None:
        if self._patience is not None:
            self._patience.cancel()
            self._patience = None

    async def _serve(self, app: ASGIApp, scope: Scope, receive: Receive, send: Send) -> None:
        scope[_HANG_UP] = self.transport.close
        try:
            await app(scope, receive, send)
        except asyncio.CancelledError:  # the server ends, and does not wait any more
            self.transport.close()
            await _gone(receive)


def application(emulator: Emulator, *, control: bool = False, host: str = "127.0.0.1") -> Starlette:
    """Returns an emulator as an ASGI application.

    Args:
        emulator: The emulator.
        control: Whether to offer the control interface, too. Whoever reaches it can do as he likes.
        host: The address that the server listens on, by which a browser may name it.
    """
    routes: list[BaseRoute] = [Route("/openapi.json", _describe, methods=["GET"])]
    if control:
        routes.append(Mount(CONTROL, app=guarded(Starlette(routes=control_routes(emulator)), host)))
    found = Starlette(routes=routes)
    # No route leads to the service: the pattern of a route would not match a path with an encoded line break, and
    # whatever is no route of ours, a slash at its end among that, is for the service to answer.
    found.router.default = _Service(emulator)
    found.router.redirect_slashes = False
    return found


def _describe(_: Request) -> Response:
    return FileResponse(Path(schemas.__file__).with_name("openapi.json"), media_type="application/json")


def listen(host: str, port: int) -> socket.socket:
    """Returns a socket on which a server listens.

    Args:
        host: The address; one of this machine.
        port: The port; 0 for any that is free.

    Raises:
        JiffyArgumentException: nothing can listen there.
    """
    if not 0 <= port < 2**16:
        raise JiffyArgumentException(f"port {port} is refused: give 0 to 65535")
    try:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        listener = socket.create_server((host, port), family=family, backlog=2048)
    except OSError as error:
        reason = error.strerror or str(error)
        raise JiffyArgumentException(f"host {host!r} and port {port} are refused: {reason}") from None
    # The connections inherit it. asyncio sets it on sockets that name TCP as their protocol, which this one does not,
    # and without it a client that keeps its connection waits 40 ms for each answer's body (Nagle, delayed ACK).
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listener


def url_of(listener: socket.socket) -> str:
    """Returns the address that a client on this machine gives as `api_url`."""
    name, port = listener.getsockname()[:2]
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(str(name), str(name))  # noqa: S104 (which stand for all addresses)
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def _server(emulator: Emulator, listener: socket.socket, *, control: bool) -> uvicorn.Server:
    app = application(emulator, control=control, host=listener.getsockname()[0])
    config = uvicorn.Config(
        app,
        http=_Protocol,
        ws="none",
        lifespan="off",
        log_config=None,
        proxy_headers=False,
        server_header=False,
        timeout_graceful_shutdown=3,
    )
    config.load()
    config.loaded_app = app  # uvicorn's lowest level of logs wraps it in what logs the path, and so the token
    return uvicorn.Server(config)


def serve(
    emulator: Emulator, listener: socket.socket, *, control: bool | None = None, ready: Callable[[], object]
) -> None:
    """Serves until SIGINT or SIGTERM comes, then ends what is under way, and saves the state.

    Args:
        emulator: The emulator.
        listener: Where to listen; see `listen`.
        control: Whether to offer the control interface; if not said, only to this machine.
        ready: Is called once a signal ends it cleanly.
    """
    if control is None:
        control = is_loopback(listener.getsockname()[0])
    server = _server(emulator, listener, control=control)
    _allow_connections()
    # What is cut short at the end is told to who waits for it, by a connection that is closed.
    logging.getLogger("uvicorn.error").setLevel(logging.CRITICAL)

    def end(_number: int, _frame: FrameType | None) -> None:
        server.should_exit = True

    # uvicorn has handlers of its own while it runs; when it ends, it sends these the signals once more.
    before = {number: signal.signal(number, end) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        ready()
        server.run(sockets=[listener])
        emulator.close()
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _allow_connections() -> None:
    """Lets the process have as many connections as the system allows; on some systems it would be few."""
    try:
        import resource  # noqa: PLC0415 (Windows has none)
    except ImportError:
        return
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


@contextlib.contextmanager
def running(emulator: Emulator, *, control: bool = True) -> Generator[str]:
    """Serves in a thread on a free port of this machine, and gives the address.

    Args:
        emulator: The emulator.
        control: Whether to offer the control interface.
    """
    listener = listen("127.0.0.1", 0)
    server = _server(emulator, listener, control=control)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    try:
        yield url_of(listener)
    finally:
        server.should_exit = True
        thread.join()
