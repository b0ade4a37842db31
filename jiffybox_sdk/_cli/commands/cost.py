"""`jiffybox cost`: the account's costs and a box's price on each plan."""

import click

import jiffybox_sdk as sdk  # loads nothing else until a name is used
from jiffybox_sdk._cli import output
from jiffybox_sdk._cli.options import Command, examples
from jiffybox_sdk._cli.session import Session, pass_session
from jiffybox_sdk._common.texts import printable
from jiffybox_sdk._records.cost import HOURS, cost_of


@examples("jiffybox cost", "jiffybox cost -o json | jq .perMonth", "jiffybox cost -o csv", table="costs")
@click.command("cost", cls=Command)
@pass_session
def cost(session: Session) -> None:
    """Show the costs of the account. GET jiffyBoxes, GET plans.

    Costs are in EUR, per hour and per month of 730 hours, and apply if all boxes stay in their current status: frozen
    boxes cost less, but stopped boxes do not. A plan may cap the price per month. The prices of all
    plans are shown as well.
    """
    boxes = session.client.boxes()
    total = session.client.cost(boxes)
    plans = sorted(session.client.plans(), key=lambda plan: (plan.pricePerHour, plan.id))
    footer = ""
    if output.formats.output_format(session.options) in ("table", "plain"):
        footer = f"\nThe account: {total.per_hour} EUR per hour, {total.per_month} EUR per month of {HOURS} hours\n\n"
        footer += _bars(plans)
    rows = [output.rows.Row(str(box.id), box.name, _box_fields(box)) for box in boxes]
    session.show(rows, document=output.rows.Row("cost", "cost", _document(total, boxes, plans)), footer=footer)


def _fields(cost: "sdk.Cost") -> dict[str, object]:
    """Return a price under the names used for columns and in JSON."""
    return {"perHour": cost.per_hour, "perMonth": cost.per_month, "capped": cost.capped}


def _box_fields(box: "sdk.Box") -> dict[str, object]:
    fields = {"id": box.id, "name": box.name, "status": str(box.status), "plan": box.plan.name}
    return {**fields, **_fields(box.cost())}


def _bars(plans: "list[sdk.Plan]") -> str:
    prices = [(printable(plan.name), cost_of(plan, frozen=False), cost_of(plan, frozen=True)) for plan in plans]
    labelled = [
        (
            name,
            price.per_month,
            f"{price.per_hour} EUR/h  {price.per_month:>6} EUR/month  (frozen {frozen.per_month:>5})",
        )
        for name, price, frozen in prices
    ]
    return output.terminal.bars("A box on each plan", labelled)


def _document(total: "sdk.Cost", boxes: "list[sdk.Box]", plans: "list[sdk.Plan]") -> dict[str, object]:
    plan_fields = [
        {
            "id": plan.id,
            "name": plan.name,
            **_fields(cost_of(plan, frozen=False)),
            "frozen": _fields(cost_of(plan, frozen=True)),
        }
        for plan in plans
    ]
    box_fields = [_box_fields(box) for box in boxes]
    return {"currency": "EUR", "hoursPerMonth": HOURS, **_fields(total), "boxes": box_fields, "plans": plan_fields}
