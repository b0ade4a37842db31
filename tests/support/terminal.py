"""A pseudo-terminal that runs commands, with a screen that interprets their output.

As in a shell, each command leads the foreground process group, which receives Ctrl-C.
"""

import errno
import os
import re
import select
import shlex
import struct
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from types import TracebackType
from typing import IO, Self

import pyte
import pytest
from pyte.screens import Char

from tests.support.shell import clean_environment

if sys.platform == "win32":
    pytest.skip("Windows has no pseudo-terminals", allow_module_level=True)
import fcntl
import termios

TIMEOUT = 30.0
"""Seconds to wait for output. Long, since the machine may be busy."""

CTRL_C = "\x03"

QUESTION = r"\[y/N\]:"
"""The end of a question."""

_PROGRAM = """
import fcntl, sys, termios
fcntl.ioctl(2, termios.TIOCSCTTY, 0)
from jiffybox_sdk._cli import main
sys.exit(main())
"""
"""Runs the command with the terminal as its controlling terminal. (`pty.fork` is unsafe with threads.)"""


class Terminal:
    """A screen for commands that run one after another.

    Attributes:
        screen: The screen.
        written: The whole output so far, including control sequences.
    """

    def __init__(
        self,
        env: Mapping[str, str],
        *,
        columns: int = 100,
        lines: int = 100,
        typed: str = "jiffybox",
    ) -> None:
        """Create the screen.

        Args:
            env: Additional environment variables.
            columns: The width of the terminal.
            lines: The height of the terminal, which must fit the whole output.
            typed: The command as shown on the screen, without its arguments.
        """
        self.screen = pyte.Screen(columns, lines)
        self.written = b""
        self._env = {**clean_environment(), "TERM": "xterm-256color", "COLORTERM": "", "LC_ALL": "C.UTF-8", **env}
        self._stream = pyte.ByteStream(self.screen)
        self._typed = typed
        self._process: subprocess.Popen[bytes] | None = None
        self._keyboard = -1
        self._first_line = 0

    def start(self, *arguments: str, hidden: Sequence[str] = (), stdout: IO[bytes] | None = None) -> None:
        """Start a command, and show it like a shell does.

        Args:
            *arguments: The arguments.
            hidden: Further arguments, which are not shown.
            stdout: Standard output. Defaults to the terminal.
        """
        assert self._process is None
        self._stream.feed(f"$ {self._typed} {shlex.join(arguments)}\r\n".encode())
        self._first_line = self.screen.cursor.y
        self._keyboard, tty = os.openpty()
        try:
            fcntl.ioctl(tty, termios.TIOCSWINSZ, struct.pack("HHHH", self.screen.lines, self.screen.columns, 0, 0))
            self._process = subprocess.Popen(  # noqa: S603 (our own command line)
                [sys.executable, "-c", _PROGRAM, *arguments, *hidden],
                stdin=tty,
                stdout=stdout or tty,
                stderr=tty,
                env=self._env,
                start_new_session=True,
            )
        finally:
            os.close(tty)

    def press(self, keys: str) -> None:
        """Type keys."""
        os.write(self._keyboard, keys.encode())

    def until(self, condition: str | Callable[[], object]) -> None:
        """Wait for output.

        Args:
            condition: A pattern for the output, or a function that returns whether the wait is over.
        """
        is_met = (lambda: re.search(condition, self.shown)) if isinstance(condition, str) else condition
        deadline = time.monotonic() + TIMEOUT
        while not is_met():
            assert self._read(deadline), f"no output matches {condition!r}\n{self.shown}"

    def moves(self) -> None:
        """Wait until the output changes."""
        before = self.shown
        self.until(lambda: self.shown != before)

    def end(self) -> int:
        """Wait for the end of the command and return its exit code."""
        assert self._process is not None
        deadline = time.monotonic() + TIMEOUT
        while self._read(deadline):
            pass
        code = self._process.wait(TIMEOUT)
        self._close()
        return code

    def run(self, *arguments: str) -> int:
        """Run a command and return its exit code."""
        self.start(*arguments)
        return self.end()

    @property
    def lines(self) -> Sequence[str]:
        """The output of the command down to the line of the cursor, without trailing spaces."""
        return [line.rstrip() for line in self.screen.display[self._first_line : self.screen.cursor.y + 1]]

    @property
    def shown(self) -> str:
        """The output of the command as text. As on any terminal, wrapped lines look like several lines."""
        return "\n".join(self.lines)

    @property
    def styles(self) -> dict[str, Char]:
        """The first cell of each word of the output, with its colours."""
        return {
            word.group(): self.screen.buffer[self._first_line + y][word.start()]
            for y, line in enumerate(self.lines)
            for word in re.finditer(r"\S+", line)
        }

    @property
    def cells(self) -> Sequence[Sequence[Char]]:
        """The cells of the screen down to the line of the cursor."""
        return [[self.screen.buffer[y][x] for x in range(self.screen.columns)] for y in range(self.screen.cursor.y + 1)]

    def _read(self, deadline: float) -> bool:
        """Process the next output. Return whether there may be more."""
        ready, _, _ = select.select([self._keyboard], [], [], max(0.0, deadline - time.monotonic()))
        assert ready, f"time-out expired\n{self.shown}"
        try:
            data = os.read(self._keyboard, 65536)
        except OSError as error:
            if error.errno != errno.EIO:  # on Linux, the other side is closed
                raise
            return False
        self.written += data
        self._stream.feed(data)
        assert self.screen.cursor.y < self.screen.lines - 1, "the screen is full"
        return bool(data)

    def _close(self) -> None:
        os.close(self._keyboard)
        self._process = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._close()
