"""The control interface: the methods of `Emulator` as JSON over HTTP.

    GET    health                           status and responses that violated the schemas
    POST   reset         {"seed": {...}}    start over; {"clock": "manual"} changes the clock policy
    GET    clock                            policy, speed and time
    POST   clock         {"advance": 60}    or {"run_until_idle": true}; not under the clock real
    POST   clock         {"policy": "real", "speed": 60}    another clock, which continues from the same time
    GET    faults                           those that can still be triggered and those that never were
    POST   faults        {"call": "create_box", "drop": true, "moment": "after"}
    DELETE faults                           all; with the body {"call": "create_box", "drop": true}, that one
    GET    journal                          the latest thousand requests
    DELETE journal
    GET    drift                            unknown parameters in requests, with counts
    DELETE drift
    GET    state                            a snapshot
    PUT    state                            restore a snapshot
    POST   floating-ips  {"box": 10001}     order an address
    GET    openapi.json                     this interface as an OpenAPI document

Invalid requests are answered with status 400 and {"error": "..."}. Bodies require the content type application/json.
"""

import math
from collections.abc import Callable

import anyio.to_thread
from pydantic import JsonValue
from pydantic_core import to_jsonable_python
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from jiffybox_sdk import __version__
from jiffybox_sdk._common import strict_json
from jiffybox_sdk.emulator import Emulator, Snapshot, StateNotSaved
from jiffybox_sdk.emulator._clock import as_policy
from jiffybox_sdk.emulator._faults import as_fault
from jiffybox_sdk.emulator._server.control_openapi import control_openapi
from jiffybox_sdk.exceptions import JiffyArgumentException

_MOST_BYTES = 64 * 2**20


def control_application(emulator: Emulator) -> Starlette:
    """Return an emulator's control interface."""

    def health(_method: str, _content: bytes) -> Response:
        defects = [str(defect) for defect in emulator.defects]
        return _respond({"status": "ok", "version": __version__, "defects": defects})

    def reset(_method: str, content: bytes) -> Response:
        given = body_of(content)
        seed, policy = given.get("seed"), given.get("clock", emulator.clock.policy)
        if given.keys() - {"seed", "clock"} or not (seed is None or isinstance(seed, dict)):
            raise JiffyArgumentException('invalid body: expected {} or {"seed": {...}, "clock": "manual"}')
        emulator.reset(seed, clock=as_policy(policy))
        return _respond({})

    def floating_ips(_method: str, content: bytes) -> Response:
        match body_of(content):
            case {"box": int() as box, **rest} if not rest:
                return _respond({"ip": emulator.add_floating_ip(box)})
            case _:
                raise JiffyArgumentException('invalid body: expected {"box": number}')

    def clock(method: str, content: bytes) -> Response:
        if method == "POST":
            _change_clock(emulator, body_of(content))
        return _respond({"policy": emulator.clock.policy, "speed": emulator.clock.speed, "now": emulator.clock.now()})

    def faults(method: str, content: bytes) -> Response:
        if method == "POST":
            emulator.inject(as_fault(body_of(content)))
        elif content:
            emulator.remove_fault(as_fault(body_of(content)))
        elif method == "DELETE":
            emulator.clear_faults()
        pending = [fault.model_dump(exclude_none=True) for fault in emulator.faults()]
        never = [fault.model_dump(exclude_none=True) for fault in emulator.never_triggered()]
        return _respond({"faults": pending, "never_triggered": never})

    def journal(method: str, _content: bytes) -> Response:
        if method == "DELETE":
            emulator.clear_journal()
        return _respond({"journal": emulator.journal()})

    def drift(method: str, _content: bytes) -> Response:
        if method == "DELETE":
            emulator.drift.clear()
        return _respond({"drift": emulator.drift.entries})

    def state(method: str, content: bytes) -> Response:
        if method == "PUT":
            emulator.restore(Snapshot(content))
        return Response(emulator.snapshot().state, media_type="application/json")

    def openapi(_method: str, _content: bytes) -> Response:
        return _respond(control_openapi())

    def route(path: str, function: Callable[[str, bytes], Response], methods: list[str]) -> Route:
        async def endpoint(request: Request) -> Response:
            content = b"" if request.method == "GET" else await content_of(request)
            # It may wait for the disk, for other processes, or for a call that waits for them.
            return await anyio.to_thread.run_sync(function, request.method, content)

        return Route(path, endpoint, methods=methods)

    routes = [
        route("/openapi.json", openapi, ["GET"]),
        route("/health", health, ["GET"]),
        route("/reset", reset, ["POST"]),
        route("/clock", clock, ["GET", "POST"]),
        route("/faults", faults, ["GET", "POST", "DELETE"]),
        route("/journal", journal, ["GET", "DELETE"]),
        route("/drift", drift, ["GET", "DELETE"]),
        route("/state", state, ["GET", "PUT"]),
        route("/floating-ips", floating_ips, ["POST"]),
    ]
    return Starlette(routes=routes, exception_handlers={JiffyArgumentException: _error, StateNotSaved: _error})


def _change_clock(emulator: Emulator, given: dict[str, JsonValue]) -> None:
    """Advance the time, or change the policy."""
    match given:
        case {"policy": policy, **rest} if not rest.keys() - {"speed"}:
            speed = rest.get("speed", 1.0)
            emulator.set_clock(as_policy(policy), speed if isinstance(speed, int | float) else math.nan)
        case _ if emulator.clock.policy == "real":
            raise JiffyArgumentException(
                "a real clock can't be advanced: start the emulator with --clock manual, or stop the clock with"
                ' POST /__emulator__/clock and the body {"policy": "manual"}'
            )
        case {"advance": int() | float() as seconds, **rest} if not rest:
            emulator.advance(seconds)
        case {"run_until_idle": True, **rest} if not rest:
            emulator.run_until_idle()
        case _:
            raise JiffyArgumentException(
                'invalid body: expected {"advance": seconds}, {"run_until_idle": true} or {"policy": "manual"}'
            )


def _error(_: Request, error: Exception) -> Response:
    return JSONResponse({"error": str(error)}, 400 if isinstance(error, JiffyArgumentException) else 500)


def _respond(content: object) -> Response:
    return JSONResponse(to_jsonable_python(content))


async def content_of(request: Request) -> bytes:
    """Return a request body, which must be declared to be JSON. That of a `DELETE` may be missing."""
    is_json = request.headers.get("Content-Type", "").partition(";")[0].strip().lower() == "application/json"
    content = bytearray()
    async for piece in request.stream():
        content += piece
        if len(content) > _MOST_BYTES:
            raise JiffyArgumentException(f"invalid body: expected at most {_MOST_BYTES} bytes")
    if not is_json and (content or request.method != "DELETE"):
        raise JiffyArgumentException("invalid body: expected the content type application/json")
    return bytes(content)


def body_of(content: bytes) -> dict[str, JsonValue]:
    """Return a request body as a JSON object."""
    try:
        value = strict_json.parse(content or b"{}")
    except ValueError as error:
        raise JiffyArgumentException(f"invalid body: {error}") from None
    if not isinstance(value, dict):
        raise JiffyArgumentException("invalid body: expected a JSON object")
    return value
