"""Files of payloads and folders of such files, of any size. Only a few values are in memory at a time."""

import os
import re
import stat
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Literal

from jiffybox_sdk.exceptions import JiffyArgumentException
from jiffybox_sdk.validation._findings import Finding, Severity
from jiffybox_sdk.validation._jobs import with_verdicts
from jiffybox_sdk.validation._json_text import WHITE, encoding_finding
from jiffybox_sdk.validation._kinds import KINDS_BY_TYPE, type_of
from jiffybox_sdk.validation._results import TOO_LARGE, Result
from jiffybox_sdk.validation._source import Progress, Readable, Source, Text, elements
from jiffybox_sdk.validation._traffic import JSON_TRAFFIC, responses

Form = Literal["lines", "value", "traffic"]
"""A file's form: JSON lines (one value per line), one value or list of values, or recorded traffic."""

FORMS: dict[str, Form] = {
    ".jsonl": "lines",
    ".ndjson": "lines",
    ".json": "value",
    ".har": "traffic",
    ".yaml": "traffic",
    ".yml": "traffic",
}
"""The form of a file by extension, which `.gz` may follow."""

_LIST = re.compile(r"\s*\[(?=\s*[^\]\s])")
"""The beginning of a list that is not empty. An empty one may stand for an empty map."""

_INDENTED = re.compile(r'\s*\{[^\n]*(?<=[{[,:])[ \t\r]*\n\s*(?:["\]}]|\Z)')
"""The first line of an indented JSON object. In JSON lines, the next line would begin another object."""


def check_stream(
    stream: Readable,
    as_type: str | type[object] | None = None,
    form: Form | None = None,
    *,
    guess: bool = False,
    jobs: int | None = 1,
    name: str = "",
    progress: Progress | None = None,
) -> Iterator[Result]:
    """Yield a result for each value in a stream of bytes, such as `sys.stdin.buffer`.

    Memory use does not grow with the stream. Empty lines are skipped. Lines (or values) of more than 16 MiB are skipped
    with a finding. Streams compressed with gzip are inflated.

    Args:
        stream: The stream. It is read to its end but not closed.
        as_type: The expected type or kind of each value, as for `check`. Not needed for recorded traffic.
        form: The form of the stream. By default, its first line decides: an indented object or a list is one value,
            HAR and JSON cassettes are recorded traffic, and anything else is lines.
        guess: Whether to guess the kind of each value instead.
        jobs: The number of processes, as for `check_path`. If more than one, values are judged in batches of 1 MiB,
            which delays the results of a slow stream.
        name: The name of the stream in the results.
        progress: A function that takes the number of bytes read since the last call.

    Raises:
        JiffyArgumentException: If an argument is invalid, or the stream is in text mode.
        JiffyException: If a process ends unexpectedly.
    """
    chosen = form if form is None else _form(form, Path(name))
    target = _target(as_type, guess=guess, traffic=form == "traffic")
    return with_verdicts(_items(Source(stream, progress), target, chosen, name), _jobs(jobs), guess=guess)


def check_path(
    path: str | os.PathLike[str],
    as_type: str | type[object] | None = None,
    form: Form | None = None,
    *,
    guess: bool = False,
    jobs: int | None = 1,
    progress: Progress | None = None,
) -> Iterator[Result]:
    """Yield a result for each value in a file, or in all files of a folder and its subfolders.

    Memory use depends on the largest value and the number of names in one folder, not on the size of the files. A value
    of 16 MiB typically takes about 100 MB, or ten times as much if it consists of brackets.

    Lines (or values) of more than 16 MiB are skipped with a finding, as are files that cannot be read. A file that
    grows while being read is read up to its original size. In folders, files with one of the extensions below are read
    in order of their names, and others are skipped with a note. Symbolic links to folders are not followed.

    Args:
        path: The file or the folder.
        as_type: The expected type or kind of each value, as for `check`. Not needed for files of recorded traffic, in
            which the calls give the kinds.
        form: The form of the files. By default, their names decide: `.jsonl` and `.ndjson` are lines, `.json` is one
            value or a list of them, and `.har`, `.yaml` and `.yml` are recorded traffic, as is a `.json` that begins
            like a HAR file or a cassette. `.gz` may follow.
        guess: Whether to guess the kind of each value instead.
        jobs: The number of processes that judge the values, including this one, or `None` for one per core. Less than
            4 MiB are judged by this one alone. As the others import the main module, a script that uses more than one
            needs `if __name__ == "__main__":`.
        progress: A function that takes the number of bytes read since the last call.

    Raises:
        JiffyArgumentException: If an argument is invalid, or the file's name does not imply a form.
        JiffyException: If a process ends unexpectedly.
    """
    if not os.fspath(path):
        raise JiffyArgumentException("invalid path '': expected a file or a folder")
    path = Path(path)
    traffic = form == "traffic" or (form is None and by_name(path) == "traffic")
    target = _target(as_type, guess=guess, traffic=traffic)
    return with_verdicts(_items_at(path, target, form, progress), _jobs(jobs), guess=guess)


def by_name(path: Path) -> Form | None:
    """Return the form that a file's name implies."""
    suffixes = [suffix.lower() for suffix in path.suffixes]
    if suffixes and suffixes[-1] == ".gz":
        del suffixes[-1]
    return FORMS.get(suffixes[-1]) if suffixes else None


def _target(as_type: str | type[object] | None, *, guess: bool, traffic: bool) -> type[object] | None:
    """Return the type of the values, or `None` if it is guessed or follows from the calls."""
    if as_type is not None:
        if guess:
            raise JiffyArgumentException("invalid guess True: expected either a kind or guess=True")
        return type_of(as_type)
    if not guess and not traffic:
        raise JiffyArgumentException("invalid kind None: expected a kind, or guess=True, or recorded traffic")
    return None


