"""Findings as SARIF 2.1.0, for services that show them.

The document is written incrementally, so that memory use does not grow with the number of findings.
"""

import json
import os
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path, PurePath
from urllib.parse import quote

from pydantic import JsonValue

from jiffybox_sdk import __version__, schemas
from jiffybox_sdk.validation import Rule
from jiffybox_sdk.validation._reports.writers import Entry, Writer, escape_surrogates

RULES: Mapping[Rule, tuple[str, str]] = {
    "missing-field": ("error", "A required field is missing."),
    "wrong-type": ("error", "The type of the value does not match the schema."),
    "out-of-range": ("error", "The number is outside the range of its type."),
    "unknown-field": ("warning", "No schema has the field."),
    "unknown-state": ("warning", "The state, type, day, time slot or code is unknown."),
    "coerced": ("warning", "The value is written as another type but can be converted."),
    "big-integer": ("warning", "The integer has more than 64 bits, which some parsers round or reject."),
    "not-finite": ("error", "The number is NaN, infinite, or too large for a float."),
    "lone-surrogate": ("error", "The text has an unpaired surrogate."),
    "duplicate-key": ("warning", "The object has the field twice, which parsers treat differently."),
    "too-deep": ("error", "The value is nested deeper than 200 levels."),
    "not-json": ("error", "The input is not valid JSON."),
    "trailing-data": ("error", "There is data after the value."),
    "byte-order-mark": ("error", "The input starts with a byte order mark."),
    "not-utf-8": ("error", "The input is not encoded as UTF-8."),
    "not-traffic": ("error", "The file is not recorded traffic."),
    "unknown-kind": ("error", "The kind of the value could not be guessed."),
    "other-kind": ("note", "The value looks like one of another kind."),
    "skipped": ("note", "The file or the entry was skipped."),
    "too-large": ("error", "The value was skipped because it is larger than 16 MiB."),
    "more-findings": ("error", "Only the first 1,000 findings about the value are listed."),
    "unreadable": ("error", "A file or folder could not be read."),
    "grew": ("note", "The file has grown since it was opened; the new content was not validated."),
}
"""The default severity and the description of each rule."""

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"

_INDEXES = {rule: index for index, rule in enumerate(RULES)}


class SarifWriter(Writer):
    """Writes a SARIF document."""

    _separator = "\n"

    def begin(self) -> None:
        driver: dict[str, JsonValue] = {
            "name": "jiffybox validate",
            "version": __version__,
            "rules": [
                {"id": rule, "shortDescription": {"text": text}, "defaultConfiguration": {"level": level}}
                for rule, (level, text) in RULES.items()
            ],
            "properties": {"schemas": schemas.VERSION},
        }
        tool = json.dumps({"driver": driver})
        self._write(f'{{"$schema": "{SCHEMA}", "version": "2.1.0", "runs": [{{\n"tool": {tool},\n"results": [')

    def write(self, entry: Entry, /) -> None:
        self._write(f"{self._separator}{json.dumps(_result(entry))}")
        self._separator = ",\n"

    def end(self, *, complete: bool) -> None:
        if self.begun:
            self._write(f'\n],\n"invocations": [{json.dumps({"executionSuccessful": complete})}]\n}}]}}\n')


def _result(entry: Entry) -> dict[str, JsonValue]:
    finding = entry.finding
    artifact = uri(Path(os.path.normpath(entry.result.file)), Path.cwd())
    # Services show no result without a line.
    region: dict[str, JsonValue] = {"startLine": entry.line or 1}
    location: dict[str, JsonValue] = {"physicalLocation": {"artifactLocation": {"uri": artifact}, "region": region}}
    if finding.pointer:
        location["logicalLocations"] = [{"fullyQualifiedName": escape_surrogates(finding.pointer), "kind": "member"}]
    fields = entry.fields()
    properties: dict[str, JsonValue] = {
        name: fields[name] for name in ("expected", "found", "standing", "kind", "entry", "value") if fields.get(name)
    }
    return {
        "ruleId": finding.rule,
        "ruleIndex": _INDEXES[finding.rule],
        "level": finding.severity,
        "message": {"text": escape_surrogates(entry.message())},
        "locations": [location],
        "partialFingerprints": {"jiffyboxFinding/v1": _fingerprint(entry, artifact)},
        **({"properties": properties} if properties else {}),
    }


def _fingerprint(entry: Entry, artifact: str) -> str:
    """Return a hash by which services recognise a finding in another run, though lines above it have changed."""
    value = entry.result.entry or f"line {entry.result.line}"
    identity = json.dumps([artifact, value, entry.finding.pointer, entry.finding.rule])
    return sha256(identity.encode()).hexdigest()


def uri(path: PurePath, folder: PurePath) -> str:
    """Return the URI of a file, relative to a folder if the file is in it."""
    if path.is_absolute():
        if not path.is_relative_to(folder):
            return path.as_uri()  # pyright: ignore[reportDeprecated] (for pure paths, from Python 3.14 on)
        path = path.relative_to(folder)
    return quote(os.fsencode(path.as_posix()))
