"""What is read besides the command line: files, standard input, and passwords, which are never arguments."""

import json
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, TypedDict, TypeGuard

import click

from jiffybox_sdk._cli.complete import complete_files
from jiffybox_sdk._cli.options import F
from jiffybox_sdk._cli.session import Session

if TYPE_CHECKING:
    from pydantic import JsonValue

MOST_BYTES = 2**20
"""The most that is read of a file or of standard input: what calls take is far less."""


class Password(TypedDict):
    """Where a password comes from."""

    password_file: str | None
    ask_password: bool


def password_options(what: str) -> Callable[[F], F]:
    """Gives a command the options of `Password`.

    Args:
        what: What the password is for, as the beginning of a sentence.
    """

    def decorate(function: F) -> F:
        file = click.option(
            "--password-file",
            metavar="FILE",
            shell_complete=complete_files,
            help=f"{what}, from the first line of a file; - is standard input.",
        )
        ask = click.option("--ask-password", is_flag=True, help=f"{what}, asked for at the terminal.")
        return file(ask(function))

    return decorate


def metadata_option(function: F) -> F:
    """Gives a command the option `--metadata`."""
    return click.option(
        "--metadata",
        metavar="JSON",
        help="Data of your own: a JSON object, @FILE for one in a file, - for standard input.",
    )(function)


def password(session: Session, said: Password) -> str | None:
    """Returns a password, which no message will show; `None` when none was given.

    Raises:
        click.ClickException: the file can't be read or is empty, or there is no terminal to ask at.
    """
    if said["password_file"] is not None and said["ask_password"]:
        raise click.UsageError("--ask-password is refused beside --password-file: give one of them.")
    if said["password_file"] is not None:
        found = read(said["password_file"], "--password-file").partition("\n")[0].removesuffix("\r")
        if not found:
            raise click.UsageError("--password-file is refused: its first line is empty.")
    elif said["ask_password"]:
        if not (sys.stdin and sys.stdin.isatty()):
            raise click.UsageError("--ask-password is refused: there is no terminal to ask at; use --password-file.")
        found = str(click.prompt("Password", hide_input=True, confirmation_prompt=True, err=True))
    else:
        return None
    session.options.secrets.append(found)
    return found


def json_object(text: str, what: str) -> "dict[str, JsonValue]":
    """Returns a JSON object that was given as text, as @FILE, or as - for standard input.

    Args:
        text: What was given.
        what: What it was given as, for the message.

    Raises:
        click.UsageError: it is none, or can't be read.
    """
    if text == "-" or text.startswith("@"):
        text = read(text.removeprefix("@"), what)
    try:
        found: object = json.loads(text, parse_constant=_no_constant, object_pairs_hook=_no_duplicates)
    except (ValueError, RecursionError) as error:
        reason = "it is nested too deeply" if isinstance(error, RecursionError) else f"it is no JSON: {error}"
        raise click.UsageError(f"{what} is refused: {reason}.") from None
    if not _is_object(found):
        raise click.UsageError(f'{what} is refused: give a JSON object, such as {{"role": "web"}}.')
    return found


def pairs(values: Sequence[str], gone: Sequence[str]) -> "dict[str, JsonValue]":
    """Returns metadata given as NAME=TEXT, and names to delete.

    Raises:
        click.UsageError: one of them has no `=`, or a name is given twice.
    """
    found: dict[str, JsonValue] = {}
    for pair in values:
        name, equals, text = pair.partition("=")
        if not equals:
            raise click.UsageError(f"--set {pair!r} is refused: give NAME=TEXT.")
        if name in found:
            raise click.UsageError(f"--set {name!r} is refused: it is given twice.")
        found[name] = text
    for name in dict.fromkeys(gone):
        if name in found:
            raise click.UsageError(f"--unset {name!r} is refused: it is set as well.")
        found[name] = None
    return found


def plan(text: str) -> int | str:
    """Returns a plan as calls take it: its number or its name.

    Raises:
        JiffyArgumentException: it is neither.
    """
    from jiffybox_sdk._common import arguments

    return arguments.plan_reference(text)


def read(name: str, what: str) -> str:
    """Returns what a file holds, or standard input if its name is `-`.

    Args:
        name: Its name.
        what: What it was given as, for the message.

    Raises:
        click.UsageError: it can't be read, is too large, or holds no UTF-8 text.
    """
    try:
        if name == "-" and not sys.stdin:
            raise click.UsageError(f"{what} {name!r} is refused: standard input is closed.")
        if name == "-":
            content = sys.stdin.buffer.read(MOST_BYTES + 1)
        else:
            with Path(name).open("rb") as file:
                content = file.read(MOST_BYTES + 1)
        if len(content) > MOST_BYTES:
            raise click.UsageError(f"{what} {name!r} is refused: it has more than {MOST_BYTES} bytes.")
        return content.decode("utf-8-sig")
    except OSError as error:
        raise click.UsageError(f"{what} {name!r} is refused: {error.strerror}.") from None
    except ValueError as error:
        reason = "it is no UTF-8 text" if isinstance(error, UnicodeDecodeError) else "that is no path"
        raise click.UsageError(f"{what} {name!r} is refused: {reason}.") from None


def _no_constant(name: str) -> "JsonValue":
    raise ValueError(f"{name} is no JSON")


def _no_duplicates(found: "list[tuple[str, JsonValue]]") -> "dict[str, JsonValue]":
    whole = dict(found)
    if len(whole) != len(found):
        raise ValueError("a name stands in it twice")
    return whole


def _is_object(value: object) -> "TypeGuard[dict[str, JsonValue]]":
    return isinstance(value, dict)
