"""How `jiffybox validate` writes what it found, a line at a time: for people, as JSON lines, and as CSV."""

import csv
import io
from dataclasses import dataclass
from typing import Literal, Protocol

from pydantic import JsonValue

from jiffybox_sdk._cli.output.formats import as_json
from jiffybox_sdk._cli.output.text import printable, put
from jiffybox_sdk.validation import Finding

_COLOURS = {"error": "31", "warning": "33", "note": "36"}

COLUMNS = ("file", "line", "pointer", "rule", "severity", "expected", "found", "standing", "kind")


@dataclass(frozen=True, slots=True)
class Found:
    """One thing that was found.

    Attributes:
        file: In which file; `-` is standard input.
        line: In which line; `None` where the file is one value, and for the file as a whole.
        about: Whether it is about a value or about the file.
        kind: The kind that the value was looked at as.
        finding: What was found.
        value: What stands there, for those who asked to see it.
    """

    file: str
    line: int | None
    about: Literal["value", "file"]
    kind: str | None
    finding: Finding
    value: str | None = None

    def fields(self) -> dict[str, str | int | None]:
        """Returns it by the names of `COLUMNS`."""
        finding = self.finding
        texts: tuple[str | int | None, ...] = (
            self.file,
            self.line,
            finding.pointer,
            finding.rule,
            finding.severity,
            finding.expected,
            finding.found,
            finding.standing,
            self.kind,
        )
        named: dict[str, str | int | None] = dict(zip(COLUMNS, texts, strict=True))
        if self.value is not None:
            named["value"] = self.value
        return {name: sound(text) if isinstance(text, str) else text for name, text in named.items()}

    def words(self) -> str:
        """Returns it as text, from its place in the value on."""
        text = str(self.finding).removeprefix(f"{self.finding.severity}: ")
        if self.finding.rule == "unknown-kind":
            text = f"the payload: unknown-kind: {self.finding.found}"  # which is a sentence
        elif self.about == "file":
            text = text.replace("the payload", "the file", 1)
        shown = "" if self.value is None else f", value {self.value}"
        return f"{text}{shown}"


class Writer(Protocol):
    """What writes what was found to standard output."""

    def begin(self) -> None:
        """Writes what stands before all."""
        ...

    def write(self, found: Found, /) -> None:
        """Writes one thing."""
        ...

    def end(self, *, complete: bool) -> None:
        """Writes what stands behind all.

        Args:
            complete: Whether all was looked at.
        """
        ...


class _Lines:
    """Writes a line for each thing, and nothing around them."""

    def begin(self) -> None:
        """Writes nothing."""

    def end(self, *, complete: bool) -> None:
        """Writes nothing."""


class People(_Lines):
    """Writes lines as compilers do, which editors know how to follow."""

    def __init__(self, *, colours: bool, guessed: bool) -> None:
        """Writes nothing yet.

        Args:
            colours: Whether the terminal has colours.
            guessed: Whether to say what kind each value was taken for.
        """
        self._colours = colours
        self._guessed = guessed

    def write(self, found: Found, /) -> None:
        """Writes one thing."""
        severity: str = found.finding.severity
        if self._colours:
            severity = f"\x1b[{_COLOURS[severity]}m{severity}\x1b[0m"
        place = printable(found.file) + (f":{found.line}" if found.line else "")
        kind = f" (taken for {found.kind})" if self._guessed and found.kind else ""
        put(f"{place}: {severity}: {found.words()}{kind}\n")


class JsonLines(_Lines):
    """Writes an object a line, which fits `validate.schema.json`."""

    def write(self, found: Found, /) -> None:
        """Writes one thing."""
        fields: dict[str, JsonValue] = {**found.fields()}
        put(f"{as_json(fields, pretty=False)}\n")


class Csv(_Lines):
    """Writes a row for each thing, below the names of the columns."""

    def __init__(self, *, values: bool) -> None:
        """Writes nothing yet.

        Args:
            values: Whether there is a column of values.
        """
        self._columns = (*COLUMNS, "value") if values else COLUMNS

    def begin(self) -> None:
        """Writes the names of the columns."""
        self._row(self._columns)

    def write(self, found: Found, /) -> None:
        """Writes one thing."""
        fields = found.fields()
        cells = (fields.get(name) for name in self._columns)
        self._row(tuple("" if cell is None else printable(str(cell)) for cell in cells))

    def _row(self, cells: tuple[str, ...]) -> None:
        text = io.StringIO()
        csv.writer(text, lineterminator="\n").writerow(cells)
        put(text.getvalue())


def sound(text: str) -> str:
    """Returns a text with halves of characters spelt out: readers of JSON refuse them."""
    return text.encode("utf-8", "backslashreplace").decode()
