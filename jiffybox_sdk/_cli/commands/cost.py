"""`jiffybox cost`: the account's costs and a box's price on each plan."""

from decimal import Decimal

import jiffybox_sdk as sdk  # loads nothing else until a name is used
from jiffybox_sdk._cli import output
from jiffybox_sdk._cli.session import Session, command
from jiffybox_sdk._common.texts import printable
from jiffybox_sdk._records.cost import HOURS, cost_of


@command(None, "cost", "jiffybox cost", "jiffybox cost -o json | jq .perMonth", "jiffybox cost -o csv", table="costs")
def cost(session: Session) -> None:
    """Show the costs of the account. GET jiffyBoxes, GET plans.

    Costs are in EUR, per hour and per month of 730 hours, and apply if all boxes stay in their current status: frozen
    boxes cost less, but stopped boxes do not. A plan may cap the price per month. The prices of all
    plans are shown as well.
    """
    boxes = session.client.boxes()
    total = session.client.cost(boxes)
    plans = sorted(session.client.plans(), key=lambda plan: (plan.pricePerHour, plan.id))
    prices = [(plan, cost_of(plan, frozen=False), cost_of(plan, frozen=True)) for plan in plans]
    footer = ""
    if output.formats.output_format(session.options) in ("table", "plain"):
        footer = f"\nThe account: {total.per_hour} EUR per hour, {total.per_month} EUR per month of {HOURS} hours\n\n"
        footer += output.terminal.bars("A box on each plan", [_bar(*price) for price in prices])
    rows = [output.rows.Row(str(box.id), box.name, _box_fields(box)) for box in boxes]
    document = {
        "currency": "EUR",
        "hoursPerMonth": HOURS,
        **_fields(total),
        "boxes": [row.values for row in rows],
        "plans": [
            {"id": plan.id, "name": plan.name, **_fields(price), "frozen": _fields(frozen)}
            for plan, price, frozen in prices
        ],
    }
    session.show(rows, document=output.rows.Row("cost", "cost", document), footer=footer)


def _fields(cost: "sdk.Cost") -> dict[str, object]:
    """Return a price under the names used for columns and in JSON."""
    return {"perHour": cost.per_hour, "perMonth": cost.per_month, "capped": cost.capped}


def _box_fields(box: "sdk.Box") -> dict[str, object]:
    fields = {"id": box.id, "name": box.name, "status": str(box.status), "plan": box.plan.name}
    return {**fields, **_fields(box.cost())}


def _bar(plan: "sdk.Plan", price: "sdk.Cost", frozen: "sdk.Cost") -> tuple[str, Decimal, str]:
    label = f"{price.per_hour} EUR/h  {price.per_month:>6} EUR/month  (frozen {frozen.per_month:>5})"
    return printable(plan.name), price.per_month, label
