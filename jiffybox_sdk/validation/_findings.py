"""What is said of a payload: where, which rule, how bad. Never a value of the payload, which may hold passwords."""

from collections.abc import Mapping
from typing import Literal, NamedTuple

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
    "refused",
    "unknown-kind",
    "too-large",
    "more-findings",
    "unreadable",
    "grew",
]
"""Which rule a payload, or a file of payloads, does not keep to; the documentation has a table of them."""

Severity = Literal["error", "warning", "note"]
"""An error is what makes `validate` raise, or what could not be read. A warning is drift: what the schemas do not know,
or what others will read differently. A note is tolerated, since the service is known to do it."""

Standing = Literal["documented", "recorded", "inferred"]
"""How sure we are that the service sends a field: the provider described it, an answer on record has it, or it follows
from what is documented or recorded."""

JsonType = Literal["object", "array", "string", "integer", "number", "boolean", "null", "no JSON value"]


class Finding(NamedTuple):
    """One thing that is to be said of a payload.

    Attributes:
        pointer: Where: a JSON pointer (RFC 6901) into the payload as it was given, envelope included. Names of fields
            in it are the payload's own, and may be any text; `str()` of the finding escapes them. Of very long names,
            and of a very long pointer, it has the beginning, and `…` for the rest.
        rule: Which rule it is about.
        severity: How bad it is.
        expected: What should be there, where something should.
        found: What is there: a type, a length or a position, never a value.
        standing: How sure we are that the service sends this field; `None` where nothing is known of it.
    """

    pointer: str
    rule: Rule
    severity: Severity
    expected: str | None = None
    found: str | None = None
    standing: Standing | None = None

    def __str__(self) -> str:
        details = [f"{label} {text}" for label, text in (("expected", self.expected), ("found", self.found)) if text]
        if self.standing:
            details.append(self.standing)
        about = f": {', '.join(details)}" if details else ""
        return f"{self.severity}: {printable(self.pointer) or 'the payload'}: {self.rule}{about}"


def printable(text: str) -> str:
    """Returns a text with what a terminal would take as a command, and what can't be encoded, as escapes."""
    return text if text.isprintable() else repr(text)[1:-1]


_LONGEST_STEP = 256
"""Characters of a name that a pointer has at the most."""

_LONGEST = 2000
"""Characters of a pointer that is extended; what is below a longer one is `/…`."""


def below(pointer: str, step: str | int) -> str:
    """Returns the pointer to a member of what a pointer leads to.

    Of a name that is very long, as no service sends one, it has the beginning, and so it has of very many names: each
    finding holds its pointer.
    """
    if len(pointer) > _LONGEST:
        return pointer if pointer.endswith("/…") else f"{pointer}/…"
    text = step if isinstance(step, str) else str(step)
    if len(text) > _LONGEST_STEP:
        text = f"{text[:_LONGEST_STEP]}…"
    if "~" in text or "/" in text:
        text = text.replace("~", "~0").replace("/", "~1")
    return f"{pointer}/{text}"


def json_type(value: object) -> JsonType:
    """Returns the name that JSON has for the type of a value."""
    match value:
        case None:
            return "null"
        case bool():
            return "boolean"
        case int():
            return "integer"
        case float():
            return "number"
        case str():
            return "string"
        case Mapping():
            return "object"
        case list():
            return "array"
        case _:
            return "no JSON value"
