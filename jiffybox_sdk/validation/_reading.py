"""Reads files piece by piece: never more of one than there was in the beginning, and no line that is too long."""

import io
import os
import stat
from codecs import BOM_UTF8
from collections.abc import Callable, Iterator
from errno import EAGAIN
from typing import TYPE_CHECKING, Protocol

from jiffybox_sdk.exceptions import JiffyArgumentException
from jiffybox_sdk.validation._json_text import WHITE, encoding_of

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

LARGEST = 16 * 2**20
"""The most bytes of a value or a line that is looked into."""

_PIECE = 2**18

Progress = Callable[[int], object]
"""Is told how many more bytes were read."""


class Readable(Protocol):
    """What bytes are read from: an open file, a pipe, a socket's file."""

    def read(self, size: int, /) -> bytes | None:
        """Returns up to so many bytes; at the end, no bytes. `None`, from a stream that does not wait, is a failure."""
        ...


class Source(io.RawIOBase):
    """What is to be read of a stream: of a file, no more than there was in the beginning.

    Attributes:
        failure: Why there is an end to it, if it could not be read to its end.
    """

    def __init__(self, stream: Readable, progress: Progress | None, descriptor: int | None = None) -> None:
        self.failure: OSError | None = None
        self._stream = stream
        self._progress = progress
        self._descriptor = descriptor
        self._is_start = True
        self._size = self._left = self._size_now()

    @property
    def grew(self) -> bool:
        """Whether there is more in the file now than in the beginning."""
        size = self._size_now()
        return size is not None and self._size is not None and size > self._size

    def _size_now(self) -> int | None:
        if self._descriptor is None:
            return None
        status = os.fstat(self._descriptor)
        return status.st_size if stat.S_ISREG(status.st_mode) else None  # a pipe has no size

    def pass_over(self) -> None:
        """Counts what is left as read."""
        if self._progress and self._left:
            self._progress(self._left)

    def readable(self) -> bool:
        """Whether it can be read: it can."""
        return True

    def readinto(self, buffer: "WriteableBuffer") -> int:
        """Reads into a buffer, and returns how many bytes."""
        if self.failure:
            return 0
        view = memoryview(buffer)
        try:
            data = self._read(len(view))
            # Four bytes tell the encoding; a line that is shorter than that is not waited behind.
            while self._is_start and 0 < len(data) < 4 and not _is_line(data) and (more := self._read(4 - len(data))):
                data += more
        except OSError as error:
            self.failure = error
            return 0
        self._is_start = False
        view[: len(data)] = data
        return len(data)

    def _read(self, size: int) -> bytes:
        data = self._stream.read(size if self._left is None else min(size, self._left))
        if data is None:
            raise BlockingIOError(EAGAIN, "it does not wait for what comes")
        if not isinstance(data, bytes):  # pyright: ignore[reportUnnecessaryIsInstance] (callers without a type checker)
            raise JiffyArgumentException(f"stream {self._stream!r} is refused: open it in binary mode")
        if self._left is not None:
            self._left -= len(data)
        if self._progress and data:
            self._progress(len(data))
        return data


def _is_line(data: bytes) -> bool:
    return data.endswith(b"\n") and b"\0" not in data and bool(data.strip(WHITE))


class Content:
    """The bytes of a stream, as UTF-8.

    Attributes:
        encoding: The encoding that they begin in; a mark is left out of what is read.
    """

    def __init__(self, source: io.RawIOBase) -> None:
        self._bytes = io.BufferedReader(source, _PIECE)
        self.encoding: str = encoding_of(self._bytes.peek(4))
        self._text: io.TextIOWrapper | None = None
        if self.encoding == "utf-8-sig":
            self._bytes.read(len(BOM_UTF8))
        elif self.encoding != "utf-8":
            self._text = io.TextIOWrapper(self._bytes, self.encoding, errors="replace", newline="\n")

    def lines(self) -> Iterator[bytes | None]:
        """Yields each line with its end; `None` for one that is too long."""
        while line := self._line(LARGEST + 1):
            if len(line) <= LARGEST:
                yield line
                continue
            while line and not line.endswith(b"\n"):
                line = self._line(_PIECE)
            yield None

    def whole(self) -> bytes | None:
        """Returns all that there is; `None` if that is too much."""
        if self._text:
            data = self._text.read(LARGEST + 1).encode("utf-8", "surrogatepass")
        else:
            data = self._bytes.read(LARGEST + 1)
        return data if len(data) <= LARGEST else None

    def _line(self, most: int) -> bytes:
        if self._text:
            return self._text.readline(most).encode("utf-8", "surrogatepass")
        return self._bytes.readline(most)
