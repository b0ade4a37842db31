"""The results of the benchmarks that have peers, as bars."""

from benchmarks.tables import FILE, RESULTS, Table, number
from scripts.pictures.drawing import LINE, MARGIN, SIZE, SMALL, WIDTH, Colour, Drawing

MOST_ROWS = 5
"""Longer tables are not drawn."""

_ROW, _BAR = 38, 10


def bars() -> str:
    """Return the picture."""
    results = RESULTS.validate_json(FILE.read_bytes())
    tables = [
        table for table in results.tables if len(table.rows) <= MOST_ROWS and not all(row.ours for row in table.rows)
    ]
    drawing = Drawing("The SDK and its peers", " ".join(map(_told, tables)))
    y = float(MARGIN)
    for table in tables:
        drawing.text(MARGIN, y + SIZE, table.title, bold=True)
        direction = "more" if table.more else "less"
        drawing.text(MARGIN, y + SIZE + LINE, f"{table.unit}, {direction} is better", size=SMALL, colour="dim")
        y += SIZE + LINE + 8
        longest = max(row.value for row in table.rows)
        for row in table.rows:
            colour: Colour = "accent" if row.ours else "dim"
            drawing.text(MARGIN, y + 15, row.name, size=SMALL, bold=row.ours)
            drawing.text(WIDTH - MARGIN, y + 15, number(row.value), size=SMALL, anchor="end", bold=row.ours)
            drawing.bar(MARGIN, y + 20, (WIDTH - 2 * MARGIN) * row.value / longest, _BAR, colour)
            y += _ROW
        y += 18
    return drawing.svg(y - 18)


def is_drawn(table: Table) -> bool:
    """Return whether a table compares the SDK with peers, and is short."""
    return len(table.rows) <= MOST_ROWS and not all(row.ours for row in table.rows)


def _told(table: Table) -> str:
    figures = ", ".join(f"{row.name} {number(row.value)}" for row in table.rows)
    return f"{table.title}, in {table.unit}: {figures}."
