"""Keeps three workers running until it is stopped by Ctrl-C or SIGTERM.

python examples/service.py            # without JIFFYBOX_API_KEY, in an emulated account
python examples/service.py ids.json   # the next process continues with the boxes in this file
jiffybox sweep examples/service.py:heal_all --repeatable
"""

import asyncio
import json
import logging
import os
import signal
import sys
from pathlib import Path

from jiffybox_sdk import (
    AsyncBox,
    AsyncJiffyBox,
    Backoff,
    Emulator,
    JiffyLimitException,
    JiffyNotFoundException,
    JiffyOutcomeUnknownException,
    JiffyTimeoutException,
    JiffyTransportException,
    RateLimit,
)

WORKERS = ("worker 1", "worker 2", "worker 3")
CHECK_EVERY = 60.0
TRY_AGAIN_AFTER = 15.0

log = logging.getLogger("service")


async def check(client: AsyncJiffyBox, name: str, ids: dict[str, int]) -> AsyncBox:
    """Return a worker once it is ready and running. It is created if it is missing, and started if it is stopped."""
    if name not in ids:
        new = await client.ensure_box(name, "CloudLevel 1", distribution="debian_stretch_64bit", max_wait=300)
        ids[name] = new.id
        log.info("%s is box %d", name, new.id)
    box = await client.wait_for_status(ids[name], "READY", max_wait=300, poll_interval=Backoff())
    if not box.running:
        log.warning("%s is stopped", name)
        box = await (await box.start()).wait_for_status("READY", max_wait=300, poll_interval=Backoff())
    return box


async def heal(client: AsyncJiffyBox, name: str, ids: dict[str, int]) -> AsyncBox:
    """Check a worker until that succeeds. Permanent failures, such as an invalid token, are raised."""
    while True:
        pause = TRY_AGAIN_AFTER
        try:
            return await check(client, name, ids)
        except JiffyNotFoundException as error:
            if ids.pop(name, None) is None:
                raise  # it is not the box that is missing, but its plan, for example
            log.warning("%s: %s", name, error)
        except (JiffyLimitException, JiffyTransportException) as error:
            if isinstance(error, JiffyTransportException) and not error.transient:
                raise
            pause = error.retry_after or pause
            log.warning("%s: %s", name, error)
        except (JiffyOutcomeUnknownException, JiffyTimeoutException) as error:  # the next check shows what has happened
            log.warning("%s: %s", name, error)
        await client.clock.sleep(pause)


async def heal_all(client: AsyncJiffyBox) -> None:
    """Return once all workers are running."""
    ids: dict[str, int] = {}
    async with asyncio.TaskGroup() as tasks:
        for name in WORKERS:
            tasks.create_task(heal(client, name, ids))


async def keep(client: AsyncJiffyBox, name: str, ids: dict[str, int]) -> None:
    """Keep a worker running."""
    while True:
        box = await heal(client, name, ids)
        log.info("%s is healthy at %s", name, box.public_ips[0])
        await client.clock.sleep(CHECK_EVERY)


def connect() -> AsyncJiffyBox:
    """Return a client for the account in the environment, or else for an emulated one, sixty times as fast."""
    limit = RateLimit(calls=24, per=60)  # for all tasks together
    if "JIFFYBOX_API_KEY" in os.environ:
        return AsyncJiffyBox.from_env(rate_limit=limit)
    return Emulator("real", speed=60).async_client(rate_limit=limit)


async def serve(ids: dict[str, int]) -> None:
    """Keep all workers running until a signal arrives."""
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)  # Windows has none
    async with connect() as client, asyncio.TaskGroup() as tasks:
        keepers = [tasks.create_task(keep(client, name, ids)) for name in WORKERS]
        await stop.wait()
        log.info("stopping")
        for keeper in keepers:
            keeper.cancel()


def main() -> None:
    """Run the service."""
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    file = Path(sys.argv[1]) if len(sys.argv) > 1 else None
    ids: dict[str, int] = json.loads(file.read_text("utf-8")) if file and file.exists() else {}
    try:
        asyncio.run(serve(ids))
    finally:
        if file:
            file.write_text(json.dumps(ids), "utf-8")


if __name__ == "__main__":
    main()
