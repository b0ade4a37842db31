"""Benchmark of `check_path` and `check_stream`: memory and time for a large file, and time compared with `json.loads`.

    python -m benchmarks.validate [--size MEGABYTES] [--command]

The file has a gigabyte by default, and is deleted afterwards. Checking it must need less than 150 MB of memory in each
process, and with two jobs be at least 1.7 times as fast as with one. Checking a megabyte, as lines and as one value,
must take at most 4 times as long as `json.loads`, including the search for duplicate keys, even if each value has a
finding. The ratio for nine findings in each box is printed, but not limited.
A megabyte of clean boxes is also read by `check`, by `is_valid` with jsonschema-rs beside it, and as a client reads it,
with plain models of pydantic beside it; `BOUNDS` has the maximum ratios. `check` also reads boxes with a finding each,
in at most 4 times the time of `json.loads`.
With `--command`, `jiffybox validate` checks the file as well, with statistics and SARIF output, within the same memory.
Ratios are measured alternately on the same machine.
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from functools import partial
from io import BytesIO
from itertools import count, islice
from pathlib import Path
from typing import Annotated, Any, Union, get_args, get_origin

import jsonschema_rs
from pydantic import BaseModel, JsonValue, TypeAdapter, create_model

from benchmarks.tables import Row, Table, report
from jiffybox_sdk import Box, _cli, schemas
from jiffybox_sdk.models._fields import EpochScalar, Flags, Scalar
from jiffybox_sdk.models._reader import reader
from jiffybox_sdk.models.responses.message import Message
from jiffybox_sdk.validation import Form, check, check_path, check_stream, is_valid

MB = 1_000_000
MOST_MEMORY = 150 * MB
MOST_TIME = 4
"""The maximum ratio to `json.loads` of checking boxes, each with one finding."""

MOST_TIME_OF_LISTS = 6
"""The maximum ratio for lists of addresses, each of which has a finding."""

BOUNDS = {"check": 3.1, "is_valid": 1.6, "a client": 1.15}
"""The maximum ratios for a megabyte of clean boxes: to `json.loads`, and for a client to plain models of pydantic."""

LEAST_SPEED = 1.7
"""The minimum ratio of the time with one job to that with two, for a gigabyte, on a machine with two cores."""

ROUNDS = 15
EVERY = 1400
"""Every box with a multiple of this number is invalid; the boxes before the first one are about a megabyte."""


def boxes() -> Iterator[Mapping[str, JsonValue]]:
    """Yield boxes without end, all different, some invalid."""
    found = schemas.load("box")["examples"]
    assert isinstance(found, list)
    for number in count(1):
        box = found[number % len(found)]
        assert isinstance(box, dict)
        fields = {**box, "id": number, "name": f"box {number}"}
        if number % EVERY == 0:
            fields |= {"status": "RESCUING", "running": "true", "colour": "green"}
            del fields["plan"]
        yield fields


def lines() -> Iterator[bytes]:
    return (json.dumps({"messages": [], "result": box}).encode() + b"\n" for box in boxes())


def write(path: Path, size: int) -> int:
    """Write a file of a size, and return the number of invalid lines."""
    number = 0
    with path.open("wb") as file:
        for line in lines():
            number += 1
            if file.tell() >= size:
                break
            file.write(line)
    return (number - 1) // EVERY


def child(path: str, jobs: int) -> None:
    """Check a file, and print the numbers of invalid values and of findings, the time, and the peak memory."""
    wrong = findings = 0
    began = time.perf_counter()
    for result in check_path(path, "box", jobs=jobs):
        wrong += not result.valid
        findings += len(result.findings)
    took = time.perf_counter() - began
    most = max(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    print(wrong, findings, took, most * 1024)


def command_child(path: str) -> None:
    """Run the command, and print its exit code and the peak memory."""
    printed, sys.stdout = sys.stdout, open(os.devnull, "w", encoding="utf-8")  # noqa: PTH123, SIM115
    code = _cli.main(["validate", "--as", "box", path, "-o", "sarif", "--stats"])
    print(code, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024, file=printed)


def ratio(work: Callable[[], object], other: Callable[[], object], rounds: int) -> float:
    """Return the ratio of the shortest times of two functions, called alternately."""
    for prepared in (work, other):
        prepared()
    ours: list[float] = []
    theirs: list[float] = []
    for _ in range(rounds):
        ours.append(seconds(work))
        theirs.append(seconds(other))
    return min(ours) / min(theirs)


def seconds(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def new_field(box: dict[str, JsonValue]) -> None:
    box["colour"] = "green"


def new_state(box: dict[str, JsonValue]) -> None:
    box["status"] = "RESCUING"


def no_plan(box: dict[str, JsonValue]) -> None:
    del box["plan"]


def as_text(box: dict[str, JsonValue]) -> None:
    box["running"] = "true"


def numbers_as_text(box: dict[str, JsonValue]) -> None:
    plan = box["plan"]
    assert isinstance(plan, dict)
    box |= {"id": str(box["id"]), "created": str(box["created"]), "plan": {name: str(plan[name]) for name in plan}}


def as_usual(box: dict[str, JsonValue]) -> None:
    del box


SLOWEST = "boxes, each with all numbers as text"
EDITS = {
    "boxes": as_usual,
    "boxes, each with an unknown field": new_field,
    "boxes, each in an unknown state": new_state,
    "boxes, each without its plan": no_plan,
    "boxes, each with a boolean as text": as_text,
    SLOWEST: numbers_as_text,
}


def some_boxes(edit: Callable[[dict[str, JsonValue]], None]) -> Iterator[JsonValue]:
    """Yield about a megabyte of edited boxes."""
    for box in islice(boxes(), EVERY - 1):
        edited = dict(box)
        edit(edited)
        yield edited


def lists_of_addresses() -> Iterator[JsonValue]:
    """Yield about a megabyte of lists of twenty addresses, with `floating` as text."""
    examples = schemas.load("ip")["examples"]
    assert isinstance(examples, list)
    for number in range(300):
        address = examples[number % len(examples)]
        assert isinstance(address, dict)
        addresses: dict[str, JsonValue] = {
            str(own): {**address, "id": own, "floating": "false"} for own in range(20 * number, 20 * number + 20)
        }
        yield {"12": addresses}


def compare(rounds: int) -> Iterator[Row]:
    """Yield the ratio of checking to parsing a megabyte, as lines and as one value."""
    payloads = [(name, "box", "boxes", list(some_boxes(edit))) for name, edit in EDITS.items()]
    payloads.append(("lists of 20 addresses", "ips_by_box", "ips_by_box", list(lists_of_addresses())))
    for name, kind, plural, values in payloads:
        lines = [json.dumps({"messages": [], "result": value}).encode() + b"\n" for value in values]
        stream = b"".join(lines)
        assert 0.7 * MB < len(stream) < 1.3 * MB, (name, len(stream))
        inside = values if kind == "box" else [value["12"] for value in values if isinstance(value, dict)]
        value = json.dumps({str(number): one for number, one in enumerate(inside)}).encode()
        assert all(result.findings for result in check_stream(BytesIO(stream), kind)) == (name != "boxes")
        most = None if name == SLOWEST else MOST_TIME if kind == "box" else MOST_TIME_OF_LISTS
        for form, work, other in (
            ("as lines", partial(look, stream, kind, "lines"), partial(parse, lines)),
            ("as one value", partial(look, value, plural, "value"), partial(parse, [value])),
        ):
            yield Row(f"{name}, {form}", ratio(work, other, rounds), most=most)


def clean(rounds: int) -> Iterator[Row]:
    """Yield the ratios for a megabyte of boxes without a finding, as one value."""
    listed: JsonValue = {str(number): box for number, box in enumerate(some_boxes(as_usual))}
    data = json.dumps(listed).encode()
    schema: dict[str, JsonValue] = {"type": "object", "additionalProperties": {"$ref": "#/$defs/Box"}}
    oracle = jsonschema_rs.validator_for({**schemas.bundle(), **schema})
    assert oracle.is_valid(listed)
    parsed = partial(json.loads, data)
    verdict = ratio(lambda: oracle.is_valid(json.loads(data)), parsed, rounds)
    yield Row("jsonschema-rs and json.loads", verdict, ours=False)
    yield Row("is_valid", ratio(partial(is_valid, data, "boxes"), parsed, rounds), most=BOUNDS["is_valid"])
    yield Row("check, with a model", ratio(partial(check, data, "boxes"), parsed, rounds), most=BOUNDS["check"])


def odd(rounds: int) -> Iterator[Row]:
    """Yield the ratios of `check` for a megabyte of boxes with a finding each, as one value."""
    for name, edit in EDITS.items():
        if name != SLOWEST and edit is not as_usual:
            data = json.dumps({str(number): box for number, box in enumerate(some_boxes(edit))}).encode()
            found = ratio(partial(check, data, "boxes"), partial(json.loads, data), rounds)
            yield Row(f"{name}, by check", found, most=MOST_TIME)


def reading(rounds: int) -> Row:
    """Return the ratio of a client's validators to plain models, for a megabyte of boxes."""
    listed: JsonValue = {str(number): box for number, box in enumerate(some_boxes(as_usual))}
    answer = b'{"messages": [], "result": ' + json.dumps(listed).encode() + b"}"
    ours = partial(reader(dict[str, Box]).enveloped.validate_json, answer, context=Flags())
    theirs = partial(plain_reader().validate_json, answer)
    return Row("what a client reads", ratio(ours, theirs, rounds), most=BOUNDS["a client"])


