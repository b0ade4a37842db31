"""Benchmark of `check_path` and `check_stream`: memory and time for a large file, and time compared with `json.loads`.

    python benchmarks/validate.py [--size MEGABYTES] [--command]

The file has 200 MB by default, and is deleted afterwards. Checking it must need less than 150 MB of memory in each
process, and with two jobs be at least 1.7 times as fast as with one; `--size 1000` is a gigabyte. Checking a megabyte,
as lines and as one value, must take at most 4 times as long as `json.loads`, including the search for duplicate keys,
even if each value has a finding. The ratio for nine findings in each box is printed, but not limited.
A megabyte of clean boxes is also read by `check`, by `is_valid` with jsonschema-rs beside it, and as a client reads it,
with plain models of pydantic beside it; `BOUNDS` has the maximum ratios. `check` also reads boxes with a finding each.
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
"""The minimum ratio of the time with one job to that with two, from a size of 100 MB, on a machine with two cores."""

ROUNDS = 7
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


def compare(rounds: int) -> Iterator[tuple[str, float]]:
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
        yield f"{name}, as lines", ratio(partial(look, stream, kind, "lines"), partial(parse, lines), rounds)
        yield f"{name}, as one value", ratio(partial(look, value, plural, "value"), partial(parse, [value]), rounds)


def clean(rounds: int) -> Iterator[tuple[str, float, float | None]]:
    """Yield the ratios for a megabyte of clean boxes, with their bounds."""
    listed: JsonValue = {str(number): box for number, box in enumerate(some_boxes(as_usual))}
    data = json.dumps(listed).encode()
    answer = b'{"messages": [], "result": ' + data + b"}"
    schema: dict[str, JsonValue] = {"type": "object", "additionalProperties": {"$ref": "#/$defs/Box"}}
    oracle = jsonschema_rs.validator_for({**schemas.bundle(), **schema})
    assert oracle.is_valid(listed)
    parsed = partial(json.loads, data)
    yield "check: a model and all findings", ratio(partial(check, data, "boxes"), parsed, rounds), BOUNDS["check"]
    for name, edit in EDITS.items():
        if name != SLOWEST and edit is not as_usual:
            odd = json.dumps({str(number): box for number, box in enumerate(some_boxes(edit))}).encode()
            yield f"check: {name}", ratio(partial(check, odd, "boxes"), partial(json.loads, odd), rounds), None
    yield "is_valid: the verdict", ratio(partial(is_valid, data, "boxes"), parsed, rounds), BOUNDS["is_valid"]
    yield "jsonschema-rs: a verdict", ratio(lambda: oracle.is_valid(json.loads(data)), parsed, rounds), None
    ours = partial(reader(dict[str, Box]).enveloped.validate_json, answer, context=Flags())
    yield (
        "a client, to plain models",
        ratio(ours, partial(plain_reader().validate_json, answer), rounds),
        BOUNDS["a client"],
    )


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


def main() -> int:
    if sys.argv[1:2] == ["--child"]:
        child(sys.argv[2], int(sys.argv[3]))
        return 0
    if sys.argv[1:2] == ["--command-child"]:
        command_child(sys.argv[2])
        return 0
    parser = argparse.ArgumentParser(description="Benchmark of validation.")
    parser.add_argument("--size", type=float, default=200, help="the size of the file in MB")
    parser.add_argument("--command", action="store_true", help="also check the file with the command")
    options = parser.parse_args()
    size, with_command = int(options.size * MB), bool(options.command)
    over = 0
    for name, found, bound in clean(ROUNDS if size >= MB else 1):
        limit = "" if bound is None else f" (at most {bound})"
        print(f"a megabyte of boxes, {name}: {found:.2f}{limit}")
        over += bound is not None and found > bound
    for name, found in compare(ROUNDS if size >= MB else 1):  # one for a try
        most = None if name.startswith(SLOWEST) else MOST_TIME if name.startswith("boxes") else MOST_TIME_OF_LISTS
        limit = "" if most is None else f" (at most {most})"
        print(f"a megabyte of {name}: {found:.1f} times as long as json.loads{limit}")
        over += most is not None and found > most
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "boxes.jsonl"
        wrong = write(path, size)
        (alone, memory), (shared, memory_of_job) = (checked(path, wrong, jobs) for jobs in (1, 2))
        if with_command:
            command = [sys.executable, __file__, "--command-child", str(path)]
            by_command = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout
        else:
            by_command = "1 0"
        size = path.stat().st_size
    print(
        f"{size / MB:,.0f} MB, {wrong} values wrong: {memory / MB:.0f} MB of memory (less than {MOST_MEMORY / MB:.0f})"
    )
    print(f"with two jobs: {alone / shared:.2f} times as fast as with one (at least {LEAST_SPEED})", end=", ")
    print(f"{shared:.1f} s instead of {alone:.1f} s, {memory_of_job / MB:.0f} MB of memory in each process")
    over += size >= 100 * MB and (os.cpu_count() or 1) > 1 and alone / shared < LEAST_SPEED
    memory = max(memory, memory_of_job)
    code, most = map(int, by_command.split())
    if with_command:
        print(f"the command: exit code {code}, {most / MB:.0f} MB of memory (less than {MOST_MEMORY / MB:.0f})")
        memory = max(memory, most)
    return int(over > 0 or memory >= MOST_MEMORY)


if __name__ == "__main__":
    sys.exit(main())
