"""Progress on standard error while waiting for the service and while reading files."""

import os
import re
import stat
import sys
import time
from collections.abc import Callable, Generator, Iterable, Sequence
from contextlib import contextmanager, nullcontext, suppress
from functools import partial
from typing import TYPE_CHECKING, TypeVar

import click

import jiffybox_sdk as sdk  # loads nothing else until a name is used
from jiffybox_sdk._cli.options import F, store
from jiffybox_sdk._cli.session import Session
from jiffybox_sdk._common.texts import encodable

if TYPE_CHECKING:
    from rich.console import Console
    from rich.progress import Progress

    from jiffybox_sdk._cli.resolve import Named

R = TypeVar("R")

POLL_INTERVAL = 7.0
"""Seconds between two requests. The service bans clients that call too often."""

LOCAL_POLL_INTERVAL = 0.5
"""Seconds between two requests to the emulated service."""

_MAX_SECONDS = 100_000_000

MIN_BYTES = 4 * 2**20
"""The minimum total size for a progress bar, as smaller files are read quickly."""


def _seconds(least: float) -> Callable[[str | float], float]:
    """Return the type of an option for a duration. Its range is not in the help, unlike that of click's type."""

    def seconds(value: str | float) -> float:
        parts = re.fullmatch(r"(?=.)(?:([^hms]+)h)?(?:([^hms]+)m)?(?:([^hms]+)s?)?", str(value))
        with suppress(ValueError):
            hours, minutes, rest = map(float, parts.groups("0") if parts else ("nan",) * 3)
            if least <= (total := hours * 3600 + minutes * 60 + rest) <= _MAX_SECONDS:
                return total
        raise click.BadParameter(f"{value!r}: expected {least:g} to {_MAX_SECONDS} seconds, or a text such as 5m.")

    return seconds


def wait_options(timeout: float = 600, *, optional: bool = True) -> Callable[[F], F]:
    """Add the options of a command that waits. `Options` has their values."""
    option = partial(click.option, expose_value=False, callback=store, metavar="DURATION")
    limit, interval = _seconds(0), _seconds(0.001)
    help_ = "Maximum time to wait, in seconds or as in 1m30s."
    defaults = f"{POLL_INTERVAL:g}, with --local {LOCAL_POLL_INTERVAL:g}"

    def decorate(function: F) -> F:
        option("--poll", type=interval, help=f"Polling interval.  [default: {defaults}]")(function)
        option("--timeout", "max_wait", type=limit, default=timeout, show_default=True, help=help_)(function)
        option("--wait-timeout", "max_wait", type=limit, default=timeout, hidden=True)(function)
        if optional:
            help_wait = "Wait until it is done, or reject a busy object at once.  [default: wait while it is busy]"
            option("--wait/--no-wait", metavar=None, default=None, help=help_wait)(function)
        return function

    return decorate


def state_of(record: "Named") -> str:
    """Return the status of a record, and what else is in progress."""
    if not isinstance(record, sdk.Box):
        return record.status
    backup = ", with a manual backup in progress" * record.manualBackupRunning
    return f"{record.status}{', being copied' * record.isBeingCopied}{backup}"


def wait_for(
    session: Session, record: "Named", wait: Callable[..., R], state: "Callable[[Named], str]" = state_of
) -> R:
    """Show a record's state while one of its methods waits. Return the method's result."""
    with statuses_shown(session, [record], state) as update:
        return wait(session.time_left(), poll_interval(session), progress=update)


def poll_interval(session: Session) -> float:
    """Return the seconds between two requests."""
    return session.options.poll or (LOCAL_POLL_INTERVAL if session.options.local else POLL_INTERVAL)


