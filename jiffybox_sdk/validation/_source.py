"""Streams of text: their size, encoding and compression, and the lines and lists in them."""

import gzip
import io
import json
import os
import re
import stat
import zlib
from codecs import BOM_UTF8, getincrementaldecoder
from collections.abc import Callable, Iterator
from errno import EAGAIN, EBADMSG
from typing import TYPE_CHECKING, Protocol

from jiffybox_sdk.exceptions import JiffyArgumentException
from jiffybox_sdk.validation._findings import Finding, Severity
from jiffybox_sdk.validation._json_text import WHITE, encoding_of
from jiffybox_sdk.validation._results import LARGEST, TOO_LARGE

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

CHUNK = 2**18

Progress = Callable[[int], object]
"""A function that takes the number of bytes read since the last call."""

_GZIP = b"\x1f\x8b"


class Readable(Protocol):
    """A stream of bytes: an open file, a pipe, or a socket's file."""

    def read(self, size: int, /) -> bytes | None:
        """Return up to `size` bytes, or no bytes at the end. `None` from a non-blocking stream is an error."""
        ...


class Source(io.RawIOBase):
    """A stream that is read up to its original size, if it has one, or until the error in `failure`."""

    def __init__(self, stream: Readable, progress: Progress | None, descriptor: int | None = None) -> None:
        self.failure: OSError | None = None
        self._stream = stream
        self._progress = progress
        self._descriptor = descriptor
        self._is_start = True
        self._size = self._left = self._current_size()

    @property
    def grew(self) -> bool:
        """Whether the file is larger now than at the start."""
        size = self._current_size()
        return size is not None and self._size is not None and size > self._size

    def _current_size(self) -> int | None:
        if self._descriptor is None:
            return None
        status = os.fstat(self._descriptor)
        return status.st_size if stat.S_ISREG(status.st_mode) else None  # a pipe has no size

    def skip(self) -> None:
        """Report the rest as read."""
        if self._progress and self._left:
            self._progress(self._left)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "WriteableBuffer") -> int:
        if self.failure:
            return 0
        view = memoryview(buffer)
        try:
            data = self._read(len(view))
            # The first line shows encoding and form. Do not wait for more, since the next line may take long.
            while self._is_start and 0 < len(data) < len(view) and not _has_line(data):
                if not (more := self._read(len(view) - len(data))):
                    break
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
            raise BlockingIOError(EAGAIN, "the stream is non-blocking")
        if not isinstance(data, bytes):  # pyright: ignore[reportUnnecessaryIsInstance] (callers without a type checker)
            raise JiffyArgumentException(f"invalid stream {self._stream!r}: expected one in binary mode")
        if self._left is not None:
            self._left -= len(data)
        if self._progress and data:
            self._progress(len(data))
        return data


def _has_line(data: bytes) -> bool:
    return b"\n" in data.lstrip(WHITE) and (b"\0" not in data or len(data) >= 4)


class Text:
    """The content of a stream as UTF-8 without a byte-order mark. `encoding` is the original encoding."""

    def __init__(self, source: Source) -> None:
        self._bytes: io.BufferedReader[Source | _Inflated] = io.BufferedReader(source, CHUNK)
        if self._bytes.peek(2).startswith(_GZIP):
            self._bytes = io.BufferedReader(_Inflated(self._bytes, source), CHUNK)
        start = self._bytes.peek(4)
        self.encoding: str = encoding_of(start)
        self.start = start.decode(self.encoding, "replace")
        """The beginning: at least the first line, if that is not too long."""
        self._text: io.TextIOWrapper | None = None
        if self.encoding == "utf-8-sig":
            self._bytes.read(len(BOM_UTF8))
        elif self.encoding != "utf-8":
            self._text = io.TextIOWrapper(self._bytes, self.encoding, errors="replace", newline="\n")

    def lines(self) -> Iterator[bytes | None]:
        """Yield each line including its line ending, or `None` for lines that are too long."""
        while line := self._line(LARGEST + 1):
            if len(line) <= LARGEST:
                yield line
                continue
            while line and not line.endswith(b"\n"):
                line = self._line(CHUNK)
            yield None

    def whole(self) -> bytes | None:
        """Return the whole content, or `None` if it is too large."""
        data = self.read(LARGEST + 1)
        return data if len(data) <= LARGEST else None

    def read(self, size: int) -> bytes:
        """Return about as many bytes as asked for, or none at the end."""
        if self._text:
            return self._text.read(size).encode("utf-8", "surrogatepass")
        return self._bytes.read(size)

    def _line(self, limit: int) -> bytes:
        if self._text:
            return self._text.readline(limit).encode("utf-8", "surrogatepass")
        return self._bytes.readline(limit)


