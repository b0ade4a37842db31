"""Generated from `schemas/requests/mysql-check.json` by `make generate`. Do not edit."""

from typing import Annotated, Literal

from pydantic import Field

from jiffybox_sdk.models._request import Secret

from .new_check import NewCheck


class MysqlCheck(NewCheck, frozen=True):
    """Body of `POST monitoring` for a check that a MySQL server accepts a login."""

    checkType: Annotated[Literal["mysql"], Field(description="the type of the check")] = "mysql"
    username: Annotated[str, Field(description="a user name, not empty", min_length=1)]
    password: Annotated[Secret, Field(description="a password, not empty", min_length=1)]
