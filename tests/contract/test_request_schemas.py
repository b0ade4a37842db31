"""Tests for request bodies: schemas and models agree, and sent bodies are valid."""

import json
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from typing import TypeVar

import pytest
from hypothesis import assume, given, strategies as st
from pydantic import JsonValue, ValidationError
from pydantic_core import from_json

from jiffybox_sdk import JiffyArgumentException
from jiffybox_sdk._client.endpoints import CALLS
from jiffybox_sdk._client.response import encode
from jiffybox_sdk._common.operation import Operation
from jiffybox_sdk.models._check_types import TYPES
from jiffybox_sdk.models._request import Request
from jiffybox_sdk.schemas import load
from tests.support.payloads import ANYTHING, SETTINGS, TEXT, Payloads, choices, edited, fitting, number
from tests.support.schema_tools import (
    REQUESTS,
    Path,
    Schema,
    generated,
    items,
    members,
    oracle,
    plain,
    refer,
    removed,
    replaced,
    resolve,
)
from tests.support.scripted import example, unchecked

T = TypeVar("T")

BASES = {f"requests/{members(base)['$ref']}"[:-5] for name in REQUESTS for base in items(load(name).get("allOf"))}
BODIES = [name for name in REQUESTS if "properties" in load(name) and name not in BASES]


def body(name: str) -> type[Request]:
    found = generated(name)
    assert issubclass(found, Request)
    return found


@cache
def fitting_body(name: str) -> Payloads:
    return fitting(refer(name))


def made(name: str, payload: JsonValue) -> Request | None:
    """Return the body with some fields, or `None` if they are rejected."""
    assert isinstance(payload, dict)
    try:
        return unchecked(body(name))(**payload)
    except JiffyArgumentException:
        return None


def read(name: str, payload: JsonValue) -> Request | None:
    """Return the body that is read from JSON and from Python objects, or `None` if it is rejected."""
    found = [
        attempted(body(name).model_validate_json, json.dumps(payload)),
        attempted(body(name).model_validate, payload),
    ]
    assert found[0] == found[1]
    return found[0]


def attempted(reading: Callable[[T], Request], form: T) -> Request | None:
    try:
        return reading(form)
    except ValidationError:
        return None


def sent(request: Request) -> JsonValue:
    """Return the JSON that is sent."""
    content = encode(Operation(CALLS[0], "path", request))
    assert content is not None
    found: JsonValue = from_json(content)
    return found


def typed(name: str, payload: JsonValue) -> JsonValue:
    """Return a body as its schema demands, including the type of a check."""
    consts = {field: members(node)["const"] for field, node in fields_of(name).items() if "const" in members(node)}
    found = plain(refer(name), payload)
    return {**consts, **found} if isinstance(found, dict) else found


def fields_of(name: str) -> Mapping[str, JsonValue]:
    return members(resolve(refer(name))["properties"])


def test_each_request_body_has_a_schema() -> None:
    taken = {call.takes for call in CALLS if call.takes} | set(TYPES.values())
    assert taken == {body(name) for name in (*BODIES, *BASES)}


@pytest.mark.parametrize("name", BODIES)
def test_examples_are_accepted_and_sent_unchanged(name: str) -> None:
    for sample in items(load(name)["examples"]):
        request = made(name, sample)
        assert request is not None
        assert request == read(name, sample)
        assert sent(request) == sample
        for field in items(resolve(refer(name)).get("required")):
            less = removed(sample, (str(field),))
            assert not oracle(name).accepts(less)
            assert (
                (made(name, less) is None)
                == (read(name, less) is None)
                == ("const" not in members(fields_of(name)[str(field)]))
            )


@pytest.mark.parametrize("name", BODIES)
@SETTINGS
@given(data=st.data())
def test_valid_bodies_are_accepted_and_sent_unchanged(name: str, data: st.DataObject) -> None:
    payload = data.draw(fitting_body(name))
    assert oracle(name).accepts(payload)
    request = made(name, payload)
    assert request is not None
    assert request == read(name, payload)
    assert sent(request) == plain(refer(name), payload)


@pytest.mark.parametrize("name", BODIES)
@SETTINGS
@given(data=st.data())
def test_models_agree_with_the_validators_on_edited_payloads(name: str, data: st.DataObject) -> None:
    payload = data.draw(edited(refer(name), fitting_body(name)))
    if not isinstance(payload, dict):
        assert read(name, payload) is None
        return
    # To Python, and so to jsonschema, a "$" in a pattern may be before a line break, but not to the others.
    assume(r'\n"' not in json.dumps(payload))
    payload |= data.draw(st.dictionaries(TEXT, ANYTHING, max_size=1))
    fields: JsonValue = {field: value for field, value in payload.items() if value is not None}
    request = made(name, fields)
    assert (request is not None) == oracle(name).accepts(typed(name, fields))
    assert request == made(name, payload)
    assert request is None or oracle(name).accepts(sent(request))
    # What is made leaves out what is null. What is read does not, and so a null is among what there is to choose from.
    assume(all(payload.get(field, "") is not None for field in choices(resolve(refer(name)))))
    assert (read(name, payload) is not None) == oracle(name).accepts(typed(name, payload))


def around_limits(schema: Schema, sample: JsonValue) -> Iterator[JsonValue]:
    """Yield values at each limit in a schema, and just beyond it."""
    if "items" in schema:
        yield from ([value] for value in around_limits(members(schema["items"]), items(sample)[0]))
    for limit in LIMITS & schema.keys():
        for size in (number(schema, limit) or 0, (number(schema, limit) or 0) + (1 if "max" in limit else -1)):
            if isinstance(sample, str) and size >= 0:
                yield sample.rjust(size, "x")[max(0, len(sample) - size) :]
            elif isinstance(sample, list) and size >= 0:
                yield sample[:1] * size
            elif isinstance(sample, int):
                yield size


