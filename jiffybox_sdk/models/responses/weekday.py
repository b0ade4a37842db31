"""Generated from `schemas/weekday.json` by `make generate`. Do not edit."""

from enum import IntEnum


class Weekday(IntEnum):
    """The day of the weekly backups. As in the service, the week begins on Sunday."""

    SUNDAY = 0
    MONDAY = 1
    TUESDAY = 2
    WEDNESDAY = 3
    THURSDAY = 4
    FRIDAY = 5
    SATURDAY = 6
