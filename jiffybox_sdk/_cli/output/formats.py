"""Output formats: tables and plain text for people, and JSON, CSV and identifiers for programs."""

import csv
import io
import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from typing import TypeVar

import click

from jiffybox_sdk._cli.options import Options
from jiffybox_sdk._cli.output.rows import Row, Table, as_text, sort
from jiffybox_sdk._cli.output.text import printable, write

T = TypeVar("T")

_JSON = ("json", "json-pretty")


ENTRIES = Table[tuple[str, object]](
    ("name", "value"), lambda entry: Row(entry[0], entry[0], {"name": entry[0], "value": entry[1]})
)
"""The entries of a map."""


def at_terminal() -> bool:
    """Return whether standard output is a terminal."""
    return bool(sys.stdout and sys.stdout.isatty())


def output_format(options: Options) -> str:
    """Return the requested format, or the default for standard output."""
    return options.output_format or ("table" if at_terminal() else "plain")


def is_json(options: Options) -> bool:
    """Return whether the output is JSON."""
    return output_format(options) in _JSON


def render(options: Options, table: Table[T], rows: Iterable[Row], *, all_columns: bool = False) -> str:
    """Return rows in the requested format. If `all_columns`, tables show all columns."""
    rows = list(rows)
    check_options(options, table, rows)
    rows = sort(rows, options.sort)
    match output_format(options):
        case "table":
            from jiffybox_sdk._cli.output import terminal

            if all_columns and not options.columns:
                return terminal.blocks(rows)
            return terminal.table(rows, options.columns or table.columns)
        case "ids":
            return "".join(f"{printable(row.id)}\n" for row in rows)
        case "csv":
            return _csv(rows, options.columns or table.columns)
        case "plain":
            return "".join(_plain(row, options.columns) for row in rows)
        case _:
            return "".join(as_json(options, row.data) for row in rows)


def check_options(options: Options, table: Table[T] | None, rows: Sequence[Row] = ()) -> None:
    """Reject columns that the output does not have.

    `table` is `None` if the output has no rows. `rows` may have columns that no schema has.
    """
    if not options.columns and not options.sort:
        return
    if table is None:
        raise click.UsageError("--columns and --sort require a list, which this command does not show.")
    present = {column for row in rows for column in (*row.cells, *row.computed)}
    for column in [*(options.columns or ()), *(column.removeprefix("-") for column in options.sort)]:
        if column not in present and not table.has(column):
            raise click.UsageError(f"invalid column {column!r}: expected one of {', '.join(table.names())}.")
    name = output_format(options)
    if options.columns and name in ("ids", *_JSON):
        raise click.UsageError(f"--columns cannot be combined with -o {name}.")


def write_map(options: Options, name: str, values: Mapping[str, object]) -> None:
    """Write a map to standard output as a JSON object, as a block, or as rows if columns were requested."""
    if is_json(options):
        write_paged(options, as_json(options, values))
    elif output_format(options) in ("plain", "table") and not options.columns:
        write_paged(options, render(options, ENTRIES, [Row(name, name, values)], all_columns=True))
    else:
        write_paged(options, render(options, ENTRIES, map(ENTRIES.row, values.items())))


def write_json(options: Options, value: object) -> None:
    """Write one JSON value."""
    check_options(options, None)
    write_paged(options, as_json(options, value))


def write_paged(options: Options, text: str) -> None:
    """Write text to standard output, through a pager if requested."""
    if options.pager and at_terminal():
        click.echo_via_pager(text)
    else:
        write(text)


def as_json(options: Options, value: object) -> str:
    """Return a JSON value as indented lines for `json-pretty`, or else as a single line."""
    return f"{to_json(value, indent=2 if options.output_format == 'json-pretty' else None)}\n"


def to_json(value: object, *, indent: int | None = None) -> str:
    """Return JSON that standard output can encode. At a terminal, unprintable characters are escaped."""
    encoding = (sys.stdout and sys.stdout.encoding) or "utf-8"
    text = json.dumps(value, ensure_ascii=False, allow_nan=False, indent=indent, default=float)
    if encoding.lower().startswith("utf") and (not at_terminal() or text.replace("\n", "").isprintable()):
        return text
    return json.dumps(value, allow_nan=False, indent=indent, default=float)


def _plain(row: Row, columns: tuple[str, ...] | None) -> str:
    lines = [f"  {printable(name)}: {as_text(row.cell(name))}\n" for name in columns or row.cells]
    return f"{printable(row.title)}\n{''.join(lines)}"


def _csv(rows: Sequence[Row], columns: tuple[str, ...]) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    verbatim = not at_terminal()  # programs get unescaped text
    for row in rows:
        cells = [row.cell(name) for name in columns]
        writer.writerow(
            "" if cell is None else str(cell) if verbatim and isinstance(cell, str) else as_text(cell) for cell in cells
        )
    return text.getvalue()
