"""Tests for the schemas: they are valid, and match the models and the emulator."""

import ast
from collections.abc import Callable, Iterator
from contextlib import suppress
from enum import IntEnum, StrEnum
from functools import cache
from itertools import pairwise
from pathlib import Path

import jsonschema_rs
import pytest
from jsonschema import Draft202012Validator  # type: ignore[import-untyped] # it ships no types
from pydantic import BaseModel, JsonValue
from pydantic_core import from_json

import jiffybox_sdk.models
from jiffybox_sdk import Box, BoxStatus, Emulator, JiffyArgumentException, JiffyBox, JiffyMessageException, validate
from jiffybox_sdk._client.endpoints import CALLS
from jiffybox_sdk.emulator import ServiceRequest
from jiffybox_sdk.emulator._handlers.boxes import SECONDS
from jiffybox_sdk.models._base import Model
from jiffybox_sdk.models._fields import LAST_EPOCH
from jiffybox_sdk.models._request import Request
from jiffybox_sdk.schemas import load, names, path
from jiffybox_sdk.validation import KINDS
from tests.support.schema_tools import (
    ANSWERS,
    BASE,
    KIND_SCHEMAS,
    REQUESTS,
    Answer,
    Oracle,
    Schema,
    Tap,
    generated,
    items,
    members,
    module_name,
    oracle,
    others,
    whole,
)
from tests.support.scripted import TOKEN, example, unchecked
from tests.support.states import ACCEPTED, VERBS, box_in_state

MODELS = Path(jiffybox_sdk.models.__file__).parent
OBJECTS = [name for name in names() if "properties" in load(name)]
ENUMS = [name for name in names() if "enum" in load(name)]


def nodes(schema: Schema, place: str = "") -> Iterator[tuple[str, Schema]]:
    """Yield a schema and all schemas in it, with their paths."""
    yield place, schema
    inner = {f"properties/{name}": node for name, node in members(schema.get("properties")).items()}
    inner |= {name: schema[name] for name in ("items", "additionalProperties") if name in schema}
    for name in ("anyOf", "oneOf", "allOf"):
        inner |= {f"{name}/{number}": node for number, node in enumerate(items(schema.get(name)))}
    for name, node in inner.items():
        if not isinstance(node, bool):
            yield from nodes(members(node), f"{place}/{name}")


def model(name: str) -> type[BaseModel]:
    found = generated(name)
    assert issubclass(found, BaseModel)
    return found


@cache
def source(name: str) -> ast.ClassDef:
    """Return the syntax tree of the class that was generated from a schema."""
    code = (MODELS / f"{module_name(name).replace('.', '/')}.py").read_text("utf-8")
    [found] = [node for node in ast.parse(code).body if isinstance(node, ast.ClassDef)]
    return found


@pytest.mark.parametrize("name", names())
def test_each_schema_is_valid_json_schema_2020_12(name: str) -> None:
    schema = load(name)
    Draft202012Validator.check_schema(schema)
    jsonschema_rs.meta.validate(schema)
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert schema["$id"] == f"{name.rpartition('/')[2]}.json"
    assert schema["title"] == "".join(word.capitalize() for word in name.rpartition("/")[2].split("-"))


@pytest.mark.parametrize("name", names())
def test_references_point_to_schemas(name: str) -> None:
    files = {path(one).resolve() for one in names()}
    for _, node in nodes(load(name)):
        if "$ref" in node:
            assert path(name).parent.joinpath(str(node["$ref"])).resolve() in files


@pytest.mark.parametrize("name", names())
def test_schemas_and_fields_have_descriptions(name: str) -> None:
    schema = load(name)
    described = {
        place: node.get("description")
        for place, node in nodes(schema)
        if not place or place.rpartition("/")[0].endswith("/properties")
    }
    assert len(described) == 1 + len(members(schema.get("properties")))
    for text in described.values():
        assert isinstance(text, str)
        assert text == text.strip()
        assert len(text) > 8
    for field in items(schema.get("required")):
        assert field in members(schema["properties"])