@contextmanager
def statuses_shown(
    session: Session, records: "Iterable[Named]", state: "Callable[[Named], str]" = state_of
) -> "Generator[Callable[[Named], None]]":
    """Show a line for each record at a terminal that supports it, or else one for each new state."""
    start = time.monotonic()
    titles = {record.id: f"{record.name} ({record.id})" for record in records}
    last = {record.id: state(record) for record in records}
    shown: set[tuple[int, str]] = set()
    console = None if session.is_quiet else _animated_console()
    with _status_line(console) if console else nullcontext() as progress:
        tasks = {
            number: progress.add_task(encodable(title, sys.stderr), status=encodable(last[number], sys.stderr))
            for number, title in titles.items()
            if progress
        }

        def update(current: "Named") -> None:
            number, text = current.id, state(current)
            last[number] = text
            if progress:
                progress.update(tasks[number], status=encodable(text, sys.stderr))
            elif (number, text) not in shown:
                session.tell(f"{titles[number]}: {text} after {time.monotonic() - start:.0f} s")
            shown.add((number, text))

        try:
            yield update
        except KeyboardInterrupt:
            if progress:
                progress.stop()
            elif sys.stderr and sys.stderr.isatty():
                session.say("")  # ends the line on which the terminal echoes ^C
            seen = ", ".join(f"{title} was last seen {last[number]}" for number, title in titles.items())
            session.say(f"{seen}; the service continues its work")
            raise


def _animated_console() -> "Console | None":
    """Return a console if standard error is a terminal that can replace what it shows."""
    if not (sys.stderr and sys.stderr.isatty()):
        return None
    from rich.console import Console

    console = Console(file=sys.stderr, highlight=False, markup=False, emoji=False)
    return None if console.is_dumb_terminal else console


def _status_line(console: "Console") -> "Progress":
    from rich.console import RenderableType
    from rich.constrain import Constrain
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
    from rich.table import Column

    class Line(Progress):
        """Leaves room for the ^C that a terminal echoes, because wrapping would move the line."""

        def get_renderable(self) -> RenderableType:
            return Constrain(super().get_renderable(), console.width - len("^C "))

    return Line(
        SpinnerColumn("line" if console.options.ascii_only else "dots"),
        TextColumn("{task.description}", markup=False, table_column=Column(overflow="fold")),
        TextColumn("{task.fields[status]}", markup=False, style="yellow"),
        TimeElapsedColumn(),
        console=console,
        transient=True,
    )


@contextmanager
def run_progress() -> "Generator[Callable[[int, int], object] | None]":
    """Show a progress bar for runs. Yield a function that takes the number of runs so far and of all."""
    console = _animated_console()
    if console is None:
        yield None
        return
    with _bar(console, "MofNCompleteColumn") as progress:
        task = progress.add_task("", total=None)
        yield lambda done, total: progress.update(task, completed=done, total=total)


def _bar(console: "Console", column: str) -> "Progress":
    from rich import progress

    columns = progress.BarColumn(), getattr(progress, column)(), progress.TimeElapsedColumn()
    # redirect_stdout would send standard output to the terminal, even if it is a file.
    return progress.Progress(*columns, console=console, transient=True, redirect_stdout=False)


class ReadProgress:
    """An optional progress bar for the bytes read."""

    def __init__(self, progress: "Progress | None" = None) -> None:
        self._progress = progress

    def advance(self, count: int) -> None:
        """Add to the number of bytes read."""
        if self._progress:
            self._progress.advance(self._progress.task_ids[0], count)

    def hide(self) -> None:
        """Remove the bar for good if data is written to the same terminal."""
        if self._progress and sys.stdout and sys.stdout.isatty():
            self._progress.stop()
            self._progress = None


@contextmanager
def read_progress(paths: Sequence[str]) -> "Generator[ReadProgress]":
    """Show a progress bar while files are read."""
    from jiffybox_sdk.validation._files import total_size

    total = total_size(paths)
    interactive = "-" in paths and sys.stdin and sys.stdin.isatty()
    quick = total is not None and total < MIN_BYTES
    console = None if interactive or quick or _is_piped() else _animated_console()
    if console is None:
        yield ReadProgress()
        return
    with _bar(console, "DownloadColumn") as progress:
        progress.add_task("", total=total)
        yield ReadProgress(progress)


def _is_piped() -> bool:
    """Return whether another program reads standard output. It may write to the same terminal, such as a pager."""
    try:
        mode = os.fstat(sys.stdout.fileno() if sys.stdout else -1).st_mode
    except (OSError, ValueError):  # standard output is not a file
        return False
    return stat.S_ISFIFO(mode) or stat.S_ISSOCK(mode)
