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
from collections.abc import Iterable, Iterator, Mapping
from difflib import get_close_matches
from functools import cache
from pathlib import Path
from posixpath import dirname, join, normpath
from typing import TYPE_CHECKING

from jiffybox_sdk.exceptions import JiffyArgumentException, JiffyException

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable

    from pydantic import JsonValue

VERSION: str = "1.0.0"
"""The schema set's version."""

_DIALECT = "https://json-schema.org/draft/2020-12/schema"
_BASE = f"https://jiffybox-sdk.invalid/schemas/{VERSION}/"
"""The base of the bundles' identifiers. Identifiers must be URIs, and this domain can never exist (RFC 2606)."""

_DATA = ("const", "default", "enum", "examples")
"""Keywords whose values are data, not schemas."""


def names() -> list[str]:
    """Return the names of all schemas, such as `box` and `requests/create-box`.

    Raises:
        JiffyException: If the installation lacks the schemas.
    """
    return [*_files()]


def path(name: str) -> Path:
    """Return the path of a schema's file.

    Args:
        name: One of `names()`.

    Raises:
        JiffyArgumentException: If there is no schema with that name.
        JiffyException: If the package was imported from an archive, or lacks the schemas.
    """
    file = _files()[_known(name)]
    if not isinstance(file, Path):
        raise JiffyException(f"schema {name!r} has no path, because it is in the archive {file}: use load or bundle")
    return file


def load(name: str) -> "dict[str, JsonValue]":
    """Return a schema. Its references are relative paths to other schemas. See `bundle` for a schema without them.

    Args:
        name: One of `names()`.

    Raises:
        JiffyArgumentException: If there is no schema with that name.
        JiffyException: If the installation lacks the schemas.
    """
    schema: dict[str, JsonValue] = json.loads(_text(_known(name)))
    return schema


def bundle(name: str | None = None, *, plain: bool = False) -> "dict[str, JsonValue]":
    """Return a self-contained schema, with all schemas that it refers to in its `$defs`, by title.

    Args:
        name: One of `names()`. By default, all schemas are bundled. Such a bundle accepts everything, so refer to one
            of its definitions, such as `#/$defs/Box`.
        plain: Leave out keywords that JSON Schema does not define, such as `x-standing`. Strict validators, such as
            Ajv by default, reject them.

    Raises:
        JiffyArgumentException: If there is no schema with that name.
        JiffyException: If the installation lacks the schemas.
    """
    head: dict[str, JsonValue] = {"$schema": _DIALECT, "$id": f"{_BASE}{'all' if name is None else name}.json"}
    if name is None:
        about = "The service's responses and request bodies. Refer to one of the definitions."
        head |= {"title": "JiffyBox", "description": about}
        body: dict[str, JsonValue] = {"$defs": _Bundle({one: load(one) for one in names()}, root=None).definitions()}
    else:
        bundled = _Bundle(_needed(name), root=name)
        definitions = bundled.definitions()
        body = {**bundled.embedded(name), **({"$defs": definitions} if definitions else {})}
    return {**head, **(_plain(body) if plain else body)}


def openapi(*, plain: bool = False) -> "dict[str, JsonValue]":
    """Return the service's OpenAPI 3.1 document, with the schemas as components.

    Args:
        plain: Leave out keywords such as `x-standing`, and the request bodies in form encoding. JSON is the alternative
            of each, and code generators such as openapi-python-client support only one.

    Raises:
        JiffyException: If the installation lacks the document.
    """
    try:
        document: dict[str, JsonValue] = json.loads(_package().joinpath("openapi.json").read_text("utf-8"))
    except FileNotFoundError:
        raise _missing("openapi.json") from None
    return _plain(document) if plain else document


def _plain(node: "dict[str, JsonValue]") -> "dict[str, JsonValue]":
    """Return part of a document without keywords of our own and without form encoding."""

    def changed(value: "JsonValue") -> "JsonValue":
        if isinstance(value, list):
            return [changed(item) for item in value]
        return _plain(value) if isinstance(value, dict) else value

    return {
        key: value
        if key in _DATA
        else {name: changed(inner) for name, inner in value.items()}
        if key == "properties" and isinstance(value, dict)
        else changed(value)
        for key, value in node.items()
        if not key.startswith("x-") and key != "application/x-www-form-urlencoded"
    }


