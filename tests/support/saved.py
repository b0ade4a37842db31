"""Files with payloads, and the findings of `jiffybox validate`."""

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
"""The schema of findings as JSON."""

ROOT = Path(__file__).parents[2]
"""The working directory of processes, which then import the tested package."""


def write(path: Path, *lines: bytes) -> str:
    """Write lines to a file and return its name."""
    path.write_bytes(b"".join(line + b"\n" for line in lines))
    return path.name


def findings(out: str) -> list[dict[str, JsonValue]]:
    """Return the findings in JSON, or in JSON lines, after validating each."""
    values = json.loads(out) if out.startswith("[") else [json.loads(line) for line in out.splitlines()]
    for value in values:
        jsonschema_rs.validate(FINDING, value)
    return values


def rules(out: str) -> list[tuple[JsonValue, JsonValue, JsonValue]]:
    """Return the line, rule and severity of each finding."""
    return [(each["line"], each["rule"], each["severity"]) for each in findings(out)]


def sarif_document(out: str) -> tuple[dict[str, JsonValue], list[dict[str, JsonValue]]]:
    """Return the run of a SARIF document and its results, after validating the document.

    The schema was written by hand after the standard. It covers the properties in use with their types and limits.
    """
    sarif = json.loads(out)
    schema = json.loads((ROOT / "tests" / "support" / "data" / "sarif-2.1.0-part.schema.json").read_text("utf-8"))
    jsonschema_rs.meta.validate(schema)
    jsonschema_rs.validator_for(schema, validate_formats=True).validate(sarif)
    [run] = sarif["runs"]
    return run, run["results"]
