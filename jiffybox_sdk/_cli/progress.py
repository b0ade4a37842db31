"""Waiting for what the service does, while showing what it is at and since when."""

import math
import os
import stat
import sys
import time
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, TypedDict, TypeVar

import click

from jiffybox_sdk._cli.options import F
from jiffybox_sdk._cli.output.text import fitting
from jiffybox_sdk._cli.session import Session

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

R = TypeVar("R")

LOOKS = 7.0
"""Seconds between two looks at a service, which bans who looks too often."""

LOCAL_LOOKS = 0.5
"""The same with an emulated service."""


class Durations(TypedDict):
    """For how long to wait, and how often to look meanwhile, in seconds."""

    timeout: float
    poll: float | None


class Waiting(Durations):
    """The same, and whether to wait at all."""

    wait: bool


class Watched(Protocol):
    """What is waited for."""

    @property
    def id(self) -> int:
        """The number."""
        ...

    @property
    def name(self) -> str:
        """The name."""
        ...

    @property
    def status(self) -> str:
        """The state."""
        ...


_MOST = 1e8


class _Seconds(click.FloatRange):
    """Seconds: a finite number."""

    def convert(self, value: float, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """Returns the number."""
        number = super().convert(value, param, ctx)
        if math.isnan(number):
            self.fail("nan is no number of seconds.", param, ctx)
        return number


def wait_options(timeout: float = 600) -> Callable[[F], F]:
    """Gives a command the options of `Waiting`.

    Args:
        timeout: For how long to wait if nothing is said, in seconds.
    """

    def decorate(function: F) -> F:
        more = click.option("--wait/--no-wait", default=False, help="Wait until it is done.  [default: no-wait]")
        return more(durations(timeout)(function))

    return decorate


def durations(timeout: float = 600) -> Callable[[F], F]:
    """Gives a command the options of `Durations`.

    Args:
        timeout: For how long to wait if nothing is said, in seconds.
    """

    def decorate(function: F) -> F:
        longest = click.option(
            "--timeout",
            type=_Seconds(min=0, max=_MOST),
            default=timeout,
            show_default=True,
            metavar="SECONDS",
            help="For how long to wait.",
        )
        often = click.option(
            "--poll",
            type=_Seconds(min=0, min_open=True, max=_MOST),
            metavar="SECONDS",
            help=f"How often to look.  [default: {LOOKS:g}, with --local {LOCAL_LOOKS:g}]",
        )
        return longest(often(function))

    return decorate


def wanted(session: Session, waiting: Waiting) -> bool:
    """Whether to wait: under `--dry-run` there is nothing to wait for."""
    return waiting["wait"] and not session.options.dry_run


def interval(session: Session, waiting: Durations) -> float:
    """Returns how often to look, in seconds."""
    return waiting["poll"] or (LOCAL_LOOKS if session.options.local else LOOKS)


def until(session: Session, record: Watched, waiting: Durations, wait: Callable[..., R]) -> R:
    """Waits while showing how it goes, and returns what came of it.

    Args:
        session: What tells it.
        record: What is waited for, as it is known.
        waiting: For how long to wait, and how often to look.
        wait: What waits: a method of the record, which takes both and what is to be told of each look.
    """
    with shown(session, record) as look:
        return wait(waiting["timeout"], interval(session, waiting), progress=look)


@contextmanager
def shown(session: Session, record: Watched) -> "Generator[Callable[[Watched], None]]":
    """Shows on standard error how a wait goes: as a line that moves on a terminal, and else a line for each state.

    Args:
        session: What tells it.
        record: What is waited for, as it is known.

    Yields:
        What is to be given the record at each look.
    """
    began = time.monotonic()
    seen = [""]
    name = f"{record.name} ({record.id})"
    with _moving() as progress:
        try:
            task = progress.add_task(_fitting(name), status=_fitting(record.status)) if progress else None

            def look(found: Watched) -> None:
                if progress and task is not None:
                    progress.update(task, status=_fitting(found.status))
                elif found.status != seen[0]:
                    session.say(f"{name}: {found.status} after {time.monotonic() - began:.0f} s")
                seen[0] = found.status

            yield look
        except KeyboardInterrupt:
            if progress:
                progress.stop()
            elif sys.stderr and sys.stderr.isatty():
                session.say("")  # ends the line in which the terminal shows the key
            session.say(f"{name} was last seen {seen[0] or record.status}, and the service goes on without you")
            raise


def _fitting(text: str) -> str:
    return fitting(text, sys.stderr)


@contextmanager
def _moving() -> "Generator[Progress | None]":
    """Yields what draws the line that moves, where standard error is a terminal that can show it."""
    if not (sys.stderr and sys.stderr.isatty()):
        yield None
        return
    from rich.console import Console, RenderableType
    from rich.constrain import Constrain
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
    from rich.table import Column

    console = Console(stderr=True, highlight=False, markup=False, emoji=False)
    if console.is_dumb_terminal:  # it can't take back what it shows, so rich would show nothing
        yield None
        return

    class Line(Progress):
        """Leaves room at the right for the ^C of a terminal, which would else move all that is shown up by a line."""

        def get_renderable(self) -> RenderableType:
            return Constrain(super().get_renderable(), console.width - len("^C "))

    with Line(
        SpinnerColumn("line" if console.options.ascii_only else "dots"),
        TextColumn("{task.description}", markup=False, table_column=Column(overflow="fold")),
        TextColumn("{task.fields[status]}", markup=False, style="yellow"),
        TimeElapsedColumn(),
        console=console,
        transient=True,
    ) as progress:
        yield progress


SHORT = 4 * 2**20
"""Files of fewer bytes together are read before anybody could see a bar."""


class Bar:
    """Shows how much was read."""

    def __init__(self, progress: "Progress | None" = None, task: "TaskID | None" = None) -> None:
        self._progress = progress
        self._task = task

    def read(self, count: int) -> None:
        """Shows that so many more bytes were read."""
        if self._progress and self._task is not None:
            self._progress.advance(self._task, count)

    def make_room(self) -> None:
        """Takes the bar away, for good, where data come to the same terminal: they show that it goes on."""
        if self._progress and sys.stdout and sys.stdout.isatty():
            self._progress.stop()
            self._progress = None


@contextmanager
def reading(paths: Sequence[str]) -> "Generator[Bar]":
    """Shows a bar while files are read.

    Args:
        paths: Which; `-` is standard input.
    """
    total = _size(paths)
    typed = "-" in paths and sys.stdin and sys.stdin.isatty()
    if not (sys.stderr and sys.stderr.isatty()) or typed or (total is not None and total < SHORT):
        yield Bar()
        return
    from rich.console import Console
    from rich.progress import BarColumn, DownloadColumn, Progress, TimeElapsedColumn

    console = Console(stderr=True, highlight=False, markup=False, emoji=False)
    if console.is_dumb_terminal:  # it can't take back what it shows
        yield Bar()
        return
    # Not what is written to standard output: rich would send it to the terminal, wherever it was to go.
    with Progress(
        BarColumn(), DownloadColumn(), TimeElapsedColumn(), console=console, transient=True, redirect_stdout=False
    ) as progress:
        yield Bar(progress, progress.add_task("", total=total))


def _size(paths: Sequence[str]) -> int | None:
    """Returns how many bytes there are to be read, where all are files."""
    total = 0
    for path in paths:
        try:
            status = Path(path).stat() if path != "-" else os.fstat(sys.stdin.fileno() if sys.stdin else -1)
        except (OSError, ValueError):  # what reads them says why
            continue
        if not stat.S_ISREG(status.st_mode):
            return None
        total += status.st_size
    return total
