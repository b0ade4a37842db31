"""What `jiffybox validate` looks into values with: as one kind, or as what each is taken for."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass

from jiffybox_sdk.checking import is_list, is_map
from jiffybox_sdk.validation import KINDS, Finding, guess
from jiffybox_sdk.validation.collecting import examiner
from jiffybox_sdk.validation.texts import read

HIDDEN = "**********"

_SECRET = re.compile(r"pass|pw|secret|token|key|credential|auth|pin$", re.IGNORECASE)
"""What the name of a field has in it that holds something secret. (Nobody minds one too many.)"""

_LONGEST = 80
"""How many characters of a value are shown."""

_NOTHING = object()


@dataclass(frozen=True, slots=True)
class Seen:
    """A value that was looked into.

    Attributes:
        kind: The kind that it was looked at as; `None` where that can't be told.
        data: Its JSON.
    """

    kind: str | None
    data: bytes


class Looker:
    """Says what is to be said of values, and keeps the last one until it is taken."""

    def __init__(self, kind: str | None) -> None:
        """Looks at nothing yet.

        Args:
            kind: What all values are; `None` to guess it of each.
        """
        self._kind = kind
        self._seen: Seen | None = None

    def read(self, data: bytes, /) -> Iterator[Finding]:
        """Yields what is to be said of a value."""
        kind = self._kind
        reason = ""
        if kind is None and read(data).readable:
            guessed = guess(data)
            kind, reason = guessed.kind, guessed.reason
        self._seen = Seen(kind, data)
        if kind is not None:
            yield from examiner(KINDS[kind]).read(data)
            return
        yield from read(data).findings
        if reason:
            yield Finding("", "unknown-kind", "error", found=reason)

    def take(self) -> Seen | None:
        """Returns the value that was looked into last, once; `None` for one that was passed over."""
        seen, self._seen = self._seen, None
        return seen


def value_at(data: bytes, pointer: str) -> str | None:
    """Returns what stands at a place, shortened, for those who asked to see it; no secrets, and nothing of objects.

    Args:
        data: JSON.
        pointer: The place.
    """
    steps = [step.replace("~1", "/").replace("~0", "~") for step in pointer.split("/")[1:]]
    text = read(data)
    if not text.readable:
        return None
    found: object = text.payload
    for step in steps:
        if is_map(found):
            found = found.get(step, _NOTHING)
        elif is_list(found) and step.isdecimal() and int(step) < len(found):
            found = found[int(step)]
        else:
            return None
    if found is _NOTHING:
        return None
    if any(_SECRET.search(step) for step in steps):
        return HIDDEN
    if is_map(found) or is_list(found):
        return "{...}" if is_map(found) else "[...]"
    try:
        shown = json.dumps(found)
    except ValueError:  # an integer of more digits than Python writes
        return None
    return shown if len(shown) <= _LONGEST else f"{shown[:_LONGEST]}..."
