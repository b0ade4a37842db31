"""What every command takes, whether it stands before the command or after it, and the classes that see to that."""

import json
import os
import shlex
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeVar

import click

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

C = TypeVar("C", bound=click.Command)
F = TypeVar("F", bound=Callable[..., object])

FORMATS = ("table", "plain", "json", "json-pretty", "csv", "ids")
"""The forms of output that commands have, but for those that say so."""

ALL_FORMATS = (*FORMATS, "sarif")
"""The forms that some command has: before the name of a command, it is not known yet which it will be."""


HIDDEN = "**********"
"""What stands in place of a secret."""

_SHORTEST_HIDDEN = 8
"""A secret shorter than this is not looked for in texts: it would be found everywhere."""


@dataclass
class Options:
    """What was said about every command.

    Attributes:
        api_url: Address of the service.
        api_key: The token.
        allow_plain_http: Whether to send the token unencrypted to another machine.
        profile: Name of a profile.
        local: Whether to use the emulated service on this machine.
        output_format: How to show what was found; `None` for what fits where it is shown.
        columns: Which columns to show; `None` for the usual ones.
        sort: What to sort by.
        pager: Whether to show it page by page.
        yes: Whether not to ask.
        dry_run: Whether to show the request and to send nothing.
        verbose: How much to tell of what is going on.
        debug: Whether to show the traceback of a failure.
        secrets: What no output may show.
    """

    api_url: str | None = None
    api_key: str | None = field(default=None, repr=False)
    allow_plain_http: bool = False
    profile: str | None = None
    local: bool = False
    output_format: str | None = None
    columns: tuple[str, ...] | None = None
    sort: tuple[str, ...] = ()
    pager: bool = False
    yes: bool = False
    dry_run: bool = False
    verbose: int = 0
    debug: bool = False
    secrets: list[str] = field(default_factory=list, repr=False)

    def command(self, words: str) -> str:
        """Returns another command that leads to the same service, to be named in a message."""
        if self.profile is not None:
            return f"jiffybox --profile {shlex.quote(self.profile)} {words}"
        return f"jiffybox --local {words}" if self.local else f"jiffybox {words}"

    def without_secrets(self, text: str) -> str:
        """Returns a text without secrets, in case that one stands where something else belongs."""
        for secret in (*self.secrets, self.api_key, os.environ.get("JIFFYBOX_API_KEY")):
            if secret and len(secret) >= _SHORTEST_HIDDEN:
                for spelling in (secret, json.dumps(secret)[1:-1], json.dumps(secret, ensure_ascii=False)[1:-1]):
                    text = text.replace(spelling, HIDDEN)
        return text


def given(context: click.Context) -> Options:
    """Returns what was said about every command."""
    return context.find_root().ensure_object(Options)


def _keep(context: click.Context, parameter: click.Parameter, value: object) -> None:
    # What was not given has one of these values. It may have been given before, to a command further out.
    if parameter.name and value not in (None, False, 0):
        setattr(given(context), parameter.name, value)


