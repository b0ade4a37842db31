"""Drift: which unknown fields, values and types are reported, by which JSON Pointer, and without their values."""

import copy
import json
import pickle
import sys
from collections.abc import Callable, Iterator, Mapping
from itertools import chain
from threading import Thread
from types import FrameType
from typing import Annotated

import pytest
from pydantic import Field, JsonValue, create_model
from pydantic_core import SchemaValidator

from jiffybox_sdk import (
    Box,
    BoxStatus,
    Drift,
    DriftEntry,
    JiffyArgumentException,
    JiffyAttributeException,
    Weekday,
    validate,
)
from jiffybox_sdk.drift import MOST_ENTRIES, entries_in
from jiffybox_sdk.models import _fields
from jiffybox_sdk.models._base import Model
from jiffybox_sdk.models._fields import (
    FIELD,
    NULL,
    STATE,
    TOLERANCES,
    Boolean,
    Flags,
    Integer,
    JsonObject,
    Number,
    Open,
    Shape,
)
from jiffybox_sdk.models._reader import reader
from jiffybox_sdk.models.responses import plan
from jiffybox_sdk.schemas import load
from jiffybox_sdk.validation import KINDS, Finding
from jiffybox_sdk.validation._shapes import shape_of
from jiffybox_sdk.validation._walk import Walk
from tests.support.payloads import at
from tests.support.schema_tools import (
    ANSWERS,
    KIND_SCHEMAS,
    Path,
    Schema,
    Spot,
    items,
    members,
    others,
    removed,
    replaced,
    resolve,
    spots,
)
from tests.support.scripted import PASSWORD, example, unchecked


def samples(schema: Schema) -> list[JsonValue]:
    """Return valid payloads of a kind: the examples in its schema, or maps of them."""
    schema = resolve(schema)
    if "examples" in schema:
        return items(schema["examples"])
    if more := others(schema):
        return [{"7": sample, "8": sample} for sample in samples(more)]
    return [True] if schema["type"] == "boolean" else ["a text"]


VALID = [(kind, sample) for kind, schema in KIND_SCHEMAS.items() for sample in samples(schema)]


def pointer_of(payload: JsonValue, schema: Schema, path: Path) -> str:
    """Return the JSON Pointer of a path, with `*` for keys of maps and for indexes."""
    fields = {spot.path for spot in spots(schema, payload) if spot.field}
    steps = [str(step) if path[: n + 1] in fields else "*" for n, step in enumerate(path)]
    return "".join(f"/{step}" for step in steps)


def assert_one_entry(kind: str, payload: JsonValue, pointer: str, rule: str, found: str) -> None:
    """Check a payload as a value, as JSON text and in an envelope, and expect one entry each time."""
    for form in (payload, json.dumps(payload), json.dumps({"messages": [], "result": payload}).encode()):
        if kind == "envelope" and isinstance(form, bytes):
            continue
        [entry] = Drift().check(form, kind)
        assert (entry.pointer, entry.rule, entry.found, entry.count) == (pointer, rule, found, 1)


def matching_spots(wanted: Callable[[Spot, JsonValue], bool]) -> Iterator[tuple[str, JsonValue, Spot]]:
    for kind, payload in VALID:
        for spot in spots(KIND_SCHEMAS[kind], payload):
            if wanted(spot, at(payload, spot.path)):
                yield kind, payload, spot


def has_open_enum(spot: Spot) -> bool:
    choices = [resolve(members(choice)) for choice in items(spot.schema.get("anyOf"))]
    return any("enum" in choice for choice in choices)


def test_valid_payloads_have_no_drift() -> None:
    drift = Drift()
    for kind, payload in VALID:
        assert drift.check(payload, kind) == ()
    assert (len(drift), drift.entries, drift.counts) == (0, (), {})


def test_an_unknown_field_is_reported_in_every_object() -> None:
    count = 0
    for kind, payload in VALID:
        schema = KIND_SCHEMAS[kind]
        root = Spot((), resolve(schema))
        for spot in chain([root], spots(schema, payload)):
            value = at(payload, spot.path)
            if isinstance(value, dict) and "metadata" not in spot.path and "result" not in spot.path:
                if others(spot.schema) is not None or "properties" not in spot.schema:
                    continue
                changed = replaced(payload, (*spot.path, "a/b~c"), {"zone": [1], "5": None})
                pointer = pointer_of(payload, schema, spot.path) + "/a~1b~0c"
                assert_one_entry(kind, changed, pointer, "unknown-field", "object")
                count += 1
    assert count > 60


