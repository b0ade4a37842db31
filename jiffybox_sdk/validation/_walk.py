"""A walk through a payload and its shape that reports every difference: what, where, and how sure we are."""

import math
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from jiffybox_sdk._common.standing import Standing
from jiffybox_sdk._common.strict_json import is_unicode
from jiffybox_sdk._common.type_guards import is_list, is_map
from jiffybox_sdk.models._fields import FIELD, NULL, STATE, TOLERANCES, Flags, Name, Scalar, Shape
from jiffybox_sdk.validation._findings import NOT_FINITE, Finding, Rule, Severity, below, json_type
from jiffybox_sdk.validation._json_text import UNREADABLE, duplicates
from jiffybox_sdk.validation._shapes import Array, Field, Map, Object, TextOr, fields_among

FIRST_TOO_BIG = 2**63
"""The smallest positive integer beyond 64 bits."""

ERROR, WARNING, NOTE = Severity.ERROR, Severity.WARNING, Severity.NOTE

Report = Callable[[Finding], object]
"""A function that takes each finding as soon as it is found."""

Names = frozenset[Name] | None
"""The names of flagged fields, or `None` for all."""

_ABSENT = object()

Step = Callable[[str], str]
"""Returns the step in pointers for the name of an unknown field."""


@dataclass(slots=True)
class Walk:
    """A walk through payloads in Python objects that reports their differences from a shape.

    Attributes:
        report: Takes each finding as soon as it is found.
        thorough: Whether to also search for what validators do not see: unpaired surrogates, integers of more than 64
            bits, duplicate names, and numbers that are not finite where any JSON is allowed.
        step: Replaces the names of unknown fields in pointers. Keys and indexes are then replaced by `*`. By default,
            pointers are exact.
        flagged: The names of fields that validators have flagged, if the walk is not thorough, and they have validated
            the whole payload.
        unreadable: Whether there was something that strict parsers reject: unpaired surrogates or extremely large
            integers.
    """

    report: Report
    thorough: bool = True
    step: Step | None = None
    flagged: Names = None
    unreadable: bool = False

    def start(self, shape: Shape, payload: object) -> None:
        """Report the differences between a payload and a shape."""
        if self.flagged is not None:
            self.flagged &= shape.names
        self._items(shape, [(None, payload)], "", None)

    def _items(
        self, shape: Shape, items: Iterable[tuple[object, object]], pointer: str, standing: Standing | None
    ) -> None:
        validate = shape.validator.validate_python if self.flagged is None and not self.thorough else None
        for step, item in items:
            names = self.flagged
            if validate:
                flags = Flags()
                flags.judge(validate, item)
                if not flags.names:
                    continue
                # A validator stops at the first error in a map or list. Without errors, it has flagged all fields.
                names = shape.names & flags.names
                self.flagged = names if flags.valid else None
            place = pointer if step is None else below(pointer, "*" if self.step else str(step))
            self._visit(shape, item, place, standing, names)
        if validate:
            self.flagged = None

    def _visit(self, shape: Shape, value: object, pointer: str, standing: Standing | None, names: Names) -> None:
        """Report the differences at a place in a field of a standing. Only fields with the names have any."""
        match shape:
            case Scalar():
                self._leaf(shape, value, pointer, standing)
            case Object() if is_map(value):
                self._object(shape, value, pointer, names)
            case Map() if is_map(value):
                if self.thorough:
                    self._names(value, pointer, standing)
                self._items(shape.item, value.items(), pointer, standing)
            case Array() if is_list(value):
                self._items(shape.item, enumerate(value), pointer, standing)
            case TextOr():
                inner = shape.item if is_map(value) or is_list(value) else shape.text
                self._visit(inner, value, pointer, standing, names)
            case Object() | Map() | Array():
                self._leaf(shape, value, pointer, standing)
            case _:
                if self.thorough:
                    self._any_json(value, pointer, standing)

    def _object(self, shape: Object, value: Mapping[object, object], pointer: str, names: Names) -> None:
        if self.thorough:
            self._names(value, pointer, None, shape.fields)
        for name, field in (shape.fields if names is None else fields_among(shape, names)).items():
            inner = value.get(name, _ABSENT)
            place = f"{pointer}/{name}"
            if inner is not _ABSENT and (inner is not None or field.required or NULL not in TOLERANCES):
                self._visit(field.shape, inner, place, field.standing, names)
            elif inner is None:
                severity = NOTE if TOLERANCES[NULL].is_quirk(name) else WARNING
                self.report(Finding(place, "coerced", severity, field.shape.name, "null", field.standing))
            elif field.required:
                self.report(Finding(place, "missing-field", ERROR, field.shape.name, None, field.standing))
        others = names is None or shape.others is not None or (shape.title, FIELD) in names
        for key in [key for key in value if key not in shape.fields] if others else ():
            step = str(key) if self.step is None else "*" if shape.others else self.step(str(key))
            place = below(pointer, step)
            if shape.others is not None:
                self._visit(shape.others, value[key], place, None, names)
                continue
            severity = WARNING if FIELD in TOLERANCES else ERROR
            self.report(Finding(place, "unknown-field", severity, None, json_type(value[key])))
            if self.thorough:
                self._any_json(value[key], place, None)

    def _leaf(self, shape: Shape, value: object, pointer: str, standing: Standing | None) -> None:
        """Report what the validator flags or refuses."""
        found = json_type(value)
        kind = shape.type if isinstance(shape, Scalar) else None
        if kind and isinstance(value, float) and not math.isfinite(value):
            self.report(Finding(pointer, "not-finite", ERROR, shape.name, NOT_FINITE, standing))
            return
        flags = Flags(pointer.rpartition("/")[2])
        read = flags.judge(shape.validator.validate_python, value)
        state = flags.quirks.pop(STATE, None)
        for is_quirk in flags.quirks.values():
            self.report(Finding(pointer, "coerced", NOTE if is_quirk else WARNING, shape.name, found, standing))
        if self.thorough and flags.valid:
            self._any_json(read if isinstance(value, str) else value, pointer, standing)
        if state is not None and isinstance(shape, Scalar):
            severity = NOTE if state else WARNING
            self.report(Finding(pointer, "unknown-state", severity, shape.known_text, found, standing))
        if not flags.valid:
            if kind and flags.quirks:  # converted, but then refused
                found = kind
            is_whole = isinstance(value, float) and value.is_integer()
            fits = found == kind or (kind == "number" and found == "integer") or (kind == "integer" and is_whole)
            rule: Rule = "out-of-range" if fits else "wrong-type"
            self.report(Finding(pointer, rule, ERROR, shape.name, found, standing))

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
                    if not -FIRST_TOO_BIG <= item < FIRST_TOO_BIG:
                        self._big(item, place, standing)
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
        for name in duplicates(value):
            about = fields[name].standing if fields and name in fields else standing
            self.report(Finding(below(pointer, name), "duplicate-key", WARNING, "one such field", "several", about))
        for key in value:
            if isinstance(key, str) and not key.isascii():
                self._text(key, below(pointer, key), standing)

    def _text(self, value: str, pointer: str, standing: Standing | None) -> None:
        if not is_unicode(value):
            self.unreadable = True
            self.report(Finding(pointer, "lone-surrogate", ERROR, "Unicode text", "unpaired surrogate", standing))

    def _big(self, value: int, pointer: str, standing: Standing | None) -> None:
        readable = abs(value) < UNREADABLE
        self.unreadable |= not readable
        size = f"integer of {value.bit_length() + 1} bits" if readable else "integer of over 4300 digits"
        severity = WARNING if readable else ERROR
        self.report(Finding(pointer, "big-integer", severity, "integer of 64 bits", size, standing))


def _members(members: Iterable[tuple[object, object]], pointer: str) -> Iterator[tuple[str, object]]:
    """Yield the members that may have findings, unlike `null`, `false`, zero and empty values, with their pointers."""
    return ((below(pointer, str(step)), item) for step, item in members if item)
