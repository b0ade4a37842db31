"""A walk through a payload and its shape that reports every difference."""

import math
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import NamedTuple

from jiffybox_sdk._common.standing import Standing
from jiffybox_sdk._common.strict_json import is_unicode
from jiffybox_sdk._common.type_guards import is_list, is_map
from jiffybox_sdk.models._fields import INTEGER_TEXT, NUMBER_TEXT
from jiffybox_sdk.validation._findings import Finding, Severity, below, json_type
from jiffybox_sdk.validation._json_text import UNREADABLE, duplicates
from jiffybox_sdk.validation._shapes import (
    ANY_LEVELS,
    FIRST_TOO_BIG,
    AnyJson,
    Array,
    Map,
    Object,
    Scalar,
    Shape,
    TextOr,
)

DEEPEST = 250
"""The maximum levels of Python objects without a schema. JSON of more than 200 levels is not read at all."""

Report = Callable[[Finding], object]
"""A function that takes each finding as soon as it is found."""

_INTEGER, _NUMBER = re.compile(INTEGER_TEXT), re.compile(NUMBER_TEXT)
_ABSENT = object()


def walk(shape: Shape, payload: object, report: Report) -> None:
    """Report the differences between a payload in Python objects and a shape."""
    if not shape.is_clean(payload):
        _Walk(report).visit(shape, payload, "", None)


class _Container(NamedTuple):
    """An object or a list, with an iterator over the members that are still to be visited."""

    value: object
    members: Iterator[tuple[object, object]]
    pointer: str