def _jobs(jobs: int | None) -> int:
    if jobs is None:
        return os.cpu_count() or 1
    if jobs < 1:
        raise JiffyArgumentException(f"invalid jobs {jobs!r}: expected a number from 1, or None for one per core")
    return jobs


def _items_at(
    path: Path, as_type: type[object] | None, form: str | None, progress: Progress | None
) -> Iterator[Result]:
    try:
        is_folder = stat.S_ISDIR(path.stat().st_mode)
    except (OSError, ValueError) as error:  # a ValueError if the path contains a NUL byte, for example
        return iter([_unreadable(path, error)])
    if is_folder:
        return _in_folder(path, as_type, None if form is None else _form(form, path), progress)
    return _in_file(path, as_type, _form(form, path), progress)


def _form(form: str | None, path: Path) -> Form:
    match form:
        case "lines" | "value" | "traffic":
            return form
        case None if implied := by_name(path):
            return implied
        case None:
            known = ", ".join(FORMS)
            raise JiffyArgumentException(f"file {str(path)!r} has none of the extensions {known}: pass its form")
        case _:
            raise JiffyArgumentException(f"invalid form {form!r}: expected 'lines', 'value' or 'traffic'")


def _in_folder(
    folder: Path, as_type: type[object] | None, form: Form | None, progress: Progress | None
) -> Iterator[Result]:
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
            if is_folder or file.is_dir():
                continue
            if not by_name(file):
                expected = f"one of the extensions {', '.join(FORMS)}"
                yield _about_file(file, Finding("", "skipped", Severity.NOTE, expected, "none of them"))
            elif _may_block(file):
                yield _about_file(file, Finding("", "unreadable", Severity.NOTE, "a file", "a pipe or a device"))
            else:
                yield from _in_file(file, as_type, _form(form, file), progress)


def _may_block(path: Path) -> bool:
    """Return whether opening a file may block forever."""
    try:
        mode = path.stat().st_mode
    except OSError:
        return False  # opening it will raise the error
    return not stat.S_ISREG(mode) and not stat.S_ISDIR(mode)


def _in_file(path: Path, as_type: type[object] | None, form: Form, progress: Progress | None) -> Iterator[Result]:
    try:
        file = path.open("rb", buffering=0)
    except OSError as error:
        yield _unreadable(path, error)
        return
    with file:
        yield from _items(Source(file, progress, file.fileno()), as_type, form, str(path))


def _items(source: Source, as_type: type[object] | None, form: Form | None, name: str) -> Iterator[Result]:
    text = Text(source)
    if text.encoding != "utf-8":
        yield _about_file(name, encoding_finding(text.encoding))
    match _recognised(text) if form is None or form == "value" else form:
        case "lines" if form != "value":
            yield from _lines(source, text, as_type, name)
        case "traffic":
            yield from responses(text, name)
        case _:
            yield from _value(source, text, as_type, name)
    if source.grew:
        yield _about_file(name, Finding("", "grew", Severity.NOTE, found="more than there was when reading began"))
    if source.failure:
        yield _unreadable(name, source.failure)


def _recognised(text: Text) -> Form:
    if JSON_TRAFFIC.match(text.start):
        return "traffic"
    return "value" if _LIST.match(text.start) or _INDENTED.match(text.start) else "lines"


def _lines(source: Source, text: Text, as_type: type[object] | None, name: str) -> Iterator[Result]:
    for number, line in enumerate(text.lines(), 1):
        if line is None:
            yield _too_large(name, number, as_type)
        elif not line.endswith(b"\n") and (source.failure or source.grew):
            return  # the line is still being written
        elif value := line.rstrip(WHITE):  # so that findings on the end of the value give a place in this line
            yield Result(name, number, "value", data=value, as_type=as_type)


def _value(source: Source, text: Text, as_type: type[object] | None, name: str) -> Iterator[Result]:
    if _LIST.match(text.start):
        for number, (line, element) in enumerate(elements(text, _LIST, alone=True)):
            if source.failure:
                return
            if isinstance(element, Finding):
                yield Result(name, line, "value", (element,), f"/{number}")
            else:
                yield Result(name, line, "value", (), f"/{number}", data=element, as_type=as_type)
        return
    data = text.whole()
    if data is None:
        source.skip()
    if not source.failure:
        result = Result(name, 1, "value", data=data, as_type=as_type)
        yield _too_large(name, 1, as_type) if data is None else result


def _too_large(name: str, line: int, as_type: type[object] | None) -> Result:
    return Result(name, line, "value", (TOO_LARGE,), kind=None if as_type is None else KINDS_BY_TYPE.get(as_type))


def _about_file(name: Path | str, finding: Finding) -> Result:
    return Result(str(name), None, "file", (finding,))


def _unreadable(name: Path | str, error: OSError | ValueError) -> Result:
    reason = (error.strerror or type(error).__name__) if isinstance(error, OSError) else "an invalid path"
    return _about_file(name, Finding("", "unreadable", Severity.ERROR, "a file that can be read", reason))


def total_size(paths: Sequence[str]) -> int | None:
    """Return the size of files and, for `-`, of standard input, in bytes, or `None` if any is not a regular file."""
    total = 0
    for path in paths:
        try:
            status = Path(path).stat() if path != "-" else os.fstat(sys.stdin.fileno() if sys.stdin else -1)
        except (OSError, ValueError):  # reported when the file is read
            continue
        if not stat.S_ISREG(status.st_mode):
            return None
        total += status.st_size
    return total
