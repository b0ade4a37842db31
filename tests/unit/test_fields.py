"""Tests for the field types: accepted and rejected values, as JSON and as Python objects."""

import json
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Annotated, get_origin

import pytest
from pydantic import JsonValue

from jiffybox_sdk import (
    Box,
    BoxStatus,
    Delegation,
    Emulator,
    IpType,
    JiffyAttributeException,
    TimeSlot,
    Weekday,
    validate,
)
from jiffybox_sdk.exceptions import JiffyArgumentException
from jiffybox_sdk.models._base import Model
from jiffybox_sdk.models._fields import (
    LAST_EPOCH,
    Boolean,
    Epoch,
    Integer,
    JsonObject,
    Map,
    Number,
    Open,
    Port,
    TextOrObject,
)
from jiffybox_sdk.models.responses.message_type import MessageType
from jiffybox_sdk.schemas import load
from jiffybox_sdk.validation import KINDS
from tests.support.schema_tools import items, members, replaced
from tests.support.scripted import example

OBJECTS = {
    kind: kind.replace("_", "-").replace("module", "module-doc")
    for kind, found in KINDS.items()
    if get_origin(found) is None and issubclass(found, Model)
}
"""The schemas of kinds that are objects."""


class Wire(Model, frozen=True):
    integer: Integer | None = None
    number: Number | None = None
    boolean: Boolean | None = None
    epoch: Epoch | None = None
    numbers: Map[Number] | None = None
    object: JsonObject | None = None
    day: Annotated[Weekday | Integer, Open()] | None = None
    slot: Annotated[TimeSlot | Integer, Open()] | None = None
    kind: Annotated[IpType | str, Open()] | None = None
    name: Annotated[str | Delegation, TextOrObject()] | None = None
    port: Port | None = None
    needed: Integer = 0


def forms(field: str, value: str) -> list[object]:
    """Return an object with one field in all forms that `validate` accepts."""
    text = f'{{"{field}": {value}}}'
    enveloped = f'{{"messages": [], "result": {text}}}'
    return [text, text.encode(), enveloped, json.loads(text), json.loads(enveloped)]


def moment(seconds: int) -> datetime:
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)


TOLERATED: list[tuple[str, str, object]] = [
    ("integer", "5", 5),
    ("integer", "-5", -5),
    ("integer", "5.0", 5),
    ("integer", "-0.0", 0),
    ("integer", "1e3", 1000),
    ("integer", '"5"', 5),
    ("integer", '"-5"', -5),
    ("integer", '"0"', 0),
    ("integer", '"9999999999999999999"', 9_999_999_999_999_999_999),
    ("integer", "9223372036854775808", 2**63),
    ("integer", "1" + "0" * 40, 10**40),
    ("integer", "null", None),
    ("day", "6", Weekday.SATURDAY),
    ("day", '"6"', Weekday.SATURDAY),
    ("day", "0.0", Weekday.SUNDAY),
    ("day", "9", 9),
    ("day", '"-1"', -1),
    ("slot", "0", TimeSlot.FROM_0_TO_4),
    ("slot", '"1"', TimeSlot.FROM_0_TO_4),
    ("slot", "3", 3),
    ("kind", '"public"', IpType.PUBLIC),
    ("kind", '"reserved"', "reserved"),
    ("name", '"a.example.org"', "a.example.org"),
    ("name", '""', ""),
    ("name", '{"delegatedTo": ["ns1"]}', Delegation(delegatedTo=["ns1"])),
    ("port", "80", 80),
    ("port", '"80"', 80),
    ("port", '""', None),
    ("number", "0.005", 0.005),
    ("number", "5", 5.0),
    ("number", "-1.5", -1.5),
    ("number", "1e-3", 0.001),
    ("number", '"12.99"', 12.99),
    ("number", '"5"', 5.0),
    ("number", '"0.50"', 0.5),
    ("number", '"-0.5"', -0.5),
    ("number", "null", None),
    ("boolean", "true", True),
    ("boolean", "false", False),
    ("boolean", '"true"', True),
    ("boolean", '"false"', False),
    ("boolean", "null", None),
    ("epoch", "0", moment(0)),
    ("epoch", "1460000000", datetime(2016, 4, 7, 3, 33, 20, tzinfo=UTC)),
    ("epoch", "1460000000.0", datetime(2016, 4, 7, 3, 33, 20, tzinfo=UTC)),
    ("epoch", '"1460000000"', datetime(2016, 4, 7, 3, 33, 20, tzinfo=UTC)),
    ("epoch", "20000000001", moment(20_000_000_001)),
    ("epoch", "253402300799", datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)),
    ("epoch", "null", None),
    ("numbers", "{}", {}),
    ("numbers", "[]", {}),
    ("numbers", '{"a": "1.5", "": 2}', {"a": 1.5, "": 2.0}),
    ("numbers", "null", None),
    ("object", "{}", {}),
    ("object", "[]", {}),
    ("object", '{"a": [], "b": null, "c": "5"}', {"a": [], "b": None, "c": "5"}),
    ("object", "null", None),
]


