"""The shapes that the schemas describe, prepared for `walk`.

Most values have no findings. For those, pydantic's core is much faster than a walk, so each shape also has a strict
schema without any tolerance. Values that pass this schema have no findings, and only the others are walked. The strict
schemas must therefore reject every value for which the walk has a finding.
"""

import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import cache, cached_property
from math import inf
from typing import Literal, get_args, get_origin

from pydantic import BaseModel, JsonValue
from pydantic_core import CoreSchema, SchemaValidator, core_schema

from jiffybox_sdk._common.standing import Standing
from jiffybox_sdk.exceptions import JiffyArgumentException
from jiffybox_sdk.schemas import load

FIRST_TOO_BIG = 2**63
"""The smallest positive integer beyond 64 bits."""

ANY_LEVELS = 2
"""The levels of objects and lists in `AnyJson` that the strict schema accepts."""

_MODELS = "jiffybox_sdk.models.responses."
_LEAST, _MOST = -FIRST_TOO_BIG, FIRST_TOO_BIG - 1
_MOST_LEVELS = 2
"""The maximum levels of objects and lists for a strict schema, which was fastest in `benchmarks/validate.py`."""

# The limit makes pydantic decode Python's strings and so reject unpaired surrogates.
_TEXT = core_schema.str_schema(strict=True, min_length=0)
_NUMBER = core_schema.chain_schema(
    [
        core_schema.is_instance_schema((int, float)),  # rejects Decimal
        # Integers of more than 64 bits are rounded here, so the limits themselves are rejected, too.
        core_schema.float_schema(strict=True, allow_inf_nan=False, gt=float(_LEAST), lt=float(_MOST)),
    ]
)


def _list_of(items: CoreSchema) -> CoreSchema:
    # Pydantic keeps every error, and there may be millions.
    return core_schema.list_schema(items, strict=True, fail_fast=True)


def _map_of(values: CoreSchema) -> CoreSchema:
    # Strict, because `Members` is not a dict and must be walked.
    return core_schema.dict_schema(_TEXT, values, strict=True, fail_fast=True)


def _any_json(levels: int) -> CoreSchema:
    choices: list[CoreSchema | tuple[CoreSchema, str]] = [
        _TEXT,
        core_schema.bool_schema(strict=True),
        core_schema.int_schema(strict=True, ge=_LEAST, le=_MOST),
        _NUMBER,
        core_schema.none_schema(),
    ]
    if levels:
        inner = _any_json(levels - 1)
        choices += [_list_of(inner), _map_of(inner)]
    return core_schema.union_schema(choices, mode="left_to_right")


_ANY_JSON = _any_json(ANY_LEVELS)


class _Shape:
    """Base class for shapes."""

    @cached_property
    def is_clean(self) -> Callable[[object], bool]:
        """A quick check that returns true only for values without findings.

        It always returns false for shapes of many levels, where it would search for the same problem at each level.
        """
        return SchemaValidator(_strict(self)).isinstance_python if _levels(self) <= _MOST_LEVELS else lambda _: False


@dataclass(frozen=True)
class AnyJson(_Shape):
    """Any JSON value."""

    name: str = "any value"


@dataclass(frozen=True)
class Scalar(_Shape):
    """A string, a number or a boolean. `known` has its known values. With `or_empty`, empty text means no number."""

    type: Literal["string", "integer", "number", "boolean"]
    name: str
    known: Mapping[str | int, None] = field(default_factory=dict[str | int, None])
    least: float = -inf
    most: float = inf
    or_empty: bool = False


@dataclass(frozen=True)
class Array(_Shape):
    """A list of values of one shape."""

    name: str
    item: "Shape"


@dataclass(frozen=True)
class Map(_Shape):
    """A map from any names to values of one shape. An empty map may be sent as a list."""

    name: str
    item: "Shape"


@dataclass(frozen=True)
class TextOr(_Shape):
    """A string, or an object or list of another shape."""

    name: str
    text: Scalar
    other: "Shape"


@dataclass(frozen=True, slots=True)
class Field:
    """A field of an object."""

    shape: "Shape"
    required: bool
    standing: Standing | None


@dataclass(frozen=True)
class Object(_Shape):
    """An object with named fields. `others` is the shape of all other fields, if the schema allows them."""

    name: str
    fields: Mapping[str, Field]
    others: "Shape | None" = None

    @cached_property
    def unknown(self) -> "Shape":
        """The shape of fields that are not named."""
        return self.others or AnyJson()


def _levels(shape: _Shape) -> float:
    """Return the levels of objects and lists in a shape, or infinity if it has no strict schema."""
    match shape:
        case Array() | Map():
            return 1 + _levels(shape.item)
        case TextOr():
            return _levels(shape.other)
        case Object():
            inner = (_levels(field.shape) for field in shape.fields.values())
            return inf if shape.others else 1 + max(inner, default=0)
        case _:
            return 0


