"""Walks along a payload beside what it should look like, and says where they differ."""

import math
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import NamedTuple

from jiffybox_sdk._common.type_guards import is_list, is_map
from jiffybox_sdk.models._fields import INTEGER_TEXT, NUMBER_TEXT
from jiffybox_sdk.validation._findings import Finding, Severity, Standing, below, json_type
from jiffybox_sdk.validation._json_text import UNREADABLE, twice
from jiffybox_sdk.validation._shapes import (
    ANY_LEVELS,
    FIRST_TOO_BIG,
    Anything,
    Listed,
    Mapped,
    Scalar,
    Shape,
    Structured,
    TextOr,
)

DEEPEST = 250
"""How far data of the user's own is followed. Text that is nested deeper than 200 levels is refused before."""

Tell = Callable[[Finding], object]
"""Is told each finding, as soon as it is found."""

_INTEGER, _NUMBER = re.compile(INTEGER_TEXT), re.compile(NUMBER_TEXT)
_ABSENT = object()


def walk(shape: Shape, payload: object, tell: Tell) -> None:
    """Tells where a payload differs from what it should look like.

    Args:
        shape: What it should look like.
        payload: The payload, as Python objects.
        tell: Is told each finding.
    """
    if not shape.is_fine(payload):
        _Walk(tell).at(shape, payload, "", None)


class _Open(NamedTuple):
    """An object or a list that is looked into: what is left in it, and where it is."""

    value: object
    inside: Iterator[tuple[object, object]]
    pointer: str


