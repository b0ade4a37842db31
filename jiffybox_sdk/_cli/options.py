"""Options that every command takes, before or after its name, and the command classes that take them."""

import os
import re
import shlex
import textwrap
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from functools import partial
from importlib import import_module
from typing import Any, TypeVar

import click

from jiffybox_sdk._cli.conditions import Filter, column_names, sort_keys
from jiffybox_sdk._cli.words import advice, known_words, our_words
from jiffybox_sdk.exceptions import JiffyArgumentException

C = TypeVar("C", bound=click.Command)
F = TypeVar("F", bound=Callable[..., object])

FORMATS = ("table", "tsv", "csv", "json", "jsonl", "json-pretty", "yaml", "plain", "ids")
"""The output formats of commands that do not set others."""

_JSON = ("json", "jsonl", "json-pretty")
"""Those that jq reads."""


@dataclass(frozen=True)
class Options:
    """The options of all commands, and those for waiting and passwords, which several have."""

    api_url: str | None = None
    api_key: str | None = field(default=None, repr=False)
    allow_plain_http: bool = False
    profile: str | None = None
    chosen_local: bool = False
    output_format: str | None = None
    wide: bool = False
    jq: str | None = None
    columns: tuple[str, ...] | None = None
    columns_flag: str = "--columns"
    sort: tuple[str, ...] = ()
    filter: tuple[Filter, ...] = ()
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

    @property
    def local(self) -> bool:
        """Whether to use the emulated service: `--local`, or $JIFFYBOX_LOCAL unless another service is given."""
        by_default = os.environ.get("JIFFYBOX_LOCAL", "").lower() not in ("", "0", "false", "no")
        return self.chosen_local or (by_default and not (self.api_url or self.api_key or self.profile))

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
        self.changed = False  # whether a call that changes something has
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


def change_options(context: click.Context, **changes: Any) -> None:
    """Change the options of the invocation."""
    invocation = current_invocation(context)
    invocation.options = replace(invocation.options, **changes)


def store(context: click.Context, parameter: click.Parameter, value: object) -> None:
    """Keep the value of an option in the invocation."""
    # An option that is absent here may have been given to a parent command.
    if parameter.name == "max_wait" or context.get_parameter_source(str(parameter.name)) is not _ABSENT:
        change_options(context, **{str(parameter.name): value})


class _Shared(click.Option):
    """An option that every command takes. Only the root group's help shows it."""

    def __init__(self, *names: str, callback: Callable[..., None] = store, **attributes: Any) -> None:
        super().__init__(names, expose_value=False, callback=callback, **attributes)

    def get_help_record(self, ctx: click.Context) -> tuple[str, str] | None:
        """Return the name and the help, if the help shows them."""
        return None if ctx.parent else super().get_help_record(ctx)


def _set_format(context: click.Context, parameter: click.Parameter, given: str | Sequence[str] | None) -> None:
    """Keep formats and columns: `-o json`, `-o columns=id,name`, `-o noheader`, `--format ID,Name`, `--json id`."""
    flag = parameter.opts[0]
    for value in [given] if isinstance(given, str) else given or ():
        columns = value.removeprefix("columns=")
        if flag == "--template" or re.search("{|=", columns):
            advice = "there are no templates; use --columns NAME --no-header, or --jq EXPR"
            raise click.UsageError(f"invalid {flag} {value!r}: {advice}.", context)
        if flag == "--json":
            change_options(context, output_format="json")
        if re.fullmatch("no-?headers?", value):
            change_options(context, no_header=True)
        elif columns != value or (value not in (*FORMATS, "") and flag != "-o"):
            change_options(context, columns=column_names(columns), columns_flag=flag + " columns=" * (columns != value))
        elif value:
            change_options(context, output_format="table" if value == "wide" else value, wide=value == "wide")


def unsupported(reason: str, *names: str) -> Callable[[F], F]:
    """Add options of other programs to a command, which are rejected for a reason or with advice."""

    def reject(context: click.Context, parameter: click.Parameter, value: str | None) -> None:
        if value is not None:
            raise click.UsageError(f"invalid {parameter.opts[0]}: {reason}.", context)

    def decorate(function: F) -> F:
        for name in names:
            option = click.option(name, is_flag=False, flag_value="", callback=reject, hidden=True, expose_value=False)
            option(function)
        return function

    return decorate


