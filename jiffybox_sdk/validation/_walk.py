"""A walk through a payload and its shape that reports every difference: what, where, and how sure we are."""

import math
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from jiffybox_sdk._common.standing import Standing
from jiffybox_sdk._common.strict_json import is_unicode
from jiffybox_sdk._common.type_guards import is_list, is_map
from jiffybox_sdk.models._fields import FIELD, NULL, REFUSED, STATE, TOLERANCES, Scalar
from jiffybox_sdk.validation._findings import NOT_FINITE, Finding, Severity, below, json_type
from jiffybox_sdk.validation._json_text import UNREADABLE, duplicates
from jiffybox_sdk.validation._shapes import AnyJson, Array, Field, Map, Object, Shape, TextOr, flagged_fields

FIRST_TOO_BIG = 2**63
"""The smallest positive integer beyond 64 bits."""

ERROR, WARNING, NOTE = Severity.ERROR, Severity.WARNING, Severity.NOTE

Report = Callable[[Finding], object]
"""A function that takes each finding as soon as it is found."""

_ABSENT = object()


Step = Callable[[str | None], str]
"""Returns the step in pointers for the name of an unknown field, or for keys and indexes (`None`)."""


@dataclass(slots=True)
class Walk:
    """A walk through payloads in Python objects that reports their differences from a shape.

    Attributes:
        report: Takes each finding as soon as it is found.
        thorough: Whether to also search for what validators do not see: unpaired surrogates, integers of more than 64
            bits, duplicate names, and numbers that are not finite where any JSON is allowed.
        step: Replaces names in pointers. By default, pointers are exact.
        flagged: What validators have flagged, if only flagged fields have findings.
    """

    report: Report
    thorough: bool = True
    step: Step | None = None
    flagged: frozenset[str | None] | None = None

    def visit(self, shape: Shape, value: object, pointer: str = "", standing: Standing | None = None) -> None:
        """Report the differences between a value and a shape at the current place, in a field of a standing."""
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
                if self.thorough:
                    self._any_json(value, pointer, standing)
            case _:
                tolerance = shape.tolerance if isinstance(shape, Map) else ""
                if self._read(tolerance, shape.name, value, pointer, standing) is REFUSED:
                    self.report(Finding(pointer, "wrong-type", ERROR, shape.name, json_type(value), standing))

    def _read(self, name: str, expected: str, value: object, pointer: str, standing: Standing | None) -> object:
        """Return the value that a tolerated one is converted to, and report it, or return `REFUSED`."""
        tolerance = TOLERANCES.get(name)
        if tolerance is None or not (value is None or isinstance(value, str) or is_list(value)):
            return REFUSED
        read = tolerance.read(value)
        if read is not REFUSED:
            severity = NOTE if tolerance.is_quirk(pointer.rpartition("/")[2]) else WARNING
            self.report(Finding(pointer, "coerced", severity, expected, json_type(value), standing))
        return read

    def _object(self, shape: Object, value: Mapping[object, object], pointer: str) -> None:
        self._names(value, pointer, None, shape.fields)
        fields, quick = shape.fields, not self.thorough
        if self.flagged is not None:
            fields = flagged_fields(shape, self.flagged)
        for name, field in fields.items():
            inner = value.get(name, _ABSENT)
            if inner is _ABSENT:
                if field.required:
                    place = f"{pointer}/{name}"
                    self.report(Finding(place, "missing-field", ERROR, field.shape.name, None, field.standing))
                continue
            if quick and (type(inner) in field.shape.exact or field.shape.is_clean(inner)):
                continue
            place, optional = f"{pointer}/{name}", not field.required
            if inner is None and optional and self._read(NULL, field.shape.name, None, place, field.standing) is None:
                continue
            self.visit(field.shape, inner, place, field.standing)
        for key in () if value.keys() <= shape.fields.keys() else [key for key in value if key not in shape.fields]:
            place = self._below(pointer, key, is_name=shape.others is None)
            if shape.others is not None:
                self.visit(shape.others, value[key], place, None)
                continue
            severity = WARNING if FIELD in TOLERANCES else ERROR
            self.report(Finding(place, "unknown-field", severity, None, json_type(value[key])))
            if self.thorough:
                self._any_json(value[key], place, None)

    def _items(
        self, shape: Shape, items: Iterable[tuple[object, object]], pointer: str, standing: Standing | None
    ) -> None:
        for step, item in items:
            if self.thorough or type(item) not in shape.exact:
                self.visit(shape, item, self._below(pointer, step, is_name=False), standing)

    def _below(self, pointer: str, step: object, *, is_name: bool) -> str:
        return below(pointer, self.step(str(step) if is_name else None) if self.step else str(step))

    def _scalar(self, shape: Scalar, value: object, pointer: str, standing: Standing | None) -> None:
        if isinstance(value, float) and not math.isfinite(value):
            self.report(Finding(pointer, "not-finite", ERROR, shape.name, NOT_FINITE, standing))
            return
        read = _plain(shape, value)
        if read is REFUSED:
            read = self._read(shape.tolerance, shape.name, value, pointer, standing)
        if read is REFUSED:
            if shape.type == "integer" and isinstance(value, float) and value.is_integer():
                self.report(Finding(pointer, "out-of-range", ERROR, shape.name, "number", standing))
            else:
                self.report(Finding(pointer, "wrong-type", ERROR, shape.name, json_type(value), standing))
            return
        if isinstance(read, str):
            self._text(read, pointer, standing)
        elif isinstance(read, int | float) and not isinstance(read, bool):
            if not shape.least <= read <= shape.most:
                self.report(Finding(pointer, "out-of-range", ERROR, shape.name, json_type(read), standing))
                return
            if isinstance(read, int):
                self._size(read, pointer, standing)
        if shape.known and read not in shape.known:
            tolerance = TOLERANCES.get(STATE)
            severity = ERROR if tolerance is None else NOTE if tolerance.is_quirk((shape.enum, read)) else WARNING
            self.report(Finding(pointer, "unknown-state", severity, shape.known_text, json_type(value), standing))

    def _any_json(self, value: object, pointer: str, standing: Standing | None) -> None:
        """Visit data without a schema. Not recursive, because it may be deeply nested."""
        pending = [iter([(pointer, value)])]
        while pending:
            for place, item in pending[-1]:
                if isinstance(item, str):
                    self._text(item, place, standing)
                elif isinstance(item, float):
                    if not math.isfinite(item):
                        self.report(Finding(place, "not-finite", WARNING, None, NOT_FINITE, standing))
                elif isinstance(item, int):
                    self._size(item, place, standing)
                elif is_map(item):
                    self._names(item, place, standing)
                    pending.append(_members(item.items(), place))
                    break
                elif is_list(item):
                    pending.append(_members(enumerate(item), place))
                    break
            else:
                pending.pop()

    def _names(
        self,
        value: Mapping[object, object],
        pointer: str,
        standing: Standing | None,
        fields: Mapping[str, Field] | None = None,
    ) -> None:
        if not self.thorough:
            return
        for name in duplicates(value):
            about = fields[name].standing if fields and name in fields else standing
            self.report(Finding(below(pointer, name), "duplicate-key", WARNING, "one such field", "several", about))
        for key in value:
            if isinstance(key, str) and not key.isascii():
                self._text(key, below(pointer, key), standing)

    def _text(self, value: str, pointer: str, standing: Standing | None) -> None:
        if not is_unicode(value):
            self.report(Finding(pointer, "lone-surrogate", ERROR, "Unicode text", "unpaired surrogate", standing))

    def _size(self, value: int, pointer: str, standing: Standing | None) -> None:
        if -FIRST_TOO_BIG <= value < FIRST_TOO_BIG:
            return
        readable = abs(value) < UNREADABLE
        size = f"integer of {value.bit_length() + 1} bits" if readable else "integer of over 4300 digits"
        severity = WARNING if readable else ERROR
        self.report(Finding(pointer, "big-integer", severity, "integer of 64 bits", size, standing))


def _members(members: Iterable[tuple[object, object]], pointer: str) -> Iterator[tuple[str, object]]:
    """Yield the members that may have findings, unlike `null`, `false`, zero and empty values, with their pointers."""
    return ((below(pointer, str(step)), item) for step, item in members if item)


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
