# Generated from tests/faces/aio/test_retry_after.py by `make generate`. Do not edit.

"""`Retry-After` in responses to polls: a wait never polls sooner than the service asks. The time is virtual."""

import httpx
import pytest

from jiffybox_sdk import Box, JiffyLimitException, JiffyTimeoutException, Retry
from tests.support.clients import scripted
from tests.support.scripted import envelope, example

pytestmark = pytest.mark.anyio

READY = envelope({**example("box"), "status": "READY"})
UPDATING = envelope({**example("box"), "status": "UPDATING"})


def test_a_wait_never_polls_sooner_than_the_service_asks() -> None:
    busy = httpx.Response(503, headers={"Retry-After": "20"})
    client, _, clock = scripted(busy, busy, busy, busy, READY, retry=Retry(attempts=1))
    with client:
        assert (Box(example("box"), client).wait_for_status(max_wait=100)).ready
    assert clock.slept == [20, 20, 20, 20]


def test_a_wait_ends_at_once_if_its_time_out_ends_before_retry_after() -> None:
    client, script, clock = scripted(UPDATING, httpx.Response(429, headers={"Retry-After": "3600"}))
    with client:
        with pytest.raises(JiffyTimeoutException, match=r"^gave up .* time-out of 60 s ends before") as raised:
            Box(example("box"), client).wait_for_status()
    assert (len(script.requests), clock.slept, raised.value.retry_after) == (2, [7], 3600)
    cause = raised.value.__cause__
    assert isinstance(cause, JiffyLimitException)
    assert cause.retry_after == 3600


def test_a_wait_that_lasts_until_its_time_out_has_no_retry_after() -> None:
    client, _, _ = scripted(UPDATING, *[httpx.Response(429, headers={"Retry-After": "60"})] * 2)
    with client:
        with pytest.raises(JiffyTimeoutException, match=r"timed out after 67 s .* the last poll failed") as raised:
            Box(example("box"), client).wait_for_status(max_wait=67)
    assert raised.value.retry_after is None
