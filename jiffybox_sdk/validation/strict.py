"""A quick, strict reading of bytes: whether there is nothing at all to say of them.

Most payloads are as they should be. Pydantic's core reads them by rules made of the same shapes, which know no
tolerance, no further fields and no further states; only what it refuses is walked along.
"""

import json
from dataclasses import replace

from pydantic import ValidationError
from pydantic_core import CoreSchema, SchemaValidator, core_schema

from jiffybox_sdk.validation.shapes import Anything, Listed, Mapped, Scalar, Shape, Structured, TextOr

_LEAST, _MOST = -(2**63), 2**63 - 1
_JSON = "any"


class StrictReader:
    """Reads payloads of one shape."""

    def __init__(self, shape: Shape) -> None:
        self.shape = shape
        self._validator = _validator(_rules(shape))

    def clean(self, data: bytes) -> bool:
        """Whether there is nothing to say of a payload. A `False` says only that it is to be looked at."""
        try:
            self._validator.validate_json(data)
            _DECODER.decode(data.decode())
        except (ValidationError, _TwiceError):
            return False
        return True


def _rules(shape: Shape) -> CoreSchema:
    match shape:
        case Scalar():
            return _scalar_rules(shape)
        case Listed():
            return core_schema.list_schema(_rules(shape.item), strict=True)
        case Mapped():
            return core_schema.dict_schema(core_schema.str_schema(), _rules(shape.item), strict=True)
        case TextOr():
            return core_schema.union_schema([core_schema.str_schema(strict=True), _rules(shape.other)])
        case Structured():
            fields = {
                name: core_schema.typed_dict_field(_rules(field.shape), required=field.required)
                for name, field in shape.fields.items()
            }
            if shape.others is None:
                return core_schema.typed_dict_schema(fields, strict=True, extra_behavior="forbid")
            others = _rules(shape.others)
            return core_schema.typed_dict_schema(fields, strict=True, extra_behavior="allow", extras_schema=others)
        case Anything():
            return core_schema.definition_reference_schema(_JSON)


def _scalar_rules(shape: Scalar) -> CoreSchema:
    if shape.known:
        # By themselves, these would take `true` for 1.
        plain = _scalar_rules(replace(shape, known={}))
        return core_schema.chain_schema([plain, core_schema.literal_schema(list(shape.known))])
    match shape.type:
        case "string":
            return core_schema.str_schema(strict=True)
        case "boolean":
            return core_schema.bool_schema(strict=True)
        case "number":
            return _number_rules()
        case "integer":
            least = _LEAST if shape.least is None else int(shape.least)
            most = _MOST if shape.most is None else int(shape.most)
            whole = core_schema.int_schema(strict=True, ge=least, le=most)
            return core_schema.union_schema([whole, core_schema.literal_schema([""])]) if shape.or_empty else whole


def _number_rules() -> CoreSchema:
    # These round integers of more than 64 bits, which are to be seen: the limits themselves may be such.
    return core_schema.float_schema(strict=True, allow_inf_nan=False, gt=float(_LEAST), lt=float(_MOST))


def _validator(rules: CoreSchema) -> SchemaValidator:
    inner = core_schema.definition_reference_schema(_JSON)
    values = core_schema.union_schema(
        [
            core_schema.str_schema(strict=True),
            core_schema.bool_schema(strict=True),
            core_schema.int_schema(strict=True, ge=_LEAST, le=_MOST),
            _number_rules(),
            core_schema.none_schema(),
            core_schema.list_schema(inner, strict=True),
            core_schema.dict_schema(core_schema.str_schema(), inner, strict=True),
        ],
        mode="left_to_right",
        ref=_JSON,
    )
    return SchemaValidator(core_schema.definitions_schema(rules, [values]))


class _TwiceError(Exception):
    """A field is there twice."""


def _once(pairs: list[tuple[str, object]]) -> None:
    if len(dict(pairs)) != len(pairs):
        raise _TwiceError


_DECODER = json.JSONDecoder(object_pairs_hook=_once)
