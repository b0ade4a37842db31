"""Waiting for a manual backup: which backup was there before, and which record to wait on."""

import pytest
from pydantic import JsonValue

from jiffybox_sdk import AsyncBackups, AsyncBox, AsyncJiffyBox, Emulator, JiffyWaitException
from tests.support.clients import async_scripted
from tests.support.scripted import envelope, example

pytestmark = pytest.mark.anyio  # aio: on asyncio and trio


async def box_of(client: AsyncJiffyBox) -> AsyncBox:
    return await (await client.create_box("web", 44, distribution="centos_7_64bit")).wait_for_status()


@pytest.mark.parametrize("read", ["while it is made", "when it is done"])
async def test_a_record_read_after_the_backup_began_knows_what_was_there_before(read: str) -> None:
    emulator = Emulator()
    ids: set[str] = set()
    async with emulator.async_client() as client:
        box = await box_of(client)
        for _ in range(3):
            await (await box.backups()).create_manual()
            if read == "when it is done":
                emulator.run_until_idle()
            made = await (await box.backups()).wait_for_manual()
            ids.add(made.of_type("manual").id)
        assert len(ids) == 3


async def test_what_was_there_before_is_known_until_the_new_backup_was_seen() -> None:
    emulator = Emulator()
    async with emulator.async_client() as client:
        box = await box_of(client)
        before = await box.backups()
        await before.create_manual()
        made = await before.wait_for_manual()
        assert (await before.wait_for_manual()).manual == made.manual
        with pytest.raises(JiffyWaitException):
            await made.wait_for_manual()


async def test_the_message_says_on_which_record_to_wait() -> None:
    emulator = Emulator()
    async with emulator.async_client() as client, emulator.async_client() as other:
        box = await box_of(client)
        same = await other.box(box.id)
        before = await same.backups()
        await (await box.backups()).create_manual()
        emulator.run_until_idle()
        with pytest.raises(
            JiffyWaitException, match=r"call wait_for_manual\(\) on a record read before create_manual\(\) was called"
        ):
            await (await same.backups()).wait_for_manual()
        assert (await before.wait_for_manual()).manual == (await box.backups()).manual


async def test_a_backup_that_fails_is_not_mistaken_for_the_one_before() -> None:
    old: JsonValue = {"id": "0" * 32, "created": 1}
    idle = envelope({**example("box"), "status": "READY"})
    accepted = envelope(True)  # noqa: FBT003 (the result of the call)
    client, _, _ = async_scripted(accepted, idle, envelope({"manual": old}), accepted, idle, envelope({}))
    async with client:
        backups = AsyncBackups({"manual": old}, client, 12345)
        for _ in range(2):
            await backups.create_manual()
            with pytest.raises(
                JiffyWaitException, match=r"no manual backup was made: it failed or was never started \("
            ):
                await backups.wait_for_manual()
