"""Generated from `schemas/requests/move-ip.json` by `make generate`. Do not edit."""

from typing import Annotated

from pydantic import Field

from jiffybox_sdk.models._fields import Integer
from jiffybox_sdk.models._request import Request


class MoveIp(Request, frozen=True):
    """Body of `PUT ips/<box>/<ip>/move`."""

    targetid: Annotated[Integer, Field(description="the number of a box, a positive integer", ge=1)]
