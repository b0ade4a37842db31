"""Generated from `schemas/requests/change-backups.json` by `make generate`. Do not edit."""

from typing import Annotated, ClassVar

from pydantic import Field

from jiffybox_sdk.models._fields import Integer
from jiffybox_sdk.models._request import Request


class ChangeBackups(Request, frozen=True):
    """Body of `PUT backups/<box>`: a day, a slot, or both."""

    at_least_one_of: ClassVar[tuple[str, ...]] = ("dayid", "timeid")

    dayid: Annotated[
        Integer | None,
        Field(
            description="a weekday from 0 (Sunday) to 6 (Saturday), such as Weekday.SUNDAY",
            ge=0,
            le=6,
        ),
    ] = None
    timeid: Annotated[
        Integer | None,
        Field(
            description="a time slot from 1 to 6, such as TimeSlot.FROM_0_TO_4",
            ge=1,
            le=6,
        ),
    ] = None