@pytest.mark.parametrize("name", names())
def test_objects_and_fields_have_valid_examples(name: str) -> None:
    schema = load(name)
    assert "examples" in schema or schema["type"] != "object"
    for sample in items(schema.get("examples")):
        assert oracle(name).accepts(sample)
    for field, node in members(schema.get("properties")).items():
        assert items(members(node)["examples"])
        for sample in items(members(node)["examples"]):
            assert Oracle({"$ref": f"{BASE}{name}.json#/properties/{field}"}).accepts(sample)


@pytest.mark.parametrize("name", [name for name in OBJECTS if name in ANSWERS])
def test_the_examples_of_an_answer_contain_all_fields(name: str) -> None:
    schema = load(name)
    shown = {field for sample in items(schema["examples"]) for field in members(sample)}
    known = members(schema["properties"]).keys()
    assert shown > known if others(schema) else shown == known


@pytest.mark.parametrize("name", OBJECTS)
def test_examples_are_valid_for_the_model(name: str) -> None:
    for sample in items(load(name)["examples"]):
        read = model(name).model_validate(sample)
        secret = {field: "*" * 10 for field in ("password",) if members(sample).get(field)}  # masked in JSON as well
        assert read.model_dump(mode="json", exclude_unset=True) == {**members(sample), **secret}
        assert others(load(name)) or not read.model_extra
        if name.replace("-", "_") in KINDS:
            assert isinstance(validate(sample, KINDS[name.replace("-", "_")]), model(name))


def test_examples_of_field_types_are_valid_in_a_box() -> None:
    for field, name in (("metadata", "metadata"), ("created", "epoch"), ("runningSince", "epoch")):
        for sample in items(load(name)["examples"]):
            read = validate({**example("box", 1), field: sample}, "box")
            assert read.model_dump(mode="json")[field] == sample


PLAIN_KEYWORDS = {
    "$schema", "$id", "$ref", "title", "description", "examples",
    "type", "properties", "required", "additionalProperties", "items", "anyOf",
    "x-name", "x-enum-varnames", "x-enum-aliases", "x-standing",
}  # fmt: skip
OWN_KEYWORDS = {
    ("epoch", ""): {"minimum", "maximum"},
    ("port", "/anyOf/1"): {"const"},
    ("check", "/properties/password"): {"format"},
    **{(name, ""): {"enum"} for name in ENUMS if name in ANSWERS},
}
OPEN_ENUMS: list[JsonValue] = [
    [{"$ref": f"{name}.json"}, {"type": load(name)["type"]}] for name in ENUMS if name in ANSWERS
]
UNIONS: list[JsonValue] = [
    [{"type": "string"}, {"$ref": "delegation.json"}],  # the reverse look-up of an address
    [{"type": "integer"}, {"const": ""}],  # the port of a check
    [{"type": "string"}, {"type": "object", "additionalProperties": {"$ref": "call-doc.json"}}],  # more of a module
]


@pytest.mark.parametrize("name", ANSWERS)
def test_schemas_of_answers_constrain_only_presence_and_type(name: str) -> None:
    open_enums = {str(members(items(choice)[0])["$ref"]) for choice in OPEN_ENUMS}
    for place, node in nodes(load(name)):
        assert node.keys() - PLAIN_KEYWORDS == OWN_KEYWORDS.get((name, place), set())
        assert node.get("const", "") == ""
        assert node.get("format", "password") == "password"
        assert node.get("additionalProperties") is not False
        assert isinstance(node.get("type", ""), str)
        assert "anyOf" not in node or node["anyOf"] in [*OPEN_ENUMS, *UNIONS]
        assert node.get("$ref") not in open_enums or place.endswith("/anyOf/0")


STANDINGS = {
    "documented": {
        "backup", "backups", "call-doc", "call-parameters", "check-result", "contact-group", "envelope", "message",
        "module-doc", "parameter-doc", "schedule",
    },
    "recorded": {
        "addresses", "box", "check", "check-group", "delegation", "disk", "distribution", "ip", "plan", "profile",
    },
}  # fmt: skip
INFERRED = {"ssl", "sendMsg", "expectMsg", "dnsType", "zone", "expectedAnswer", "timeout", "active"}
"""Fields of a check that were recorded in requests only."""


