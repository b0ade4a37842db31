"""Records as rows: a JSON object for scripts, and the cells of tables, plain text and CSV."""

import json
import types
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from enum import Enum
from functools import cached_property
from typing import Generic, TypeVar, Union, get_args, get_origin

from pydantic import BaseModel

from jiffybox_sdk._cli.output.text import printable
from jiffybox_sdk._common.type_guards import is_list, is_map

T = TypeVar("T")

Cell = str | int | float | Decimal | bool | datetime | None
"""The value of a column. `None` means that the service did not send it."""

NO_VALUE = "-"
"""Shown in place of a missing value."""


@dataclass(frozen=True)
class Row:
    """A record, with its identifier and name at the service.

    Its columns are `values` (such as the key under which it was listed), the fields of `record`, and `computed`, which
    is only shown on request.
    """

    id: str
    name: str
    values: Mapping[str, object] = field(default_factory=dict[str, object])
    record: BaseModel | None = None
    computed: Mapping[str, Cell] = field(default_factory=dict[str, Cell])

    @property
    def title(self) -> str:
        """The name, followed by the identifier if they differ."""
        return self.name if self.name == self.id else f"{self.name} ({self.id})"

    @cached_property
    def data(self) -> dict[str, object]:
        """The row as a JSON object, with the fields that the service sent."""
        if self.record is None:
            return dict(self.values)
        fields = self.record.model_dump(mode="json", by_alias=True, exclude_unset=True, exclude={"box_id"})
        return {**self.values, **fields}

    @cached_property
    def cells(self) -> dict[str, Cell]:
        """The value of each column. Fields of nested records have a path, such as `plan.name`."""
        fields = _flatten(self.record) if self.record else ()
        return {name: to_cell(value) for name, value in self.values.items()} | dict(fields)

    def cell(self, column: str) -> Cell:
        """Return the value of a column."""
        return self.computed[column] if column in self.computed else self.cells.get(column)


@dataclass(frozen=True)
class Table(Generic[T]):
    """The default columns for a type of record, and the function that returns a record's row.

    Further columns are the fields of `model` and those in `extra`.
    """

    columns: tuple[str, ...]
    row: Callable[[T], Row]
    model: type[BaseModel] | None = None
    extra: tuple[str, ...] = ()

    def has(self, column: str) -> bool:
        """Return whether any response can have this column."""
        return column in (*self.columns, *self.extra) or any(
            column == path or (is_a_map and column.startswith(f"{path}.")) for path, is_a_map in self._fields()
        )

    def names(self) -> list[str]:
        """Return the columns that do not depend on the response."""
        return list(dict.fromkeys([*self.columns, *self.extra, *dict(self._fields())]))

    def _fields(self) -> Iterator[tuple[str, bool]]:
        return _paths(self.model) if self.model else iter(())


def sort(rows: Iterable[Row], keys: Iterable[str]) -> list[Row]:
    """Return rows sorted by columns, with missing values last. A leading `-` means descending order."""
    ordered = list(rows)
    for key in reversed(list(keys)):
        cells = [(row.cell(key.removeprefix("-")), row) for row in ordered]
        cells.sort(key=lambda item: _sort_key(item[0]), reverse=key.startswith("-"))
        cells.sort(key=lambda item: item[0] is None)
        ordered = [row for _, row in cells]
    return ordered


def to_cell(value: object) -> Cell:
    """Return a value as a cell."""
    if value is None or isinstance(value, bool | int | float | Decimal | datetime):
        return value
    if isinstance(value, str):
        return str(value)  # an enum as on the wire
    if is_list(value) and all(isinstance(part, str | BaseModel) for part in value):
        return ", ".join(str(getattr(part, "name", part)) for part in value)
    if is_list(value) or is_map(value):
        return json.dumps(value, ensure_ascii=False)
    return str(value)


def as_text(value: Cell, *, local: bool = False) -> str:
    """Return a value as text. If `local`, it is written for people, with local times."""
    if value is None or value == "":
        return NO_VALUE
    if isinstance(value, bool):
        return ("yes" if value else "no") if local else ("true" if value else "false")
    if isinstance(value, Enum) and local:
        return value.name.lower().replace("_", " ") if isinstance(value, int) else str(value)
    if isinstance(value, datetime):
        return f"{value.astimezone():%Y-%m-%d %H:%M:%S}" if local else value.astimezone(UTC).isoformat()
    return printable(str(value))


def _sort_key(cell: Cell) -> tuple[int, float, str]:
    """Order numbers and times by value, before text, which is compared case-insensitively."""
    if isinstance(cell, datetime):
        return (0, cell.timestamp(), "")
    if isinstance(cell, int | float | Decimal):
        return (0, float(cell), "")
    return (1, 0.0, str(cell).casefold())


def _flatten(value: object, path: str = "") -> Iterator[tuple[str, Cell]]:
    if isinstance(value, BaseModel):
        fields = {name: getattr(value, name) for name in type(value).model_fields} | (value.model_extra or {})
        for name, part in fields.items():
            if name != "box_id":  # which the service does not send; the column is `box`
                yield from _flatten(part, f"{path}.{name}")
    elif is_map(value) and value and all(isinstance(part, BaseModel) for part in value.values()):
        for key, part in value.items():
            yield from _flatten(part, f"{path}.{key}")
    else:
        yield path.removeprefix("."), to_cell(value)


def _paths(model: type[BaseModel]) -> Iterator[tuple[str, bool]]:
    """Yield each field's path and whether the field is a map. A map's keys depend on the response."""
    for name, info in model.model_fields.items():
        nested = _nested_model(info.annotation)
        if nested:
            yield from ((f"{name}.{path}", is_a_map) for path, is_a_map in _paths(nested))
        else:
            yield name, any(get_origin(part) is dict for part in (info.annotation, *get_args(info.annotation)))


def _nested_model(annotation: object) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    if get_origin(annotation) in (Union, types.UnionType):
        parts = [part for part in get_args(annotation) if part is not type(None)]
        return _nested_model(parts[0]) if len(parts) == 1 else None
    return None
