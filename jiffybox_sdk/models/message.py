"""Made from ``schemas/message.json`` by ``make generate``. Do not edit: change the schema."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from jiffybox_sdk.wire import Model

from .message_type import MessageType


class Message(Model, frozen=True):
    """What the service has to say beside its result."""

    type: Annotated[MessageType | str, Field(union_mode="left_to_right")]
    """How it is meant. Only `error` says that the call was refused."""
    message: str
    """German text, possibly with HTML entities."""
