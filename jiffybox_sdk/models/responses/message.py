"""Made from ``schemas/message.json`` by ``make generate``. Do not edit: change the schema."""

from __future__ import annotations

from typing import Annotated

from jiffybox_sdk.models._base import Model
from jiffybox_sdk.models._fields import Open

from .message_type import MessageType


class Message(Model, frozen=True):
    """What the service has to say beside its result."""

    type: Annotated[MessageType | str, Open()]
    """How it is meant. Only `error` says that the call was refused."""
    message: str
    """German text, possibly with HTML entities."""
