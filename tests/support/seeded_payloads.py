"""Payloads by the thousand, made from the schemas by a seeded die: such as fit, and such as once did.

Hypothesis, which `payloads.py` is about, looks harder at fewer of them.
"""

import json
from collections.abc import Iterator
from random import Random

from pydantic import JsonValue

from tests.support.payloads import ODD
from tests.support.schema_tools import (
    KIND_SCHEMAS,
    Path,
    Schema,
    Spot,
    items,
    members,
    others,
    removed,
    replaced,
    resolve,
    spots,
)

TEXTS = ["", "web", "5", "true", "ä\u2028😀", "~/", "STATUS_READY", "READY", "\0"]
NUMBERS = [0, 1, -1, 5.0, 2048, 2**63 - 1, 2**63, 10**30, -(2**70), 1e15]
ANYTHING: list[JsonValue] = [None, True, "text", 5, 0.5, 10**30, [], {}, [[1, {"a": None}]], {"": {"b": [""]}}]


class Die:
    """A reproducible generator of payloads of one kind."""

    def __init__(self, kind: str, seed: int = 0) -> None:
        self._schema = KIND_SCHEMAS[kind]
        self._random = Random(f"{kind} {seed}")  # noqa: S311 (nothing secret)

    def payloads(self, count: int) -> Iterator[JsonValue]:
        """Yield payloads, a third of which are valid."""
        for number in range(count):
            payload = self._fitting(self._schema)
            for _ in range(number % 3):
                payload = self._edited(payload)
            yield payload

    def _fitting(self, schema: Schema) -> JsonValue:
        roll, schema = self._random, resolve(schema)
        if "enum" in schema:
            return roll.choice(items(schema["enum"]))
        if "const" in schema:
            return schema["const"]
        if "anyOf" in schema:
            return self._fitting(members(roll.choice(items(schema["anyOf"]))))
        match schema.get("type"):
            case "string":
                return roll.choice(TEXTS)
            case "boolean":
                return roll.random() < 0.5
            case "number":
                return roll.choice([*NUMBERS, 0.02, -1e-9, 10**400])
            case "integer" if "maximum" in schema:
                return roll.choice([0, 1_460_000_000, 5.0, schema["maximum"]])
            case "integer":
                return roll.choice(NUMBERS)
            case "array":
                return [self._fitting(members(schema["items"])) for _ in range(roll.randrange(3))]
            case "object":
                return self._object(schema)
            case _:
                return roll.choice(ANYTHING)

    def _object(self, schema: Schema) -> JsonValue:
        roll, more = self._random, others(schema)
        required = items(schema.get("required"))
        found = {
            name: self._fitting(members(node))
            for name, node in members(schema.get("properties")).items()
            if name in required or roll.random() < 0.5
        }
        if more is not None:
            found |= {name: self._fitting(more) for name in roll.sample(["12345", "a/b", "", "ä"], roll.randrange(3))}
        elif roll.random() < 0.2:
            found["new"] = roll.choice(ANYTHING)
        return found

    def _edited(self, payload: JsonValue) -> JsonValue:
        """Return a payload with one random edit."""
        roll = self._random
        places = [Spot((), self._schema), *spots(self._schema, payload)]
        fields = [spot.path for spot in places if spot.field]
        path = roll.choice(places).path
        match roll.randrange(3):
            case 0 if fields:
                return removed(payload, roll.choice(fields))
            case 1:
                value = at(payload, path)
                return replaced(
                    payload, path, roll.choice([None, [], value if isinstance(value, str) else json.dumps(value)])
                )
            case _:
                return replaced(payload, path, roll.choice(ODD))


def at(value: JsonValue, path: Path) -> JsonValue:
    for step in path:
        value = items(value)[step] if isinstance(step, int) else members(value)[step]
    return value
