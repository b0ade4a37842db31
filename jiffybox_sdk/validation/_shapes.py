"""The shapes of payloads, derived from the models' field types, with validators that build no models."""

import inspect
from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import Enum
from functools import cache, lru_cache
from typing import Annotated, get_args, get_origin

from pydantic import BaseModel, JsonValue, SecretStr
from pydantic_core import CoreSchema, core_schema

from jiffybox_sdk._common.standing import Standing
from jiffybox_sdk._common.type_guards import is_enveloped
from jiffybox_sdk.exceptions import JiffyArgumentException
from jiffybox_sdk.models._fields import EMPTY, FIELD, NULL, TEXT_SCALAR, Name, Scalar, Shape, tolerated
from jiffybox_sdk.models._reader import wire_type
from jiffybox_sdk.models.responses.envelope import Envelope
from jiffybox_sdk.schemas import load

_MODELS = "jiffybox_sdk.models.responses."

ANY_JSON = Shape("any value")
"""Any JSON value."""


@dataclass(frozen=True, eq=False)
class _Around(Shape):
    """A value of another shape, or several."""

    item: Shape


class Array(_Around):
    """A list of values of one shape."""

    def schema(self, field: str | None) -> CoreSchema:
        return core_schema.list_schema(self.item.schema(field), strict=True, fail_fast=True)


class Map(_Around):
    """A map from any names to values of one shape."""

    def schema(self, field: str | None) -> CoreSchema:
        items = core_schema.dict_schema(None, self.item.schema(field), strict=True, fail_fast=True)
        return core_schema.union_schema([items, *tolerated(EMPTY, field)], mode="left_to_right")


@dataclass(frozen=True, eq=False)
class TextOr(_Around):
    """A string, or an object or list of another shape."""

    text: Scalar

    def schema(self, field: str | None) -> CoreSchema:
        return core_schema.union_schema([self.text.schema(field), self.item.schema(field)], mode="left_to_right")


@dataclass(frozen=True)
class Field:
    """A field of an object. `names` are those by which it and fields inside are flagged."""

    shape: Shape
    required: bool
    standing: Standing | None
    names: frozenset[Name]


@dataclass(frozen=True, eq=False)
class Object(Shape):
    """An object with named fields. `others` is the shape of all other fields, if the schema allows them.

    `title` is the name by which validators know the object.
    """

    title: str
    fields: Mapping[str, Field]
    others: Shape | None = None

    def schema(self, field: str | None) -> CoreSchema:
        del field
        fields: dict[str, core_schema.TypedDictField] = {}
        for name, member in self.fields.items():
            value = member.shape.schema(name)
            if not member.required and (null := tolerated(NULL, name)):
                value = core_schema.union_schema([value, *null], mode="left_to_right")
            fields[name] = core_schema.typed_dict_field(value, required=member.required)
        others = [self.others.schema(None)] if self.others else tolerated(FIELD, FIELD)
        return core_schema.typed_dict_schema(
            fields,
            strict=True,
            extra_behavior="allow" if others else "forbid",
            extras_schema=others[0] if others else None,
            config=core_schema.CoreConfig(title=self.title),
        )


@lru_cache
def fields_among(shape: Object, names: frozenset[Name]) -> Mapping[str, Field]:
    """Return the fields of an object that have one of these names, or a field inside that has."""
    return {name: field for name, field in shape.fields.items() if names & field.names}


def shape_of(as_type: object) -> Shape:
    """Return the cached shape of a type's payloads. The type is a model, a `dict` of models, `bool` or `str`."""
    if as_type not in _shapes:
        _shapes[as_type] = _shape(wire_type(as_type))
    return _shapes[as_type]


_shapes: dict[object, Shape] = {}


def described(as_type: object) -> Shape:
    """Return the shape of a type that the schemas describe, which types with fields of their own are not."""
    if as_type not in _described:
        inner = as_type
        while get_origin(inner) is dict and get_args(inner)[:1] == (str,):
            inner = get_args(inner)[1]
        is_ours = isinstance(inner, type) and inner.__module__.startswith("jiffybox_sdk.") and _base(inner) is not None
        if not is_ours and inner not in (bool, str):
            raise JiffyArgumentException(
                f"invalid type {as_type!r}: expected a model of the SDK, or a dict of such models"
            )
        _described[as_type] = shape_of(as_type)
    return _described[as_type]


