"""`jiffybox cost`: the account's costs and a box's price on each plan."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

import click

import jiffybox_sdk as sdk  # loads nothing else until a name is used
from jiffybox_sdk._cli.options import Command, examples
from jiffybox_sdk._cli.session import Session, pass_session

HOURS = 730
"""Average hours per month, as a year has 8760."""

CENT = Decimal("0.01")


@dataclass(frozen=True)
class Price:
    """A price in EUR, per hour and per month of `HOURS`. A cap may lower the monthly price."""

    hour: Decimal
    month: Decimal
    capped: bool = False

    def __add__(self, other: "Price") -> "Price":
        return Price(self.hour + other.hour, self.month + other.month, self.capped or other.capped)

    def fields(self) -> dict[str, object]:
        """Return the price under the names used for columns and in JSON."""
        return {"perHour": self.hour, "perMonth": self.month, "capped": self.capped}


def price_of(plan: "sdk.Plan", *, frozen: bool) -> Price:
    """Return a box's price on a plan. It depends on whether the box is frozen, not on its power state."""
    # Taken from the decimal notation, since binary fractions are inexact.
    hour = Decimal(str(plan.pricePerHourFrozen if frozen else plan.pricePerHour))
    cap = Decimal(str(plan.priceCap)) if plan.priceCap else None
    month = (hour * HOURS).quantize(CENT)
    return Price(hour, cap, capped=True) if cap is not None and cap < month else Price(hour, month)


@examples("jiffybox cost", "jiffybox cost -o json | jq .perMonth", "jiffybox cost -o csv")
@click.command("cost", cls=Command)
@pass_session
def cost(session: Session) -> None:
    """Show the costs of the account. GET jiffyBoxes, GET plans.

    Costs are in EUR, per hour and per month of 730 hours, and apply if all boxes stay in their current status: frozen
    boxes cost less, but stopped boxes do not. A plan may cap the price per month. Below, the prices of
    all plans are shown.
    """
    from jiffybox_sdk._cli.output import formats
    from jiffybox_sdk._cli.output.rows import Row, Table

    boxes = session.client.boxes()
    plans = sorted(session.client.plans(), key=lambda plan: (plan.pricePerHour, plan.id))
    if formats.is_json(session.options):
        formats.write_json(session.options, _as_json(boxes, plans))
        return
    table = Table[sdk.Box](
        ("id", "name", "status", "plan", "perHour", "perMonth", "capped"),
        lambda box: Row(str(box.id), box.name, _box_fields(box)),
    )
    text = formats.render(session.options, table, map(table.row, boxes))
    format_ = formats.output_format(session.options)
    if format_ in ("table", "plain"):
        total = _total(boxes)
        text += f"\nThe account: {total.hour} EUR per hour, {total.month} EUR per month of {HOURS} hours\n\n"
        text += _plans_as_text(plans, bars=format_ == "table")
    formats.write_paged(session.options, text)


def _price_of_box(box: "sdk.Box") -> Price:
    return price_of(box.plan, frozen=box.status == "FROZEN")


def _total(boxes: "Iterable[sdk.Box]") -> Price:
    return sum(map(_price_of_box, boxes), Price(Decimal(0), Decimal(0)))


def _box_fields(box: "sdk.Box") -> dict[str, object]:
    fields = {"id": box.id, "name": box.name, "status": str(box.status), "plan": box.plan.name}
    return {**fields, **_price_of_box(box).fields()}


def _plans_as_text(plans: "list[sdk.Plan]", *, bars: bool) -> str:
    prices = [(plan.name, price_of(plan, frozen=False), price_of(plan, frozen=True)) for plan in plans]
    if bars:
        from jiffybox_sdk._cli.output import terminal

        labelled = [
            (name, price.month, f"{price.hour} EUR/h  {price.month:>6} EUR/month  (frozen {frozen.month:>5})")
            for name, price, frozen in prices
        ]
        return terminal.bars("A box on each plan", labelled)
    lines = [
        f"  {name}: {price.hour} EUR/h, {price.month} EUR/month; frozen {frozen.hour} EUR/h, {frozen.month} EUR/month\n"
        for name, price, frozen in prices
    ]
    return f"A box on each plan\n{''.join(lines)}"


def _as_json(boxes: "list[sdk.Box]", plans: "list[sdk.Plan]") -> dict[str, object]:
    total = _total(boxes).fields()
    plan_fields = [
        {
            "id": plan.id,
            "name": plan.name,
            **price_of(plan, frozen=False).fields(),
            "frozen": price_of(plan, frozen=True).fields(),
        }
        for plan in plans
    ]
    box_fields = [_box_fields(box) for box in boxes]
    return {"currency": "EUR", "hoursPerMonth": HOURS, **total, "boxes": box_fields, "plans": plan_fields}
