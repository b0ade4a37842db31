"""Made from ``schemas/distribution.json`` by ``make generate``. Do not edit: change the schema."""

from __future__ import annotations

from jiffybox_sdk.models._base import Model
from jiffybox_sdk.models._fields import Integer


class Distribution(Model, frozen=True):
    """An operating system that a box can be created with. The object carries no id: the key under which the service lists it is its id."""

    minDiskSizeMB: Integer
    """The smallest disk it can be installed on, in MB."""
    name: str
    """Its name, for people."""
    rootdiskMode: str
    """How the root disk is mounted at boot: `ro` (read only) or `rw`."""
    defaultKernel: str
    """Name of the kernel that a new box boots."""
