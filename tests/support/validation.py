"""Helpers for tests of validation: places in payloads, wrong values, and broken payloads."""

from collections.abc import Iterator
from datetime import UTC, datetime

from pydantic import JsonValue

from jiffybox_sdk import JiffyAttributeException, validate
from jiffybox_sdk.validation import KINDS, Result
from tests.support.schema_tools import (
    KIND_SCHEMAS,
    Schema,
    Spot,
    anything,
    items,
    members,
    resolve,
    spots,
)
from tests.support.scripted import example


def places(kind: str, payload: JsonValue) -> list[Spot]:
    """Return all places in a payload, its root included."""
    return [Spot((), resolve(KIND_SCHEMAS[kind])), *spots(KIND_SCHEMAS[kind], payload)]


OTHER_TYPES: dict[str, JsonValue] = {
    "string": "odd",
    "number": 5.5,
    "boolean": True,
    "array": [[1]],
    "object": {"odd": 1},
}


def wrong_values(schema: Schema) -> list[JsonValue]:
    """Return a value of each type that a schema does not accept."""
    if anything(schema):
        return []
    choices = [resolve(members(choice)) for choice in items(schema.get("anyOf"))]
    own = {str(choice.get("type", "string")) for choice in [schema, *choices] if choice.keys() & {"type", "const"}}
    return [value for kind, value in OTHER_TYPES.items() if kind not in own]


KEY = "a/b~c ä"
"""A key that a JSON Pointer has to escape."""


def samples(schema: Schema) -> Iterator[JsonValue]:
    """Yield the examples of a schema, in a map if it describes one."""
    found = resolve(schema)
    if "examples" in found:
        yield from items(found["examples"])
    elif "additionalProperties" in found:
        yield from ({KEY: sample} for sample in samples(members(found["additionalProperties"])))
    else:
        yield True if found["type"] == "boolean" else "text"


def refused(kind: str, payload: object) -> bool:
    try:
        return validate(payload, KINDS[kind]) is None
    except JiffyAttributeException:
        return True


ENDLESS: list[object] = []
ENDLESS.append(ENDLESS)


NOT_JSON: list[object] = [
    float("nan"),
    {1: 2},
    {10**5000: 1},
    (1, 2),
    object(),
    [chr(0xD800)],
    ENDLESS,
    {"metadata": ENDLESS},
    {**example("box"), "created": datetime(2016, 4, 7, tzinfo=UTC)},
]
"""Python objects that JSON cannot hold."""


BROKEN: list[object] = [
    "",
    b"",
    "{",
    b"\xff\xfe",
    b"\xef\xbb\xbf{}",
    "{} {}",
    '"\ud800"',
    "<html>502</html>",
    "[" * 1_000_000,
    '{"metadata":' * 100_000,
    "null",
    "5",
    "NaN",
    None,
    5,
    [],
    {"messages": [], "result": None},
    {"messages": "none", "result": {}},
    '{"messages": {}, "result": {}}',
    {"messages": [{"type": "error", "message": "Der Name existiert bereits."}], "result": None},
    '{"messages": [{"type": "error", "message": "Der Name existiert bereits."}], "result": false}',
]


def rules(results: Iterator[Result]) -> list[tuple[int | None, list[str]]]:
    """Return the lines with findings, and their rules."""
    return [(result.line, [finding.rule for finding in result.findings]) for result in results if result.findings]