def _package() -> "Traversable":
    from importlib.resources import files  # noqa: PLC0415 (slow, and few programs read schemas)

    return files("jiffybox_sdk")


@cache
def _files() -> "dict[str, Traversable]":
    """Return the schemas' files by name. They are inside the package if it is installed, or beside it in a checkout."""
    package = _package()
    folder = package / "_schemas"
    if not folder.is_dir() and isinstance(package, Path) and (package.parent / "schemas" / "box.json").is_file():
        folder = package.parent / "schemas"
    if not folder.is_dir():
        raise _missing("_schemas")
    return dict(sorted(_within_folder(folder)))


def _within_folder(folder: "Traversable", parent: str = "") -> "Iterator[tuple[str, Traversable]]":
    for entry in folder.iterdir():
        if entry.is_dir():
            yield from _within_folder(entry, f"{parent}{entry.name}/")
        elif entry.name.endswith(".json"):
            yield f"{parent}{entry.name.removesuffix('.json')}", entry


def _missing(name: str) -> JiffyException:
    return JiffyException(
        f"{_package() / name} is missing: reinstall jiffybox-sdk. For a program frozen with PyInstaller, use"
        " --collect-data jiffybox_sdk"
    )


def _known(name: object) -> str:
    """Return the name of a schema.

    Raises:
        JiffyArgumentException: If there is no schema with that name.
    """
    known = _files()
    if not isinstance(name, str) or name not in known:
        closest = _closest(name, known)
        hint = f"did you mean {closest!r}? Otherwise, " if closest else ""
        raise JiffyArgumentException(f"unknown schema {name!r}: {hint}expected one of {', '.join(known)}")
    return name


@cache
def _text(name: str) -> str:
    """Return a schema's text. It is parsed anew for each caller, because callers may change the result."""
    return _files()[name].read_text("utf-8")


def _closest(name: object, known: Iterable[str]) -> str | None:
    """Return the most similar name. Class and file names are recognised."""
    words = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "-", str(name)).lower().replace("_", "-").removesuffix(".json")
    by_end = {one.rpartition("/")[2]: one for one in known}
    matches = get_close_matches(words.rpartition("/")[2], by_end, n=1)
    return by_end[matches[0]] if matches else None


def _needed(name: str) -> "dict[str, dict[str, JsonValue]]":
    """Return a schema and all schemas that it refers to, directly or indirectly, in order of their names."""
    needed: dict[str, dict[str, JsonValue]] = {}
    left = [name]
    while left:
        one = left.pop()
        if one not in needed:
            needed[one] = load(one)
            left += (_target(one, reference) for reference in _references(needed[one]))
    return dict(sorted(needed.items()))


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


class _Bundle:
    """The parts of a bundle. `root` is the name of the schema that is not among its definitions."""

    def __init__(self, schemas: "Mapping[str, dict[str, JsonValue]]", *, root: str | None) -> None:
        self._schemas = schemas
        self._root = root

    def definitions(self) -> "dict[str, JsonValue]":
        """Return all schemas but the root, by title."""
        return {self._title(name): self.embedded(name) for name in self._schemas if name != self._root}

    def embedded(self, name: str) -> "dict[str, JsonValue]":
        """Return a schema without its identifier, as that would change the base of its references."""
        schema = self._schemas[name]
        return self._within(name, {key: value for key, value in schema.items() if key not in ("$schema", "$id")})

    def _title(self, name: str) -> str:
        return str(self._schemas[name]["title"])

    def _within(self, name: str, node: "dict[str, JsonValue]") -> "dict[str, JsonValue]":
        """Return part of a schema, with references to the bundle's definitions."""

        def changed(key: str, value: "JsonValue") -> "JsonValue":
            if key == "$ref" and isinstance(value, str):
                target = _target(name, value)
                return "#" if target == self._root else f"#/$defs/{self._title(target)}"
            if key in _DATA:
                return value
            if key == "properties" and isinstance(value, dict):
                return {field: changed("", inner) for field, inner in value.items()}
            if isinstance(value, dict):
                return self._within(name, value)
            if isinstance(value, list):
                return [changed("", item) for item in value]
            return value

        return {key: changed(key, value) for key, value in node.items()}
