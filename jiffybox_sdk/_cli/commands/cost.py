"""`jiffybox cost`: what the account costs as it stands, and what each plan would."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

import click

from jiffybox_sdk._cli.options import Command, examples
from jiffybox_sdk._cli.session import Session, pass_session

if TYPE_CHECKING:
    from pydantic import JsonValue

    from jiffybox_sdk import Box, Plan
    from jiffybox_sdk._cli.output.rows import Cell

HOURS = 730
"""Hours of a month, on average: a year has 8760."""

CENT = Decimal("0.01")


@dataclass(frozen=True)
class Price:
    """What something costs, in EUR.

    Attributes:
        hour: In an hour.
        month: In a month of `HOURS`, with its cap.
        capped: Whether the cap makes it less.
    """

    hour: Decimal
    month: Decimal
    capped: bool = False

    def __add__(self, other: "Price") -> "Price":
        return Price(self.hour + other.hour, self.month + other.month, self.capped or other.capped)


NOTHING = Price(Decimal(0), Decimal(0))


def of(plan: "Plan", *, frozen: bool) -> Price:
    """Returns what a box on a plan costs.

    A box that is not frozen costs the same switched on and off. The cap is the most that a month costs.

    Args:
        plan: The plan.
        frozen: Whether the box is frozen.
    """
    # A price as it is written, without what binary fractions add to it.
    hour = Decimal(str(plan.pricePerHourFrozen if frozen else plan.pricePerHour))
    cap = Decimal(str(plan.priceCap)) if plan.priceCap else None
    month = (hour * HOURS).quantize(CENT)
    return Price(hour, cap, capped=True) if cap is not None and cap < month else Price(hour, month)


@examples("jiffybox cost", "jiffybox cost -o json | jq .perMonth", "jiffybox cost -o csv")
@click.command("cost", cls=Command)
@pass_session
def cost(session: Session) -> None:
    """Show what the account costs. GET jiffyBoxes, GET plans.

    In an hour, and in a month of 730 hours; each box as it stands now: frozen ones cost less, switched-off ones as much
    as running ones, and the cap of a plan is the most that a month costs. Below, what a box on each plan costs. All
    prices are in EUR.
    """
    from jiffybox_sdk._cli.output import formats

    boxes = session.client.boxes()
    plans = sorted(session.client.plans(), key=lambda plan: (plan.pricePerHour, plan.id))
    wanted = formats.form(session.options)
    if wanted in ("json", "json-pretty"):
        formats.write_json(session.options, _as_json(boxes, plans))
        return
    text = _boxes_as_text(session, boxes)
    if wanted in ("table", "plain"):
        total = _total(boxes)
        whole = f"The account: {total.hour} EUR an hour, {total.month} EUR in a month of {HOURS} hours"
        text += f"\n{whole}\n\n{_plans_as_text(plans, bars=wanted == 'table')}"
    formats.page(session.options, text)


def _is_frozen(box: "Box") -> bool:
    return box.status == "FROZEN"


def _total(boxes: "Iterable[Box]") -> Price:
    return sum((of(box.plan, frozen=_is_frozen(box)) for box in boxes), NOTHING)


def _boxes_as_text(session: Session, boxes: "list[Box]") -> str:
    from jiffybox_sdk._cli.output import formats
    from jiffybox_sdk._cli.output.rows import Row, Table

    columns = ("id", "name", "status", "plan", "perHour", "perMonth", "capped")
    rows: list[Row] = []
    for box in boxes:
        found = of(box.plan, frozen=_is_frozen(box))
        cells: dict[str, Cell] = {"id": box.id, "name": box.name, "status": str(box.status), "plan": box.plan.name}
        cells |= {"perHour": found.hour, "perMonth": found.month, "capped": found.capped}
        rows.append(Row(str(box.id), box.name, {}, cells))
    return formats.written(session.options, Table(columns, computed=frozenset(columns)), rows)


def _plans_as_text(plans: "list[Plan]", *, bars: bool) -> str:
    values = [(plan.name, of(plan, frozen=False), of(plan, frozen=True)) for plan in plans]
    if bars:
        from jiffybox_sdk._cli.output import terminal

        beside = [
            (name, price.month, f"{price.hour} EUR/h  {price.month:>6} EUR/month  (frozen {frozen.month:>5})")
            for name, price, frozen in values
        ]
        return terminal.bars("A box on each plan", beside)
    lines = [
        f"  {name}: {price.hour} EUR/h, {price.month} EUR/month; frozen {frozen.hour} EUR/h, {frozen.month} EUR/month\n"
        for name, price, frozen in values
    ]
    return f"A box on each plan\n{''.join(lines)}"


def _as_json(boxes: "list[Box]", plans: "list[Plan]") -> "dict[str, JsonValue]":
    each: list[JsonValue] = [
        {
            "id": box.id,
            "name": box.name,
            "status": str(box.status),
            "plan": box.plan.name,
            **_prices(of(box.plan, frozen=_is_frozen(box))),
        }
        for box in boxes
    ]
    offered: list[JsonValue] = [
        {
            "id": plan.id,
            "name": plan.name,
            **_prices(of(plan, frozen=False)),
            "frozen": _prices(of(plan, frozen=True)),
        }
        for plan in plans
    ]
    return {"currency": "EUR", "hoursPerMonth": HOURS, **_prices(_total(boxes)), "boxes": each, "plans": offered}


def _prices(price: Price) -> "dict[str, JsonValue]":
    return {"perHour": float(price.hour), "perMonth": float(price.month), "capped": price.capped}
