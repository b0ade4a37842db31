"""The options that every command takes, before or after its name."""

import os
import re
import shlex
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import partial
from importlib import import_module
from typing import Any, TypeVar

import click

from jiffybox_sdk._cli.conditions import Filter, column_names, sort_keys

C = TypeVar("C", bound=click.Command)
F = TypeVar("F", bound=Callable[..., object])

FORMATS = ("table", "tsv", "csv", "json", "jsonl", "json-pretty", "yaml", "plain", "ids")
"""The output formats of commands that do not set others."""

JSON_FORMATS = ("json", "jsonl", "json-pretty")
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


def change_options(context: click.Context, **changes: Any) -> None:  # Any: options of all types
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

    # Any: the attributes are those of click.
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
    names: Sequence[str] = getattr(context.command, "formats", FORMATS)
    return [name for name in names if name.startswith(incomplete)]


def _complete_columns(context: click.Context, parameter: click.Parameter, incomplete: str) -> list[str]:
    """Return the columns that continue a list of columns, or with which a condition may begin."""
    tables = import_module("jiffybox_sdk._cli.output.tables").TABLES  # which imports this module
    table: str = getattr(context.command, "table", "")
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
SHARED = (
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
