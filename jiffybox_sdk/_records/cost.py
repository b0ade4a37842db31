"""The costs of boxes."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from jiffybox_sdk._records.plan import Plan

HOURS: Final = 730
"""Average hours per month, as a year has 8760."""

_CENT = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Cost:
    """A price in EUR, of a box or of several. Costs can be added.

    Attributes:
        per_hour: The price per hour.
        per_month: The price per month of 730 hours, unless the plan has a cap that is lower.
        capped: Whether a cap lowers the price per month.
    """

    per_hour: Decimal = Decimal(0)
    per_month: Decimal = Decimal(0)
    capped: bool = False

    def __add__(self, other: "Cost") -> "Cost":
        return Cost(self.per_hour + other.per_hour, self.per_month + other.per_month, self.capped or other.capped)


def cost_of(plan: Plan, *, frozen: bool) -> Cost:
    """Return the cost of a box on a plan. It depends on whether the box is frozen, not on its power state."""
    # Taken from the decimal notation, since binary fractions are inexact.
    hour = Decimal(str(plan.pricePerHourFrozen if frozen else plan.pricePerHour))
    cap = Decimal(str(plan.priceCap)) if plan.priceCap else None
    month = (hour * HOURS).quantize(_CENT)
    return Cost(hour, cap, capped=True) if cap is not None and cap < month else Cost(hour, month)
