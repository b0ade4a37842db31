# Generated from tests/faces/aio/test_manual_backups.py by `make generate`. Do not edit.

"""Waiting for a manual backup: which backup was there before, and which record to wait on."""

import pytest
from pydantic import JsonValue

from jiffybox_sdk import Backups, Box, Emulator, JiffyBox, JiffyWaitException
from tests.support.clients import scripted
from tests.support.scripted import envelope, example

pytestmark = pytest.mark.anyio


def box_of(client: JiffyBox) -> Box:
    return (client.create_box("web", 44, distribution="centos_7_64bit")).wait_for_status()


@pytest.mark.parametrize("read", ["while it is made", "when it is done"])
def test_a_record_read_after_the_backup_began_knows_what_was_there_before(read: str) -> None:
    emulator = Emulator()
    ids: set[str] = set()
    with emulator.client() as client:
        box = box_of(client)
        for _ in range(3):
            (box.backups()).create_manual()
            if read == "when it is done":
                emulator.run_until_idle()
            made = (box.backups()).wait_for_manual()
            ids.add(made.of_type("manual").id)
        assert len(ids) == 3


def test_what_was_there_before_is_known_until_the_new_backup_was_seen() -> None:
    emulator = Emulator()
    with emulator.client() as client:
        box = box_of(client)
        before = box.backups()
        before.create_manual()
        made = before.wait_for_manual()
        assert (before.wait_for_manual()).manual == made.manual
        with pytest.raises(JiffyWaitException):
            made.wait_for_manual()


def test_the_message_says_on_which_record_to_wait() -> None:
    emulator = Emulator()
    with emulator.client() as client, emulator.client() as other:
        box = box_of(client)
        same = other.box(box.id)
        before = same.backups()
        (box.backups()).create_manual()
        emulator.run_until_idle()
        with pytest.raises(
            JiffyWaitException, match=r"call wait_for_manual\(\) on a record read before create_manual\(\) was called"
        ):
            (same.backups()).wait_for_manual()
        assert (before.wait_for_manual()).manual == (box.backups()).manual


def test_a_backup_that_fails_is_not_mistaken_for_the_one_before() -> None:
    old: JsonValue = {"id": "0" * 32, "created": 1}
    idle = envelope({**example("box"), "status": "READY"})
    accepted = envelope(True)  # noqa: FBT003 (the result of the call)
    client, _, _ = scripted(accepted, idle, envelope({"manual": old}), accepted, idle, envelope({}))
    with client:
        backups = Backups({"manual": old}, client, 12345)
        for _ in range(2):
            backups.create_manual()
            with pytest.raises(
                JiffyWaitException, match=r"no manual backup was made: it failed or was never started \("
            ):
                backups.wait_for_manual()