class PlainModel(BaseModel, frozen=True, extra="allow"):
    """A model as one writes it by hand."""


def plain_reader() -> TypeAdapter[object]:
    """Return plain pydantic models with the fields of a box, in an envelope."""
    made: dict[object, type[BaseModel]] = {}

    def plain(annotation: Any, markers: Iterable[object] = ()) -> Any:  # Any: types are made at run time
        if get_origin(annotation) is Annotated:
            return plain(annotation.__origin__, annotation.__metadata__)
        for marker in markers:
            if isinstance(marker, Scalar):
                types = {"integer": int, "number": float, "boolean": bool}
                return datetime if isinstance(marker, EpochScalar) else types[marker.type]
        if isinstance(annotation, type) and issubclass(annotation, BaseModel):
            if annotation not in made:
                fields: dict[str, Any] = {
                    name: (plain(info.annotation, info.metadata), ... if info.is_required() else None)
                    for name, info in annotation.model_fields.items()
                }
                made[annotation] = create_model(annotation.__name__, __base__=PlainModel, **fields)
            return made[annotation]
        parts: tuple[Any, ...] = tuple(plain(part) for part in get_args(annotation))
        origin: Any = get_origin(annotation)
        if get_origin(annotation) in (dict, list):
            return origin[parts]
        # A type that is made at run time.
        return Union[parts] if parts else annotation  # noqa: UP007 # pyright: ignore[reportUnknownVariableType]

    fields: dict[str, Any] = {"messages": (plain(list[Message]), ...), "result": (plain(dict[str, Box]), ...)}
    return TypeAdapter(create_model("PlainEnvelope", __base__=PlainModel, **fields))


