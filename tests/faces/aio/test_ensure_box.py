"""`ensure_box` never makes a second box, and `delete(missing_ok=True)` can be repeated, whatever gets lost."""

import json
from collections.abc import Mapping
from itertools import product

import httpx
import pytest
from pydantic import JsonValue

from jiffybox_sdk import (
    AsyncBox,
    AsyncJiffyBox,
    Emulator,
    JiffyArgumentException,
    JiffyLimitException,
    JiffyMessageException,
    JiffyMismatchException,
    JiffyNotFoundException,
    JiffyOutcomeUnknownException,
    JiffyTimeoutException,
    JiffyTransportException,
    Retry,
)
from tests.support.clients import async_scripted, async_transport_of
from tests.support.lossy import TROUBLES, LossyService, Trouble
from tests.support.scripted import envelope, example, unchecked

pytestmark = pytest.mark.anyio  # aio: on asyncio and trio

DEBIAN, CENTOS = "debian_stretch_64bit", "centos_7_64bit"
ONCE = Retry(attempts=1)
DROPPED = Trouble("dropped")
LIST, CREATE = "GET jiffyBoxes", "POST jiffyBoxes"


def client_of(service: LossyService, retry: Retry | None = None) -> AsyncJiffyBox:
    return service.emulator.async_client(transport=async_transport_of(service.script()), retry=retry)


async def ensure(client: AsyncJiffyBox, max_wait: float = 60, poll_interval: float = 7) -> AsyncBox:
    return await client.ensure_box(
        "web",
        44,
        distribution=DEBIAN,
        metadata={"role": "web"},
        password="secret",
        max_wait=max_wait,
        poll_interval=poll_interval,
    )


async def existing(emulator: Emulator, state: str) -> int:
    """Create a box that `ensure` asks for, in a state, and return its id."""
    async with emulator.async_client() as client:
        box = await client.create_box("web", 44, distribution=DEBIAN, metadata={"role": "web", "n": 1})
        if state != "CREATING":
            box = await box.wait_for_status()
        if state in ("stopped", "DELETING"):
            await box.stop()
            await box.wait_for_status()
        if state == "DELETING":
            await box.delete()
    return box.id


def ids(emulator: Emulator) -> list[int]:
    boxes: dict[str, object] = json.loads(emulator.snapshot().state)["account"]["boxes"]
    return [*map(int, boxes)]


async def test_a_missing_box_is_created() -> None:
    service = LossyService(Emulator())
    async with client_of(service) as client:
        box = await ensure(client)
    assert (box.status, box.name, box.plan.id, box.metadata) == ("CREATING", "web", 44, {"role": "web"})
    assert service.calls == [LIST, CREATE]
    assert ids(service.emulator) == [box.id]


async def test_a_box_that_fits_is_returned() -> None:
    service = LossyService(Emulator())
    number = await existing(service.emulator, "READY")
    async with client_of(service) as client:
        plan, distribution = await client.plan(44), await client.distribution(DEBIAN)
        assert (await ensure(client)).id == number
        assert (await client.ensure_box("web", plan, distribution=distribution)).id == number
        assert (await client.ensure_box("web", "CloudLevel 1", backupid="any", metadata={"none": None})).id == number
    assert CREATE not in service.calls


async def test_a_box_that_differs_is_an_error_that_names_the_differences() -> None:
    service = LossyService(Emulator())
    number = await existing(service.emulator, "READY")
    async with client_of(service) as client:
        with pytest.raises(JiffyMismatchException) as mismatch:
            await client.ensure_box("web", 45, distribution=CENTOS, metadata={"role": "secret", "n": 1})
    assert mismatch.value.box.id == number
    assert mismatch.value.differences == {
        "plan": (45, 44),
        "distribution": (CENTOS, DEBIAN),
        "metadata.role": ("secret", "web"),
    }
    assert str(mismatch.value) == (
        f"box {number} has the name 'web', but differs from the one asked for: plan is 44 instead of 45, "
        f"distribution is '{DEBIAN}' instead of '{CENTOS}', metadata.role differs"
    )
    assert service.calls == [LIST]


