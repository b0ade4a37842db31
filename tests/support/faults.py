"""What tests of faults share: calls by clients of both kinds, and what comes of them."""

import inspect
from collections.abc import Callable
from typing import Literal, Unpack

import pytest

from jiffybox_sdk import AsyncJiffyBox, Emulator, JiffyBox, JiffyException, JiffyMessageException, Retry
from jiffybox_sdk._common.operation import CallName
from jiffybox_sdk.emulator import Effect, Fault
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
    """What a client gets from a call, or what it raises."""
    if face == "sync":
        with emulator.client(retry=retry, timeout=timeout, total_timeout=total_timeout) as client:
            try:
                return call(client)
            except JiffyException as error:
                return error
    found: list[object] = []

    async def main() -> None:
        async with emulator.async_client(retry=retry, timeout=timeout, total_timeout=total_timeout) as client:
            answer = call(client)
            assert inspect.isawaitable(answer)
            try:
                found.append(await answer)
            except JiffyException as error:
                found.append(error)

    run(main, face)
    return found[0]


def lay(emulator: Emulator, call: CallName, effect: Effect, **more: Unpack[Effect]) -> Fault:
    """Lays down a fault of a table, with something added to it."""
    whole: Effect = {**effect, **more}
    return emulator.add_fault(call, **whole)


def names(emulator: Emulator) -> list[str]:
    return [box.name for box in emulator.client().boxes()]


def calls_made(emulator: Emulator) -> list[str | None]:
    return [entry.call for entry in emulator.journal()]


def raise_it(found: object) -> None:
    assert isinstance(found, Exception)
    raise found


def struck(emulator: Emulator, calls: int) -> str:
    """Which of so many calls were struck, as text."""
    client, seen = emulator.client(retry=Retry(attempts=1)), ""
    for _ in range(calls):
        try:
            client.box(BOX)
            seen += "."
        except JiffyException as error:
            seen += str(error)[-2] if isinstance(error, JiffyMessageException) else "x"
    return seen
