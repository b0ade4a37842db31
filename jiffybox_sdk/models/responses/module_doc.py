"""Generated from `schemas/module-doc.json` by `make generate`. Do not edit."""

from typing import Annotated

from jiffybox_sdk.models._base import Model
from jiffybox_sdk.models._fields import EmptyListIsMap, TextOrObject

from .call_doc import CallDoc


class ModuleDoc(Model, frozen=True):
    """The service's documentation of one of its modules. Besides the description, there is a field for each part of the module's path, with the calls by HTTP verb."""

    __pydantic_extra__: dict[str, Annotated[str | Annotated[dict[str, CallDoc], EmptyListIsMap()], TextOrObject()]]  # pyright: ignore[reportIncompatibleVariableOverride] (declares their type to pydantic)
    description: str
    """A description, in German."""
