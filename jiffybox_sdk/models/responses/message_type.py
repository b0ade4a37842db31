"""Made from ``schemas/message-type.json`` by ``make generate``. Do not edit: change the schema."""

from __future__ import annotations

from enum import StrEnum


class MessageType(StrEnum):
    """The documented types of message. Only `error` says that a call was refused."""

    ERROR = "error"
    WARNING = "warning"
    NOTICE = "notice"
    SUCCESS = "success"