def add_filters(context: click.Context, parameter: click.Parameter, values: Sequence[str], *, prefix: str = "") -> None:
    """Keep conditions. With a prefix, they are those of other programs, such as `--selector role=db,env`."""
    texts = [text for value in values for text in (value.replace("==", "=").split(",") if prefix else [value])]
    conditions = [Filter.parse(prefix + text, parameter.opts[0]) for text in texts]
    change_options(context, filter=(*current_invocation(context).options.filter, *conditions))


def _complete_format(context: click.Context, _parameter: click.Parameter, incomplete: str) -> list[str]:
    command = context.command
    names = command.formats if isinstance(command, Command) else FORMATS
    return [name for name in names if name.startswith(incomplete)]


def _complete_columns(context: click.Context, parameter: click.Parameter, incomplete: str) -> list[str]:
    """Return the columns that continue a list of columns, or with which a condition may begin."""
    tables = import_module("jiffybox_sdk._cli.output.tables").TABLES  # which imports this module
    table = context.command.table if isinstance(context.command, Command) else ""
    names = tables[table].names if table else ()
    separator, end = ("\0", "=") if parameter.name == "filter" else (",", "")
    before, comma, last = incomplete.rpartition(separator)
    return [f"{before}{comma}{name}{end}" for name in names if name.startswith(last)]


def complete_profiles(_context: click.Context, _parameter: click.Parameter, incomplete: str) -> list[str]:
    """Return the matching names of profiles."""
    from jiffybox_sdk._cli.profiles import ConfigError, Profiles

    with suppress(ConfigError):  # reported when a profile is used
        return [name for name in Profiles().tables if name.startswith(incomplete)]
    return []


_by_column = partial(_Shared, shell_complete=_complete_columns)
_hidden = partial(_Shared, hidden=True)
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
        *("--local", "chosen_local"),
        is_flag=True,
        help="Use an emulated service on this machine, which keeps its state. Its clock may run ahead. $JIFFYBOX_LOCAL "
        "does the same.",
    ),
    _Shared(
        *("-o", "--output-format", "--output"),
        callback=_set_format,
        multiple=True,
        metavar="FORMAT",
        shell_complete=_complete_format,
        help=f"{', '.join(FORMATS[:-1])} or {FORMATS[-1]}.  [default: $JIFFYBOX_OUTPUT, or else table at a terminal, "
        "otherwise tsv]",
    ),
    _Shared("-q", "--quiet", flag_value="ids", callback=_set_format, help="Only show ids, like -o ids."),
    _Shared("--jq", metavar="EXPR", help="Show JSON, filtered by the program jq."),
    _by_column("--columns", type=column_names, metavar="A,B", help="Columns, such as id,plan.ramInMB; help lists all."),
    _by_column("--sort", type=sort_keys, metavar="A,-B", help="Columns to sort by; - for descending order."),
    _by_column(
        "--filter",
        callback=add_filters,
        multiple=True,
        metavar="CONDITION",
        help="Show records with status=READY, status!=READY or, as a regular expression, name~^web; running for those "
        "in which it is neither missing nor false. Repeatable.",
    ),
    _Shared("--no-header", "--no-headers", is_flag=True, help="Leave out the header of table, tsv and csv."),
    _Shared("--pager", is_flag=True, help="Show the output in a pager."),
    _Shared("-y", "--yes", "--no-confirm", is_flag=True, help="Do not ask for confirmation."),
    _Shared("--dry-run", is_flag=True, help="Show the request, without secrets, instead of sending it."),
    _Shared("-v", "--verbose", count=True, help="Log requests; -vv also logs connections."),
    _Shared("--debug", is_flag=True, help="Show the traceback of an error."),
    # Those of other programs:
    _hidden("--token", "--access-token", "api_key"),
    _hidden("--endpoint", "--url", "api_url"),
    _hidden("--context", "profile"),
    _hidden("--format", callback=_set_format),
    _hidden("--json", is_flag=False, flag_value="", callback=_set_format),
    _hidden("--template", "--go-template", callback=_set_format),
    _hidden("--sort-by", "sort", type=sort_keys),
)


