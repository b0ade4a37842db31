"""Generated from `schemas/check.json` by `make generate`. Do not edit."""

from typing import Annotated

from pydantic import Field, SecretStr

from jiffybox_sdk.models._base import Model
from jiffybox_sdk.models._fields import Boolean, Integer, Open, Port

from .check_group import CheckGroup
from .check_status import CheckStatus
from .check_type import CheckType


class Check(Model, frozen=True):
    """A monitoring check: target, interval and contact groups."""

    id: Integer
    """The check's number."""
    name: str
    """The check's name."""
    jiffyBox: Integer
    """The number of the monitored box."""
    ip: str
    """The monitored address, as text."""
    checkType: Annotated[CheckType | str, Open()]
    """The type of the check."""
    checkInterval: Integer
    """Interval between checks, in seconds."""
    reminderInterval: Integer
    """Interval between notifications of a lasting failure, in seconds."""
    retryTolerance: Integer
    """Number of failures that are tolerated before a notification."""
    status: Annotated[CheckStatus | str, Open()]
    """The state of the check itself: `STATUS_READY` if it is in operation. Call `result()` for its result."""
    contactGroups: Annotated[list[CheckGroup], Field(alias="contactgroups")]
    """The contact groups to notify."""
    port: Port | None = None
    """The monitored port. Absent or empty if the type of the check has none."""
    path: str | None = None
    """The requested path. Absent or empty if the type of the check has none."""
    domainname: str | None = None
    """The requested domain. Absent or empty if the type of the check has none."""
    username: str | None = None
    """User name for the login. Absent or empty if the type of the check has none."""
    password: SecretStr | None = None
    """Password for the login. Absent or empty if the type of the check has none."""
    ssl: Boolean | None = None
    """Whether the connection is encrypted. Absent if the type of the check has no such option."""
    sendMsg: str | None = None
    """Text to send. Absent or empty if the type of the check has none."""
    expectMsg: str | None = None
    """Expected response. Absent or empty if the type of the check has none."""
    dnsType: str | None = None
    """Type of the requested DNS record. Absent or empty if the type of the check has none."""
    zone: str | None = None
    """Name of the requested DNS record. Absent or empty if the type of the check has none."""
    expectedAnswer: str | None = None
    """Expected DNS answer. Absent or empty if the type of the check has none."""
    timeout: Integer | None = None
    """Time-out of a check, in seconds."""
    active: Boolean | None = None
    """Whether the check is enabled."""
