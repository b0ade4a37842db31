"""The base class of the models of answers."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, ParamSpec, TypeVar

from pydantic import BaseModel

from jiffybox_sdk.models._notes import UnknownName, UnknownValue

P = ParamSpec("P")
R = TypeVar("R")


class Model(
    BaseModel,
    frozen=True,
    extra="allow",
    hide_input_in_errors=True,
    val_temporal_unit="seconds",
    serialize_by_alias=True,
):
    """What each object of an answer is: immutable, open for fields that nobody knows yet, silent about its input."""

    if not TYPE_CHECKING:  # type checkers would take it for a field; to them, it is what pydantic says
        __pydantic_extra__: dict[Annotated[str, UnknownName()], Annotated[object, UnknownValue()]]


def plain_constructor(init: Callable[P, R]) -> Callable[P, R]:
    """Marks an `__init__` that validates like pydantic's own, so that nested models are made without calling it.

    It is the mark that pydantic's `RootModel` wears.
    """
    setattr(init, "__pydantic_base_init__", True)  # noqa: B010 (a plain assignment is refused by the type checkers)
    return init
