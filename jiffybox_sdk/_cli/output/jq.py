"""`--jq`: the output in JSON, filtered by the program jq."""

import shutil
import subprocess
import sys
from collections.abc import Callable, Generator
from contextlib import contextmanager, redirect_stdout
from io import StringIO
from typing import ClassVar

import click

from jiffybox_sdk._cli.errors import ExitCode
from jiffybox_sdk._cli.output.text import write, write_error
from jiffybox_sdk._common.texts import printable, visible


class _UnfilteredError(click.ClickException):
    """The output of a command that has changed something cannot be filtered."""

    exit_code: ClassVar[int] = ExitCode.NOT_WRITTEN


@contextmanager
def filtered_by(expression: str, has_changed: Callable[[], bool]) -> Generator[None]:
    """Filter the output that is written within the context by jq, with strings unquoted.

    A failure is invalid usage, unless the command has changed something. It does not hide an error of the command.
    """
    _run(expression, "")  # reports an invalid expression before anything is sent
    text = StringIO()
    try:
        with redirect_stdout(text):
            yield
    except Exception:
        try:
            _write(_run(expression, text.getvalue()))
        except click.UsageError as error:
            write_error(f"jiffybox: {printable(error.message)}")
        raise
    try:
        result = _run(expression, text.getvalue())
    except click.UsageError as error:
        if not has_changed():
            raise
        raise _UnfilteredError(f"{error.message.removesuffix('.')}; the work was done") from None
    _write(result)


def _write(result: str) -> None:
    write(visible(result, lambda character: character if character == "\t" else printable(character)))


def _run(expression: str, text: str) -> str:
    if not (jq := shutil.which("jq")):
        raise click.UsageError("--jq requires the program jq, which is not installed; or use --columns and --filter.")
    options = ["-r"] if sys.stdout and sys.stdout.isatty() else ["-r", "-c"]
    line = [jq, *options, f" {expression}"]  # the space keeps an expression from being an option
    done = subprocess.run(line, input=text, capture_output=True, encoding="utf-8", check=False)  # noqa: S603
    if done.returncode:
        raise click.UsageError(f"--jq {expression!r}: {done.stderr.strip().removeprefix('jq: ')}.")
    return done.stdout
