"""Made from ``schemas/requests/dns-check.json`` by ``make generate``. Do not edit: change the schema."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from .new_check import NewCheck


class DnsCheck(NewCheck, frozen=True):
    """A new check of whether a name server answers as it should: what `POST monitoring` takes."""

    checkType: Annotated[Literal["dns"], Field(description="the type of the check")] = "dns"
    dnsType: Annotated[str, Field(description="the type of record to ask for, such as A", min_length=1)]
    zone: Annotated[str, Field(description="the name to ask for, not empty", min_length=1)]
    expectedAnswer: Annotated[str, Field(description="the answer that must come, not empty", min_length=1)]
