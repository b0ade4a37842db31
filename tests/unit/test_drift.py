"""What the schemas do not know is found wherever it stands, told by its place, and shown without its value."""

import copy
import json
import pickle
import sys
from collections.abc import Callable, Iterator, Mapping
from itertools import chain
from threading import Thread
from types import FrameType

import pytest
from pydantic import JsonValue, create_model

from jiffybox_sdk import Box, Drift, DriftEntry, JiffyArgumentException, JiffyAttributeException, validate
from jiffybox_sdk._common.drift_entry import DriftKind
from jiffybox_sdk.models import _notes
from jiffybox_sdk.models._base import Model
from jiffybox_sdk.models._fields import Boolean, Integer, JsonObject, Port
from jiffybox_sdk.models._reader import reader
from jiffybox_sdk.models.responses import plan
from jiffybox_sdk.schemas import load
from jiffybox_sdk.validation import KINDS
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

# Where the same kind of object stands in several fields, a pointer does not say which of them.
SEVERAL = {"backups", "backups_by_box", "module"}


def samples(schema: Schema) -> list[JsonValue]:
    """Payloads that fit a schema of a kind: its examples, or maps of them."""
    schema = resolve(schema)
    if "examples" in schema:
        return items(schema["examples"])
    if more := others(schema):
        return [{"7": sample, "8": sample} for sample in samples(more)]
    return [True] if schema["type"] == "boolean" else ["a text"]


CLEAN = [(kind, sample) for kind, schema in KIND_SCHEMAS.items() for sample in samples(schema)]
ENUMS = [load(name)["enum"] for name in ANSWERS if "enum" in load(name)]


def pointer(payload: JsonValue, schema: Schema, path: Path) -> str:
    """The pointer to a place: with a mark for each key of a map, and for each index."""
    fields = {spot.path for spot in spots(schema, payload) if spot.field}
    steps = [str(step) if path[: n + 1] in fields else "*" for n, step in enumerate(path)]
    return "".join(f"/{step}" for step in steps)


def same_place(kind: str, found: str, expected: str) -> bool:
    if kind not in SEVERAL:
        return found == expected
    one, other = found.split("/"), expected.split("/")
    return len(one) == len(other) and all(a in (b, "*") for a, b in zip(one, other, strict=True))


def check_one(kind: str, payload: JsonValue, place: str, what: DriftKind, example: str) -> None:
    """Expects one thing, in whatever form the payload comes."""
    for form in (payload, json.dumps(payload), json.dumps({"messages": [], "result": payload}).encode()):
        if kind == "envelope" and isinstance(form, bytes):
            continue
        [entry] = Drift().check(form, kind)
        assert same_place(kind, entry.pointer, place)
        assert (entry.what, entry.example, entry.count) == (what, example, 1)


def places(wanted: Callable[[Spot, JsonValue], bool]) -> Iterator[tuple[str, JsonValue, Spot]]:
    for kind, payload in CLEAN:
        for spot in spots(KIND_SCHEMAS[kind], payload):
            if wanted(spot, at(payload, spot.path)):
                yield kind, payload, spot


def open_enum(spot: Spot) -> bool:
    choices = [resolve(members(choice)) for choice in items(spot.schema.get("anyOf"))]
    return any("enum" in choice for choice in choices)


def test_what_the_schemas_know_is_no_drift() -> None:
    drift = Drift()
    for kind, payload in CLEAN:
        assert drift.check(payload, kind) == ()
    assert (len(drift), drift.entries, drift.counts) == (0, (), {"field": 0, "state": 0, "type": 0})


def test_a_new_field_is_found_in_each_object() -> None:
    seen = 0
    for kind, payload in CLEAN:
        schema = KIND_SCHEMAS[kind]
        whole = Spot((), resolve(schema))
        for spot in chain([whole], spots(schema, payload)):
            found = at(payload, spot.path)
            if isinstance(found, dict) and "metadata" not in spot.path and "result" not in spot.path:
                if others(spot.schema) is not None or "properties" not in spot.schema:
                    continue
                changed = replaced(payload, (*spot.path, "a/b~c"), {"zone": [1], "5": None})
                place = pointer(payload, schema, spot.path) + "/a~1b~0c"
                check_one(kind, changed, place, "field", "{zone: [integer], *: null}")
                seen += 1
    assert seen > 60


