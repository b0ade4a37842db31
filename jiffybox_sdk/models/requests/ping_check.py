"""Generated from `schemas/requests/ping-check.json` by `make generate`. Do not edit."""

from typing import Annotated, Literal

from pydantic import Field

from .new_check import NewCheck


class PingCheck(NewCheck, frozen=True):
    """Body of `POST monitoring` for a check that an address answers a ping."""

    checkType: Annotated[Literal["ping"], Field(description="the type of the check")] = "ping"
