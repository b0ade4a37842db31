"""Options that every command takes, before or after its name, and the command classes that take them."""

import os
import re
import shlex
import textwrap
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import partial
from importlib import import_module
from typing import Any, NamedTuple, Self, TypeVar

import click

from jiffybox_sdk._cli.words import our_options, our_words
from jiffybox_sdk.exceptions import JiffyArgumentException

C = TypeVar("C", bound=click.Command)
F = TypeVar("F", bound=Callable[..., object])

FORMATS = ("table", "tsv", "csv", "json", "jsonl", "json-pretty", "yaml", "plain", "ids")
"""The output formats of commands that do not set others."""


@dataclass(frozen=True)
class Options:
    """The options of all commands, and those for waiting and passwords, which several have."""

    api_url: str | None = None
    api_key: str | None = field(default=None, repr=False)
    allow_plain_http: bool = False
    profile: str | None = None
    local: bool = False
    output_format: str | None = None
    columns: tuple[str, ...] | None = None
    sort: tuple[str, ...] = ()
    filter: "tuple[Filter, ...]" = ()
    no_header: bool = False
    pager: bool = False
    yes: bool = False
    dry_run: bool = False
    wait: bool | None = None
    max_wait: float = 600
    poll: float | None = None
    password_file: str | None = None
    ask_password: bool = False
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
        self.address = ""  # of the service, for messages
        self.answered = False  # whether a call has succeeded, other than to look something up
        self.secrets: list[str] = list(secrets)

    def redact(self, text: str) -> str:
        """Return text without secrets."""
        secrets = [*self.secrets, self.options.api_key or "", os.environ.get("JIFFYBOX_API_KEY", "")]
        if not any(secrets):
            return text
        from jiffybox_sdk._common.redaction import redact

        return redact(text, secrets)


_ABSENT = click.core.ParameterSource.DEFAULT


def current_invocation(context: click.Context) -> Invocation:
    """Return the invocation that a context belongs to."""
    return context.find_root().ensure_object(Invocation)


def store(context: click.Context, parameter: click.Parameter, value: object) -> None:
    """Keep the value of an option in the invocation."""
    # An option that is absent here may have been given to a parent command.
    if parameter.name == "max_wait" or context.get_parameter_source(str(parameter.name)) is not _ABSENT:
        invocation = current_invocation(context)
        change: dict[str, Any] = {str(parameter.name): value}
        invocation.options = replace(invocation.options, **change)


def _names(text: str) -> tuple[str, ...]:
    names = tuple(name.strip() for name in text.split(","))
    if not all(names):
        raise click.BadParameter("expected at least one column, and no empty names.")
    return names


class Filter(NamedTuple):
    """A condition: `=` and `!=` compare the value of a column, `~` searches it for a regular expression."""

    column: str
    operator: str
    value: str

    @classmethod
    def parse(cls, text: str) -> Self:
        """Return the condition in a text such as `status=READY`."""
        match = re.fullmatch(r"\s*([^=!~<>]*[^=!~<>\s])\s*(=|!=|~)(?![=~])\s*(.*?)\s*", text, re.DOTALL)
        if not match:
            advice = "expected COLUMN=TEXT, COLUMN!=TEXT or COLUMN~REGEX, such as status=READY"
            raise click.BadParameter(f"{text!r}: {advice}.")
        try:
            re.compile(match[3] if match[2] == "~" else "")
        except re.error as error:
            raise click.BadParameter(f"{match[3]!r} is not a regular expression: {error}.") from None
        return cls(*match.groups())


class _Shared(click.Option):
    """An option that every command takes. Only the root group's help shows it."""

    def __init__(self, *names: str, **attributes: Any) -> None:
        super().__init__(names, expose_value=False, callback=store, **attributes)

    def get_help_record(self, ctx: click.Context) -> tuple[str, str] | None:
        """Return the name and the help, if the help shows them."""
        return None if ctx.parent else super().get_help_record(ctx)


def _complete_format(context: click.Context, _parameter: click.Parameter, incomplete: str) -> list[str]:
    command = context.command
    names = command.formats if isinstance(command, Command) else FORMATS
    return [name for name in names if name.startswith(incomplete)]