@pytest.mark.parametrize("name", [name for name in OBJECTS if name in ANSWERS])
def test_each_field_of_an_answer_has_a_standing(name: str) -> None:
    [usual] = [standing for standing, objects in STANDINGS.items() if name in objects]
    for field, node in members(load(name)["properties"]).items():
        inferred = name == "check" and field in INFERRED
        assert members(node)["x-standing"] == ("inferred" if inferred else usual)


def test_only_fields_of_answers_have_a_standing() -> None:
    for name in names():
        for place, node in nodes(load(name)):
            field = place.count("/") == 2 and place.startswith("/properties/")
            assert ("x-standing" in node) == (field and name in ANSWERS)


def test_the_maximum_of_an_epoch_is_the_same_in_schema_and_model() -> None:
    assert (load("epoch")["minimum"], load("epoch")["maximum"]) == (0, LAST_EPOCH)


@pytest.mark.parametrize("name", OBJECTS)
def test_models_have_the_fields_of_their_schemas(name: str) -> None:
    schema = whole(name)
    fields = model(name).model_fields
    assert [info.alias or field for field, info in fields.items()] == list(members(schema["properties"]))
    assert [info.alias or field for field, info in fields.items() if info.is_required()] == [
        field
        for field, node in members(schema["properties"]).items()
        if field in items(schema.get("required")) and "const" not in members(node)
    ]
    for field, info in fields.items():
        node = members(members(schema["properties"])[info.alias or field])
        assert info.is_required() or info.default == node.get("const")
        assert field == node.get("x-name", field)
    assert issubclass(model(name), Model if name in ANSWERS else Request)


@pytest.mark.parametrize("name", [*OBJECTS, *ENUMS])
def test_docstrings_of_models_are_the_descriptions_of_their_schemas(name: str) -> None:
    schema = whole(name)
    body = source(name).body
    assert ast.get_docstring(source(name), clean=False) == schema["description"]
    if name in ENUMS:
        return
    described = {
        str(members(node).get("x-name", field)): members(node)["description"]
        for field, node in members(schema["properties"]).items()
    }
    if name in REQUESTS:
        assert {field: info.description for field, info in model(name).model_fields.items()} == described
        return
    written: dict[str, object] = {}
    for field, text in pairwise(body):
        if isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name):
            if field.target.id == "__pydantic_extra__":
                continue
            assert isinstance(text, ast.Expr)
            assert isinstance(text.value, ast.Constant)
            written[field.target.id] = text.value.value
    assert written == described


@pytest.mark.parametrize("name", ENUMS)
def test_enums_have_the_members_of_their_schemas(name: str) -> None:
    found, schema = generated(name), load(name)
    if schema["type"] == "string":
        assert issubclass(found, StrEnum)
        assert [member.value for member in found] == schema["enum"]
    else:
        assert issubclass(found, IntEnum)
        assert [member.value for member in found] == schema["enum"]
        for other, member in members(schema.get("x-enum-aliases")).items():
            assert found(int(other)) == member
    spelled = [member.name for member in found]
    assert spelled == schema.get("x-enum-varnames", spelled)


def test_models_and_kinds_have_schemas() -> None:
    made = [path for room in ("responses", "requests") for path in (MODELS / room).glob("*.py")]
    modules = {".".join(path.relative_to(MODELS).with_suffix("").parts) for path in made if path.stem != "__init__"}
    assert modules == {module_name(name) for name in (*OBJECTS, *ENUMS)}
    assert KIND_SCHEMAS.keys() == KINDS.keys()
    assert {call.returns for call in CALLS} <= KINDS.keys()


def test_names_are_sorted_and_loaded_schemas_can_be_changed() -> None:
    assert names() == sorted(names())
    assert {"box", "plan", "envelope", "requests/create-box"} <= set(names())
    for name in names():
        load(name).clear()
        assert load(name)["title"]