def _strict(shape: _Shape) -> CoreSchema:
    """Return the strict schema of a shape."""
    match shape:
        case Scalar():
            return _strict_scalar(shape)
        case Array():
            return _list_of(_strict(shape.item))
        case Map():
            return _map_of(_strict(shape.item))
        case TextOr():
            return core_schema.union_schema([_TEXT, _strict(shape.other)], mode="left_to_right")
        case Object():
            fields = {
                name: core_schema.typed_dict_field(_strict(field.shape), required=field.required)
                for name, field in shape.fields.items()
            }
            # Pydantic keeps an error for each unknown field, and there may be millions.
            few = core_schema.dict_schema(strict=True, max_length=len(fields))
            exactly = core_schema.typed_dict_schema(fields, strict=True, extra_behavior="forbid")
            return core_schema.chain_schema([few, exactly])
        case _:
            return _ANY_JSON


def _strict_scalar(shape: Scalar) -> CoreSchema:
    if shape.known:
        # Literals alone would accept `true` for 1.
        return core_schema.chain_schema(
            [_strict_scalar(replace(shape, known={})), core_schema.literal_schema(list(shape.known))]
        )
    match shape.type:
        case "string":
            return _TEXT
        case "boolean":
            return core_schema.bool_schema(strict=True)
        case "number":
            return _NUMBER
        case "integer":
            least, most = max(shape.least, _LEAST), min(shape.most, _MOST)
            whole = core_schema.int_schema(strict=True, ge=int(least), le=int(most))
            return core_schema.union_schema([whole, core_schema.literal_schema([""])]) if shape.or_empty else whole


Shape = AnyJson | Scalar | Array | Map | TextOr | Object


def shape_of(as_type: object) -> Shape:
    """Return the shape of a type's payloads. The type is an SDK model, a `dict` of models, `bool` or `str`."""
    if as_type is bool or as_type is str:
        return _scalar({"type": "boolean" if as_type is bool else "string"})
    if get_origin(as_type) is dict and get_args(as_type)[:1] == (str,):
        return _map(shape_of(get_args(as_type)[1]))
    # Subclasses outside the SDK may have other fields.
    if isinstance(as_type, type) and issubclass(as_type, BaseModel) and as_type.__module__.startswith("jiffybox_sdk."):
        for base in as_type.__mro__:
            name = base.__module__.removeprefix(_MODELS)
            if name != base.__module__:
                return from_schema(name.replace("_", "-"))
    raise JiffyArgumentException(f"invalid type {as_type!r}: expected a model of the SDK, or a dict of such models")


def in_envelope(shape: Shape) -> Object:
    """Return the shape of an envelope with this result."""
    envelope = from_schema("envelope")
    assert isinstance(envelope, Object)  # noqa: S101 (for type checkers)
    result = replace(envelope.fields["result"], shape=shape)
    return replace(envelope, fields={**envelope.fields, "result": result})


@cache
def from_schema(name: str) -> Shape:
    """Return the shape that a schema describes."""
    return _shape(load(name))


def _shape(node: Mapping[str, JsonValue]) -> Shape:
    if isinstance(reference := node.get("$ref"), str):
        return from_schema(reference.removesuffix(".json"))
    if choices := _list(node.get("anyOf")):
        return _either(*map(_node, choices))
    match node.get("type"):
        case "object" if "properties" in node:
            return _object(node)
        case "object":
            return _map(_shape(_node(node.get("additionalProperties"))))
        case "array":
            item = _shape(_node(node.get("items")))
            return Array(f"array of {item.name}", item)
        case "string" | "integer" | "number" | "boolean":
            return _scalar(node)
        case _:
            return AnyJson()


def _map(item: Shape) -> Map:
    return Map(f"map of {item.name}", item)


def _either(one: Mapping[str, JsonValue], other: Mapping[str, JsonValue]) -> Shape:
    """Return the shape of a union: an enum or its type, a number or empty text, or text or an object."""
    first = _shape(one)
    if isinstance(first, Scalar) and other == {"const": ""}:
        return replace(first, name=f"{first.name} or empty string", or_empty=True)
    if isinstance(first, Scalar) and first.known:
        return first
    second = _shape(other)
    name = f"string or {second.name}"
    return TextOr(name, Scalar("string", name), second)


def _object(node: Mapping[str, JsonValue]) -> Object:
    required = _list(node.get("required"))
    fields: dict[str, Field] = {}
    for name, inner in _node(node["properties"]).items():
        standing = _node(inner).get("x-standing")
        fields[name] = Field(_shape(_node(inner)), name in required, Standing(str(standing)) if standing else None)
    others = node.get("additionalProperties")
    return Object(f"{node['title']} object", fields, None if others is None else _shape(_node(others)))


def _scalar(node: Mapping[str, JsonValue]) -> Scalar:
    known = [value for value in _list(node.get("enum")) if isinstance(value, str | int)]
    known += [int(alias) for alias in _node(node.get("x-enum-aliases"))]
    match node.get("type"):
        case "integer":
            least, most = node.get("minimum"), node.get("maximum")
            return Scalar(
                "integer",
                "integer" if most is None else f"integer from {least} to {most}",
                dict.fromkeys(known),
                least if isinstance(least, int) else -inf,
                most if isinstance(most, int) else inf,
            )
        case "number":
            return Scalar("number", "number", least=-sys.float_info.max, most=sys.float_info.max)
        case "boolean":
            return Scalar("boolean", "boolean")
        case _:
            return Scalar("string", "string", dict.fromkeys(known))


def _node(value: JsonValue) -> dict[str, JsonValue]:
    return value if isinstance(value, dict) else {}


def _list(value: JsonValue) -> list[JsonValue]:
    return value if isinstance(value, list) else []
