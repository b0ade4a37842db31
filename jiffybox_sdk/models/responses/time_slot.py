"""Generated from `schemas/time-slot.json` by `make generate`. Do not edit."""

from enum import IntEnum
from typing import Self


class TimeSlot(IntEnum):
    """The hours in which periodical backups are made. The hours of the slots 3, 4 and 5 are not known, so these are plain numbers. 0 is an alias of 1."""

    FROM_0_TO_4 = 1
    FROM_4_TO_6 = 2
    FROM_22_TO_24 = 6

    @classmethod
    def _missing_(cls, value: object) -> Self | None:
        if value == 0:
            return cls(1)
        return None
