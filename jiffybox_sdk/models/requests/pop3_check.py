"""Generated from `schemas/requests/pop3-check.json` by `make generate`. Do not edit."""

from typing import Annotated, Literal

from pydantic import Field

from jiffybox_sdk.models._fields import Boolean
from jiffybox_sdk.models._request import Secret

from .new_check import NewCheck


class Pop3Check(NewCheck, frozen=True):
    """Body of `POST monitoring` for a check that a POP3 server accepts a login."""

    checkType: Annotated[Literal["pop3"], Field(description="the type of the check")] = "pop3"
    username: Annotated[str, Field(description="a user name, not empty", min_length=1)]
    password: Annotated[Secret, Field(description="a password, not empty", min_length=1)]
    ssl: Annotated[
        Boolean | None,
        Field(description="true or false: whether to encrypt the connection"),
    ] = None
