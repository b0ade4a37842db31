# Generated from tests/faces/aio/test_cost.py by `make generate`. Do not edit.

"""What boxes cost: caps, frozen prices and months, without rounding errors."""

from decimal import Decimal

import pytest
from pydantic import JsonValue

from jiffybox_sdk import Box, Cost
from tests.support.clients import scripted
from tests.support.scripted import envelope, example

pytestmark = pytest.mark.anyio

COSTS: dict[str, tuple[str, dict[str, JsonValue], Cost]] = {
    "without a cap": ("READY", {"priceCap": None}, Cost(Decimal("0.03"), Decimal("21.90"))),
    "with a cap": ("READY", {"priceCap": 12.99}, Cost(Decimal("0.03"), Decimal("12.99"), capped=True)),
    "frozen": ("FROZEN", {"priceCap": 12.99}, Cost(Decimal("0.005"), Decimal("3.65"))),
    "in an unknown state": ("RESCUING", {"priceCap": None}, Cost(Decimal("0.03"), Decimal("21.90"))),
}


def box(number: int, status: str, changes: dict[str, JsonValue]) -> Box:
    plan = example("plan") | {"pricePerHour": 0.03, "pricePerHourFrozen": 0.005}
    plan |= {name: value for name, value in changes.items() if value is not None}
    if changes.get("priceCap") is None:
        plan.pop("priceCap", None)
    return Box({**example("box"), "id": number, "status": status, "running": False, "plan": plan})


@pytest.mark.parametrize("case", COSTS)
def test_costs_of_a_box_are_those_of_its_plan_and_state(case: str) -> None:
    status, changes, cost = COSTS[case]
    assert box(1, status, changes).cost() == cost


def test_costs_of_an_account_are_the_sum_of_its_boxes() -> None:
    boxes = {str(n): box(n, status, changes) for n, (status, changes, _) in enumerate(COSTS.values())}
    payload: JsonValue = {number: record.model_dump(mode="json") for number, record in boxes.items()}
    client, script, _ = scripted(envelope(payload), envelope([]))
    with client:
        total = client.cost()
        assert total == Cost(Decimal("0.095"), Decimal("60.44"), capped=True)
        assert client.cost(boxes.values()) == total
        assert client.cost([boxes["0"], boxes["0"]]) == boxes["0"].cost()
        assert client.cost([]) == Cost()
        assert client.cost() == Cost(Decimal(0), Decimal(0), capped=False)
        assert len(script.requests) == 2
