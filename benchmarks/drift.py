"""Benchmark of drift detection: at most half the time of reading an answer that has no drift, and none if it is off.

    python -m benchmarks.drift [ROUNDS]

Each row is a list of 500 boxes, read in three ways in turn, so that other load affects all of them:

- bare: by the same validators without the functions that raise flags
- off: as a client with drift="ignore" reads it
- on: as a client with drift="log" reads it, including the entries of its report

The best of all rounds counts.
"""

import sys
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from time import perf_counter
from typing import TypeGuard

from pydantic import JsonValue
from pydantic_core import CoreSchema, SchemaValidator, to_json

from benchmarks.tables import Row, Table, report
from jiffybox_sdk import Box, Drift, operations
from jiffybox_sdk._client.response import RawResponse, read
from jiffybox_sdk._client.retry import Success
from jiffybox_sdk._common.type_guards import is_list, is_map
from jiffybox_sdk.models._reader import reader
from jiffybox_sdk.schemas import load

BOXES = 500
MOST = 1.5
"""The highest ratio to the time without detection, if all is known."""

FLAGGING = ("_flag_new", "_flag_quirk", "flag")
"""The functions of `models/_fields.py` that raise flags."""

FIELDS = ("zone", "region", "cores", "owner", "labels")


def box(number: int, changed: Mapping[str, JsonValue]) -> JsonValue:
    """Return a box with all optional fields, and some fields changed."""
    examples = load("box")["examples"]
    assert isinstance(examples, list)
    full = examples[1]
    assert isinstance(full, dict)
    return {**full, "id": number, **changed}


def as_text(value: JsonValue) -> JsonValue:
    """Return a value with all numbers and booleans as text."""
    if isinstance(value, dict):
        return {name: inner if name == "metadata" else as_text(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [as_text(item) for item in value]
    return value if isinstance(value, str) else to_json(value).decode()


PAYLOADS: Mapping[str, Callable[[int], JsonValue]] = {
    "all known": lambda number: box(number, {}),
    "a new field in each box": lambda number: box(number, {"zone": "a"}),
    "a new state of each box": lambda number: box(number, {"status": "RESCUING"}),
    "five new fields in each box": lambda number: box(number, {name: {"a": [number]} for name in FIELDS}),
    "all numbers and booleans as text": lambda number: as_text(box(number, {})),
}


def without_flags(node: object) -> object:
    """Return a core schema without the functions that raise flags."""
    if is_list(node):
        return [without_flags(item) for item in node]
    if is_branch(node):
        return tuple(map(without_flags, node))
    if not is_map(node):
        return node
    function = node.get("function")
    if is_map(function) and getattr(function["function"], "__name__", "") in FLAGGING:
        return without_flags(node["schema"])
    left_out = ("extras_schema", "extras_keys_schema", "metadata")
    return {key: without_flags(value) for key, value in node.items() if key not in left_out}


def is_branch(node: object) -> TypeGuard[tuple[object, ...]]:
    """Return whether a node is a branch of a union with its name."""
    return isinstance(node, tuple)


def is_core_schema(node: object) -> TypeGuard[CoreSchema]:
    return is_map(node)


def bare_validator() -> SchemaValidator:
    schema = without_flags(reader(dict[str, Box]).enveloped.core_schema)
    assert is_core_schema(schema)
    return SchemaValidator(schema)


def best(ways: Mapping[str, Callable[[], object]], rounds: int) -> dict[str, float]:
    """Return the shortest time of each function, called in turn, in microseconds per box."""
    times: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(rounds):
        for name, way in ways.items():
            began = perf_counter()
            way()
            times[name].append(perf_counter() - began)
    return {name: min(taken) * 1e6 / BOXES for name, taken in times.items()}


def tables(rounds: int = 40) -> Iterator[Table]:
    """Yield the times of reading, for each kind of answers."""
    bare, drift, operation = bare_validator(), Drift(), operations.list_boxes()

    def client(answer: RawResponse, *, collect_drift: bool) -> None:
        outcome = read(answer, operation, reader(dict[str, Box]), 0.0, collect_drift=collect_drift)
        assert isinstance(outcome, Success)
        if outcome.drift:
            drift.add(outcome.drift)

    rows: list[Row] = []
    for name, made in PAYLOADS.items():
        body = to_json({"messages": [], "result": {str(n): made(n) for n in range(1, BOXES + 1)}})
        answer = RawResponse(200, body)
        ways: Mapping[str, Callable[[], object]] = {
            "bare": partial(bare.validate_json, body),
            "off": partial(client, answer, collect_drift=False),
            "on": partial(client, answer, collect_drift=True),
        }
        taken = best(ways, rounds)
        rows.append(Row(f"{name}: no detection", taken["bare"], ours=False))
        for way in ("off", "on"):
            most = MOST if (name, way) == ("all known", "on") else None
            rows.append(Row(f"{name}: {way}", taken[way], ratio=taken[way] / taken["bare"], most=most))
    note = "Time for each box in a list of 500, the best of all runs, beside the same validators without detection."
    yield Table("Detection of drift", "µs", note, tuple(rows))


if __name__ == "__main__":
    sys.exit(report(tables(int(sys.argv[1]) if len(sys.argv) > 1 else 40)))
