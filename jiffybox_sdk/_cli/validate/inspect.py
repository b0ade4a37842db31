"""What `jiffybox validate` looks into values with: as one kind, or as what each is taken for."""

import json
import re

from jiffybox_sdk._cli.options import HIDDEN
from jiffybox_sdk._common.type_guards import is_list, is_map
from jiffybox_sdk.validation import KINDS, Finding
from jiffybox_sdk.validation._check import ANYTHING, examiner
from jiffybox_sdk.validation._guess import guess_read
from jiffybox_sdk.validation._json_text import Text, read
from jiffybox_sdk.validation._walk import Tell

_SECRET = re.compile(r"pass|pw|secret|token|key|credential|auth|pin$|kennw|geheim|zugang|schl(ü|ue)ssel", re.IGNORECASE)
"""What the name of a field has in it that holds something secret. (Nobody minds one too many.)"""

_LONGEST = 80
"""How many characters of a value are shown."""

_NOTHING = object()


class Seen:
    """A value that was looked into.

    Attributes:
        kind: The kind that it was looked at as; `None` where that can't be told.
        data: Its JSON.
    """

    def __init__(self, kind: str | None, data: bytes, text: Text) -> None:
        self.kind = kind
        self.data = data
        self._text = text

    def value_at(self, pointer: str) -> str | None:
        """Returns what stands at a place, shortened, for those who asked to see it; no secrets, nothing of objects.

        Args:
            pointer: The place.
        """
        return _value_at(self._text.payload, pointer) if self._text.readable else None


class Looker:
    """Says what is to be said of values, and keeps the last one until it is taken."""

    def __init__(self, kind: str | None) -> None:
        """Looks at nothing yet.

        Args:
            kind: What all values are; `None` to guess it of each.
        """
        self._kind = kind
        self._seen: Seen | None = None

    def read(self, data: bytes, tell: Tell, /) -> None:
        """Tells what is to be said of a value."""
        text = read(data)
        kind = self._kind
        if kind is None and text.readable:
            guessed = guess_read(text.payload)
            kind = guessed.kind
            if kind is None:
                tell(Finding("", "unknown-kind", "error", found=guessed.reason))
        self._seen = Seen(kind, data, text)
        (examiner(KINDS[kind]) if kind else ANYTHING).read_text(text, tell)

    def take(self) -> Seen | None:
        """Returns the value that was looked into last, once; `None` for one that was passed over."""
        seen, self._seen = self._seen, None
        return seen


def _value_at(found: object, pointer: str) -> str | None:
    steps = [step.replace("~1", "/").replace("~0", "~") for step in pointer.split("/")[1:]]
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
