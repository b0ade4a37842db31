"""Generated from `schemas/disk.json` by `make generate`. Do not edit."""

from typing import Annotated

from jiffybox_sdk.models._base import Model
from jiffybox_sdk.models._fields import Epoch, Integer, Open

from .box_status import BoxStatus


class Disk(Model, frozen=True):
    """A virtual disk of a box."""

    name: str
    """Display name."""
    filesystem: str
    """File system: `ext3`, `ext4` or `swap`."""
    sizeInMB: Integer
    """Size, in MB."""
    created: Epoch
    """Creation time, in UTC (on the wire: seconds since the epoch)."""
    status: Annotated[BoxStatus | str, Open()]
    """State; the known states are those of a box."""
    distribution: str | None = None
    """Key of the installed distribution. Absent for swap."""
