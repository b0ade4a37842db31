"""Made from ``schemas/box.json`` by ``make generate``. Do not edit: change the schema."""

from __future__ import annotations

from typing import Annotated

from jiffybox_sdk._records.plan import Plan
from jiffybox_sdk.models._base import Model
from jiffybox_sdk.models._fields import Boolean, Epoch, Integer, JsonObject, Open

from .addresses import Addresses
from .box_status import BoxStatus
from .profile import Profile


class Box(Model, frozen=True):
    """A cloud server."""

    id: Integer
    """The box's number."""
    name: str
    """The box's name, unique in the account."""
    ips: Addresses
    """The box's addresses, public and private."""
    status: Annotated[BoxStatus | str, Open()]
    """What the box is doing: `READY` when nothing is going on (whether it runs says `running`), else the name of what is."""
    created: Epoch
    """When the box was created, in UTC (on the wire: seconds since the epoch)."""
    recoverymodeActive: Boolean
    """Whether the box runs the recovery system in place of its own."""
    manualBackupRunning: Boolean
    """Whether a manual backup of the box is being made."""
    isBeingCopied: Boolean
    """Whether the box is being duplicated."""
    running: Boolean
    """Whether the box is switched on."""
    host: str | None = None
    """Name of the host machine that the box is on."""
    plan: Plan
    """The plan that the box is on."""
    metadata: JsonObject | None = None
    """Data of the user's own. Absent right after creation."""
    runningSince: Epoch | None = None
    """When the box was switched on, in UTC (on the wire: seconds since the epoch). Absent unless it runs."""
    activeProfile: Profile | None = None
    """What the box boots with. Absent right after creation and during some transitions."""
