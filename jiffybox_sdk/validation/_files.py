"""Files of payloads, and folders of files, of any size: each value is looked at by itself, and forgotten."""

import io
import os
import stat
from codecs import BOM_UTF8
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from errno import EAGAIN
from pathlib import Path
from typing import TYPE_CHECKING, Literal, Protocol

from jiffybox_sdk.exceptions import JiffyArgumentException
from jiffybox_sdk.validation._check import examiner
from jiffybox_sdk.validation._findings import Finding, Severity
from jiffybox_sdk.validation._json_text import WHITE, encoding_finding, encoding_of
from jiffybox_sdk.validation._kinds import type_of
from jiffybox_sdk.validation._walk import Tell

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

Form = Literal["lines", "value"]
"""Whether a file holds JSON lines (a value in each), or one value."""

FORMS: dict[str, Form] = {".jsonl": "lines", ".ndjson": "lines", ".json": "value"}
"""The form of a file by the end of its name."""

MOST_FINDINGS = 1000
"""How many findings there are for one value at the most."""


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


class Reader(Protocol):
    """What is told the values of a file, one by one, and says what is to be said of each."""

    def read(self, data: bytes, tell: Tell, /) -> None:
        """Tells what is to be said of JSON."""
        ...


@dataclass(slots=True)
class Result:
    """What there is to be said of one value, or of a file as a whole.

    Attributes:
        file: The path of the file; of a stream, the name that it was given.
        line: The number of the line, from 1; `None` for a file of one value, and for a file as a whole.
        about: Whether a value was looked at, or this is about the file: it could not be read, or it grew.
        findings: All that there is to be said. Of more than 1,000 findings the first ones, and one more that says how
            many were left out, and that is as bad as the worst of them.
    """

    file: str
    line: int | None
    about: Literal["value", "file"]
    findings: tuple[Finding, ...]

    @property
    def valid(self) -> bool:
        """Whether none of the findings is an error."""
        return all(finding.severity != "error" for finding in self.findings)


def check_stream(
    stream: Readable,
    as_type: str | type[object],
    form: Form = "lines",
    *,
    name: str = "",
    progress: Progress | None = None,
) -> Iterator[Result]:
    """Yields what there is to be said of each value in a stream of bytes, such as `sys.stdin.buffer`.

    Memory does not grow with the stream. A line (or value) of more than 16 MiB is a finding, and is passed over. Empty
    lines are passed over, too.

    Args:
        stream: What to read, up to its end. It is not closed.
        as_type: What each value should be, as for `check`.
        form: Whether it holds JSON lines or one value.
        name: What results say in place of a path.
        progress: Is told, time and again, how many more bytes were read.

    Raises:
        JiffyArgumentException: there is no such kind, or no such form, or the stream gives no bytes.
    """
    return read_stream(stream, examiner(type_of(as_type)), form, name=name, progress=progress)


def read_stream(
    stream: Readable, found: Reader, form: str, *, name: str, progress: Progress | None = None
) -> Iterator[Result]:
    """Yields results as `check_stream` does, with another reader of the values."""
    return _results(Source(stream, progress), found, _form(form, Path(name)), name)


def check_path(
    path: str | os.PathLike[str],
    as_type: str | type[object],
    form: Form | None = None,
    *,
    progress: Progress | None = None,
) -> Iterator[Result]:
    """Yields what there is to be said of each value in a file, or in all files of a folder and of its folders.

    Memory does not grow with the files: the largest value decides, and the names in one folder, which are put in order.
    (16 MiB of usual payloads take some 100 MB; of brackets alone, ten times that.) A value, or a line, of more than
    16 MiB is a finding, and is passed over. What can't be read is a finding, and the rest is looked at all the same. Of
    a file that grows meanwhile, as much is read as there was in the beginning. In a folder, files named `*.jsonl`,
    `*.ndjson` and `*.json` are looked at, in the order of their names; symbolic links to folders are not followed.

    Args:
        path: The file or the folder.
        as_type: What each value should be, as for `check`.
        form: Whether files hold JSON lines or one value. Left out, their names say it: `.jsonl` and `.ndjson` are
            lines, `.json` is one value.
        progress: Is told, time and again, how many more bytes were read.

    Raises:
        JiffyArgumentException: there is no such kind or form, or the name of the file does not say its form.
    """
    if not os.fspath(path):
        raise JiffyArgumentException("path '' is refused: give a file or a folder")
    return read_path(Path(path), examiner(type_of(as_type)), form, progress=progress)