@pytest.mark.parametrize(
    ("new", "shown"),
    [("RESCUING", "RESCUING"), ("IN DOUBT 2", "IN DOUBT 2"), (PASSWORD, "text"), ("", "text"), ("A" * 41, "text")],
)
def test_a_new_state_is_found_wherever_one_stands_and_shown_if_it_looks_like_one(new: str, shown: str) -> None:
    found = list(places(lambda spot, value: open_enum(spot) and isinstance(value, str)))
    assert len(found) > 20
    for kind, payload, spot in found:
        changed = replaced(payload, spot.path, new)
        check_one(kind, changed, pointer(payload, KIND_SCHEMAS[kind], spot.path), "state", shown)


def test_a_new_number_of_an_enum_is_found_and_not_shown() -> None:
    found = list(places(lambda spot, value: open_enum(spot) and isinstance(value, int)))
    assert len(found) > 5
    for kind, payload, spot in found:
        changed = replaced(payload, spot.path, 99)
        check_one(kind, changed, pointer(payload, KIND_SCHEMAS[kind], spot.path), "state", "integer")


TYPES: Mapping[str, str] = {"integer": "an integer", "number": "a number", "boolean": "a boolean"}


def test_a_number_and_a_boolean_as_text_are_found_wherever_they_stand_but_where_that_is_usual() -> None:
    seen: list[str] = []
    for kind, payload, spot in places(lambda _, value: isinstance(value, int | float)):
        if "metadata" in spot.path or "result" in spot.path:
            continue
        changed = replaced(payload, spot.path, json.dumps(at(payload, spot.path)))
        place = pointer(payload, KIND_SCHEMAS[kind], spot.path)
        if spot.path[-1] == "floating":
            assert Drift().check(changed, kind) == ()
            continue
        meant = str(spot.schema.get("type", "integer"))
        check_one(kind, changed, place, "type", f"text in place of {TYPES[meant]}")
        seen.append(meant)
    assert {*seen} == {*TYPES}
    assert len(seen) > 150


def test_what_is_usual_is_no_drift() -> None:
    usual: list[tuple[str, JsonValue]] = [
        ("ip", {**example("ip"), "floating": "true", "id": 5.0}),
        ("check", {**example("check"), "port": ""}),
        ("box", {**example("box", 1), "metadata": [], "host": None}),
        *(("backups", {**example("backups"), "time": slot}) for slot in range(7)),
        *(("schedule", {**example("schedule"), "timeid": slot}) for slot in range(7)),
        ("boxes", []),
    ]
    for kind, payload in usual:
        assert Drift().check(payload, kind) == ()


@pytest.mark.parametrize(
    ("kind", "field", "value"), [("backups", "time", 7), ("backups", "day", 7), ("schedule", "dayid", 3.5e9)]
)
def test_other_numbers_than_the_usual_ones_are_drift(kind: str, field: str, value: float) -> None:
    [entry] = Drift().check({**example(kind), field: value}, kind)
    assert (entry.pointer, entry.what) == (f"/{field}", "state")


@pytest.mark.parametrize(("field", "came"), _notes.USUAL)
def test_each_row_of_the_table_of_what_is_usual_is_needed(
    field: str, came: _notes.Coercion, monkeypatch: pytest.MonkeyPatch
) -> None:
    ways: Mapping[_notes.Coercion, tuple[object, JsonValue]] = {
        "text": (Boolean, "true"),
        "empty list": (JsonObject, []),
        "empty text": (Port, ""),
        "fraction": (Integer, 5.0),
    }
    declared, value = ways[came]
    name = "floating" if field == "*" else field
    tables: list[Mapping[tuple[str, _notes.Coercion], str]] = [_notes.USUAL, {}]
    for table, expected in zip(tables, ([], [(f"/{name}", "type")]), strict=True):
        monkeypatch.setattr(_notes, "USUAL", table)
        fields: dict[str, tuple[object, object]] = {name: (declared, ...)}
        model = unchecked(create_model)("Made", __base__=Model, **fields)
        found = Drift().check({name: value}, model)
        assert [(entry.pointer, entry.what) for entry in found] == expected


def test_no_other_model_has_a_field_whose_name_is_in_the_table() -> None:
    named = {field for field, _ in _notes.USUAL if field != "*"}
    having = [name for name in ANSWERS if named & members(load(name).get("properties")).keys()]
    assert having == ["ip"]


