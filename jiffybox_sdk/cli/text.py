"""Text for people: what can't be printed is spelt out, since a name may hold what would move a terminal's cursor."""

import sys
from typing import TextIO

import click


def printable(text: str) -> str:
    """Returns a text with each character that can't be printed spelt out."""
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode("ascii") for c in text)


def fitting(text: str, stream: TextIO | None) -> str:
    """Returns a text as a stream of this encoding will have it, so that its width is known before it is written.

    Args:
        text: The text.
        stream: What it is going to be written to.
    """
    encoding = (stream and stream.encoding) or "utf-8"
    return printable(text).encode(encoding, "backslashreplace").decode(encoding)


def write(text: str, *, err: bool = False, end: bool = True) -> None:
    """Writes a text in the encoding of the stream; click by itself writes UTF-8 to one that is said to take ASCII.

    Args:
        text: The text.
        err: Whether it goes to standard error, and else to standard output.
        end: Whether to end the line.
    """
    click.echo(text, file=sys.stderr if err else sys.stdout, nl=end)
