"""What the service sent as rows: what a script gets of it, and the cells of tables, plain text and CSV."""

import json
import types
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from enum import Enum
from typing import TypeGuard, Union, get_args, get_origin

import click
from pydantic import BaseModel, JsonValue

from jiffybox_sdk._cli.output.text import printable
from jiffybox_sdk._common.type_guards import is_map

Cell = str | int | float | Decimal | bool | datetime | None
"""What a column holds. `None` is what the service did not say."""


NOTHING = "-"
"""What stands where the service did not say anything."""


@dataclass(frozen=True)
class Row:
    """One thing.

    Attributes:
        id: What the service knows it by.
        name: What people know it by.
        data: It as the service sent it, and what it was listed under.
        cells: The same, flat: a value by column.
        computed: Columns besides, which are shown where they are asked for.
    """

    id: str
    name: str
    data: dict[str, JsonValue]
    cells: dict[str, Cell]
    computed: dict[str, Cell] = field(default_factory=dict)

    def cell(self, column: str) -> Cell:
        """Returns what a column holds."""
        return self.computed.get(column, self.cells.get(column))


@dataclass(frozen=True)
class Table:
    """How rows of a kind are shown.

    Attributes:
        columns: Those that are shown if nothing else was asked for.
        model: What the service sends of one; its fields are columns, those of what is in it by their path.
        computed: Columns besides.
    """

    columns: tuple[str, ...]
    model: type[BaseModel] | None = None
    computed: frozenset[str] = field(default=frozenset())

    def has(self, column: str) -> bool:
        """Whether there is such a column, in this or in any other answer."""
        return column in self.computed or (self.model is not None and _has(self.model, column.split(".")))

    def names(self) -> list[str]:
        """Returns the columns there are, but for those that depend on the answer."""
        fields = [] if self.model is None else list(_paths(self.model))
        return list(dict.fromkeys([*self.columns, *sorted(self.computed), *fields]))


def row(
    record: BaseModel,
    id_: object,
    name: str,
    *,
    listed: Mapping[str, JsonValue] | None = None,
    computed: Mapping[str, Cell] | None = None,
) -> Row:
    """Makes a row of a record.

    Args:
        record: What the service sent.
        id_: What the service knows it by.
        name: What people know it by.
        listed: What it was listed under, where it does not say so itself.
        computed: Columns besides its fields.
    """
    data: dict[str, JsonValue] = dict(listed or {})
    data |= record.model_dump(mode="json", by_alias=True, exclude_unset=True)
    cells: dict[str, Cell] = {key: cell(value) for key, value in (listed or {}).items()}
    cells |= dict(_flat(record, ""))
    return Row(str(id_), name, data, cells, dict(computed or {}))


def sort(rows: Iterable[Row], keys: Iterable[str]) -> list[Row]:
    """Returns rows in the order of columns; what has no value comes last.

    Args:
        rows: The rows.
        keys: The columns; with a `-` in front, from high to low.
    """
    ordered = list(rows)
    for key in reversed(list(keys)):
        column = key.removeprefix("-")
        known = [row for row in ordered if row.cell(column) is not None]
        unknown = [row for row in ordered if row.cell(column) is None]
        known.sort(key=lambda row: _rank(row.cell(column)), reverse=key.startswith("-"))
        ordered = known + unknown
    return ordered


def check_columns(table: Table, rows: Iterable[Row], columns: Iterable[str]) -> None:
    """Refuses columns that there are not.

    Raises:
        click.UsageError: there is no such column.
    """
    present = {column for row in rows for column in (*row.cells, *row.computed)}
    for name in columns:
        if name not in present and not table.has(name):
            raise click.UsageError(f"column {name!r} is refused: give some of {', '.join(table.names())}.")


def _rank(cell: Cell) -> tuple[int, float, str]:
    """Returns what sorts values of all kinds: numbers and times by their size, texts without regard to case."""
    if isinstance(cell, datetime):
        return (0, cell.timestamp(), "")
    if isinstance(cell, int | float | Decimal):
        return (0, float(cell), "")
    return (1, 0.0, str(cell).casefold())


def _flat(record: BaseModel, prefix: str) -> Iterator[tuple[str, Cell]]:
    """Yields the fields of a record, and of the records in it by their path."""
    extra = record.model_extra or {}
    for name in [*type(record).model_fields, *extra]:
        value: object = extra[name] if name in extra else getattr(record, name)
        yield from _flat_value(value, f"{prefix}{name}")


def _flat_value(value: object, path: str) -> Iterator[tuple[str, Cell]]:
    if isinstance(value, BaseModel):
        yield from _flat(value, f"{path}.")
    elif is_map(value) and value and all(isinstance(part, BaseModel) for part in value.values()):
        for key, part in value.items():
            yield from _flat_value(part, f"{path}.{key}")
    else:
        yield path, cell(value)


def cell(value: object) -> Cell:
    """Returns a value as what a column holds."""
    if value is None or isinstance(value, bool | int | float | Decimal | datetime):
        # An enum is shown as what stands for it on the wire.
        return value
    if isinstance(value, str):
        return str(value)
    if _is_list(value) and all(isinstance(part, str | BaseModel) for part in value):
        return ", ".join(str(getattr(part, "name", part)) for part in value)
    if _is_list(value) or is_map(value):
        return json.dumps(value, ensure_ascii=False)
    return str(value)


def _is_list(value: object) -> TypeGuard[list[object]]:
    return isinstance(value, list)


def _has(model: type[BaseModel], path: list[str]) -> bool:
    first, *rest = path
    found = model.model_fields.get(first)
    if found is None:
        return False
    inner = _model_in(found.annotation)
    if isinstance(inner, type):
        return bool(rest) and _has(inner, rest)
    # What is in a map depends on the answer.
    return not rest or _is_map(found.annotation)


def _paths(model: type[BaseModel]) -> Iterator[str]:
    for name, found in model.model_fields.items():
        inner = _model_in(found.annotation)
        if inner:
            yield from (f"{name}.{path}" for path in _paths(inner))
        else:
            yield name


def _model_in(annotation: object) -> type[BaseModel] | None:
    """Returns the model that a field holds one of."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    if get_origin(annotation) in (Union, types.UnionType):
        parts = [part for part in get_args(annotation) if part is not type(None)]
        return _model_in(parts[0]) if len(parts) == 1 else None
    return None


def _is_map(annotation: object) -> bool:
    return any(get_origin(part) is dict for part in (annotation, *get_args(annotation)))


def shown(value: Cell, *, local: bool = False) -> str:
    """Returns a value as text.

    Args:
        value: The value.
        local: Whether times are told as people here do, and else in UTC, so that they can be compared.
    """
    if value is None or value == "":
        return NOTHING
    if isinstance(value, bool):
        return ("yes" if value else "no") if local else ("true" if value else "false")
    if isinstance(value, Enum) and local:
        return value.name.lower().replace("_", " ") if isinstance(value, int) else str(value)
    if isinstance(value, datetime):
        return f"{value.astimezone():%Y-%m-%d %H:%M:%S}" if local else value.astimezone(UTC).isoformat()
    return printable(str(value))