@pytest.mark.parametrize(("field", "value", "expected"), TOLERATED)
def test_deviations_of_the_service_are_accepted(field: str, value: str, expected: object) -> None:
    for form in forms(field, value):
        read = dict(validate(form, Wire))[field]
        assert read == expected
        assert type(read) is type(expected)


NEITHER = ['"abc"', '""', "[1]", "[[]]"]
NO_NUMBER = [
    *NEITHER, "true", "false", "NaN", "Infinity", "-Infinity", "[]", "{}",
    '"1_000"', '"nan"', '"NaN"', '"inf"', '"Infinity"', '" 5"', '"5 "', '"5\\n"', '"+5"', '"--5"', '"0x10"', '"0b1"',
    '"007"', '"-01"', '"1e3"', '"1E3"', '"5."', '".5"', '"-"', '"\\u0665"', '"1,5"', '"true"', '"5j"', '"9\\u0000"',
]  # fmt: skip
REFUSED: dict[str, list[str]] = {
    "integer": [*NO_NUMBER, "5.5", '"5.0"', '"5.5"', "1e-3", '"1' + "0" * 19 + '"'],
    "number": [*NO_NUMBER, '"1.' + "0" * 19 + '"', '"1' + "0" * 19 + '"', '"1.5.5"', '"1.-5"'],
    "day": [*NO_NUMBER, "5.5", '"SUNDAY"'],
    "slot": [*NO_NUMBER, "1.5", '"1.5"'],
    "kind": ["5", "true", "[]", "{}"],
    "name": ["5", "true", "[]", "[1]"],
    "port": ["true", "5.5", '" "', '"http"', "[]", "{}"],
    "boolean": [
        *NEITHER, "1", "0", "1.0", "[]", "{}", '"True"', '"TRUE"', '"1"', '"0"', '"yes"', '"on"', '"t"', '" true"',
        '"true\\n"', "NaN",
    ],
    "epoch": [
        *NO_NUMBER, "-1", "253402300800", '"-1"', '"253402300800"', "1460000000000", '"1460000000000"', "1460000000.5",
        '"1460000000.0"', '"2016-04-07T03:33:20Z"', '"2016-04-07T03:33:20+00:00"', '"2016-04-07"', '"2016-04-07 03:33"',
        "1e30", "1" + "0" * 400, '"PT5S"',
    ],
    "numbers": [*NEITHER, "5", "true", '"[]"', '"{}"', "[{}]", "[null]", "[[], []]", '[["a", 1]]'],
    "object": [*NEITHER, "5", "true", "false", '"[]"', '"{}"', "[{}]", "[null]", '[["a", 1]]'],
    "needed": [*NO_NUMBER, "null"],
}  # fmt: skip


@pytest.mark.parametrize(("field", "value"), [(field, value) for field, values in REFUSED.items() for value in values])
def test_other_conversions_of_pydantic_are_rejected(field: str, value: str) -> None:
    for form in forms(field, value):
        with pytest.raises(JiffyAttributeException) as refused:
            validate(form, Wire)
        assert (refused.value.missing, refused.value.wrong) == ((), (field,))


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("epoch", datetime(2016, 4, 7, tzinfo=UTC).replace(tzinfo=None)),
        ("epoch", date(2016, 4, 7)),
        ("epoch", timedelta(seconds=5)),
        ("integer", datetime(2016, 4, 7, tzinfo=UTC)),
        ("integer", b"5"),
        ("number", b"5"),
        ("boolean", b"true"),
        ("numbers", ()),
        ("numbers", set[str]()),
        ("object", ()),
        ("object", {1: 2}),
        ("object", {"a": object()}),
    ],
)
def test_python_objects_that_are_not_json_are_rejected(field: str, value: object) -> None:
    with pytest.raises(JiffyAttributeException) as refused:
        validate({field: value}, Wire)
    assert refused.value.missing == ()
    assert len(refused.value.wrong) == 1
    assert refused.value.wrong[0].startswith(field)