async def test_a_box_that_is_being_deleted_is_awaited_and_then_created() -> None:
    service = LossyService(Emulator())
    number = await existing(service.emulator, "DELETING")
    async with client_of(service) as client:
        box = await ensure(client)
    assert box.id > number
    assert service.calls == [LIST, *[f"GET jiffyBoxes/{number}"] * 2, LIST, CREATE]


async def test_a_deleted_box_is_recognized_whatever_the_message() -> None:
    emulator = Emulator()
    number = await existing(emulator, "DELETING")
    emulator.add_fault("get_box", messages=["weg"], moment="after", skip=1)
    async with emulator.async_client() as client:
        assert (await ensure(client)).id > number


async def test_a_rejected_poll_of_a_box_that_is_still_there_is_an_error() -> None:
    emulator = Emulator()
    number = await existing(emulator, "DELETING")
    emulator.add_fault("get_box", messages=["irgendwas"])
    async with emulator.async_client() as client:
        with pytest.raises(JiffyMessageException, match=f"GET jiffyBoxes/{number}: irgendwas"):
            await ensure(client)


async def test_the_time_for_a_deletion_may_end() -> None:
    emulator = Emulator()
    number = await existing(emulator, "DELETING")
    async with emulator.async_client() as client:
        with pytest.raises(JiffyTimeoutException, match="timed out after 5 s waiting for its deletion") as late:
            await ensure(client, max_wait=5)
    assert (late.value.record.id, late.value.record.status) == (number, "DELETING")


async def test_a_box_of_another_caller_is_awaited_until_its_distribution_is_shown() -> None:
    service = LossyService(Emulator())
    number = await existing(service.emulator, "CREATING")
    async with client_of(service) as client:
        with pytest.raises(JiffyTimeoutException, match="timed out after 30 s waiting for its distribution"):
            await ensure(client, max_wait=30)
        box = await ensure(client)
        assert (box.id, box.status) == (number, "READY")
        with pytest.raises(JiffyMismatchException, match=f"distribution is '{DEBIAN}'"):
            await client.ensure_box("web", 44, distribution=CENTOS)
    assert CREATE not in service.calls


async def test_a_new_box_of_another_caller_is_judged_at_once_if_that_is_possible() -> None:
    service = LossyService(Emulator())
    number = await existing(service.emulator, "CREATING")
    async with client_of(service) as client:
        box = await client.ensure_box("web", 44, backupid="any")
        assert (box.id, box.status) == (number, "CREATING")
        with pytest.raises(JiffyMismatchException, match="plan is 44 instead of 45"):
            await client.ensure_box("web", 45, distribution=DEBIAN)
    assert service.calls == [LIST, LIST]


@pytest.mark.parametrize("message", ["Der Kunde Nr. 42 hat keine JiffyBox Nr. 7.", "irgendwas"])
async def test_a_box_whose_creation_by_another_caller_fails_is_created(message: str) -> None:
    box = {**example("box"), "name": "web", "activeProfile": None}
    box["metadata"] = {"role": "web"}
    lists = [envelope({"7": {**box, "id": 7, "status": "CREATING"}}), envelope({})]
    client, script, _ = async_scripted(lists[0], envelope(None, ("error", message)), lists[1], envelope(box))
    async with client:
        assert (await ensure(client)).id == box["id"]
    assert [request.method for request in script.requests] == ["GET", "GET", "GET", "POST"]


async def test_a_rejection_is_raised_if_there_is_no_such_box() -> None:
    service = LossyService(Emulator())
    async with client_of(service) as client:
        with pytest.raises(JiffyNotFoundException, match="POST jiffyBoxes"):
            await client.ensure_box("web", 999, distribution=DEBIAN)
    assert service.calls == [LIST, CREATE, LIST]


async def test_a_rejection_with_an_invented_message_leads_to_a_look() -> None:
    emulator = Emulator()
    emulator.add_fault("create_box", messages=["irgendwas"], moment="after")
    async with emulator.async_client() as client:
        assert [(await ensure(client)).id] == ids(emulator)


async def test_a_look_does_not_come_earlier_than_the_service_asks_for() -> None:
    emulator = Emulator()
    emulator.add_fault("create_box", status=429, retry_after="3600")
    async with emulator.async_client() as client:
        with pytest.raises(JiffyLimitException):
            await ensure(client)
    assert [entry.call for entry in emulator.journal()] == ["list_boxes", "create_box"]


