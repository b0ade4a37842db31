"""Generated from `schemas/requests/create-box.json` by `make generate`. Do not edit."""

from typing import Annotated, ClassVar

from pydantic import Field

from jiffybox_sdk.models._fields import Boolean, Integer, JsonObject
from jiffybox_sdk.models._request import Request, Secret


class CreateBox(Request, frozen=True):
    """Body of `POST jiffyBoxes`, with either `distribution` or `backupid`."""

    exactly_one_of: ClassVar[tuple[str, ...]] = ("distribution", "backupid")

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
    distribution: Annotated[
        str | None,
        Field(description="the key of a distribution, not empty", min_length=1),
    ] = None
    backupid: Annotated[str | None, Field(description="the id of a backup, not empty", min_length=1)] = None
    password: Annotated[
        Secret | None,
        Field(
            description="a root password, not empty; by default, the service generates one and mails it",
            min_length=1,
        ),
    ] = None
    use_sshkey: Annotated[
        Boolean | None,
        Field(description="true or false: whether to install the SSH key from the control panel"),
    ] = None
    metadata: Annotated[
        JsonObject | None,
        Field(description="names with any JSON values, at most 4 kB as JSON text"),
    ] = None