def test_times_are_aware_and_in_utc() -> None:
    for value in ("1460000000", '"1460000000"', "1460000000.0"):
        for form in forms("epoch", value):
            read = validate(form, Wire).epoch
            assert read is not None
            assert read.utcoffset() == timedelta(0)
            assert read.timestamp() == 1_460_000_000


@pytest.mark.parametrize("seconds", [0, 1, 1_460_000_000, LAST_EPOCH])
def test_times_in_any_zone_are_converted_to_utc(seconds: int) -> None:
    for zone in (UTC, timezone(timedelta(hours=-5))):
        read = validate({"epoch": moment(seconds).astimezone(zone)}, Wire)
        assert read.epoch == moment(seconds)
        assert read.model_dump(mode="json")["epoch"] == seconds


@pytest.mark.parametrize("kind", ["boxes", "plans", "distributions"])
def test_an_empty_list_is_an_empty_map(kind: str) -> None:
    payloads: list[object] = [[], "[]", b"[ ]", {"messages": [], "result": []}, '{"messages": [], "result": []}']
    for payload in payloads:
        assert validate(payload, KINDS[kind]) == {}
    for wrong in ("[1]", "[{}]", "[[]]", "null", "false", '""'):
        with pytest.raises(JiffyAttributeException) as refused:
            validate(wrong, KINDS[kind])
        assert refused.value.wrong == ("$",)


def test_empty_maps_in_a_box_may_be_lists() -> None:
    payload = replaced(replaced(example("box", 1), ("activeProfile", "disks"), []), ("metadata",), [])
    for form in (payload, json.dumps(payload)):
        read = validate(form, "box")
        assert read.metadata == {}
        assert read.activeProfile is not None
        assert read.activeProfile.disks == {}


def test_all_numbers_and_booleans_of_a_box_may_be_text() -> None:
    plain = example("box", 1)

    def spelled(value: JsonValue) -> JsonValue:
        if isinstance(value, dict):
            return {name: value[name] if name == "metadata" else spelled(value[name]) for name in value}
        if isinstance(value, list):
            return [spelled(item) for item in value]
        return value if isinstance(value, str) else json.dumps(value)

    assert validate(spelled(plain), "box") == validate(plain, "box")
    assert validate(json.dumps(spelled(plain)), "box") == validate(plain, "box")


@pytest.mark.parametrize(("text", "expected"), [("true", True), ("false", False), ('"true"', True), ('"false"', False)])
def test_done_is_a_boolean_or_text(text: str, expected: bool) -> None:  # noqa: FBT001 (a parameter of the test)
    for form in (text, text.encode(), f'{{"messages": [], "result": {text}}}'):
        assert validate(form, "done") is expected
    for wrong in ("1", "0", "null", "[]", "{}", '"1"', '"True"'):
        with pytest.raises(JiffyAttributeException):
            validate(wrong, "done")


def test_null_is_equivalent_to_an_absent_optional_field() -> None:
    absent = example("box")
    payload: JsonValue = {**absent, "host": None, "metadata": None, "runningSince": None, "activeProfile": None}
    payload = replaced(replaced(payload, ("plan", "cpus"), None), ("plan", "priceCap"), None)
    for form in (payload, json.dumps(payload)):
        read = validate(form, "box")
        assert (read.host, read.metadata, read.runningSince, read.activeProfile) == (None, None, None, None)
        assert (read.plan.cpus, read.plan.priceCap) == (None, None)


def test_unknown_fields_are_kept_at_any_depth() -> None:
    new: JsonValue = {"zone": [1, None, {"a": "5"}]}
    disk = ("activeProfile", "disks", "xvda", "new")
    payload: JsonValue = {**example("box", 1), "new": new}
    for path in (("plan", "new"), ("ips", "new"), disk[:1] + disk[3:], disk):
        payload = replaced(payload, path, new)
    for form in (payload, json.dumps(payload)):
        read = validate(form, "box")
        assert read.activeProfile is not None
        assert read.model_extra == {"new": new}
        for part in (read.plan, read.ips, read.activeProfile, read.activeProfile.disks["xvda"]):
            assert part.model_extra == {"new": new}
        assert members(read.model_dump(mode="json"))["new"] == new
    assert validate(example("box", 1), "box").model_extra == {}


