"""Records as rows: a JSON object for programs, and the cells of tables, plain text, CSV and TSV."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from enum import Enum
from functools import cached_property

from pydantic import BaseModel

from jiffybox_sdk._cli.conditions import Filter
from jiffybox_sdk._common.field_paths import chosen_parts, find_part, model_paths, parts_of
from jiffybox_sdk._common.texts import printable
from jiffybox_sdk._common.type_guards import is_list, is_map
from jiffybox_sdk.models.responses.time_slot import TimeSlot
from jiffybox_sdk.models.responses.weekday import Weekday

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
    computed: Mapping[str, object] = field(default_factory=dict[str, object])

    @property
    def title(self) -> str:
        """The name, followed by the identifier if they differ."""
        return self.name if self.name == self.id else f"{self.name} ({self.id})"

    def data(self, columns: Sequence[str] | None = None) -> dict[str, object]:
        """Return a JSON object with the fields that the service sent, or with some columns."""
        fields = dict(self.values)
        if self.record is not None:
            fields |= self.record.model_dump(mode="json", by_alias=True, exclude_unset=True, exclude={"box_id"})
        if columns is None:
            return fields
        computed = {name: self.computed[name] for name in columns if name in self.computed and name not in fields}
        return {**chosen_parts(fields, columns), **computed}

    @cached_property
    def cells(self) -> dict[str, Cell]:
        """The value of each column. Fields of nested records have a path, such as `plan.name`."""
        return dict(cell for name, value in self._fields.items() for cell in _flatten(name, value))

    def value(self, column: str) -> object:
        """Return the value of a column or of a part of one, such as `metadata.role`."""
        return self.computed[column] if column in self.computed else find_part(self._fields, column)

    def cell(self, column: str) -> Cell:
        """Return the value of a column as a cell."""
        return to_cell(self.value(column))

    @cached_property
    def _fields(self) -> dict[str, object]:
        return {**self.values, **parts_of(self.record)}


@dataclass(frozen=True)
class Table:
    """The default columns for a type of record. Further ones are the fields of `model` and those in `extra`."""

    columns: tuple[str, ...]
    model: type[BaseModel] | None = None
    extra: tuple[str, ...] = ()

    @cached_property
    def names(self) -> dict[str, bool]:
        """The columns that do not depend on the response, and whether they are maps, whose keys are columns, too."""
        return dict.fromkeys((*self.columns, *self.extra), False) | dict(model_paths(self.model) if self.model else ())

    def has(self, column: str) -> bool:
        """Return whether any response can have this column."""
        return column in self.names or any(
            is_a_map and column.startswith(f"{name}.") for name, is_a_map in self.names.items()
        )

    def includes(self, column: str) -> bool:
        """Return whether the columns include this one, or its parts."""
        return self.has(column) or any(name.startswith(f"{column}.") for name in self.names)


def accepts(condition: Filter, row: Row) -> bool:
    """Return whether a row satisfies a condition. One element of a list is enough."""
    value = row.value(condition.column)
    if not condition.operator:
        return value is not None and value is not False
    found = any(_matches(condition, part) for part in (value if is_list(value) and value else [value]))
    return found != (condition.operator == "!=")


def _matches(condition: Filter, value: object) -> bool:
    cell, wanted = to_cell(value), condition.value
    texts = {"" if cell is None else as_text(cell, local=local) for local in (False, True)}
    if condition.operator == "~":
        return any(re.search(wanted, text) for text in texts)
    if isinstance(value, Enum):  # such as the status, in any case; or a day, by name or number
        return wanted.casefold() in {text.casefold() for text in texts} | {str(value.value).casefold()}
    return wanted in texts


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
    if isinstance(value, BaseModel):
        parts = parts_of(value)
        return to_cell(parts.get("name", next(iter(parts.values()), None)))
    if is_list(value) and all(isinstance(part, str | BaseModel) for part in value):
        return ", ".join(str(to_cell(part)) for part in value)
    if is_list(value) or is_map(value):
        return json.dumps(value, ensure_ascii=False, default=_as_json)
    return str(value)


def _as_json(value: object) -> object:
    """Return a record, or another value that JSON does not have, as one that it has."""
    return (
        value.model_dump(mode="json", by_alias=True, exclude_unset=True) if isinstance(value, BaseModel) else str(value)
    )


def as_text(value: Cell, *, local: bool = False) -> str:
    """Return a value as text. If `local`, it is written for people, with local times."""
    if value is None or value == "":
        return NO_VALUE
    if isinstance(value, bool):
        return ("yes" if value else "no") if local else ("true" if value else "false")
    if isinstance(value, TimeSlot):
        return value.name.removeprefix("FROM_").replace("_TO_", "-")
    if isinstance(value, Weekday) or (isinstance(value, int) and isinstance(value, Enum) and local):
        return value.name.lower()
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


def _flatten(path: str, value: object) -> Iterator[tuple[str, Cell]]:
    parts = parts_of(value)
    if isinstance(value, BaseModel) or (parts and all(isinstance(part, BaseModel) for part in parts.values())):
        for name, part in parts.items():
            yield from _flatten(f"{path}.{name}", part)
    else:
        yield path, to_cell(value)
