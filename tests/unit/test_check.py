"""Tests for `check`: exactly one finding for each deviation, at its place."""

import pytest
from pydantic import JsonValue
from pydantic_core import to_json

from jiffybox_sdk import AsyncBox, Box, JiffyArgumentException, Plan, validate
from jiffybox_sdk.models._base import Model
from jiffybox_sdk.models.responses.addresses import Addresses
from jiffybox_sdk.models.responses.disk import Disk
from jiffybox_sdk.schemas import load
from jiffybox_sdk.validation import KINDS, Checked, Finding, Rule, Severity, Standing, check
from tests.support.schema_tools import (
    ANSWERS,
    KIND_SCHEMAS,
    Path,
    Schema,
    anything,
    items,
    members,
    others,
    removed,
    replaced,
    resolve,
)
from tests.support.scripted import PASSWORD, example, unchecked
from tests.support.validation import BROKEN, NOT_JSON, places, refused, samples, wrong_values

NEW = "brand ~new/"
"""A name that a JSON Pointer has to escape."""
NEW_VALUES: list[JsonValue] = ["text", None, [], {"a": [1]}]


def pointer(path: Path) -> str:
    return "".join(f"/{str(step).replace('~', '~0').replace('/', '~1')}" for step in path)


def standing(kind: str, path: Path) -> JsonValue:
    """Return the standing in the schemas of the field at a path, or of the field that contains it."""
    schema, found = resolve(KIND_SCHEMAS[kind]), None
    for step in path:
        inside = [node for node in [schema, *choices(schema)] if WITHIN & node.keys()]
        schema = inside[0] if inside else NOTHING
        fields = members(schema.get("properties"))
        if step in fields:
            schema = members(fields[str(step)])
            found = schema["x-standing"]
        else:
            found = None if fields else found
            schema = members(schema.get("items") or schema.get("additionalProperties"))
        schema = resolve(schema)
    return found


WITHIN = {"properties", "additionalProperties", "items"}
NOTHING: Schema = {}


def choices(schema: Schema) -> list[Schema]:
    return [resolve(members(choice)) for choice in items(schema.get("anyOf"))]


def told(kind: str, payload: JsonValue) -> list[tuple[Rule, Severity, str, Standing | None]]:
    """Return the findings in a payload, which are the same for JSON, Python objects and envelopes."""
    forms: list[object] = [to_json(payload), to_json(payload).decode(), bytearray(to_json(payload, indent=2))]
    if not isinstance(payload, str):  # which would be JSON
        forms.append(payload)
    first, *rest = [check(form, KINDS[kind]) for form in forms]
    assert all(form.findings == first.findings for form in rest)
    if kind != "envelope":
        found = check(to_json({"messages": [], "result": payload}), KINDS[kind])
        assert {finding.pointer for finding in found.findings} == {f"/result{each.pointer}" for each in first.findings}
    assert (first.value is None) == bool(first.errors) == refused(kind, to_json(payload))
    return [(each.rule, each.severity, each.pointer, each.standing) for each in first.findings]


each_kind = pytest.mark.parametrize("kind", KINDS)


@each_kind
def test_examples_have_no_findings(kind: str) -> None:
    for sample in samples(KIND_SCHEMAS[kind]):
        assert told(kind, sample) == []
        assert check(sample, KINDS[kind]).value == validate(sample, KINDS[kind])


@each_kind
def test_a_missing_field_is_reported_at_its_place(kind: str) -> None:
    for sample in samples(KIND_SCHEMAS[kind]):
        for spot in places(kind, sample):
            if spot.required:
                expected = ("missing-field", "error", pointer(spot.path), standing(kind, spot.path))
                assert told(kind, removed(sample, spot.path)) == [expected]


@each_kind
def test_a_wrong_type_is_reported_at_its_place(kind: str) -> None:
    seen = 0
    for sample in samples(KIND_SCHEMAS[kind]):
        for spot in places(kind, sample):
            for odd in wrong_values(spot.schema):
                expected = ("wrong-type", "error", pointer(spot.path), standing(kind, spot.path))
                assert told(kind, replaced(sample, spot.path, odd)) == [expected]
                seen += 1
    assert seen