def _complete_columns(context: click.Context, parameter: click.Parameter, incomplete: str) -> list[str]:
    """Return the columns that continue a list of columns, or with which a condition may begin."""
    tables = import_module("jiffybox_sdk._cli.output.tables").TABLES  # which imports this module
    before, comma, last = incomplete.rpartition("," if parameter.name != "filter" else "\0")
    names = (
        tables[context.command.table].names if isinstance(context.command, Command) and context.command.table else ()
    )
    end = "=" if parameter.name == "filter" else ""
    return [f"{before}{comma}{name}{end}" for name in names if name.startswith(last)]


def complete_profiles(_context: click.Context, _parameter: click.Parameter, incomplete: str) -> list[str]:
    """Return the matching names of profiles."""
    from jiffybox_sdk._cli.profiles import ConfigError, Profiles

    with suppress(ConfigError):  # reported when a profile is used
        return [name for name in Profiles().tables if name.startswith(incomplete)]
    return []


_by_column = partial(_Shared, shell_complete=_complete_columns)
_SHARED = (
    _Shared("--api-url", metavar="URL", help="Address of the service. Overrides $JIFFYBOX_API_URL."),
    _Shared("--api-key", metavar="KEY", help="The token. Visible to others in the process list; prefer a profile."),
    _Shared("--allow-plain-http", is_flag=True, help="Allow sending the token unencrypted."),
    _Shared(
        "--profile",
        metavar="NAME",
        help="Profile to use. Overrides $JIFFYBOX_PROFILE.",
        shell_complete=complete_profiles,
    ),
    _Shared(
        "--local",
        is_flag=True,
        help="Use an emulated service on this machine, which keeps its state. Its clock may run ahead.",
    ),
    _Shared(
        *("-o", "--output-format", "--output"),
        metavar="FORMAT",
        shell_complete=_complete_format,
        help=f"{', '.join(FORMATS[:-1])} or {FORMATS[-1]}.  [default: table at a terminal, otherwise tsv]",
    ),
    _Shared("-q", "--quiet", "output_format", flag_value="ids", help="Only show ids, like -o ids."),
    _by_column("--columns", type=_names, metavar="A,B", help="Columns, such as id,plan.ramInMB; help lists all."),
    _by_column("--sort", type=_names, metavar="A,-B", help="Columns to sort by; - for descending order."),
    _by_column(
        "--filter",
        type=Filter.parse,
        multiple=True,
        metavar="CONDITION",
        help="Show records with status=READY, status!=READY or, as a regular expression, name~^web. Repeatable.",
    ),
    _Shared("--no-header", "--no-headers", is_flag=True, help="Leave out the header of table, tsv and csv."),
    _Shared("--pager", is_flag=True, help="Show the output in a pager."),
    _Shared("-y", "--yes", "--no-confirm", is_flag=True, help="Do not ask for confirmation."),
    _Shared("--dry-run", is_flag=True, help="Show the request, without secrets, instead of sending it."),
    _Shared("-v", "--verbose", count=True, help="Log requests; -vv also logs connections."),
    _Shared("--debug", is_flag=True, help="Show the traceback of an error."),
)


