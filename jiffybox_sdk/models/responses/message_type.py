"""Generated from `schemas/message-type.json` by `make generate`. Do not edit."""

from enum import StrEnum


class MessageType(StrEnum):
    """The documented types of messages. Only `error` means that a call was rejected."""

    ERROR = "error"
    WARNING = "warning"
    NOTICE = "notice"
    SUCCESS = "success"
