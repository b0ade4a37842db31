"""What validators note while they read a payload: that the schemas do not know something in it.

A validator runs Python only for what is not as it should be, and notes it where pydantic's validation context is a
`Notes`. What is as it should be costs nothing, and so does all else where nobody asks for notes.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Literal

from pydantic import GetCoreSchemaHandler, JsonValue, ValidationInfo
from pydantic_core import CoreSchema, core_schema

from jiffybox_sdk._common.drift_entry import DriftKind

Coercion = Literal["text", "fraction", "empty list", "empty text"]
"""What stood in place of what was meant: decimal text or "true" and "false"; 5.0 for 5; [] for {}; "" for nothing."""

USUAL: Mapping[tuple[str, Coercion], str] = {
    ("floating", "text"): "the service sends this field of an address as text and never otherwise [recorded]",
    ("*", "empty list"): "PHP knows no empty map, and sends an empty list [inferred]",
    ("*", "empty text"): "a check whose type has no port may say so with an empty text [recorded]",
    ("*", "fraction"): "JSON has one type of number: 5.0 is an integer to JSON Schema",
}
"""What comes as another type and is no drift, by field (`*` for any), and why.

Of `null` for an optional field and of a second spelling of an enum's member, validators need no Python to make what is
meant, so that they are never noted: both say nothing new.
"""

USUAL_VALUES: Mapping[str, tuple[frozenset[object], str]] = {
    "TimeSlot": (frozenset({3, 4, 5}), "slots that there are; their hours are not on record [documented]"),
}
"""What is no member of its enum and no drift all the same, by enum, and why."""

MOST_NOTES = 1000
"""How many different things are noted of one payload: as many new names can be sent as fit into an answer."""

_STATE = re.compile(r"[A-Z][A-Z0-9_ ]{0,39}")
_NAME = re.compile(r"[\w\-./:@#~$ ]{1,64}")
_KEY = re.compile(r"[0-9]+|[0-9A-Fa-f]{16,}")
_MOST_NAMES = 8
_WORDS: Mapping[type, str] = {
    type(None): "null",
    bool: "boolean",
    int: "integer",
    float: "number",
    str: "text",
}

Note = tuple[str, str | None, DriftKind, str]
"""The model, the field, the kind of drift, and which state or type; all of it may be shown."""


class Notes:
    """What was noted of one payload. Give a new one to each validation.

    Attributes:
        counts: What was noted, and how often, in the order of the payload.
        shapes: What the values of unknown fields look like, the first of each.
    """

    def __init__(self) -> None:
        self.counts: dict[Note, int] = {}
        self.shapes: dict[Note, str] = {}
        self._name = ""

    def __bool__(self) -> bool:
        return bool(self.counts)

    def take(self, note: Note) -> None:
        """Keeps a note, if there is room for it."""
        count = self.counts.get(note)
        if count is not None:
            self.counts[note] = count + 1
        elif len(self.counts) < MOST_NOTES:
            self.counts[note] = 1

    def take_name(self, name: str) -> None:
        """Keeps the name of an unknown field, whose value comes next."""
        self._name = shown_name(name)

    def take_value(self, model: str, value: JsonValue) -> None:
        """Keeps an unknown field, whose name came just before."""
        note: Note = (model, self._name, "field", "")
        self.take(note)
        if note not in self.shapes and note in self.counts:
            self.shapes[note] = shape(value)


def unless_usual(came: CoreSchema, field: str | None, as_what: Coercion, meant: str) -> CoreSchema:
    """Returns a schema for what came as another type, so that it is noted; the same one if that is usual.

    Args:
        came: The schema.
        field: The field that it stands in.
        as_what: As what it came.
        meant: The type that is meant.
    """
    if ("*", as_what) in USUAL or (field, as_what) in USUAL:
        return came

    instead = f"{as_what} in place of {meant}"

    def note(value: object, info: ValidationInfo) -> object:
        if isinstance(notes := info.context, Notes):
            notes.take((_model(info), field, "type", instead))
        return value

    return core_schema.with_info_after_validator_function(note, came)


def unknown_member(plain: CoreSchema, field: str | None, enum: str) -> CoreSchema:
    """Returns a schema for values that are no member of their enum, so that they are noted, but for the usual ones."""
    usual, _ = USUAL_VALUES.get(enum, (frozenset[object](), ""))

    def note(value: str | int, info: ValidationInfo) -> str | int:
        if isinstance(notes := info.context, Notes) and value not in usual:
            shown = value if isinstance(value, str) and _STATE.fullmatch(value) else shape(value)
            notes.take((_model(info), field, "state", shown))
        return value

    return core_schema.with_info_after_validator_function(note, plain)


@dataclass(frozen=True, slots=True)
class UnknownName:
    """Marks the names of fields that a model does not know."""

    def __get_pydantic_core_schema__(self, source: object, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.with_info_after_validator_function(_note_name, core_schema.any_schema())


@dataclass(frozen=True, slots=True)
class UnknownValue:
    """Marks the values of fields that a model does not know."""

    def __get_pydantic_core_schema__(self, source: object, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.with_info_after_validator_function(_note_value, core_schema.any_schema())


def _note_name(name: str, info: ValidationInfo) -> str:
    if isinstance(info.context, Notes):
        info.context.take_name(name)
    return name


def _note_value(value: JsonValue, info: ValidationInfo) -> JsonValue:
    if isinstance(info.context, Notes):
        info.context.take_value(_model(info), value)
    return value


def _model(info: ValidationInfo) -> str:
    """Returns the name of the model that is being read; none for a value outside of any."""
    config = info.config
    return config.get("title", "") if config else ""


def shown_name(name: str) -> str:
    """Returns the name of a field as it may be shown: `*` for what is a number, an id, or no name at all."""
    return name if _NAME.fullmatch(name) and not _KEY.fullmatch(name) else "*"


def shape(value: JsonValue, depth: int = 2) -> str:
    """Returns what a value looks like, in JSON's terms, and nothing of what it says."""
    if isinstance(value, list):
        return f"[{shape(value[0], depth - 1) if value and depth else ''}]"
    if not isinstance(value, dict):
        return _WORDS.get(type(value), "something")
    if not depth:
        return "{}"
    shown = [f"{shown_name(name)}: {shape(value[name], depth - 1)}" for name in islice(value, _MOST_NAMES)]
    more = [f"and {len(value) - _MOST_NAMES} more"] if len(value) > _MOST_NAMES else []
    return f"{{{', '.join(shown + more)}}}"
