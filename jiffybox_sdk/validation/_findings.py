"""Findings in payloads, with place, rule and severity. They never contain values, which may be passwords."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Literal, NamedTuple

from jiffybox_sdk._common.standing import Standing
from jiffybox_sdk._common.texts import printable

Rule = Literal[
    "missing-field",
    "wrong-type",
    "out-of-range",
    "unknown-field",
    "unknown-state",
    "coerced",
    "big-integer",
    "not-finite",
    "lone-surrogate",
    "duplicate-key",
    "too-deep",
    "not-json",
    "trailing-data",
    "byte-order-mark",
    "not-utf-8",
    "not-traffic",
    "unknown-kind",
    "other-kind",
    "skipped",
    "too-large",
    "more-findings",
    "unreadable",
    "grew",
]
"""A rule that a payload or a file of payloads breaks. The documentation has a table of the rules."""


class Severity(StrEnum):
    """The severity of a finding. Severities compare in their order: an error is greater than a warning or a note."""

    NOTE = "note"
    """A known quirk of the service, which is accepted."""
    WARNING = "warning"
    """Drift (unknown fields and values, numbers as text), or JSON that other readers interpret differently."""
    ERROR = "error"
    """`validate` raises, or reading was impossible."""

    def __lt__(self, other: str) -> bool:
        return _ORDER[self] < _ORDER[Severity(other)]

    def __le__(self, other: str) -> bool:
        return _ORDER[self] <= _ORDER[Severity(other)]

    def __gt__(self, other: str) -> bool:
        return _ORDER[self] > _ORDER[Severity(other)]

    def __ge__(self, other: str) -> bool:
        return _ORDER[self] >= _ORDER[Severity(other)]


_ORDER = {severity: number for number, severity in enumerate(Severity)}

JsonType = Literal["object", "array", "string", "integer", "number", "boolean", "null", "no JSON value"]


class Finding(NamedTuple):
    """A problem or deviation found in a payload.

    `str()` returns it in one line, such as `error: /cpus: wrong-type: expected integer, found null (documented field)`.
    For an unknown kind, the reason follows: `error: the payload: unknown-kind: no kind looks like this object`.

    Attributes:
        pointer: The place, as a JSON Pointer (RFC 6901) into the payload as given, envelope included. Its field names
            may be any text, and `str()` of the finding escapes them. Very long names and pointers are cut and end with
            `…`.
        rule: The rule.
        severity: The severity.
        expected: What was expected there, if anything.
        found: What is there: a type, a length or a position, never a value. For an unknown kind, the reason.
        standing: How sure we are that the service sends this field, or `None` for unknown fields.
    """

    pointer: str
    rule: Rule
    severity: Severity
    expected: str | None = None
    found: str | None = None
    standing: Standing | None = None

    def __str__(self) -> str:
        found = "" if self.rule == "unknown-kind" and not self.expected else "found "  # a reason is a whole sentence
        details = [f"{label}{text}" for label, text in (("expected ", self.expected), (found, self.found)) if text]
        about = f": {', '.join(details)}" if details else ""
        field = f" ({_FIELDS[self.standing]})" if self.standing else ""
        return f"{self.severity}: {printable(self.pointer) or 'the payload'}: {self.rule}{about}{field}"


_FIELDS: Mapping[Standing, str] = {
    Standing.DOCUMENTED: "documented field",
    Standing.RECORDED: "field seen in recorded responses",
    Standing.INFERRED: "inferred field",
}

NOT_FINITE = "a number that is NaN, infinite, or too large for a float"


_LONGEST_STEP = 256
"""The maximum length of a name in a pointer."""

_LONGEST = 2000
"""The maximum length of a pointer that is extended. A longer one ends with `/…`."""


def below(pointer: str, step: str) -> str:
    """Return the pointer to a member. Its length is limited because each finding holds its pointer."""
    if len(pointer) > _LONGEST:
        return pointer if pointer.endswith("/…") else f"{pointer}/…"
    if len(step) > _LONGEST_STEP:
        step = f"{step[:_LONGEST_STEP]}…"
    if "~" in step or "/" in step:
        step = step.replace("~", "~0").replace("/", "~1")
    return f"{pointer}/{step}"


_TYPES: Mapping[type, JsonType] = {
    type(None): "null",
    bool: "boolean",  # before `int`, its base class
    int: "integer",
    float: "number",
    str: "string",
    Mapping: "object",
    list: "array",
    object: "no JSON value",
}


def json_type(value: object) -> JsonType:
    """Return the JSON type of a value."""
    exact = _TYPES.get(type(value))  # the quick way
    return exact if exact is not None else next(name for type_, name in _TYPES.items() if isinstance(value, type_))
