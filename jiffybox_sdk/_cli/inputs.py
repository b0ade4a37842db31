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


metadata_option = click.option(
    "--metadata", metavar="JSON", help="Custom data: a JSON object, @FILE, or - for standard input."
)


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
        if not (sys.stdin and sys.stdin.isatty()):
            raise click.UsageError("--ask-password requires a terminal; use --password-file instead.")
        password = str(click.prompt("Password", hide_input=True, confirmation_prompt=True, err=True))
    else:
        return None
    session.add_secret(password)
    return password


def read_metadata(text: str | None) -> "dict[str, JsonValue] | None":
    """Return the metadata given as `--metadata`."""
    return None if text is None else json_object(text, "--metadata")


def json_object(text: str, source: str) -> "dict[str, JsonValue]":
    """Return a JSON object given as text, as @FILE, or as - for standard input. Errors name its `source`."""
    from jiffybox_sdk._common import strict_json

    if text == "-" or text.startswith("@"):
        text = read(text.removeprefix("@"), source)
    try:
        value = strict_json.parse(text, unique_names=True)
    except ValueError as error:
        raise click.UsageError(f"invalid {source}: not valid JSON: {error}.") from None
    if not isinstance(value, dict):
        raise click.UsageError(f'invalid {source}: expected a JSON object, such as {{"role": "web"}}.')
    return value


def parse_changes(assignments: Sequence[str], removals: Sequence[str]) -> "dict[str, JsonValue]":
    """Return changes to metadata given as `--set NAME=TEXT` and `--unset NAME`."""
    changes: dict[str, JsonValue] = {}
    for assignment in assignments:
        name, equals, text = assignment.partition("=")
        if not equals:
            raise click.UsageError(f"invalid --set {assignment!r}: expected NAME=TEXT.")
        if name in changes:
            raise click.UsageError(f"invalid --set {name!r}: given twice.")
        changes[name] = text
    for name in dict.fromkeys(removals):
        if name in changes:
            raise click.UsageError(f"invalid --unset {name!r}: also given as --set.")
        changes[name] = None
    return changes


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
