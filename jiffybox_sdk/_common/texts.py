"""Text in which nothing is hidden.

Names come from the service and may contain control sequences, so unprintable characters are escaped.
"""

import json
import re
from collections.abc import Callable, Iterable
from typing import TextIO


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


def nearest(name: str, names: Iterable[str]) -> str:
    """Return a question with the three names that are most like another one."""
    from difflib import get_close_matches  # noqa: PLC0415 (needed only here)

    *others, last = map(repr, get_close_matches(name, names, 3, cutoff=0))
    return f"did you mean {', '.join(others)}{' or ' * bool(others)}{last}?"


def encodable(text: str, stream: TextIO | None) -> str:
    """Return text as the stream will display it, so that its width is known in advance."""
    encoding = (stream and stream.encoding) or "utf-8"
    return printable(text).encode(encoding, "backslashreplace").decode(encoding)


def traceback_text(error: BaseException) -> str:
    """Return a traceback with those of its causes. Line breaks in messages are escaped."""
    import traceback  # noqa: PLC0415 (rarely needed)

    cause = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    before = f"{traceback_text(cause)}\n\nThis led to:\n\n" if cause else ""
    frames = "".join(traceback.format_tb(error.__traceback__))
    return f"{before}Traceback (most recent call last):\n{frames}{type(error).__name__}: {printable(str(error))}"
