"""Check a payload and return all findings, without raising an exception."""

from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Generic, TypeVar

from pydantic import ValidationError

from jiffybox_sdk._common.type_guards import is_enveloped
from jiffybox_sdk.exceptions import JiffyAttributeException
from jiffybox_sdk.models._fields import Flags
from jiffybox_sdk.models._reader import reader
from jiffybox_sdk.models.responses.envelope import Envelope
from jiffybox_sdk.validation._findings import Finding, Severity
from jiffybox_sdk.validation._json_text import Text, json_bytes, not_json, read
from jiffybox_sdk.validation._kinds import type_of
from jiffybox_sdk.validation._shapes import AnyJson, Checkable, Shape, described, in_envelope
from jiffybox_sdk.validation._validate import with_ids
from jiffybox_sdk.validation._walk import Report, Walk

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
        return tuple(finding for finding in self.findings if finding.severity == Severity.ERROR)

    @property
    def severity(self) -> Severity | None:
        """The greatest severity of the findings, or `None` if there are none."""
        return max((finding.severity for finding in self.findings), default=None)

    @property
    def valid(self) -> bool:
        """Whether `validate` accepts the payload."""
        return not self.errors


def check(payload: object, as_type: str | type[object] | None) -> Checked[object]:
    """Return a payload as a model, with all findings. Needs no client and no network.

    Findings that make `validate` raise are errors. Those that it ignores are warnings or notes.

    Args:
        payload: JSON as bytes or a string, or the equivalent Python objects, with or without the service's envelope.
        as_type: An SDK model (`Box`), a map of models (`dict[str, Box]`), or the name of a kind in `KINDS` (`"box"`).
            `None`, which `guess` returns for an unknown kind, is a finding.

    Raises:
        JiffyArgumentException: If `as_type` is neither a kind nor a payload type, or JSON cannot hold the Python
            objects.
    """
    if as_type is None:
        return Checked(None, (Finding("", "unknown-kind", Severity.ERROR, "a kind", "none"),))
    as_type = type_of(as_type)
    judge, data = examiner(as_type), json_bytes(payload)
    text, value, flagged = read(data), None, None
    if text.readable and not text.findings and text.error is None:
        flags = Flags()
        with suppress(ValidationError):
            value = with_ids(reader(as_type).read(data, flags, enveloped=judge.is_enveloped(text.payload)))
            if text.clean and b"null" not in data:
                flagged = frozenset(flags.new | flags.quirk)
    findings: list[Finding] = []
    if flagged is None or flagged:
        judge.explain(text, findings.append, flagged)
    checked = Checked(value, tuple(findings))
    return checked if checked.valid else replace(checked, value=None)


def is_valid(payload: object, as_type: str | type[object]) -> bool:
    """Return whether `validate` accepts a payload, without making a model. Needs no client and no network.

    Args:
        payload: JSON as bytes or a string, or the equivalent Python objects, with or without the service's envelope.
        as_type: An SDK model (`Box`), a map of models (`dict[str, Box]`), or the name of a kind in `KINDS` (`"box"`).

    Raises:
        JiffyArgumentException: If `as_type` is neither a kind nor a payload type.
    """
    as_type = type_of(as_type)
    if isinstance(payload, str | bytes | bytearray) and examiner(as_type).is_clean_json(payload):
        return True
    return not isinstance(reader(as_type).check_any(payload), JiffyAttributeException)


class Examiner:
    """Reports the findings in payloads of one shape, bare or, if `enveloped` is set, in the service's envelope."""

    def __init__(self, bare: Shape, enveloped: Shape | None = None) -> None:
        self._bare = bare
        self._enveloped = enveloped

    def is_clean_json(self, data: str | bytes | bytearray) -> bool:
        """Return whether the quick checks accept JSON. Otherwise, it may still be valid."""
        shapes = (self._bare, self._enveloped)
        return any(isinstance(shape, Checkable) and shape.is_clean_json(data) for shape in shapes)

    def read_text(self, text: Text, report: Report) -> None:
        """Report the findings on text and on the value parsed from it."""
        # In an envelope, the walk does the quick check of the result.
        if self.is_enveloped(text.payload) or not (text.clean and self._bare.is_clean(text.payload)):
            self.explain(text, report)

    def explain(self, text: Text, report: Report, flagged: frozenset[str | None] | None = None) -> None:
        """Report the findings on text that probably has some, in flagged fields or, if `None`, in all."""
        for finding in text.findings:
            report(finding)
        if not text.readable:
            return
        explained = False

        def pass_on(finding: Finding) -> None:
            nonlocal explained
            explained |= finding.severity == Severity.ERROR and finding.rule in ("lone-surrogate", "big-integer")
            report(finding)

        shape = self._enveloped if self._enveloped and is_enveloped(text.payload) else self._bare
        Walk(pass_on, thorough=not text.clean, flagged=flagged).visit(shape, text.payload)
        if text.error is not None and not explained:  # the problem may be in the first of two fields with the same name
            report(not_json(text.error))

    def is_enveloped(self, payload: object) -> bool:
        """Return whether a payload is in the service's envelope, and not one itself."""
        return self._enveloped is not None and is_enveloped(payload)


ANYTHING = Examiner(AnyJson())
"""The examiner for payloads of unknown kind."""


def examiner(as_type: type[object]) -> Examiner:
    """Return the cached examiner for a type. Creating one is slow."""
    if as_type not in _examiners:
        shape = described(as_type)
        _examiners[as_type] = Examiner(shape, None if as_type is Envelope else in_envelope(shape))
    return _examiners[as_type]


_examiners: dict[object, Examiner] = {}
