"""Made from ``schemas/requests/port-udp-check.json`` by ``make generate``. Do not edit: change the schema."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from .new_check import NewCheck


class PortUdpCheck(NewCheck, frozen=True):
    """A new check of whether a UDP port answers as it should: what `POST monitoring` takes."""

    checkType: Annotated[Literal["portUdp"], Field(description="the type of the check")] = "portUdp"
    sendMsg: Annotated[str, Field(description="the text to send, not empty", min_length=1)]
    expectMsg: Annotated[str, Field(description="the text that must come back, not empty", min_length=1)]
