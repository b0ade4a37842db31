"""What payloads look like, and the rules by which pydantic's core sees at a glance that one looks like that.

Most values are as they should be. The rules are made of the shapes, and know no tolerance, no further fields and no
further states: where they take a value, there is nothing to say of it, and only what they refuse is walked along.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from math import inf
from typing import Literal

from pydantic_core import CoreSchema, SchemaValidator, core_schema

from jiffybox_sdk.validation.findings import Standing, below

FIRST_TOO_BIG = 2**63
"""The least integer beyond 64 bits."""

_LEAST, _MOST = -FIRST_TOO_BIG, FIRST_TOO_BIG - 1
_JSON = "any"
SHALLOW = 2
"""The most levels of objects and lists in what is looked at as a whole."""

# Any length, which lets pydantic look into a text of Python's: half a character is to be seen.
_TEXT = core_schema.str_schema(strict=True, min_length=0)
_NUMBER = core_schema.chain_schema(
    [
        core_schema.is_instance_schema((int, float)),  # Decimals are no JSON
        # This rounds integers of more than 64 bits, which are to be seen: the limits themselves may be such.
        core_schema.float_schema(strict=True, allow_inf_nan=False, gt=float(_LEAST), lt=float(_MOST)),
    ]
)


class _Ruled:  # no ABC: Python would take its time to see that a shape is not of a class
    """What keeps to rules."""

    @property
    def rules(self) -> CoreSchema:
        """The rules for values of which there is nothing to say."""
        raise NotImplementedError

    @property
    def depth(self) -> int:
        """How many levels of objects and lists there are in it."""
        return 0

    @cached_property
    def is_fine(self) -> Callable[[object], bool]:
        """Says, at a glance, whether there is nothing to say of a value.

        A `False` says only that it is to be looked at; so is all that has many levels, since what is wrong in it would
        be looked for on each of them.
        """
        if self.depth > SHALLOW:
            return _looked_into
        inner = core_schema.definition_reference_schema(_JSON)
        values = core_schema.union_schema(
            [
                _TEXT,
                core_schema.bool_schema(strict=True),
                core_schema.int_schema(strict=True, ge=_LEAST, le=_MOST),
                _NUMBER,
                core_schema.none_schema(),
                core_schema.list_schema(inner, strict=True),
                core_schema.dict_schema(_TEXT, inner, strict=True),
            ],
            mode="left_to_right",
            ref=_JSON,
        )
        return SchemaValidator(core_schema.definitions_schema(self.rules, [values])).isinstance_python


def _looked_into(_: object) -> bool:
    return False


@dataclass(frozen=True)
class Anything(_Ruled):
    """Any JSON value."""

    name: str = "any value"

    @property
    def rules(self) -> CoreSchema:
        """The rules of JSON."""
        return core_schema.definition_reference_schema(_JSON)


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
class Listed(_Ruled):
    """A list, all items of which look alike."""

    item: "Shape"

    @property
    def name(self) -> str:
        """What it is called."""
        return f"array of {self.item.name}"

    @property
    def depth(self) -> int:
        """How many levels of objects and lists there are in it."""
        return 1 + self.item.depth

    @property
    def rules(self) -> CoreSchema:
        """The rules of its items."""
        return core_schema.list_schema(self.item.rules, strict=True)


@dataclass(frozen=True)
class Mapped(_Ruled):
    """A map from any names to values that look alike. Empty, it may come as a list."""

    item: "Shape"

    @property
    def name(self) -> str:
        """What it is called."""
        return f"map of {self.item.name}"

    @property
    def depth(self) -> int:
        """How many levels of objects and lists there are in it."""
        return 1 + self.item.depth

    @property
    def rules(self) -> CoreSchema:
        """The rules of its values."""
        return core_schema.dict_schema(_TEXT, self.item.rules, strict=True)


@dataclass(frozen=True)
class TextOr(_Ruled):
    """A text, or else something else."""

    other: "Shape"

    @property
    def name(self) -> str:
        """What it is called."""
        return f"string or {self.other.name}"

    @property
    def depth(self) -> int:
        """How many levels of objects and lists there are in it."""
        return self.other.depth

    @property
    def rules(self) -> CoreSchema:
        """The rules of both."""
        return core_schema.union_schema([_TEXT, self.other.rules])


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
    def depth(self) -> int:
        """How many levels of objects and lists there are in it."""
        return 1 + max([f.shape.depth for f in self.fields.values()])

    @cached_property
    def beside(self) -> "Shape":
        """What the fields look like that are not known by name."""
        return self.others or Anything()

    @cached_property
    def looks(self) -> tuple[tuple[str, str, Field, Callable[[object], bool]], ...]:
        """Each field by its name, the step to it in a JSON pointer, and what says whether its value is fine."""
        return tuple((name, below("", name), field, field.shape.is_fine) for name, field in self.fields.items())

    @property
    def rules(self) -> CoreSchema:
        """The rules of its fields."""
        fields = {
            name: core_schema.typed_dict_field(field.shape.rules, required=field.required)
            for name, field in self.fields.items()
        }
        if self.others is None:
            return core_schema.typed_dict_schema(fields, strict=True, extra_behavior="forbid")
        return core_schema.typed_dict_schema(
            fields, strict=True, extra_behavior="allow", extras_schema=self.others.rules
        )


Shape = Anything | Scalar | Listed | Mapped | TextOr | Structured
