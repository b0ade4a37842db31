"""What the schemas say that payloads look like: read once, and kept in a form that is quick to walk along."""

import sys
from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from math import inf
from typing import get_args, get_origin

from pydantic import BaseModel, JsonValue

from jiffybox_sdk.exceptions import JiffyArgumentException
from jiffybox_sdk.schemas import load
from jiffybox_sdk.validation._findings import Standing
from jiffybox_sdk.validation._shapes import Anything, Field, Listed, Mapped, Scalar, Shape, Structured, TextOr

MODELS = "jiffybox_sdk.models.responses."


def shape_of(as_type: object) -> Shape:
    """Returns what payloads of a type look like: of a model of the SDK, a `dict` of such, `bool` or `str`.

    Raises:
        JiffyArgumentException: no schema says it.
    """
    if as_type is bool or as_type is str:
        return _scalar({"type": "boolean" if as_type is bool else "string"})
    if get_origin(as_type) is dict and get_args(as_type)[:1] == (str,):
        return Mapped(shape_of(get_args(as_type)[1]))
    # A user's own subclass may have fields and rules that no schema knows.
    if isinstance(as_type, type) and issubclass(as_type, BaseModel) and as_type.__module__.startswith("jiffybox_sdk."):
        for base in as_type.__mro__:
            name = base.__module__.removeprefix(MODELS)
            if name != base.__module__:
                return written(name.replace("_", "-"))
    raise JiffyArgumentException(f"type {as_type!r} is refused: give one that the service sends, or a dict of such")


def in_envelope(shape: Shape) -> Structured:
    """Returns what an envelope looks like that a payload comes in."""
    envelope = written("envelope")
    assert isinstance(envelope, Structured)  # noqa: S101 (for type checkers)
    result = replace(envelope.fields["result"], shape=shape)
    return replace(envelope, fields={**envelope.fields, "result": result})


@cache
def written(name: str) -> Shape:
    """Returns what a schema says."""
    return _shape(load(name))


def _shape(node: Mapping[str, JsonValue]) -> Shape:
    if isinstance(reference := node.get("$ref"), str):
        return written(reference.removesuffix(".json"))
    if choices := _nodes(node.get("anyOf")):
        return _either(*choices)
    match node.get("type"):
        case "object" if "properties" in node:
            return _structured(node)
        case "object":
            return Mapped(_shape(_node(node.get("additionalProperties"))))
        case "array":
            return Listed(_shape(_node(node.get("items"))))
        case "string" | "integer" | "number" | "boolean":
            return _scalar(node)
        case _:
            return Anything()


def _either(one: Mapping[str, JsonValue], other: Mapping[str, JsonValue]) -> Shape:
    """The schemas of answers know these unions: of an enum and its type, a number and nothing, a text and the rest."""
    first = _shape(one)
    if isinstance(first, Scalar) and other == {"const": ""}:
        return replace(first, name=f"{first.name} or empty string", or_empty=True)
    if isinstance(first, Scalar) and first.known:
        return first
    return TextOr(_shape(other))


def _structured(node: Mapping[str, JsonValue]) -> Structured:
    required = node.get("required")
    fields = {
        name: Field(_shape(inner), isinstance(required, list) and name in required, _standing(inner))
        for name, inner in ((name, _node(inner)) for name, inner in _node(node["properties"]).items())
    }
    others = node.get("additionalProperties")
    return Structured(str(node["title"]), fields, None if others is None else _shape(_node(others)))


def _scalar(node: Mapping[str, JsonValue]) -> Scalar:
    known = [value for value in _list(node.get("enum")) if isinstance(value, str | int)]
    known += [int(alias) for alias in _node(node.get("x-enum-aliases"))]
    least, most = node.get("minimum"), node.get("maximum")
    match node.get("type"):
        case "integer":
            name = "integer" if most is None else f"integer from {least} to {most}"
            found = Scalar("integer", name)
        case "number":
            return Scalar("number", "number", least=-sys.float_info.max, most=sys.float_info.max)
        case "boolean":
            return Scalar("boolean", "boolean")
        case _:
            found = Scalar("string", "string")
    return replace(
        found,
        known=dict.fromkeys(known),
        least=least if isinstance(least, int) else -inf,
        most=most if isinstance(most, int) else inf,
    )


def _standing(node: Mapping[str, JsonValue]) -> Standing | None:
    match node.get("x-standing"):
        case "documented" | "recorded" | "inferred" as standing:
            return standing
        case _:
            return None


def _node(value: JsonValue) -> dict[str, JsonValue]:
    return value if isinstance(value, dict) else {}


def _list(value: JsonValue) -> list[JsonValue]:
    return value if isinstance(value, list) else []


def _nodes(value: JsonValue) -> list[dict[str, JsonValue]]:
    return [_node(item) for item in _list(value)]
