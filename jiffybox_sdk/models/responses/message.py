"""Generated from `schemas/message.json` by `make generate`. Do not edit."""

from typing import Annotated

from jiffybox_sdk.models._base import Model
from jiffybox_sdk.models._fields import Open

from .message_type import MessageType


class Message(Model, frozen=True):
    """A message of the service about a call."""

    type: Annotated[MessageType | str, Open()]
    """Type of the message. Only `error` means that the call was rejected."""
    message: str
    """German text, possibly with HTML entities."""
