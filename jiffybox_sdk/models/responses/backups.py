"""Generated from `schemas/backups.json` by `make generate`. Do not edit."""

from typing import Annotated

from jiffybox_sdk.models._base import Model
from jiffybox_sdk.models._fields import Integer, Open

from .backup import Backup
from .time_slot import TimeSlot
from .weekday import Weekday


class Backups(Model, frozen=True):
    """The backups of a box, and the schedule of its periodical backups."""

    manual: Backup | None = None
    """The manual backup. Absent if there is none."""
    daily: Backup | None = None
    """The latest daily backup. Absent if there is none."""
    weekly: Backup | None = None
    """The latest weekly backup. Absent if there is none."""
    biweekly: Backup | None = None
    """The latest biweekly backup. Absent if there is none."""
    day: Annotated[Weekday | Integer, Open()] | None = None
    """The day of the weekly backups, from 0 for Sunday. Absent if periodical backups are off."""
    time: Annotated[TimeSlot | Integer, Open()] | None = None
    """The hours in which periodical backups are made. Absent if they are off."""