@each_kind
def test_an_unknown_field_is_reported_at_its_place(kind: str) -> None:
    for sample in samples(KIND_SCHEMAS[kind]):
        for spot in places(kind, sample):
            value = at(sample, spot.path)
            if "properties" in resolve(spot.schema) and not others(resolve(spot.schema)) and isinstance(value, dict):
                path = (*spot.path, NEW)
                for new in NEW_VALUES:
                    edited = replaced(sample, path, new) if NEW in value else added(sample, path, new)
                    assert told(kind, edited) == [("unknown-field", "warning", pointer(path), None)]


@each_kind
def test_an_unknown_state_is_reported_at_its_place(kind: str) -> None:
    for sample in samples(KIND_SCHEMAS[kind]):
        for spot in places(kind, sample):
            if any("enum" in choice for choice in choices(spot.schema)):
                value = at(sample, spot.path)
                new: JsonValue = "RESCUING" if isinstance(value, str) else 77
                expected = ("unknown-state", "warning", pointer(spot.path), standing(kind, spot.path))
                assert told(kind, replaced(sample, spot.path, new)) == [expected]


def at(value: JsonValue, path: Path) -> JsonValue:
    for step in path:
        value = items(value)[step] if isinstance(step, int) else members(value)[step]
    return value


def added(value: JsonValue, path: Path, new: JsonValue) -> JsonValue:
    """Return a payload with an additional field."""
    return replaced(value, path[:-1], {**members(at(value, path[:-1])), str(path[-1]): new})


def test_the_samples_cover_all_kinds_of_fields() -> None:
    seen = {
        (str(spot.schema.get("type")), bool(spot.schema.get("anyOf")))
        for kind in KINDS
        for sample in samples(KIND_SCHEMAS[kind])
        for spot in places(kind, sample)
        if not anything(spot.schema)
    }
    assert {name for name, _ in seen} == {"None", "array", "boolean", "integer", "number", "object", "string"}
    assert {union for _, union in seen} == {True, False}
    for name in ANSWERS:
        for field, node in members(load(name).get("properties")).items():
            assert members(node)["x-standing"] in {"documented", "recorded", "inferred"}, (name, field)


@pytest.mark.parametrize(
    ("kind", "payload", "severity", "expected", "found"),
    [
        ("plan", {**example("plan"), "ramInMB": "2048"}, "warning", "integer", "string"),
        ("plan", {**example("plan"), "priceCap": "0.5"}, "warning", "number", "string"),
        ("ip", {**example("ip"), "floating": "false"}, "note", "boolean", "string"),
        ("box", {**example("box"), "created": "1460000000"}, "warning", "integer from 0 to 253402300799", "string"),
        ("check", {**example("check"), "port": "80"}, "warning", "integer or empty string", "string"),
        ("box", {**example("box"), "host": None}, "note", "string", "null"),
        ("box", {**example("box"), "metadata": []}, "note", "map of any value", "array"),
        ("boxes", [], "note", "map of Box object", "array"),
        ("done", "true", "warning", "boolean", "string"),
    ],
)
def test_known_quirks_are_notes_and_other_deviations_warnings(
    kind: str, payload: JsonValue, severity: str, expected: str, found: str
) -> None:
    [told_finding] = told(kind, payload)
    [finding] = check(to_json(payload), KINDS[kind]).findings
    assert told_finding[:2] == ("coerced", severity)
    assert (finding.expected, finding.found) == (expected, found)


