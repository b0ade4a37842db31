"""The shapes of payloads, derived from the models' field types, for `walk`.

Each shape also has a strict validator without any tolerance, which builds no models. Payloads that it accepts have no
findings, except those that validators do not see (see `Text.clean`).
"""

import builtins
import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from enum import Enum
from functools import cached_property, lru_cache
from typing import Annotated, ClassVar, Never, get_args, get_origin

from pydantic import BaseModel, JsonValue, SecretStr
from pydantic_core import CoreSchema, SchemaValidator, ValidationError, core_schema

from jiffybox_sdk._common.standing import Standing
from jiffybox_sdk.exceptions import JiffyArgumentException
from jiffybox_sdk.models._fields import FIELD, TEXT_SCALAR, EmptyListIsMap, Open, Scalar, TextOrObject
from jiffybox_sdk.models._reader import wire_type
from jiffybox_sdk.models.responses.envelope import Envelope
from jiffybox_sdk.schemas import load

_MODELS = "jiffybox_sdk.models.responses."


class Checkable:
    """Base class for the shapes of objects, lists and unions."""

    exact: ClassVar[tuple[object, ...]] = ()

    @cached_property
    def is_clean(self) -> Callable[[object], bool]:
        """A quick check that returns true only for values without findings, as far as validators see them."""
        accepts = self._validator.isinstance_python

        def is_clean(value: object) -> bool:
            try:
                return accepts(value)
            except _UnknownFieldError:
                return False

        return is_clean

    def is_clean_json(self, data: str | bytes | bytearray) -> bool:
        """Return whether the quick check accepts JSON, which is not parsed into Python objects first."""
        try:
            self._validator.validate_json(data)
        except (ValidationError, _UnknownFieldError):
            return False
        return True

    @cached_property
    def _validator(self) -> SchemaValidator:
        return SchemaValidator(_strict(self))


@dataclass(frozen=True)
class AnyJson(Checkable):
    """Any JSON value."""

    name: str = "any value"


@dataclass(frozen=True)
class Array(Checkable):
    """A list of values of one shape."""

    name: str
    item: "Shape"


@dataclass(frozen=True)
class Map(Checkable):
    """A map from any names to values of one shape. `tolerance` is that for an empty list."""

    name: str
    item: "Shape"
    tolerance: str


@dataclass(frozen=True)
class TextOr(Checkable):
    """A string, or an object or list of another shape."""

    name: str
    text: Scalar
    other: "Shape"


@dataclass(frozen=True)
class Field:
    """A field of an object."""

    shape: "Shape"
    required: bool
    standing: Standing | None


@dataclass(frozen=True, eq=False)
class Object(Checkable):
    """An object with named fields. `others` is the shape of all other fields, if the schema allows them."""

    name: str
    fields: Mapping[str, Field]
    others: "Shape | None" = None


Shape = AnyJson | Scalar | Array | Map | TextOr | Object


@lru_cache
def flagged_fields(shape: Object, flagged: frozenset[str | None]) -> Mapping[str, Field]:
    """Return the fields that are flagged or have a flag inside. All have, if there is one for values outside fields."""
    fields = shape.fields.items()
    return {name: field for name, field in fields if not flagged.isdisjoint({None, name, *_names_in(field.shape)})}


def _names_in(shape: Shape) -> frozenset[str]:
    """Return the names of all fields in a shape, with `FIELD` if there may be unknown fields."""
    match shape:
        case Array() | Map():
            return _names_in(shape.item)
        case TextOr():
            return _names_in(shape.other)
        case Object():
            inner = [_names_in(field.shape) for field in shape.fields.values()]
            return frozenset(shape.fields).union(*inner, _names_in(shape.others) if shape.others else {FIELD})
        case _:
            return frozenset()


class _UnknownFieldError(Exception):
    """A strict validator has met an unknown field. Pydantic would keep an error for each, and there may be millions."""


def _stop(_: object) -> Never:
    raise _UnknownFieldError


_UNKNOWN = core_schema.no_info_plain_validator_function(_stop)


def _strict(shape: "Shape | Checkable") -> CoreSchema:
    """Return the schema of the strict validator."""
    match shape:
        case Scalar():
            return shape.strict
        case Array():
            return core_schema.list_schema(_strict(shape.item), strict=True, fail_fast=True)
        case Map():
            return core_schema.dict_schema(None, _strict(shape.item), strict=True, fail_fast=True)
        case TextOr():
            return core_schema.union_schema([shape.text.plain, _strict(shape.other)], mode="left_to_right")
        case Object():
            fields = {
                name: core_schema.typed_dict_field(_strict(field.shape), required=field.required)
                for name, field in shape.fields.items()
            }
            others = None if shape.others is None else _strict(shape.others)
            return core_schema.typed_dict_schema(
                fields, strict=True, extra_behavior="allow", extras_schema=_UNKNOWN if others is None else others
            )
        case _:
            return core_schema.any_schema()


