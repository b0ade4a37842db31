"""Made from ``schemas/contact-group.json`` by ``make generate``. Do not edit: change the schema."""

from __future__ import annotations

from typing import Annotated

from jiffybox_sdk.models._base import Model
from jiffybox_sdk.models._fields import Integer, Open

from .contact_group_status import ContactGroupStatus


class ContactGroup(Model, frozen=True):
    """People who are told when a check fails."""

    id: Integer
    """Its number."""
    name: str
    """Its name, unique in the account."""
    contacts: list[str]
    """E-mail addresses, 1 to 10."""
    status: Annotated[ContactGroupStatus | str, Open()]
    """What the group is doing: `STATUS_READY` when nothing is going on."""
