"""Eight callers of `ensure_box` at once get the same box, as threads and as tasks, even if something gets lost."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import anyio

from jiffybox_sdk import AsyncJiffyBox, Box, Emulator, JiffyBox
from tests.support.asynchronous import AsyncScript, backends, run
from tests.support.lossy import TROUBLES, LossyService, Trouble

RUNS, CALLERS = 200, 8
DEBIAN = "debian_stretch_64bit"


def emulator_for(number: int) -> tuple[Emulator, list[int]]:
    """Return an emulator for a run, and the boxes in it: in every second run, a box is being deleted."""
    emulator = Emulator()
    if number % 2:
        return emulator, []
    with emulator.client() as client:
        box = client.create_box("web", 44, distribution=DEBIAN).wait_for_status().stop().wait_for_status()
        box.delete()
    return emulator, [box.id]


def troubles_for(number: int, caller: int) -> dict[int, Trouble]:
    """Return the troubles of a caller in a run: half of the callers have some, at their second or third request."""
    trouble = TROUBLES[(number + caller) % len(TROUBLES)]
    return {1 + number % 3: trouble, 4: trouble} if caller % 2 else {}


def assert_one_box(emulator: Emulator, before: list[int], returned: list[int]) -> None:
    boxes = [box.id for box in emulator.client().boxes()]
    assert len(boxes) == 1
    assert returned == boxes * CALLERS
    assert boxes != before


def test_eight_threads_get_one_box() -> None:
    barrier = Barrier(CALLERS)

    def ensure(client: JiffyBox) -> Box:
        barrier.wait(20)
        return client.ensure_box("web", 44, distribution=DEBIAN, max_wait=600)

    with ThreadPoolExecutor(CALLERS) as pool:
        for number in range(RUNS):
            emulator, before = emulator_for(number)
            services = [LossyService(emulator, troubles_for(number, caller)) for caller in range(CALLERS)]
            clients = [emulator.client(transport=service.script()) for service in services]
            assert_one_box(emulator, before, [box.id for box in pool.map(ensure, clients)])


@backends
def test_eight_tasks_get_one_box(backend: str) -> None:
    async def ensure(client: AsyncJiffyBox, returned: list[int]) -> None:
        async with client:
            box = await client.ensure_box("web", 44, distribution=DEBIAN, max_wait=600)
            returned.append(box.id)

    async def main() -> None:
        for number in range(RUNS):
            emulator, before = emulator_for(number)
            returned: list[int] = []
            async with anyio.create_task_group() as tasks:
                for caller in range(CALLERS):
                    service = LossyService(emulator, troubles_for(number, caller))
                    client = emulator.async_client(transport=AsyncScript(service.script()))
                    tasks.start_soon(ensure, client, returned)
            assert_one_box(emulator, before, returned)

    run(main, backend)