@pytest.mark.parametrize(
    "name",
    [
        "nope",
        "",
        "Box",
        "box.json",
        "requests",
        "create-box",
        "../pyproject",
        "./box",
        "requests/../box",
        "/box",
        None,
        [],
    ],
)
def test_an_unknown_schema_is_rejected(name: object) -> None:
    with pytest.raises(JiffyArgumentException, match=r"^unknown schema .*expected one of addresses, "):
        unchecked(load)(name)


READS: dict[str, Callable[[JiffyBox, Box], object]] = {
    "box": lambda client, box: client.box(box.id),
    "boxes": lambda client, _box: client.boxes(),
    "plan": lambda client, box: client.plan(box.plan.name),
    "plans": lambda client, _box: client.plans(),
    "distribution": lambda client, _box: client.distribution("centos_7_64bit"),
    "distributions": lambda client, _box: client.distributions(),
    "no such box": lambda client, _box: client.box(9),
    "no such plan": lambda client, _box: client.plan("nope"),
    "no such distribution": lambda client, _box: client.distribution("nope"),
}


@cache
def answers(state: str) -> list[Answer]:
    """Return the emulator's responses to all calls while a box is in a state, and before and after it."""
    found: list[Answer] = []
    for verb in VERBS:
        emulator = Emulator("manual")
        tap = Tap(emulator.transport())
        with emulator.client(transport=tap) as client:
            box = box_in_state(client, emulator, state)
            with suppress(JiffyMessageException):
                VERBS[verb](box)
            for read in READS.values():
                with suppress(JiffyMessageException):
                    read(client, box)
            emulator.advance(min(SECONDS.values()))
            client.boxes()
            emulator.run_until_idle()
            client.boxes()
        found += tap.answers
    return found


@pytest.mark.parametrize("state", ACCEPTED)
def test_answers_of_the_emulator_are_valid_in_each_state_of_a_box(state: str) -> None:
    for answer in answers(state):
        assert oracle("envelope").accepts(answer.envelope)
        assert answer.result is False if answer.refused else oracle(answer.call.returns).accepts(answer.result)


def test_these_answers_cover_all_kinds() -> None:
    every = [answer for state in ACCEPTED for answer in answers(state)]
    good = [answer for answer in every if not answer.refused]
    boxes = [members(answer.result) for answer in good if answer.call.returns == "box"]
    modules = ("jiffyBoxes", "plans", "distributions")
    assert {answer.call for answer in good} == {call for call in CALLS if call.path.startswith(modules)}
    assert {answer.call.name for answer in every if answer.refused} == {
        "change_box", "delete_box", "duplicate_box", "get_box", "get_distribution", "get_plan"
    }  # fmt: skip
    assert {str(box["status"]) for box in boxes} == set(BoxStatus) - {BoxStatus.RUNNING}
    for field in ("running", "isBeingCopied"):
        assert {str(box[field]) for box in boxes} == {"True", "False"}
    assert all("host" in box for box in boxes)
    for field in ("metadata", "runningSince", "activeProfile"):
        assert {field in box for box in boxes} == {True, False}


@pytest.mark.parametrize(
    ("verb", "path", "body"),
    [
        ("GET", "wrong/v1.0/jiffyBoxes", b""),
        ("GET", "", b""),
        ("GET", f"{TOKEN}/v2.0/jiffyBoxes", b""),
        ("GET", f"{TOKEN}/v1.0/test", b""),
        ("PATCH", f"{TOKEN}/v1.0/jiffyBoxes", b""),
        ("GET", f"{TOKEN}/v1.0/jiffyBoxes/%00%FF%22", b""),
        ("POST", f"{TOKEN}/v1.0/jiffyBoxes", b"{"),
        ("POST", f"{TOKEN}/v1.0/jiffyBoxes", b'{"name": 5}'),
        ("POST", f"{TOKEN}/v1.0/jiffyBoxes", b"{}"),
    ],
)
def test_error_answers_of_the_emulator_are_valid_envelopes(verb: str, path: str, body: bytes) -> None:
    answer = from_json(Emulator("manual", token=TOKEN).handle(ServiceRequest(verb, f"/{path}", body)).body)
    assert oracle("envelope").accepts(answer)
    assert [message.type for message in validate(answer, "envelope").messages] == ["error"]