def test_many_boxes_give_one_entry_with_a_count() -> None:
    listed: JsonValue = {str(n): {**example("box", 1), "zone": n} for n in range(1, 501)}
    drift = Drift()
    assert drift.check(listed, "boxes") == (DriftEntry("map of Box", "/*/zone", "field", "integer", 500),)
    drift.check(listed, dict[str, Box])
    assert [entry.count for entry in drift.entries] == [1000]
    assert drift.counts == {"field": 1000, "state": 0, "type": 0}


def test_several_things_are_told_apart_and_states_one_by_one() -> None:
    drift = Drift()
    for state, new in (("RESCUING", 1), ("RESCUING", "text"), ("LOST", None)):
        drift.check({**example("box"), "status": state, "id": "5", "new": new}, "box")
    assert [(entry.pointer, entry.what, entry.example, entry.count) for entry in drift.entries] == [
        ("/id", "type", "text in place of an integer", 3),
        ("/status", "state", "RESCUING", 2),
        ("/new", "field", "integer", 3),  # what the first one looked like
        ("/status", "state", "LOST", 1),
    ]
    assert [str(entry) for entry in drift.entries] == [
        "Box /id: text in place of an integer",
        "Box /status: unknown value, RESCUING",
        "Box /new: unknown field, integer",
        "Box /status: unknown value, LOST",
    ]
    drift.clear()
    assert (drift.entries, len(drift)) == ((), 0)


def test_what_stands_around_a_result_is_found_too() -> None:
    payload = {"messages": [{"type": "HINT", "message": "x", "code": 5}], "result": True, "took": 0.1}
    assert [(entry.model, entry.pointer, entry.example) for entry in Drift().check(payload, "done")] == [
        ("Envelope", "/messages/*/type", "HINT"),
        ("Envelope", "/messages/*/code", "integer"),
        ("Envelope", "/took", "number"),
    ]
    assert Drift().check(payload, "done") == Drift().check(payload, "envelope")


def test_a_result_that_is_no_object_may_drift_itself() -> None:
    assert list(map(str, Drift().check('"true"', "done"))) == ["bool itself: text in place of a boolean"]
    [entry] = Drift().check({"messages": [], "result": "false"}, bool)
    assert (entry.pointer, entry.what) == ("", "type")


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (PASSWORD, "text"),
        (None, "null"),
        (True, "boolean"),
        (1.5, "number"),
        ([], "[]"),
        ([[[[PASSWORD]]]], "[[[]]]"),
        ({"a": {"b": {"c": {"d": PASSWORD}}}}, "{a: {b: {}}}"),
        ({"password": PASSWORD, "1234": 1, "0123456789abcdef": 1}, "{password: text, *: integer, *: integer}"),
        (
            {f"field{n}": n for n in range(10)},
            "{" + ", ".join(f"field{n}: integer" for n in range(8)) + ", and 2 more}",
        ),
    ],
)
def test_of_an_unknown_value_only_its_form_is_shown(value: JsonValue, shown: str) -> None:
    [entry] = Drift().check({**example("plan"), "new": value}, "plan")
    assert entry.example == shown


@pytest.mark.parametrize("name", ["1234", "0123456789abcdef0123456789ABCDEF", "a" * 65, "a\nb", "", "\x1b[2J"])
def test_a_name_that_is_an_id_or_no_name_is_not_shown(name: str) -> None:
    [entry] = Drift().check({**example("plan"), name: 5}, "plan")
    assert entry.pointer == "/*"
    assert str(entry).isprintable()


def test_a_model_of_a_user_is_looked_at_for_what_it_says() -> None:
    class Cored(plan.Plan, frozen=True):
        cores: int
        other: plan.Plan | None = None

    payload: dict[str, JsonValue] = {**example("plan"), "cores": 4}
    assert Drift().check(payload, Cored) == ()
    [one, other] = Drift().check({**payload, "new": 1, "other": {**example("plan"), "id": "4"}}, Cored)
    assert (one.model, one.pointer, other.pointer) == ("Cored", "/other/id", "/new")


