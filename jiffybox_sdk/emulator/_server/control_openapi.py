"""The OpenAPI document of the control interface."""

from functools import cache

from pydantic import JsonValue, TypeAdapter

from jiffybox_sdk import __version__
from jiffybox_sdk._common.drift_entry import DriftEntry
from jiffybox_sdk.emulator._clock import POLICIES
from jiffybox_sdk.emulator._faults import Fault
from jiffybox_sdk.emulator._journal import JournalEntry
from jiffybox_sdk.emulator._seeds import Seed

Schema = dict[str, JsonValue]

_TEXT: Schema = {"type": "string"}
_POLICY: Schema = {"enum": list[JsonValue](POLICIES)}
_FAULT: Schema = {"$ref": "#/components/schemas/Fault"}
_EMPTY: Schema = {"type": "object", "maxProperties": 0}
_STATE: Schema = {"type": "object", "description": "A snapshot, whose format may change between versions."}


@cache
def control_openapi() -> Schema:
    """Return the document. Faults, entries and seeds are described by their models."""
    speed: Schema = {"type": "number", "exclusiveMinimum": 0, "description": "Seconds at the service per real second."}
    now: Schema = {"type": "number", "description": "The service's time, in seconds since the epoch."}
    clock = _object(policy=_POLICY, speed=speed, now=now)
    another: Schema = {**_object(policy=_POLICY, speed=speed), "required": ["policy"]}
    advance = _object(advance={"type": "number", "minimum": 0})
    move: Schema = {"oneOf": [advance, _object(run_until_idle={"const": True}), another]}
    faults = _object(faults=_list(_FAULT), never_triggered=_list(_FAULT))
    journal = _object(journal=_list({"$ref": "#/components/schemas/JournalEntry"}))
    drift = _object(drift=_list({"$ref": "#/components/schemas/DriftEntry"}))
    health = _object(status={"const": "ok"}, version=_TEXT, defects=_list(_TEXT))
    start: Schema = {**_object(seed={"$ref": "#/components/schemas/Seed"}, clock=_POLICY), "required": []}
    paths: JsonValue = {
        "/health": {"get": _call("Return the status, and the responses that violated the schemas", health)},
        "/reset": {"post": _call("Start over, optionally with a seed and another clock", _EMPTY, start)},
        "/clock": {
            "get": _call("Return the clock policy, its speed and the time", clock),
            "post": _call("Advance the time, which the clock real does not allow, or change the clock", clock, move),
        },
        "/faults": {
            "get": _call("Return the faults that can still be triggered, and those that never were", faults),
            "post": _call("Inject a fault", faults, _FAULT),
            "delete": _call("Remove all faults, or the one in the body", faults, _FAULT, required=False),
        },
        "/journal": {
            "get": _call("Return the latest thousand requests, without secrets", journal),
            "delete": _call("Remove all entries", journal),
        },
        "/drift": {
            "get": _call("Return the unknown parameters in requests, with counts", drift),
            "delete": _call("Remove all entries", drift),
        },
        "/state": {
            "get": _call("Return a snapshot of the account", _STATE),
            "put": _call("Restore a snapshot", _STATE, _STATE),
        },
        "/floating-ips": {
            "post": _call("Order a floating address for a box", _object(ip=_TEXT), _object(box={"type": "integer"}))
        },
        "/openapi.json": {"get": _call("Return this document", {"type": "object"})},
    }
    return {
        "openapi": "3.1.0",
        "info": {"title": "JiffyBox emulator: control interface", "version": __version__},
        "servers": [{"url": "/__emulator__"}],
        "paths": paths,
        "components": {"schemas": _models()},
    }


def _object(**properties: Schema) -> Schema:
    return {
        "type": "object",
        "properties": dict[str, JsonValue](properties),
        "required": list[JsonValue](properties),
        "additionalProperties": False,
    }


def _list(of: Schema) -> Schema:
    return {"type": "array", "items": of}


def _content(schema: Schema) -> Schema:
    return {"content": {"application/json": {"schema": schema}}}


def _call(summary: str, result: Schema, body: Schema | None = None, *, required: bool = True) -> Schema:
    """Return an operation."""
    call: Schema = {"summary": summary, "responses": {"200": {"description": "Success", **_content(result)}}}
    if body is not None:
        call["requestBody"] = {"required": required, **_content(body)}
        call["responses"] = {
            "200": {"description": "Success", **_content(result)},
            "400": {"description": "The request is invalid and had no effect", **_content(_object(error=_TEXT))},
        }
    return call


def _models() -> Schema:
    kinds = [TypeAdapter[object](kind) for kind in (Fault, JournalEntry, DriftEntry, Seed)]
    _, schema = TypeAdapter.json_schemas(
        [(str(kind), "validation", kind) for kind in kinds], ref_template="#/components/schemas/{model}"
    )
    return {name: _readable(model) for name, model in schema["$defs"].items()}


def _readable(node: JsonValue) -> JsonValue:
    """Replace pydantic's names of bounds, which it leaves on unions of types, with those of JSON Schema."""
    if isinstance(node, list):
        return [_readable(inner) for inner in node]
    if isinstance(node, dict):
        names = {"ge": "minimum", "le": "maximum"}
        return {names.get(name, name): _readable(inner) for name, inner in node.items()}
    return node