class _Parts(click.ParamType[tuple[str, ...]]):
    """Names with commas in between."""

    name = "names"

    def convert(
        self, value: str | tuple[str, ...], param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[str, ...]:
        """Returns the names."""
        parts = value if isinstance(value, tuple) else tuple(part.strip() for part in value.split(","))
        if not all(parts):
            self.fail("name at least one column, and no empty one.", param, ctx)
        return parts


_PARTS = _Parts()


class _Form(click.Choice[str]):
    """A form of output: one of those that the command has."""

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Returns the form, if the command has it."""
        return super().convert(value, param, ctx) if ctx is None else _forms(ctx.command).convert(value, param, ctx)

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> "list[CompletionItem]":
        """Returns the forms that the command has."""
        return _forms(ctx.command).shell_complete(ctx, param, incomplete)


def _forms(command: click.Command) -> click.Choice[str]:
    known: tuple[str, ...] = command.formats if isinstance(command, Command) else ALL_FORMATS
    return click.Choice(known)


def _shared(*, hidden: bool) -> list[click.Option]:
    options = [
        click.Option(["--api-url"], metavar="URL", help="Address of the service, in place of $JIFFYBOX_API_URL."),
        click.Option(
            ["--api-key"],
            metavar="KEY",
            help="The token. Others see it in the list of processes: better use $JIFFYBOX_API_KEY or a profile.",
        ),
        click.Option(["--allow-plain-http"], is_flag=True, help="Send the token unencrypted to another machine."),
        click.Option(["--profile"], metavar="NAME", help="Take address and token from this profile."),
        click.Option(["--local"], is_flag=True, help="Use an emulated service on this machine, which keeps its state."),
        click.Option(
            ["-o", "--output-format"],
            type=_Form(ALL_FORMATS),
            help="How to show data; if not given, as a table at a terminal, and as plain text elsewhere.",
        ),
        click.Option(["--columns"], type=_PARTS, metavar="A,B", help="The columns to show, such as id,plan.ramInMB."),
        click.Option(["--sort"], type=_PARTS, metavar="A,-B", help="The columns to sort by; with - from high to low."),
        click.Option(["--pager"], is_flag=True, help="Show the output page by page."),
        click.Option(["-y", "--yes", "--no-confirm"], is_flag=True, help="Do what is asked for without asking back."),
        click.Option(["--dry-run"], is_flag=True, help="Show the request, without secrets, and send nothing."),
        click.Option(["-v", "--verbose"], count=True, help="Tell what is sent; -vv tells of connections, too."),
        click.Option(["--debug"], is_flag=True, help="Show the traceback of a failure."),
    ]
    for option in options:
        option.hidden, option.expose_value, option.callback = hidden, False, _keep
    return options


_SHOWN = _shared(hidden=False)
_HIDDEN = _shared(hidden=True)


class Command(click.Command):
    """A command that takes the shared options, and has examples in its help."""

    examples: tuple[str, ...] = ()
    formats: tuple[str, ...] = FORMATS

    def invoke(self, ctx: click.Context) -> object:
        """Runs it, if it has the form of output that was asked for before its name."""
        wanted = given(ctx).output_format
        if wanted and wanted not in self.formats:
            there_are = ", ".join(self.formats)
            raise click.UsageError(f"the output {wanted} is refused: this command has {there_are}.", ctx)
        found: object = super().invoke(ctx)
        return found

    def get_params(self, ctx: click.Context) -> list[click.Parameter]:
        """Returns the parameters, the shared ones among them."""
        return [*super().get_params(ctx), *_HIDDEN]

    def shell_complete(self, ctx: click.Context, incomplete: str) -> "list[CompletionItem]":
        """Returns what completes a word: the shared options as well, which the help of the command only names."""
        from click.shell_completion import CompletionItem

        found = super().shell_complete(ctx, incomplete)
        if incomplete.startswith("-"):
            found += [
                CompletionItem(name, help=option.help)
                for option in _SHOWN
                for name in option.opts
                if name.startswith(incomplete)
            ]
        return found

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002 (the signature of click)
        """Writes the examples, and that the shared options may be given."""
        _write_examples(formatter, self.examples)
        _write_shared(formatter)


class Group(click.Group):
    """A group of commands, with examples in its help."""

    command_class: type[click.Command] | None = Command
    examples: tuple[str, ...] = ()

    def get_params(self, ctx: click.Context) -> list[click.Parameter]:
        """Returns the parameters, the shared ones among them. The help of the outermost group shows them."""
        return [*super().get_params(ctx), *(_HIDDEN if ctx.parent else _SHOWN)]

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Writes the examples, and that the shared options may be given, where they are not shown."""
        _write_examples(formatter, self.examples)
        if ctx.parent:
            _write_shared(formatter)


def _write_examples(formatter: click.HelpFormatter, examples: tuple[str, ...]) -> None:
    if examples:
        with formatter.section("Examples"):
            for line in examples:
                formatter.write(f"{'':{formatter.current_indent}}{line}\n")


def _write_shared(formatter: click.HelpFormatter) -> None:
    with formatter.section("Options of jiffybox itself, which may stand here, too"):
        formatter.write_text(", ".join("/".join(option.opts) for option in _HIDDEN))


def examples(*lines: str) -> Callable[[C], C]:
    """Gives a command examples for its help.

    Args:
        *lines: Command lines.
    """

    def decorate(command: C) -> C:
        if isinstance(command, Command | Group):
            command.examples = lines
        return command

    return decorate


def formats(*names: str) -> Callable[[C], C]:
    """Gives a command forms of output of its own.

    Args:
        *names: Those of `ALL_FORMATS` that it has.
    """

    def decorate(command: C) -> C:
        if isinstance(command, Command):
            command.formats = names
        return command

    return decorate
