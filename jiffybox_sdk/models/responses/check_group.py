"""Made from ``schemas/check-group.json`` by ``make generate``. Do not edit: change the schema."""

from __future__ import annotations

from jiffybox_sdk.models._base import Model
from jiffybox_sdk.models._fields import Integer


class CheckGroup(Model, frozen=True):
    """A contact group, as a monitoring check names it."""

    id: Integer
    """The group's number."""
    name: str
    """The group's name."""
