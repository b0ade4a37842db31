"""Helpers for schemas: validators that are independent of pydantic, places in a payload, edits."""

import importlib
import re
import sys
from collections.abc import Callable, Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass
from functools import cache

import httpx
import jsonschema_rs
from jsonschema import Draft202012Validator, FormatChecker  # type: ignore[import-untyped] # it ships no types
from pydantic import JsonValue
from pydantic_core import from_json, to_json
from referencing.jsonschema import DRAFT202012, EMPTY_REGISTRY

from jiffybox_sdk._client.endpoints import CALLS, Endpoint
from jiffybox_sdk.schemas import load, names

Schema = Mapping[str, JsonValue]
Path = tuple[str | int, ...]

BASE = "https://schemas.invalid/"
"""The base URL of the schemas, for their relative references."""

ANSWERS = [name for name in names() if not name.startswith("requests/")]
REQUESTS = [name for name in names() if name.startswith("requests/")]


def refer(name: str) -> dict[str, JsonValue]:
    return {"$ref": f"{BASE}{name}.json"}


def a_map_of(name: str) -> dict[str, JsonValue]:
    return {"type": "object", "additionalProperties": refer(name)}


KIND_SCHEMAS: Mapping[str, Schema] = {
    **{
        name.replace("-", "_"): refer(name)
        for name in (
            "backup", "backups", "box", "check", "check-result", "contact-group", "disk", "distribution", "envelope",
            "ip", "message", "plan", "profile", "schedule",
        )
    },
    **{
        f"{name}s".replace("-", "_").replace("boxs", "boxes"): a_map_of(name)
        for name in ("box", "check", "check-result", "contact-group", "distribution", "ip", "plan")
    },
    "backups_by_box": a_map_of("backups"),
    "ips_by_box": {"type": "object", "additionalProperties": a_map_of("ip")},
    "module": refer("module-doc"),
    "modules": {"type": "object", "additionalProperties": {"type": "string"}},
    "done": {"type": "boolean"},
}  # fmt: skip
"""The schema of each kind of payload."""


class Oracle:
    """Two validators for a schema that are independent of pydantic: jsonschema and jsonschema-rs."""

    def __init__(self, schema: Schema, *, formats: bool = False, alone: bool = False) -> None:
        known = [] if alone else [(f"{BASE}{name}.json", load(name)) for name in names()]
        registry = EMPTY_REGISTRY.with_contents(known, default_specification=DRAFT202012)
        checker = FormatChecker() if formats else None
        self._one = Draft202012Validator(schema, registry=registry, format_checker=checker)
        self._other = jsonschema_rs.Draft202012Validator(
            dict(schema), registry=jsonschema_rs.Registry(known), validate_formats=formats
        )

    def accepts(self, payload: JsonValue) -> bool:
        """Return whether the payload is valid, asserting that both validators agree."""
        one, other = self.verdicts(payload)
        assert one == other
        return one

    def verdicts(self, payload: JsonValue) -> tuple[bool, bool]:
        """Return the verdicts of both validators."""
        # It ships no types, and what pyright infers lacks one.
        return bool(self._one.is_valid(payload)), self._other.is_valid(payload)  # pyright: ignore[reportUnknownMemberType]


@cache
def oracle(name: str) -> Oracle:
    """Return the validators for a schema or a kind of payload. Requests are validated with formats."""
    return Oracle(KIND_SCHEMAS.get(name) or refer(name), formats=name in REQUESTS)


def whole(name: str) -> Schema:
    """Return a schema merged with its `allOf`."""
    schema = load(name)
    bases = [
        members(load(f"requests/{str(members(base)['$ref']).removesuffix('.json')}"))
        for base in items(schema.get("allOf"))
    ]
    parts = [*bases, schema]
    return {
        **schema,
        "properties": {field: node for part in parts for field, node in members(part.get("properties")).items()},
        "required": [field for part in parts for field in items(part.get("required"))],
    }


def module_name(name: str) -> str:
    """Return the module of a generated class below `jiffybox_sdk.models`."""
    room = "" if name.startswith("requests/") else "responses."
    return room + name.replace("-", "_").replace("/", ".")


def generated(name: str) -> type:
    """Return the class that was generated from a schema."""
    found: object = getattr(
        importlib.import_module(f"jiffybox_sdk.models.{module_name(name)}"), str(load(name)["title"])
    )
    assert isinstance(found, type)
    return found


def members(value: JsonValue) -> dict[str, JsonValue]:
    """Return the members of an object; none for `None`."""
    assert value is None or isinstance(value, dict)
    return value or {}


def items(value: JsonValue) -> list[JsonValue]:
    """Return the items of a list; none for `None`."""
    assert value is None or isinstance(value, list)
    return value or []


def resolve(schema: Schema) -> Schema:
    """Return the schema that a schema refers to, or the schema itself."""
    reference = schema.get("$ref")
    if not isinstance(reference, str):
        return schema
    return _loaded(reference.removeprefix(BASE).removeprefix("../").removesuffix(".json"))


@cache
def _loaded(name: str) -> Schema:
    found = name if name in names() else f"requests/{name}"
    return whole(found) if "properties" in load(found) else load(found)


def others(schema: Schema) -> Schema | None:
    """Return the schema of unnamed fields, if any."""
    found = schema.get("additionalProperties")
    return None if found is None or isinstance(found, bool) else members(found)


