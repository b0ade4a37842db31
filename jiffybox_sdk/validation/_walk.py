"""A walk through a payload and its shape that reports every difference: what, where, and how sure we are."""

import math
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from typing import NamedTuple

from jiffybox_sdk._common.standing import Standing
from jiffybox_sdk._common.strict_json import is_unicode
from jiffybox_sdk._common.type_guards import is_list, is_map
from jiffybox_sdk.models._fields import FIELD, NULL, REFUSED, STATE, TOLERANCES, Scalar
from jiffybox_sdk.validation._findings import NOT_FINITE, Finding, Severity, below, json_type
from jiffybox_sdk.validation._json_text import UNREADABLE, duplicates
from jiffybox_sdk.validation._shapes import AnyJson, Array, Field, Map, Object, Shape, TextOr, names_in

FIRST_TOO_BIG = 2**63
"""The smallest positive integer beyond 64 bits."""

ERROR, WARNING, NOTE = Severity.ERROR, Severity.WARNING, Severity.NOTE

Report = Callable[[Finding], object]
"""A function that takes each finding as soon as it is found."""

_ABSENT = object()
_ANY_JSON = AnyJson()


Step = Callable[[str | None], str]
"""Returns the step in pointers for the name of an unknown field, or for keys and indexes (`None`)."""


def walk(
    shape: Shape,
    payload: object,
    report: Report,
    *,
    thorough: bool = True,
    step: Step | None = None,
    flagged: Collection[str | None] | None = None,
) -> None:
    """Report the differences between a payload in Python objects and a shape.

    Args:
        shape: The shape.
        payload: The payload.
        report: Takes the findings.
        thorough: Whether to also search for what validators do not see: unpaired surrogates, integers of more than 64
            bits, duplicate names, and numbers that are not finite where any JSON is allowed.
        step: Replaces names in pointers. By default, pointers are exact.
        flagged: What validators have flagged, if only flagged fields have findings.
    """
    _Walk(report, step, flagged, thorough=thorough).visit(shape, payload, "", None)


class _Container(NamedTuple):
    """An object or a list, with an iterator over the members that are still to be visited."""

    members: Iterator[tuple[object, object]]
    pointer: str