class _Described(click.Command):
    """A command or group that takes the shared options and has examples in its help."""

    examples: tuple[str, ...] = ()

    def get_params(self, ctx: click.Context) -> list[click.Parameter]:
        """Return the parameters, including the shared options that have no parameter in their place."""
        own = super().get_params(ctx)
        names = {name for parameter in own for name in parameter.opts}
        return [*own, *(option for option in _SHARED if names.isdisjoint(option.opts))]

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the examples and, except for the root group, the names of the shared options."""
        if self.examples:
            with formatter.section("Examples"):
                for line in self.examples:
                    formatter.write(f"{'':{formatter.current_indent}}{line}\n")
        if ctx.parent:
            with formatter.section("Global options, described in jiffybox --help"):
                text, indent = ", ".join("/".join(option.opts) for option in _SHARED), " " * formatter.current_indent
                width = formatter.width - len(indent)  # names are not split at hyphens
                lines = textwrap.wrap(text, width, break_on_hyphens=False)
                formatter.write("".join(f"{indent}{line}\n" for line in lines))


def _in_flags(message: str, context: click.Context) -> str:
    """Return a message of the SDK with the flags of a command in place of the names of arguments."""
    flags: dict[str, str] = {}
    for parameter in context.command.get_params(context):
        if isinstance(parameter, click.Option) and parameter.hidden:
            continue
        name = max(parameter.opts, key=len) if isinstance(parameter, click.Option) else (parameter.name or "").upper()
        flags[name.replace("-", "").lower()] = name
    if not current_invocation(context).options.api_url:
        flags["apiurl"] = "$JIFFYBOX_API_URL" if os.environ.get("JIFFYBOX_API_URL") else "api_url"

    def flag_of(name: str) -> str:
        key = name.replace("_", "").lower()
        forms = (f"check{key}", key, key.removesuffix("id"), key.removesuffix("s"), key.removeprefix("use"))
        return next((flags[form] for form in forms if form in flags), name)

    if choice := re.fullmatch(r"\w+: pass (exactly|at least) one of (\w+) and (\w+)", message):
        number, *names = choice.groups()
        return f"expected {'either ' if number == 'exactly' else ''}{' or '.join(map(flag_of, names))}"
    message = re.sub(r"^unknown argument (\w+): (\w+) takes .*", r"invalid \1: it does not belong to a \2", message)
    if named := re.match(r"(?:invalid |\w+ needs )(\w+)", message):
        flag = flag_of(named[1])
        message = message.replace(named[1], flag if flag[0] in "-$" else named[1], 1)
    return message.replace("allow_plain_http=True", "--allow-plain-http")


class Command(_Described):
    """A command with output formats. Those that show records have the name of a table in `output.tables`."""

    formats: tuple[str, ...] = FORMATS
    table = ""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Parse the arguments, which may have options as other programs have them."""
        group = ctx.parent.command.name if ctx.parent and ctx.parent.parent else ""
        return super().parse_args(ctx, our_options(f"{group} {self.name}{' rows' * bool(self.table)}", args))

    def invoke(self, ctx: click.Context) -> object:
        """Run the command, or reject an output format that it does not have."""
        form = current_invocation(ctx).options.output_format
        if form and form not in self.formats:
            raise click.UsageError(f"invalid -o {form!r}: expected one of {', '.join(self.formats)}.", ctx)
        try:
            result: object = super().invoke(ctx)
        except JiffyArgumentException as error:
            message = _in_flags(str(error), ctx)
            if message == str(error):
                raise
            raise click.UsageError(f"{message}.", ctx) from error
        return result


class Lazy(click.Command):
    """A command that is imported when it is invoked. Until then, only its name and summary are known."""

    def __init__(self, name: str, source: str, summary: str = "") -> None:
        """Describe the command by its module and name there, and by its summary. Without the latter, it is hidden."""
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

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Parse the arguments, in which `help` and `version` may stand for options."""
        if args[:1] == ["help"]:
            args = [*args[1:], "--help"]
        elif args in (["version"], ["--local", "version"]) and not ctx.parent:
            args = ["--version"]
        return super().parse_args(ctx, args)

    def subcommands(self) -> dict[str, click.Command]:
        """Return the commands by name, after importing them."""
        return {name: command for name in self.commands if (command := self.subcommand(name))}

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Return the name of the command to invoke, the command, and its arguments."""
        if args[0] not in self.commands:
            for count, words in our_words(self.name or "", args):
                if words[0] == "!":
                    raise click.UsageError(f"no command {args[0]!r}: {words[1:]}.", ctx)
                command: click.Command | None = ctx.find_root().command if words[0] == "/" else self
                for word in words.removeprefix("/").split():
                    command = command.subcommand(word) if isinstance(command, Group) else None
                if command:
                    return " ".join(args[:count]), command, args[count:]
        name, command, rest = super().resolve_command(ctx, args)
        return name, self.subcommand(name or "") or command, rest

    def subcommand(self, name: str) -> click.Command | None:
        """Return a command, after importing it."""
        command = self.commands.get(name)
        return command.load() if isinstance(command, Lazy) else command


def examples(*lines: str, table: str = "", formats: tuple[str, ...] = FORMATS) -> Callable[[C], C]:
    """Add example command lines to a command's help, and say which records it shows and in which formats."""

    def decorate(command: C) -> C:
        if isinstance(command, _Described):
            command.examples = lines
        if isinstance(command, Command):
            command.table, command.formats = table, formats
        return command

    return decorate
