"""Options that every command takes, before or after its name, and the command classes that take them."""

import os
import shlex
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from importlib import import_module
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

C = TypeVar("C", bound=click.Command)
F = TypeVar("F", bound=Callable[..., object])

FORMATS = ("table", "plain", "json", "json-pretty", "csv", "ids")
"""The output formats of commands that do not set others with `formats`."""

ALL_FORMATS = (*FORMATS, "sarif")
"""The output formats of all commands. Any of them is accepted before a command's name."""


@dataclass(frozen=True)
class Options:
    """The options that every command takes, described in `_shared_options`."""

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

    def command_line(self, words: str) -> str:
        """Return another command's command line for the same service, for messages."""
        if self.profile is not None:
            return f"jiffybox --profile {shlex.quote(self.profile)} {words}"
        return f"jiffybox --local {words}" if self.local else f"jiffybox {words}"


class Invocation:
    """The state of one run of the command, with the options parsed so far and secrets to keep out of all output."""

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        self.options = Options()
        self.secrets: list[str] = list(secrets)

    def redact(self, text: str) -> str:
        """Return text without secrets."""
        secrets = [*self.secrets, self.options.api_key or "", os.environ.get("JIFFYBOX_API_KEY", "")]
        if not any(secrets):
            return text
        from jiffybox_sdk._common.redaction import redact

        return redact(text, secrets)


def current_invocation(context: click.Context) -> Invocation:
    """Return the invocation that a context belongs to."""
    return context.find_root().ensure_object(Invocation)


def _store(context: click.Context, parameter: click.Parameter, value: object) -> None:
    # An option that is absent here may have been given to a parent command.
    if parameter.name and value not in (None, False, 0):
        invocation = current_invocation(context)
        change: dict[str, Any] = {parameter.name: value}
        invocation.options = replace(invocation.options, **change)


def _names(text: str) -> tuple[str, ...]:
    """Return comma-separated names."""
    names = tuple(name.strip() for name in text.split(","))
    if not all(names):
        raise click.BadParameter("expected at least one column, and no empty names.")
    return names


class _Format(click.Choice[str]):
    """One of the command's output formats."""

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        return super().convert(value, param, ctx) if ctx is None else _choices(ctx.command).convert(value, param, ctx)

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> "list[CompletionItem]":
        return _choices(ctx.command).shell_complete(ctx, param, incomplete)


def _choices(command: click.Command) -> click.Choice[str]:
    names: tuple[str, ...] = command.formats if isinstance(command, Command) else ALL_FORMATS
    return click.Choice(names)


def _shared_options(*, hidden: bool) -> list[click.Option]:
    options = [
        click.Option(["--api-url"], metavar="URL", help="Address of the service. Overrides $JIFFYBOX_API_URL."),
        click.Option(
            ["--api-key"],
            metavar="KEY",
            help="The token. Visible to others in the process list: prefer $JIFFYBOX_API_KEY or a profile.",
        ),
        click.Option(["--allow-plain-http"], is_flag=True, help="Allow sending the token unencrypted."),
        click.Option(["--profile"], metavar="NAME", help="Use the address and token of this profile."),
        click.Option(["--local"], is_flag=True, help="Use an emulated service on this machine, which keeps its state."),
        click.Option(
            ["-o", "--output-format"],
            type=_Format(ALL_FORMATS),
            help="Output format.  [default: table at a terminal, otherwise plain]",
        ),
        click.Option(["--columns"], type=_names, metavar="A,B", help="Columns to show, such as id,plan.ramInMB."),
        click.Option(["--sort"], type=_names, metavar="A,-B", help="Columns to sort by; - for descending order."),
        click.Option(["--pager"], is_flag=True, help="Show the output in a pager."),
        click.Option(["-y", "--yes", "--no-confirm"], is_flag=True, help="Do not ask for confirmation."),
        click.Option(["--dry-run"], is_flag=True, help="Show the request, without secrets, instead of sending it."),
        click.Option(["-v", "--verbose"], count=True, help="Log requests; -vv also logs connections."),
        click.Option(["--debug"], is_flag=True, help="Show the traceback of an error."),
    ]
    for option in options:
        option.hidden, option.expose_value, option.callback = hidden, False, _store
    return options


_SHOWN = _shared_options(hidden=False)
_HIDDEN = _shared_options(hidden=True)


class _Described(click.Command):
    """A command or group that takes the shared options and has examples in its help."""

    examples: tuple[str, ...] = ()

    def get_params(self, ctx: click.Context) -> list[click.Parameter]:
        """Return the parameters, including the shared options, which only the root group's help shows."""
        return [*super().get_params(ctx), *(_HIDDEN if ctx.parent else _SHOWN)]

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the examples and, except for the root group, the names of the shared options."""
        if self.examples:
            with formatter.section("Examples"):
                for line in self.examples:
                    formatter.write(f"{'':{formatter.current_indent}}{line}\n")
        if ctx.parent:
            with formatter.section("Global options, described in jiffybox --help"):
                formatter.write_text(", ".join("/".join(option.opts) for option in _HIDDEN))


class Command(_Described):
    """A command with output formats."""

    formats: tuple[str, ...] = FORMATS

    def invoke(self, ctx: click.Context) -> object:
        """Run the command, or reject an unsupported output format that was given before the command's name."""
        name = current_invocation(ctx).options.output_format
        if name and name not in self.formats:
            raise click.UsageError(f"invalid output format {name!r}: expected one of {', '.join(self.formats)}.", ctx)
        result: object = super().invoke(ctx)
        return result

    def shell_complete(self, ctx: click.Context, incomplete: str) -> "list[CompletionItem]":
        """Return the completions, including the shared options, which click omits because they are hidden."""
        from click.shell_completion import CompletionItem  # as in click itself

        items = super().shell_complete(ctx, incomplete)
        if incomplete.startswith("-"):
            items += [
                CompletionItem(name, help=option.help)
                for option in _SHOWN
                for name in option.opts
                if name.startswith(incomplete)
            ]
        return items


class Lazy(click.Command):
    """A command that is imported when it is invoked. Until then, only its name and summary are known."""

    def __init__(self, name: str, source: str, summary: str = "") -> None:
        """Describe the command.

        Args:
            name: The name of the command.
            source: Its module below `jiffybox_sdk._cli` and its name there, such as `commands.box:box_group`.
            summary: The first line of its help. Without it, the command is hidden.
        """
        super().__init__(name, help=summary, hidden=not summary)
        self._source = source

    def load(self) -> click.Command:
        """Import the command."""
        module, _, attribute = self._source.partition(":")
        command: click.Command = getattr(import_module(f"jiffybox_sdk._cli.{module}"), attribute)
        return command


class Group(_Described, click.Group):
    """A group of commands."""

    command_class: type[click.Command] | None = Command

    def subcommands(self) -> dict[str, click.Command]:
        """Return the commands by name, after importing them."""
        return {
            name: command.load() if isinstance(command, Lazy) else command for name, command in self.commands.items()
        }

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Return the name of the command to invoke, the command, and its arguments."""
        name, command, rest = super().resolve_command(ctx, args)
        return name, command.load() if isinstance(command, Lazy) else command, rest


def examples(*lines: str) -> Callable[[C], C]:
    """Add example command lines to a command's help."""

    def decorate(command: C) -> C:
        if isinstance(command, _Described):
            command.examples = lines
        return command

    return decorate


def formats(*names: str) -> Callable[[C], C]:
    """Give a command output formats other than `FORMATS`."""

    def decorate(command: C) -> C:
        if isinstance(command, Command):
            command.formats = names
        return command

    return decorate