class _Walk:
    """A walk through one payload. `pointer` is the current place, and `standing` is that of the field at this place."""

    def __init__(
        self, report: Report, step: Step | None, flagged: Collection[str | None] | None, *, thorough: bool
    ) -> None:
        self._report = report
        self._step = step
        self._flagged = None if flagged is None or None in flagged else flagged
        self._thorough = thorough
        self._fields_to_visit: dict[Object, Mapping[str, Field]] = {}

    def visit(self, shape: Shape, value: object, pointer: str, standing: Standing | None) -> None:
        match shape:
            case Scalar():
                self._scalar(shape, value, pointer, standing)
            case Object() if is_map(value):
                self._object(shape, value, pointer)
            case Map() if is_map(value):
                self._names(value, pointer, standing)
                self._items(shape.item, value.items(), pointer, standing)
            case Array() if is_list(value):
                self._items(shape.item, enumerate(value), pointer, standing)
            case TextOr():
                self.visit(shape.other if is_map(value) or is_list(value) else shape.text, value, pointer, standing)
            case AnyJson():
                if self._thorough:
                    self._any_json(value, pointer, standing)
            case _:
                tolerance = shape.tolerance if isinstance(shape, Map) else ""
                if self._read(tolerance, shape.name, value, pointer, standing) is REFUSED:
                    self._wrong_type(shape.name, value, pointer, standing)

    def _wrong_type(self, expected: str, value: object, pointer: str, standing: Standing | None) -> None:
        self._report(Finding(pointer, "wrong-type", ERROR, expected, json_type(value), standing))

    def _read(self, name: str, expected: str, value: object, pointer: str, standing: Standing | None) -> object:
        """Return the value that a tolerated one is converted to, and report it, or return `REFUSED`."""
        tolerance = TOLERANCES.get(name)
        if tolerance is None or not (value is None or isinstance(value, str) or is_list(value)):
            return REFUSED
        read = tolerance.read(value)
        if read is not REFUSED:
            severity = NOTE if pointer.rpartition("/")[2] in tolerance.quirks else WARNING
            self._report(Finding(pointer, "coerced", severity, expected, json_type(value), standing))
        return read

    def _object(self, shape: Object, value: Mapping[object, object], pointer: str) -> None:
        fields = shape.fields
        if self._thorough:
            for name in duplicates(value):
                self._duplicate(name, pointer, fields[name].standing if name in fields else None)
        unknown = () if value.keys() <= fields.keys() else [key for key in value if key not in fields]
        for key in unknown:
            self._key(key, pointer, None)
        quick = not self._thorough
        for name, field in self._to_visit(shape).items():
            inner = value.get(name, _ABSENT)
            if inner is _ABSENT and not field.required:
                continue
            if quick and inner is not _ABSENT and (type(inner) in field.shape.exact or field.shape.is_clean(inner)):
                continue
            place, expected = f"{pointer}/{name}", field.shape.name
            if inner is _ABSENT:
                self._report(Finding(place, "missing-field", ERROR, expected, None, field.standing))
            elif (
                inner is not None
                or field.required
                or self._read(NULL, expected, None, place, field.standing) is REFUSED
            ):
                self.visit(field.shape, inner, place, field.standing)
        for key in unknown:
            is_key = shape.others is not None
            place = below(pointer, str(key) if self._step is None else self._step(None if is_key else str(key)))
            if shape.others is not None:
                self.visit(shape.others, value[key], place, None)
                continue
            severity = WARNING if FIELD in TOLERANCES else ERROR
            self._report(Finding(place, "unknown-field", severity, None, json_type(value[key])))
            self.visit(_ANY_JSON, value[key], place, None)

    def _to_visit(self, shape: Object) -> Mapping[str, Field]:
        """Return the fields that are flagged or have a flag inside."""
        if self._flagged is None:
            return shape.fields
        if shape not in self._fields_to_visit:
            self._fields_to_visit[shape] = {
                name: field
                for name, field in shape.fields.items()
                if name in self._flagged or not names_in(field.shape).isdisjoint(self._flagged)
            }
        return self._fields_to_visit[shape]

    def _items(
        self, shape: Shape, items: Iterable[tuple[object, object]], pointer: str, standing: Standing | None
    ) -> None:
        for step, item in items:
            if self._thorough or type(item) not in shape.exact:
                self.visit(shape, item, below(pointer, self._step(None) if self._step else str(step)), standing)

    def _scalar(self, shape: Scalar, value: object, pointer: str, standing: Standing | None) -> None:
        if isinstance(value, float) and not math.isfinite(value):
            self._report(Finding(pointer, "not-finite", ERROR, shape.name, NOT_FINITE, standing))
            return
        read = _plain(shape, value)
        if read is REFUSED:
            read = self._read(shape.tolerance, shape.name, value, pointer, standing)
        if read is REFUSED:
            if shape.type == "integer" and isinstance(value, float) and value.is_integer():
                self._report(Finding(pointer, "out-of-range", ERROR, shape.name, "number", standing))
            else:
                self._wrong_type(shape.name, value, pointer, standing)
        elif isinstance(read, str):
            self._text(read, pointer, standing)
            self._state(shape, read, value, pointer, standing)
        elif isinstance(read, int | float) and not isinstance(read, bool):
            if not shape.least <= read <= shape.most:
                self._report(Finding(pointer, "out-of-range", ERROR, shape.name, json_type(read), standing))
                return
            if isinstance(read, int):
                self._size(read, pointer, standing)
            self._state(shape, read, value, pointer, standing)

    def _state(self, shape: Scalar, read: str | float, value: object, pointer: str, standing: Standing | None) -> None:
        if not shape.known or read in shape.known:
            return
        tolerance = TOLERANCES.get(STATE)
        severity = ERROR if tolerance is None else NOTE if (shape.enum, read) in tolerance.quirks else WARNING
        self._report(Finding(pointer, "unknown-state", severity, shape.known_text, json_type(value), standing))

    def _any_json(self, value: object, pointer: str, standing: Standing | None) -> None:
        """Visit data without a schema. Not recursive, because it may be deeply nested."""
        stack: list[_Container] = []
        self._open(value, pointer, standing, stack)
        while stack:
            for step, item in stack[-1].members:
                if item:  # `null`, `false`, zero and empty values never have findings
                    self._open(item, below(stack[-1].pointer, str(step)), standing, stack)
                    break
            else:
                stack.pop()

    def _open(self, value: object, pointer: str, standing: Standing | None, stack: list[_Container]) -> None:
        """Visit a scalar, or visit an object's names and put the object or list on the stack."""
        if isinstance(value, str):
            self._text(value, pointer, standing)
        elif isinstance(value, float):
            if not math.isfinite(value):
                self._report(Finding(pointer, "not-finite", WARNING, None, NOT_FINITE, standing))
        elif isinstance(value, int):
            self._size(value, pointer, standing)
        elif is_map(value):
            self._names(value, pointer, standing)
            stack.append(_Container(iter(value.items()), pointer))
        elif is_list(value):
            stack.append(_Container(iter(enumerate(value)), pointer))

    def _duplicate(self, name: str, pointer: str, standing: Standing | None) -> None:
        self._report(Finding(below(pointer, name), "duplicate-key", WARNING, "one such field", "several", standing))

    def _names(self, value: Mapping[object, object], pointer: str, standing: Standing | None) -> None:
        if not self._thorough:
            return
        for name in duplicates(value):
            self._duplicate(name, pointer, standing)
        for key in value:
            self._key(key, pointer, standing)

    def _key(self, key: object, pointer: str, standing: Standing | None) -> None:
        if isinstance(key, str) and not key.isascii():
            self._text(key, below(pointer, key), standing)

    def _text(self, value: str, pointer: str, standing: Standing | None) -> None:
        if not is_unicode(value):
            self._report(Finding(pointer, "lone-surrogate", ERROR, "Unicode text", "unpaired surrogate", standing))

    def _size(self, value: int, pointer: str, standing: Standing | None) -> None:
        if -FIRST_TOO_BIG <= value < FIRST_TOO_BIG:
            return
        readable = abs(value) < UNREADABLE
        size = f"integer of {value.bit_length() + 1} bits" if readable else "integer of over 4300 digits"
        severity = WARNING if readable else ERROR
        self._report(Finding(pointer, "big-integer", severity, "integer of 64 bits", size, standing))


def _plain(shape: Scalar, value: object) -> object:
    """Return the value that models read from one of the intended type, or `REFUSED`."""
    if shape.or_empty and value == "":
        return None
    match shape.type:
        case "string":
            return value if isinstance(value, str) else REFUSED
        case "boolean":
            return value if isinstance(value, bool) else REFUSED
        case "integer" if isinstance(value, float):
            return int(value) if value.is_integer() and abs(value) < FIRST_TOO_BIG else REFUSED
        case _:
            return value if isinstance(value, int | float) and not isinstance(value, bool) else REFUSED
