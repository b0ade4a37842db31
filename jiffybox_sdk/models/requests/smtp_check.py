"""Made from ``schemas/requests/smtp-check.json`` by ``make generate``. Do not edit: change the schema."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from jiffybox_sdk.models._request import Secret

from .new_check import NewCheck


class SmtpCheck(NewCheck, frozen=True):
    """A new check of whether one can log in to an SMTP server: what `POST monitoring` takes."""

    checkType: Annotated[Literal["smtp"], Field(description="the type of the check")] = "smtp"
    username: Annotated[str, Field(description="the name to log in with, not empty", min_length=1)]
    password: Annotated[
        Secret,
        Field(description="what to log in with: a text that is not empty", min_length=1),
    ]
