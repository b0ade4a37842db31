"""The scenarios of the SDK's own tests, under each fault at each of their calls.

Their assertions may fail then, because they expect what happens without faults. But none of them may end well with
another account, or without end.
"""

from collections.abc import Awaitable, Callable

import pytest

from jiffybox_sdk import AsyncJiffyBox, Emulator
from jiffybox_sdk.emulator._sweep.run import Runner
from jiffybox_sdk.emulator._sweep.sweep import sweep
from tests.faces.aio.programs import PROGRAMS


@pytest.mark.parametrize("scenario", PROGRAMS, ids=lambda scenario: scenario.__name__)
def test_a_scenario_has_no_wrong_success(scenario: Callable[[AsyncJiffyBox, Emulator], Awaitable[None]]) -> None:
    async def program(emulator: Emulator) -> None:
        async with emulator.async_client() as client:
            await scenario(client, emulator)

    result = sweep(Runner(program, Emulator()))
    assert {history.verdict for history in result.failures} <= {"assertion failed"}, str(result)
    assert len(result.histories) == 10 * len(result.calls)