def look(data: bytes, kind: str, form: Form) -> int:
    return sum(len(result.findings) for result in check_stream(BytesIO(data), kind, form))


def parse(lines: list[bytes]) -> None:
    for line in lines:
        json.loads(line)


def checked(path: Path, wrong: int, jobs: int) -> tuple[float, int]:
    """Return the time and the memory per process of checking a file in another process, with a number of jobs."""
    command = [sys.executable, __file__, "--child", str(path), str(jobs)]
    printed = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout.split()
    assert [*map(int, printed[:2])] == [wrong, 4 * wrong], printed
    return float(printed[2]), int(printed[3])


def tables(size: int = 1000 * MB, *, with_command: bool = False) -> Iterator[Table]:
    """Yield the ratios, and the time and memory for a file of a size."""
    rounds = ROUNDS if size >= MB else 1  # one for a try
    note = "Ratios to json.loads, for a megabyte of boxes without a finding."
    yield Table("A verdict", "times json.loads", note, tuple(clean(rounds)))
    note = "Ratios to json.loads, for a megabyte. By check_stream, if not by check."
    yield Table("All findings", "times json.loads", note, (*compare(rounds), *odd(rounds)))
    note = "The ratio to models of pydantic with the same fields, for a megabyte of boxes."
    yield Table("A response", "times plain models", note, (reading(rounds),))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "boxes.jsonl"
        wrong = write(path, size)
        (alone, memory), (shared, memory_of_job) = (checked(path, wrong, jobs) for jobs in (1, 2))
        used = {"one job": memory, "two jobs, each process": memory_of_job}
        if with_command:
            command = [sys.executable, __file__, "--command-child", str(path)]
            printed = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout
            code, used["jiffybox validate"] = map(int, printed.split())
            assert code == int(wrong > 0), code
        size = path.stat().st_size
    least = LEAST_SPEED if size >= 1000 * MB and (os.cpu_count() or 1) > 1 else None
    yield Table(
        "A large file",
        "MB a second",
        f"{size / MB:,.0f} MB of JSON Lines, {wrong:,} of them wrong.",
        (
            Row("check_path with one job", size / MB / alone),
            Row("check_path with two jobs", size / MB / shared, ratio=alone / shared, least=least),
        ),
        more=True,
    )
    rows = (Row(name, most / MB, most=MOST_MEMORY / MB) for name, most in used.items())
    yield Table("A large file, memory", "MB", "Of the process.", tuple(rows))


def main() -> int:
    if sys.argv[1:2] == ["--child"]:
        child(sys.argv[2], int(sys.argv[3]))
        return 0
    if sys.argv[1:2] == ["--command-child"]:
        command_child(sys.argv[2])
        return 0
    parser = argparse.ArgumentParser(description="Benchmark of validation.")
    parser.add_argument("--size", type=float, default=1000, help="the size of the file in MB")
    parser.add_argument("--command", action="store_true", help="also check the file with the command")
    options = parser.parse_args()
    return report(tables(int(options.size * MB), with_command=options.command))


if __name__ == "__main__":
    sys.exit(main())
