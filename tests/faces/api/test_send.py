# Generated from tests/faces/aio/test_send.py by `make generate`. Do not edit.

"""Calls by id, with `send` and an operation."""

import pytest
from pydantic import JsonValue

from jiffybox_sdk import Backups, Box, Distribution, Ip, operations
from jiffybox_sdk.models.requests.command import Command
from tests.support.clients import scripted
from tests.support.scripted import envelope, example

pytestmark = pytest.mark.anyio

IP, BACKUPS, OS = example("ip"), example("backups"), example("distribution")


def test_a_verb_by_id_is_one_call_that_returns_the_record_of_this_client() -> None:
    client, script, _ = scripted(envelope(example("box")), envelope({"12345": example("box")}), envelope(True))  # noqa: FBT003
    with client:
        box = client.send(operations.set_status(12345, Command.SHUTDOWN))
        boxes = client.send(operations.list_boxes())
        deleted = client.send(operations.delete_box("12345"))
    assert [request.method for request in script.requests] == ["PUT", "GET", "DELETE"]
    assert (type(box), boxes, deleted) == (Box, {"12345": box}, True)
    assert box.api is client


def test_records_that_send_returns_have_the_ids_that_payloads_lack() -> None:
    payloads: list[JsonValue] = [
        BACKUPS,
        {"7": BACKUPS},
        {"3": IP},
        {"7": {"3": IP}},
        OS,
        {"a b": OS},
    ]
    client, _, _ = scripted(*map(envelope, payloads))
    with client:
        backups: list[Backups] = [
            client.send(operations.get_backups("07")),
            *(client.send(operations.list_backups())).values(),
        ]
        ips: list[Ip] = [
            *(client.send(operations.get_ips(7))).values(),
            *(client.send(operations.list_ips()))["7"].values(),
        ]
        distributions: list[Distribution] = [
            client.send(operations.get_distribution("a b")),
            *(client.send(operations.list_distributions())).values(),
        ]
    assert [record.box_id for record in (*backups, *ips)] == [7] * 4
    assert [distribution.id for distribution in distributions] == ["a b"] * 2