class _Walk:
    """A walk through one payload. `pointer` is the current place, and `standing` is that of the field at this place."""

    def __init__(self, report: Report) -> None:
        self._report = report

    def visit(self, shape: Shape, value: object, pointer: str, standing: Standing | None) -> None:
        match shape:
            case Scalar():
                self._scalar(shape, value, pointer, standing)
            case Object() if is_map(value):
                self._object(shape, value, pointer)
            case Map() if is_map(value):
                self._names(value, pointer, standing)
                self._items(shape.item, value.items(), pointer, standing)
            case Map() if is_list(value) and not value:
                self._report(Finding(pointer, "coerced", "note", shape.name, "array", standing))
            case Array() if is_list(value):
                self._items(shape.item, enumerate(value), pointer, standing)
            case TextOr():
                self.visit(shape.other if is_map(value) or is_list(value) else shape.text, value, pointer, standing)
            case AnyJson():
                self._any_json(shape, value, pointer, standing)
            case _:
                self._wrong_type(shape, value, pointer, standing)

    def _wrong_type(self, shape: Shape, value: object, pointer: str, standing: Standing | None) -> None:
        self._report(Finding(pointer, "wrong-type", "error", shape.name, json_type(value), standing))

    def _object(self, shape: Object, value: Mapping[object, object], pointer: str) -> None:
        fields = shape.fields
        unknown = () if value.keys() <= fields.keys() else [key for key in value if key not in fields]
        for name in duplicates(value):
            self._duplicate(name, pointer, fields[name].standing if name in fields else None)
        for key in unknown:
            self._key(key, pointer, None)
        for name, field in fields.items():
            inner = value.get(name, _ABSENT)
            is_clean = not field.required if inner is _ABSENT else field.shape.is_clean(inner)
            if is_clean:
                continue
            place, expected = f"{pointer}/{name}", field.shape.name
            if inner is _ABSENT:
                self._report(Finding(place, "missing-field", "error", expected, None, field.standing))
            elif inner is None and not field.required:
                self._report(Finding(place, "coerced", "note", expected, "null", field.standing))
            else:
                self.visit(field.shape, inner, place, field.standing)
        for key in unknown:
            inner = value[key]
            place = below(pointer, _name(key))
            if shape.others is None:
                self._report(Finding(place, "unknown-field", "warning", None, json_type(inner)))
            if not shape.unknown.is_clean(inner):
                self.visit(shape.unknown, inner, place, None)

    def _items(
        self, shape: Shape, items: Iterable[tuple[object, object]], pointer: str, standing: Standing | None
    ) -> None:
        is_clean = shape.is_clean
        for step, item in items:
            if not is_clean(item):
                self.visit(shape, item, below(pointer, _name(step)), standing)

    def _scalar(self, shape: Scalar, value: object, pointer: str, standing: Standing | None) -> None:
        if isinstance(value, float) and not math.isfinite(value):
            self._report(Finding(pointer, "not-finite", "error", shape.name, "number", standing))
            return
        match shape.type:
            case "string" if isinstance(value, str):
                self._text(value, pointer, standing)
                self._state(shape, value, value, pointer, standing)
            case "boolean" if isinstance(value, str) and value in ("true", "false"):
                self._report(Finding(pointer, "coerced", "note", shape.name, "string", standing))
            case "boolean" if isinstance(value, bool):
                pass
            case "integer" | "number":
                self._numeric(shape, value, pointer, standing)
            case _:
                self._wrong_type(shape, value, pointer, standing)

    def _numeric(self, shape: Scalar, value: object, pointer: str, standing: Standing | None) -> None:
        if shape.or_empty and isinstance(value, str) and not value:
            return
        number = _integer(value) if shape.type == "integer" else _number(value)
        if number is None:
            if isinstance(value, float) and value.is_integer():
                self._report(Finding(pointer, "out-of-range", "error", shape.name, "number", standing))
            else:
                self._wrong_type(shape, value, pointer, standing)
            return
        if isinstance(value, str):
            self._report(Finding(pointer, "coerced", "note", shape.name, "string", standing))
        if not shape.least <= number <= shape.most:
            self._report(Finding(pointer, "out-of-range", "error", shape.name, json_type(number), standing))
            return
        if isinstance(number, int):
            self._size(number, pointer, standing)
        self._state(shape, number, value, pointer, standing)

    def _state(self, shape: Scalar, read: str | float, value: object, pointer: str, standing: Standing | None) -> None:
        if shape.known and read not in shape.known:
            known = ", ".join(map(str, shape.known))
            self._report(Finding(pointer, "unknown-state", "warning", f"one of {known}", json_type(value), standing))

    def _any_json(self, shape: AnyJson, value: object, pointer: str, standing: Standing | None) -> None:
        """Visit data without a schema. Not recursive, because Python objects may be deeply nested."""
        stack: list[_Container] = []
        self._open(value, pointer, standing, stack)
        while stack:
            for step, item in stack[-1].members:
                if len(stack) + ANY_LEVELS > DEEPEST or not shape.is_clean(item):
                    self._open(item, below(stack[-1].pointer, _name(step)), standing, stack)
                    break
            else:
                stack.pop()

    def _open(self, value: object, pointer: str, standing: Standing | None, stack: list[_Container]) -> None:
        """Visit a scalar, or visit an object's names and put the object or list on the stack."""
        if isinstance(value, str):
            self._text(value, pointer, standing)
        elif isinstance(value, float):
            if not math.isfinite(value):
                self._report(Finding(pointer, "not-finite", "warning", None, "number", standing))
        elif isinstance(value, int):
            self._size(value, pointer, standing)
        elif is_map(value) or is_list(value):
            if len(stack) == DEEPEST:
                self._report(Finding(pointer, "too-deep", "error", f"at most {DEEPEST} levels", None, standing))
            elif all(value is not outer.value for outer in stack):  # Python objects may contain themselves
                if is_map(value):
                    self._names(value, pointer, standing)
                stack.append(_Container(value, iter(value.items()) if is_map(value) else enumerate(value), pointer))

    def _duplicate(self, name: str, pointer: str, standing: Standing | None) -> None:
        self._report(Finding(below(pointer, name), "duplicate-key", "warning", "one such field", "several", standing))

    def _names(self, value: Mapping[object, object], pointer: str, standing: Standing | None) -> None:
        for name in duplicates(value):
            self._duplicate(name, pointer, standing)
        for key in value:
            self._key(key, pointer, standing)

    def _key(self, key: object, pointer: str, standing: Standing | None) -> None:
        if isinstance(key, str) and not key.isascii():
            self._text(key, below(pointer, key), standing)

    def _text(self, value: str, pointer: str, standing: Standing | None) -> None:
        if not is_unicode(value):
            self._report(Finding(pointer, "lone-surrogate", "error", "Unicode text", "unpaired surrogate", standing))

    def _size(self, value: int, pointer: str, standing: Standing | None) -> None:
        if -FIRST_TOO_BIG <= value < FIRST_TOO_BIG:
            return
        readable = abs(value) < UNREADABLE
        size = f"integer of {value.bit_length() + 1} bits" if readable else "integer of over 4300 digits"
        severity: Severity = "warning" if readable else "error"
        self._report(Finding(pointer, "big-integer", severity, "integer of 64 bits", size, standing))


def _integer(value: object) -> int | None:
    """Return the integer to which the models convert a value, or `None` if they reject it."""
    if isinstance(value, str):
        return int(value) if _INTEGER.fullmatch(value) else None
    if isinstance(value, float):
        return int(value) if value.is_integer() and abs(value) < FIRST_TOO_BIG else None
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _number(value: object) -> float | None:
    """Return the number to which the models convert a value, or `None` if they reject it."""
    if isinstance(value, str):
        return float(value) if _NUMBER.fullmatch(value) else None
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _name(key: object) -> str:
    """Return the name of a member. The keys of Python maps may be of any type."""
    try:
        return str(key)
    except ValueError:  # an integer of more than 4,300 digits
        return json_type(key)
