"""Generated from `schemas/envelope.json` by `make generate`. Do not edit."""

from jiffybox_sdk.models._base import Model
from jiffybox_sdk.models._fields import Json

from .message import Message


class Envelope(Model, frozen=True):
    """The envelope of every response."""

    messages: list[Message]
    """Messages of the service; often empty."""
    result: Json
    """The result of the call: `false` or `null` on errors, `true` for calls that only start an operation."""
