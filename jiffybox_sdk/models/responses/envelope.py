"""Made from ``schemas/envelope.json`` by ``make generate``. Do not edit: change the schema."""

from __future__ import annotations

from pydantic import JsonValue

from jiffybox_sdk.models._base import Model

from .message import Message


class Envelope(Model, frozen=True):
    """What every answer comes in."""

    messages: list[Message]
    """What the service has to say; often empty."""
    result: JsonValue
    """The answer proper. On an error it is `false` or `null`; on calls that only start something it is `true`."""
