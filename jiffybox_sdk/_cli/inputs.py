"""Input beyond the command line: files, standard input, and passwords, which are never arguments."""

import sys
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from jiffybox_sdk._cli.complete import complete_files
from jiffybox_sdk._cli.options import F, store
from jiffybox_sdk._cli.session import Session

if TYPE_CHECKING:
    from pydantic import JsonValue

MAX_BYTES = 2**20
"""The size limit for files and standard input, far above the service's limits."""


def password_options(noun: str) -> Callable[[F], F]:
    """Add the options for a password. `Options` has their values."""
    option = partial(click.option, expose_value=False, callback=store)

    def decorate(function: F) -> F:
        option("--ask-password", is_flag=True, help=f"{noun}, entered at a prompt.")(function)
        help_ = f"{noun}, read from the first line of a file; - for standard input."
        return option("--password-file", metavar="FILE", shell_complete=complete_files, help=help_)(function)

    return decorate


def read_password(session: Session) -> str | None:
    """Return the password, which is hidden in all messages, or `None` if no option asks for one."""
    options = session.options
    if options.password_file is not None and options.ask_password:
        raise click.UsageError("--ask-password cannot be combined with --password-file.")
    if options.password_file is not None:
        password = read(options.password_file, "--password-file").partition("\n")[0].removesuffix("\r")
        if not password:
            raise click.UsageError("invalid --password-file: the first line is empty.")
    elif options.ask_password:
        password = ask_secret("Password", "--ask-password", "--password-file", repeat=True)
    else:
        return None
    session.add_secret(password)
    return password


def ask_secret(noun: str, asking: str, flag: str, *, repeat: bool = False) -> str:
    """Ask for a secret without showing it. Errors name what asks, and the flag for a secret from a file."""
    if not (sys.stdin and sys.stdin.isatty()):
        raise click.UsageError(f"{asking} requires a terminal; use {flag} instead.")
    return str(click.prompt(noun, hide_input=True, confirmation_prompt=repeat, err=True))


def json_object(text: str, source: str) -> "dict[str, JsonValue]":
    """Return a JSON object given as text, as @FILE, or as - for standard input. Errors name its `source`."""
    if text == "-" or text.startswith("@"):
        text = read(text.removeprefix("@"), source)
    value = json_value(text, source)
    if not isinstance(value, dict):
        raise click.UsageError(f'invalid {source}: expected a JSON object, such as {{"role": "web"}}.')
    return value


def json_value(text: str, source: str) -> "JsonValue":
    """Return the value of JSON text. Errors name its `source`."""
    from jiffybox_sdk._common import strict_json

    try:
        return strict_json.parse(text, unique_names=True)
    except ValueError as error:
        raise click.UsageError(f"invalid {source}: not valid JSON: {error}.") from None


def read_changes(given: Sequence[str], assignments: Sequence[str], removals: Sequence[str]) -> "dict[str, JsonValue]":
    """Return changes to metadata given as JSON, as NAME=TEXT, as `--set NAME=TEXT`, and as `--unset NAME`."""
    documents = [text for text in given if text == "-" or text.startswith(("@", "{"))]
    if len(documents) > 1:
        raise click.UsageError("invalid CHANGES: expected at most one JSON object, @FILE or -.")
    pairs = [("CHANGES", text) for text in given if text not in documents] + [("--set", text) for text in assignments]
    whole = json_object(documents[0], "CHANGES") if documents else {}
    changes: dict[str, JsonValue] = {}
    for source, assignment in pairs:
        name, equals, text = assignment.partition("=")
        if not equals:
            form = "NAME=TEXT" if source == "--set" else "NAME=TEXT, a JSON object, @FILE or -"
            raise click.UsageError(f"invalid {source} {assignment!r}: expected {form}.")
        if name in changes:
            raise click.UsageError(f"invalid {source} {name!r}: given twice.")
        changes[name] = text
    for name in dict.fromkeys(removals):
        if name in changes:
            raise click.UsageError(f"invalid --unset {name!r}: also given as --set.")
        changes[name] = None
    return whole | changes


def read(name: str, source: str) -> str:
    """Return the content of a file, or of standard input for `-`. Errors name its `source`."""
    subject = f"{source} {name!r}"
    try:
        if name == "-" and not sys.stdin:
            raise click.UsageError(f"cannot read {subject}: standard input is closed.")
        if name == "-":
            content = sys.stdin.buffer.read(MAX_BYTES + 1)
        else:
            with Path(name).open("rb") as file:
                content = file.read(MAX_BYTES + 1)
        if len(content) > MAX_BYTES:
            raise click.UsageError(f"cannot read {subject}: larger than {MAX_BYTES} bytes.")
        return content.decode("utf-8-sig")
    except OSError as error:
        raise click.UsageError(f"cannot read {subject}: {error.strerror}.") from None
    except ValueError as error:
        reason = "not UTF-8 text" if isinstance(error, UnicodeDecodeError) else "not a path"
        raise click.UsageError(f"cannot read {subject}: {reason}.") from None


def _metadata(_context: click.Context, _parameter: click.Parameter, text: str | None) -> object:
    return None if text is None else json_object(text, "--metadata")


metadata_option = click.option(
    "--metadata", metavar="JSON", callback=_metadata, help="A JSON object, @FILE, or - for standard input."
)
