"""Text on the standard streams."""

import errno
import os
import sys

import click

from jiffybox_sdk._common.texts import printable


def write_error(text: str) -> None:
    """Write a line to standard error."""
    if sys.stderr:
        sys.stderr.write(f"{text}\n")
        sys.stderr.flush()


def ask(question: str) -> str:
    """Ask a question on standard error and return the answer in lower case. Aborts at end of input.

    Does not use readline, which ignores Ctrl-C while starting.
    """
    sys.stderr.write(printable(question))
    sys.stderr.flush()
    answer = sys.stdin.readline()
    if not answer:
        write_error("")
        raise click.exceptions.Abort
    return answer.strip().lower()


class OutputError(Exception):
    """Standard output can't be written."""


def write(text: str) -> None:
    """Write data to standard output in the stream's own encoding. Click would write UTF-8 to ASCII streams."""
    if not sys.stdout:
        raise OutputError("standard output is closed")
    try:
        sys.stdout.write(text)
        sys.stdout.flush()
    except OSError as error:
        # On Windows, a closed pipe is reported as an invalid argument.
        if isinstance(error, BrokenPipeError) or (os.name == "nt" and error.errno == errno.EINVAL):
            raise BrokenPipeError from None
        raise OutputError(error.strerror) from None
