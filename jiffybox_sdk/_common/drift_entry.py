"""An unknown field or value in responses, with the number of its occurrences."""

from collections.abc import Iterable
from dataclasses import dataclass

from jiffybox_sdk._common.texts import printable

MAX_LINES = 10
"""The maximum number of entries listed. Any others are only counted."""


def drift_lines(entries: "Iterable[DriftEntry]") -> list[str]:
    """Return a line for each entry."""
    lines = [f"{entry}, {entry.count} times" if entry.count > 1 else str(entry) for entry in entries]
    if len(lines) > MAX_LINES:
        lines[MAX_LINES:] = [f"and {len(lines) - MAX_LINES} more"]
    return [f"  {printable(line)}" for line in lines]


@dataclass(frozen=True, slots=True)
class DriftEntry:
    """An unknown field or value, or a value in another form. Values are not kept, because they may be passwords.

    Attributes:
        model: The model at the root of the pointer: `Box`, `map of Box`, or `Envelope`.
        pointer: The JSON Pointer, such as `/*/plan/cores`. `*` replaces map keys, list indexes, and unknown names that
            may be ids or secrets.
        rule: The rule, as in findings: `"unknown-field"`, `"unknown-state"` or `"coerced"`.
        expected: What was expected there, if anything.
        found: The JSON type that is there, at the first occurrence.
        count: The number of occurrences.
    """

    model: str
    pointer: str
    rule: str
    expected: str | None = None
    found: str | None = None
    count: int = 1

    def __str__(self) -> str:
        details = [f"{label} {text}" for label, text in (("expected", self.expected), ("found", self.found)) if text]
        return f"{self.model} {self.pointer or 'itself'}: {self.rule}: {', '.join(details)}"