class Argument(click.Argument):
    """An argument that may also be given by an option, as in other programs."""

    def __init__(self, names: Sequence[str], *, options: str, required: bool = True, **attributes: Any) -> None:
        super().__init__(names, required=False, **attributes)
        self.metavar = self.metavar or (self.name.upper() if required else None)
        self.is_needed = required
        self.option = click.Option([*options.split(), f"{self.name}_option"], hidden=True, multiple=self.nargs == -1)

    def take(self, ctx: click.Context, words: list[str]) -> None:
        """Set the value to that of the option, or else to the next word or, if the argument is several, to all."""
        several, value = self.nargs == -1, ctx.params.pop(str(self.option.name))
        if not value:
            value = words[:] if several else "".join(words[:1])
            del words[: len(words) if several else 1]
        if self.is_needed and not value:
            raise click.MissingParameter(ctx=ctx, param=self)
        ctx.params[self.name] = tuple(value) if several else value or None


class _Described(click.Command):
    """A command or group that takes the shared options and has examples in its help."""

    examples: tuple[str, ...] = ()

    def get_params(self, ctx: click.Context) -> list[click.Parameter]:
        """Return the parameters, including the shared options that have no parameter in their place."""
        own = super().get_params(ctx)
        own = [*own, *(argument.option for argument in own if isinstance(argument, Argument))]
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
                text = ", ".join("/".join(option.opts) for option in _SHARED if not option.hidden)
                indent = " " * formatter.current_indent
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
        """Parse the arguments, some of which may be given by options."""
        rest = super().parse_args(ctx, args)
        if not ctx.resilient_parsing and (arguments := [each for each in self.params if isinstance(each, Argument)]):
            given = [ctx.params[argument.name] or () for argument in arguments]
            words = [word for value in given for word in ([value] if isinstance(value, str) else value)]
            for argument in arguments:
                argument.take(ctx, words)
            if words:
                ctx.fail(f"Got unexpected extra argument ({words[0]}).")
        return rest

    def invoke(self, ctx: click.Context) -> object:
        """Run the command, or reject an output format that it does not have."""
        self._choose_format(ctx)
        invocation = current_invocation(ctx)
        try:
            if (expression := invocation.options.jq) is None or invocation.options.dry_run:
                return super().invoke(ctx)
            from jiffybox_sdk._cli.output.jq import filtered_by

            with filtered_by(expression, lambda: invocation.changed):
                return super().invoke(ctx)
        except JiffyArgumentException as error:
            message = _in_flags(str(error), ctx)
            if message == str(error):
                raise
            raise click.UsageError(f"{message}.", ctx) from error

    def _choose_format(self, ctx: click.Context) -> None:
        """Reject an output format that the command does not have, or set the default one."""
        options, default = current_invocation(ctx).options, os.environ.get("JIFFYBOX_OUTPUT")
        form, flag, formats = options.output_format, "-o", self.formats
        if form is None and default:
            form, flag, formats = default, "$JIFFYBOX_OUTPUT", FORMATS
        if options.jq is not None:
            form, flag, formats = (
                options.output_format or "json",
                "--jq with -o",
                tuple(form for form in self.formats if form in _JSON),
            )
        if form and form not in formats:
            expected = f"one of {', '.join(formats)}" if formats else "none"
            raise click.UsageError(f"invalid {flag} {form!r}: expected {expected}.", ctx)
        if form in self.formats:
            change_options(ctx, output_format=form)


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

    def __init__(self, name: str | None = None, *examples: str, **attributes: Any) -> None:
        super().__init__(name, **attributes)
        self.examples = examples

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
        word, name = args[0], str(self.name)
        if command := self.subcommand(word):
            return word, command, args[1:]
        if ctx.resilient_parsing:
            return None, None, args[1:]
        if text := advice(name, args):
            if "--local" in args:
                change_options(ctx, chosen_local=True)
            text = text.replace("jiffybox ", current_invocation(ctx).options.command_line(""))
            raise click.UsageError(f"there is no {word!r}: {text}.", ctx)
        if (words := our_words(name, args, self.commands)) is not None:
            command = ctx.find_root().command
            while words and isinstance(command, Group) and words[0] in command.commands:
                command, words = command.subcommand(words[0]), words[1:]
            return word, command, words
        shown = [name for name, command in self.commands.items() if not command.hidden]
        close = get_close_matches(word, [*shown, *known_words(name, self.commands)], n=1, cutoff=0.75)
        hint = f" Did you mean {close[0]!r}?" if close else ""
        raise click.UsageError(f"No such command {word!r}.{hint}", ctx)

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
