"""A correct program that validates payloads. It is never run: type checkers must accept it and infer every type."""

import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import assert_type

from pydantic import JsonValue

from jiffybox_sdk import Backups, Box, Check, Distribution, Ip, Plan
from jiffybox_sdk._records.module_doc import ModuleDoc
from jiffybox_sdk.models.responses.addresses import Addresses
from jiffybox_sdk.models.responses.envelope import Envelope
from jiffybox_sdk.validation import (
    KINDS,
    Candidate,
    Checked,
    Finding,
    Form,
    Guess,
    KindName,
    Result,
    Rule,
    Severity,
    Standing,
    check,
    check_path,
    check_stream,
    guess,
    validate,
)


def one_payload(payload: bytes | str | dict[str, JsonValue]) -> None:
    assert_type(validate(payload, "box"), Box)
    assert_type(check(payload, "box"), Checked[Box])
    assert_type(check(payload, "box").value, Box | None)
    assert_type(check(payload, "boxes").value, dict[str, Box] | None)
    assert_type(check(payload, "backups").value, Backups | None)
    assert_type(check(payload, "checks").value, dict[str, Check] | None)
    assert_type(check(payload, "distribution").value, Distribution | None)
    assert_type(check(payload, "done").value, bool | None)
    assert_type(check(payload, "envelope").value, Envelope | None)
    assert_type(check(payload, "ips_by_box").value, dict[str, dict[str, Ip]] | None)
    assert_type(check(payload, "module").value, ModuleDoc | None)
    assert_type(check(payload, "modules").value, dict[str, str] | None)
    assert_type(check(payload=payload, as_type="plan").value, Plan | None)
    assert_type(check(payload, Addresses).value, Addresses | None)
    assert_type(check(payload, dict[str, Plan]).value, dict[str, Plan] | None)
    assert_type(check(payload, KINDS["box"]), Checked[object])
    anything: Checked[object] = check(payload, "box")
    assert_type(anything.errors, tuple[Finding, ...])
    assert_type(KINDS, Mapping[str, type[object]])


def findings(found: tuple[Finding, ...]) -> str:
    for finding in found:
        assert_type(finding.pointer, str)
        assert_type(finding.rule, Rule)
        assert_type(finding.severity, Severity)
        assert_type(finding.standing, Standing | None)
        assert_type(finding.expected, str | None)
        assert_type(finding.found, str | None)
        if finding.rule == "missing-field" and finding.severity == "error" and finding.standing == "documented":
            return str(finding)
    return ""


def guesses(payload: bytes) -> str:
    found = guess(payload)
    assert_type(found, Guess)
    assert_type(found.kind, KindName | None)
    check(payload, found.kind)
    if found.kind:
        validate(payload, found.kind)
    for candidate in found.candidates:
        assert_type(candidate, Candidate)
        assert_type(candidate.fits, bool)
        assert_type(candidate.reasons, tuple[str, ...])
    return found.reason


def files(path: Path, form: Form, kind: str) -> None:
    assert_type(check_path(path, "box"), Iterator[Result])
    assert_type(check_path(str(path), kind, form, progress=print), Iterator[Result])
    assert_type(check_path(path, guess=True, jobs=None), Iterator[Result])
    check(path.read_bytes(), kind)
    assert_type(validate(path.read_bytes(), kind), object)
    with path.open("rb") as file:
        for result in check_stream(file, Box, "value", name="file"):
            assert_type(result.line, int | None)
            assert_type(result.valid, bool)
            assert_type(result.kind, KindName | None)
            assert_type(result.value, object)
            assert_type(result.findings, tuple[Finding, ...])
    check_stream(sys.stdin.buffer, dict[str, Box], progress=lambda count: count)