def shape_of(as_type: object) -> Shape:
    """Return the cached shape of a type's payloads. The type is a model, a `dict` of models, `bool` or `str`."""
    if as_type not in _shapes:
        _shapes[as_type] = _shape(wire_type(as_type))
    return _shapes[as_type]


_shapes: dict[object, Shape] = {}


def described(as_type: object) -> Shape:
    """Return the shape of a type that the schemas describe, which types with fields of their own are not."""
    inner = as_type
    while get_origin(inner) is dict and get_args(inner)[:1] == (str,):
        inner = get_args(inner)[1]
    if inner is bool or inner is str:
        return shape_of(as_type)
    if isinstance(inner, type) and inner.__module__.startswith("jiffybox_sdk.") and _base(inner) is not None:
        return shape_of(as_type)
    raise JiffyArgumentException(f"invalid type {as_type!r}: expected a model of the SDK, or a dict of such models")


def in_envelope(shape: Shape) -> Object:
    """Return the shape of an envelope with this result."""
    envelope = shape_of(Envelope)
    assert isinstance(envelope, Object)  # noqa: S101 (for type checkers)
    result = replace(envelope.fields["result"], shape=shape)
    return replace(envelope, fields={**envelope.fields, "result": result})


def _shape(annotation: object, *markers: object) -> Shape:  # noqa: PLR0912 (one for each kind of type)
    if get_origin(annotation) is Annotated:
        annotation, *inner = get_args(annotation)
        return _shape(annotation, *inner, *markers)
    arguments = [argument for argument in get_args(annotation) if argument is not type(None)]
    for marker in markers:
        match marker:
            case Scalar():
                return marker
            case Open():
                return _enum(*arguments)
            case EmptyListIsMap():
                return _map(_shape(arguments[1]), marker.tolerance)
            case TextOrObject():
                other = _shape(arguments[1])
                name = f"string or {other.name}"
                return TextOr(name, replace(TEXT_SCALAR, name=name), other)
            case _:
                pass
    if annotation is str or annotation is SecretStr:
        return TEXT_SCALAR
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return _object(annotation)
    match get_origin(annotation):
        case builtins.list:
            item = _shape(arguments[0])
            return Array(f"array of {item.name}", item)
        case builtins.dict:
            return _map(_shape(arguments[1]), "")
        case _ if len(arguments) == 1:
            return _shape(arguments[0])
        case _:
            return AnyJson()


def _map(item: Shape, tolerance: str) -> Map:
    return Map(f"map of {item.name}", item, tolerance)


def _enum(enum: type[Enum], plain: object) -> Scalar:
    known = [member.value for member in enum] + [int(alias) for alias in _node(_schema(enum).get("x-enum-aliases"))]
    scalar = _shape(plain)
    assert isinstance(scalar, Scalar)  # noqa: S101 (for type checkers)
    return replace(scalar, enum=enum.__name__, known=dict.fromkeys(known))


def _object(model: type[BaseModel]) -> Object:
    base = _base(model) or model
    standings = _node(_schema(base).get("properties"))
    fields: dict[str, Field] = {}
    for name, info in model.model_fields.items():
        wire_name = info.alias or name
        standing = _node(standings.get(wire_name)).get("x-standing")
        shape = _shape(info.annotation, *info.metadata)
        fields[wire_name] = Field(shape, info.is_required(), Standing(str(standing)) if standing else None)
    others = inspect.get_annotations(base).get("__pydantic_extra__")
    return Object(f"{base.__name__} object", fields, others and _shape(get_args(others)[1]))


def _base(model: type[object]) -> type[object] | None:
    """Return the generated class that a model is based on, if any."""
    return next((base for base in model.__mro__ if base.__module__.startswith(_MODELS)), None)


def _schema(generated: type[object]) -> Mapping[str, JsonValue]:
    """Return the schema of a generated class, or an empty one for other classes."""
    module = generated.__module__
    return load(module.removeprefix(_MODELS).replace("_", "-")) if module.startswith(_MODELS) else {}


def _node(value: JsonValue) -> Mapping[str, JsonValue]:
    return value if isinstance(value, dict) else {}
