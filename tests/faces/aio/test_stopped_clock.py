"""Waits and retries under a clock that stands still, as when a test tool freezes the time. Sleeps count anyway."""

from collections.abc import Callable, Coroutine

import httpx
import pytest
from pydantic import JsonValue

from jiffybox_sdk import AsyncBox, AsyncContactGroup, AsyncJiffyBox, RateLimit, Retry
from jiffybox_sdk.aio.backups import AsyncBackups
from jiffybox_sdk.aio.checks import AsyncCheck
from jiffybox_sdk.exceptions import JiffyLimitException, JiffyOutcomeUnknownException, JiffyTimeoutException
from tests.support.clients import async_scripted
from tests.support.scripted import Answer, Script, VirtualClock, envelope, example

pytestmark = pytest.mark.anyio  # aio: on asyncio and trio

BOX: dict[str, JsonValue] = {**example("box"), "status": "UPDATING", "manualBackupRunning": True}
GROUP: dict[str, JsonValue] = {**example("contact-group"), "status": "STATUS_UPDATING"}
CHECK: dict[str, JsonValue] = {**example("check"), "status": "STATUS_UPDATING"}


def stopped(
    *answers: Answer, retry: Retry | None = None, rate_limit: RateLimit | None = None
) -> tuple[AsyncJiffyBox, Script, VirtualClock]:
    client, script, clock = async_scripted(*answers, retry=retry, rate_limit=rate_limit)
    clock.now, clock.stopped = 0.0, True
    return client, script, clock


Wait = Callable[[AsyncJiffyBox], Coroutine[None, None, object]]

WAITS: dict[str, tuple[dict[str, JsonValue], Wait]] = {
    "box status": (BOX, lambda client: AsyncBox(BOX, client).wait_for_status(max_wait=10)),
    "box condition": (BOX, lambda client: AsyncBox(BOX, client).wait_until(lambda box: box.ready, max_wait=10)),
    "box deleted": (BOX, lambda client: AsyncBox(BOX, client).wait_until_deleted(max_wait=10)),
    "manual backup": (BOX, lambda client: AsyncBackups({}, client, 12345).wait_for_manual(max_wait=10)),
    "contact group": (GROUP, lambda client: AsyncContactGroup(GROUP, client).wait_until_ready(max_wait=10)),
    "check": (CHECK, lambda client: AsyncCheck(CHECK, client).wait_until_deleted(max_wait=10)),
}


@pytest.mark.parametrize("case", WAITS)
async def test_a_wait_for_one_record_times_out(case: str) -> None:
    payload, wait = WAITS[case]
    client, script, clock = stopped(envelope(payload))
    async with client:
        with pytest.raises(JiffyTimeoutException):
            await wait(client)
    assert (clock.slept, len(script.requests)) == ([7, 3], 3)


@pytest.mark.parametrize("concurrency", [1, 8])
async def test_a_wait_for_several_boxes_times_out(concurrency: int) -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        return envelope({**BOX, "id": int(request.url.path.rpartition("/")[2])})

    client, script, clock = stopped(answer)
    boxes = [AsyncBox({**BOX, "id": number}) for number in (1, 2, 3)]
    async with client:
        result = await client.wait_for_all(boxes, max_wait=10, concurrency=concurrency)
    assert {type(reason) for reason in result.missing.values()} == {JiffyTimeoutException}
    assert (clock.slept, len(script.requests)) == ([7, 3], 9)


@pytest.mark.parametrize("boxes", [{}, {"7": {**BOX, "name": "web", "status": "DELETING"}}], ids=["lost", "deleted"])
async def test_a_box_is_not_ensured_forever(boxes: dict[str, JsonValue]) -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        if request.method == "POST":
            raise httpx.ReadError("lost")
        return envelope(boxes if request.url.path.endswith("/jiffyBoxes") else {**BOX, "status": "DELETING"})

    client, script, clock = stopped(answer)
    async with client:
        with pytest.raises(JiffyTimeoutException if boxes else JiffyOutcomeUnknownException):
            await client.ensure_box("web", 44, distribution="centos_7_64bit", max_wait=10)
    assert (clock.slept, len(script.requests)) == ([7, 3], 3 if boxes else 7)


async def test_retries_end_after_their_time() -> None:
    retry = Retry(attempts=1_000_000, within=60)
    client, script, clock = stopped(httpx.Response(429, headers={"Retry-After": "7"}), retry=retry)
    async with client:
        with pytest.raises(JiffyLimitException):
            await client.box(12345)
    assert (clock.slept, len(script.requests)) == ([7] * 8, 9)


async def test_waits_for_the_rate_limit_count_towards_the_time_of_retries() -> None:
    retry = Retry(attempts=1_000_000, within=60, first_wait=0, budget=None)
    client, script, clock = stopped(httpx.Response(429), retry=retry, rate_limit=RateLimit(1, 7))
    async with client:
        with pytest.raises(JiffyLimitException, match="its turn under the rate limit would come too late"):
            await client.box(12345)
    assert [slept for slept in clock.slept if slept] == [7, 14, 21]  # 28 more would be too late
    assert len(script.requests) == 4
