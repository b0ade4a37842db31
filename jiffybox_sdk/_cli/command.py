"""The classes of commands and groups, which take the shared options and the words of other programs."""

import os
import re
import textwrap
from collections.abc import Callable, Sequence
from difflib import get_close_matches
from importlib import import_module
from typing import Any, TypeVar

import click

from jiffybox_sdk._cli.options import FORMATS, JSON_FORMATS, SHARED, change_options, current_invocation
from jiffybox_sdk._cli.words import advice, known_words, our_words
from jiffybox_sdk.exceptions import JiffyArgumentException

C = TypeVar("C", bound=click.Command)


class Argument(click.Argument):
    """An argument that may also be given by an option, as in other programs."""

    # Any: the attributes are those of click.
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
        return [*own, *(option for option in SHARED if names.isdisjoint(option.opts))]

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the examples and, except for the root group, the names of the shared options."""
        if self.examples:
            with formatter.section("Examples"):
                for line in self.examples:
                    formatter.write(f"{'':{formatter.current_indent}}{line}\n")
        if ctx.parent:
            with formatter.section("Global options, described in jiffybox --help"):
                text = ", ".join("/".join(option.opts) for option in SHARED if not option.hidden)
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
                tuple(form for form in self.formats if form in JSON_FORMATS),
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

    # Any: the attributes are those of click.
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
                if isinstance(command.subcommand(words[0]), Command) and words[0] in args[1:]:
                    word = f"{word} {words[0]}"  # as typed, for the help
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
