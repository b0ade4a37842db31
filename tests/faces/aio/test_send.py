"""Calls by id, with `send` and an operation."""

import pytest
from pydantic import JsonValue

from jiffybox_sdk import AsyncBackups, AsyncBox, AsyncIp, Distribution, operations
from jiffybox_sdk.models.requests.command import Command
from tests.support.clients import async_scripted
from tests.support.scripted import envelope, example

pytestmark = pytest.mark.anyio  # aio: on asyncio and trio

IP, BACKUPS, OS = example("ip"), example("backups"), example("distribution")


async def test_a_verb_by_id_is_one_call_that_returns_the_record_of_this_client() -> None:
    client, script, _ = async_scripted(envelope(example("box")), envelope({"12345": example("box")}), envelope(True))  # noqa: FBT003
    async with client:
        box = await client.send(operations.set_status(12345, Command.SHUTDOWN))
        boxes = await client.send(operations.list_boxes())
        deleted = await client.send(operations.delete_box("12345"))
    assert [request.method for request in script.requests] == ["PUT", "GET", "DELETE"]
    assert (type(box), boxes, deleted) == (AsyncBox, {"12345": box}, True)
    assert box.api is client


async def test_records_that_send_returns_have_the_ids_that_payloads_lack() -> None:
    payloads: list[JsonValue] = [
        BACKUPS,
        {"7": BACKUPS},
        {"3": IP},
        {"7": {"3": IP}},
        OS,
        {"a b": OS},
    ]
    client, _, _ = async_scripted(*map(envelope, payloads))
    async with client:
        backups: list[AsyncBackups] = [
            await client.send(operations.get_backups("07")),
            *(await client.send(operations.list_backups())).values(),
        ]
        ips: list[AsyncIp] = [
            *(await client.send(operations.get_ips(7))).values(),
            *(await client.send(operations.list_ips()))["7"].values(),
        ]
        distributions: list[Distribution] = [
            await client.send(operations.get_distribution("a b")),
            *(await client.send(operations.list_distributions())).values(),
        ]
    assert [record.box_id for record in (*backups, *ips)] == [7] * 4
    assert [distribution.id for distribution in distributions] == ["a b"] * 2
