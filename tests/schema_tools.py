"""Schemas as data: walked along a payload, handed to two validators that know nothing of pydantic, and edited."""

import re
from collections.abc import Callable, Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass
from functools import cache

import httpx
import jsonschema_rs
from jsonschema import Draft202012Validator  # type: ignore[import-untyped] # it ships no types
from pydantic import JsonValue
from pydantic_core import from_json, to_json
from referencing.jsonschema import DRAFT202012, EMPTY_REGISTRY

from jiffybox_sdk.operations import CALLS, Call
from jiffybox_sdk.schemas import load, names

Schema = Mapping[str, JsonValue]
Path = tuple[str | int, ...]

BASE = "https://schemas.invalid/"
"""Where the schemas pretend to be, so that their references, which are relative, lead somewhere."""

ANSWERS = [name for name in names() if not name.startswith("requests/")]
REQUESTS = [name for name in names() if name.startswith("requests/")]


def refer(name: str) -> dict[str, JsonValue]:
    return {"$ref": f"{BASE}{name}.json"}


def a_map_of(name: str) -> dict[str, JsonValue]:
    return {"type": "object", "additionalProperties": refer(name)}


KIND_SCHEMAS: Mapping[str, Schema] = {
    **{name: refer(name) for name in ("box", "disk", "distribution", "envelope", "message", "plan", "profile")},
    **{plural: a_map_of(name) for plural, name in (("boxes", "box"), ("plans", "plan"))},
    "distributions": a_map_of("distribution"),
    "done": {"type": "boolean"},
}
"""The schema of each kind of payload that `validate` knows by name."""


class Oracle:
    """A schema, in the eyes of two validators that know nothing of pydantic: jsonschema and jsonschema-rs."""

    def __init__(self, schema: Schema) -> None:
        known = [(f"{BASE}{name}.json", load(name)) for name in names()]
        registry = EMPTY_REGISTRY.with_contents(known, default_specification=DRAFT202012)
        self._one = Draft202012Validator(schema, registry=registry)
        self._other = jsonschema_rs.Draft202012Validator(dict(schema), registry=jsonschema_rs.Registry(known))

    def accepts(self, payload: JsonValue) -> bool:
        """Whether the payload fits the schema. That the two agree is asserted."""
        accepted = self._other.is_valid(payload)
        # It ships no types, and what pyright infers lacks one.
        assert self._one.is_valid(payload) == accepted  # pyright: ignore[reportUnknownMemberType]
        return accepted


@cache
def oracle(name: str) -> Oracle:
    """What judges payloads by a schema or by a kind of payload."""
    return Oracle(KIND_SCHEMAS.get(name) or refer(name))


def members(value: JsonValue) -> dict[str, JsonValue]:
    """The members of a value that must be an object; of nothing, none."""
    assert value is None or isinstance(value, dict)
    return value or {}


def items(value: JsonValue) -> list[JsonValue]:
    """The items of a value that must be a list; of nothing, none."""
    assert value is None or isinstance(value, list)
    return value or []


def resolve(schema: Schema) -> Schema:
    """The schema of an answer that a schema refers to, if it does."""
    reference = schema.get("$ref")
    if not isinstance(reference, str):
        return schema
    return _loaded(reference.removeprefix(BASE).removesuffix(".json"))


@cache
def _loaded(name: str) -> Schema:
    return load(name)


@dataclass(frozen=True, slots=True)
class Spot:
    """A value within a payload.

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
    """Whether a schema takes any value."""
    return not {"type", "anyOf"} & schema.keys()


def spots(schema: Schema, value: JsonValue, path: Path = ()) -> Iterator[Spot]:
    """Yields all values within a payload that a schema speaks of, through maps and lists, outer ones first."""
    schema = resolve(schema)
    if isinstance(value, dict):
        fields = members(schema.get("properties"))
        others = schema.get("additionalProperties")
        for name, inner in value.items():
            if name in fields:
                required = name in items(schema.get("required"))
                found = Spot((*path, name), resolve(members(fields[name])), field=True, required=required)
            elif others is not None:
                found = Spot((*path, name), resolve(members(others)))
            else:
                continue
            yield found
            yield from spots(found.schema, inner, found.path)
    elif isinstance(value, list) and "items" in schema:
        for number, inner in enumerate(value):
            found = Spot((*path, number), resolve(members(schema["items"])))
            yield found
            yield from spots(found.schema, inner, found.path)


def written(path: Path) -> str:
    """A path as exceptions write it."""
    steps = (
        f".{step}" if isinstance(step, str) and re.fullmatch(r"[\w\- ]+", step) else f"[{step!r}]" for step in path
    )
    text = "".join(steps)
    return text.removeprefix(".") or "$"


def replaced(value: JsonValue, path: Path, new: JsonValue) -> JsonValue:
    """A payload with another value at a path."""
    if not path:
        return new
    step, *rest = path
    if isinstance(step, int):
        found = items(value)
        return [*found[:step], replaced(found[step], tuple(rest), new), *found[step + 1 :]]
    inside = members(value)
    return {**inside, step: replaced(inside[step], tuple(rest), new) if rest else new}


def removed(value: JsonValue, path: Path) -> JsonValue:
    """A payload without the field at a path."""
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
    """An answer of the emulator: to which call, and the whole envelope."""

    call: Call
    envelope: JsonValue

    @property
    def result(self) -> JsonValue:
        return members(self.envelope)["result"]

    @property
    def refused(self) -> bool:
        return any(members(message)["type"] == "error" for message in items(members(self.envelope)["messages"]))


class Tap(httpx.BaseTransport):
    """Keeps the answers that come through it, and edits the result of the next ones, if it was told how."""

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
