"""Check one payload: for all findings, for its model, or only whether it is valid."""

from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Generic, TypeVar

from pydantic_core import ValidationError, from_json

from jiffybox_sdk._common.type_guards import is_enveloped, is_map
from jiffybox_sdk._records.distribution import Distribution
from jiffybox_sdk._records.of_box import OfBox, set_ids
from jiffybox_sdk.exceptions import JiffyAttributeException
from jiffybox_sdk.models._fields import Flags, Shape
from jiffybox_sdk.models._reader import reader
from jiffybox_sdk.models.responses.ip import Ip
from jiffybox_sdk.validation._findings import Finding, Severity
from jiffybox_sdk.validation._json_text import Text, contains, json_bytes, not_json, read
from jiffybox_sdk.validation._kinds import type_of
from jiffybox_sdk.validation._shapes import described, shape_in, shape_of
from jiffybox_sdk.validation._walk import Names, Report, Walk

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
    shape, data = described(as_type), json_bytes(payload)
    text, flags, value = read(data), Flags(), None
    if text.error is None:
        value = _with_ids(reader(as_type).read(text.payload, flags))
    flagged = frozenset(flags.names) if text.clean and not contains(data, b"null") else None
    findings: list[Finding] = []
    if flagged is None or flagged:
        report_on(text, shape, findings.append, flagged)
    checked = Checked(value, tuple(findings))
    return checked if checked.valid else replace(checked, value=None)


def validate(payload: object, as_type: str | type[object]) -> object:
    """Return a payload as a model. Needs no client and no network.

    Args:
        payload: JSON as bytes or a string, or the equivalent Python objects, with or without the service's envelope.
        as_type: A model (`Box`), a map of models (`dict[str, Box]`), or the name of a kind in `KINDS` (`"box"`).

    Raises:
        JiffyAttributeException: If the payload is not JSON, lacks a field, or has a value of another type. The message
            gives the places but no values.
        JiffyArgumentException: If `as_type` is neither a kind nor a payload type.
    """
    result = reader(type_of(as_type)).check_any(payload)
    if isinstance(result, JiffyAttributeException):
        del payload  # tracebacks show variables, and the payload may contain passwords
        _with_ids(result.partial)
        raise result
    return _with_ids(result)


def is_valid(payload: object, as_type: str | type[object]) -> bool:
    """Return whether `validate` accepts a payload, without making a model. Needs no client and no network.

    Args:
        payload: JSON as bytes or a string, or the equivalent Python objects, with or without the service's envelope.
        as_type: An SDK model (`Box`), a map of models (`dict[str, Box]`), or the name of a kind in `KINDS` (`"box"`).

    Raises:
        JiffyArgumentException: If `as_type` is neither a kind nor a payload type.
    """
    as_type = type_of(as_type)
    if not isinstance(payload, str | bytes | bytearray):
        return not isinstance(reader(as_type).check_any(payload), JiffyAttributeException)
    shape = shape_of(as_type)
    if "messages" not in str(payload[:20]):  # most envelopes begin so; for others, it is slower
        with suppress(ValidationError):
            if not is_enveloped(shape.validator.validate_json(payload)):
                return True
    try:
        parsed: object = from_json(payload)
    except (ValueError, TypeError):  # a TypeError for text with an unpaired surrogate
        return False
    return shape_in(shape, parsed).validator.isinstance_python(parsed)


def report_on(text: Text, shape: Shape, report: Report, flagged: Names = None) -> None:
    """Report the findings on text and on the value in it, bare or in an envelope: in flagged fields, or in all."""
    for finding in text.findings:
        report(finding)
    if not text.readable:
        return
    walk = Walk(report, thorough=not text.clean, flagged=flagged)
    walk.start(shape_in(shape, text.payload), text.payload)
    if text.error and not walk.unreadable:  # the problem may be in the first of two fields with the same name
        report(not_json(text.error))


def _with_ids(value: object) -> object:
    """Set the ids of records in a map, if they are only in its keys."""
    if is_map(value):
        for key, record in value.items():
            if isinstance(record, Ip) or not (is_map(record) or isinstance(record, OfBox | Distribution)):
                break  # as are the others. The key of an `Ip` is not its box.
            with suppress(JiffyAttributeException):  # the key is not a number
                set_ids(record, str(key))
    return value