class _Inflated(io.RawIOBase):
    """The content of a gzip stream. Damage ends it, and is the source's failure."""

    def __init__(self, compressed: "io.BufferedReader[Source | _Inflated]", source: Source) -> None:
        self._file = gzip.GzipFile(fileobj=compressed)
        self._source = source

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "WriteableBuffer") -> int:
        try:
            return self._file.readinto(buffer)
        except (EOFError, zlib.error, OSError) as error:
            if not self._source.failure:
                cut = isinstance(error, EOFError)
                reason = "the compressed data ends too early" if cut else "the compressed data is damaged"
                self._source.failure = OSError(EBADMSG, reason)
            return 0


_SPACE = re.compile(r"[ \t\r\n]*")
_DECODER = json.JSONDecoder(parse_int=str, parse_float=str)  # numbers may be of any length


def elements(text: Text, begin: re.Pattern[str], *, alone: bool = False) -> Iterator[tuple[int, bytes | Finding]]:
    """Yield the JSON of each element of the first list that begins with a pattern, with the line where it begins.

    If the list breaks off, its last element is not JSON, or is a finding. If the list should be `alone`, text after it
    is a finding, too.
    """
    decode = getincrementaldecoder("utf-8")("surrogateescape").decode
    buffer, place = "", 0
    line, counted = 1, 0

    def current_line() -> int:
        nonlocal line, counted
        line += buffer.count("\n", counted, place)
        counted = place
        return line

    def more() -> bool:
        nonlocal buffer, place, counted
        current_line()
        buffer, place, counted = buffer[place:], 0, 0
        data = text.read(max(CHUNK, len(buffer)))
        buffer += decode(data, not data)
        return bool(data)

    def next_character() -> str:
        nonlocal place
        while (place := _end_of_space(buffer, place)) == len(buffer) and more():
            pass
        return buffer[place : place + 1]

    while not (match := begin.search(buffer)):
        if len(buffer) > LARGEST or not more():
            return
    place = match.end()
    separator = ""
    while next_character() != "]":
        if not buffer.startswith(separator, place):
            yield current_line(), Finding("", "not-json", Severity.ERROR, "a comma or the end of the list")
            return
        place += len(separator)
        separator = ","
        next_character()
        # A number at the end of the buffer may go on.
        while (
            (end := _end_of_value(buffer, place)) in (None, len(buffer)) and len(buffer) - place <= LARGEST and more()
        ):
            pass
        element = buffer[place:end].encode("utf-8", "surrogateescape")
        yield current_line(), element if len(element) <= LARGEST else TOO_LARGE
        if end is None:
            return
        place = end
    place += 1
    if alone and next_character():
        yield current_line(), Finding("", "trailing-data", Severity.ERROR, "one list", "more")


def _end_of_space(text: str, start: int) -> int:
    match = _SPACE.match(text, start)
    return match.end() if match else start


def _end_of_value(text: str, start: int) -> int | None:
    """Return the end of a JSON value, or `None` if it is not whole."""
    try:
        return _DECODER.raw_decode(text, start)[1]
    except (ValueError, RecursionError):
        return None
