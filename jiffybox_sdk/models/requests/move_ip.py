"""Made from ``schemas/requests/move-ip.json`` by ``make generate``. Do not edit: change the schema."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from jiffybox_sdk.models._fields import Integer
from jiffybox_sdk.models._request import Request


class MoveIp(Request, frozen=True):
    """What `PUT ips/<box>/<ip>/move` takes."""

    targetid: Annotated[
        Integer,
        Field(description="the number of the box to move it to: a positive integer", ge=1),
    ]
