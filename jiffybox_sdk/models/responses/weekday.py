"""Made from ``schemas/weekday.json`` by ``make generate``. Do not edit: change the schema."""

from __future__ import annotations

from enum import IntEnum


class Weekday(IntEnum):
    """The day of the week on which periodical backups are made, numbered as the service does: from Sunday."""

    SUNDAY = 0
    MONDAY = 1
    TUESDAY = 2
    WEDNESDAY = 3
    THURSDAY = 4
    FRIDAY = 5
    SATURDAY = 6
