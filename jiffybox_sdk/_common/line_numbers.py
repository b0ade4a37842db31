"""Line numbers of values in JSON text, for error messages and findings."""

import json
from collections.abc import Iterable, Sequence
from contextlib import suppress
from itertools import accumulate, pairwise

_DECODER = json.JSONDecoder(parse_int=str, parse_float=str, strict=False)  # numbers may be of any length
_DEEPEST = 200


class _Wanted:
    """A value whose position is wanted, or the parent of one."""

    def __init__(self) -> None:
        self.position: int | None = None
        self.children: dict[str, _Wanted] = {}


def lines_of(text: str, locations: Iterable[Sequence[int | str]]) -> list[int]:
    """Return the lines on which the values at some locations, or their nearest existing parents, start.

    The text is read once, up to the first syntax error. If a name is repeated, the last one counts.

    Args:
        text: JSON, which may be invalid.
        locations: The names and indexes that lead to each value.
    """
    root = _Wanted()
    paths: list[list[_Wanted]] = []
    for location in locations:
        paths.append([root])
        for step in location[:_DEEPEST]:
            paths[-1].append(paths[-1][-1].children.setdefault(str(step), _Wanted()))
    with suppress(ValueError, IndexError, RecursionError):
        _scan(text, _skip_space(text, 0), root)
    positions = [max(one.position or 0 for one in path) for path in paths]
    places = [0, *sorted({*positions})]
    breaks = accumulate(text.count("\n", start, end) for start, end in pairwise(places))
    line = dict(zip(places[1:], breaks, strict=True))
    return [line[position] + 1 for position in positions]


def steps_of(pointer: str) -> list[str]:
    """Return the names and indexes in a JSON Pointer."""
    return [step.replace("~1", "/").replace("~0", "~") for step in pointer.split("/")[1:]]


def _scan(text: str, position: int, wanted: _Wanted) -> int:
    """Record the positions of a value and of those in it that are wanted. Return the end of the value."""
    wanted.position = position
    if not wanted.children or text[position] not in "{[":
        return _DECODER.raw_decode(text, position)[1]
    is_object = text[position] == "{"
    number = 0
    position = _skip_space(text, position + 1)
    while text[position] not in "}]":
        key = str(number)
        if is_object:
            key, position = _DECODER.raw_decode(text, position)
            position = _skip_space(text, _skip_space(text, position) + 1)
        child = wanted.children.get(key)
        position = _scan(text, position, child) if child else _DECODER.raw_decode(text, position)[1]
        position = _skip_space(text, position)
        if text[position] == ",":
            position = _skip_space(text, position + 1)
        number += 1
    return position + 1


def _skip_space(text: str, position: int) -> int:
    while text[position] in " \t\r\n":
        position += 1
    return position
