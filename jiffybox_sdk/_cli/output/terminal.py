"""Tables and bars, fitted to the terminal's width."""

import os
import sys
from collections.abc import Sequence
from decimal import Decimal

from rich.cells import cell_len
from rich.console import Console, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from jiffybox_sdk._cli.output.rows import NO_VALUE, Cell, Row, as_text
from jiffybox_sdk._common.texts import encodable

_UNLIMITED = 10_000
"""The width of tables in files and pipes, where lines are not wrapped."""

_MAX_UNWRAPPED = 20
"""Columns up to this width are not wrapped; wider ones do not become narrower than this."""

_MIN_BAR = 8
"""The minimum width of bars."""

_COLOURS = {"READY": "green", "FROZEN": "blue", "STATUS_READY": "green", "STATUS_ERROR": "red"}
_DIM = {NO_VALUE, "no"}


def table(rows: Sequence[Row], columns: Sequence[str], *, header: bool = True) -> str:
    """Return rows as a table, or one below the other if the terminal is too narrow."""
    console = _console()
    drawn = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold", show_header=header)
    min_width = 0
    for name in columns:
        cells = [row.cell(name) for row in rows]
        longest = max((cell_len(_styled(name, cell).plain) for cell in cells), default=0)
        least = max(cell_len(name), min(longest, _MAX_UNWRAPPED))
        min_width += least + 2
        drawn.add_column(
            name,
            justify="right" if any(_is_number(cell) for cell in cells) and name != columns[0] else "left",
            no_wrap=longest <= _MAX_UNWRAPPED,
            min_width=least,
            overflow="fold",
        )
    for row in rows:
        drawn.add_row(*(_styled(name, row.cell(name)) for name in columns))
    # rich drops columns that do not fit, so its own measurement cannot be used.
    return blocks(rows, columns) if min_width - 2 > console.width else _draw(console, drawn)


def blocks(rows: Sequence[Row], columns: Sequence[str] | None = None) -> str:
    """Return rows one below the other, with a line for each column."""
    console = _console()
    parts: list[RenderableType] = []
    for row in rows:
        parts.append(Text(encodable(row.title, sys.stdout), style="bold", overflow="fold"))
        grid = Table.grid(padding=(0, 2, 0, 0))
        grid.add_column(style="dim", overflow="fold", max_width=max(console.width // 2 - 4, 8))
        grid.add_column(overflow="fold")
        for name in columns or row.cells:
            grid.add_row(f"  {encodable(name, sys.stdout)}", _styled(name, row.cell(name)))
        parts.append(grid)
    return _draw(console, *parts)


def bars(title: str, values: Sequence[tuple[str, Decimal, str]]) -> str:
    """Return a bar chart. Without room for bars, only the labels are shown."""
    console = _console()
    names = max((len(name) for name, _, _ in values), default=0) + 2
    labels = max((len(label) for _, _, label in values), default=0) + 2
    width = min(console.width, 100) - names - labels
    if width < _MIN_BAR:
        parts = [part for name, _, label in values for part in (Text(name), Padding(Text(label), (0, 0, 0, 2)))]
        return _draw(console, Text(title, style="bold"), *parts)
    highest = max((value for _, value, _ in values), default=Decimal(0))
    block = "#" if console.options.ascii_only else "█"
    grid = Table.grid(padding=(0, 2, 0, 0))
    for name, value, label in values:
        length = round(width * value / highest) if highest else 0
        grid.add_row(name, label, Text(block * length, style="green", no_wrap=True, overflow="crop"))
    return _draw(console, Text(title, style="bold"), grid)


def _console() -> Console:
    unlimited = not (sys.stdout and sys.stdout.isatty()) and "COLUMNS" not in os.environ
    return Console(highlight=False, markup=False, emoji=False, soft_wrap=False, width=_UNLIMITED if unlimited else None)


def _draw(console: Console, *parts: RenderableType) -> str:
    with console.capture() as captured:
        for part in parts:
            console.print(part)
    return "".join(f"{line.rstrip()}\n" for line in captured.get().splitlines())


def _styled(name: str, cell: Cell) -> Text:
    text = encodable(as_text(cell, local=True), sys.stdout)
    if name.rpartition(".")[2] == "status":
        return Text(text, style=_COLOURS.get(text, "yellow"), overflow="fold")
    return Text(text, style="dim" if text in _DIM else "", overflow="fold")


def _is_number(cell: Cell) -> bool:
    return isinstance(cell, int | float | Decimal) and not isinstance(cell, bool)
