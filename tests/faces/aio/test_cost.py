"""What boxes cost: caps, frozen prices and months, without rounding errors."""

from decimal import Decimal

import pytest
from pydantic import JsonValue

from jiffybox_sdk import AsyncBox, Cost
from tests.support.clients import async_scripted
from tests.support.scripted import envelope, example

pytestmark = pytest.mark.anyio  # aio: on asyncio and trio

COSTS: dict[str, tuple[str, dict[str, JsonValue], Cost]] = {
    "without a cap": ("READY", {"priceCap": None}, Cost(Decimal("0.03"), Decimal("21.90"))),
    "with a cap": ("READY", {"priceCap": 12.99}, Cost(Decimal("0.03"), Decimal("12.99"), capped=True)),
    "frozen": ("FROZEN", {"priceCap": 12.99}, Cost(Decimal("0.005"), Decimal("3.65"))),
    "in an unknown state": ("RESCUING", {"priceCap": None}, Cost(Decimal("0.03"), Decimal("21.90"))),
}


def box(number: int, status: str, changes: dict[str, JsonValue]) -> AsyncBox:
    plan = example("plan") | {"pricePerHour": 0.03, "pricePerHourFrozen": 0.005}
    plan |= {name: value for name, value in changes.items() if value is not None}
    if changes.get("priceCap") is None:
        plan.pop("priceCap", None)
    return AsyncBox({**example("box"), "id": number, "status": status, "running": False, "plan": plan})


@pytest.mark.parametrize("case", COSTS)
async def test_costs_of_a_box_are_those_of_its_plan_and_state(case: str) -> None:
    status, changes, cost = COSTS[case]
    assert box(1, status, changes).cost() == cost


async def test_costs_of_an_account_are_the_sum_of_its_boxes() -> None:
    boxes = {str(n): box(n, status, changes) for n, (status, changes, _) in enumerate(COSTS.values())}
    payload: JsonValue = {number: record.model_dump(mode="json") for number, record in boxes.items()}
    client, script, _ = async_scripted(envelope(payload), envelope([]))
    async with client:
        total = await client.cost()
        assert total == Cost(Decimal("0.095"), Decimal("60.44"), capped=True)
        assert await client.cost(boxes.values()) == total
        assert await client.cost([boxes["0"], boxes["0"]]) == boxes["0"].cost()
        assert await client.cost([]) == Cost()
        assert await client.cost() == Cost(Decimal(0), Decimal(0), capped=False)
        assert len(script.requests) == 2
