"""What payloads look like, and the rules by which pydantic's core sees at a glance that a value looks like that.

Most values are as they should be. The rules know no tolerance and no further states: where they take a value, there is
nothing to say of it, and only what they refuse is looked at. So they must refuse whatever the walk has a finding for.
"""

import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import cache, cached_property
from math import inf
from typing import Literal, NamedTuple, get_args, get_origin

from pydantic import BaseModel, JsonValue
from pydantic_core import CoreSchema, SchemaValidator, core_schema

from jiffybox_sdk.exceptions import JiffyArgumentException
from jiffybox_sdk.schemas import load
from jiffybox_sdk.validation._findings import Standing, below

FIRST_TOO_BIG = 2**63
"""The least integer beyond 64 bits."""

_LEAST, _MOST = -FIRST_TOO_BIG, FIRST_TOO_BIG - 1

# Any length, which lets pydantic look into a text of Python's: half a character is to be seen.
_TEXT = core_schema.str_schema(strict=True, min_length=0)
_NUMBER = core_schema.chain_schema(
    [
        core_schema.is_instance_schema((int, float)),  # Decimals are no JSON
        # This rounds integers of more than 64 bits, which are to be seen: the limits themselves may be such.
        core_schema.float_schema(strict=True, allow_inf_nan=False, gt=float(_LEAST), lt=float(_MOST)),
    ]
)


def _list_of(items: CoreSchema) -> CoreSchema:
    # One error is enough: of each, pydantic keeps where it is, and there may be millions.
    return core_schema.list_schema(items, strict=True, fail_fast=True)


def _map_of(values: CoreSchema) -> CoreSchema:
    # Strict, so that an object some fields of which are there twice, which is no dict, is looked at.
    return core_schema.dict_schema(_TEXT, values, strict=True, fail_fast=True)


def _any_json(levels: int) -> CoreSchema:
    """Returns rules for any JSON of so many levels; what goes deeper is looked at."""
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


ANY_LEVELS = 2
"""How many levels of objects and lists there are at the most in any JSON that is fine at a glance."""

_ANY_JSON = _any_json(ANY_LEVELS)
_SHALLOW = 2
"""The most levels of objects and lists in a shape that is looked at as a whole: the quickest by the benchmark."""


class _Ruled:
    """A shape: it has rules by which to see at a glance that there is nothing to say of a value.

    (It is no ABC: Python would take its time to see that a shape is not of a class.)
    """

    @property
    def rules(self) -> CoreSchema:
        """The rules that such a value keeps to."""
        raise NotImplementedError

    @property
    def depth(self) -> float:
        """How many levels of objects and lists it has, or infinity if it is not looked at as a whole."""
        return 0

    @cached_property
    def is_fine(self) -> Callable[[object], bool]:
        """Says whether there is nothing to say of a value. A `False` says only that it is to be looked into.

        So are all values of many levels, or else what is wrong in them would be looked for again on each level.
        """
        return SchemaValidator(self.rules).isinstance_python if self.depth <= _SHALLOW else _looked_into


def _looked_into(_: object) -> bool:
    return False


@dataclass(frozen=True)
class Anything(_Ruled):
    """Any JSON value."""

    name: str = "any value"

    @property
    def rules(self) -> CoreSchema:
        """The rules of JSON."""
        return _ANY_JSON


@dataclass(frozen=True)
class Scalar(_Ruled):
    """A text, a number or a boolean.

    Attributes:
        type: The JSON type.
        name: What it is called.
        known: The values that are known; where there are none, any.
        least: The least number that is meant.
        most: The greatest number that is meant.
        or_empty: Whether an empty text stands for none.
    """

    type: Literal["string", "integer", "number", "boolean"]
    name: str
    known: Mapping[str | int, None] = field(default_factory=dict[str | int, None])
    least: float = -inf
    most: float = inf
    or_empty: bool = False

    @property
    def rules(self) -> CoreSchema:
        """The rules of its type, and the values that are known."""
        if self.known:
            # By themselves, these would take `true` for 1.
            plain = replace(self, known={}).rules
            return core_schema.chain_schema([plain, core_schema.literal_schema(list(self.known))])
        match self.type:
            case "string":
                return _TEXT
            case "boolean":
                return core_schema.bool_schema(strict=True)
            case "number":
                return _NUMBER
            case "integer":
                least, most = max(self.least, _LEAST), min(self.most, _MOST)
                whole = core_schema.int_schema(strict=True, ge=int(least), le=int(most))
                return core_schema.union_schema([whole, core_schema.literal_schema([""])]) if self.or_empty else whole


