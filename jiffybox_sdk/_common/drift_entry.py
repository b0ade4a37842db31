"""One unknown field or value in an answer."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

DriftKind = Literal["field", "state", "type"]
"""An unknown field; an unknown state, or any unknown value of an open enum; a value that came as another type."""

_WORDS: Mapping[DriftKind, str] = {"field": "unknown field, ", "state": "unknown value, ", "type": ""}


@dataclass(frozen=True, slots=True)
class DriftEntry:
    """One thing that the schemas do not know. It shows no values: they may be passwords.

    Attributes:
        model: What the pointer starts at: `Box`, `map of Box`, or `Envelope` for what stands around a result.
        pointer: JSON pointer to it, such as `/*/plan/cores`. `*` stands for any key of a map, any index of a list,
            any name that is a number or an id, and for any of several fields that hold the same kind of object.
        what: Whether it is a `"field"` that is new, a `"state"` (or another value of an open enum) that is new, or a
            value that came as another `"type"`, and was taken.
        example: What the first one looked like: the new state, if it is written in capitals; else types and names of
            fields, such as `{zone: text}`.
        count: How often it was met.
    """

    model: str
    pointer: str
    what: DriftKind
    example: str
    count: int = 1

    def __str__(self) -> str:
        return f"{self.model} {self.pointer or 'itself'}: {_WORDS[self.what]}{self.example}"
