"""Generated from `schemas/profile.json` by `make generate`. Do not edit."""

from typing import Annotated

from jiffybox_sdk.models._base import Model
from jiffybox_sdk.models._fields import EmptyListIsMap, Epoch, Open

from .box_status import BoxStatus
from .disk import Disk


class Profile(Model, frozen=True):
    """A boot configuration: kernel, run level and disks."""

    name: str
    """Display name."""
    created: Epoch
    """Creation time, in UTC (on the wire: seconds since the epoch)."""
    runlevel: str
    """Run level after booting."""
    kernel: str
    """Name of the kernel."""
    rootdisk: str
    """Device of the root disk."""
    rootdiskMode: str
    """Mount mode of the root disk at boot: `ro` (read only) or `rw`."""
    status: Annotated[BoxStatus | str, Open()]
    """State; the known states are those of a box."""
    disks: Annotated[dict[str, Disk], EmptyListIsMap()]
    """The disks by device name, such as `xvda`."""
