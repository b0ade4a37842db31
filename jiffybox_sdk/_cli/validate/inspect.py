"""Inspection of the values that `jiffybox validate` reads."""

import json
import re

from jiffybox_sdk._common.redaction import MASK
from jiffybox_sdk._common.type_guards import is_list, is_map
from jiffybox_sdk.validation import KINDS, Finding
from jiffybox_sdk.validation._check import ANYTHING, examiner
from jiffybox_sdk.validation._guess import guess_read
from jiffybox_sdk.validation._json_text import Text, read
from jiffybox_sdk.validation._walk import Report

_SECRET = re.compile(r"pass|pw|secret|token|key|credential|auth|pin$|kennw|geheim|zugang|schl(ü|ue)ssel", re.IGNORECASE)
"""Names of fields that may contain secrets. False positives are harmless."""

_MAX_LENGTH = 80
"""The maximum number of characters shown of a value."""

_MISSING = object()


class InspectedValue:
    """An inspected value's JSON and its kind, if that could be guessed."""

    def __init__(self, kind: str | None, data: bytes, text: Text) -> None:
        self.kind = kind
        self.data = data
        self._text = text

    def at(self, pointer: str) -> str | None:
        """Return the value at a JSON Pointer, shortened, with secrets masked and without the content of objects."""
        if not self._text.readable:
            return None
        value: object = self._text.payload
        steps = [step.replace("~1", "/").replace("~0", "~") for step in pointer.split("/")[1:]]
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


class Inspector:
    """Reports findings about values of one kind, or of guessed kinds. Keeps the last value until it is taken."""

    def __init__(self, kind: str | None) -> None:
        self._kind = kind
        self._last: InspectedValue | None = None

    def read(self, data: bytes, report: Report, /) -> None:
        """Report the findings about a value."""
        text = read(data)
        kind = self._kind
        if kind is None and text.readable:
            guessed = guess_read(text.payload)
            kind = guessed.kind
            if kind is None:
                report(Finding("", "unknown-kind", "error", found=guessed.reason))
        self._last = InspectedValue(kind, data, text)
        (examiner(KINDS[kind]) if kind else ANYTHING).read_text(text, report)

    def take(self) -> InspectedValue | None:
        """Return the last value once, or `None` if it was too large to inspect."""
        value, self._last = self._last, None
        return value
