"""Calls by sync and async clients, and their outcomes, for tests of faults."""

import inspect
from collections.abc import Callable
from typing import Literal, Unpack

import pytest

from jiffybox_sdk import AsyncJiffyBox, Emulator, JiffyBox, JiffyException, JiffyMessageException, Retry
from jiffybox_sdk._common.operation import CallName
from jiffybox_sdk.emulator import Fault, FaultOptions
from tests.support.asynchronous import run

SEED = {"boxes": [{"name": "web", "planid": 44, "distribution": "centos_7_64bit"}]}
BOX = 10001
faces = pytest.mark.parametrize("face", ["sync", "asyncio", "trio"])

Client = JiffyBox | AsyncJiffyBox
Call = Callable[[Client], object]
Moment = Literal["before", "after"]


def read(client: Client) -> object:
    return client.box(BOX)


def read_all(client: Client) -> object:
    return client.boxes()


def create(client: Client) -> object:
    return client.create_box("new", 44, distribution="centos_7_64bit")


def outcome(
    emulator: Emulator,
    face: str,
    call: Call,
    *,
    retry: Retry | None = None,
    timeout: float | None = 10,
    total_timeout: float | None = 30,
) -> object:
    """Return the result of a call, or its exception."""
    if face == "sync":
        with emulator.client(retry=retry, timeout=timeout, total_timeout=total_timeout) as client:
            try:
                return call(client)
            except JiffyException as error:
                return error
    outcomes: list[object] = []

    async def main() -> None:
        async with emulator.async_client(retry=retry, timeout=timeout, total_timeout=total_timeout) as client:
            answer = call(client)
            assert inspect.isawaitable(answer)
            try:
                outcomes.append(await answer)
            except JiffyException as error:
                outcomes.append(error)

    run(main, face)
    return outcomes[0]


def inject(emulator: Emulator, call: CallName, effect: FaultOptions, **more: Unpack[FaultOptions]) -> Fault:
    """Inject a fault with additional options."""
    options: FaultOptions = {**effect, **more}
    return emulator.add_fault(call, **options)


def names(emulator: Emulator) -> list[str]:
    return [box.name for box in emulator.client().boxes()]


def calls_made(emulator: Emulator) -> list[str | None]:
    return [entry.call for entry in emulator.journal()]


def raise_outcome(outcome: object) -> None:
    assert isinstance(outcome, Exception)
    raise outcome


def fault_pattern(emulator: Emulator, calls: int) -> str:
    """Return a character for each of several calls: a dot for success, an x for a fault without a message."""
    client, pattern = emulator.client(retry=Retry(attempts=1)), ""
    for _ in range(calls):
        try:
            client.box(BOX)
            pattern += "."
        except JiffyException as error:
            pattern += str(error)[-2] if isinstance(error, JiffyMessageException) else "x"
    return pattern
