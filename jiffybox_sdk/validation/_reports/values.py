"""Values in reports, without secrets."""

import json
import re

from jiffybox_sdk._common.line_numbers import steps_of
from jiffybox_sdk._common.redaction import MASK
from jiffybox_sdk._common.type_guards import is_list, is_map
from jiffybox_sdk.validation._json_text import Text

_SECRET = re.compile(r"pass|pw|secret|token|key|credential|auth|pin$|kennw|geheim|zugang|schl(ü|ue)ssel", re.IGNORECASE)
"""Names of fields that may contain secrets. False positives are harmless."""

_MAX_LENGTH = 80
"""The maximum number of characters shown of a value."""

_MISSING = object()


def value_at(text: Text, pointer: str) -> str | None:
    """Return the value at a JSON Pointer, shortened, with secrets masked and without the content of objects."""
    if not text.readable:
        return None
    value: object = text.payload
    steps = steps_of(pointer)
    for step in steps:
        if is_map(value):
            value = value.get(step, _MISSING)
        elif is_list(value) and step.isdecimal() and int(step) < len(value):
            value = value[int(step)]
        else:
            return None
    if value is _MISSING:
        return None
    if any(_SECRET.search(step) for step in steps):
        return MASK
    if is_map(value) or is_list(value):
        return "{...}" if is_map(value) else "[...]"
    try:
        shown = json.dumps(value)
    except ValueError:  # an integer with more digits than Python converts
        return None
    return shown if len(shown) <= _MAX_LENGTH else f"{shown[:_MAX_LENGTH]}..."
