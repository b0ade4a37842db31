"""Drift that validators record while reading a payload: unknown fields and values, and coerced types.

Validators run Python code only for such values and record them only if pydantic's validation context is a `Notes`.
Payloads without drift add no overhead.
"""

import re
from collections.abc import Mapping
from itertools import islice
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import AfterValidator, JsonValue, ValidationInfo
from pydantic_core import CoreSchema, core_schema

if TYPE_CHECKING:
    from jiffybox_sdk._common.drift_entry import DriftKind

Coercion = Literal["text", "fraction", "empty list", "empty text"]
"""The form of a value of another type: text (decimal, "true" or "false"), 5.0 for 5, [] for {}, or "" for null."""

USUAL: Mapping[tuple[str, Coercion], str] = {
    ("floating", "text"): "the service always sends this field of an address as text [recorded]",
    ("*", "empty list"): "PHP has no empty map, and sends an empty list [inferred]",
    ("*", "empty text"): "a check whose type has no port may have an empty text [recorded]",
    ("*", "fraction"): "JSON has one type of number, and JSON Schema accepts 5.0 as an integer",
}
"""Coercions that are not drift, by field (`*` for any), with the reason.

`null` for an optional field and aliases of enum members are not drift either. Validators accept them without Python
code, so they are never recorded.
"""

USUAL_VALUES: Mapping[str, tuple[frozenset[object], str]] = {
    "TimeSlot": (frozenset({3, 4, 5}), "known slots whose hours are not on record [documented]"),
}
"""Values that are not drift although their enum has no such member, by enum, with the reason."""

MOST_NOTES = 1000
"""The maximum number of different notes on one payload. A payload can hold any number of new names."""

_STATE = r"[A-Z][A-Z0-9_ ]{0,39}"
_NAME = r"[\w\-./:@#~$ ]{1,64}"
_KEY = r"[0-9]+|[0-9A-Fa-f]{16,}"
_MOST_NAMES = 8
_WORDS: Mapping[type, str] = {
    type(None): "null",
    bool: "boolean",
    int: "integer",
    float: "number",
    str: "text",
}

Note = tuple[str, str | None, "DriftKind", str]
"""The model, the field, the kind of drift, and the state or type. None of them is secret."""


class Notes:
    """The drift in one payload, with notes in payload order and the shape of each unknown field's first value."""

    def __init__(self) -> None:
        self.counts: dict[Note, int] = {}
        self.shapes: dict[Note, str] = {}
        self._name = ""

    def __bool__(self) -> bool:
        return bool(self.counts)

    def take(self, note: Note) -> None:
        """Count a note, unless there are `MOST_NOTES` others."""
        count = self.counts.get(note)
        if count is not None:
            self.counts[note] = count + 1
        elif len(self.counts) < MOST_NOTES:
            self.counts[note] = 1

    def take_name(self, name: str) -> None:
        """Remember the name of an unknown field. Pydantic validates its value next."""
        self._name = shown_name(name)

    def take_value(self, model: str, value: JsonValue) -> None:
        """Count the unknown field whose name has just been taken."""
        note: Note = (model, self._name, "field", "")
        self.take(note)
        if note not in self.shapes and note in self.counts:
            self.shapes[note] = shape(value)


def note_coercion(schema: CoreSchema, field: str | None, form: Coercion, expected: str) -> CoreSchema:
    """Return a schema that also notes the coercion, or the schema itself if this coercion is usual."""
    if ("*", form) in USUAL or (field, form) in USUAL:
        return schema

    coercion = f"{form} in place of {expected}"

    def note(value: object, info: ValidationInfo) -> object:
        if isinstance(notes := info.context, Notes):
            notes.take((_model(info), field, "type", coercion))
        return value

    return core_schema.with_info_after_validator_function(note, schema)


def note_unknown_member(schema: CoreSchema, field: str | None, enum: str) -> CoreSchema:
    """Return a schema that also notes values that are not members of the enum, except for usual ones."""
    usual, _ = USUAL_VALUES.get(enum, (frozenset[object](), ""))

    def note(value: str | int, info: ValidationInfo) -> str | int:
        if isinstance(notes := info.context, Notes) and value not in usual:
            shown = value if isinstance(value, str) and re.fullmatch(_STATE, value) else shape(value)
            notes.take((_model(info), field, "state", shown))
        return value

    return core_schema.with_info_after_validator_function(note, schema)


def _note_name(name: str, info: ValidationInfo) -> str:
    if isinstance(info.context, Notes):
        info.context.take_name(name)
    return name


def _note_value(value: JsonValue, info: ValidationInfo) -> JsonValue:
    if isinstance(info.context, Notes):
        info.context.take_value(_model(info), value)
    return value


UnknownName = Annotated[object, AfterValidator(_note_name)]
UnknownValue = Annotated[object, AfterValidator(_note_value)]


def _model(info: ValidationInfo) -> str:
    """Return the name of the model being validated, or an empty string outside any model."""
    config = info.config
    return config.get("title", "") if config else ""


def shown_name(name: str) -> str:
    """Return a field's name for display, or `*` for numbers, ids, and strings that are not names."""
    return name if re.fullmatch(_NAME, name) and not re.fullmatch(_KEY, name) else "*"


def shape(value: JsonValue, depth: int = 2) -> str:
    """Return the JSON types in a value, such as `{zone: text}`, without the values."""
    if isinstance(value, list):
        return f"[{shape(value[0], depth - 1) if value and depth else ''}]"
    if not isinstance(value, dict):
        return _WORDS.get(type(value), "something")
    if not depth:
        return "{}"
    shown = [f"{shown_name(name)}: {shape(value[name], depth - 1)}" for name in islice(value, _MOST_NAMES)]
    more = [f"and {len(value) - _MOST_NAMES} more"] if len(value) > _MOST_NAMES else []
    return f"{{{', '.join(shown + more)}}}"
