# Generated from tests/faces/aio/test_partial.py by `make generate`. Do not edit.

"""One broken record in a list: the call raises, and its exception has the others."""

import pickle

import pytest
from pydantic import JsonValue

from jiffybox_sdk import (
    Backups,
    Box,
    Distribution,
    Ip,
    JiffyAttributeException,
    operations,
    response_headers,
)
from tests.support.clients import scripted
from tests.support.scripted import envelope, example

pytestmark = pytest.mark.anyio

BOX, IP = example("box"), example("ip")


def test_one_broken_record_in_a_list_does_not_hide_the_others() -> None:
    boxes: JsonValue = {"1": {**BOX, "id": 1}, "2": {**BOX, "id": 2, "name": None}, "3": {**BOX, "id": 3}}
    client, script, _ = scripted(envelope(boxes, X_Request_Id="7f"), envelope(True))  # noqa: FBT003
    with client:
        with pytest.raises(JiffyAttributeException) as raised:
            client.boxes()
        error = raised.value
        assert error.wrong == ("2.name",)
        assert error.partial == {"1": Box({**BOX, "id": 1}), "3": Box({**BOX, "id": 3})}
        box = error.partial["3"]
        assert isinstance(box, Box)
        assert response_headers(box).request_id == "7f"
        assert box.delete()
    assert script.requests[-1].url.path.endswith("/jiffyBoxes/3")
    unpickled: object = pickle.loads(pickle.dumps(error))  # noqa: S301
    assert isinstance(unpickled, JiffyAttributeException)
    assert unpickled.partial == error.partial


def test_one_broken_record_in_a_list_leaves_the_ids_of_the_others() -> None:
    answers: list[JsonValue] = [
        {"1": {"2001": IP, "2002": {**IP, "ip": 5}}, "2": [], "3": 4, "4": {"2004": 5}},
        {"2001": IP, "2002": {}},
        {"x": {}, "1": {}, "2": 5},
        {"a": example("distribution"), "b": {}},
        {"Plans": "Tarife", "x": 5},
    ]
    client, _, _ = scripted(*map(envelope, answers))
    calls = (operations.list_ips(), operations.get_ips(7), operations.list_backups(), operations.list_distributions())
    partials: list[object] = []
    with client:
        for call in (*calls, operations.list_modules()):
            with pytest.raises(JiffyAttributeException) as raised:
                client.send(call)
            partials.append(raised.value.partial)
    assert partials == [
        {"1": {"2001": Ip(IP, None, None, 1)}, "2": {}},
        {"2001": Ip(IP, None, None, 7)},
        {"1": Backups({}, None, 1), "x": Backups({})},
        {"a": Distribution(example("distribution"), None, "a")},
        {"Plans": "Tarife"},
    ]


def test_a_broken_record_alone_has_no_others() -> None:
    broken: list[JsonValue] = [{**BOX, "name": None}, [5], "x"]
    for answer in broken:
        client, _, _ = scripted(envelope(answer))
        with client:
            with pytest.raises(JiffyAttributeException) as raised:
                client.box(12345)
        assert raised.value.partial == {}
