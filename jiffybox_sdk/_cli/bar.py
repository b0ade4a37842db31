"""The bar that shows how far a long read is, at a terminal that can show it; elsewhere there is none."""

import os
import stat
import sys
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

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
def shown(paths: Sequence[str]) -> "Generator[Bar]":
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
