"""Made from ``schemas/box-status.json`` by ``make generate``. Do not edit: change the schema."""

from __future__ import annotations

from enum import StrEnum


class BoxStatus(StrEnum):
    """The known states of a box and of its parts. The service may send others: where a state stands, any text is allowed."""

    CREATING = "CREATING"
    READY = "READY"
    UPDATING = "UPDATING"
    FREEZING = "FREEZING"
    FROZEN = "FROZEN"
    THAWING = "THAWING"
    CHANGING_PLAN = "CHANGING PLAN"
    DELETING = "DELETING"
    RUNNING = "RUNNING"
