"""The programs run on this face, in process and over a socket."""

from collections.abc import Callable, Coroutine
from contextlib import nullcontext

import pytest

from jiffybox_sdk import AsyncJiffyBox, Emulator
from tests.faces.aio import programs
from tests.support.clients import async_client_of
from tests.support.scripted import TOKEN, emulated

pytestmark = pytest.mark.anyio  # aio: on asyncio and trio

Program = Callable[[AsyncJiffyBox, Emulator], Coroutine[None, None, None]]

each_program = pytest.mark.parametrize("program", programs.PROGRAMS, ids=lambda program: program.__name__)


@each_program
@pytest.mark.parametrize("in_process", [True, False], ids=["in process", "over a socket"])
async def test_a_program_runs(program: Program, in_process: bool) -> None:  # noqa: FBT001 (parametrized)
    emulator = Emulator(token=TOKEN)
    with nullcontext() if in_process else emulated(emulator) as url:
        async with async_client_of(emulator, url) as client:
            await program(client, emulator)


@each_program
async def test_the_emulator_sends_nothing_unknown(program: Program) -> None:
    emulator = Emulator(token=TOKEN)
    async with emulator.async_client(drift="raise") as client:
        await program(client, emulator)
        assert client.drift.entries == ()
        assert emulator.journal()
