"""The definition of commands that use a session."""

from collections.abc import Callable
from typing import Concatenate, ParamSpec

import click

from jiffybox_sdk._cli.command import Command, examples
from jiffybox_sdk._cli.options import FORMATS
from jiffybox_sdk._cli.session import Session, pass_session

P = ParamSpec("P")


def command(
    group: click.Group | None,
    name: str,
    *lines: str,
    table: str = "",
    formats: tuple[str, ...] = FORMATS,
    help_: str | None = None,
) -> Callable[[Callable[Concatenate[Session, P], None]], Command]:
    """Define a command with example command lines. Its help is the function's docstring, unless another is given."""

    def define(function: Callable[Concatenate[Session, P], None]) -> Command:
        defined = click.command(name, cls=Command, help=help_)(pass_session(function))
        if group:
            group.add_command(defined)
        return examples(*lines, table=table, formats=formats)(defined)

    return define
