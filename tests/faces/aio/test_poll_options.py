"""The conditions and durations of waits, and the intervals between polls."""

from datetime import timedelta

import pytest

from jiffybox_sdk import Backoff
from jiffybox_sdk.exceptions import (
    JiffyArgumentException,
    JiffyTimeoutException,
)
from tests.faces.aio.test_polling import Wait, each_wait, scripted_box, with_status
from tests.support.scripted import unchecked

pytestmark = pytest.mark.anyio  # aio: on asyncio and trio


@pytest.mark.parametrize("condition", [None, 5, b"READY", ""])
async def test_an_invalid_condition_is_rejected_before_any_request(condition: object) -> None:
    box, script, _ = scripted_box(with_status("READY"))
    async with box.api:
        with pytest.raises(JiffyArgumentException, match=r"invalid status .*: expected"):
            await unchecked(box.wait_for_status)(condition)
        with pytest.raises(JiffyArgumentException, match=r"invalid predicate .*: expected"):
            await unchecked(box.wait_until)(condition)
        with pytest.raises(JiffyArgumentException, match=r"invalid progress 5: expected"):
            await unchecked(box.wait_until_deleted)(progress=5)
    assert script.requests == []


@each_wait
@pytest.mark.parametrize("name", ["max_wait", "poll_interval"])
@pytest.mark.parametrize(
    "value", [-1, -1e-9, timedelta(seconds=-1), float("nan"), float("inf"), 10**400, True, "60", None], ids=repr
)
async def test_an_invalid_duration_is_rejected_before_any_request(wait: Wait, name: str, value: object) -> None:
    box, script, _ = scripted_box(with_status("READY"))
    async with box.api:
        with pytest.raises(JiffyArgumentException, match=rf"^invalid {name} "):
            await unchecked(wait)(box, **{name: value})
    assert script.requests == []


@each_wait
@pytest.mark.parametrize("interval", [0, timedelta(0)], ids=repr)
async def test_a_poll_interval_of_zero_is_rejected(wait: Wait, interval: float | timedelta) -> None:
    box, script, _ = scripted_box(with_status("READY"))
    async with box.api:
        with pytest.raises(JiffyArgumentException, match="expected more than 0 seconds"):
            await wait(box, poll_interval=interval)
    assert script.requests == []


async def test_a_poll_interval_may_be_a_function_of_the_number_of_polls() -> None:
    attempts: list[int] = []

    def interval(attempt: int) -> timedelta:
        attempts.append(attempt)
        return timedelta(seconds=attempt)

    box, _, clock = scripted_box(with_status("UPDATING"))
    async with box.api:
        with pytest.raises(JiffyTimeoutException):
            await box.wait_for_status(max_wait=12, poll_interval=interval)
    assert (attempts, clock.slept) == ([1, 2, 3, 4, 5], [1, 2, 3, 4, 2])


@each_wait
async def test_a_backoff_makes_intervals_longer_up_to_the_longest(wait: Wait) -> None:
    box, _, clock = scripted_box(with_status("UPDATING"))
    async with box.api:
        with pytest.raises(JiffyTimeoutException):
            await wait(box, max_wait=30, poll_interval=Backoff(first=1, factor=3, most=10))
    assert clock.slept == [1, 3, 9, 10, 7]


@each_wait
@pytest.mark.parametrize("returned", [0, -1, timedelta(0), float("nan"), float("inf"), "7", None, True], ids=repr)
async def test_an_invalid_result_of_a_poll_interval_ends_the_wait(wait: Wait, returned: object) -> None:
    def interval(_: int) -> object:
        return returned

    box, script, clock = scripted_box(with_status("UPDATING"))
    async with box.api:
        with pytest.raises(JiffyArgumentException, match=r"^invalid result of poll_interval .*: expected more than 0"):
            await wait(box, poll_interval=interval)
        with pytest.raises(JiffyArgumentException, match=r"^invalid result of poll_interval"):
            await unchecked(box.api.wait_for_all)([box], poll_interval=interval)
    assert (len(script.requests), clock.slept) == (2, [])