def test_an_unknown_state_is_reported_in_every_field_of_an_enum() -> None:
    enums = list(matching_spots(lambda spot, value: has_open_enum(spot) and isinstance(value, str)))
    assert len(enums) > 20
    for kind, payload, spot in enums:
        pointer = pointer_of(payload, KIND_SCHEMAS[kind], spot.path)
        for new in ("RESCUING", PASSWORD, ""):
            assert_one_entry(kind, replaced(payload, spot.path, new), pointer, "unknown-state", "string")


def test_an_unknown_number_of_an_enum_is_reported_without_its_value() -> None:
    enums = list(matching_spots(lambda spot, value: has_open_enum(spot) and isinstance(value, int)))
    assert len(enums) > 5
    for kind, payload, spot in enums:
        changed = replaced(payload, spot.path, 99)
        assert_one_entry(kind, changed, pointer_of(payload, KIND_SCHEMAS[kind], spot.path), "unknown-state", "integer")


def test_numbers_and_booleans_as_text_are_reported_except_known_quirks() -> None:
    tested: list[str] = []
    for kind, payload, spot in matching_spots(lambda _, value: isinstance(value, int | float)):
        if "metadata" in spot.path or "result" in spot.path:
            continue
        changed = replaced(payload, spot.path, json.dumps(at(payload, spot.path)))
        pointer = pointer_of(payload, KIND_SCHEMAS[kind], spot.path)
        if spot.path[-1] == "floating":
            assert Drift().check(changed, kind) == ()
            continue
        expected_type = str(spot.schema.get("type", "integer"))
        assert_one_entry(kind, changed, pointer, "coerced", "string")
        tested.append(expected_type)
    assert {*tested} == {"integer", "number", "boolean"}
    assert len(tested) > 150


def test_known_quirks_of_the_service_are_not_drift() -> None:
    payloads: list[tuple[str, JsonValue]] = [
        ("ip", {**example("ip"), "floating": "true", "id": 5.0}),
        ("check", {**example("check"), "port": ""}),
        ("box", {**example("box", 1), "metadata": [], "host": None}),
        *(("backups", {**example("backups"), "time": slot}) for slot in range(7)),
        *(("schedule", {**example("schedule"), "timeid": slot}) for slot in range(7)),
        ("boxes", []),
    ]
    for kind, payload in payloads:
        assert Drift().check(payload, kind) == ()


@pytest.mark.parametrize(
    ("kind", "field", "value"), [("backups", "time", 7), ("backups", "day", 7), ("schedule", "dayid", 3.5e9)]
)
def test_other_unknown_numbers_are_drift(kind: str, field: str, value: float) -> None:
    [entry] = Drift().check({**example(kind), field: value}, kind)
    assert (entry.pointer, entry.rule) == (f"/{field}", "unknown-state")


def test_field_names_in_the_table_of_quirks_are_unique() -> None:
    names = {"floating"}
    models = [name for name in ANSWERS if names & members(load(name).get("properties")).keys()]
    assert models == ["ip"]


def test_drift_of_many_boxes_is_one_entry_with_a_count() -> None:
    listed: JsonValue = {str(n): {**example("box", 1), "zone": n} for n in range(1, 501)}
    drift = Drift()
    assert drift.check(listed, "boxes") == (DriftEntry("map of Box", "/*/zone", "unknown-field", None, "integer", 500),)
    drift.check(listed, dict[str, Box])
    assert [entry.count for entry in drift.entries] == [1000]
    assert drift.counts == {"unknown-field": 1000}


def test_entries_differ_by_place_and_rule() -> None:
    drift = Drift()
    for state, new in (("RESCUING", 1), ("RESCUING", "text"), ("LOST", None)):
        drift.check({**example("box"), "status": state, "id": "5", "new": new}, "box")
    states = ", ".join(BoxStatus)
    assert drift.entries == (
        DriftEntry("Box", "/id", "coerced", "integer", "string", 3),
        DriftEntry("Box", "/status", "unknown-state", f"one of {states}", "string", 3),
        DriftEntry("Box", "/new", "unknown-field", None, "integer", 3),  # the type of the first one
    )
    assert [str(entry) for entry in drift.entries] == [
        "Box /id: coerced: expected integer, found string",
        f"Box /status: unknown-state: expected one of {states}, found string",
        "Box /new: unknown-field: found integer",
    ]
    drift.clear()
    assert not drift.entries


def test_drift_of_the_envelope_is_reported() -> None:
    payload = {"messages": [{"type": "HINT", "message": "x", "code": 5}], "result": True, "results": 0.1}
    assert [(entry.model, entry.pointer, entry.found) for entry in Drift().check(payload, "done")] == [
        ("Envelope", "/messages/*/type", "string"),
        ("Envelope", "/messages/*/code", "integer"),
        ("Envelope", "/results", "number"),
    ]
    assert Drift().check(payload, "done") == Drift().check(payload, "envelope")


