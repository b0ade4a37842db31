"""Generated from `schemas/requests/enable-backups.json` by `make generate`. Do not edit."""

from typing import Annotated

from pydantic import Field

from jiffybox_sdk.models._fields import Integer
from jiffybox_sdk.models._request import Request


class EnableBackups(Request, frozen=True):
    """Body of `POST backups/<box>`."""

    dayid: Annotated[
        Integer,
        Field(
            description="a weekday from 0 (Sunday) to 6 (Saturday), such as Weekday.SUNDAY",
            ge=0,
            le=6,
        ),
    ]
    timeid: Annotated[
        Integer,
        Field(
            description="a time slot from 1 to 6, such as TimeSlot.FROM_0_TO_4",
            ge=1,
            le=6,
        ),
    ]
