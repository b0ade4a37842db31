"""One run of a command: its options, client, messages and questions."""

import logging
import sys
from collections.abc import Callable, Generator, Iterable, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import replace
from functools import cached_property, partial, update_wrapper
from types import ModuleType
from typing import TYPE_CHECKING, Concatenate, ParamSpec, TypeVar

import click

import jiffybox_sdk as sdk  # loads nothing else until a name is used
from jiffybox_sdk._cli import output
from jiffybox_sdk._cli.command import Command, examples
from jiffybox_sdk._cli.errors import RefusedError
from jiffybox_sdk._cli.options import FORMATS, Invocation, Options, current_invocation
from jiffybox_sdk._cli.output.text import ask, write_error
from jiffybox_sdk._common.texts import printable
from jiffybox_sdk.exceptions import JiffyNotFoundException

if TYPE_CHECKING:
    from jiffybox_sdk._cli.output.rows import Row
    from jiffybox_sdk._cli.output.tables import Record

P = ParamSpec("P")
R = TypeVar("R")
T = TypeVar("T")

_LONG_WAIT = 5.0
"""Seconds before a retry that are worth a message."""


class Session:
    """One run of a command."""

    def __init__(self, invocation: Invocation, table: str = "") -> None:
        self.options = invocation.options
        self.guesses = True
        """Whether text that looks like a number is taken for one, until the service finds no such object."""
        self.guessed = False
        self._invocation = invocation
        self._table = table
        self._open_resources = ExitStack()
        self._deadline: float | None = None

    def close(self) -> None:
        """Close the clients and report drift."""
        self._open_resources.close()

    @cached_property
    def client(self) -> "sdk.JiffyBox":
        """The client. With `--dry-run`, it shows the first call and ends the command."""
        client = self.connect(self.options)
        if self.options.api_key is not None:
            self.say(
                "jiffybox: --api-key is visible to others in the process list; prefer $JIFFYBOX_API_KEY or a profile"
            )
        return client

    @cached_property
    def _reader(self) -> "sdk.JiffyBox":
        if not self.options.dry_run:
            return self.client
        self.say("jiffybox: --dry-run looks up what it needs, which changes nothing")
        return self.connect(replace(self.options, dry_run=False))

    def look_up(self, read: "Callable[[sdk.JiffyBox], T]") -> T:
        """Return the result of a function that only reads, also with `--dry-run`."""
        answered = self._invocation.answered
        result = read(self._reader)
        self._invocation.answered = answered
        return result

    def try_again(self) -> bool:
        """Return whether to run the command once more, in which what looks like a number is looked up."""
        again = self.guessed and self.guesses and not self._invocation.answered
        self.guesses = False
        return again

    def completion_client(self) -> "sdk.JiffyBox":
        """Return a client for shell completion, with short time-outs and without retries or drift reports."""
        return self._open(replace(self.options, dry_run=False), completion=True)

    def _open(self, options: Options, *, completion: bool = False) -> "sdk.JiffyBox":
        if options.local and (options.api_url or options.api_key or options.profile):
            raise click.UsageError("--local cannot be combined with --api-url, --api-key or --profile.")
        if options.api_key is not None and options.profile is not None:
            raise click.UsageError("--api-key cannot be combined with --profile.")
        from jiffybox_sdk._cli import config

        _skip_plugins()
        if options.local and not options.dry_run:
            from jiffybox_sdk.emulator._local import LocalClient

            return LocalClient(partial(config.state_file, create=True), self._on_attempt)
        from jiffybox_sdk._cli.preview import Preview
        from jiffybox_sdk._cli.profiles import Service

        service = Service(config.EMULATED_URL, sdk.emulator.TOKEN) if options.local else config.find_service(options)
        self.add_secret(service.key)
        self._invocation.address = service.address
        if completion:
            retry = sdk.Retry(attempts=1)
            return sdk.JiffyBox(service.key, service.url, timeout=2, total_timeout=2, retry=retry, drift="ignore")
        client = Preview if options.dry_run else sdk.JiffyBox
        plain_http = options.allow_plain_http
        return client(service.key, service.url, allow_plain_http=plain_http, on_attempt=self._on_attempt)

    def connect(self, options: Options) -> "sdk.JiffyBox":
        """Return a client for the service that is configured by options."""
        client = self._open(options)
        self._open_resources.enter_context(output.drift.reported_at_the_end(client.drift))
        return self._open_resources.enter_context(client)

    def _on_attempt(self, attempt: "sdk.Attempt") -> None:
        """Write why a call seems to hang. With `--verbose`, the log has it."""
        self._invocation.answered |= attempt.outcome == "success"
        self._invocation.changed |= attempt.outcome == "success" and attempt.operation.call.verb != "GET"
        if attempt.retry_in is not None and attempt.retry_in >= _LONG_WAIT and not self.options.verbose:
            self.say(f"jiffybox: {self._invocation.redact(str(attempt))}")

    def add_secret(self, secret: str) -> None:
        """Hide a secret in all messages."""
        self._invocation.secrets.append(secret)

    def say(self, text: str) -> None:
        """Write a message to standard error."""
        write_error(printable(text))

    def tell(self, text: str) -> None:
        """Write a message on the progress or the result of the command, except with `--quiet`."""
        if not self.is_quiet:
            self.say(text)

    def time_left(self) -> float:
        """Return the seconds until the time-out, which all waits of a command share."""
        now = self.client.clock.monotonic()
        self._deadline = self._deadline or now + self.options.max_wait
        return max(round(self._deadline - now, 1), 0)  # rounded for messages

    def show(
        self,
        records: "Iterable[Record | Row]",
        *,
        one: bool = False,
        whole: bool = False,
        document: "Row | None" = None,
        footer: str = "",
    ) -> None:
        """Write records to standard output in the requested format, with a footer.

        In JSON, `one` record is an object instead of an array. The text of a `whole` record has all columns. A document
        is shown in place of the records in JSON and, if they are whole, as text, unless some are chosen.
        """
        rows = [output.tables.as_row(record) for record in records]
        if document and output.formats.shows_document(self.options, whole=whole):
            rows, one = [document], True
        text = output.formats.render(self.options, output.tables.TABLES[self._table], rows, one=one, whole=whole)
        output.formats.write_paged(self.options, text + footer)

    def show_values(self, values: Sequence[object], *, one: bool = False) -> None:
        """Write values that only JSON and YAML show."""
        if output.formats.is_document(self.options):
            output.formats.write_paged(self.options, output.formats.documents(self.options, values, one=one))

    def before_asking(self, action: str, answer: str = "--yes") -> None:
        """Reject an action that needs confirmation if there is neither a terminal nor an option that answers."""
        if self.asks and not (sys.stdin and sys.stdin.isatty() and sys.stderr and sys.stderr.isatty()):
            raise click.UsageError(f"{action} requires confirmation, but there is no terminal: add {answer}.")

    def reject_dry_run(self) -> None:
        """Reject `--dry-run` for a command that changes files, not the service."""
        if self.options.dry_run:
            raise click.UsageError("--dry-run cannot be used with this command, which sends nothing.")

    def confirm(self, question: str) -> None:
        """Ask for confirmation unless `--yes` or `--dry-run` was given."""
        if not self.asks:
            return
        try:
            answer = ask(f"{question} [y/N]: ")
            while answer not in ("y", "yes", "n", "no", ""):
                answer = ask("Please answer y or n: ")
        except KeyboardInterrupt:
            write_error("")  # ends the line of the question
            raise click.exceptions.Abort from None
        if answer not in ("y", "yes"):
            raise RefusedError("nothing was done")

    @property
    def is_quiet(self) -> bool:
        """Whether only ids are shown."""
        return self.options.output_format == "ids"

    @property
    def waits(self) -> bool:
        """Whether to wait until the work is done. A dry run has nothing to wait for."""
        return bool(self.options.wait) and not self.options.dry_run

    @property
    def asks(self) -> bool:
        """Whether the user is asked for confirmation."""
        return not (self.options.yes or self.options.dry_run)


