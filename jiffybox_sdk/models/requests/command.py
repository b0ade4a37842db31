"""Made from ``schemas/requests/command.json`` by ``make generate``. Do not edit: change the schema."""

from __future__ import annotations

from enum import StrEnum


class Command(StrEnum):
    """What a box can be told to do."""

    START = "START"
    SHUTDOWN = "SHUTDOWN"
    PULLPLUG = "PULLPLUG"
    FREEZE = "FREEZE"
    THAW = "THAW"
    PLAN = "PLAN"
