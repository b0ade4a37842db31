"""Walks along a payload beside what it should look like, and says where they differ."""

import math
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from jiffybox_sdk.checking import is_list, is_map
from jiffybox_sdk.validation.findings import Finding, Severity, Standing, below, json_type
from jiffybox_sdk.validation.shapes import Anything, Field, Listed, Mapped, Scalar, Shape, Structured, TextOr
from jiffybox_sdk.validation.texts import UNREADABLE, Members
from jiffybox_sdk.wire import INTEGER_TEXT, NUMBER_TEXT

DEEPEST = 250
"""How far data of the user's own is followed. Text that is nested deeper than 200 levels is refused before."""

_INTEGER, _NUMBER = re.compile(INTEGER_TEXT), re.compile(NUMBER_TEXT)
_FIRST_TOO_BIG = 2**63
_BOOLEANS = {"true": True, "false": False}
_END = object()


def walk(shape: Shape, value: object, pointer: str = "", standing: Standing | None = None) -> Iterable[Finding]:
    """Returns where a payload differs from what it should look like.

    Args:
        shape: What it should look like.
        value: The payload, as Python objects.
        pointer: Where it is.
        standing: How sure we are of the field that it stands in.
    """
    match shape:
        case Scalar():
            return _scalar(shape, value, pointer, standing)
        case Structured() if is_map(value):
            return _structured(shape, value, pointer)
        case Mapped() if is_map(value):
            return _mapped(shape, value, pointer, standing)
        case Mapped() if value == []:
            return [Finding(pointer, "coerced", "note", shape.name, "array", standing)]
        case Listed() if is_list(value):
            return _listed(shape, value, pointer, standing)
        case TextOr():
            meant = shape.other if is_map(value) or is_list(value) else Scalar("string", shape.name)
            return walk(meant, value, pointer, standing)
        case Anything():
            return _anything(value, pointer, standing)
        case _:
            return [_wrong(shape, value, pointer, standing)]


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
        place = below(pointer, _name(key))
        if shape.others is None:
            yield Finding(place, "unknown-field", "warning", found=json_type(inner))
        yield from walk(shape.others or Anything(), inner, place)


def _mapped(
    shape: Mapped, value: Mapping[object, object], pointer: str, standing: Standing | None
) -> Iterator[Finding]:
    yield from _names(value, pointer, standing)
    for key, item in value.items():
        yield from walk(shape.item, item, below(pointer, _name(key)), standing)


def _listed(shape: Listed, value: list[object], pointer: str, standing: Standing | None) -> Iterator[Finding]:
    for number, item in enumerate(value):
        yield from walk(shape.item, item, below(pointer, number), standing)


def _scalar(shape: Scalar, value: object, pointer: str, standing: Standing | None) -> Sequence[Finding]:
    if shape.or_empty and value == "":
        return ()
    meant = _meant(shape, value)
    if meant is None:
        if isinstance(value, float) and not math.isfinite(value):
            return [Finding(pointer, "not-finite", "error", shape.name, "number", standing)]
        if isinstance(value, float) and shape.type == "integer" and value.is_integer():
            return [Finding(pointer, "out-of-range", "error", shape.name, "number", standing)]
        return [_wrong(shape, value, pointer, standing)]
    found: list[Finding] = []
    if isinstance(value, str) and shape.type != "string":
        found.append(Finding(pointer, "coerced", "note", shape.name, "string", standing))
    if isinstance(meant, str):
        found += _text(meant, pointer, standing)
    elif not _within(shape, meant):
        return [*found, Finding(pointer, "out-of-range", "error", shape.name, json_type(meant), standing)]
    elif not isinstance(meant, float):
        found += _integer(meant, pointer, standing)
    if shape.known and meant not in shape.known:
        known = ", ".join(str(one) for one in shape.known)
        found.append(Finding(pointer, "unknown-state", "warning", f"one of {known}", json_type(value), standing))
    return found


def _within(shape: Scalar, number: float) -> bool:
    return (shape.least is None or shape.least <= number) and (shape.most is None or number <= shape.most)


def _meant(shape: Scalar, value: object) -> str | int | float | None:
    """Returns what the models read a value as, or `None` where they refuse it."""
    match shape.type:
        case "string":
            return value if isinstance(value, str) else None
        case "boolean":
            return value if isinstance(value, bool) else _BOOLEANS.get(value) if isinstance(value, str) else None
        case "integer":
            return _whole(value)
        case "number":
            return _number(value)


def _whole(value: object) -> int | None:
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return value
    if isinstance(value, float):
        return int(value) if value.is_integer() and abs(value) < _FIRST_TOO_BIG else None
    return int(value) if isinstance(value, str) and _INTEGER.fullmatch(value) else None


def _number(value: object) -> float | None:
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    return float(value) if isinstance(value, str) and _NUMBER.fullmatch(value) else None


def _anything(value: object, pointer: str, standing: Standing | None) -> Iterator[Finding]:
    """Yields what is to be said of data that no schema speaks of, without calling itself, as deep as it may be."""
    waiting: list[Iterator[tuple[object, str]]] = [iter([(value, pointer)])]
    around: list[object] = []
    while waiting:
        value, pointer = next(waiting[-1], (_END, ""))
        if value is _END:
            waiting.pop()
            del around[-1:]
        elif isinstance(value, str):
            yield from _text(value, pointer, standing)
        elif isinstance(value, float):
            if not math.isfinite(value):
                yield Finding(pointer, "not-finite", "warning", found="number", standing=standing)
        elif isinstance(value, int):
            yield from _integer(value, pointer, standing)
        elif is_map(value) or is_list(value):
            if len(around) == DEEPEST:
                yield Finding(pointer, "too-deep", "error", f"at most {DEEPEST} levels", standing=standing)
            elif all(value is not outer for outer in around):  # Python's objects may hold themselves
                around.append(value)
                waiting.append(_inside(value, pointer))
                if is_map(value):
                    yield from _names(value, pointer, standing)


def _inside(value: Mapping[object, object] | list[object], pointer: str) -> Iterator[tuple[object, str]]:
    """Yields what is in an object or a list, and where."""
    items = value.items() if is_map(value) else enumerate(value)
    return ((item, below(pointer, _name(step))) for step, item in items)


def _name(key: object) -> str:
    """Returns the name of a member; Python's maps may have keys that are no text."""
    try:
        return str(key)
    except ValueError:  # an integer of more digits than Python writes out
        return json_type(key)


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
        if isinstance(key, str) and not key.isascii():
            yield from _text(key, below(pointer, key), standing)


def _text(value: str, pointer: str, standing: Standing | None) -> Sequence[Finding]:
    if value.isascii():
        return ()
    try:
        value.encode()
    except UnicodeEncodeError:
        return [Finding(pointer, "lone-surrogate", "error", "Unicode text", "half a character", standing)]
    return ()


def _integer(value: int, pointer: str, standing: Standing | None) -> Sequence[Finding]:
    if -_FIRST_TOO_BIG <= value < _FIRST_TOO_BIG:
        return ()
    if abs(value) >= UNREADABLE:
        return [_big(pointer, "error", "integer of over 4300 digits", standing)]
    return [_big(pointer, "warning", f"integer of {value.bit_length()} bits", standing)]


def _big(pointer: str, severity: Severity, found: str, standing: Standing | None) -> Finding:
    return Finding(pointer, "big-integer", severity, "integer of 64 bits", found, standing)
