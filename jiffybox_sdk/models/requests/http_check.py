"""Made from ``schemas/requests/http-check.json`` by ``make generate``. Do not edit: change the schema."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from jiffybox_sdk.models._request import Secret

from .new_check import NewCheck


class HttpCheck(NewCheck, frozen=True):
    """A new check of whether a page is served over HTTP: what `POST monitoring` takes."""

    checkType: Annotated[Literal["http"], Field(description="the type of the check")] = "http"
    domainname: Annotated[str, Field(description="the domain to ask for, not empty", min_length=1)]
    path: Annotated[str, Field(description="the path to ask for, not empty", min_length=1)]
    username: Annotated[
        str | None,
        Field(description="the name to log in with, not empty", min_length=1),
    ] = None
    password: Annotated[
        Secret | None,
        Field(description="what to log in with: a text that is not empty", min_length=1),
    ] = None
