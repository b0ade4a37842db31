"""Records survive `model_dump` and `model_validate`, with the ids that are not in their payloads."""

import copy
import pickle

import pytest
from pydantic import BaseModel

from jiffybox_sdk import (
    AsyncBackups,
    AsyncIp,
    Backups,
    Box,
    Check,
    ContactGroup,
    Distribution,
    Ip,
    JiffyAttributeException,
    Plan,
)
from tests.support.scripted import example

RECORDS: dict[str, tuple[BaseModel, dict[str, object]]] = {
    "a distribution": (Distribution(example("distribution"), None, "a"), {"id": "a"}),
    "an address": (Ip(example("ip"), None, None, "12345"), {"box_id": 12345}),
    "an async address": (AsyncIp(example("ip"), None, None, 12345), {"box_id": 12345}),
    "backups": (Backups(example("backups"), None, 12345), {"box_id": 12345}),
    "async backups": (AsyncBackups(example("backups"), None, 12345), {"box_id": 12345}),
    "a box": (Box(example("box")), {"id": 12345}),
    "a plan": (Plan(example("plan")), {}),
    "a contact group": (ContactGroup(example("contact-group")), {}),
    "a check": (Check(example("check")), {}),
}


@pytest.mark.parametrize("name", RECORDS)
def test_round_trips_keep_the_id_and_the_box(name: str) -> None:
    record, expected = RECORDS[name]
    kind = type(record)
    for again in (
        kind.model_validate(record.model_dump()),
        kind.model_validate(record.model_dump(mode="json", exclude_unset=True)),
        kind.model_validate_json(record.model_dump_json()),
        record.model_copy(),
        copy.deepcopy(record),
        pickle.loads(pickle.dumps(record)),  # noqa: S301
    ):
        assert (again, hash(again)) == (record, hash(record))
        assert {attribute: getattr(again, attribute) for attribute in expected} == expected


@pytest.mark.parametrize("name", ["a distribution", "an address", "backups"])
def test_round_trips_without_an_id_stay_without_it(name: str) -> None:
    complete, expected = RECORDS[name]
    (attribute,) = expected
    record = type(complete).model_validate(complete.model_dump(exclude={attribute}))
    assert record != complete
    assert attribute not in record.model_dump()
    with pytest.raises(JiffyAttributeException):
        getattr(type(record).model_validate(record.model_dump()), attribute)


@pytest.mark.parametrize("box", ["web", -1, None, [1]])
def test_round_trips_do_not_invent_a_box(box: object) -> None:
    record = Ip.model_validate(example("ip") | {"box_id": box})
    with pytest.raises(JiffyAttributeException):
        _ = record.box_id
