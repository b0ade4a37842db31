"""Check a payload and return all findings, without raising an exception."""

from dataclasses import dataclass
from typing import Generic, TypeVar

from jiffybox_sdk._common.type_guards import is_enveloped
from jiffybox_sdk.exceptions import JiffyAttributeException
from jiffybox_sdk.models.responses.envelope import Envelope
from jiffybox_sdk.validation._findings import Finding, json_type
from jiffybox_sdk.validation._json_text import Text, json_bytes, not_json, read
from jiffybox_sdk.validation._kinds import type_of
from jiffybox_sdk.validation._shapes import AnyJson, Shape, in_envelope, shape_of
from jiffybox_sdk.validation._validate import read_as
from jiffybox_sdk.validation._walk import Report, walk

T_co = TypeVar("T_co", covariant=True)


@dataclass(frozen=True, slots=True)
class Checked(Generic[T_co]):
    """A checked payload.

    Attributes:
        value: The model, or `None` if `validate` would raise.
        findings: The findings, outer places first. If no other finding explains why the text is invalid, the last one
            does.
    """

    value: T_co | None
    findings: tuple[Finding, ...]

    @property
    def errors(self) -> tuple[Finding, ...]:
        """The findings that make `validate` raise."""
        return tuple(finding for finding in self.findings if finding.severity == "error")


def check(payload: object, as_type: str | type[object] | None) -> Checked[object]:
    """Return a payload as a model, with all findings. Needs no client and no network.

    Findings that make `validate` raise are errors. Those that it ignores are warnings or notes.

    Args:
        payload: JSON as bytes or a string, or the equivalent Python objects, with or without the service's envelope.
        as_type: An SDK model (`Box`), a map of models (`dict[str, Box]`), or the name of a kind in `KINDS` (`"box"`).
            `None`, which `guess` returns for an unknown kind, is a finding.

    Raises:
        JiffyArgumentException: If `as_type` is neither a kind nor a payload type.
    """
    if as_type is None:
        return Checked(None, (Finding("", "unknown-kind", "error", "a kind", "none"),))
    as_type = type_of(as_type)
    findings: list[Finding] = []
    data = json_bytes(payload)
    if data is None:
        examiner(as_type).examine(payload, findings.append)
    else:
        examiner(as_type).read(data, findings.append)
    invalid = any(finding.severity == "error" for finding in findings)
    if invalid and data is not None:
        return Checked(None, tuple(findings))
    value = read_as(payload, as_type)
    if not isinstance(value, JiffyAttributeException):
        # Models accept Python objects that are not JSON, such as a datetime.
        return Checked(value, tuple(_at_most_warning(finding) for finding in findings))
    if not invalid:
        findings.append(Finding("", "refused", "error", value.model, json_type(payload)))
    return Checked(None, tuple(findings))


def _at_most_warning(finding: Finding) -> Finding:
    return finding._replace(severity="warning") if finding.severity == "error" else finding


@dataclass(frozen=True, slots=True)
class Examiner:
    """Reports the findings in payloads of one shape, bare or, if `enveloped` is set, in the service's envelope."""

    bare: Shape
    enveloped: Shape | None

    def read(self, data: bytes, report: Report) -> None:
        """Report the findings in JSON."""
        self.read_text(read(data), report)

    def read_text(self, text: Text, report: Report) -> None:
        """Report the findings on text and on the value parsed from it."""
        for finding in text.findings:
            report(finding)
        if not text.readable:
            return
        if text.error is None:
            self.examine(text.payload, report)
            return
        explained = False

        def pass_on(finding: Finding) -> None:
            nonlocal explained
            explained |= finding.severity == "error" and finding.rule in ("lone-surrogate", "big-integer")
            report(finding)

        self.examine(text.payload, pass_on)
        if not explained:  # the problem may be in the first of two fields with the same name
            report(not_json(text.error))

    def examine(self, payload: object, report: Report) -> None:
        """Report the findings in Python objects."""
        walk(self.enveloped if self.enveloped and is_enveloped(payload) else self.bare, payload, report)


ANYTHING = Examiner(AnyJson(), None)
"""The examiner for payloads of unknown kind."""


def examiner(as_type: type[object]) -> Examiner:
    """Return the cached examiner for a type. Creating one is slow."""
    cached = _examiners.get(as_type)
    if cached is None:
        shape = shape_of(as_type)
        cached = _examiners[as_type] = Examiner(shape, None if as_type is Envelope else in_envelope(shape))
    return cached


_examiners: dict[object, Examiner] = {}
