"""Text for people: what can't be printed is spelt out, since a name may hold what would move a terminal's cursor."""

import errno
import sys
from typing import TextIO

import click


def tell(text: str) -> None:
    """Writes a line that is no data to standard error."""
    if sys.stderr:
        sys.stderr.write(f"{text}\n")
        sys.stderr.flush()


def ask(question: str) -> str:
    """Asks a question on standard error, and returns the answer in small letters.

    Not by way of readline, which takes no notice of a Ctrl-C that comes while it begins.

    Raises:
        click.exceptions.Abort: there is no answer: the input has ended.
    """
    sys.stderr.write(printable(question))
    sys.stderr.flush()
    answer = sys.stdin.readline()
    if not answer:
        tell("")
        raise click.exceptions.Abort
    return answer.strip().lower()


def put(text: str) -> None:
    """Writes data to standard output, in its own encoding: click would write UTF-8 where it finds ASCII.

    Raises:
        OSError: it is closed, or full.
    """
    if not sys.stdout:
        raise OSError(errno.EBADF, "standard output is closed")
    sys.stdout.write(text)
    sys.stdout.flush()


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
