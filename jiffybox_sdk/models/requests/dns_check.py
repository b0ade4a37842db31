"""Generated from `schemas/requests/dns-check.json` by `make generate`. Do not edit."""

from ipaddress import IPv4Address
from typing import TYPE_CHECKING, Annotated, Literal

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

    if TYPE_CHECKING:  # what editors show

        def __init__(
            self,
            *,
            name: str,
            ip: str | IPv4Address,
            port: int,
            dnsType: str,
            zone: str,
            expectedAnswer: str,
            contactGroups: list[int] | None = None,
            checkInterval: int | None = None,
            reminderInterval: int | None = None,
            retryTolerance: int | None = None,
            timeout: int | None = None,
            active: bool | None = None,
        ) -> None:
            """Create the settings. What is `None` is left out.

            Args:
                name: The name of the check, not empty.
                ip: An IPv4 address.
                port: A port from 1 to 65535; the service requires one for every type.
                dnsType: The type of the DNS record to request, such as A.
                zone: The name of the DNS record to request, not empty.
                expectedAnswer: The expected DNS answer, not empty.
                contactGroups: Numbers of contact groups.
                checkInterval: The interval between checks in seconds, at least 1; 300 by default.
                reminderInterval: The interval between notifications in seconds, at least 1; 3600 by default.
                retryTolerance: The number of failures before a notification, at least 0; 3 by default.
                timeout: The time-out in seconds, at least 1; 30 by default.
                active: True or false; true by default.

            Raises:
                JiffyArgumentException: If a value is invalid.
            """
