"""Made from ``schemas/requests/ftp-check.json`` by ``make generate``. Do not edit: change the schema."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from jiffybox_sdk.models._request import Secret

from .new_check import NewCheck


class FtpCheck(NewCheck, frozen=True):
    """A new check of whether an FTP server answers: what `POST monitoring` takes."""

    checkType: Annotated[Literal["ftp"], Field(description="the type of the check")] = "ftp"
    username: Annotated[
        str | None,
        Field(description="the name to log in with, not empty", min_length=1),
    ] = None
    password: Annotated[
        Secret | None,
        Field(description="what to log in with: a text that is not empty", min_length=1),
    ] = None