def test_drift_of_a_bare_value_has_an_empty_pointer() -> None:
    assert list(map(str, Drift().check('"true"', "done"))) == ["bool itself: coerced: expected boolean, found string"]
    [entry] = Drift().check({"messages": [], "result": "false"}, bool)
    assert (entry.pointer, entry.rule) == ("", "coerced")


@pytest.mark.parametrize("name", ["1234", "0123456789abcdef0123456789ABCDEF", "a" * 65, "a\nb", "", "\x1b[2J"])
def test_field_names_that_may_be_ids_or_secrets_are_not_shown(name: str) -> None:
    [entry] = Drift().check({**example("plan"), name: 5}, "plan")
    assert entry.pointer == "/*"
    assert str(entry).isprintable()


def test_the_fields_of_a_users_model_are_known() -> None:
    class PlanWithCores(plan.Plan, frozen=True):
        cores: int
        other: plan.Plan | None = None

    payload: dict[str, JsonValue] = {**example("plan"), "cores": 4}
    assert Drift().check(payload, PlanWithCores) == ()
    [first, second] = Drift().check({**payload, "new": 1, "other": {**example("plan"), "id": "4"}}, PlanWithCores)
    assert (first.model, first.pointer, second.pointer) == ("PlanWithCores", "/other/id", "/new")


def test_names_of_a_users_model_do_not_hide_drift() -> None:
    class Titled(plan.Plan, frozen=True, title="A plan"):
        other: plan.Plan | None = None
        sockets: Annotated[Integer, Field(alias="cpuSockets")]

    result: JsonValue = {**example("plan"), "cpus": "2", "other": {**example("plan"), "new": 1}, "cpuSockets": "1"}
    payload: JsonValue = {"messages": [], "result": result}
    flags = Flags()
    reader(Titled).enveloped.validate_json(json.dumps(payload), context=flags)  # as clients do
    of_client = entries_in(payload, Titled, flagged=frozenset(flags.names))
    assert [entry.pointer for entry in of_client] == ["/cpus", "/other/new", "/cpuSockets"]
    assert Drift().check(payload, Titled) == of_client


def test_a_known_quirk_does_not_hide_drift_of_the_same_form() -> None:
    for day, time in ((9, 3), (1, 9)):
        flags = Flags()
        backups = json.dumps({**example("backups"), "day": day, "time": time})
        reader(KINDS["backups"]).bare.validate_json(backups, context=flags)
        assert flags.new


def test_large_integers_are_not_drift() -> None:
    [entry] = Drift().check({**example("backups"), "day": 10**30, "new": 10**30}, "backups")[:1]
    assert (entry.pointer, entry.rule) == ("/day", "unknown-state")
    assert Drift().check({**example("plan"), "id": 10**30}, "plan") == ()


def test_an_invalid_payload_raises_and_its_drift_is_kept() -> None:
    drift = Drift()
    renamed: JsonValue = {**members(removed(example("plan"), ("ramInMB",))), "memoryInMB": 2048}
    forms: list[object] = [renamed, json.dumps(renamed), {"messages": [], "result": renamed}]
    for form in forms:
        with pytest.raises(JiffyAttributeException) as raised:
            drift.check(form, "plan")
        assert raised.value.missing == ("ramInMB",)
    assert drift.entries == (DriftEntry("Plan", "/memoryInMB", "unknown-field", None, "integer", 3),)
    unreadable: list[object] = [b"{", "\ud800", {"messages": 5, "result": {}}]
    for payload in unreadable:
        with pytest.raises(JiffyAttributeException):
            drift.check(payload, "plan")


@pytest.mark.parametrize("kind", ["nope", "", 5, []])
def test_an_unknown_kind_is_rejected(kind: object) -> None:
    with pytest.raises(JiffyArgumentException, match=r"expected a model"):
        unchecked(Drift().check)({}, kind)


def test_the_number_of_entries_is_limited_and_the_rest_counted() -> None:
    drift = Drift(max_entries=3)
    many = {**example("plan"), **{f"new{n}": n for n in range(5)}}
    assert [len(drift.check(many, "plan")) for _ in range(2)] == [5, 5]
    assert [(entry.pointer, entry.count) for entry in drift.entries] == [("/new0", 2), ("/new1", 2), ("/new2", 2)]
    assert (len(drift), drift.left_out) == (3, 4)
    drift.clear()
    assert drift.left_out == 0
    excessive = {**example("plan"), **{f"new{n}": n for n in range(MOST_ENTRIES + 9)}}
    assert len(Drift().check(excessive, "plan")) == MOST_ENTRIES


