"""Generated from `schemas/distribution.json` by `make generate`. Do not edit."""

from jiffybox_sdk.models._base import Model
from jiffybox_sdk.models._fields import Integer


class Distribution(Model, frozen=True):
    """An operating system to create boxes with. The object does not contain its id, which is the key under which the service lists it."""

    minDiskSizeMB: Integer
    """Minimum disk size, in MB."""
    name: str
    """Display name."""
    rootdiskMode: str
    """Mount mode of the root disk at boot: `ro` (read only) or `rw`."""
    defaultKernel: str
    """Name of the kernel of new boxes."""