def test_a_payload_that_breaks_its_schema_is_refused_and_what_was_met_is_kept() -> None:
    drift = Drift()
    renamed: JsonValue = {**members(removed(example("plan"), ("ramInMB",))), "memoryInMB": 2048}
    forms: list[object] = [renamed, json.dumps(renamed), {"messages": [], "result": renamed}]
    for form in forms:
        with pytest.raises(JiffyAttributeException) as refused:
            drift.check(form, "plan")
        assert refused.value.missing == ("ramInMB",)
    assert drift.entries == (DriftEntry("Plan", "/memoryInMB", "field", "integer", 3),)
    worse: list[object] = [b"{", "\ud800", {"messages": 5, "result": {}}]
    for broken in worse:
        with pytest.raises(JiffyAttributeException):
            drift.check(broken, "plan")


@pytest.mark.parametrize("kind", ["nope", "", 5, []])
def test_a_kind_that_is_none_is_refused(kind: object) -> None:
    with pytest.raises(JiffyArgumentException, match=r"expected a model"):
        unchecked(Drift().check)({}, kind)


def test_a_report_is_bounded_and_says_how_much_it_left_out() -> None:
    drift = Drift(max_entries=3)
    many = {**example("plan"), **{f"new{n}": n for n in range(5)}}
    assert [len(drift.check(many, "plan")) for _ in range(2)] == [5, 5]
    assert [(entry.pointer, entry.count) for entry in drift.entries] == [("/new0", 2), ("/new1", 2), ("/new2", 2)]
    assert (len(drift), drift.left_out) == (3, 4)
    drift.clear()
    assert drift.left_out == 0
    endless = {**example("plan"), **{f"new{n}": n for n in range(_notes.MOST_NOTES + 9)}}
    assert len(Drift().check(endless, "plan")) == _notes.MOST_NOTES


def test_threads_may_share_a_report() -> None:
    drift = Drift()
    payloads = [{**example("plan"), f"new{n % 3}": n, "id": "5"} for n in range(30)]

    def look() -> None:
        for payload in payloads:
            drift.check(payload, "plan")

    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        threads = [Thread(target=look) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    finally:
        sys.setswitchinterval(interval)
    assert drift.counts == {"field": 240, "state": 0, "type": 240}
    assert [entry.count for entry in drift.entries if entry.what == "field"] == [80, 80, 80]


def test_reports_can_be_copied_pickled_and_added_up() -> None:
    drift = Drift(max_entries=2)
    drift.check({**example("plan"), "a": 1, "b": 2, "c": 3}, "plan")
    for twin in (copy.copy(drift), copy.deepcopy(drift), pickle.loads(pickle.dumps(drift))):  # noqa: S301 (our own)
        assert (twin.entries, twin.left_out, repr(twin)) == (drift.entries, 1, "<Drift with 2 entries>")
        twin.check({**example("plan"), "a": 1, "d": 1}, "plan")
        assert [entry.count for entry in twin.entries] == [2, 1]
        assert (twin.left_out, [entry.count for entry in drift.entries]) == (2, [1, 1])
    whole = Drift()
    assert whole.add(drift.entries) == drift.entries
    assert whole.add(drift.entries) == ()
    assert [entry.count for entry in whole.entries] == [2, 2]


def functions_run(call: Callable[[], object]) -> list[str]:
    """The functions of the module that notes drift which a call runs."""
    run: list[str] = []

    def watch(frame: FrameType, event: str, _: object) -> None:
        if event == "call" and frame.f_code.co_filename == _notes.__file__:
            run.append(frame.f_code.co_name)

    sys.setprofile(watch)
    try:
        call()
    finally:
        sys.setprofile(None)
    return run


def test_for_a_value_that_is_known_nothing_runs_that_could_note_it() -> None:
    kept = _notes.Notes()
    for kind, payload in CLEAN:
        encoded = json.dumps({"messages": [], "result": payload})
        expected = reader(KINDS[kind])
        assert functions_run(lambda: expected.enveloped.validate_json(encoded, context=kept)) == []  # noqa: B023
    addresses = json.dumps({"5": {**example("ip"), "floating": "false", "id": 5.0}})
    assert functions_run(lambda: reader(KINDS["ips"]).bare.validate_json(addresses, context=kept)) == []
    assert not kept
    new = json.dumps({**example("plan"), "new": 1})
    assert functions_run(lambda: validate(new, "plan")) == ["_note_name", "_note_value"]
