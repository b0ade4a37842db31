"""Made from ``schemas/requests/change-box.json`` by ``make generate``. Do not edit: change the schema."""

from __future__ import annotations

from typing import Annotated, ClassVar

from pydantic import Field

from jiffybox_sdk.models._fields import Integer, JsonObject
from jiffybox_sdk.models._request import Request

from .command import Command


class ChangeBox(Request, frozen=True):
    """What `PUT jiffyBoxes/<id>` takes: a command, changes to the metadata, or both."""

    at_least_one_of: ClassVar[tuple[str, ...]] = ("status", "metadata")

    status: Annotated[
        Command | None,
        Field(description="one of START, SHUTDOWN, PULLPLUG, FREEZE, THAW, PLAN"),
    ] = None
    planid: Annotated[
        Integer | str | None,
        Field(
            description="a plan's number (a positive integer) or its name; needed for THAW and PLAN, allowed for START",
            union_mode="left_to_right",
        ),
    ] = None
    metadata: Annotated[
        JsonObject | None,
        Field(description="names to set with any JSON values, null to delete the name; at most 4 kB as JSON text"),
    ] = None
