"""An unknown field or value in responses, with the number of its occurrences."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from jiffybox_sdk._common.texts import printable

Place = tuple[str, str, str]
"""A model, a JSON Pointer, and a description of the drift."""


def places(entries: "Iterable[DriftEntry]") -> Counter[Place]:
    """Return the number of occurrences by place."""
    counts = Counter[Place]()
    for entry in entries:
        counts[entry.model, entry.pointer, str(entry).partition(": ")[2]] += entry.count
    return counts


MAX_LINES = 10
"""The maximum number of places listed. Any others are only counted."""


def drift_lines(counts: Counter[Place]) -> list[str]:
    """Return a line for each place."""
    lines = [
        f"{model} {pointer or 'itself'}: {description}{f', {count} times' if count > 1 else ''}"
        for (model, pointer, description), count in counts.items()
    ]
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
