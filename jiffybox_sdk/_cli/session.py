"""One run of the command: its options, its client, and what it says and asks."""

import logging
import sys
from collections.abc import Callable, Generator, Iterable, Mapping
from contextlib import ExitStack, closing, contextmanager
from functools import cached_property, update_wrapper
from typing import TYPE_CHECKING, Concatenate, ParamSpec, TypeVar

import click

from jiffybox_sdk._cli.options import Options, given
from jiffybox_sdk._cli.output.text import ask, printable, tell

if TYPE_CHECKING:
    from pydantic import JsonValue

    from jiffybox_sdk import JiffyBox, Retry
    from jiffybox_sdk._cli.output.rows import Row, Table
    from jiffybox_sdk._common.operation import Operation

P = ParamSpec("P")
R = TypeVar("R")
T = TypeVar("T")


class Session:
    """What a command works with.

    Attributes:
        options: What was said about every command.
    """

    def __init__(self, options: Options) -> None:
        """Opens nothing yet.

        Args:
            options: What was said about every command.
        """
        self.options: Options = options
        self._open_things = ExitStack()

    def close(self) -> None:
        """Closes the client, and ends the telling of what is going on."""
        self._open_things.close()

    @cached_property
    def client(self) -> "JiffyBox":
        """The client; under `--dry-run` one that shows the first call and ends the command.

        Raises:
            click.ClickException: nothing says where the service is, or what does can't be used.
        """
        if self.options.verbose:
            self._open_things.enter_context(_told(self.options.verbose))
        from jiffybox_sdk._cli.output import drift

        client = self._open()
        self._open_things.enter_context(drift.told_in_the_end(client.drift))  # after the client has closed
        return self._open_things.enter_context(client)

    def hasty_client(self) -> "JiffyBox":
        """Returns a client that gives up soon, and never warns: for a shell that completes a word.

        Raises:
            click.ClickException: nothing says where the service is, or what does can't be used.
        """
        from jiffybox_sdk import Retry

        return self._open(hasty=Retry(attempts=1))

    def _open(self, hasty: "Retry | None" = None) -> "JiffyBox":
        options = self.options
        if options.local and (options.api_url or options.api_key or options.profile):
            raise click.UsageError(
                "--local is refused beside --api-url, --api-key or --profile: it is a service itself."
            )
        if options.api_key is not None and options.profile is not None:
            raise click.UsageError("--api-key is refused beside --profile: each names a token.")
        if options.local and not options.dry_run:
            from jiffybox_sdk._cli import local

            return local.client()
        from jiffybox_sdk import JiffyBox
        from jiffybox_sdk._cli import config
        from jiffybox_sdk._cli.preview import Preview

        service = config.emulated() if options.local else config.find(options)
        options.secrets.append(service.key)
        if hasty:
            return JiffyBox(service.key, service.url, timeout=2, total_timeout=2, retry=hasty, drift="ignore")
        if options.api_key is not None:
            self.say(f"jiffybox: others can see the token in the list of processes; use ${config.KEY} or a profile")
        return (Preview if options.dry_run else JiffyBox)(
            service.key, service.url, allow_plain_http=options.allow_plain_http
        )

    def send(self, operation: "Operation", as_type: type[T]) -> T:
        """Makes a call, and returns its result."""
        return self.client.send(operation, as_type)

    def say(self, text: str) -> None:
        """Tells something that is no data, on standard error."""
        tell(printable(text))

    def show(self, table: "Table", rows: "Iterable[Row]", *, whole: bool = False) -> None:
        """Writes rows to standard output, in the form that was asked for.

        Args:
            table: How rows of this kind are shown.
            rows: The rows.
            whole: Whether a table shows all that is known of them.
        """
        from jiffybox_sdk._cli.output import formats

        formats.write(self.options, table, rows, whole=whole)

    def show_map(self, name: str, values: "Mapping[str, JsonValue]") -> None:
        """Writes a map to standard output: as one JSON object, or a row for each name in it.

        Args:
            name: What the map belongs to.
            values: The map.
        """
        from jiffybox_sdk._cli.output import formats

        formats.write_map(self.options, name, values)

    def done(self, accepted: bool, text: str) -> None:  # noqa: FBT001 (what the service said)
        """Tells of something that the service accepted, and has nothing to say of.

        Args:
            accepted: What the service said.
            text: What is being done, for people.

        Raises:
            Refused: the service did not accept it.
        """
        from jiffybox_sdk._cli.errors import Refused
        from jiffybox_sdk._cli.output import formats

        if formats.form(self.options) in ("json", "json-pretty"):
            formats.write_json(self.options, accepted)
        if not accepted:
            raise Refused("the service did not accept it, and did not say why")
        self.say(text)

    def expect(self, table: "Table | None") -> None:
        """Refuses columns that there will not be, before anything is sent.

        Args:
            table: How what comes is going to be shown; `None` where nothing is.

        Raises:
            click.UsageError: there is no such column, or the form of output has none.
        """
        if self.options.columns or self.options.sort:
            from jiffybox_sdk._cli.output import formats

            formats.check(self.options, table)

    def can_ask(self, doing: str) -> None:
        """Refuses to go on where questions are asked, and there is no terminal to ask at.

        Args:
            doing: What is to be done, for the message.

        Raises:
            click.UsageError: there is none.
        """
        if self.asks and not (sys.stdin and sys.stdin.isatty() and sys.stderr and sys.stderr.isatty()):
            raise click.UsageError(f"{doing} needs a yes, and there is no terminal to ask at: add --yes.")

    def confirm(self, question: str) -> None:
        """Asks whether to go on, if nobody said so already.

        Raises:
            Refused: the answer was no.
            click.exceptions.Abort: there was none: Ctrl-C, or the end of the input.
        """
        from jiffybox_sdk._cli.errors import Refused

        if not self.asks:
            return
        try:
            answer = ask(f"{question} [y/N]: ")
            while answer not in ("y", "yes", "n", "no", ""):
                answer = ask("y for yes, n for no: ")
        except KeyboardInterrupt:
            tell("")  # the cursor is still behind the question
            raise click.exceptions.Abort from None
        if answer not in ("y", "yes"):
            raise Refused("nothing was done")

    @property
    def asks(self) -> bool:
        """Whether questions are asked."""
        return not (self.options.yes or self.options.dry_run)


def pass_session(function: Callable[Concatenate[Session, P], R]) -> Callable[P, R]:
    """Gives a command the session as its first argument, and closes the client in the end."""

    def wrapped(*args: P.args, **kwargs: P.kwargs) -> R:
        session = Session(given(click.get_current_context()))
        with closing(session):
            return function(session, *args, **kwargs)

    return update_wrapper(wrapped, function)


@contextmanager
def _told(verbose: int) -> Generator[None]:
    """Tells on standard error what is sent, and of connections, too, if that was asked for twice."""
    handler = logging.StreamHandler()
    handler.setFormatter(logging.Formatter("%(name)s: %(message)s"))
    loggers = [logging.getLogger(name) for name in ("jiffybox_sdk", "httpx", "httpcore")[: 1 if verbose == 1 else 3]]
    before = [logger.level for logger in loggers]
    for logger in loggers:
        logger.addHandler(handler)
        logger.setLevel(logging.DEBUG)
    try:
        yield
    finally:
        for logger, level in zip(loggers, before, strict=True):
            logger.removeHandler(handler)
            logger.setLevel(level)
