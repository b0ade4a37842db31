"""Files of payloads and folders of such files, of any size. Only one value is in memory at a time."""

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
from jiffybox_sdk.validation._walk import Report

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

Form = Literal["lines", "value"]
"""A file's form: JSON lines (one value per line) or one value."""

FORMS: dict[str, Form] = {".jsonl": "lines", ".ndjson": "lines", ".json": "value"}
"""The form of a file by extension."""

MOST_FINDINGS = 1000
"""The maximum number of findings in one value."""

LARGEST = 16 * 2**20
"""The maximum size of a value or a line, in bytes."""

_CHUNK = 2**18

Read = Callable[[bytes, Report], object]
"""A function that reports the findings in a value."""

Progress = Callable[[int], object]
"""A function that takes the number of bytes read since the last call."""


class Readable(Protocol):
    """A stream of bytes: an open file, a pipe, or a socket's file."""

    def read(self, size: int, /) -> bytes | None:
        """Return up to `size` bytes, or no bytes at the end. `None` from a non-blocking stream is an error."""
        ...


@dataclass(slots=True)
class Result:
    """The findings in one value or on a file as a whole.

    Attributes:
        file: The path of the file, or the name that was given to the stream.
        line: The line number, from 1, or `None` for files of one value and for the file as a whole.
        about: `"value"` if a value was checked, or `"file"` if the findings are about the file, for example because it
            grew or could not be read.
        findings: The findings. If there are more than 1,000, the rest are replaced by one that gives their number and
            has their worst severity.
    """

    file: str
    line: int | None
    about: Literal["value", "file"]
    findings: tuple[Finding, ...]

    @property
    def valid(self) -> bool:
        """Whether there are no errors."""
        return all(finding.severity != "error" for finding in self.findings)


def check_stream(
    stream: Readable,
    as_type: str | type[object],
    form: Form = "lines",
    *,
    name: str = "",
    progress: Progress | None = None,
) -> Iterator[Result]:
    """Yield a result for each value in a stream of bytes, such as `sys.stdin.buffer`.

    Memory use does not grow with the stream. Empty lines are skipped. Lines (or values) of more than 16 MiB are skipped
    with a finding.

    Args:
        stream: The stream. It is read to its end but not closed.
        as_type: The expected type or kind of each value, as for `check`.
        form: The form of the stream.
        name: The name of the stream in the results.
        progress: A function that takes the number of bytes read since the last call.

    Raises:
        JiffyArgumentException: If `as_type` or `form` is invalid, or the stream is in text mode.
    """
    return read_stream(stream, examiner(type_of(as_type)).read, form, name=name, progress=progress)


def read_stream(
    stream: Readable, read: Read, form: str, *, name: str, progress: Progress | None = None
) -> Iterator[Result]:
    """Yield results like `check_stream`, using another function for the values."""
    return _results(_Source(stream, progress), read, _form(form, Path(name)), name)


def check_path(
    path: str | os.PathLike[str],
    as_type: str | type[object],
    form: Form | None = None,
    *,
    progress: Progress | None = None,
) -> Iterator[Result]:
    """Yield a result for each value in a file, or in all files of a folder and its subfolders.

    Memory use depends on the largest value and the number of names in one folder, not on the size of the files. A value
    of 16 MiB typically takes about 100 MB, or ten times as much if it consists of brackets.

    Lines (or values) of more than 16 MiB are skipped with a finding, as are files that cannot be read. A file that
    grows while being read is read up to its original size. In folders, files named `*.jsonl`, `*.ndjson` and `*.json`
    are read in order of their names. Symbolic links to folders are not followed.

    Args:
        path: The file or the folder.
        as_type: The expected type or kind of each value, as for `check`.
        form: The form of the files. By default, their names decide: `.jsonl` and `.ndjson` are lines, and `.json` is
            one value.
        progress: A function that takes the number of bytes read since the last call.

    Raises:
        JiffyArgumentException: If `as_type` or `form` is invalid, or the file's name does not imply a form.
    """
    if not os.fspath(path):
        raise JiffyArgumentException("invalid path '': expected a file or a folder")
    return read_path(Path(path), examiner(type_of(as_type)).read, form, progress=progress)


def read_path(path: Path, read: Read, form: str | None = None, *, progress: Progress | None = None) -> Iterator[Result]:
    """Yield results like `check_path`, using another function for the values."""
    try:
        is_folder = stat.S_ISDIR(path.stat().st_mode)
    except (OSError, ValueError) as error:  # a ValueError if the path contains a NUL byte, for example
        return iter([_unreadable(path, error)])
    if is_folder:
        return _in_folder(path, read, None if form is None else _form(form, path), progress)
    return _in_file(path, read, _form(form, path), progress)


def _form(form: str | None, path: Path) -> Form:
    match form:
        case "lines" | "value":
            return form
        case None if by_name := FORMS.get(path.suffix.lower()):
            return by_name
        case None:
            known = ", ".join(FORMS)
            raise JiffyArgumentException(f"file {str(path)!r} has none of the extensions {known}: pass its form")
        case _:
            raise JiffyArgumentException(f"invalid form {form!r}: expected 'lines' or 'value'")


