"""Text in which nothing is hidden.

Names come from the service and may contain control sequences, so unprintable characters are escaped.
"""

import json
import re
from collections.abc import Callable


def printable(text: str) -> str:
    """Return text with unprintable characters escaped."""
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode("ascii") for c in text)


def printable_lines(text: str) -> str:
    """Return lines of text with unprintable characters escaped."""
    return "\n".join(map(printable, text.split("\n")))


def visible(text: str, escape: Callable[[str], str]) -> str:
    """Return lines of text with unprintable characters escaped by a function."""
    return re.sub(r"[^\n -~]", lambda found: found[0] if found[0].isprintable() else escape(found[0]), text)


def visible_json(text: str) -> str:
    """Return JSON text with unprintable characters escaped."""
    return visible(text, lambda character: json.dumps(character)[1:-1].replace("\x7f", "\\u007f"))
