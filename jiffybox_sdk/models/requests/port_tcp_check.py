"""Generated from `schemas/requests/port-tcp-check.json` by `make generate`. Do not edit."""

from typing import Annotated, Literal

from pydantic import Field

from .new_check import NewCheck


class PortTcpCheck(NewCheck, frozen=True):
    """Body of `POST monitoring` for a check that a TCP port is open."""

    checkType: Annotated[Literal["portTcp"], Field(description="the type of the check")] = "portTcp"
