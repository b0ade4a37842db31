"""One run of a command: its options, client, messages and questions."""

import logging
import sys
from collections.abc import Callable, Generator, Iterable
from contextlib import ExitStack, closing, contextmanager
from dataclasses import replace
from functools import cached_property, update_wrapper
from types import ModuleType
from typing import TYPE_CHECKING, Concatenate, ParamSpec, TypeVar

import click

import jiffybox_sdk as sdk  # loads nothing else until a name is used
from jiffybox_sdk._cli import output
from jiffybox_sdk._cli.errors import RefusedError
from jiffybox_sdk._cli.options import Invocation, current_invocation
from jiffybox_sdk._cli.output.text import ask, printable, printable_lines, write_error

if TYPE_CHECKING:
    from jiffybox_sdk._cli.output.rows import Table
    from jiffybox_sdk._cli.output.tables import Tables

P = ParamSpec("P")
R = TypeVar("R")
T = TypeVar("T")

_LONG_WAIT = 5.0
"""Seconds before a retry that are worth a message."""


class Session:
    """One run of a command."""

    def __init__(self, invocation: Invocation) -> None:
        self.options = invocation.options
        self._invocation = invocation
        self._open_resources = ExitStack()

    def close(self) -> None:
        """Close the client, report drift, and stop logging."""
        self._open_resources.close()

    @cached_property
    def client(self) -> "sdk.JiffyBox":
        """The client. With `--dry-run`, it shows the first call and ends the command."""
        self._open_resources.enter_context(logging_to_stderr(self.options.verbose))
        client = self._open()
        self._open_resources.enter_context(output.drift.reported_at_the_end(client.drift))
        return self._open_resources.enter_context(client)

    def completion_client(self) -> "sdk.JiffyBox":
        """Return a client for shell completion, with short time-outs and without retries or drift reports."""
        self.options = replace(self.options, dry_run=False)
        return self._open(completion=True)

    def _open(self, *, completion: bool = False) -> "sdk.JiffyBox":
        options = self.options
        if options.local and (options.api_url or options.api_key or options.profile):
            raise click.UsageError("--local cannot be combined with --api-url, --api-key or --profile.")
        if options.api_key is not None and options.profile is not None:
            raise click.UsageError("--api-key cannot be combined with --profile.")
        _skip_plugins()
        if options.local and not options.dry_run:
            from jiffybox_sdk._cli.local import LocalClient

            return LocalClient()
        from jiffybox_sdk._cli import config
        from jiffybox_sdk._cli.preview import Preview

        if options.local:
            service = config.Service(config.EMULATED_URL, sdk.emulator.TOKEN)
        else:
            service = config.find_service(options)
        self.add_secret(service.key)
        if completion:
            retry = sdk.Retry(attempts=1)
            return sdk.JiffyBox(service.key, service.url, timeout=2, total_timeout=2, retry=retry, drift="ignore")
        if options.api_key is not None:
            self.say(f"jiffybox: --api-key is visible to others in the process list; prefer ${config.KEY} or a profile")
        client = Preview if options.dry_run else sdk.JiffyBox
        plain_http = options.allow_plain_http
        return client(service.key, service.url, allow_plain_http=plain_http, on_attempt=self._show_long_wait)

    def _show_long_wait(self, attempt: "sdk.Attempt") -> None:
        """Write why a call seems to hang. With `--verbose`, the log has it."""
        if attempt.retry_in is not None and attempt.retry_in >= _LONG_WAIT and not self.options.verbose:
            self.say(f"jiffybox: {self._invocation.redact(str(attempt))}")

    def add_secret(self, secret: str) -> None:
        """Hide a secret in all messages."""
        self._invocation.secrets.append(secret)

    @property
    def tables(self) -> "type[Tables]":
        """The tables, imported on first use."""
        return output.tables.Tables

    def say(self, text: str) -> None:
        """Write a message to standard error."""
        write_error(printable(text))

    def show(self, table: "Table[T]", records: "Iterable[T]", *, all_columns: bool = False) -> None:
        """Write records to standard output in the requested format."""
        rows = map(table.row, records)
        output.formats.write_paged(
            self.options, output.formats.render(self.options, table, rows, all_columns=all_columns)
        )

    def finish(self, operation: "sdk.Operation[bool]", message: str) -> None:
        """Send an operation that only returns whether it was accepted. Write a message if it was."""
        accepted = self.client.send(operation)
        if output.formats.is_json(self.options):
            output.formats.write_json(self.options, accepted)
        if not accepted:
            raise RefusedError("the service rejected the call without an error message")
        self.say(message)

    def check_output(self, table: "Table[T] | None") -> None:
        """Reject unknown columns before anything is sent. `table` is `None` if the output has no rows."""
        if self.options.columns or self.options.sort:
            output.formats.check_options(self.options, table)

    def before_asking(self, action: str, table: "Table[T] | None" = None) -> None:
        """Check the output and reject an action that needs confirmation if there is neither a terminal nor `--yes`."""
        self.check_output(table)
        if self.asks and not (sys.stdin and sys.stdin.isatty() and sys.stderr and sys.stderr.isatty()):
            raise click.UsageError(f"{action} requires confirmation, but there is no terminal: add --yes.")

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
        session = Session(current_invocation(click.get_current_context()))
        with closing(session):
            return function(session, *args, **kwargs)

    return update_wrapper(wrapper, function)


class _PrintableFormatter(logging.Formatter):
    """Escapes unprintable characters, since httpx and httpcore log what a server sends."""

    def format(self, record: logging.LogRecord) -> str:
        return printable_lines(super().format(record))


@contextmanager
def logging_to_stderr(verbose: int) -> Generator[None]:
    """Log requests to standard error if `verbose` is positive, and also connections if it is above 1."""
    if not verbose:
        yield
        return
    handler = logging.StreamHandler()
    handler.setFormatter(_PrintableFormatter("%(name)s: %(message)s"))
    names = ("jiffybox_sdk",) if verbose == 1 else ("jiffybox_sdk", "httpx", "httpcore")
    loggers = [logging.getLogger(name) for name in names]
    levels = [logger.level for logger in loggers]
    for logger in loggers:
        logger.addHandler(handler)
        logger.setLevel(logging.DEBUG)
    try:
        yield
    finally:
        for logger, level in zip(loggers, levels, strict=True):
            logger.removeHandler(handler)
            logger.setLevel(level)