def read_path(
    path: Path, found: Reader, form: str | None = None, *, progress: Progress | None = None
) -> Iterator[Result]:
    """Yields results as `check_path` does, with another reader of the values."""
    try:
        is_folder = stat.S_ISDIR(path.stat().st_mode)
    except OSError as error:
        return iter([_about(str(path), _unreadable(error))])
    except ValueError:  # a NUL byte, for example
        return iter([_about(str(path), Finding("", "unreadable", "error", "a file that can be read", "no path"))])
    if is_folder:
        return _in_folder(path, found, None if form is None else _form(form, path), progress)
    return _in_file(path, found, _form(form, path), progress)


def _form(form: str | None, path: Path) -> Form:
    match form:
        case "lines" | "value":
            return form
        case None if found := FORMS.get(path.suffix.lower()):
            return found
        case None:
            known = ", ".join(FORMS)
            raise JiffyArgumentException(
                f"file {str(path)!r} is refused: its name ends in none of {known}; give its form"
            )
        case _:
            raise JiffyArgumentException(f"form {form!r} is refused: give 'lines' or 'value'")


def _in_folder(folder: Path, found: Reader, form: Form | None, progress: Progress | None) -> Iterator[Result]:
    waiting = [folder]
    while waiting:
        place = waiting.pop()
        try:
            with os.scandir(place) as listed:
                entries = sorted((entry.name, entry.is_dir(follow_symlinks=False)) for entry in listed)
        except OSError as error:
            yield _about(str(place), _unreadable(error))
            continue
        waiting += [place / name for name, is_folder in reversed(entries) if is_folder]
        for name, is_folder in entries:
            file = place / name
            if is_folder or file.is_dir() or file.suffix.lower() not in FORMS:
                continue
            if _is_special(file):
                yield _about(str(file), Finding("", "unreadable", "note", "a file", "a pipe or a device"))
            else:
                yield from _in_file(file, found, _form(form, file), progress)


def _is_special(path: Path) -> bool:
    """Whether to open it might take for ever."""
    try:
        mode = path.stat().st_mode
    except OSError:
        return False  # opening it says why
    return not stat.S_ISREG(mode) and not stat.S_ISDIR(mode)


def _in_file(path: Path, found: Reader, form: Form, progress: Progress | None) -> Iterator[Result]:
    try:
        file = path.open("rb", buffering=0)
    except OSError as error:
        yield _about(str(path), _unreadable(error))
        return
    with file:
        yield from _results(Source(file, progress, file.fileno()), found, form, str(path))


def _results(source: Source, found: Reader, form: Form, name: str) -> Iterator[Result]:
    content = Content(source)
    if content.encoding != "utf-8":
        yield _about(name, encoding_finding(content.encoding))
    yield from (_lines if form == "lines" else _value)(source, content, found, name)
    if source.grew:
        yield _about(name, Finding("", "grew", "note", found="more than there was when reading began"))
    if source.failure:
        yield _about(name, _unreadable(source.failure))


def _lines(source: Source, content: Content, found: Reader, name: str) -> Iterator[Result]:
    for number, line in enumerate(content.lines(), 1):
        if line is None:
            yield Result(name, number, "value", (_TOO_LARGE,))
        elif not line.endswith(b"\n") and (source.failure or source.grew):
            return  # somebody is still writing this line
        elif value := line.rstrip(WHITE):  # without its end, so that what is said of it stays in this line
            yield Result(name, number, "value", _findings(value, found))


def _value(source: Source, content: Content, found: Reader, name: str) -> Iterator[Result]:
    data = content.whole()
    if data is None:
        source.pass_over()
    if not source.failure:
        yield Result(name, None, "value", (_TOO_LARGE,) if data is None else _findings(data, found))


def _findings(data: bytes, reader: Reader) -> tuple[Finding, ...]:
    found = _Found()
    reader.read(data, found.take)
    return found.all()


class _Found:
    """What was found in one value: no more than there is room for, and how bad the rest is."""

    def __init__(self) -> None:
        self._first: list[Finding] = []
        self._others = 0
        self._worst: Severity = "note"

    def take(self, finding: Finding) -> None:
        """Keeps a finding, or counts it."""
        if len(self._first) < MOST_FINDINGS:
            self._first.append(finding)
            return
        self._others += 1
        if finding.severity == "error" or self._worst == "note":
            self._worst = finding.severity

    def all(self) -> tuple[Finding, ...]:
        """Returns what is kept, and a word about the rest, if there is any."""
        if not self._others:
            return tuple(self._first)
        more = f"{self._others} more"
        return (*self._first, Finding("", "more-findings", self._worst, f"at most {MOST_FINDINGS}", more))


_TOO_LARGE = Finding("", "too-large", "error", f"at most {LARGEST} bytes", "more")


def _about(name: str, finding: Finding) -> Result:
    return Result(name, None, "file", (finding,))


def _unreadable(error: OSError) -> Finding:
    return Finding("", "unreadable", "error", "a file that can be read", error.strerror or type(error).__name__)
