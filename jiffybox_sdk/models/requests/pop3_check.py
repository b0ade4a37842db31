"""Generated from `schemas/requests/pop3-check.json` by `make generate`. Do not edit."""

from ipaddress import IPv4Address
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field, SecretStr

from jiffybox_sdk.models._fields import Boolean
from jiffybox_sdk.models._request import Secret

from .new_check import NewCheck


class Pop3Check(NewCheck, frozen=True):
    """Body of `POST monitoring` for a check that a POP3 server accepts a login."""

    checkType: Annotated[Literal["pop3"], Field(description="the type of the check")] = "pop3"
    username: Annotated[str, Field(description="a user name, not empty", min_length=1)]
    password: Annotated[Secret, Field(description="a password, not empty", min_length=1)]
    ssl: Annotated[
        Boolean | None,
        Field(description="true or false: whether to encrypt the connection"),
    ] = None

    if TYPE_CHECKING:  # what editors show

        def __init__(
            self,
            *,
            name: str,
            ip: str | IPv4Address,
            port: int,
            username: str,
            password: str | SecretStr,
            contactGroups: list[int] | None = None,
            checkInterval: int | None = None,
            reminderInterval: int | None = None,
            retryTolerance: int | None = None,
            timeout: int | None = None,
            active: bool | None = None,
            ssl: bool | None = None,
        ) -> None:
            """Create the settings. What is `None` is left out.

            Args:
                name: The name of the check, not empty.
                ip: An IPv4 address.
                port: A port from 1 to 65535; the service requires one for every type.
                username: A user name, not empty.
                password: A password, not empty.
                contactGroups: Numbers of contact groups.
                checkInterval: The interval between checks in seconds, at least 1; 300 by default.
                reminderInterval: The interval between notifications in seconds, at least 1; 3600 by default.
                retryTolerance: The number of failures before a notification, at least 0; 3 by default.
                timeout: The time-out in seconds, at least 1; 30 by default.
                active: True or false; true by default.
                ssl: True or false: whether to encrypt the connection.

            Raises:
                JiffyArgumentException: If a value is invalid.
            """
