"""Made from ``schemas/module-doc.json`` by ``make generate``. Do not edit: change the schema."""

from typing import Annotated

from jiffybox_sdk.models._base import Model
from jiffybox_sdk.models._fields import EmptyListIsMap, TextOrObject

from .call_doc import CallDoc


class ModuleDoc(Model, frozen=True):
    """What the service says of one of its modules. Beside the description, there is a field for each part of the module's path, with the calls by HTTP verb."""

    __pydantic_extra__: dict[str, Annotated[str | Annotated[dict[str, CallDoc], EmptyListIsMap()], TextOrObject()]]  # pyright: ignore[reportIncompatibleVariableOverride] (pydantic is told their type so)
    description: str
    """What it is for, in German."""