def test_threads_can_share_a_drift_report() -> None:
    drift = Drift()
    payloads = [{**example("plan"), f"new{n % 3}": n, "id": "5"} for n in range(30)]

    def check_all() -> None:
        for payload in payloads:
            drift.check(payload, "plan")

    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        threads = [Thread(target=check_all) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    finally:
        sys.setswitchinterval(interval)
    assert drift.counts == {"coerced": 240, "unknown-field": 240}
    assert [entry.count for entry in drift.entries if entry.rule == "unknown-field"] == [80, 80, 80]


def test_drift_reports_can_be_copied_pickled_and_added() -> None:
    drift = Drift(max_entries=2)
    drift.check({**example("plan"), "a": 1, "b": 2, "c": 3}, "plan")
    for duplicate in (copy.copy(drift), copy.deepcopy(drift), pickle.loads(pickle.dumps(drift))):  # noqa: S301
        assert (duplicate.entries, duplicate.left_out, repr(duplicate)) == (drift.entries, 1, "<Drift with 2 entries>")
        duplicate.check({**example("plan"), "a": 1, "d": 1}, "plan")
        assert [entry.count for entry in duplicate.entries] == [2, 1]
        assert (duplicate.left_out, [entry.count for entry in drift.entries]) == (2, [1, 1])
    total = Drift()
    assert total.add(drift.entries) == drift.entries
    assert total.add(drift.entries) == ()
    assert [entry.count for entry in total.entries] == [2, 2]


def functions_run(call: Callable[[], object]) -> list[str]:
    """Return the names of the functions in `models/_fields.py` that a call runs."""
    names: list[str] = []

    def profile(frame: FrameType, event: str, _: object) -> None:
        if event == "call" and frame.f_code.co_filename == _fields.__file__:
            names.append(frame.f_code.co_name)

    sys.setprofile(profile)
    try:
        call()
    finally:
        sys.setprofile(None)
    return names


def test_known_values_add_no_calls_to_the_validation() -> None:
    flags = Flags()
    for kind, payload in VALID:
        encoded = json.dumps({"messages": [], "result": payload})
        kind_reader = reader(KINDS[kind])
        called = functions_run(lambda: kind_reader.enveloped.validate_json(encoded, context=flags))  # noqa: B023
        assert {*called} <= {"<lambda>"}  # text or an object
    assert not flags.names
    addresses = json.dumps({"5": {**example("ip"), "floating": "false", "id": 5.0}})
    reader(KINDS["ips"]).bare.validate_json(addresses, context=flags)
    assert (flags.names, flags.quirks, flags.new) == ({("Ip", "floating")}, {"text for a boolean": True}, False)
    unknown = json.dumps({**example("plan"), "new": 1})
    assert functions_run(lambda: validate(unknown, "plan")) == ["flag"]


TOLERATED: Mapping[str, tuple[object, JsonValue]] = {
    "text for an integer": (Integer, "5"),
    "text for a number": (Number, "0.5"),
    "text for a boolean": (Boolean, "true"),
    "an empty list for an empty map": (JsonObject, []),
    NULL: (str | None, None),
    STATE: (Annotated[Weekday | Integer, Open()], 9),
    FIELD: (Integer, 5),
}


@pytest.mark.parametrize("tolerance", TOLERANCES)
@pytest.mark.parametrize("name", ["field", "floating"])
def test_without_its_row_a_deviation_is_an_error_everywhere(
    tolerance: str, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Shape, "validator", property(lambda shape: SchemaValidator(shape.schema(None))))  # not cached
    annotation, value = TOLERATED[tolerance]
    default = None if tolerance == NULL else ...

    def judged() -> tuple[bool, list[str], int]:
        """Return the verdict, the severities of the findings, and the number of entries of drift."""
        fields: dict[str, tuple[object, object]] = {} if tolerance == FIELD else {name: (annotation, default)}
        model = unchecked(create_model)("Custom", __base__=Model, **fields)
        findings: list[Finding] = []
        Walk(findings.append).start(shape_of(model), {name: value})
        drift = Drift()
        try:
            drift.check({name: value}, model)
            validate({name: value}, model)
        except JiffyAttributeException:
            return False, [finding.severity for finding in findings], len(drift)
        return True, [finding.severity for finding in findings], len(drift)

    is_quirk = TOLERANCES[tolerance].is_quirk(name)
    assert judged() == (True, ["note" if is_quirk else "warning"], int(not is_quirk))
    monkeypatch.delitem(TOLERANCES, tolerance)
    assert judged() == (False, ["error"], 0)
