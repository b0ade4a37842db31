"""Generated from `schemas/requests/change-box.json` by `make generate`. Do not edit."""

from typing import Annotated, ClassVar

from pydantic import Field

from jiffybox_sdk.models._fields import Integer, JsonObject
from jiffybox_sdk.models._request import Request

from .command import Command


class ChangeBox(Request, frozen=True):
    """Body of `PUT jiffyBoxes/<id>`: a command, changes to the metadata, or both."""

    at_least_one_of: ClassVar[tuple[str, ...]] = ("status", "metadata")

    status: Annotated[
        Command | None,
        Field(description="one of START, SHUTDOWN, PULLPLUG, FREEZE, THAW, PLAN"),
    ] = None
    planid: Annotated[
        Integer | str | None,
        Field(
            description="the number or the name of a plan; required for THAW and PLAN, optional for START",
            union_mode="left_to_right",
        ),
    ] = None
    metadata: Annotated[
        JsonObject | None,
        Field(description="names with any JSON values (null deletes the name), at most 4 kB as JSON text"),
    ] = None
