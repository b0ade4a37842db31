"""The JSON Schemas of what the service answers and of what its calls take; the OpenAPI document with both."""

import json
from pathlib import Path
from typing import TYPE_CHECKING

from jiffybox_sdk.exceptions import JiffyArgumentException

if TYPE_CHECKING:
    from pydantic import JsonValue

_INSTALLED = Path(__file__).parent / "_schemas"
FOLDER = _INSTALLED if _INSTALLED.is_dir() else Path(__file__).parents[1] / "schemas"
"""Where they are: in the package once it is installed, beside it in a checkout."""


def names() -> list[str]:
    """Returns the names of all schemas, such as `box` and `requests/create-box`."""
    return sorted(path.relative_to(FOLDER).with_suffix("").as_posix() for path in FOLDER.rglob("*.json"))


def load(name: str) -> "dict[str, JsonValue]":
    """Returns a schema. References in it are relative to its place among the others.

    Args:
        name: One of `names()`.

    Raises:
        JiffyArgumentException: there is no schema of that name.
    """
    if name not in names():
        raise JiffyArgumentException(f"schema {name!r} is refused: give one of {', '.join(names())}")
    schema: dict[str, JsonValue] = json.loads((FOLDER / f"{name}.json").read_text("utf-8"))
    return schema


def openapi() -> "dict[str, JsonValue]":
    """Returns the OpenAPI 3.1 document of the service: its calls, with the schemas as components."""
    document: dict[str, JsonValue] = json.loads((Path(__file__).parent / "openapi.json").read_text("utf-8"))
    return document
