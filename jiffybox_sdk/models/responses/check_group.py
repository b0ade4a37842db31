"""Generated from `schemas/check-group.json` by `make generate`. Do not edit."""

from jiffybox_sdk.models._base import Model
from jiffybox_sdk.models._fields import Integer


class CheckGroup(Model, frozen=True):
    """Reference to a contact group in a monitoring check."""

    id: Integer
    """The group's number."""
    name: str
    """The group's name."""
