"""Generated from `schemas/requests/ftp-check.json` by `make generate`. Do not edit."""

from typing import Annotated, Literal

from pydantic import Field

from jiffybox_sdk.models._request import Secret

from .new_check import NewCheck


class FtpCheck(NewCheck, frozen=True):
    """Body of `POST monitoring` for a check that an FTP server answers."""

    checkType: Annotated[Literal["ftp"], Field(description="the type of the check")] = "ftp"
    username: Annotated[str | None, Field(description="a user name, not empty", min_length=1)] = None
    password: Annotated[Secret | None, Field(description="a password, not empty", min_length=1)] = None
