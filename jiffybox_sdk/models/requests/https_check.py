"""Generated from `schemas/requests/https-check.json` by `make generate`. Do not edit."""

from typing import Annotated, Literal

from pydantic import Field

from jiffybox_sdk.models._request import Secret

from .new_check import NewCheck


class HttpsCheck(NewCheck, frozen=True):
    """Body of `POST monitoring` for a check that a page is served over HTTPS."""

    checkType: Annotated[Literal["https"], Field(description="the type of the check")] = "https"
    domainname: Annotated[str, Field(description="the domain to request, not empty", min_length=1)]
    path: Annotated[str, Field(description="the path to request, not empty", min_length=1)]
    username: Annotated[str | None, Field(description="a user name, not empty", min_length=1)] = None
    password: Annotated[Secret | None, Field(description="a password, not empty", min_length=1)] = None
