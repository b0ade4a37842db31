"""Made from ``schemas/profile.json`` by ``make generate``. Do not edit: change the schema."""

from __future__ import annotations

from typing import Annotated

from jiffybox_sdk.models._base import Model
from jiffybox_sdk.models._fields import EmptyListIsMap, Epoch, Open

from .box_status import BoxStatus
from .disk import Disk


class Profile(Model, frozen=True):
    """What a box boots with: kernel, run level and disks."""

    name: str
    """Its name, for people."""
    created: Epoch
    """When it was created, in UTC (on the wire: seconds since the epoch)."""
    runlevel: str
    """The run level that the box boots into."""
    kernel: str
    """Name of the kernel."""
    rootdisk: str
    """Device file of the root disk."""
    rootdiskMode: str
    """How the root disk is mounted at boot: `ro` (read only) or `rw`."""
    status: Annotated[BoxStatus | str, Open()]
    """Its state; the known ones are those of a box."""
    disks: Annotated[dict[str, Disk], EmptyListIsMap()]
    """The disks by device name, such as `xvda`."""
