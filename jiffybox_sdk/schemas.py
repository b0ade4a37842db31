"""The JSON Schemas of what the service answers and of what its calls take, one by one or bundled, and as OpenAPI.

They are JSON Schema 2020-12, and have a version of their own, `VERSION`:

- major: what fitted may not fit any more. A schema of an answer promises less (a field is of another type, or not
  always there now), one of what calls take refuses what it took, or a schema is gone.
- minor: more is known. A new schema, a new optional field, a new state, a field that is always there now, or something
  more that a call takes.
- patch: nothing is judged differently. Words, examples, notes.
"""

import json
import re
from collections.abc import Iterator
from difflib import get_close_matches
from functools import cache
from pathlib import Path
from posixpath import dirname, join, normpath
from typing import TYPE_CHECKING

from jiffybox_sdk.exceptions import JiffyArgumentException

if TYPE_CHECKING:
    from pydantic import JsonValue

VERSION: str = "1.0.0"
"""The version of the set of schemas; see above for what makes it major, minor or patch."""

_INSTALLED = Path(__file__).parent / "_schemas"
FOLDER = _INSTALLED if _INSTALLED.is_dir() else Path(__file__).parents[1] / "schemas"
"""Where they are: in the package once it is installed, beside it in a checkout."""

_DIALECT = "https://json-schema.org/draft/2020-12/schema"
_BASE = f"https://jiffybox-sdk.invalid/schemas/{VERSION}/"
"""Where bundles pretend to be: an identifier must be a URI, and at this one nobody will ever be asked for anything."""

_DATA = ("const", "default", "enum", "examples")
"""Keywords whose values are data and no schemas, whatever they look like."""


def names() -> list[str]:
    """Returns the names of all schemas, such as `box` and `requests/create-box`."""
    return [*_names(FOLDER)]


def path(name: str) -> Path:
    """Returns where a schema is as a file.

    Args:
        name: One of `names()`.

    Raises:
        JiffyArgumentException: there is no schema of that name.
    """
    known = _names(FOLDER)
    if name not in known:
        hint = _closest(name, known)
        there_are = f"there are {', '.join(known)}"
        problem = f"did you mean {hint!r}? Else {there_are}" if hint else there_are
        raise JiffyArgumentException(f"schema {name!r} is refused: {problem}")
    return FOLDER / f"{name}.json"


def load(name: str) -> "dict[str, JsonValue]":
    """Returns a schema. References in it are relative to its place among the others; `bundle` gives one without such.

    Args:
        name: One of `names()`.

    Raises:
        JiffyArgumentException: there is no schema of that name.
    """
    schema: dict[str, JsonValue] = json.loads(_text(path(name)))
    return schema


def bundle(name: str | None = None) -> "dict[str, JsonValue]":
    """Returns a schema that needs no other file: what it refers to is in its `$defs`, by title.

    Args:
        name: One of `names()`. Without it, all schemas are bundled: such a bundle judges nothing itself, and what is
            wanted is referred to, as `#/$defs/Box`.

    Raises:
        JiffyArgumentException: there is no schema of that name.
    """
    head: dict[str, JsonValue] = {"$schema": _DIALECT, "$id": f"{_BASE}{'all' if name is None else name}.json"}
    if name is None:
        about = "What the service answers, and what its calls take. Refer to one of the definitions."
        head |= {"title": "JiffyBox", "description": about}
        return {**head, "$defs": {str(load(one)["title"]): _embedded(one) for one in names()}}
    needed = {str(load(one)["title"]): _embedded(one, root=name) for one in sorted(_needed(name) - {name})}
    return {**head, **_embedded(name, root=name), **({"$defs": {**needed}} if needed else {})}


def openapi() -> "dict[str, JsonValue]":
    """Returns the OpenAPI 3.1 document of the service: its calls, with the schemas as components."""
    document: dict[str, JsonValue] = json.loads((Path(__file__).parent / "openapi.json").read_text("utf-8"))
    return document


@cache
def _names(folder: Path) -> tuple[str, ...]:
    return tuple(sorted(path.relative_to(folder).with_suffix("").as_posix() for path in folder.rglob("*.json")))


@cache
def _text(path: Path) -> str:
    """Return the text of a schema. It is parsed anew for each caller, who may change the result."""
    return path.read_text("utf-8")


def _closest(name: object, known: tuple[str, ...]) -> str | None:
    """Returns the name that was probably meant: a class, a file and another case are no obstacle."""
    words = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "-", str(name)).lower().replace("_", "-").removesuffix(".json")
    by_end = {one.rpartition("/")[2]: one for one in known}
    found = get_close_matches(words.rpartition("/")[2], by_end, n=1)
    return by_end[found[0]] if found else None


def _needed(name: str) -> set[str]:
    """Returns the names of a schema, of those that it refers to, and so on."""
    needed: set[str] = set()
    left = [name]
    while left:
        one = left.pop()
        if one not in needed:
            needed.add(one)
            left += (_target(one, reference) for reference in _references(load(one)))
    return needed


def _references(node: "JsonValue") -> "Iterator[str]":
    if isinstance(node, list):
        for item in node:
            yield from _references(item)
    elif isinstance(node, dict):
        for key, value in node.items():
            if key == "$ref" and isinstance(value, str):
                yield value
            elif key == "properties" and isinstance(value, dict):
                yield from _references([*value.values()])
            elif key not in _DATA:
                yield from _references(value)


def _target(name: str, reference: str) -> str:
    """Returns the name of the schema that a reference in another one leads to."""
    return normpath(join(dirname(name), reference)).removesuffix(".json")


def _embedded(name: str, root: str | None = None) -> "dict[str, JsonValue]":
    """Returns a schema as a part of a bundle: without an identifier, which would move what its references lead to."""
    schema = {key: value for key, value in load(name).items() if key not in ("$schema", "$id")}
    return _within(name, root, schema)


def _within(name: str, root: str | None, node: "dict[str, JsonValue]") -> "dict[str, JsonValue]":
    """Returns a part of a schema with references that stay within the bundle."""

    def changed(key: str, value: "JsonValue") -> "JsonValue":
        if key == "$ref" and isinstance(value, str):
            target = _target(name, value)
            return "#" if target == root else f"#/$defs/{load(target)['title']}"
        if key in _DATA:
            return value
        if key == "properties" and isinstance(value, dict):
            return {field: changed("", inner) for field, inner in value.items()}
        if isinstance(value, dict):
            return _within(name, root, value)
        if isinstance(value, list):
            return [changed("", item) for item in value]
        return value

    return {key: changed(key, value) for key, value in node.items()}
