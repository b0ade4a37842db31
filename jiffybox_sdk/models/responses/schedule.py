"""Generated from `schemas/schedule.json` by `make generate`. Do not edit."""

from typing import Annotated

from jiffybox_sdk.models._base import Model
from jiffybox_sdk.models._fields import Integer, Open

from .time_slot import TimeSlot
from .weekday import Weekday


class Schedule(Model, frozen=True):
    """The schedule of periodical backups."""

    dayid: Annotated[Weekday | Integer, Open()]
    """The day of the weekly backups, from 0 for Sunday."""
    timeid: Annotated[TimeSlot | Integer, Open()]
    """The hours in which periodical backups are made."""
