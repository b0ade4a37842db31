"""Base classes for the models, which are built when they are first used."""

import os
from collections.abc import Callable, Mapping
from threading import RLock
from typing import TYPE_CHECKING, Annotated, Any, ParamSpec, TypeVar

from pydantic import BaseModel, GetCoreSchemaHandler
from pydantic_core import CoreSchema

from jiffybox_sdk._common.process import PerProcess
from jiffybox_sdk.models._fields import NULL, TOLERANCES, Unknown

P = ParamSpec("P")
R = TypeVar("R")

BUILDING = PerProcess(RLock)
"""Held while validators are built, because pydantic before 2.14 can't build one model in two threads at once.

The lock is reentrant, since a signal handler may interrupt this to make a call. A fork waits for it, because later
versions of pydantic have a lock of their own, which a child would otherwise inherit locked.
"""

if hasattr(os, "register_at_fork"):  # not on Windows
    os.register_at_fork(before=lambda: BUILDING.get().acquire(), after_in_parent=lambda: BUILDING.get().release())


class DeferredModel(BaseModel, frozen=True, hide_input_in_errors=True, defer_build=True):
    """Base class for immutable models whose validators are built on first use, and which never show their input in errors."""

    @classmethod
    def model_rebuild(
        cls,
        *,
        force: bool = False,
        raise_errors: bool = True,
        _parent_namespace_depth: int = 2,
        _types_namespace: Mapping[str, Any] | None = None,  # Any, as in pydantic
    ) -> bool | None:
        """Build the validators unless they are complete, one thread at a time. Pydantic calls this on first use."""
        with BUILDING.get():
            return super().model_rebuild(
                force=force,
                raise_errors=raise_errors,
                # One more frame between the caller, whose names annotations may refer to, and pydantic.
                _parent_namespace_depth=_parent_namespace_depth and _parent_namespace_depth + 1,
                _types_namespace=_types_namespace,
            )


class Model(DeferredModel, frozen=True, extra="allow", val_temporal_unit="seconds", serialize_by_alias=True):
    """Base class for immutable objects in responses that keep unknown fields.

    The slot `_headers` holds the headers of the response that a record comes from, see `response_headers`. It is not a
    field, so comparisons, copies, pickles and the `repr` ignore it.
    """

    __slots__ = ("_headers",)

    if not TYPE_CHECKING:  # type checkers would take it for a field, and any name for an attribute
        __pydantic_extra__: dict[str, Annotated[object, Unknown()]]

        def __getattr__(self, name: str) -> object:
            """Raise what a property raised. Pydantic would look for an unknown field of its name instead."""
            if isinstance(getattr(type(self), name, None), property):
                return object.__getattribute__(self, name)
            return super().__getattr__(name)

    @classmethod
    def __get_pydantic_core_schema__(cls, source: type[BaseModel], handler: GetCoreSchemaHandler) -> CoreSchema:
        schema = handler(cls)  # not for the source, which may be a union that the model is part of
        if NULL not in TOLERANCES:
            _refuse_null(handler.resolve_ref_schema(schema))
        return schema


def _refuse_null(model: Any) -> None:  # Any: the schema of a model, whatever there is between it and its fields
    for field in model["schema"]["fields"].values():
        default = field["schema"]
        if default["type"] == "default" and default["schema"]["type"] == "nullable":
            default["schema"] = default["schema"]["schema"]


def plain_constructor(init: Callable[P, R]) -> Callable[P, R]:
    """Mark an `__init__` that only validates, so that pydantic skips it for nested models.

    Pydantic marks the `__init__` of `RootModel` in the same way.
    """
    setattr(init, "__pydantic_base_init__", True)  # noqa: B010 (type checkers reject a plain assignment)
    return init
