"""Made from ``schemas/disk.json`` by ``make generate``. Do not edit: change the schema."""

from __future__ import annotations

from typing import Annotated

from jiffybox_sdk.models._base import Model
from jiffybox_sdk.models._fields import Epoch, Integer, Open

from .box_status import BoxStatus


class Disk(Model, frozen=True):
    """A virtual disk of a box."""

    name: str
    """Its name, for people."""
    filesystem: str
    """The file system on it: `ext3`, `ext4`, `swap`."""
    sizeInMB: Integer
    """Its size, in MB."""
    created: Epoch
    """When it was created, in UTC (on the wire: seconds since the epoch)."""
    status: Annotated[BoxStatus | str, Open()]
    """Its state; the known ones are those of a box."""
    distribution: str | None = None
    """Key of the distribution installed on it. Absent for swap."""
