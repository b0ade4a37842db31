"""Generated from `schemas/box.json` by `make generate`. Do not edit."""

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
    """The box's public and private addresses."""
    status: Annotated[BoxStatus | str, Open()]
    """The operation in progress, or `READY` if there is none. See `running` for the power state."""
    created: Epoch
    """Creation time, in UTC (on the wire: seconds since the epoch)."""
    recoverymodeActive: Boolean
    """Whether the box runs the recovery system instead of its own."""
    manualBackupRunning: Boolean
    """Whether a manual backup is in progress."""
    isBeingCopied: Boolean
    """Whether the box is being duplicated."""
    running: Boolean
    """Whether the box is running: its power state."""
    host: str | None = None
    """Name of the host machine."""
    plan: Plan
    """The box's plan."""
    metadata: JsonObject | None = None
    """The user's own data. Absent right after a creation without any."""
    runningSince: Epoch | None = None
    """Time when the box was started, in UTC (on the wire: seconds since the epoch). Absent unless the box is running."""
    activeProfile: Profile | None = None
    """The boot configuration. Absent right after creation and during some transitions."""