async def test_a_box_is_created_again_an_interval_after_a_lost_response() -> None:
    service = LossyService(Emulator(), {1: DROPPED})
    began = service.emulator.clock.now()
    async with client_of(service) as client:
        box = await ensure(client, poll_interval=5)
    assert (box.status, service.calls) == ("CREATING", [LIST, CREATE, LIST, LIST, CREATE])
    assert service.emulator.clock.now() - began == 5


async def test_a_box_is_created_at_most_as_often_as_a_call_is_attempted() -> None:
    service = LossyService(Emulator(), dict.fromkeys((1, 4, 7), DROPPED))
    async with client_of(service, Retry(attempts=2)) as client:
        with pytest.raises(JiffyOutcomeUnknownException, match="POST jiffyBoxes"):
            await ensure(client)
    assert service.calls == [LIST, *[CREATE, LIST, LIST] * 2]


@pytest.mark.parametrize(("max_wait", "created"), [(0, 1), (1, 1), (7, 1), (10, 2), (20, 3)])
async def test_no_box_is_created_again_after_the_time_out(max_wait: float, created: int) -> None:
    service = LossyService(Emulator(), dict.fromkeys(range(1, 30, 3), DROPPED))
    began = service.emulator.clock.now()
    async with client_of(service, Retry(attempts=100)) as client:
        with pytest.raises(JiffyOutcomeUnknownException):
            await ensure(client, max_wait=max_wait)
    assert service.calls.count(CREATE) == created
    assert service.emulator.clock.now() - began == max_wait


async def test_the_time_out_includes_the_calls() -> None:
    emulator = Emulator()
    emulator.add_fault("list_boxes", latency=60, times=99)
    emulator.add_fault("create_box", latency=60, times=99)
    began = emulator.clock.now()
    async with emulator.async_client() as client:
        with pytest.raises(JiffyTransportException):
            await ensure(client, max_wait=15)
    assert emulator.clock.now() - began <= 16


INVALID: list[dict[str, object]] = [
    {"name": ""},
    {"name": "a/b"},
    {"name": None},
    {"plan": 0},
    {"plan": None},
    {"distribution": None},
    {"distribution": ""},
    {"backupid": "0123"},
    {"password": ""},
    {"metadata": ["role"]},
    {"metadata": {"a": float("nan")}},
    {"max_wait": -1},
    {"max_wait": "60"},
    {"poll_interval": 0},
]


@pytest.mark.parametrize("invalid", INVALID, ids=str)
async def test_invalid_arguments_are_refused_before_anything_is_sent(invalid: Mapping[str, object]) -> None:
    client, script, _ = async_scripted(envelope({}))
    valid = {"name": "web", "plan": 44, "distribution": DEBIAN}
    async with client:
        with pytest.raises(JiffyArgumentException, match=r"invalid|needs name|exactly one of"):
            await unchecked(client.ensure_box)(**{**valid, **invalid})
    assert script.requests == []


class Sweep:
    """Runs with up to two troubles, at each request and at those that it leads to."""

    def __init__(self, state: str, emulator: Emulator) -> None:
        self.state = state
        self.before = ids(emulator)
        self.start = emulator.snapshot()
        self.service = LossyService(emulator)
        self.runs = 0

    async def run(self, client: AsyncJiffyBox, troubles: dict[int, Trouble], depth: int) -> None:
        emulator = self.service.emulator
        emulator.restore(self.start)
        self.service.restart(troubles)
        began = emulator.clock.now()
        box = await ensure(client, max_wait=120, poll_interval=20)
        self.runs += 1
        assert ids(emulator) == [box.id], troubles
        assert (box.id in self.before) == (self.state in ("CREATING", "READY"))
        assert (box.plan.id, box.metadata and box.metadata["role"]) == (44, "web")
        assert emulator.clock.now() - began <= 121
        if depth:
            later = range(max(troubles, default=-1) + 1, len(self.service.calls))
            for number, trouble in product(later, TROUBLES):
                await self.run(client, {**troubles, number: trouble}, depth - 1)


