"""Line numbers of values in JSON text, for error messages."""

import json
from collections.abc import Sequence

_DECODER = json.JSONDecoder()


def line_of(text: str, location: Sequence[int | str]) -> int:
    """Return the line on which the value at a location, or its nearest existing parent, starts."""
    position = _skip_space(text, 0)
    for step in location:
        child = _child(text, position, step)
        if child is None:
            break
        position = child
    return text.count("\n", 0, position) + 1


def _child(text: str, position: int, step: int | str) -> int | None:
    """Return the position of a child of the object or list at a position."""
    if text[position] not in "{[":
        return None
    is_object = text[position] == "{"
    child, number = None, 0
    position = _skip_space(text, position + 1)
    while text[position] not in "}]":
        key: object = number
        if is_object:
            key, position = _DECODER.raw_decode(text, position)
            position = _skip_space(text, _skip_space(text, position) + 1)
        if key == step:
            child = position  # the last one counts if a name is repeated
        _, position = _DECODER.raw_decode(text, position)
        position = _skip_space(text, position)
        if text[position] == ",":
            position = _skip_space(text, position + 1)
        number += 1
    return child


def _skip_space(text: str, position: int) -> int:
    while text[position] in " \t\r\n":
        position += 1
    return position