@pytest.mark.parametrize(
    ("field", "json", "rule", "severity"),
    [
        ("pricePerHour", b"NaN", "not-finite", "error"),
        ("pricePerHour", b"-Infinity", "not-finite", "error"),
        ("id", b"1e999", "not-finite", "error"),
        ("name", b"Infinity", "not-finite", "error"),
        ("pricePerHour", b"1" + b"0" * 400, "out-of-range", "error"),
        ("id", b"1e300", "out-of-range", "error"),
        ("id", b"9223372036854775808", "big-integer", "warning"),
        ("id", b"-9223372036854775809", "big-integer", "warning"),
        ("id", b"1" * 5000, "big-integer", "error"),
        ("new", b"1" * 5000, "big-integer", "error"),
        ("new", b"[1, 123456789012345678901]", "big-integer", "warning"),
        ("new", b"[[NaN]]", "not-finite", "warning"),
        ("new", b'{"a": 1, "a": 1, "a": 2}', "duplicate-key", "warning"),
        ("new", b'{"\\ud800": 1}', "lone-surrogate", "error"),
        ("new", b'"\\udc00\\ud800"', "lone-surrogate", "error"),
        ("name", b'"\\ud800x"', "lone-surrogate", "error"),
        ("name", b'"a", "name": "a"', "duplicate-key", "warning"),
        ("id", b"9223372036854775807", None, None),
        ("id", b"5.0", None, None),
        ("name", b'"\\ud83d\\ude00"', None, None),
    ],
)
def test_json_that_other_readers_interpret_differently_is_reported(
    field: str, json: bytes, rule: Rule | None, severity: Severity | None
) -> None:
    plan = {name: value for name, value in example("plan").items() if name != field}
    payload = to_json(plan)[:-1] + b',"' + field.encode() + b'":' + json + b"}"
    for text in (payload, b'{"messages": [], "result": ' + payload + b"}"):
        found = [each for each in check(text, "plan").findings if each.rule != "unknown-field"]
        assert {each.rule for each in found} == ({rule} if rule else set())
        assert {each.severity for each in found} <= {severity}
        for each in found:
            assert each.pointer.removeprefix("/result").startswith(f"/{field}")
            assert each.standing == (None if field == "new" else "recorded")
        assert (check(text, "plan").value is None) == refused("plan", text) == (severity == "error")


@pytest.mark.parametrize(("number", "bits"), [(2**63, 65), (-(2**63) - 1, 65), (2**64, 66)])
def test_the_size_of_an_integer_includes_its_sign(number: int, bits: int) -> None:
    [finding] = check({**example("schedule"), "new": number}, "schedule").findings[1:]
    assert (finding.expected, finding.found) == ("integer of 64 bits", f"integer of {bits} bits")


def test_a_duplicate_field_is_reported_and_the_last_one_counts() -> None:
    text = (
        to_json(example("box", 1))
        .replace(b'"role":', b'"role":"x","role":')
        .replace(b'"ext4"', b'"ext3","filesystem":"ext4"')
    )
    found = check(text, "box")
    assert found.value == Box(example("box", 1))
    assert [(each.rule, each.pointer, each.standing) for each in found.findings] == [
        ("duplicate-key", "/metadata/role", "recorded"),
        ("duplicate-key", "/activeProfile/disks/xvda/filesystem", "recorded"),
    ]


def test_the_envelope_is_checked_as_well() -> None:
    payload: JsonValue = {"messages": [{"type": "joke", "message": 5}], "result": "true", "took": 1}
    assert [(each.rule, each.pointer, each.standing) for each in check(payload, "done").findings] == [
        ("unknown-state", "/messages/0/type", "documented"),
        ("wrong-type", "/messages/0/message", "documented"),
        ("coerced", "/result", "documented"),
        ("unknown-field", "/took", None),
    ]


def test_an_error_answer_is_a_wrong_type_of_the_result() -> None:
    found = check({"messages": [example("message")], "result": False}, "box")
    assert [(each.rule, each.pointer, each.found) for each in found.findings] == [("wrong-type", "/result", "boolean")]
    assert check(b'{"messages": [], "result": null}', "envelope").findings == ()


@pytest.mark.parametrize("payload", BROKEN, ids=[str(number) for number in range(len(BROKEN))])
@pytest.mark.parametrize("kind", ["box", "plans", "module", "done"])
def test_every_payload_that_validate_rejects_has_an_error(payload: object, kind: str) -> None:
    found = check(payload, KINDS[kind])
    assert bool(found.errors) == (found.value is None) == refused(kind, payload)


