"""Made from ``schemas/call-doc.json`` by ``make generate``. Do not edit: change the schema."""

from __future__ import annotations

from jiffybox_sdk.models._base import Model

from .call_parameters import CallParameters


class CallDoc(Model, frozen=True):
    """What the service says of a call."""

    description: str
    """What it does, in German."""
    parameters: CallParameters
    """What it takes."""