LIMITS = {"minimum", "maximum", "minLength", "maxLength", "minItems", "maxItems"}


def fitting_beside(name: str, field: str) -> dict[str, JsonValue]:
    """Return the first example of a body, without the alternatives of a field."""
    schema = resolve(refer(name))
    rivals = choices(schema) if field in choices(schema) and "oneOf" in schema else []
    return {other: value for other, value in example(name).items() if other not in rivals}


@pytest.mark.parametrize("name", BODIES)
def test_models_have_the_limits_of_their_schemas(name: str) -> None:
    for field, node in fields_of(name).items():
        verdicts: set[bool] = set()
        for value in around_limits(members(node), items(members(node)["examples"])[0]):
            payload: JsonValue = {**fitting_beside(name, field), field: value}
            verdicts.add(oracle(name).accepts(payload))
            assert (made(name, payload) is not None) == oracle(name).accepts(payload)
            assert (read(name, payload) is not None) == oracle(name).accepts(payload)
        assert verdicts in (set(), {True, False})


TOLERATED: dict[str, tuple[str, Path, JsonValue, JsonValue]] = {
    "decimal text for an integer": ("requests/ping-check", ("port",), "80", 80),
    "decimal text for an integer in a list": ("requests/change-check", ("contactGroups", 0), "7", 7),
    "decimal text for a day": ("requests/change-backups", ("dayid",), "0", 0),
    "the text true for a boolean": ("requests/imap-check", ("ssl",), "true", True),
    "the text false for a boolean": ("requests/create-box", ("use_sshkey",), "false", False),
    "an empty list for metadata": ("requests/duplicate-box", ("metadata",), [], {}),
}
"""Values that the models accept despite the schema, with the values that are sent."""

REFUSED: dict[str, tuple[str, Path, JsonValue]] = {
    "a number beyond the last slot": ("requests/change-backups", ("timeid",), 7),
    "the other spelling of the first slot, which only responses know": ("requests/change-backups", ("timeid",), 0),
    "true for a day": ("requests/enable-backups", ("dayid",), True),
    "no port": ("requests/ping-check", ("port",), ""),
    "the port 0 as text": ("requests/ping-check", ("port",), "0"),
    "a name for an address": ("requests/ping-check", ("ip",), "example.org"),
    "an address of the sixth version": ("requests/ping-check", ("ip",), "2001:db8::1"),
    "an address with leading zeros": ("requests/change-check", ("ip",), "198.51.100.007"),
    "an address with white space": ("requests/change-check", ("ip",), " 198.51.100.7"),
    "an address as a number": ("requests/change-check", ("ip",), 3_325_256_711),
    "a password that is empty": ("requests/change-check", ("password",), ""),
    "a password that is not text": ("requests/create-box", ("password",), 5),
    "the type of another check": ("requests/http-check", ("checkType",), "https"),
    "a type in capitals": ("requests/http-check", ("checkType",), "HTTP"),
    "the fields of another type": ("requests/ping-check", ("path",), "/"),
    "the name of a field of responses": ("requests/ping-check", ("contactgroups",), [7]),
    "true for the number of a group": ("requests/ping-check", ("contactGroups",), [True]),
    "no contacts": ("requests/create-contact-group", ("contacts",), []),
    "eleven contacts": (
        "requests/create-contact-group",
        ("contacts",),
        [f"a{number}@example.org" for number in range(11)],
    ),
    **{
        f"a contact with {character!a}": (
            "requests/create-contact-group",
            ("contacts", 0),
            f"a{character}b@example.org",
        )
        for character in " \x1c\x85\u2028\ufeff"  # what white space is, regular expressions disagree on
    },
    "a contact without a domain": ("requests/create-contact-group", ("contacts", 0), "a@b"),
    "a distribution and a backup": ("requests/create-box", ("backupid",), "0" * 32),
}


def with_field(name: str, path: Path, value: JsonValue) -> JsonValue:
    """Return the first example of a body with another value."""
    field, *_ = path
    shown = items(members(fields_of(name).get(str(field)))["examples"])[0] if len(path) > 1 else None
    return replaced({**example(name), str(field): shown}, path, value)


@pytest.mark.parametrize("difference", TOLERATED)
def test_accepted_deviations_are_sent_as_the_schema_demands(difference: str) -> None:
    name, path, spelled, meant = TOLERATED[difference]
    payload = with_field(name, path, spelled)
    assert not oracle(name).accepts(payload)
    for request in (made(name, payload), read(name, payload)):
        assert request is not None
        assert sent(request) == with_field(name, path, meant)
        assert oracle(name).accepts(sent(request))


@pytest.mark.parametrize("mistake", REFUSED)
def test_invalid_bodies_are_rejected_by_schema_and_model(mistake: str) -> None:
    name, path, value = REFUSED[mistake]
    payload = with_field(name, path, value)
    assert not oracle(name).accepts(payload)
    assert (made(name, payload), read(name, payload)) == (None, None)


@pytest.mark.parametrize("name", TYPES)
def test_a_check_is_sent_with_its_type(name: str) -> None:
    [schema] = [schema for schema in BODIES if body(schema) is TYPES[name]]
    untyped = removed(example(schema), ("checkType",))
    assert not oracle(schema).accepts(untyped)
    for request in (
        made(schema, untyped),
        read(schema, untyped),
        made(schema, {**members(untyped), "checkType": None}),
    ):
        assert request is not None
        assert sent(request) == {**members(untyped), "checkType": name}