@dataclass(frozen=True)
class _Holder(_Ruled):
    """What holds any number of values that look alike."""

    item: "Shape"

    @property
    def depth(self) -> float:
        """One more than its items have."""
        return 1 + self.item.depth


@dataclass(frozen=True)
class Listed(_Holder):
    """A list, all items of which look alike."""

    @property
    def name(self) -> str:
        """What it is called."""
        return f"array of {self.item.name}"

    @property
    def rules(self) -> CoreSchema:
        """The rules of its items."""
        return _list_of(self.item.rules)


@dataclass(frozen=True)
class Mapped(_Holder):
    """A map from any names to values that look alike. Empty, it may come as a list."""

    @property
    def name(self) -> str:
        """What it is called."""
        return f"map of {self.item.name}"

    @property
    def rules(self) -> CoreSchema:
        """The rules of its values."""
        return _map_of(self.item.rules)


@dataclass(frozen=True)
class TextOr(_Ruled):
    """A text, or else something else."""

    other: "Shape"

    @property
    def name(self) -> str:
        """What it is called."""
        return f"string or {self.other.name}"

    @property
    def depth(self) -> float:
        """As many as what it may be beside text."""
        return self.other.depth

    @property
    def rules(self) -> CoreSchema:
        """The rules of both."""
        return core_schema.union_schema([_TEXT, self.other.rules], mode="left_to_right")

    @cached_property
    def text(self) -> Scalar:
        """What it looks like where it is no object and no list."""
        return Scalar("string", self.name)


@dataclass(frozen=True, slots=True)
class Field:
    """A field of an object."""

    shape: "Shape"
    required: bool
    standing: Standing | None


@dataclass(frozen=True)
class Structured(_Ruled):
    """An object with fields that are known by name; `others` says what fields beside these are, if anything does."""

    title: str
    fields: Mapping[str, Field]
    others: "Shape | None" = None

    @property
    def name(self) -> str:
        """What it is called."""
        return f"{self.title} object"

    @property
    def rules(self) -> CoreSchema:
        """The rules of its fields, beside which there are no others."""
        fields = {
            name: core_schema.typed_dict_field(one.shape.rules, required=one.required)
            for name, one in self.fields.items()
        }
        # Of each unknown field, pydantic keeps an error as well.
        few = core_schema.dict_schema(strict=True, max_length=len(fields))
        exactly = core_schema.typed_dict_schema(fields, strict=True, extra_behavior="forbid")
        return core_schema.chain_schema([few, exactly])

    @property
    def depth(self) -> float:
        """One more than its fields have; infinite where there may be others."""
        return inf if self.others else 1 + max((one.shape.depth for one in self.fields.values()), default=0)

    @cached_property
    def beside(self) -> "Shape":
        """What the fields look like that are not known by name."""
        return self.others or Anything()

    @cached_property
    def looks(self) -> tuple["Look", ...]:
        """How to look at each field."""
        return tuple(Look(name, below("", name), one, one.shape.is_fine) for name, one in self.fields.items())


class Look(NamedTuple):
    """How to look at a field.

    Attributes:
        name: Its name.
        step: The step to it in a JSON pointer.
        field: What it is.
        is_fine: Says whether there is nothing to say of its value.
    """

    name: str
    step: str
    field: Field
    is_fine: Callable[[object], bool]


Shape = Anything | Scalar | Listed | Mapped | TextOr | Structured

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
