"""Generated from `schemas/plan.json` by `make generate`. Do not edit."""

from jiffybox_sdk.models._base import Model
from jiffybox_sdk.models._fields import Integer, Number


class Plan(Model, frozen=True):
    """A plan: the size and the price of a box."""

    id: Integer
    """The plan's number."""
    name: str
    """The plan's name. Calls accept it in place of the number."""
    diskSizeInMB: Integer
    """Disk size, in MB."""
    ramInMB: Integer
    """Memory size, in MB."""
    pricePerHour: Number
    """Price of a box, in EUR per hour."""
    pricePerHourFrozen: Number
    """Price of a frozen box, in EUR per hour."""
    priceCap: Number | None = None
    """Maximum price per month, in EUR; 0 for no maximum. Absent in older responses."""
    cpus: Integer | None = None
    """Number of virtual processors. Absent in older responses."""
