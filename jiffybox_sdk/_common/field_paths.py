"""The fields of records by path, such as `plan.name`."""

from collections.abc import Iterator, Mapping, Sequence
from types import NoneType, UnionType
from typing import Annotated, Union, get_args, get_origin

from pydantic import BaseModel

from jiffybox_sdk._common.type_guards import is_map


def parts_of(value: object) -> dict[str, object]:
    """Return the fields of a record or the values of a map."""
    if isinstance(value, BaseModel):
        fields = {name: getattr(value, name) for name in type(value).model_fields} | (value.model_extra or {})
        return {name: part for name, part in fields.items() if name != "box_id"}  # the column is `box`
    return {str(name): part for name, part in value.items()} if is_map(value) else {}


def find_part(parts: Mapping[str, object], path: str) -> object:
    """Return the value at a path, whose names may contain dots."""
    if path in parts:
        return parts[path]
    nested = (
        find_part(parts_of(part), path.removeprefix(f"{name}."))
        for name, part in parts.items()
        if path.startswith(f"{name}.")
    )
    return next((value for value in nested if value is not None), None)


def chosen_parts(
    value: Mapping[object, object] | Mapping[str, object], columns: Sequence[str], path: str = ""
) -> dict[str, object]:
    """Return the parts of a JSON object that are columns, or contain them."""
    chosen: dict[str, object] = {}
    for name, part in value.items():
        if f"{path}{name}".casefold() in map(str.casefold, columns):  # the service writes `contactgroups`
            chosen[str(name)] = part
        elif is_map(part) and (inner := chosen_parts(part, columns, f"{path}{name}.")):
            chosen[str(name)] = inner
    return chosen


def model_paths(model: type[BaseModel]) -> Iterator[tuple[str, bool]]:
    """Yield each field's path and whether the field is a map. A map's keys depend on the response."""
    for name, info in model.model_fields.items():
        parts = [*_types(info.annotation)]
        if len(parts) == 1 and isinstance(parts[0], type) and issubclass(parts[0], BaseModel):
            yield from ((f"{name}.{path}", is_a_map) for path, is_a_map in model_paths(parts[0]))
        else:
            yield name, dict in map(get_origin, parts)


def _types(annotation: object) -> Iterator[object]:
    """Yield the types in a union, without `None` and the metadata of `Annotated`."""
    parts = get_args(annotation)
    if get_origin(annotation) is Annotated:
        yield from _types(parts[0])
    elif get_origin(annotation) in (Union, UnionType):
        for part in parts:
            yield from _types(part)
    elif annotation is not NoneType:
        yield annotation
