# Generated from tests/faces/aio/test_programs.py by `make generate`. Do not edit.

"""The programs run on this face, in process and over a socket."""

from collections.abc import Callable
from contextlib import nullcontext

import pytest

from jiffybox_sdk import Emulator, JiffyBox
from tests.faces.api import programs
from tests.support.clients import client_of
from tests.support.scripted import TOKEN, emulated

pytestmark = pytest.mark.anyio

Program = Callable[[JiffyBox, Emulator], None]

each_program = pytest.mark.parametrize("program", programs.PROGRAMS, ids=lambda program: program.__name__)


@each_program
@pytest.mark.parametrize("in_process", [True, False], ids=["in process", "over a socket"])
def test_a_program_runs(program: Program, in_process: bool) -> None:  # noqa: FBT001 (parametrized)
    emulator = Emulator(token=TOKEN)
    with nullcontext() if in_process else emulated(emulator) as url:
        with client_of(emulator, url) as client:
            program(client, emulator)


@each_program
def test_the_emulator_sends_nothing_unknown(program: Program) -> None:
    emulator = Emulator(token=TOKEN)
    with emulator.client(drift="raise") as client:
        program(client, emulator)
        assert client.drift.entries == ()
        assert emulator.journal()
