"""Output formats: tables and plain text for people, and JSON, YAML, CSV, TSV and identifiers for programs."""

import csv
import io
import json
import sys
from collections.abc import Iterable, Sequence
from dataclasses import replace

import click

from jiffybox_sdk._cli.options import Options
from jiffybox_sdk._cli.output.rows import Row, Table, accepts, as_text, sort
from jiffybox_sdk._cli.output.text import write
from jiffybox_sdk._common.texts import printable, visible_json
from jiffybox_sdk._common.yaml_text import yaml_text

_DOCUMENTS = ("json", "jsonl", "json-pretty", "yaml")


def at_terminal() -> bool:
    """Return whether standard output is a terminal."""
    return bool(sys.stdout and sys.stdout.isatty())


def is_utf() -> bool:
    """Return whether standard output can encode all characters."""
    return ((sys.stdout and sys.stdout.encoding) or "utf-8").lower().startswith("utf")


def output_format(options: Options) -> str:
    """Return the requested format, or the default for standard output."""
    return options.output_format or ("table" if at_terminal() else "tsv")


def is_document(options: Options) -> bool:
    """Return whether the output is JSON or YAML."""
    return output_format(options) in _DOCUMENTS


def shows_document(options: Options, *, whole: bool = False) -> bool:
    """Return whether a document is shown in place of rows: in JSON and, if `whole`, as text. Chosen rows are rows."""
    text = ("plain", "table") if whole else ()
    chosen = options.columns or options.filter or options.sort
    return not chosen and output_format(options) in (*_DOCUMENTS, *text)


def render(options: Options, table: Table, rows: Iterable[Row], *, one: bool = False, whole: bool = False) -> str:
    """Return rows in the requested format: `one` as an object instead of an array, and `whole` with all columns."""
    chosen = [row for row in rows if all(accepts(condition, row) for condition in options.filter)]
    rows = sort(chosen, options.sort)
    columns = options.columns or table.columns
    if (whole or options.wide) and not options.columns:
        unknown = (name for row in rows for name in row.cells if not table.includes(name))
        columns = tuple(dict.fromkeys([*columns, *table.names, *unknown]))
    match output_format(options):
        case "table":
            from jiffybox_sdk._cli.output import terminal

            if whole and not (options.columns or options.wide):
                return terminal.blocks(rows)
            return terminal.table(rows, columns, header=not options.no_header)
        case "ids":
            return "".join(f"{printable(row.id)}\n" for row in rows)
        case "csv" | "tsv" as form:
            return _separated(form, rows, columns, header=not options.no_header)
        case "plain":
            return "".join(_plain(row, options.columns) for row in rows)
        case _:
            return documents(options, [row.data(options.columns) for row in rows], one=one)


def documents(options: Options, values: Sequence[object], *, one: bool = False) -> str:
    """Return values as a JSON or YAML document, which is an array unless there is only one, or as lines of JSON."""
    value = values[0] if one and values else values
    match output_format(options):
        case "jsonl":
            return "".join(f"{to_json(value)}\n" for value in values)
        case "yaml":
            return f"{yaml_text(value).lstrip()}\n"
        case form:
            return f"{to_json(value, indent=2 if form == 'json-pretty' or at_terminal() else None)}\n"


def write_document(options: Options, value: object) -> None:
    """Write a value as JSON or YAML, indented by default."""
    options = replace(options, output_format=options.output_format or "json-pretty")
    write_paged(options, documents(options, [value], one=True))


def write_paged(options: Options, text: str) -> None:
    """Write text to standard output, through a pager if requested."""
    if options.pager and at_terminal():
        click.echo_via_pager(text)
    else:
        write(text)


def to_json(value: object, *, indent: int | None = None) -> str:
    """Return JSON that standard output can encode. Unprintable characters are escaped."""
    return visible_json(json.dumps(value, ensure_ascii=not is_utf(), allow_nan=False, indent=indent, default=float))


def _plain(row: Row, columns: tuple[str, ...] | None) -> str:
    lines = [f"  {printable(name)}: {as_text(row.cell(name))}\n" for name in columns or row.cells]
    return f"{printable(row.title)}\n{''.join(lines)}"


def _separated(form: str, rows: Iterable[Row], columns: Sequence[str], *, header: bool) -> str:
    """Return rows with separated cells, in which a missing value is empty."""
    lines = [[*columns]] if header else []
    lines += [["" if cell in (None, "") else as_text(cell) for cell in map(row.cell, columns)] for row in rows]
    text = io.StringIO()
    if form == "csv":
        csv.writer(text, lineterminator="\n").writerows(lines)
    else:
        text.writelines("\t".join(map(printable, line)) + "\n" for line in lines)
    return text.getvalue()
