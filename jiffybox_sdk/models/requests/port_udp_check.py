"""Generated from `schemas/requests/port-udp-check.json` by `make generate`. Do not edit."""

from typing import Annotated, Literal

from pydantic import Field

from .new_check import NewCheck


class PortUdpCheck(NewCheck, frozen=True):
    """Body of `POST monitoring` for a check that a UDP port gives the expected answer."""

    checkType: Annotated[Literal["portUdp"], Field(description="the type of the check")] = "portUdp"
    sendMsg: Annotated[str, Field(description="the text to send, not empty", min_length=1)]
    expectMsg: Annotated[str, Field(description="the expected response, not empty", min_length=1)]
