"""The retry budget of a client in an outage."""

import httpx
import pytest

from jiffybox_sdk import JiffyLimitException, JiffyTransportException, Retry, RetryBudget
from tests.support.clients import async_scripted
from tests.support.scripted import envelope

pytestmark = pytest.mark.anyio  # aio: on asyncio and trio


async def test_an_outage_of_1000_calls_makes_35_retries() -> None:
    client, script, _ = async_scripted(httpx.Response(502), retry=Retry(first_wait=0))
    async with client:
        for _ in range(1000):
            with pytest.raises(JiffyTransportException):
                await client.boxes()
        assert len(script.requests) == 1000 + 35
        script.answers = [envelope({})]
        for _ in range(500):
            await client.boxes()
        script.answers, script.requests = [httpx.Response(502)], []
        with pytest.raises(JiffyTransportException):
            await client.boxes()
        assert len(script.requests) == 4


async def test_a_call_without_a_retry_for_lack_of_budget_says_so() -> None:
    client, script, _ = async_scripted(httpx.Response(429), retry=Retry(first_wait=0, budget=RetryBudget(20, 10)))
    async with client:
        with pytest.raises(JiffyLimitException, match="; not retried, because too many calls failed lately"):
            await client.delete_box(1)
    assert len(script.requests) == 3
