"""JSON Schemas for the service's responses and request bodies, individual or bundled, and an OpenAPI document.

The schemas are JSON Schema 2020-12. The version of the set, `VERSION`, follows semantic versioning:

- major: valid payloads may become invalid. A response schema promises less (a field has another type or has become
  optional), a request body schema is stricter, or a schema has been removed.
- minor: additions, such as a schema, an optional field or a state. A field may have become required in responses, or a
  request body may accept more.
- patch: descriptions and examples. All payloads are as valid as before.
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
"""The schema set's version."""

_INSTALLED = Path(__file__).parent / "_schemas"
FOLDER = _INSTALLED if _INSTALLED.is_dir() else Path(__file__).parents[1] / "schemas"
"""The schemas' folder, inside the package if it is installed, or beside it in a checkout."""

_DIALECT = "https://json-schema.org/draft/2020-12/schema"
_BASE = f"https://jiffybox-sdk.invalid/schemas/{VERSION}/"
"""The base of the bundles' identifiers. Identifiers must be URIs, and this domain can never exist (RFC 2606)."""

_DATA = ("const", "default", "enum", "examples")
"""Keywords whose values are data, not schemas."""


def names() -> list[str]:
    """Return the names of all schemas, such as `box` and `requests/create-box`."""
    return [*_names(FOLDER)]


def path(name: str) -> Path:
    """Return the path of a schema's file.

    Args:
        name: One of `names()`.

    Raises:
        JiffyArgumentException: If there is no schema with that name.
    """
    known = _names(FOLDER)
    if name not in known:
        closest = _closest(name, known)
        hint = f"did you mean {closest!r}? Otherwise, " if closest else ""
        raise JiffyArgumentException(f"unknown schema {name!r}: {hint}expected one of {', '.join(known)}")
    return FOLDER / f"{name}.json"


def load(name: str) -> "dict[str, JsonValue]":
    """Return a schema. Its references are relative paths to other schemas. See `bundle` for a schema without them.

    Args:
        name: One of `names()`.

    Raises:
        JiffyArgumentException: If there is no schema with that name.
    """
    schema: dict[str, JsonValue] = json.loads(_text(path(name)))
    return schema


def bundle(name: str | None = None) -> "dict[str, JsonValue]":
    """Return a self-contained schema, with all schemas that it refers to in its `$defs`, by title.

    Args:
        name: One of `names()`. By default, all schemas are bundled. Such a bundle accepts everything, so refer to one
            of its definitions, such as `#/$defs/Box`.

    Raises:
        JiffyArgumentException: If there is no schema with that name.
    """
    head: dict[str, JsonValue] = {"$schema": _DIALECT, "$id": f"{_BASE}{'all' if name is None else name}.json"}
    if name is None:
        about = "The service's responses and request bodies. Refer to one of the definitions."
        head |= {"title": "JiffyBox", "description": about}
        return {**head, "$defs": {str(load(one)["title"]): _embedded(one) for one in names()}}
    needed = {str(load(one)["title"]): _embedded(one, root=name) for one in sorted(_needed(name) - {name})}
    return {**head, **_embedded(name, root=name), **({"$defs": {**needed}} if needed else {})}


def openapi() -> "dict[str, JsonValue]":
    """Return the service's OpenAPI 3.1 document, with the schemas as components."""
    document: dict[str, JsonValue] = json.loads((Path(__file__).parent / "openapi.json").read_text("utf-8"))
    return document


@cache
def _names(folder: Path) -> tuple[str, ...]:
    return tuple(sorted(path.relative_to(folder).with_suffix("").as_posix() for path in folder.rglob("*.json")))


@cache
def _text(path: Path) -> str:
    """Return a schema's text. It is parsed anew for each caller, because callers may change the result."""
    return path.read_text("utf-8")


def _closest(name: object, known: tuple[str, ...]) -> str | None:
    """Return the most similar name. Class and file names are recognised."""
    words = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "-", str(name)).lower().replace("_", "-").removesuffix(".json")
    by_end = {one.rpartition("/")[2]: one for one in known}
    matches = get_close_matches(words.rpartition("/")[2], by_end, n=1)
    return by_end[matches[0]] if matches else None


def _needed(name: str) -> set[str]:
    """Return the names of a schema and of all schemas that it refers to, directly or indirectly."""
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
    """Return the name of the schema that another one refers to."""
    return normpath(join(dirname(name), reference)).removesuffix(".json")


def _embedded(name: str, root: str | None = None) -> "dict[str, JsonValue]":
    """Return a schema as part of a bundle, without its identifier, as that would change the base of its references."""
    schema = {key: value for key, value in load(name).items() if key not in ("$schema", "$id")}
    return _within(name, root, schema)


def _within(name: str, root: str | None, node: "dict[str, JsonValue]") -> "dict[str, JsonValue]":
    """Return part of a schema, with references to the bundle's definitions."""

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
