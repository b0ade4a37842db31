"""Base class for response models."""

from collections.abc import Callable
from typing import TYPE_CHECKING, ParamSpec, TypeVar

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
    """Base class for immutable objects in responses that keep unknown fields and never show their input in errors.

    The slot `_headers` holds the headers of the response that a record comes from, see `response_headers`. It is not a
    field, so comparisons, copies, pickles and the `repr` ignore it.
    """

    __slots__ = ("_headers",)

    if not TYPE_CHECKING:  # type checkers would take it for a field
        __pydantic_extra__: dict[UnknownName, UnknownValue]


def plain_constructor(init: Callable[P, R]) -> Callable[P, R]:
    """Mark an `__init__` that only validates, so that pydantic skips it for nested models.

    Pydantic marks the `__init__` of `RootModel` in the same way.
    """
    setattr(init, "__pydantic_base_init__", True)  # noqa: B010 (type checkers reject a plain assignment)
    return init