def _in_folder(folder: Path, read: Read, form: Form | None, progress: Progress | None) -> Iterator[Result]:
    pending = [folder]
    while pending:
        parent = pending.pop()
        try:
            with os.scandir(parent) as listing:
                entries = sorted((entry.name, entry.is_dir(follow_symlinks=False)) for entry in listing)
        except OSError as error:
            yield _unreadable(parent, error)
            continue
        pending += [parent / name for name, is_folder in reversed(entries) if is_folder]
        for name, is_folder in entries:
            file = parent / name
            if is_folder or file.is_dir() or file.suffix.lower() not in FORMS:
                continue
            if _may_block(file):
                yield _about_file(file, Finding("", "unreadable", "note", "a file", "a pipe or a device"))
            else:
                yield from _in_file(file, read, _form(form, file), progress)


def _may_block(path: Path) -> bool:
    """Return whether opening a file may block forever."""
    try:
        mode = path.stat().st_mode
    except OSError:
        return False  # opening it will raise the error
    return not stat.S_ISREG(mode) and not stat.S_ISDIR(mode)


def _in_file(path: Path, read: Read, form: Form, progress: Progress | None) -> Iterator[Result]:
    try:
        file = path.open("rb", buffering=0)
    except OSError as error:
        yield _unreadable(path, error)
        return
    with file:
        yield from _results(_Source(file, progress, file.fileno()), read, form, str(path))


def _results(source: "_Source", read: Read, form: Form, name: str) -> Iterator[Result]:
    text = _Text(source)
    if text.encoding != "utf-8":
        yield _about_file(name, encoding_finding(text.encoding))
    yield from (_lines if form == "lines" else _value)(source, text, read, name)
    if source.grew:
        yield _about_file(name, Finding("", "grew", "note", found="more than there was when reading began"))
    if source.failure:
        yield _unreadable(name, source.failure)


def _lines(source: "_Source", text: "_Text", read: Read, name: str) -> Iterator[Result]:
    for number, line in enumerate(text.lines(), 1):
        if line is None:
            yield Result(name, number, "value", (_TOO_LARGE,))
        elif not line.endswith(b"\n") and (source.failure or source.grew):
            return  # the line is still being written
        elif value := line.rstrip(WHITE):  # so that findings on the end of the value give a place in this line
            yield Result(name, number, "value", _findings(value, read))


def _value(source: "_Source", text: "_Text", read: Read, name: str) -> Iterator[Result]:
    data = text.whole()
    if data is None:
        source.skip()
    if not source.failure:
        yield Result(name, None, "value", (_TOO_LARGE,) if data is None else _findings(data, read))


def _findings(data: bytes, read: Read) -> tuple[Finding, ...]:
    """Return the first findings in a value and a summary of the others."""
    first: list[Finding] = []
    others = 0
    worst: Severity = "note"

    def report(finding: Finding) -> None:
        nonlocal others, worst
        if len(first) < MOST_FINDINGS:
            first.append(finding)
            return
        others += 1
        if finding.severity == "error" or worst == "note":
            worst = finding.severity

    read(data, report)
    if others:
        first.append(Finding("", "more-findings", worst, f"at most {MOST_FINDINGS}", f"{others} more"))
    return tuple(first)


_TOO_LARGE = Finding("", "too-large", "error", f"at most {LARGEST} bytes", "more")


def _about_file(name: Path | str, finding: Finding) -> Result:
    return Result(str(name), None, "file", (finding,))


def _unreadable(name: Path | str, error: OSError | ValueError) -> Result:
    reason = (error.strerror or type(error).__name__) if isinstance(error, OSError) else "an invalid path"
    return _about_file(name, Finding("", "unreadable", "error", "a file that can be read", reason))


class _Source(io.RawIOBase):
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
            # Detecting the encoding needs four bytes, unless the first line is shorter, as the next may take long.
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
            raise BlockingIOError(EAGAIN, "the stream is non-blocking")
        if not isinstance(data, bytes):  # pyright: ignore[reportUnnecessaryIsInstance] (callers without a type checker)
            raise JiffyArgumentException(f"invalid stream {self._stream!r}: expected one in binary mode")
        if self._left is not None:
            self._left -= len(data)
        if self._progress and data:
            self._progress(len(data))
        return data


def _is_line(data: bytes) -> bool:
    return data.endswith(b"\n") and b"\0" not in data and bool(data.strip(WHITE))


class _Text:
    """The content of a stream as UTF-8 without a byte-order mark. `encoding` is the original encoding."""

    def __init__(self, source: io.RawIOBase) -> None:
        self._bytes = io.BufferedReader(source, _CHUNK)
        self.encoding: str = encoding_of(self._bytes.peek(4))
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
                line = self._line(_CHUNK)
            yield None

    def whole(self) -> bytes | None:
        """Return the whole content, or `None` if it is too large."""
        if self._text:
            data = self._text.read(LARGEST + 1).encode("utf-8", "surrogatepass")
        else:
            data = self._bytes.read(LARGEST + 1)
        return data if len(data) <= LARGEST else None

    def _line(self, limit: int) -> bytes:
        if self._text:
            return self._text.readline(limit).encode("utf-8", "surrogatepass")
        return self._bytes.readline(limit)
