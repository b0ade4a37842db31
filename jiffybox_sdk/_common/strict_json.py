"""Strict JSON, which unlike Python's `json` rejects NaN, unpaired surrogates and excessive nesting."""

import math
from collections.abc import Sequence

from pydantic import JsonValue

from jiffybox_sdk._common.type_guards import is_list, is_map

Location = tuple[int | str, ...]
"""Keys and indexes that lead to a value."""

DEEPEST = 210
"""The accepted levels of nesting, slightly more than in pydantic's parser, so that the latter gives the reason."""


def parse(text: str | bytes, *, unique_names: bool = False) -> JsonValue:
    """Return the value of JSON text (in UTF-8), or raise a `ValueError` with the reason why it is not JSON.

    If an object has duplicate names, the last one counts, unless names must be unique.
    """
    import json  # noqa: PLC0415 (needed only here)

    pairs_hook = _reject_duplicates if unique_names else None
    text = text.decode() if isinstance(text, bytes) else text  # json.loads would accept other encodings, too
    try:
        value: JsonValue = json.loads(text, parse_constant=_reject_constant, object_pairs_hook=pairs_hook)
    except RecursionError:
        raise ValueError("it is nested too deeply") from None
    if problem := find_problem(value):
        raise ValueError(problem[1])
    return value


def find_problem(value: object, deepest: int = DEEPEST) -> tuple[Location, str] | None:
    """Return where and why Python objects, which may contain themselves, are not JSON, or `None` if they are."""
    pending: list[tuple[Location, object]] = [((), value)]
    while pending:
        location, item = pending.pop()
        if len(location) >= deepest and (is_map(item) or is_list(item)):
            return location[:2], "it is nested too deeply, or contains itself"
        inner: Sequence[tuple[Location, object]] = ()
        if is_map(item):
            for name in item:
                if not isinstance(name, str) or not is_unicode(name):
                    return location, "its names must be valid Unicode strings"
            inner = [((*location, str(name)), member) for name, member in item.items()]
        elif is_list(item):
            inner = [((*location, number), member) for number, member in enumerate(item)]
        elif reason := _scalar_problem(item):
            return location, reason
        pending += reversed(inner)
    return None


def _scalar_problem(value: object) -> str | None:
    if isinstance(value, str):
        return None if is_unicode(value) else "it is not valid Unicode text"
    if isinstance(value, float):
        return None if math.isfinite(value) else "it is not a finite number"
    if value is None or isinstance(value, int):
        return None
    return "expected text, a number, true, false, null, a list or an object"


def is_unicode(text: str) -> bool:
    """Return whether text has no unpaired surrogates."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _reject_constant(name: str) -> JsonValue:
    raise ValueError(f"{name} is not JSON")


def _reject_duplicates(pairs: list[tuple[str, JsonValue]]) -> dict[str, JsonValue]:
    unique = dict(pairs)
    if len(unique) != len(pairs):
        raise ValueError("it has a name twice")
    return unique
