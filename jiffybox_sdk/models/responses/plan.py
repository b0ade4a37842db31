"""Made from ``schemas/plan.json`` by ``make generate``. Do not edit: change the schema."""

from __future__ import annotations

from jiffybox_sdk.models._base import Model
from jiffybox_sdk.models._fields import Integer, Number


class Plan(Model, frozen=True):
    """A tariff: the size of a box and what it costs."""

    id: Integer
    """The plan's number."""
    name: str
    """The plan's name; calls take it in place of the number."""
    diskSizeInMB: Integer
    """Size of the disk, in MB."""
    ramInMB: Integer
    """Size of the memory, in MB."""
    pricePerHour: Number
    """Price of a box that is not frozen, in EUR per hour."""
    pricePerHourFrozen: Number
    """Price of a frozen box, in EUR per hour."""
    priceCap: Number | None = None
    """The most that a month costs, in EUR; 0 for no cap. Absent in older answers."""
    cpus: Integer | None = None
    """Number of virtual processors. Absent in older answers."""