STATES = ["missing", "CREATING", "READY", "DELETING"]


async def runs_with_troubles(state: str, depth: int) -> int:
    """Ensure that there is a box, under all troubles, or pairs of them. Return the number of runs."""
    emulator = Emulator()
    if state != "missing":
        await existing(emulator, state)
    sweep = Sweep(state, emulator)
    async with client_of(sweep.service, Retry(budget=None)) as client:
        await sweep.run(client, {}, depth)
    return sweep.runs


@pytest.mark.parametrize("state", STATES)
async def test_there_is_one_box_under_each_trouble(state: str) -> None:
    assert await runs_with_troubles(state, 1) > len(TROUBLES)


async def delete(service: LossyService, number: int, retry: Retry | None = None) -> bool:
    async with client_of(service, retry) as client:
        return await client.delete_box(number, missing_ok=True)


async def test_a_deletion_can_be_repeated() -> None:
    service = LossyService(Emulator())
    number = await existing(service.emulator, "stopped")
    async with client_of(service) as client:
        box = await client.box(number)
        assert [await box.delete(missing_ok=True) for _ in range(2)] == [True, True]
        with pytest.raises(JiffyMessageException, match="DELETING"):
            await box.delete()
        await box.wait_until_deleted()
        assert await box.delete(missing_ok=True)
        with pytest.raises(JiffyNotFoundException):
            await box.delete()
        with pytest.raises(JiffyArgumentException, match="invalid box 'x'"):
            await client.delete_box("x", missing_ok=True)


async def test_a_deletion_is_recognized_whatever_the_message() -> None:
    emulator = Emulator()
    number = await existing(emulator, "stopped")
    emulator.add_fault("delete_box", messages=["irgendwas"], moment="after", times=2)
    async with emulator.async_client() as client:
        assert await client.delete_box(str(number), missing_ok=True)
        emulator.run_until_idle()
        assert await client.delete_box(number, missing_ok=True)
    assert ids(emulator) == []


async def test_a_box_that_stays_is_an_error() -> None:
    service = LossyService(Emulator(), {2: DROPPED})
    number = await existing(service.emulator, "READY")
    with pytest.raises(JiffyMessageException, match="eingeschaltet"):
        await delete(service, number)
    with pytest.raises(JiffyOutcomeUnknownException):
        await delete(service, number, ONCE)
    assert ids(service.emulator) == [number]


async def test_a_deletion_is_not_looked_for_earlier_than_the_service_asks_for() -> None:
    emulator = Emulator()
    number = await existing(emulator, "stopped")
    emulator.clear_journal()
    emulator.add_fault("delete_box", status=429, retry_after="3600")
    async with emulator.async_client() as client:
        with pytest.raises(JiffyLimitException):
            await client.delete_box(number, missing_ok=True)
    assert [entry.call for entry in emulator.journal()] == ["delete_box"]


async def test_a_repeated_deletion_ends_under_each_trouble_and_each_pair() -> None:
    emulator = Emulator()
    number = await existing(emulator, "stopped")
    start, service = emulator.snapshot(), LossyService(emulator)
    async with client_of(service, Retry(budget=None)) as client:
        for first, second, then in product(TROUBLES, [None, *TROUBLES], (1, 2, 3)):
            emulator.restore(start)
            service.restart({0: first, then: second} if second else {0: first})
            for _ in range(3):
                try:
                    assert await client.delete_box(number, missing_ok=True)
                except JiffyOutcomeUnknownException:
                    continue
                break
            else:
                pytest.fail(f"{first}, {second}")
            emulator.run_until_idle()
            assert ids(emulator) == []


async def test_no_box_is_mistaken_for_the_one_that_is_wanted() -> None:
    boxes: dict[str, JsonValue] = {
        str(number): {**example("box"), "id": number, "name": name} for number, name in [(1, "Web"), (2, "web ")]
    }
    rejection = envelope(None, ("error", "irgendwas"))
    client, script, _ = async_scripted(envelope(boxes), rejection, envelope(boxes), httpx.Response(500))
    async with client:
        with pytest.raises(JiffyMessageException, match="irgendwas"):
            await ensure(client)
    assert len(script.requests) == 3
