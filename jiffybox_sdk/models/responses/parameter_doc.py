"""Made from ``schemas/parameter-doc.json`` by ``make generate``. Do not edit: change the schema."""

from __future__ import annotations

from jiffybox_sdk.models._base import Model


class ParameterDoc(Model, frozen=True):
    """What the service says of a parameter of a call."""

    description: str
    """What it is, in German."""
    type: str
    """Its type."""
