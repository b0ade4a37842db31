"""Generated from `schemas/backup.json` by `make generate`. Do not edit."""

from jiffybox_sdk.models._base import Model
from jiffybox_sdk.models._fields import Epoch


class Backup(Model, frozen=True):
    """A finished backup."""

    id: str
    """The backup's id: 32 hexadecimal digits. A box can be created from it."""
    created: Epoch
    """Time of the backup, in UTC (on the wire: seconds since the epoch)."""
