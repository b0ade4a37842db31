"""A terminal to look at: commands run at a pseudo-terminal, and a screen shows what they write to it.

A command is a process of its own there, and the leader of what a key such as Ctrl-C reaches, as in a shell.
"""

import errno
import fcntl
import os
import re
import select
import shlex
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Callable, Mapping, Sequence
from types import TracebackType
from typing import IO, Self

import pyte
from pyte.screens import Char

from tests.support.shell import clean_environment

PATIENCE = 30.0
"""Seconds after which what is awaited has failed to show up. Long, since the machine may be busy."""

CTRL_C = "\x03"

QUESTION = r"\[y/N\]:"
"""What a question ends with."""

_PROGRAM = """
import fcntl, sys, termios
fcntl.ioctl(2, termios.TIOCSCTTY, 0)
from jiffybox_sdk._cli import main
sys.exit(main())
"""
"""The command, after it has taken the terminal for its own. (Python's `pty.fork` is unsafe beside threads.)"""


class Terminal:
    """A screen, and the commands that are run at it one after the other.

    Attributes:
        screen: What is seen.
        written: All that came from the commands so far, with its control sequences.
    """

    def __init__(
        self,
        env: Mapping[str, str],
        *,
        columns: int = 100,
        lines: int = 100,
        typed: str = "jiffybox",
    ) -> None:
        """Runs nothing yet.

        Args:
            env: What the environment of the commands has besides.
            columns: How wide the terminal is.
            lines: How many lines it has; what the commands write must fit.
            typed: What is shown as typed before the arguments of each command.
        """
        self.screen = pyte.Screen(columns, lines)
        self.written = b""
        self._env = {**clean_environment(), "TERM": "xterm-256color", "COLORTERM": "", "LC_ALL": "C.UTF-8", **env}
        self._stream = pyte.ByteStream(self.screen)
        self._typed = typed
        self._process: subprocess.Popen[bytes] | None = None
        self._keyboard = -1
        self._begins = 0

    def start(self, *arguments: str, besides: Sequence[str] = (), stdout: IO[bytes] | None = None) -> None:
        """Begins a command, after a line that shows it as a shell would.

        Args:
            *arguments: Its command line, without the program's name.
            besides: More of it, which is not shown as typed.
            stdout: Where its standard output goes, if not to the terminal.
        """
        assert self._process is None
        self._stream.feed(f"$ {self._typed} {shlex.join(arguments)}\r\n".encode())
        self._begins = self.screen.cursor.y
        self._keyboard, tty = os.openpty()
        try:
            fcntl.ioctl(tty, termios.TIOCSWINSZ, struct.pack("HHHH", self.screen.lines, self.screen.columns, 0, 0))
            self._process = subprocess.Popen(  # noqa: S603 (our own command line)
                [sys.executable, "-c", _PROGRAM, *arguments, *besides],
                stdin=tty,
                stdout=stdout or tty,
                stderr=tty,
                env=self._env,
                start_new_session=True,
            )
        finally:
            os.close(tty)

    def press(self, keys: str) -> None:
        """Presses keys."""
        os.write(self._keyboard, keys.encode())

    def until(self, what: str | Callable[[], object]) -> None:
        """Waits until something shows up.

        Args:
            what: A pattern that what the command shows has then, or what says whether it is there.
        """
        shows = (lambda: re.search(what, self.shown)) if isinstance(what, str) else what
        ends = time.monotonic() + PATIENCE
        while not shows():
            assert self._read(ends), f"this did not show up: {what!r}\n{self.shown}"

    def moves(self) -> None:
        """Waits until what is shown has changed."""
        before = self.shown
        self.until(lambda: self.shown != before)

    def end(self) -> int:
        """Waits for the end of the command, and returns its exit code."""
        assert self._process is not None
        ends = time.monotonic() + PATIENCE
        while self._read(ends):
            pass
        code = self._process.wait(PATIENCE)
        self._close()
        return code

    def run(self, *arguments: str) -> int:
        """Runs a command to its end, and returns its exit code."""
        self.start(*arguments)
        return self.end()

    @property
    def lines(self) -> Sequence[str]:
        """What the command shows, as lines down to the one that the cursor is in, without spaces at their ends."""
        return [line.rstrip() for line in self.screen.display[self._begins : self.screen.cursor.y + 1]]

    @property
    def shown(self) -> str:
        """What the command shows, as text. The end of a full line does not show, as on any terminal."""
        return "\n".join(self.lines)

    @property
    def styles(self) -> dict[str, Char]:
        """The first cell of each word that the command shows: its colours and so on."""
        return {
            word.group(): self.screen.buffer[self._begins + y][word.start()]
            for y, line in enumerate(self.lines)
            for word in re.finditer(r"\S+", line)
        }

    @property
    def cells(self) -> Sequence[Sequence[Char]]:
        """All that is on the screen."""
        return [[self.screen.buffer[y][x] for x in range(self.screen.columns)] for y in range(self.screen.cursor.y + 1)]

    def _read(self, ends: float) -> bool:
        """Shows what comes next; says no when the command has nothing more to show."""
        ready, _, _ = select.select([self._keyboard], [], [], max(0.0, ends - time.monotonic()))
        assert ready, f"nothing more shows up\n{self.shown}"
        try:
            data = os.read(self._keyboard, 65536)
        except OSError as error:
            if error.errno != errno.EIO:  # as Linux says that nobody is at the other side any more
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
