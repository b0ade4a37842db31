"""Generated from `schemas/requests/smtp-check.json` by `make generate`. Do not edit."""

from typing import Annotated, Literal

from pydantic import Field

from jiffybox_sdk.models._request import Secret

from .new_check import NewCheck


class SmtpCheck(NewCheck, frozen=True):
    """Body of `POST monitoring` for a check that an SMTP server accepts a login."""

    checkType: Annotated[Literal["smtp"], Field(description="the type of the check")] = "smtp"
    username: Annotated[str, Field(description="a user name, not empty", min_length=1)]
    password: Annotated[Secret, Field(description="a password, not empty", min_length=1)]
