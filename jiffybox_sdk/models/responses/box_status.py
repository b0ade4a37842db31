"""Generated from `schemas/box-status.json` by `make generate`. Do not edit."""

from enum import StrEnum


class BoxStatus(StrEnum):
    """The known states of a box and of its parts. The service may send others."""

    CREATING = "CREATING"
    READY = "READY"
    UPDATING = "UPDATING"
    FREEZING = "FREEZING"
    FROZEN = "FROZEN"
    THAWING = "THAWING"
    CHANGING_PLAN = "CHANGING PLAN"
    DELETING = "DELETING"
    RUNNING = "RUNNING"
