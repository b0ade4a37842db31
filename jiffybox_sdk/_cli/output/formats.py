"""How rows are written: for people as tables or plain text, for programs as JSON, CSV or ids."""

import csv
import io
import json
import sys
from collections.abc import Iterable, Mapping, Sequence

import click
from pydantic import JsonValue

from jiffybox_sdk._cli.options import Options
from jiffybox_sdk._cli.output.rows import Row, Table, cell, check_columns, shown, sort
from jiffybox_sdk._cli.output.text import printable, put

NAMES = Table(("name", "value"), computed=frozenset({"name", "value"}))
"""How a map is shown in rows."""


def at_terminal() -> bool:
    """Whether standard output is a terminal."""
    return bool(sys.stdout and sys.stdout.isatty())


def form(options: Options) -> str:
    """Returns the form of output that was asked for, or that fits where it is shown."""
    return options.output_format or ("table" if at_terminal() else "plain")


def write(options: Options, table: Table, rows: Iterable[Row], *, whole: bool = False) -> None:
    """Writes rows to standard output.

    Args:
        options: What was asked for.
        table: How rows of this kind are shown.
        rows: The rows.
        whole: Whether a table shows all that is known of the rows.

    Raises:
        click.UsageError: there is no such column, or this form of output has none.
    """
    page(options, written(options, table, rows, whole=whole))


def written(options: Options, table: Table, rows: Iterable[Row], *, whole: bool = False) -> str:
    """Returns rows as `write` writes them.

    Raises:
        click.UsageError: there is no such column, or this form of output has none.
    """
    rows = list(rows)
    check(options, table, rows)
    rows = sort(rows, options.sort)
    wanted = form(options)
    if wanted != "table":
        return _text(wanted, table, rows, options.columns)
    from jiffybox_sdk._cli.output import terminal

    if whole and not options.columns:
        return terminal.whole(rows)
    return terminal.table(rows, options.columns or table.columns)


def check(options: Options, table: Table | None, rows: Sequence[Row] = ()) -> None:
    """Refuses columns that there are not.

    Args:
        options: What was asked for.
        table: How rows are shown; `None` where there are none.
        rows: The rows, once they are known: the service may send fields that nobody knows yet.

    Raises:
        click.UsageError: there is no such column, or this form of output has none.
    """
    if not options.columns and not options.sort:
        return
    if table is None:
        raise click.UsageError("--columns and --sort are refused: what is shown here is no list.")
    check_columns(table, rows, options.columns or ())
    check_columns(table, rows, [column.removeprefix("-") for column in options.sort])
    wanted = form(options)
    if options.columns and wanted in ("ids", "json", "json-pretty"):
        raise click.UsageError(f"--columns is refused with the output {wanted}: it shows whole things, or ids alone.")


def write_map(options: Options, name: str, values: Mapping[str, JsonValue]) -> None:
    """Writes a map to standard output.

    Args:
        options: What was asked for.
        name: What the map belongs to.
        values: The map.
    """
    wanted = form(options)
    if wanted in ("json", "json-pretty"):
        page(options, as_json(dict(values), pretty=wanted == "json-pretty") + "\n")
    elif wanted in ("plain", "table") and not options.columns:
        cells = {key: cell(value) for key, value in values.items()}
        write(options, NAMES, [Row(name, name, {}, cells)], whole=True)
    else:
        rows = [Row(key, key, {}, {"name": key, "value": cell(value)}) for key, value in values.items()]
        write(options, NAMES, rows)


def write_json(options: Options, value: JsonValue) -> None:
    """Writes one JSON value that is not made of rows.

    Raises:
        click.UsageError: columns were asked for.
    """
    check(options, None)
    page(options, as_json(value, pretty=form(options) == "json-pretty") + "\n")


def page(options: Options, text: str) -> None:
    """Writes text to standard output, page by page if that was asked for."""
    if options.pager and at_terminal():
        click.echo_via_pager(text)
    else:
        put(text)


def as_json(value: JsonValue, *, pretty: bool) -> str:
    """Returns a value as JSON, on one line if it is not to be pretty."""
    encoding = (sys.stdout and sys.stdout.encoding) or "utf-8"
    indent = 2 if pretty else None
    text = json.dumps(value, ensure_ascii=False, allow_nan=False, indent=indent)
    # A terminal must not be given what would move its cursor.
    if encoding.lower().startswith("utf") and (not at_terminal() or text.replace("\n", "").isprintable()):
        return text
    return json.dumps(value, allow_nan=False, indent=indent)


def _text(wanted: str, table: Table, rows: Sequence[Row], columns: tuple[str, ...] | None) -> str:
    if wanted == "ids":
        return "".join(f"{printable(row.id)}\n" for row in rows)
    if wanted == "csv":
        return _csv(rows, columns or table.columns)
    if wanted == "plain":
        return "".join(_plain(row, columns) for row in rows)
    return "".join(as_json(row.data, pretty=wanted == "json-pretty") + "\n" for row in rows)


def _plain(row: Row, columns: tuple[str, ...] | None) -> str:
    head = row.name if row.name == row.id else f"{row.name} ({row.id})"
    lines = [f"  {printable(name)}: {shown(row.cell(name))}\n" for name in columns or row.cells]
    return f"{printable(head)}\n{''.join(lines)}"


def _csv(rows: Sequence[Row], columns: tuple[str, ...]) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    for row in rows:
        found = [row.cell(name) for name in columns]
        # At a terminal nothing may move the cursor; elsewhere, text is passed on as it is.
        as_is = not at_terminal()
        writer.writerow(
            "" if one is None else str(one) if as_is and isinstance(one, str) else shown(one) for one in found
        )
    return text.getvalue()
