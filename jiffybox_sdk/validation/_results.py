"""Values that were read, and their results."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from jiffybox_sdk._common.kind_names import KindName
from jiffybox_sdk._common.line_numbers import lines_of, steps_of
from jiffybox_sdk.validation._check import report_on, validate
from jiffybox_sdk.validation._findings import Finding, Severity
from jiffybox_sdk.validation._guess import guess_read, looks_like
from jiffybox_sdk.validation._json_text import read
from jiffybox_sdk.validation._kinds import KINDS, KINDS_BY_TYPE
from jiffybox_sdk.validation._shapes import ANY_JSON, described, shape_of

MOST_FINDINGS = 1000
"""The maximum number of findings in one value."""

LARGEST = 16 * 2**20
"""The maximum size of a value or a line, in bytes."""

TOO_LARGE = Finding("", "too-large", Severity.ERROR, f"at most {LARGEST} bytes", "more")


@dataclass(slots=True)
class Result:
    """The findings in one value or on a file as a whole.

    Attributes:
        file: The path of the file, or the name that was given to the stream.
        line: The line on which the value, or the entry of recorded traffic, begins, from 1. `None` for the file as a
            whole, and in YAML.
        about: `"value"` if a value was checked, or `"file"` if the findings are about the file, for example because it
            grew or could not be read, or about something in it that was skipped.
        findings: The findings. If there are more than 1,000, the rest are replaced by one that gives their number and
            has their worst severity.
        entry: The JSON Pointer to the value if the file holds several: a record in a list (`/3`), or a response in
            recorded traffic (`/log/entries/3`). The pointers of findings start at the value.
        kind: The name of the value's kind, or `None` if it is unknown or a type without a name.
        data: The value as JSON, or `None` if there is none or it is too large.
        as_type: The type that the value was checked against, or `None` if its kind is unknown.
    """

    file: str
    line: int | None
    about: Literal["value", "file"]
    findings: tuple[Finding, ...] = ()
    entry: str = ""
    kind: KindName | None = None
    data: bytes | None = field(default=None, repr=False, compare=False)
    as_type: type[object] | None = field(default=None, repr=False, compare=False)

    @property
    def valid(self) -> bool:
        """Whether there are no errors."""
        return not self.findings or not _has_error(self.findings)

    @property
    def lines(self) -> tuple[int | None, ...]:
        """The line of each finding, or of the nearest existing object around it. Each access reads the value anew.

        Recorded traffic has the line of the entry, since the response is text in it.
        """
        in_string = self.entry.count("/") > 1
        if self.line is None or self.data is None or in_string or b"\n" not in self.data:
            return (self.line,) * len(self.findings)
        text = self.data.decode("utf-8", "replace")
        lines = lines_of(text, (steps_of(finding.pointer) for finding in self.findings))
        within = [_line_of_syntax(text, finding) or line for finding, line in zip(self.findings, lines, strict=True)]
        return tuple(self.line + line - 1 for line in within)

    @property
    def value(self) -> object:
        """The model, or `None` if there are errors. Each access makes a new one."""
        if self.data is None or self.as_type is None or not self.valid:
            return None
        return validate(self.data, self.as_type)


def _has_error(findings: Iterable[Finding]) -> bool:
    return any(finding.severity == "error" for finding in findings)


def _line_of_syntax(text: str, finding: Finding) -> int | None:
    """Return the line of a syntax error, which has no JSON Pointer."""
    found = finding.found or ""
    if finding.rule == "not-json" and (match := re.search(r"line (\d+) column", found)):
        return int(match[1])
    if finding.rule == "trailing-data" and (match := re.search(r"at character (\d+)", found)):
        return text[: -len(text[int(match[1]) - 1 :].lstrip())].count("\n") + 1
    return None


_ADDED: Mapping[str | None, str] = {
    "backups": "/box",
    "check_result": "/check",
    "distribution": "/id",
    "ip": "/box",
    "schedule": "/box",
}
"""The keys of objects that the command adds to its JSON."""

Verdict = tuple[KindName | None, tuple[Finding, ...]]
"""The kind of a value, and its findings."""


def judge(data: bytes, as_type: type[object] | None) -> Verdict:
    """Return the findings in a value, and its kind. It is guessed if no type is given."""
    text = read(data)
    findings = _Findings()
    if as_type is None:
        guessed = guess_read(text.payload) if text.readable else None
        kind = guessed.kind if guessed else None
        if guessed and not kind:
            severity = Severity.NOTE if guessed.fits_all else Severity.ERROR
            findings.report(Finding("", "unknown-kind", severity, found=guessed.reason))
        report_on(text, shape_of(KINDS[kind]) if kind else ANY_JSON, findings.report)
        return kind, findings.all()
    kind = KINDS_BY_TYPE.get(as_type)
    findings.added = _ADDED.get(kind)
    report_on(text, described(as_type), findings.report)
    found = findings.all()
    if kind and text.readable and _has_error(found) and (other := looks_like(text.payload, kind, len(found))):
        findings.report(Finding("", "other-kind", Severity.NOTE, kind, f"what looks like {other}"))
        return kind, findings.all()
    return kind, found


def judged(result: Result, verdict: Verdict | None) -> Result:
    """Return a result with the verdict on its value, if it has one."""
    if verdict:
        result.kind, result.findings = verdict
        if result.as_type is None and result.kind:
            result.as_type = KINDS[result.kind]
    return result


class _Findings:
    """The first findings in a value, and a summary of the others. `added` is the pointer of a field to ignore."""

    def __init__(self) -> None:
        self.added: str | None = None
        self._first: list[Finding] = []
        self._others = 0
        self._worst = Severity.NOTE

    def report(self, finding: Finding) -> None:
        """Add a finding."""
        if finding.rule == "unknown-field" and finding.pointer == self.added:
            return
        if len(self._first) < MOST_FINDINGS:
            self._first.append(finding)
        else:
            self._others += 1
            self._worst = max(self._worst, finding.severity)

    def all(self) -> tuple[Finding, ...]:
        """Return all of them."""
        if not self._others:
            return tuple(self._first)
        number = f"{self._others} more"
        return (*self._first, Finding("", "more-findings", self._worst, f"at most {MOST_FINDINGS}", number))
