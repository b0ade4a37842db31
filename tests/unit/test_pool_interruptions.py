"""Interruptions and cancellations at any moment leave the connection pools usable."""

import asyncio
import inspect
import sys
from collections.abc import Callable, Coroutine, Generator
from functools import partial
from types import FrameType
from typing import Any, Generic, TypeVar

import anyio
import pytest

from jiffybox_sdk._client.transport import deadline, pool as sync_pool
from tests.support.asynchronous import backends
from tests.support.networks import Network, async_get, async_get_many, get, get_many

T = TypeVar("T")

FILES = {module.__file__ for module in (sync_pool, deadline)}


def interrupted(run: Callable[[], object], number: int) -> bool:
    """Return whether a run was interrupted, which happens at the `number`-th instruction of the pool."""
    count = 0

    def trace(frame: FrameType, event: str, _: object) -> Any:
        nonlocal count
        if frame.f_code.co_filename not in FILES:
            return None
        frame.f_trace_opcodes = True
        if event == "opcode":
            count += 1
            if count == number:
                raise KeyboardInterrupt
        return trace

    before = sys.gettrace()
    this = inspect.currentframe()
    assert this
    this.f_trace_opcodes = True  # Python 3.12 only reports instructions if this is set before tracing begins
    sys.settrace(trace)
    try:
        run()
    except KeyboardInterrupt:
        return True
    finally:
        sys.settrace(before)
    return False


@pytest.mark.parametrize("warm", [False, True])
def test_an_interruption_at_any_instruction_leaves_the_pool_usable(*, warm: bool) -> None:
    number = 1
    while True:
        network = Network()
        pool = network.pool()
        if warm:
            get_many(pool, 2)
        was_interrupted = interrupted(partial(get, pool, "first"), number)
        assert get_many(pool, 2) == ["2", "1"]
        pool.close()
        assert network.open == []
        if not was_interrupted:
            break
        number += 1
    assert number > 300


class CancelAt(Generic[T]):
    """Awaits a coroutine and cancels a scope just before the `number`-th time that it waits."""

    def __init__(self, coroutine: Coroutine[Any, Any, T], number: int, cancel: Callable[[], object]) -> None:
        self._coroutine = coroutine
        self._number = number
        self._cancel = cancel
        self.count = 0

    def __await__(self) -> Generator[Any, Any, T]:
        steps = self._coroutine.__await__()
        value: Any = None
        error: BaseException | None = None
        while True:
            try:
                waiting = steps.send(value) if error is None else steps.throw(error)
            except StopIteration as stop:
                result: T = stop.value
                return result
            self.count += 1
            if self.count == self._number:
                self._cancel()
            value = error = None
            try:
                value = yield waiting
            except BaseException as raised:  # noqa: BLE001 (passed on)
                error = raised


@backends
@pytest.mark.parametrize("warm", [False, True])
def test_a_cancellation_at_any_await_leaves_the_pool_usable(backend: str, *, warm: bool) -> None:
    async def attempt(number: int) -> bool:
        network = Network()
        pool = network.async_pool()
        if warm:
            await async_get_many(pool, 2)
        with anyio.CancelScope() as scope:
            await CancelAt(async_get(pool, "first"), number, scope.cancel)
        assert await async_get_many(pool, 2) == ["2", "1"]
        pool.close()
        assert network.open == []
        return scope.cancelled_caught

    async def main() -> None:
        number = 1
        while await attempt(number):
            number += 1
        assert number > 5

    anyio.run(main, backend=backend)


def test_a_native_cancellation_at_any_await_leaves_the_pool_usable() -> None:
    async def attempt(number: int) -> bool:
        network = Network()
        pool = network.async_pool()

        async def exchange() -> str:
            task = asyncio.current_task()
            assert task
            return await CancelAt(async_get(pool, "first"), number, task.cancel)

        [outcome] = await asyncio.gather(asyncio.create_task(exchange()), return_exceptions=True)
        assert await async_get_many(pool, 2) == ["2", "1"]
        pool.close()
        assert network.open == []
        return isinstance(outcome, asyncio.CancelledError)

    async def main() -> None:
        number = 1
        while await attempt(number):
            number += 1
        assert number > 5

    asyncio.run(main())
