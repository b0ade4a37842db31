"""Walks along a payload beside what it should look like, and says where they differ."""

import math
import re
from collections.abc import Iterator, Mapping

from jiffybox_sdk.checking import is_list, is_map
from jiffybox_sdk.validation.findings import Finding, Severity, Standing, below, json_type
from jiffybox_sdk.validation.shapes import Anything, Field, Listed, Mapped, Scalar, Shape, Structured, TextOr
from jiffybox_sdk.validation.texts import UNREADABLE, Members
from jiffybox_sdk.wire import INTEGER_TEXT, NUMBER_TEXT

DEEPEST = 250
"""How far data of the user's own is followed. Text that is nested deeper than 200 levels is refused before."""

_INTEGER, _NUMBER = re.compile(INTEGER_TEXT), re.compile(NUMBER_TEXT)
_FIRST_TOO_BIG = 2**63


def walk(shape: Shape, value: object, pointer: str = "", standing: Standing | None = None) -> Iterator[Finding]:
    """Yields where a payload differs from what it should look like.

    Args:
        shape: What it should look like.
        value: The payload, as Python objects.
        pointer: Where it is.
        standing: How sure we are of the field that it stands in.
    """
    match shape:
        case Scalar():
            yield from _scalar(shape, value, pointer, standing)
        case Structured() if is_map(value):
            yield from _structured(shape, value, pointer)
        case Mapped() if is_map(value):
            yield from _names(value, pointer, standing)
            for key, item in value.items():
                yield from walk(shape.item, item, below(pointer, str(key)), standing)
        case Mapped() if value == []:
            yield Finding(pointer, "coerced", "note", shape.name, "array", standing)
        case Listed() if is_list(value):
            for number, item in enumerate(value):
                yield from walk(shape.item, item, below(pointer, number), standing)
        case TextOr():
            meant = shape.other if is_map(value) or is_list(value) else Scalar("string", shape.name)
            yield from walk(meant, value, pointer, standing)
        case Anything():
            yield from _anything(value, pointer, standing)
        case _:
            yield _wrong(shape, value, pointer, standing)


def _wrong(shape: Shape, value: object, pointer: str, standing: Standing | None) -> Finding:
    return Finding(pointer, "wrong-type", "error", shape.name, json_type(value), standing)


def _structured(shape: Structured, value: Mapping[object, object], pointer: str) -> Iterator[Finding]:
    yield from _names(value, pointer, None, shape.fields)
    for name, field in shape.fields.items():
        place = below(pointer, name)
        if name not in value:
            if field.required:
                yield Finding(place, "missing-field", "error", field.shape.name, standing=field.standing)
        elif value[name] is None and not field.required:
            yield Finding(place, "coerced", "note", field.shape.name, "null", field.standing)
        else:
            yield from walk(field.shape, value[name], place, field.standing)
    for key, inner in value.items():
        if key in shape.fields:
            continue
        place = below(pointer, str(key))
        if shape.others is None:
            yield Finding(place, "unknown-field", "warning", found=json_type(inner))
        yield from walk(shape.others or Anything(), inner, place)


def _scalar(shape: Scalar, value: object, pointer: str, standing: Standing | None) -> Iterator[Finding]:
    if shape.or_empty and value == "":
        return
    meant = _meant(shape, value)
    if meant is None:
        if isinstance(value, float) and not math.isfinite(value):
            yield Finding(pointer, "not-finite", "error", shape.name, "number", standing)
        elif isinstance(value, float) and shape.type == "integer" and value.is_integer():
            yield Finding(pointer, "out-of-range", "error", shape.name, "number", standing)
        else:
            yield _wrong(shape, value, pointer, standing)
        return
    if isinstance(value, str) and shape.type != "string":
        yield Finding(pointer, "coerced", "note", shape.name, "string", standing)
    if isinstance(meant, str):
        yield from _text(meant, pointer, standing)
    elif not _within(shape, meant):
        yield Finding(pointer, "out-of-range", "error", shape.name, json_type(meant), standing)
        return
    elif not isinstance(meant, float):
        yield from _integer(meant, pointer, standing)
    if shape.known and meant not in shape.known:
        known = ", ".join(str(one) for one in shape.known)
        yield Finding(pointer, "unknown-state", "warning", f"one of {known}", json_type(value), standing)


def _within(shape: Scalar, number: float) -> bool:
    return (shape.least is None or shape.least <= number) and (shape.most is None or number <= shape.most)


def _meant(shape: Scalar, value: object) -> str | int | float | None:
    """Returns what the models read a value as, or `None` where they refuse it."""
    match shape.type, value:
        case "string", str():
            return value
        case "boolean", bool():
            return value
        case "boolean", "true" | "false":
            return value == "true"
        case "integer" | "number", bool():
            return None
        case "integer" | "number", int():
            return value
        case "integer", float() if value.is_integer() and abs(value) < _FIRST_TOO_BIG:
            return int(value)
        case "integer", str() if _INTEGER.fullmatch(value):
            return int(value)
        case "number", float() if math.isfinite(value):
            return value
        case "number", str() if _NUMBER.fullmatch(value):
            return float(value)
        case _:
            return None


def _anything(value: object, pointer: str, standing: Standing | None) -> Iterator[Finding]:
    """Yields what is to be said of data that no schema speaks of, without calling itself, as deep as it may be."""
    seen: set[int] = set()  # Python's objects may hold themselves
    waiting: list[tuple[object, str, int]] = [(value, pointer, 0)]
    while waiting:
        value, pointer, depth = waiting.pop()
        if isinstance(value, str):
            yield from _text(value, pointer, standing)
        elif isinstance(value, float):
            if not math.isfinite(value):
                yield Finding(pointer, "not-finite", "warning", found="number", standing=standing)
        elif isinstance(value, int):
            yield from _integer(value, pointer, standing)
        elif (is_map(value) or is_list(value)) and id(value) not in seen:
            seen.add(id(value))
            if depth == DEEPEST:
                yield Finding(pointer, "too-deep", "error", f"at most {DEEPEST} levels", standing=standing)
                continue
            if is_map(value):
                yield from _names(value, pointer, standing)
                inner = [(item, below(pointer, str(name)), depth + 1) for name, item in value.items()]
            else:
                inner = [(item, below(pointer, number), depth + 1) for number, item in enumerate(value)]
            waiting += reversed(inner)


def _names(
    value: Mapping[object, object], pointer: str, standing: Standing | None, fields: Mapping[str, Field] | None = None
) -> Iterator[Finding]:
    """Yields what is to be said of the names in an object."""
    if isinstance(value, Members):
        for name in value.twice:
            known = fields.get(name) if fields else None
            of = known.standing if known else standing
            yield Finding(below(pointer, name), "duplicate-key", "warning", "one such field", "several", of)
    for key in value:
        if isinstance(key, str):
            yield from _text(key, below(pointer, key), standing)


def _text(value: str, pointer: str, standing: Standing | None) -> Iterator[Finding]:
    if not value.isascii():
        try:
            value.encode()
        except UnicodeEncodeError:
            yield Finding(pointer, "lone-surrogate", "error", "Unicode text", "half a character", standing)


def _integer(value: int, pointer: str, standing: Standing | None) -> Iterator[Finding]:
    if not -_FIRST_TOO_BIG <= value < _FIRST_TOO_BIG:
        severity: Severity = "error" if abs(value) >= UNREADABLE else "warning"
        found = f"integer of {value.bit_length()} bits" if severity == "warning" else "integer of over 4300 digits"
        yield Finding(pointer, "big-integer", severity, "integer of 64 bits", found, standing)