def meant(schema: Schema, value: JsonValue) -> Schema:
    """Return the schema for a value; in unions, the one for its type."""
    schema = resolve(schema)
    choices = [resolve(members(choice)) for choice in items(schema.get("anyOf"))]
    if isinstance(value, dict | list):  # an empty map may come as a list
        return next((choice for choice in choices if choice.get("type") == "object"), schema)
    if any(choice.get("type") == "integer" for choice in choices):
        return {"type": "integer"}
    return schema


@dataclass(frozen=True, slots=True)
class Spot:
    """A value in a payload.

    Attributes:
        path: The way to it.
        schema: What it should be.
        field: Whether it is a field that the schema names, and no item of a list or a map.
        required: Whether the field must be there.
    """

    path: Path
    schema: Schema
    field: bool = False
    required: bool = False

    @property
    def optional(self) -> bool:
        return self.field and not self.required


def anything(schema: Schema) -> bool:
    """Return whether a schema accepts any value."""
    return not {"type", "anyOf"} & schema.keys()


def spots(schema: Schema, value: JsonValue, path: Path = ()) -> Iterator[Spot]:
    """Yield all values in a payload that have a schema, outer ones first."""
    schema = meant(schema, value)
    if isinstance(value, dict):
        fields = members(schema.get("properties"))
        more = others(schema)
        for name, inner in value.items():
            if name in fields:
                required = name in items(schema.get("required"))
                found = Spot((*path, name), resolve(members(fields[name])), field=True, required=required)
            elif more is not None:
                found = Spot((*path, name), resolve(more))
            else:
                continue
            yield found
            yield from spots(found.schema, inner, found.path)
    elif isinstance(value, list) and "items" in schema:
        for number, inner in enumerate(value):
            found = Spot((*path, number), resolve(members(schema["items"])))
            yield found
            yield from spots(found.schema, inner, found.path)


INTEGER = re.compile(r"-?(0|[1-9][0-9]{0,18})")
NUMBER = re.compile(r"-?(0|[1-9][0-9]{0,18})(\.[0-9]{1,18})?")
REFUSED: JsonValue = [["no value of a schema here"]]


def plain(schema: Schema, value: JsonValue) -> JsonValue:
    """Return a payload as its schema demands, without the deviations that models accept."""
    if value == "" and {"const": ""} in items(resolve(schema).get("anyOf")):
        return value
    schema = meant(schema, value)
    match schema.get("type"), value:
        case "integer", str() if INTEGER.fullmatch(value):
            return int(value)
        case "number", str() if NUMBER.fullmatch(value):
            return float(value)
        case "boolean", "true" | "false":
            return value == "true"
        case "integer", float() if abs(value) >= 2.0**63:
            return REFUSED
        case "number", int() if abs(value) > sys.float_info.max:
            return REFUSED
        case "object", []:
            return value if "properties" in schema else {}
        case "object", dict():
            return plain_object(schema, value)
        case "array", list():
            return [plain(members(schema["items"]), item) for item in value]
        case _:
            return value


def plain_object(schema: Schema, value: Mapping[str, JsonValue]) -> dict[str, JsonValue]:
    fields = members(schema.get("properties"))
    required = items(schema.get("required"))
    more = others(schema) or {}
    return {
        name: plain(members(fields[name]) if name in fields else more, inner)
        for name, inner in value.items()
        if inner is not None or name in required or name not in fields
    }


def written(path: Path) -> str:
    """Return a path in the notation of exceptions."""
    steps = (
        f".{step}" if isinstance(step, str) and re.fullmatch(r"[\w\- ]+", step) else f"[{step!r}]" for step in path
    )
    text = "".join(steps)
    return text.removeprefix(".") or "$"


def replaced(value: JsonValue, path: Path, new: JsonValue) -> JsonValue:
    """Return a payload with another value at a path."""
    if not path:
        return new
    step, *rest = path
    if isinstance(step, int):
        found = items(value)
        return [*found[:step], replaced(found[step], tuple(rest), new), *found[step + 1 :]]
    inside = members(value)
    return {**inside, step: replaced(inside[step], tuple(rest), new) if rest else new}


def removed(value: JsonValue, path: Path) -> JsonValue:
    """Return a payload without the field at a path."""
    copy = deepcopy(value)
    parent = copy
    for step in path[:-1]:
        parent = items(parent)[step] if isinstance(step, int) else members(parent)[step]
    last = path[-1]
    assert isinstance(last, str)
    del members(parent)[last]
    return copy


@dataclass(frozen=True, slots=True)
class Answer:
    """A response of the emulator with its call."""

    call: Endpoint
    envelope: JsonValue

    @property
    def result(self) -> JsonValue:
        return members(self.envelope)["result"]

    @property
    def refused(self) -> bool:
        return any(members(message)["type"] == "error" for message in items(members(self.envelope)["messages"]))


class Tap(httpx.BaseTransport):
    """A transport that records responses, and edits their results if `edit` is set."""

    def __init__(self, inner: httpx.BaseTransport) -> None:
        self.answers: list[Answer] = []
        self.edit: Callable[[JsonValue], JsonValue] | None = None
        self._inner = inner

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        response = self._inner.handle_request(request)
        segments = request.url.path.split("/")[3:]
        call = next(call for call in CALLS if call.match(request.method, segments) is not None)
        answer = Answer(call, from_json(response.read()))
        self.answers.append(answer)
        if self.edit is None:
            return response
        edited = {**members(answer.envelope), "result": self.edit(answer.result)}
        return httpx.Response(response.status_code, content=to_json(edited))