def _skip_plugins() -> None:
    """Keep pydantic from looking for plugins in all installed packages, since this takes as long as many a command."""
    loader = ModuleType("pydantic.plugin._loader")
    vars(loader)["get_plugins"] = tuple
    sys.modules.setdefault(loader.__name__, loader)


def pass_session(function: Callable[Concatenate[Session, P], R]) -> Callable[P, R]:
    """Pass a session to a command as its first argument and close the session at the end."""

    def wrapper(*args: P.args, **kwargs: P.kwargs) -> R:
        context = click.get_current_context()
        table = context.command.table if isinstance(context.command, Command) else ""
        session = Session(current_invocation(context), table)
        if session.options.columns or session.options.sort or session.options.filter:
            session.options = output.tables.with_columns(session.options, table)
        with logging_to_stderr(session.options.verbose), closing(session):
            try:
                return function(session, *args, **kwargs)
            except JiffyNotFoundException:
                if not session.try_again():
                    raise
                return function(session, *args, **kwargs)

    return update_wrapper(wrapper, function)


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


class _PrintableFormatter(logging.Formatter):
    """Escapes unprintable characters, since httpx and httpcore log what a server sends."""

    def format(self, record: logging.LogRecord) -> str:
        return printable(super().format(record))


@contextmanager
def logging_to_stderr(verbose: int) -> Generator[None]:
    """Log requests to standard error if `verbose` is positive, and also connections if it is above 1."""
    if not verbose:
        yield
        return
    handler = logging.StreamHandler()
    handler.setFormatter(_PrintableFormatter("%(name)s: %(message)s"))
    names = ("jiffybox_sdk",) if verbose == 1 else ("jiffybox_sdk", "httpx", "httpcore")
    with ExitStack() as undo:
        for logger in map(logging.getLogger, names):
            undo.callback(logger.setLevel, logger.level)
            undo.callback(logger.removeHandler, handler)
            logger.addHandler(handler)
            logger.setLevel(logging.DEBUG)
        yield
