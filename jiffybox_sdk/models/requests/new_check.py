"""Made from ``schemas/requests/new-check.json`` by ``make generate``. Do not edit: change the schema."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from jiffybox_sdk.models._fields import Boolean, Integer
from jiffybox_sdk.models._request import IPv4, Request


class NewCheck(Request, frozen=True):
    """What `POST monitoring` takes for a check of any type; what a type needs besides stands in a schema of its own."""

    name: Annotated[
        str,
        Field(description="the check's name: a text that is not empty", min_length=1),
    ]
    ip: Annotated[IPv4, Field(description="the IPv4 address to check")]
    port: Annotated[
        Integer,
        Field(
            description="the port to check, 1 to 65535; the service asks for one whatever the type",
            ge=1,
            le=65535,
        ),
    ]
    contactGroups: Annotated[
        list[Annotated[Integer, Field(ge=1)]] | None,
        Field(description="numbers of the contact groups to tell"),
    ] = None
    checkInterval: Annotated[
        Integer | None,
        Field(
            description="how often to check, in seconds, 1 or more; 300 when absent",
            ge=1,
        ),
    ] = None
    reminderInterval: Annotated[
        Integer | None,
        Field(
            description="how often to tell of a failure again, in seconds, 1 or more; 3600 when absent",
            ge=1,
        ),
    ] = None
    retryTolerance: Annotated[
        Integer | None,
        Field(
            description="how often it may fail before that is told, 0 or more; 3 when absent",
            ge=0,
        ),
    ] = None
    timeout: Annotated[
        Integer | None,
        Field(
            description="seconds without an answer that count as a failure, 1 or more; 30 when absent",
            ge=1,
        ),
    ] = None
    active: Annotated[
        Boolean | None,
        Field(description="true or false: whether it is switched on; true when absent"),
    ] = None
