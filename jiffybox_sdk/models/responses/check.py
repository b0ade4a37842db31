"""Made from ``schemas/check.json`` by ``make generate``. Do not edit: change the schema."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, SecretStr

from jiffybox_sdk.models._base import Model
from jiffybox_sdk.models._fields import Boolean, Integer, Open, Port

from .check_group import CheckGroup
from .check_status import CheckStatus
from .check_type import CheckType


class Check(Model, frozen=True):
    """A monitoring check: what is looked at, how often, and who is told."""

    id: Integer
    """Its number."""
    name: str
    """Its name."""
    jiffyBox: Integer
    """The number of the box that is checked."""
    ip: str
    """The address that is checked, as text."""
    checkType: Annotated[CheckType | str, Open()]
    """What is looked at."""
    checkInterval: Integer
    """How often it is checked, in seconds."""
    reminderInterval: Integer
    """How often a failure is told again, in seconds."""
    retryTolerance: Integer
    """How often it may fail before that is told."""
    status: Annotated[CheckStatus | str, Open()]
    """What the check itself is doing: `STATUS_READY` when it is at work. What it found says `result()`."""
    contactGroups: Annotated[list[CheckGroup], Field(alias="contactgroups")]
    """Who is told."""
    port: Port | None = None
    """The port that is checked. Absent or empty where the type of the check has none."""
    path: str | None = None
    """The path that is asked for. Absent or empty where the type of the check has none."""
    domainname: str | None = None
    """The domain that is asked for. Absent or empty where the type of the check has none."""
    username: str | None = None
    """The name that is logged in with. Absent or empty where the type of the check has none."""
    password: SecretStr | None = None
    """What is logged in with. Absent or empty where the type of the check has none."""
    ssl: Boolean | None = None
    """Whether the connection is encrypted. Absent where the type of the check does not say."""
    sendMsg: str | None = None
    """The text that is sent. Absent or empty where the type of the check has none."""
    expectMsg: str | None = None
    """The text that must come back. Absent or empty where the type of the check has none."""
    dnsType: str | None = None
    """The type of the record that is asked for. Absent or empty where the type of the check has none."""
    zone: str | None = None
    """The name that is asked for. Absent or empty where the type of the check has none."""
    expectedAnswer: str | None = None
    """The answer that must come. Absent or empty where the type of the check has none."""
    timeout: Integer | None = None
    """After how many seconds without an answer it has failed."""
    active: Boolean | None = None
    """Whether it is switched on."""
