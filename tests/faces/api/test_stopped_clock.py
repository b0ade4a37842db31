# Generated from tests/faces/aio/test_stopped_clock.py by `make generate`. Do not edit.

"""Waits and retries under a clock that stands still, as when a test tool freezes the time. Sleeps count anyway."""

from collections.abc import Callable

import httpx
import pytest
from pydantic import JsonValue

from jiffybox_sdk import Box, ContactGroup, JiffyBox, RateLimit, Retry
from jiffybox_sdk.api.backups import Backups
from jiffybox_sdk.api.checks import Check
from jiffybox_sdk.exceptions import JiffyLimitException, JiffyOutcomeUnknownException, JiffyTimeoutException
from tests.support.clients import scripted
from tests.support.scripted import Answer, Script, VirtualClock, envelope, example

pytestmark = pytest.mark.anyio

BOX: dict[str, JsonValue] = {**example("box"), "status": "UPDATING", "manualBackupRunning": True}
GROUP: dict[str, JsonValue] = {**example("contact-group"), "status": "STATUS_UPDATING"}
CHECK: dict[str, JsonValue] = {**example("check"), "status": "STATUS_UPDATING"}


def stopped(
    *answers: Answer, retry: Retry | None = None, rate_limit: RateLimit | None = None
) -> tuple[JiffyBox, Script, VirtualClock]:
    client, script, clock = scripted(*answers, retry=retry, rate_limit=rate_limit)
    clock.now, clock.stopped = 0.0, True
    return client, script, clock


Wait = Callable[[JiffyBox], object]

WAITS: dict[str, tuple[dict[str, JsonValue], Wait]] = {
    "box status": (BOX, lambda client: Box(BOX, client).wait_for_status(max_wait=10)),
    "box condition": (BOX, lambda client: Box(BOX, client).wait_until(lambda box: box.ready, max_wait=10)),
    "box deleted": (BOX, lambda client: Box(BOX, client).wait_until_deleted(max_wait=10)),
    "manual backup": (BOX, lambda client: Backups({}, client, 12345).wait_for_manual(max_wait=10)),
    "contact group": (GROUP, lambda client: ContactGroup(GROUP, client).wait_until_ready(max_wait=10)),
    "check": (CHECK, lambda client: Check(CHECK, client).wait_until_deleted(max_wait=10)),
}


@pytest.mark.parametrize("case", WAITS)
def test_a_wait_for_one_record_times_out(case: str) -> None:
    payload, wait = WAITS[case]
    client, script, clock = stopped(envelope(payload))
    with client:
        with pytest.raises(JiffyTimeoutException):
            wait(client)
    assert (clock.slept, len(script.requests)) == ([7, 3], 3)


@pytest.mark.parametrize("concurrency", [1, 8])
def test_a_wait_for_several_boxes_times_out(concurrency: int) -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        return envelope({**BOX, "id": int(request.url.path.rpartition("/")[2])})

    client, script, clock = stopped(answer)
    boxes = [Box({**BOX, "id": number}) for number in (1, 2, 3)]
    with client:
        result = client.wait_for_all(boxes, max_wait=10, concurrency=concurrency)
    assert {type(reason) for reason in result.missing.values()} == {JiffyTimeoutException}
    assert (clock.slept, len(script.requests)) == ([7, 3], 9)


@pytest.mark.parametrize("boxes", [{}, {"7": {**BOX, "name": "web", "status": "DELETING"}}], ids=["lost", "deleted"])
def test_a_box_is_not_ensured_forever(boxes: dict[str, JsonValue]) -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        if request.method == "POST":
            raise httpx.ReadError("lost")
        return envelope(boxes if request.url.path.endswith("/jiffyBoxes") else {**BOX, "status": "DELETING"})

    client, script, clock = stopped(answer)
    with client:
        with pytest.raises(JiffyTimeoutException if boxes else JiffyOutcomeUnknownException):
            client.ensure_box("web", 44, distribution="centos_7_64bit", max_wait=10)
    assert (clock.slept, len(script.requests)) == ([7, 3], 3 if boxes else 7)


def test_retries_end_after_their_time() -> None:
    retry = Retry(attempts=1_000_000, within=60)
    client, script, clock = stopped(httpx.Response(429, headers={"Retry-After": "7"}), retry=retry)
    with client:
        with pytest.raises(JiffyLimitException):
            client.box(12345)
    assert (clock.slept, len(script.requests)) == ([7] * 8, 9)


def test_waits_for_the_rate_limit_count_towards_the_time_of_retries() -> None:
    retry = Retry(attempts=1_000_000, within=60, first_wait=0, budget=None)
    client, script, clock = stopped(httpx.Response(429), retry=retry, rate_limit=RateLimit(1, 7))
    with client:
        with pytest.raises(JiffyLimitException, match="its turn under the rate limit would come too late"):
            client.box(12345)
    assert [slept for slept in clock.slept if slept] == [7, 14, 21]  # 28 more would be too late
    assert len(script.requests) == 4
