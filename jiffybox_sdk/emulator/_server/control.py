"""The control interface of an emulator on a socket: what `Emulator` does in Python, as JSON over HTTP.

    GET    health                           that it is there, and whether it was about to break a schema
    POST   reset         {"seed": {...}}    an empty account, or a seed; {"clock": "manual"} changes how time runs
    GET    clock                            policy and time
    POST   clock         {"advance": 60}    or {"run_until_idle": true}; not under the clock real
    GET    faults                           those that may still strike, and those that never did
    POST   faults        {"call": "create_box", "drop": true, "moment": "after"}
    DELETE faults
    GET    journal                          the latest thousand requests
    DELETE journal
    GET    state                            a snapshot
    PUT    state                            brings one back
    POST   floating-ips  {"box": 10001}     orders an address, which the API has no call for

What makes no sense is refused with status 400 and {"error": "..."}. Bodies must be called JSON, so that no page in a
browser can send one unasked.
"""

from collections.abc import Awaitable, Callable

from pydantic_core import from_json, to_jsonable_python
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route
from starlette.types import ASGIApp

from jiffybox_sdk import __version__
from jiffybox_sdk._client.settings import is_loopback
from jiffybox_sdk._common.type_guards import is_map
from jiffybox_sdk.emulator import Emulator, Snapshot, StateNotKept
from jiffybox_sdk.emulator._clock import as_policy
from jiffybox_sdk.emulator._faults import Fault, as_fault
from jiffybox_sdk.exceptions import JiffyArgumentException

Handler = Callable[[Request], Awaitable[Response]]

_MOST_BYTES = 64 * 2**20


def guarded(app: ASGIApp, host: str) -> ASGIApp:
    """Returns an application that answers only to names that mean this very server: no page can lead a browser to it.

    Args:
        app: The application.
        host: The address that the server listens on. Where that is not this machine alone, any name may mean it.
    """
    names = ["localhost", "127.0.0.1", "[::1]", f"[{host}]", host] if is_loopback(host) else ["*"]
    return TrustedHostMiddleware(app, allowed_hosts=names, www_redirect=False)


def control_routes(emulator: Emulator) -> list[BaseRoute]:
    """Returns what the control interface consists of."""

    async def health(_: Request) -> Response:
        defects = [str(defect) for defect in emulator.defects]
        return _answer({"status": "ok", "version": __version__, "defects": defects})

    async def reset(request: Request) -> Response:
        given = await _body(request)
        seed, policy = given.get("seed"), given.get("clock", emulator.clock.policy)
        if given.keys() - {"seed", "clock"} or not (seed is None or is_map(seed)):
            raise JiffyArgumentException('the body is refused: give {}, or {"seed": {...}, "clock": "manual"}')
        emulator.reset(
            None if seed is None else {str(name): value for name, value in seed.items()}, clock=as_policy(policy)
        )
        return _answer({})

    async def floating_ips(request: Request) -> Response:
        match await _body(request):
            case {"box": int() as box, **rest} if not rest:
                return _answer({"ip": emulator.add_floating_ip(box)})
            case _:
                raise JiffyArgumentException('the body is refused: give {"box": number}')

    async def clock(request: Request) -> Response:
        if request.method == "POST":
            match await _body(request):
                case {"advance": int() | float() as seconds, **rest} if not rest:
                    emulator.advance(seconds)
                case {"run_until_idle": True, **rest} if not rest:
                    emulator.run_until_idle()
                case _:
                    raise JiffyArgumentException(
                        'the body is refused: give {"advance": seconds} or {"run_until_idle": true}'
                    )
        return _answer({"policy": emulator.clock.policy, "now": emulator.clock.now()})

    async def faults(request: Request) -> Response:
        if request.method == "POST":
            emulator.lay_down(as_fault(await _body(request)))
        elif request.method == "DELETE":
            emulator.clear_faults()
        left, never = emulator.faults(), emulator.never_struck()
        return _answer({"faults": [*map(_shown, left)], "never_struck": [*map(_shown, never)]})

    async def journal(request: Request) -> Response:
        if request.method == "DELETE":
            emulator.clear_journal()
        return _answer({"journal": emulator.journal()})

    async def state(request: Request) -> Response:
        if request.method == "PUT":
            emulator.restore(Snapshot(await _content(request)))
        return Response(emulator.snapshot().state, media_type="application/json")

    handlers: list[tuple[str, list[str], Handler]] = [
        ("/health", ["GET"], health),
        ("/reset", ["POST"], reset),
        ("/clock", ["GET", "POST"], clock),
        ("/faults", ["GET", "POST", "DELETE"], faults),
        ("/journal", ["GET", "DELETE"], journal),
        ("/state", ["GET", "PUT"], state),
        ("/floating-ips", ["POST"], floating_ips),
    ]
    return [Route(path, _refusing(handler), methods=methods) for path, methods, handler in handlers]


def _refusing(handler: Handler) -> Handler:
    async def answer(request: Request) -> Response:
        try:
            return await handler(request)
        except JiffyArgumentException as refused:
            return JSONResponse({"error": str(refused)}, 400)
        except StateNotKept as error:
            return JSONResponse({"error": str(error)}, 500)

    return answer


def _answer(content: object) -> Response:
    return JSONResponse(to_jsonable_python(content))


def _shown(fault: Fault) -> dict[str, object]:
    return fault.model_dump(exclude_none=True)


async def _content(request: Request) -> bytes:
    if request.headers.get("Content-Type", "").partition(";")[0].strip().lower() != "application/json":
        raise JiffyArgumentException("the body is refused: send it as application/json")
    content = bytearray()
    async for piece in request.stream():
        content += piece
        if len(content) > _MOST_BYTES:
            raise JiffyArgumentException(f"the body is refused: it has more than {_MOST_BYTES} bytes")
    return bytes(content)


async def _body(request: Request) -> dict[str, object]:
    content = await _content(request)
    try:
        value: object = from_json(content or b"{}")
    except ValueError as error:
        raise JiffyArgumentException(f"the body is refused: {error}") from None
    if not is_map(value):
        raise JiffyArgumentException("the body is refused: give a JSON object")
    return {str(name): inner for name, inner in value.items()}
