"""Generated from `schemas/contact-group.json` by `make generate`. Do not edit."""

from typing import Annotated

from jiffybox_sdk.models._base import Model
from jiffybox_sdk.models._fields import Integer, Open

from .contact_group_status import ContactGroupStatus


class ContactGroup(Model, frozen=True):
    """A group of contacts that monitoring checks notify."""

    id: Integer
    """The group's number."""
    name: str
    """The group's name, unique in the account."""
    contacts: list[str]
    """1 to 10 e-mail addresses."""
    status: Annotated[ContactGroupStatus | str, Open()]
    """The state of the group: `STATUS_READY` if no operation is in progress."""
