"""Tests for the OpenAPI document: it is up to date, valid, and matches calls, schemas and emulator."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import jsonschema_rs
import pytest
from jsonschema import Draft202012Validator  # type: ignore[import-untyped] # it ships no types
from pydantic import JsonValue
from pydantic_core import from_json

from jiffybox_sdk import Emulator
from jiffybox_sdk._client.endpoints import CALLS, CREATE_CHECK, DELETE_CHECK, GET_BOX, GET_CHECK_RESULTS, Endpoint
from jiffybox_sdk.emulator import ServiceRequest
from jiffybox_sdk.models._check_types import TYPES
from jiffybox_sdk.schemas import load, names, openapi
from tests.support.calls import SAMPLES, answer_to
from tests.support.openapi_rules import RULES
from tests.support.openapi_tools import (
    COMPONENTS,
    DOCUMENT,
    FORM,
    JSON,
    SCHEMAS,
    accepts,
    answers,
    at,
    nodes,
    operation,
    places,
    referred,
    resolve,
    response,
    schema_of,
    takes,
)
from tests.support.schema_tools import KIND_SCHEMAS, REQUESTS, items, members
from tests.support.scripted import TOKEN, example

ROOT = Path(__file__).parents[2]
BODIES = [name for name in REQUESTS if "properties" in load(name) and name != "requests/new-check"]

AS_SENT = {("Ip", "floating"), ("CallParameters", "must"), ("CallParameters", "may")}
"""Fields that were recorded in another form than in their schema. The document accepts both."""

each_call = pytest.mark.parametrize("call", CALLS, ids=lambda call: call.name)


def titled(name: str) -> str:
    return str(load(name)["title"])


def run(*arguments: str) -> tuple[int, str]:
    """Run the script that generates the document."""
    done = subprocess.run(  # noqa: S603 (our own command lines)
        [sys.executable, *arguments],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout


@pytest.mark.parametrize("content", [None, "", "{}\n"])
def test_a_stale_document_is_reported(content: str | None, tmp_path: Path) -> None:
    other = tmp_path / "openapi.json"
    if content is not None:
        other.write_text(content, "utf-8")
    program = (
        "import pathlib, sys; from scripts import generated, openapi; openapi.TARGET = pathlib.Path(sys.argv[2]);"
        "generated.ROOT = openapi.TARGET.parent; sys.exit(openapi.main())"
    )
    assert run("-c", program, "--check", str(other)) == (1, "stale: openapi.json (run: make generate)\n")


def test_the_returned_document_can_be_changed() -> None:
    openapi().clear()
    assert openapi() == DOCUMENT


def test_the_document_is_valid_openapi() -> None:
    checker = jsonschema_rs.Draft202012Validator(RULES)
    assert [f"{error.instance_path}: {error.message}" for error in checker.iter_errors(DOCUMENT)] == []


def test_its_schemas_are_valid_json_schema_2020_12() -> None:
    assert DOCUMENT["jsonSchemaDialect"] == Draft202012Validator.META_SCHEMA["$schema"]
    for schema in map(members, SCHEMAS.values()):
        Draft202012Validator.check_schema(schema)
        for node in nodes(schema):
            assert not {"$id", "$schema"} & node.keys()
            fields = node.get("properties")
            # Some tools for older drafts fail on a schema that is a boolean.
            assert not isinstance(fields, dict) or all(isinstance(field, dict) for field in fields.values())


def test_references_point_to_components() -> None:
    found = [reference for node in nodes(DOCUMENT) if isinstance(reference := node.get("$ref"), str)]
    assert len(found) > 100
    for reference in found:
        assert reference.startswith("#/components/")
        assert resolve({"$ref": reference})


def test_components_are_used() -> None:
    used = {str(node.get("$ref")) for node in nodes(DOCUMENT)}
    unused = {
        f"{section}/{name}"
        for section, found in COMPONENTS.items()
        for name in members(found)
        if f"#/components/{section}/{name}" not in used
    }
    assert unused == {"schemas/Envelope"}  # the model for the envelope of each kind of payload


def test_the_operations_are_the_calls_of_the_service() -> None:
    verbs = ("get", "put", "post", "delete")
    found = [
        (path, verb, members(members(item)[verb])["operationId"])
        for path, item in members(DOCUMENT["paths"]).items()
        for verb in verbs
        if verb in members(item)
    ]
    assert len(found) == len(CALLS)
    assert {*found} == {(f"/{{token}}/v1.0/{call.path}", call.verb.lower(), call.name) for call in CALLS}


@each_call
def test_operations_match_their_calls(call: Endpoint) -> None:
    found = operation(call)
    assert found["tags"] == [call.path.split("/")[0]]
    assert items(found["tags"])[0] in [members(tag)["name"] for tag in items(DOCUMENT["tags"])]
    assert found["x-standing"] == call.standing
    assert found["x-repeated"] == call.on(*["1"] * call.path.count("{")).repeatable
    assert ("requestBody" in found) == (call.takes is not None)
    assert members(found["responses"]).keys() == {"200", "429", "5XX"}
    assert [*places(call)] == re.findall(r"\{(\w+)\}", f"{{token}}/{call.path}")


def test_the_servers_include_the_former_service() -> None:
    urls = [members(server)["url"] for server in items(DOCUMENT["servers"])]
    assert urls == ["https://api.jiffybox.de", "/"]
    info = members(DOCUMENT["info"])
    assert "switched off in May 2024" in str(info["description"])
    assert (info["version"], members(info["license"])["name"]) == ("v1.0", "MIT")


def plain(node: JsonValue) -> str:
    """Return a schema as text, with titles in place of references."""
    text = json.dumps(node)
    files = re.sub(
        r'"\$ref": "(?:[^"]*/)?([\w-]+)\.json"', lambda found: f'"$ref": "{found[1].title().replace("-", "")}"', text
    )
    return re.sub(r'"#/components/schemas/(\w+)"', r'"\1"', files)


@pytest.mark.parametrize("name", names())
def test_components_are_equivalent_to_their_schemas(name: str) -> None:
    schema = {key: value for key, value in load(name).items() if key not in ("$id", "$schema")}
    component = members(from_json(json.dumps(SCHEMAS[titled(name)])))
    for field, node in members(component.get("properties")).items():
        if (titled(name), field) in AS_SENT:
            meant, _sent = items(members(node).pop("anyOf"))
            members(node).update(members(meant))
    if "not" in component:  # hidden from generators, which make no class of an object that is also a choice
        component |= members(members(component.pop("not"))["not"])
    for choice in map(members, items(component.get("anyOf"))):
        if choice.get("enum") == [""]:  # if it was a constant, generators would reject the other choice
            del choice["type"]
            choice["const"] = items(choice.pop("enum"))[0]
    if "allOf" in component:  # its own fields are a part, since generators would ignore them beside a single one
        component |= members(items(component["allOf"]).pop())
    assert from_json(plain(component)) == from_json(plain(schema))


@pytest.mark.parametrize("what", SAMPLES)
def test_answers_of_the_emulator_match_the_document(what: str) -> None:
    answer = answer_to(what)
    schema = answers(answer.call)
    envelope = members(answer.envelope)
    assert accepts(schema, envelope)
    assert not accepts(referred("ErrorEnvelope"), envelope)
    odd: list[JsonValue] = [[["odd"]], "odd", 5, None]
    for result in odd:
        assert not accepts(schema, {**envelope, "result": result})
    error: JsonValue = {"type": "error", "message": "Nein."}
    assert not accepts(schema, {**envelope, "messages": [error]})
    for field in envelope:
        assert not accepts(schema, {other: value for other, value in envelope.items() if other != field})


@each_call
def test_results_have_the_schema_of_their_kind(call: Endpoint) -> None:
    envelope = resolve(items(answers(call)["oneOf"])[0])
    assert plain(members(envelope["properties"])["result"]) == plain(dict(KIND_SCHEMAS[call.returns]))


@each_call
def test_error_answers_of_the_emulator_match_the_document(call: Endpoint) -> None:
    path = call.on(*["9"] * call.path.count("{")).path
    tokens = [TOKEN, "wrong"] if "{" in call.path or call.takes else ["wrong"]
    for token in tokens:
        refusal = from_json(
            Emulator("manual", token=TOKEN).handle(ServiceRequest(call.verb, f"/{token}/v1.0/{path}")).body
        )
        assert members(refusal)["result"] is False
        good, bad = items(answers(call)["oneOf"])
        assert [accepts(schema, refusal) for schema in (answers(call), members(good), members(bad))] == [
            True,
            False,
            True,
        ]


ENVELOPES: dict[str, tuple[JsonValue, JsonValue, bool]] = {
    "a good result": ([], True, True),
    "a result with good news": ([{"type": "success", "message": "Ja."}], True, True),
    "a result with a warning": ([{"type": "warning", "message": "Ja."}], True, True),
    "a message of a new type": ([{"type": "new", "message": "Ja."}], True, True),
    "a refusal with null": ([{"type": "error", "message": "Nein."}], None, True),
    "a refusal with false": ([{"type": "error", "message": "Nein."}], False, True),
    "a refusal with more to say": (
        [{"type": "notice", "message": "Oh."}, {"type": "error", "message": "Nein."}],
        None,
        True,
    ),
    "a refusal with a result": ([{"type": "error", "message": "Nein."}], True, False),
    "a refusal without a reason": ([], None, False),
    "a refusal with a notice": ([{"type": "notice", "message": "Oh."}], None, False),
    "half a message": ([{"type": "success"}], True, False),
    "messages that are none": (None, True, False),
}


@pytest.mark.parametrize("what", ENVELOPES)
def test_an_answer_is_either_a_result_or_an_error(what: str) -> None:
    messages, result, good = ENVELOPES[what]
    assert accepts(answers(DELETE_CHECK), {"messages": messages, "result": result}) == good


def test_answers_may_have_unknown_fields() -> None:
    new: dict[str, JsonValue] = {"new": 1}
    messages: list[JsonValue] = [{"type": "notice", "message": "Oh.", **new}]
    assert accepts(answers(GET_BOX), {"messages": messages, "result": {**example("box"), **new}, **new})


@pytest.mark.parametrize("name", BODIES)
def test_request_bodies_accept_their_examples_and_no_other_fields(name: str) -> None:
    for sample in map(members, items(load(name)["examples"])):
        assert accepts(referred(titled(name)), sample)
        assert not accepts(referred(titled(name)), {**sample, "unknown": 1})


@pytest.mark.parametrize("call", [call for call in CALLS if call.takes], ids=lambda call: call.name)
def test_request_bodies_are_json_or_a_form(call: Endpoint) -> None:
    body = takes(call)
    assert members(body["content"]).keys() == {JSON, FORM}
    assert schema_of(body["content"]) == schema_of(body["content"], FORM)
    assert call.takes is not None
    assert schema_of(body["content"]) == referred("AnyNewCheck" if call == CREATE_CHECK else call.takes.__name__)
    assert body["required"] == (not accepts(schema_of(body["content"]), {}))
    compound = {
        field
        for field, node in members(members(SCHEMAS[call.takes.__name__])["properties"]).items()
        if isinstance(items(members(node)["examples"])[0], dict | list)
    }
    encoding = members(members(members(body["content"])[FORM]).get("encoding"))
    assert encoding == {field: {"contentType": JSON} for field in compound}


def test_the_type_of_a_new_check_selects_its_schema() -> None:
    schema = members(SCHEMAS["AnyNewCheck"])
    assert members(schema["discriminator"])["propertyName"] == "checkType"
    mapping = members(members(schema["discriminator"])["mapping"])
    assert mapping == {name: f"#/components/schemas/{check.__name__}" for name, check in TYPES.items()}
    assert items(schema["oneOf"]) == [{"$ref": reference} for reference in mapping.values()]
    new = schema_of(takes(CREATE_CHECK)["content"])
    for name, reference in mapping.items():
        sample = members(items(resolve({"$ref": reference})["examples"])[0])
        assert sample["checkType"] == name
        assert accepts(new, sample)
        assert not accepts(new, {**sample, "unknown": 1})
        assert not accepts(new, {**sample, "checkType": "new"})
        assert not accepts(new, {**sample, "ip": "example.org"})
        assert not accepts(new, {field: value for field, value in sample.items() if field != "checkType"})


HEX = "0123456789abcdef" * 2
PLACES: dict[str, tuple[list[JsonValue], list[JsonValue]]] = {
    "token": ([TOKEN, HEX], ["", TOKEN[1:], f"{TOKEN}a", f"{TOKEN[1:]}-"]),
    "box": ([1, 10**12], [0, -1, 1.5, "web", None]),
    "plan": ([1, "CloudLevel 1"], [0, "", None]),
    "distribution": (["centos_7_64bit"], ["", 5]),
    "type": (["manual", "daily", "weekly", "biweekly"], ["hourly", "", 1]),
    "backup": ([HEX, HEX.upper()], [HEX[1:], f"{HEX}0", "g" * 32]),
    "ip": ([2001], [0, "198.51.100.7"]),
    "group": ([7], [0, "admins"]),
    "check": ([1234], [0, "198.51.100.7"]),
    "module": (["Backups", "JiffyBoxes"], ["Test", ""]),
}


@each_call
def test_path_parameters_are_described(call: Endpoint) -> None:
    for place, schema in places(call).items():
        good, bad = PLACES[place]
        if call == GET_CHECK_RESULTS and place == "check":
            good, bad = [1234, "198.51.100.7"], [0, "example.org", "2001:db8::1"]
        assert [accepts(schema, value) for value in (*good, *bad)] == [True] * len(good) + [False] * len(bad)
    for parameter in members(COMPONENTS["parameters"]).values():
        assert accepts(members(members(parameter)["schema"]), members(parameter)["example"])


def leads(call: Endpoint) -> dict[str, set[str]]:
    """Return the linked operations of a call by the parameter that the link sets."""
    found: dict[str, set[str]] = {}
    for link in map(members, members(response(call).get("links")).values()):
        for place, expression in members(link["parameters"]).items():
            if str(expression).startswith("$response."):
                found.setdefault(place, set()).add(str(link["operationId"]))
    return found


@pytest.mark.parametrize(
    ("kind", "place"), [("box", "box"), ("box", "plan"), ("contact_group", "group"), ("check", "check")]
)
def test_ids_are_linked_to_calls_that_need_no_other_argument(kind: str, place: str) -> None:
    following = {call.name for call in CALLS if re.findall(r"\{(\w+)\}", call.path) == [place]}
    assert following
    for call in CALLS:
        assert leads(call).get(place, set()) == (following if call.returns == kind else set())


def test_ids_of_backups_are_linked_to_their_calls() -> None:
    assert {call.name: leads(call)["backup"] for call in CALLS if "backup" in leads(call)} == {
        "get_backups": {"restore_backup", "delete_backup"}
    }


@pytest.mark.parametrize("what", SAMPLES)
def test_the_expressions_of_links_point_to_valid_values(what: str) -> None:
    answer = answer_to(what)
    given = {place: PLACES[place][0][0] for place in places(answer.call)}
    for link in map(members, members(response(answer.call).get("links")).values()):
        [target] = [call for call in CALLS if call.name == link["operationId"]]
        arguments = members(link["parameters"])
        assert arguments.keys() == places(target).keys()
        for place, expression in arguments.items():
            source, _, rest = str(expression).partition("body#")
            value = at(answer.envelope, rest) if source == "$response." else expression
            if str(expression).startswith("$request.path."):
                value = given[str(expression).removeprefix("$request.path.")]
            assert accepts(places(target)[place], value), (link["operationId"], place)


NOT_OF_THE_SERVICE = (
    r"\b(issues?|tickets?|bugs?|work-?arounds?|todo|github|schemathesis|swagger|redoc|postman|hypothesis|jsonschema"
    r"|pydantic|httpx|datamodel|python|generators?|code ?gen\w*|tools?|make generate)\b"
)


def test_descriptions_are_about_the_service() -> None:
    texts = [text for node in nodes(DOCUMENT) for key in ("summary", "description") if (text := node.get(key))]
    assert len(texts) > 200
    assert [text for text in texts if re.search(NOT_OF_THE_SERVICE, str(text), re.IGNORECASE)] == []


@each_call
def test_operations_have_a_unique_summary_and_a_description(call: Endpoint) -> None:
    summary, description = str(operation(call)["summary"]), str(operation(call)["description"])
    assert [other.name for other in CALLS if operation(other)["summary"] == summary] == [call.name]
    assert len(summary) < 60
    assert not summary.endswith(".")
    assert description.endswith(".")
