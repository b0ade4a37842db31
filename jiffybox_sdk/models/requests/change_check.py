"""Generated from `schemas/requests/change-check.json` by `make generate`. Do not edit."""

from ipaddress import IPv4Address
from typing import TYPE_CHECKING, Annotated

from pydantic import Field, SecretStr

from jiffybox_sdk.models._fields import Boolean, Integer
from jiffybox_sdk.models._request import IPv4, Request, Secret


class ChangeCheck(Request, frozen=True):
    """Body of `POST monitoring/<id>`: the fields in which the duplicate differs. Fields that its type does not have are rejected."""

    name: Annotated[str | None, Field(description="the name of the check, not empty", min_length=1)] = None
    ip: Annotated[IPv4 | None, Field(description="an IPv4 address")] = None
    port: Annotated[
        Integer | None,
        Field(
            description="a port from 1 to 65535; the service requires one for every type",
            ge=1,
            le=65535,
        ),
    ] = None
    checkType: Annotated[
        str | None,
        Field(
            description="the type of the check, which a duplicate can't change",
            min_length=1,
        ),
    ] = None
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
    sendMsg: Annotated[str | None, Field(description="the text to send, not empty", min_length=1)] = None
    expectMsg: Annotated[str | None, Field(description="the expected response, not empty", min_length=1)] = None
    domainname: Annotated[str | None, Field(description="the domain to request, not empty", min_length=1)] = None
    path: Annotated[str | None, Field(description="the path to request, not empty", min_length=1)] = None
    username: Annotated[str | None, Field(description="a user name, not empty", min_length=1)] = None
    dnsType: Annotated[
        str | None,
        Field(description="the type of the DNS record to request, such as A", min_length=1),
    ] = None
    zone: Annotated[
        str | None,
        Field(description="the name of the DNS record to request, not empty", min_length=1),
    ] = None
    expectedAnswer: Annotated[
        str | None,
        Field(description="the expected DNS answer, not empty", min_length=1),
    ] = None
    password: Annotated[Secret | None, Field(description="a password, not empty", min_length=1)] = None
    ssl: Annotated[
        Boolean | None,
        Field(description="true or false: whether to encrypt the connection"),
    ] = None

    if TYPE_CHECKING:  # what editors show

        def __init__(
            self,
            *,
            name: str | None = None,
            ip: str | IPv4Address | None = None,
            port: int | None = None,
            checkType: str | None = None,
            contactGroups: list[int] | None = None,
            checkInterval: int | None = None,
            reminderInterval: int | None = None,
            retryTolerance: int | None = None,
            timeout: int | None = None,
            active: bool | None = None,
            sendMsg: str | None = None,
            expectMsg: str | None = None,
            domainname: str | None = None,
            path: str | None = None,
            username: str | None = None,
            dnsType: str | None = None,
            zone: str | None = None,
            expectedAnswer: str | None = None,
            password: str | SecretStr | None = None,
            ssl: bool | None = None,
        ) -> None:
            """Create the settings. What is `None` is left out.

            Args:
                name: The name of the check, not empty.
                ip: An IPv4 address.
                port: A port from 1 to 65535; the service requires one for every type.
                checkType: The type of the check, which a duplicate can't change.
                contactGroups: Numbers of contact groups.
                checkInterval: The interval between checks in seconds, at least 1; 300 by default.
                reminderInterval: The interval between notifications in seconds, at least 1; 3600 by default.
                retryTolerance: The number of failures before a notification, at least 0; 3 by default.
                timeout: The time-out in seconds, at least 1; 30 by default.
                active: True or false; true by default.
                sendMsg: The text to send, not empty.
                expectMsg: The expected response, not empty.
                domainname: The domain to request, not empty.
                path: The path to request, not empty.
                username: A user name, not empty.
                dnsType: The type of the DNS record to request, such as A.
                zone: The name of the DNS record to request, not empty.
                expectedAnswer: The expected DNS answer, not empty.
                password: A password, not empty.
                ssl: True or false: whether to encrypt the connection.

            Raises:
                JiffyArgumentException: If a value is invalid.
            """