@pytest.mark.parametrize("status", BoxStatus)
def test_a_known_state_is_a_member_of_the_enum(status: BoxStatus) -> None:
    payload = replaced({**example("box", 1), "status": status.value}, ("activeProfile", "status"), status.value)
    payload = replaced(payload, ("activeProfile", "disks", "xvda", "status"), status.value)
    for form in (payload, json.dumps(payload)):
        read = validate(form, "box")
        assert read.activeProfile is not None
        for found in (read.status, read.activeProfile.status, read.activeProfile.disks["xvda"].status):
            assert found is status
            assert found == status.value


@pytest.mark.parametrize("status", ["RESCUING", "ready", "READY ", "CHANGING_PLAN", ""])
def test_an_unknown_state_is_plain_text(status: str) -> None:
    payload = {**example("box", 1), "status": status}
    for form in (payload, json.dumps(payload)):
        found = validate(form, "box").status
        assert found == status
        assert type(found) is str


def test_unknown_types_of_messages_are_plain_text() -> None:
    for known in MessageType:
        found = validate({"type": known.value, "message": "x"}, "message").type
        assert found is known
        assert found == known.value
    for unknown in ("debug", "Error", ""):
        for form in ({"type": unknown, "message": "x"}, f'{{"type": "{unknown}", "message": "x"}}'):
            assert type(validate(form, "message").type) is str


@pytest.mark.parametrize("value", [5, None, True, [], {}, {"str": 1}, ["READY"]])
def test_a_state_that_is_not_text_is_wrong(value: JsonValue) -> None:
    for form in ({**example("disk"), "status": value}, json.dumps({**example("disk"), "status": value})):
        with pytest.raises(JiffyAttributeException) as refused:
            validate(form, "disk")
        assert (refused.value.missing, refused.value.wrong) == ((), ("status",))


@pytest.mark.parametrize("number", [0, 1])
def test_a_dumped_box_can_be_validated_again(number: int) -> None:
    payload: JsonValue = {**example("box", number), "new": [1, {"a": None}], "status": "RESCUING"}
    box = validate(payload, "box")
    for dump in (
        box.model_dump(),
        box.model_dump(mode="json"),
        box.model_dump(exclude_unset=True),
        box.model_dump_json(),
        box.model_dump_json(exclude_none=True, indent=2).encode(),
    ):
        again = validate(dump, "box")
        assert again == box
        assert type(again.status) is str
    assert box.model_dump()["created"] == box.created
    assert Box.model_validate(box.model_dump()) == box
    assert Box.model_validate_json(box.model_dump_json()) == box
    assert box.model_dump(mode="json", exclude_unset=True) == payload


@pytest.mark.parametrize("kind", OBJECTS)
def test_each_dumped_object_can_be_validated_again(kind: str) -> None:
    for sample in items(load(OBJECTS[kind])["examples"]):
        payload = {
            **members(sample),
            **{field: "" for field in ("password",) if field in members(sample)},
        }  # else masked
        read = validate(payload, KINDS[kind])
        assert isinstance(read, Model)
        assert validate(read.model_dump_json(), KINDS[kind]) == read
        assert read.model_dump(mode="json", exclude_unset=True) == payload
        assert type(read).model_validate(read.model_dump()) == read


def test_errors_in_an_object_that_may_be_text_have_their_path() -> None:
    for value, missing, wrong in (
        ("{}", ("name.delegatedTo",), ()),
        ('{"delegatedTo": 5}', (), ("name.delegatedTo",)),
        ('{"delegatedTo": ["ns1", 5]}', (), ("name.delegatedTo[1]",)),
    ):
        for form in forms("name", value):
            with pytest.raises(JiffyAttributeException) as refused:
                validate(form, Wire)
            assert (refused.value.missing, refused.value.wrong) == (missing, wrong)


def test_converted_values_are_dumped_converted() -> None:
    read = validate({"slot": 0, "day": "6", "port": "", "kind": "public"}, Wire)
    assert read.model_dump(mode="json", exclude_unset=True) == {"slot": 1, "day": 6, "port": None, "kind": "public"}
    assert validate(read.model_dump(), Wire) == read
    assert validate(read.model_dump_json(), Wire) == read


def test_accepted_metadata_can_be_read_back() -> None:
    read: list[int] = []
    for depth in (50, 180, 190, 200, 250, 800):
        nested: JsonValue = 1
        for _ in range(depth):
            nested = [nested]
        client = Emulator("instant").client()
        try:
            box = client.create_box("web", 44, distribution="centos_7_64bit", metadata={"a": nested})
        except JiffyArgumentException:
            continue
        assert box.refresh().metadata == {"a": nested}
        read.append(depth)
    assert 50 in read