class _Walk:
    """A walk along one payload. Each step is told where it is, and how sure we are of the field that it is in."""

    def __init__(self, tell: Tell) -> None:
        self._tell = tell

    def at(self, shape: Shape, value: object, pointer: str, standing: Standing | None) -> None:
        """Looks at a value."""
        match shape:
            case Scalar():
                self._scalar(shape, value, pointer, standing)
            case Structured() if is_map(value):
                self._structured(shape, value, pointer)
            case Mapped() if is_map(value):
                self._mapped(shape, value, pointer, standing)
            case Mapped() if is_list(value) and not value:
                self._tell(Finding(pointer, "coerced", "note", shape.name, "array", standing))
            case Listed() if is_list(value):
                self._listed(shape, value, pointer, standing)
            case TextOr():
                self.at(shape.other if is_map(value) or is_list(value) else shape.text, value, pointer, standing)
            case Anything():
                self._anything(shape, value, pointer, standing)
            case _:
                self._wrong(shape, value, pointer, standing)

    def _wrong(self, shape: Shape, value: object, pointer: str, standing: Standing | None) -> None:
        self._tell(Finding(pointer, "wrong-type", "error", shape.name, json_type(value), standing))

    def _structured(self, shape: Structured, value: Mapping[object, object], pointer: str) -> None:
        fields = shape.fields
        unknown = () if value.keys() <= fields.keys() else [key for key in value if key not in fields]
        for name in twice(value):
            self._twice(name, pointer, fields[name].standing if name in fields else None)
        self._names(unknown, pointer, None)
        for name, step, field, is_fine in shape.looks:
            inner = value.get(name, _ABSENT)
            if inner is _ABSENT:
                if field.required:
                    expected = field.shape.name
                    self._tell(Finding(pointer + step, "missing-field", "error", expected, None, field.standing))
            elif not is_fine(inner):
                if inner is None and not field.required:
                    expected = field.shape.name
                    self._tell(Finding(pointer + step, "coerced", "note", expected, "null", field.standing))
                else:
                    self.at(field.shape, inner, pointer + step, field.standing)
        for key in unknown:
            inner = value[key]
            place = below(pointer, _name(key))
            if shape.others is None:
                self._tell(Finding(place, "unknown-field", "warning", None, json_type(inner)))
            if not shape.beside.is_fine(inner):
                self.at(shape.beside, inner, place, None)

    def _mapped(self, shape: Mapped, value: Mapping[object, object], pointer: str, standing: Standing | None) -> None:
        for name in twice(value):
            self._twice(name, pointer, standing)
        self._names(value, pointer, standing)
        is_fine = shape.item.is_fine
        for key, item in value.items():
            if not is_fine(item):
                self.at(shape.item, item, below(pointer, _name(key)), standing)

    def _listed(self, shape: Listed, value: list[object], pointer: str, standing: Standing | None) -> None:
        is_fine = shape.item.is_fine
        for number, item in enumerate(value):
            if not is_fine(item):
                self.at(shape.item, item, below(pointer, number), standing)

    def _scalar(self, shape: Scalar, value: object, pointer: str, standing: Standing | None) -> None:
        if isinstance(value, float) and not math.isfinite(value):
            self._tell(Finding(pointer, "not-finite", "error", shape.name, "number", standing))
            return
        match shape.type:
            case "string" if isinstance(value, str):
                self._text(value, pointer, standing)
                self._state(shape, value, value, pointer, standing)
            case "boolean" if isinstance(value, str) and value in ("true", "false"):
                self._tell(Finding(pointer, "coerced", "note", shape.name, "string", standing))
            case "boolean" if isinstance(value, bool):
                pass
            case "integer" | "number":
                self._numeric(shape, value, pointer, standing)
            case _:
                self._wrong(shape, value, pointer, standing)

    def _numeric(self, shape: Scalar, value: object, pointer: str, standing: Standing | None) -> None:
        if shape.or_empty and isinstance(value, str) and not value:
            return
        meant = _whole(value) if shape.type == "integer" else _number(value)
        if meant is None:
            if isinstance(value, float) and value.is_integer():
                self._tell(Finding(pointer, "out-of-range", "error", shape.name, "number", standing))
            else:
                self._wrong(shape, value, pointer, standing)
            return
        if isinstance(value, str):
            self._tell(Finding(pointer, "coerced", "note", shape.name, "string", standing))
        if not shape.least <= meant <= shape.most:
            self._tell(Finding(pointer, "out-of-range", "error", shape.name, json_type(meant), standing))
            return
        if isinstance(meant, int):
            self._integer(meant, pointer, standing)
        self._state(shape, meant, value, pointer, standing)

    def _state(self, shape: Scalar, meant: str | float, value: object, pointer: str, standing: Standing | None) -> None:
        if shape.known and meant not in shape.known:
            known = ", ".join(str(one) for one in shape.known)
            self._tell(Finding(pointer, "unknown-state", "warning", f"one of {known}", json_type(value), standing))

    def _anything(self, shape: Anything, value: object, pointer: str, standing: Standing | None) -> None:
        """Looks at data that no schema speaks of, without calling itself, as deep as it may be."""
        around: list[_Open] = []
        self._any(value, pointer, standing, around)
        while around:
            for step, item in around[-1].inside:
                if len(around) + ANY_LEVELS > DEEPEST or not shape.is_fine(item):
                    self._any(item, below(around[-1].pointer, _name(step)), standing, around)
                    break
            else:
                around.pop()

    def _any(self, value: object, pointer: str, standing: Standing | None, around: "list[_Open]") -> None:
        """Looks at a value, and opens what has others in it."""
        if isinstance(value, str):
            self._text(value, pointer, standing)
        elif isinstance(value, float):
            if not math.isfinite(value):
                self._tell(Finding(pointer, "not-finite", "warning", None, "number", standing))
        elif isinstance(value, int):
            self._integer(value, pointer, standing)
        elif is_map(value) or is_list(value):
            if len(around) == DEEPEST:
                self._tell(Finding(pointer, "too-deep", "error", f"at most {DEEPEST} levels", None, standing))
            elif all(value is not outer.value for outer in around):  # Python's objects may hold themselves
                if is_map(value):
                    for name in twice(value):
                        self._twice(name, pointer, standing)
                    self._names(value, pointer, standing)
                    around.append(_Open(value, iter(value.items()), pointer))
                else:
                    around.append(_Open(value, enumerate(value), pointer))

    def _twice(self, name: str, pointer: str, standing: Standing | None) -> None:
        place = below(pointer, name)
        self._tell(Finding(place, "duplicate-key", "warning", "one such field", "several", standing))

    def _names(self, names: Iterable[object], pointer: str, standing: Standing | None) -> None:
        """Looks at the names of what is in an object."""
        for name in names:
            if isinstance(name, str) and not name.isascii():
                self._text(name, below(pointer, name), standing)

    def _text(self, value: str, pointer: str, standing: Standing | None) -> None:
        if value.isascii():
            return
        try:
            value.encode()
        except UnicodeEncodeError:
            half = "half a character"
            self._tell(Finding(pointer, "lone-surrogate", "error", "Unicode text", half, standing))

    def _integer(self, value: int, pointer: str, standing: Standing | None) -> None:
        if -FIRST_TOO_BIG <= value < FIRST_TOO_BIG:
            return
        severity: Severity = "warning"
        found = f"integer of {value.bit_length() + 1} bits"  # with its sign
        if abs(value) >= UNREADABLE:
            severity, found = "error", "integer of over 4300 digits"
        self._tell(Finding(pointer, "big-integer", severity, "integer of 64 bits", found, standing))


def _whole(value: object) -> int | None:
    """Returns the integer that the models read a value as; `None` where they refuse it."""
    if isinstance(value, str):
        return int(value) if _INTEGER.fullmatch(value) else None
    if isinstance(value, float):
        return int(value) if value.is_integer() and abs(value) < FIRST_TOO_BIG else None
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _number(value: object) -> float | None:
    """Returns the number that the models read a value as; `None` where they refuse it."""
    if isinstance(value, str):
        return float(value) if _NUMBER.fullmatch(value) else None
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _name(key: object) -> str:
    """Returns the name of a member; Python's maps may have keys that are no text."""
    try:
        return str(key)
    except ValueError:  # an integer of more digits than Python writes out
        return json_type(key)
