"""What `jiffybox validate` found as SARIF 2.1.0, which services for code and builds read.

The document is written piece by piece, so that memory does not grow with what is found.
"""

import json
import os
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import quote

from pydantic import JsonValue

from jiffybox_sdk import __version__, schemas
from jiffybox_sdk._cli.output.text import put
from jiffybox_sdk._cli.validate.report import Found, sound
from jiffybox_sdk.validation import Rule, Severity

RULES: Mapping[Rule, tuple[Severity, str]] = {
    "missing-field": ("error", "A field is not there that the service always sends."),
    "wrong-type": ("error", "Something else is there than the schema says."),
    "out-of-range": ("error", "A number can't be meant, or its type can't hold it."),
    "unknown-field": ("warning", "The schemas do not know the field."),
    "unknown-state": ("warning", "The state, type, day, slot or code is none of the known ones."),
    "coerced": ("note", "It is another way to write what is meant."),
    "big-integer": ("warning", "An integer has more than 64 bits: other readers round or refuse it."),
    "not-finite": ("error", "It is NaN or Infinity, which are no JSON, or more than a float can hold."),
    "lone-surrogate": ("error", "A text holds half a character."),
    "duplicate-key": ("warning", "A field is there more than once: readers differ in which one counts."),
    "too-deep": ("error", "It is nested deeper than 200 levels."),
    "not-json": ("error", "It is no JSON."),
    "trailing-data": ("error", "Something stands behind the value."),
    "byte-order-mark": ("error", "The text begins with a mark."),
    "not-utf-8": ("error", "The text is in another encoding than UTF-8."),
    "refused": ("error", "The model refuses it."),
    "unknown-kind": ("error", "It can't be told what the value is."),
    "too-large": ("error", "A value has more than 16 MiB, and was passed over."),
    "more-findings": ("error", "Of more than 1,000 findings in a value, the others were left out."),
    "unreadable": ("error", "A file or folder could not be read."),
    "grew": ("note", "A file has grown meanwhile: what is new in it was not looked at."),
}
"""Each rule, how bad it usually is, and what it is about."""

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"

_NUMBERS = {rule: number for number, rule in enumerate(RULES)}


class Sarif:
    """Writes a SARIF document."""

    def __init__(self) -> None:
        """Writes nothing yet."""
        self._next = "\n"

    def begin(self) -> None:
        """Writes the document up to the first result."""
        driver: dict[str, JsonValue] = {
            "name": "jiffybox validate",
            "version": __version__,
            "rules": [
                {"id": rule, "shortDescription": {"text": about}, "defaultConfiguration": {"level": level}}
                for rule, (level, about) in RULES.items()
            ],
            "properties": {"schemas": schemas.VERSION},
        }
        put(f'{{"$schema": "{SCHEMA}", "version": "2.1.0", "runs": [{{\n"tool": {json.dumps({"driver": driver})},\n')
        put('"results": [')

    def write(self, found: Found, /) -> None:
        """Writes a result."""
        put(f"{self._next}{json.dumps(_result(found))}")
        self._next = ",\n"

    def end(self, *, complete: bool) -> None:
        """Writes the end, which makes it a document even if not all was looked at.

        Args:
            complete: Whether all was looked at.
        """
        put(f'\n],\n"invocations": [{json.dumps({"executionSuccessful": complete})}]\n}}]}}\n')


def _result(found: Found) -> dict[str, JsonValue]:
    finding = found.finding
    physical: dict[str, JsonValue] = {"artifactLocation": {"uri": uri(found.file)}}
    if found.line:
        physical["region"] = {"startLine": found.line}
    location: dict[str, JsonValue] = {"physicalLocation": physical}
    if finding.pointer:
        location["logicalLocations"] = [{"fullyQualifiedName": sound(finding.pointer), "kind": "member"}]
    fields = found.fields()
    more: dict[str, JsonValue] = {
        name: fields[name] for name in ("expected", "found", "standing", "kind", "value") if fields.get(name)
    }
    return {
        "ruleId": finding.rule,
        "ruleIndex": _NUMBERS[finding.rule],
        "level": finding.severity,
        "message": {"text": sound(found.words())},
        "locations": [location],
        **({"properties": more} if more else {}),
    }


def uri(file: str) -> str:
    """Returns the URI of a file: relative to this folder where the file is in it, which is how services know it."""
    path = Path(os.path.normpath(file))
    if path.is_absolute():
        here = Path.cwd()
        if not path.is_relative_to(here):
            return f"file://{quote(os.fsencode(path))}"
        path = path.relative_to(here)
    return quote(os.fsencode(path.as_posix()))