@pytest.mark.parametrize("payload", NOT_JSON, ids=[str(number) for number in range(len(NOT_JSON))])
def test_python_objects_that_json_cannot_hold_are_rejected(payload: object) -> None:
    for nested in (payload, [payload], {"new": payload}):
        with pytest.raises(JiffyArgumentException, match=r"^invalid payload: expected what JSON can hold, but at "):
            check(nested, "box")


def test_unknown_data_is_checked_at_any_depth_and_width() -> None:
    for inner in ("[" * 190 + '"\\ud800"' + "]" * 190, f"[{'[],' * 300}" + '"\\ud800"]'):
        found = check(f'{{"new": {inner}}}', "backups")
        assert [each.rule for each in found.findings] == ["unknown-field", "lone-surrogate"]
    assert found.findings[1].pointer == "/new/300"


def test_severities_compare_in_their_order() -> None:
    assert sorted(["error", "note", "warning"], key=Severity) == ["note", "warning", "error"]
    assert Severity.ERROR > Severity.WARNING >= Severity.WARNING > Severity.NOTE <= Severity.NOTE
    assert max(Severity) == "error"


def test_a_checked_payload_has_the_greatest_severity_of_its_findings() -> None:
    box = example("box")
    for payload, valid, severity in (
        (box, True, None),
        ({**box, "host": None}, True, "note"),
        ({**box, "host": None, "new": 1}, True, "warning"),
        ({**box, "host": None, "new": 1, "id": []}, False, "error"),
    ):
        found = check(payload, "box")
        assert (found.valid, found.severity, found.value is not None) == (valid, severity, valid)


def test_errors_in_an_overwritten_duplicate_are_reported() -> None:
    found = check(b'{"new": "\\ud800", "new": 1}', "backups")
    assert [each.rule for each in found.findings] == ["duplicate-key", "unknown-field", "not-json"]
    assert found.value is None


def test_an_alias_of_a_known_value_is_no_finding() -> None:
    assert check(b'{"time": 0}', "backups").findings == ()
    assert check({"dayid": 0, "timeid": 0}, "schedule").findings == ()


def test_findings_contain_no_values() -> None:
    secret: JsonValue = [PASSWORD, {"a": PASSWORD}]
    broken = dict.fromkeys(example("check"), secret) | {"password": PASSWORD, "status": PASSWORD, "new": PASSWORD}
    texts = [to_json(broken), to_json(broken) + b"x", b'{"password": "' + PASSWORD.encode()]
    for payload in (broken, *texts):
        found = check(payload, "check")
        assert found.findings
        assert PASSWORD not in repr(found) + "".join(map(str, found.findings))


def test_a_finding_is_one_printable_line() -> None:
    finding = Finding("/\x1b[2J\ud800\n", "missing-field", Severity.ERROR, "integer", None, Standing.RECORDED)
    assert (
        str(finding) == r"error: /\x1b[2J\ud800\n: missing-field: expected integer (field seen in recorded responses)"
    )
    assert str(Finding("", "too-deep", Severity.ERROR)) == "error: the payload: too-deep"
    [note] = check("[]", "boxes").findings
    assert str(note) == "note: the payload: coerced: expected map of Box object, found array"


def test_check_accepts_models() -> None:
    assert check(example("plan"), Plan) == Checked(Plan(example("plan")), ())
    assert [each.pointer for each in check({"1": {}}, dict[str, Addresses]).findings] == ["/1/public", "/1/private"]
    assert check(example("box"), AsyncBox).findings == ()


class Own(Disk, frozen=True):
    """A model outside of the SDK."""


@pytest.mark.parametrize(
    "as_type", ["Box", "", "nope", 5, int, list[Box], dict, dict[int, bool], Model, Own, dict[str, Own]]
)
def test_a_type_without_a_schema_is_rejected(as_type: object) -> None:
    with pytest.raises(JiffyArgumentException, match=r"^invalid (kind|type) .*: expected a model"):
        unchecked(check)({}, as_type)
