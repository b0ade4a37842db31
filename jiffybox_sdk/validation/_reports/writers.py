"""Findings for people, as JSON, and as CSV."""

import csv
import io
import json
from collections.abc import Callable
from dataclasses import dataclass

from jiffybox_sdk._common.texts import printable, visible_json
from jiffybox_sdk.validation._findings import Finding
from jiffybox_sdk.validation._results import Result

_COLOURS = {"error": "31", "warning": "33", "note": "36"}

COLUMNS = ("file", "line", *Finding._fields, "kind", "entry")


@dataclass(frozen=True, slots=True)
class Entry:
    """A finding with the result that it belongs to, its line, and its value if that is shown."""

    result: Result
    finding: Finding
    line: int | None
    value: str | None = None

    def fields(self) -> dict[str, str | int | None]:
        """Return the values of `COLUMNS`, and `value` if there is one."""
        result = self.result
        cells = (result.file, self.line, *self.finding, result.kind, result.entry or None)
        fields = dict[str, str | int | None](zip(COLUMNS, cells, strict=True))
        if self.value is not None:
            fields["value"] = self.value
        return {name: escape_surrogates(text) if isinstance(text, str) else text for name, text in fields.items()}

    def message(self) -> str:
        """Return the finding as text, without file, line and severity."""
        text = str(self.finding).removeprefix(f"{self.finding.severity}: ")
        if self.result.entry:
            text = text.replace("the payload", "the value" if self.result.about == "value" else "the entry", 1)
        elif self.result.about == "file":
            text = text.replace("the payload", "the file", 1)
        return text if self.value is None else f"{text}, value {self.value}"


class Writer:
    """Writes findings by a function until it raises a `BrokenPipeError`. By default, there is no start or end."""

    begun = False  # whether anything may have been written
    closed = False

    def __init__(self, write: Callable[[str], object]) -> None:
        self._write_text = write

    def begin(self) -> None:
        """Write the start of the document."""

    def write(self, entry: Entry, /) -> None:
        """Write a finding."""
        raise NotImplementedError  # not abstract, because `begin` and `end` have defaults

    def end(self, *, complete: bool) -> None:
        """Write the end of the document if it was begun, also after Ctrl-C."""

    def _write(self, text: str) -> None:
        """Write text. Continue if the pipe is closed, because the exit code must not depend on that."""
        self.begun = True
        try:
            if not self.closed:
                self._write_text(text)
        except BrokenPipeError:
            self.closed = True


class PlainWriter(Writer):
    """Writes compiler-style lines, which editors can follow."""

    def __init__(self, write: Callable[[str], object], *, colours: bool, guessed: bool) -> None:
        super().__init__(write)
        self._colours = colours
        self._guessed = guessed

    def write(self, entry: Entry, /) -> None:
        severity: str = entry.finding.severity
        if self._colours:
            severity = f"\x1b[{_COLOURS[severity]}m{severity}\x1b[0m"
        result = entry.result
        place = printable(result.file) + (f":{entry.line}" if entry.line else "")
        if result.entry:
            place += f"#{printable(result.entry)}"
        kind = f" (kind: {result.kind})" if self._guessed and result.kind else ""
        self._write(f"{place}: {severity}: {entry.message()}{kind}\n")


class JsonWriter(Writer):
    """Writes JSON objects that conform to `validate.schema.json`, as an array or one per line."""

    def __init__(self, write: Callable[[str], object], *, lines: bool, ascii_only: bool) -> None:
        super().__init__(write)
        self._ascii_only = ascii_only
        self._before, self._after, self._last = ("", "\n", "") if lines else ("[", "", "]\n")

    def write(self, entry: Entry, /) -> None:
        text = visible_json(json.dumps(entry.fields(), ensure_ascii=self._ascii_only))
        self._write(f"{self._before}{text}{self._after}")
        self._before = self._before and ",\n"

    def end(self, *, complete: bool) -> None:  # noqa: ARG002 (an array is completed, too)
        self._write(self._last if self._before != "[" else self._before + self._last)


class CsvWriter(Writer):
    """Writes rows of CSV below a header."""

    def __init__(self, write: Callable[[str], object], *, values: bool) -> None:
        super().__init__(write)
        self._columns = (*COLUMNS, "value") if values else COLUMNS

    def begin(self) -> None:
        self._row(self._columns)

    def write(self, entry: Entry, /) -> None:
        fields = entry.fields()
        cells = (fields.get(name) for name in self._columns)
        self._row(tuple("" if cell is None else printable(str(cell)) for cell in cells))

    def _row(self, cells: tuple[str, ...]) -> None:
        text = io.StringIO()
        csv.writer(text, lineterminator="\n").writerow(cells)
        self._write(text.getvalue())


def escape_surrogates(text: str) -> str:
    """Return text with unpaired surrogates escaped, because JSON parsers reject them."""
    return text.encode("utf-8", "backslashreplace").decode()
