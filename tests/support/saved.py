"""Saved payloads in files, and what `jiffybox validate` finds in them."""

import json
from pathlib import Path

import jsonschema_rs
from pydantic import JsonValue
from pydantic_core import to_json

from jiffybox_sdk._cli.validate import command
from tests.support.scripted import example

PLAN = to_json(example("plan"))
BROKEN = PLAN.replace(b'"ramInMB"', b'"ram"')
"""A plan with an error and a warning."""

FINDING = json.loads(Path(command.__file__).with_name("validate.schema.json").read_text("utf-8"))
"""What a finding looks like as JSON."""

ROOT = Path(__file__).parents[2]
"""Where processes run: there they have the package that is tested."""


def write(path: Path, *lines: bytes) -> str:
    """Writes lines to a file, and returns its name."""
    path.write_bytes(b"".join(line + b"\n" for line in lines))
    return path.name


def found(out: str) -> list[dict[str, JsonValue]]:
    """The findings in JSON lines, each held against its schema."""
    values = [json.loads(line) for line in out.splitlines()]
    for value in values:
        jsonschema_rs.validate(FINDING, value)
    return values


def rules(out: str) -> list[tuple[JsonValue, JsonValue, JsonValue]]:
    """In which lines there are findings, about which rule, and how bad."""
    return [(each["line"], each["rule"], each["severity"]) for each in found(out)]
