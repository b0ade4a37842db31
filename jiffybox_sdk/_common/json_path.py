"""JSON paths, such as ``plan.ramInMB``, from the locations in pydantic's errors.

Besides keys and indexes, a location names the union branches that pydantic tried, which are not part of the payload.
"""

import os
import re
from collections.abc import Iterable, Iterator, Sequence

from jiffybox_sdk._common.type_guards import is_list, is_map

ROOT = "$"
"""The path of the payload itself."""

_MARK = os.urandom(4).hex()
MAP, EMPTY_LIST = f"map {_MARK}", f"empty list {_MARK}"
TEXT, OBJECT = f"text {_MARK}", f"object {_MARK}"
"""Names of our union branches in locations. The random mark keeps them apart from keys in a payload."""

_PLAIN_KEY = r"[\w\- ]+"


def json_path(location: Sequence[int | str], payload: object) -> str:
    """Return the JSON path of a location."""
    return join(follow(location, payload))


def value_at(location: Sequence[int | str], payload: object) -> object:
    """Return the value at a location."""
    return [payload, *(value for _, value in _walk(location, payload))][-1]


def follow(location: Sequence[int | str], payload: object) -> Iterator[int | str]:
    """Yield the steps of a location that lead through the payload."""
    return (step for step, _ in _walk(location, payload))


def join(steps: Iterable[int | str]) -> str:
    """Return keys and indexes as a JSON path."""
    path = ""
    for step in steps:
        if isinstance(step, int):
            path += f"[{step}]"
        elif re.fullmatch(_PLAIN_KEY, step):
            path += f".{step}" if path else step
        else:
            path += f"[{step!r}]"
    return path or ROOT


def _walk(location: Sequence[int | str], payload: object) -> Iterator[tuple[int | str, object]]:
    value = payload
    for step in location:
        if step == MAP:
            continue
        if is_map(value) and step in value:  # noqa: SIM114 (each branch narrows the type differently)
            value = value[step]
            yield step, value
        elif is_list(value) and isinstance(step, int) and step < len(value):
            value = value[step]
            yield step, value
