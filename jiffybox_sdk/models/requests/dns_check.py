"""Generated from `schemas/requests/dns-check.json` by `make generate`. Do not edit."""

from typing import Annotated, Literal

from pydantic import Field

from .new_check import NewCheck


class DnsCheck(NewCheck, frozen=True):
    """Body of `POST monitoring` for a check that a name server gives the expected answer."""

    checkType: Annotated[Literal["dns"], Field(description="the type of the check")] = "dns"
    dnsType: Annotated[
        str,
        Field(description="the type of the DNS record to request, such as A", min_length=1),
    ]
    zone: Annotated[
        str,
        Field(description="the name of the DNS record to request, not empty", min_length=1),
    ]
    expectedAnswer: Annotated[str, Field(description="the expected DNS answer, not empty", min_length=1)]
