"""Cancel calls at random moments, over loopback sockets, on asyncio and trio (part of `make stress`).

    python -m benchmarks.cancellations [CALLS]

Two thirds of 100,000 calls are cancelled after up to 20 ms: by anyio, and on asyncio by `Task.cancel()`, too. Every
answer must be the call's own, nothing may be created twice, the client must work afterwards, and no socket may be left.
"""

import asyncio
import random
import sys
import time
from collections.abc import Awaitable, Callable, Iterator

import anyio

from jiffybox_sdk import AsyncJiffyBox, JiffyException, Retry
from jiffybox_sdk.emulator import TOKEN
from tests.support.answering import Tally, answering, open_files

CALLS = 100_000
TASKS = 24
CONNECTIONS = 8
LONGEST = (0.0005, 0.004, 0.02)
"""The longest times before a cancellation, in seconds."""

RETRY = Retry(first_wait=0.001, longest_wait=0.01)


class Load:
    """Tasks that share a client."""

    def __init__(self, client: AsyncJiffyBox, calls: int, backend: str) -> None:
        self.tally = Tally()
        self._client = client
        self._numbers: Iterator[int] = iter(range(1, calls + 1))
        self._backend = backend
        self._rng = random.Random(7)

    async def run(self) -> None:
        """Make all calls."""
        with anyio.fail_after(600):
            async with anyio.create_task_group() as group:
                for _ in range(TASKS):
                    group.start_soon(self._work)

    async def check_client(self) -> None:
        """Make many calls at once, none of which is cancelled."""
        async with anyio.create_task_group() as group:
            for number in range(1, 201):
                group.start_soon(self._read, number)

    async def _work(self) -> None:
        for number in self._numbers:
            call = self._read if number % 5 else self._create
            how = self._rng.choice(("not", "scope", "task" if self._backend == "asyncio" else "scope"))
            seconds = self._rng.uniform(0, self._rng.choice(LONGEST))
            try:
                if how == "task":
                    await self._cancel_task(call, number, seconds)
                elif how == "scope":
                    with anyio.move_on_after(seconds) as scope:
                        await call(number)
                    self.tally.outcomes["cancelled"] += scope.cancelled_caught
                else:
                    await call(number)
            except JiffyException as error:
                self.tally.record_error(f"call {number}", error, reads=bool(number % 5))

    async def _cancel_task(self, call: Callable[[int], Awaitable[None]], number: int, seconds: float) -> None:
        task = asyncio.ensure_future(call(number))
        asyncio.get_running_loop().call_later(seconds, task.cancel)
        await asyncio.wait([task])
        if task.cancelled():
            self.tally.outcomes["cancelled"] += 1
        else:
            task.result()

    async def _read(self, number: int) -> None:
        self.tally.record_box(number, (await self._client.box(number)).id)

    async def _create(self, number: int) -> None:
        name = f"{self._backend} {number}"
        self.tally.record_group(name, (await self._client.create_contact_group(name, ["a@example.org"])).name)


async def cancel_calls(port: int, calls: int, backend: str) -> None:
    """Make calls, and check that nothing went wrong."""
    files = open_files()
    client = AsyncJiffyBox(TOKEN, f"http://127.0.0.1:{port}", retry=RETRY, max_connections=CONNECTIONS)
    load = Load(client, calls, backend)
    started = time.monotonic()
    await load.run()
    seconds = time.monotonic() - started
    await load.check_client()
    await client.close()
    if backend == "asyncio":
        assert len(asyncio.all_tasks()) == 1, "tasks are left"
    assert open_files() == files, "sockets are left"
    outcomes = load.tally.check(port)
    print(
        f"{backend}: {calls} calls in {seconds:.0f} s ({outcomes}): no answer was wrong, no socket is left", flush=True
    )


def main() -> int:
    calls = int(sys.argv[1]) if len(sys.argv) > 1 else CALLS
    for backend in ("asyncio", "trio"):
        with answering() as port:
            anyio.run(cancel_calls, port, calls // 2, backend, backend=backend)
    return 0


if __name__ == "__main__":
    sys.exit(main())
