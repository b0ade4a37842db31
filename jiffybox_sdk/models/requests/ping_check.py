"""Made from ``schemas/requests/ping-check.json`` by ``make generate``. Do not edit: change the schema."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from .new_check import NewCheck


class PingCheck(NewCheck, frozen=True):
    """A new check of whether the address answers a ping: what `POST monitoring` takes."""

    checkType: Annotated[Literal["ping"], Field(description="the type of the check")] = "ping"
