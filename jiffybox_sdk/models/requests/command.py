"""Generated from `schemas/requests/command.json` by `make generate`. Do not edit."""

from enum import StrEnum


class Command(StrEnum):
    """The commands for a box."""

    START = "START"
    SHUTDOWN = "SHUTDOWN"
    PULLPLUG = "PULLPLUG"
    FREEZE = "FREEZE"
    THAW = "THAW"
    PLAN = "PLAN"
