"""Made from ``schemas/requests/change-check.json`` by ``make generate``. Do not edit: change the schema."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from jiffybox_sdk.models._fields import Boolean, Integer
from jiffybox_sdk.models._request import IPv4, Request, Secret


class ChangeCheck(Request, frozen=True):
    """What `POST monitoring/<id>` takes: what is to be different in the duplicate. Fields that its type does not know are refused."""

    name: Annotated[
        str | None,
        Field(description="the check's name: a text that is not empty", min_length=1),
    ] = None
    ip: Annotated[IPv4 | None, Field(description="the IPv4 address to check")] = None
    port: Annotated[
        Integer | None,
        Field(
            description="the port to check, 1 to 65535; the service asks for one whatever the type",
            ge=1,
            le=65535,
        ),
    ] = None
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
    sendMsg: Annotated[str | None, Field(description="the text to send, not empty", min_length=1)] = None
    expectMsg: Annotated[
        str | None,
        Field(description="the text that must come back, not empty", min_length=1),
    ] = None
    domainname: Annotated[str | None, Field(description="the domain to ask for, not empty", min_length=1)] = None
    path: Annotated[str | None, Field(description="the path to ask for, not empty", min_length=1)] = None
    username: Annotated[
        str | None,
        Field(description="the name to log in with, not empty", min_length=1),
    ] = None
    dnsType: Annotated[
        str | None,
        Field(description="the type of record to ask for, such as A", min_length=1),
    ] = None
    zone: Annotated[str | None, Field(description="the name to ask for, not empty", min_length=1)] = None
    expectedAnswer: Annotated[
        str | None,
        Field(description="the answer that must come, not empty", min_length=1),
    ] = None
    password: Annotated[
        Secret | None,
        Field(description="what to log in with: a text that is not empty", min_length=1),
    ] = None
    ssl: Annotated[
        Boolean | None,
        Field(description="true or false: whether to encrypt the connection"),
    ] = None
