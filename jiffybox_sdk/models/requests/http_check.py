"""Generated from `schemas/requests/http-check.json` by `make generate`. Do not edit."""

from ipaddress import IPv4Address
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field, SecretStr

from jiffybox_sdk.models._request import Secret

from .new_check import NewCheck


class HttpCheck(NewCheck, frozen=True):
    """Body of `POST monitoring` for a check that a page is served over HTTP."""

    checkType: Annotated[Literal["http"], Field(description="the type of the check")] = "http"
    domainname: Annotated[str, Field(description="the domain to request, not empty", min_length=1)]
    path: Annotated[str, Field(description="the path to request, not empty", min_length=1)]
    username: Annotated[str | None, Field(description="a user name, not empty", min_length=1)] = None
    password: Annotated[Secret | None, Field(description="a password, not empty", min_length=1)] = None

    if TYPE_CHECKING:  # what editors show

        def __init__(
            self,
            *,
            name: str,
            ip: str | IPv4Address,
            port: int,
            domainname: str,
            path: str,
            contactGroups: list[int] | None = None,
            checkInterval: int | None = None,
            reminderInterval: int | None = None,
            retryTolerance: int | None = None,
            timeout: int | None = None,
            active: bool | None = None,
            username: str | None = None,
            password: str | SecretStr | None = None,
        ) -> None:
            """Create the settings. What is `None` is left out.

            Args:
                name: The name of the check, not empty.
                ip: An IPv4 address.
                port: A port from 1 to 65535; the service requires one for every type.
                domainname: The domain to request, not empty.
                path: The path to request, not empty.
                contactGroups: Numbers of contact groups.
                checkInterval: The interval between checks in seconds, at least 1; 300 by default.
                reminderInterval: The interval between notifications in seconds, at least 1; 3600 by default.
                retryTolerance: The number of failures before a notification, at least 0; 3 by default.
                timeout: The time-out in seconds, at least 1; 30 by default.
                active: True or false; true by default.
                username: A user name, not empty.
                password: A password, not empty.

            Raises:
                JiffyArgumentException: If a value is invalid.
            """
