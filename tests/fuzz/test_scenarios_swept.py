"""The scenarios of the SDK's own tests: under each fault at each of their calls, and in twenty variations."""

from collections.abc import Awaitable, Callable

import pytest

from jiffybox_sdk import AsyncJiffyBox, Emulator, JiffyBox
from jiffybox_sdk.emulator._sweep import Runner, sweep
from jiffybox_sdk.pytest_plugin import AsyncJiffyBoxFixture, JiffyBoxFixture
from tests.faces.aio import programs
from tests.faces.api import programs as sync_programs

AsyncScenario = Callable[[AsyncJiffyBox, Emulator], Awaitable[None]]

each_scenario = pytest.mark.parametrize("scenario", programs.PROGRAMS, ids=lambda scenario: scenario.__name__)


@each_scenario
def test_a_scenario_ends_well_only_with_the_right_account(scenario: AsyncScenario) -> None:
    """What it asserts holds under each fault, too."""

    async def program(emulator: Emulator) -> None:
        async with emulator.async_client() as client:
            await scenario(client, emulator)

    result = sweep(Runner(program, Emulator()))
    assert result.failures == (), str(result)
    assert len(result.histories) == 10 * len(result.calls)


@each_scenario
@pytest.mark.jiffybox(vary=20)
@pytest.mark.anyio
@pytest.mark.parametrize("anyio_backend", ["asyncio"])  # quicker than trio
async def test_a_scenario_passes_all_variations(async_jiffybox: AsyncJiffyBoxFixture, scenario: AsyncScenario) -> None:
    await scenario(async_jiffybox.client, async_jiffybox.emulator)


@pytest.mark.parametrize("scenario", sync_programs.PROGRAMS, ids=lambda scenario: scenario.__name__)
@pytest.mark.jiffybox(vary=20)
def test_a_scenario_of_the_sync_client_passes_all_variations(
    jiffybox: JiffyBoxFixture, scenario: Callable[[JiffyBox, Emulator], None]
) -> None:
    scenario(jiffybox.client, jiffybox.emulator)
