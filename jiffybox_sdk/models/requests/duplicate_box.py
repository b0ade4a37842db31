"""Generated from `schemas/requests/duplicate-box.json` by `make generate`. Do not edit."""

from typing import Annotated

from pydantic import Field

from jiffybox_sdk.models._fields import Integer, JsonObject
from jiffybox_sdk.models._request import Request, Secret


class DuplicateBox(Request, frozen=True):
    """Body of `POST jiffyBoxes/<id>`: the name and the plan of the duplicate."""

    name: Annotated[
        str,
        Field(
            description="1 to 30 characters of a-z, A-Z, 0-9, ä, ö, ü, Ä, Ö, Ü, ß, space, backslash and _ ( ) = ! * @ . - (unique in the account)",
            max_length=30,
            min_length=1,
            pattern="^[a-zA-Z0-9äöüÄÖÜß_()=!*@.\\\\ -]*$",
        ),
    ]
    planid: Annotated[
        Integer | str,
        Field(description="the number or the name of a plan", union_mode="left_to_right"),
    ]
    password: Annotated[
        Secret | None,
        Field(
            description="a root password, not empty; by default, the service generates one and mails it",
            min_length=1,
        ),
    ] = None
    metadata: Annotated[
        JsonObject | None,
        Field(description="names with any JSON values, at most 4 kB as JSON text"),
    ] = None
