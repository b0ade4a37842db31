"""An unknown field or value in a response, or in a request to the emulator."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

DriftKind = Literal["field", "state", "type"]
"""An unknown field, an unknown state (or another value of an open enum), or a value that came as another type."""

_LABELS: Mapping[DriftKind, str] = {"field": "unknown field, ", "state": "unknown value, ", "type": ""}


@dataclass(frozen=True, slots=True)
class DriftEntry:
    """An unknown field or value. Values are not kept, because they may be passwords.

    Attributes:
        model: The model at the root of the pointer: `Box`, `map of Box`, or `Envelope`.
        pointer: The JSON Pointer, such as `/*/plan/cores`. `*` replaces map keys, list indexes, names that are numbers
            or ids, and the names of several fields that hold the same kind of object.
        what: `"field"` for an unknown field, `"state"` for an unknown state (or another value of an open enum), or
            `"type"` for a value that came as another type and was accepted.
        example: The first occurrence, given as a new state if it is in capitals, otherwise as types and field names,
            such as `{zone: text}`.
        count: The number of occurrences.
    """

    model: str
    pointer: str
    what: DriftKind
    example: str
    count: int = 1

    def __str__(self) -> str:
        return f"{self.model} {self.pointer or 'itself'}: {_LABELS[self.what]}{self.example}"