_described: dict[object, Shape] = {}


def shape_in(shape: Shape, payload: object) -> Shape:
    """Return the shape of a payload that may be in an envelope, and should be or contain this shape."""
    is_bare = not is_enveloped(payload) or shape in (ANY_JSON, shape_of(Envelope))
    return shape if is_bare else _in_envelope(shape)


@cache
def _in_envelope(shape: Shape) -> Shape:
    envelope = shape_of(Envelope)
    assert isinstance(envelope, Object)  # noqa: S101 (for type checkers)
    result = replace(envelope.fields["result"], shape=shape, names=envelope.fields["result"].names | shape.names)
    return replace(envelope, fields={**envelope.fields, "result": result}, names=envelope.names | shape.names)


def _shape(annotation: object, *markers: object) -> Shape:
    if get_origin(annotation) is Annotated:
        annotation, *inner = get_args(annotation)
        return _shape(annotation, *inner, *markers)
    for marker in markers:
        if isinstance(marker, Scalar):
            return marker
    if annotation is str or annotation is SecretStr:
        return TEXT_SCALAR
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return _object(annotation)
    arguments = [argument for argument in get_args(annotation) if argument is not type(None)]
    if get_origin(annotation) is list:
        item = _shape(*arguments)
        return Array(f"array of {item.name}", item, names=item.names)
    if get_origin(annotation) is dict:
        item = _shape(arguments[1])
        return Map(f"map of {item.name}", item, names=item.names)
    match arguments:
        case [inner]:
            return _shape(inner)
        case [type() as enum, plain] if issubclass(enum, Enum):
            return _enum(enum, _shape(plain))
        case [text, other] if text is str:
            other = _shape(other)
            name = f"string or {other.name}"
            return TextOr(name, other, replace(TEXT_SCALAR, name=name), names=other.names)
        case _:
            return ANY_JSON


def _enum(enum: type[Enum], plain: Shape) -> Scalar:
    known = [member.value for member in enum] + [int(alias) for alias in _node(_schema(enum).get("x-enum-aliases"))]
    assert isinstance(plain, Scalar)  # noqa: S101 (for type checkers)
    return replace(plain, enum=enum.__name__, known=known, known_text=f"one of {', '.join(map(str, known))}")


def _object(model: type[BaseModel]) -> Object:
    base, title = _base(model) or model, model.model_config.get("title") or model.__name__
    properties = _node(_schema(base).get("properties"))
    fields: dict[str, Field] = {}
    for python_name, info in model.model_fields.items():
        name = info.alias or python_name
        standing = _node(properties.get(name)).get("x-standing")
        shape = _shape(info.annotation, *info.metadata)
        fields[name] = Field(
            shape,
            info.is_required(),
            Standing(standing) if isinstance(standing, str) else None,
            shape.names.union([name, (title, name), (title, python_name)]),
        )
    extra = inspect.get_annotations(base).get("__pydantic_extra__")
    others = extra and _shape(get_args(extra)[1])
    names = frozenset[Name]([(title, FIELD), (title, None)]).union(*(field.names for field in fields.values()))
    return Object(f"{base.__name__} object", title, fields, others, names=names | others.names if others else names)


def _base(model: type[object]) -> type[object] | None:
    """Return the generated class that a model is based on, if any."""
    return next((base for base in model.__mro__ if base.__module__.startswith(_MODELS)), None)


def _schema(generated: type[object]) -> Mapping[str, JsonValue]:
    """Return the schema of a generated class, or an empty one for other classes."""
    module = generated.__module__
    return load(module.removeprefix(_MODELS).replace("_", "-")) if module.startswith(_MODELS) else {}


def _node(value: JsonValue) -> Mapping[str, JsonValue]:
    return value if isinstance(value, dict) else {}
