"""Type guards for values of unknown type, such as those from JSON or from callers who do not use a type checker."""

from collections.abc import Mapping
from typing import TypeGuard


def is_map(value: object) -> TypeGuard[Mapping[object, object]]:
    """Return whether a value is a mapping."""
    return isinstance(value, dict) or isinstance(value, Mapping)  # noqa: SIM101 (the check for dict is much faster)


def is_list(value: object) -> TypeGuard[list[object]]:
    """Return whether a value is a list."""
    return isinstance(value, list)


def is_enveloped(payload: object) -> TypeGuard[Mapping[object, object]]:
    """Return whether a payload is one of the service's envelopes."""
    return is_map(payload) and {"messages", "result"} <= payload.keys()
