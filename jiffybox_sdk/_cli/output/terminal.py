"""What only a terminal gets: tables as wide as it is, colours, and bars."""

import os
import sys
from collections.abc import Sequence
from decimal import Decimal

from rich.cells import cell_len
from rich.console import Console, RenderableType
from rich.padding import Padding
from rich.table import Table as RichTable
from rich.text import Text

from jiffybox_sdk._cli.output.rows import NOTHING, Cell, Row, shown
from jiffybox_sdk._cli.output.text import fitting

_ENDLESS = 10_000
"""Columns of a table that goes into a file or a pipe, where nothing has to be broken into lines."""

_UNBROKEN = 20
"""A column of texts that are no longer than this is never broken into lines, others are no narrower."""

_SHORTEST_BAR = 8
"""Columns that bars need to say anything."""

_COLOURS = {"READY": "green", "FROZEN": "blue", "STATUS_READY": "green", "STATUS_ERROR": "red"}
_QUIET = {NOTHING, "no"}


def table(rows: Sequence[Row], columns: Sequence[str]) -> str:
    """Returns rows as a table; where that is too wide for the terminal, each by itself.

    Args:
        rows: The rows.
        columns: The columns to show.
    """
    console = _console()
    found = RichTable(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
    narrowest = 0
    for name in columns:
        cells = [row.cell(name) for row in rows]
        longest = max((cell_len(_styled(name, cell).plain) for cell in cells), default=0)
        least = max(cell_len(name), min(longest, _UNBROKEN))
        narrowest += least + 2
        found.add_column(
            name,
            justify="right" if any(_is_number(cell) for cell in cells) and name != columns[0] else "left",
            no_wrap=longest <= _UNBROKEN,
            min_width=least,
            overflow="fold",
        )
    for row in rows:
        found.add_row(*(_styled(name, row.cell(name)) for name in columns))
    # (What rich measures is never wider than the terminal: it would take columns away.)
    if narrowest - 2 > console.width:
        return whole(rows, columns)
    return _drawn(console, found)


def whole(rows: Sequence[Row], columns: Sequence[str] | None = None) -> str:
    """Returns rows one after the other, a line for each column.

    Args:
        rows: The rows.
        columns: The columns to show; all if not given.
    """
    console = _console()
    parts: list[RenderableType] = []
    for row in rows:
        head = row.name if row.name == row.id else f"{row.name} ({row.id})"
        parts.append(Text(fitting(head, sys.stdout), style="bold", overflow="fold"))
        grid = RichTable.grid(padding=(0, 2, 0, 0))
        grid.add_column(style="dim", overflow="fold", max_width=max(console.width // 2 - 4, 8))
        grid.add_column(overflow="fold")
        for name in columns or row.cells:
            grid.add_row(f"  {fitting(name, sys.stdout)}", _styled(name, row.cell(name)))
        parts.append(grid)
    return _drawn(console, *parts)


def bars(title: str, values: Sequence[tuple[str, Decimal, str]]) -> str:
    """Returns values as bars, the longest as wide as the terminal allows; a narrow one has no room for any.

    Args:
        title: What is shown.
        values: The name of each, it, and what to write beside its bar.
    """
    console = _console()
    grid = RichTable.grid(padding=(0, 2, 0, 0))
    names, words = (
        max(map(len, texts), default=0) + 2 for texts in ([n for n, _, _ in values], [w for _, _, w in values])
    )
    width = min(console.width, 100) - names - words
    if width < _SHORTEST_BAR:
        parts = [part for name, _, beside in values for part in (Text(name), Padding(Text(beside), (0, 0, 0, 2)))]
        return _drawn(console, Text(title, style="bold"), *parts)
    most = max((value for _, value, _ in values), default=Decimal(0))
    brick = "#" if console.options.ascii_only else "█"
    for name, value, beside in values:
        length = round(width * value / most) if most else 0
        grid.add_row(name, beside, Text(brick * length, style="green", no_wrap=True, overflow="crop"))
    return _drawn(console, Text(title, style="bold"), grid)


def _console() -> Console:
    plain = not (sys.stdout and sys.stdout.isatty()) and "COLUMNS" not in os.environ
    return Console(highlight=False, markup=False, emoji=False, soft_wrap=False, width=_ENDLESS if plain else None)


def _drawn(console: Console, *parts: RenderableType) -> str:
    with console.capture() as captured:
        for part in parts:
            console.print(part)
    return "".join(f"{line.rstrip()}\n" for line in captured.get().splitlines())


def _styled(name: str, cell: Cell) -> Text:
    text = fitting(shown(cell, local=True), sys.stdout)
    if name.rpartition(".")[2] == "status":
        return Text(text, style=_COLOURS.get(text, "yellow"), overflow="fold")
    return Text(text, style="dim" if text in _QUIET else "", overflow="fold")


def _is_number(cell: Cell) -> bool:
    return isinstance(cell, int | float | Decimal) and not isinstance(cell, bool)
