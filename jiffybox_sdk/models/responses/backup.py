"""Made from ``schemas/backup.json`` by ``make generate``. Do not edit: change the schema."""

from __future__ import annotations

from jiffybox_sdk.models._base import Model
from jiffybox_sdk.models._fields import Epoch


class Backup(Model, frozen=True):
    """A backup that is finished."""

    id: str
    """Its id: 32 hexadecimal digits. A box can be created from it."""
    created: Epoch
    """When it was made, in UTC (on the wire: seconds since the epoch)."""
