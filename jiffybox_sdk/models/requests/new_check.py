"""Generated from `schemas/requests/new-check.json` by `make generate`. Do not edit."""

from typing import Annotated

from pydantic import Field

from jiffybox_sdk.models._fields import Boolean, Integer
from jiffybox_sdk.models._request import IPv4, Request


class NewCheck(Request, frozen=True):
    """Body of `POST monitoring`: the fields of every type of check. Each type has its own schema, which adds others."""

    name: Annotated[str, Field(description="the name of the check, not empty", min_length=1)]
    ip: Annotated[IPv4, Field(description="an IPv4 address")]
    port: Annotated[
        Integer,
        Field(
            description="a port from 1 to 65535; the service requires one for every type",
            ge=1,
            le=65535,
        ),
    ]
    contactGroups: Annotated[
        list[Annotated[Integer, Field(ge=1)]] | None, Field(description="numbers of contact groups")
    ] = None
    checkInterval: Annotated[
        Integer | None,
        Field(
            description="the interval between checks in seconds, at least 1; 300 by default",
            ge=1,
        ),
    ] = None
    reminderInterval: Annotated[
        Integer | None,
        Field(
            description="the interval between notifications in seconds, at least 1; 3600 by default",
            ge=1,
        ),
    ] = None
    retryTolerance: Annotated[
        Integer | None,
        Field(
            description="the number of failures before a notification, at least 0; 3 by default",
            ge=0,
        ),
    ] = None
    timeout: Annotated[
        Integer | None,
        Field(description="the time-out in seconds, at least 1; 30 by default", ge=1),
    ] = None
    active: Annotated[Boolean | None, Field(description="true or false; true by default")] = None
