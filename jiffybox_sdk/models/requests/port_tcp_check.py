"""Made from ``schemas/requests/port-tcp-check.json`` by ``make generate``. Do not edit: change the schema."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from .new_check import NewCheck


class PortTcpCheck(NewCheck, frozen=True):
    """A new check of whether a TCP port is open: what `POST monitoring` takes."""

    checkType: Annotated[Literal["portTcp"], Field(description="the type of the check")] = "portTcp"
