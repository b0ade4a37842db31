"""Tests that models agree with two JSON Schema validators, except for the differences listed here."""

import json
import math
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from functools import cache

import pytest
from hypothesis import assume, given, strategies as st
from pydantic import BaseModel, JsonValue
from pydantic_core import from_json, to_json

from jiffybox_sdk import JiffyArgumentException, JiffyAttributeException, validate
from jiffybox_sdk._common.arguments import whole_id
from jiffybox_sdk._common.type_guards import is_map
from jiffybox_sdk.validation import KINDS
from tests.support.payloads import SETTINGS, Payloads, at, edited, fitting
from tests.support.schema_tools import (
    KIND_SCHEMAS,
    Path,
    Schema,
    Spot,
    items,
    meant,
    oracle,
    plain,
    replaced,
    resolve,
    spots,
    written,
)
from tests.support.scripted import example


@cache
def fitting_kind(kind: str) -> Payloads:
    return fitting(KIND_SCHEMAS[kind])


def forms(payload: JsonValue) -> Sequence[object]:
    enveloped: JsonValue = {"messages": [], "result": payload}
    return [json.dumps(payload), payload, json.dumps(enveloped), enveloped]


def fault(kind: str, form: object) -> JiffyAttributeException | None:
    try:
        validate(form, KINDS[kind])
    except JiffyAttributeException as exception:
        return exception
    return None


def judged(kind: str, payload: JsonValue) -> tuple[bool, set[str]]:
    """Return whether the models accept a payload in all forms, and the missing fields."""
    faults = [fault(kind, form) for form in forms(payload)[: 2 if kind == "envelope" else 4]]
    verdicts = [None if found is None else (found.missing, found.wrong) for found in faults]
    assert verdicts == verdicts[:1] * len(verdicts)
    assert verdicts[0] != ((), ())
    return faults[0] is None, set(faults[0].missing if faults[0] else ())


def dumped(value: object) -> object:
    if isinstance(value, BaseModel):
        return value.model_dump(mode="json", exclude_unset=True)
    return {key: dumped(item) for key, item in value.items()} if is_map(value) else value


def lacking(schema: Schema, payload: JsonValue) -> Iterator[str]:
    """Yield the paths of missing fields in a payload."""
    for spot in [Spot((), resolve(schema)), *spots(schema, payload)]:
        value = at(payload, spot.path)
        for name in items(meant(spot.schema, value).get("required")):
            if isinstance(value, dict) and name not in value:
                yield written((*spot.path, str(name)))


@pytest.mark.parametrize("kind", KINDS)
@SETTINGS
@given(data=st.data())
def test_valid_payloads_are_read_completely(kind: str, data: st.DataObject) -> None:
    payload = data.draw(fitting_kind(kind))
    assume(not is_envelope(payload) or kind == "envelope")
    assert oracle(kind).accepts(payload)
    assert judged(kind, payload) == (True, set())
    assert dumped(validate(payload, KINDS[kind])) == with_keys(kind, as_read(KIND_SCHEMAS[kind], payload))


def with_keys(kind: str, payload: JsonValue) -> JsonValue:
    """Return a payload with the ids that its records have from the keys of the map."""
    if kind not in ("distributions", "backups_by_box", "ips_by_box") or not isinstance(payload, dict):
        return payload

    def placed(record: JsonValue, key: str) -> JsonValue:
        if not isinstance(record, dict):
            return record
        if kind == "distributions":
            return {**record, "id": key}
        with suppress(JiffyArgumentException):  # the key is not a number
            return {**record, "box_id": whole_id(key, "box")}
        return record

    if kind == "ips_by_box":
        return {
            key: {number: placed(ip, key) for number, ip in ips.items()} if isinstance(ips, dict) else ips
            for key, ips in payload.items()
        }
    return {key: placed(record, key) for key, record in payload.items()}


def as_read(schema: Schema, payload: JsonValue) -> JsonValue:
    """Return a payload as it is dumped: without aliases of slots, empty ports and passwords."""
    for spot in spots(schema, payload):
        value = at(payload, spot.path)
        if value == 0 and {"$ref": "time-slot.json"} in items(spot.schema.get("anyOf")):
            payload = replaced(payload, spot.path, 1)
        elif value == "" and {"const": ""} in items(spot.schema.get("anyOf")):
            payload = replaced(payload, spot.path, None)
        elif value and spot.schema.get("format") == "password":
            payload = replaced(payload, spot.path, "*" * 10)
    return payload


@pytest.mark.parametrize("kind", KINDS)
@SETTINGS
@given(data=st.data())
def test_models_agree_with_the_validators_on_edited_payloads(kind: str, data: st.DataObject) -> None:
    payload = data.draw(edited(KIND_SCHEMAS[kind], fitting_kind(kind)))
    assume(not is_envelope(payload) or kind == "envelope")
    accepted = oracle(kind).accepts(plain(KIND_SCHEMAS[kind], payload))
    assert judged(kind, payload) == (accepted, set(lacking(KIND_SCHEMAS[kind], payload)))


def is_envelope(payload: JsonValue) -> bool:
    return isinstance(payload, dict) and {"messages", "result"} <= payload.keys()


TOLERATED: dict[str, tuple[str, Path, JsonValue, JsonValue]] = {
    "decimal text for an integer": ("box", ("id",), "12345", 12345),
    "negative decimal text for an integer": ("disk", ("sizeInMB",), "-1", -1),
    "the longest decimal text for an integer": ("plan", ("id",), "9" * 19, 10**19 - 1),
    "decimal text for an integer within an object": ("box", ("plan", "ramInMB"), "2048", 2048),
    "decimal text for a number": ("plan", ("pricePerHour",), "0.02", 0.02),
    "decimal text without a point for a number": ("plan", ("priceCap",), "0", 0.0),
    "decimal text for an epoch": ("box", ("created",), "1460000000", 1_460_000_000),
    "decimal text for an epoch within a map": ("profile", ("disks", "xvda", "created"), "0", 0),
    "the text true for a boolean": ("box", ("running",), "true", True),
    "the text false for a boolean": ("box", ("isBeingCopied",), "false", False),
    "the text true for a result": ("done", (), "true", True),
    "an empty list for metadata": ("box", ("metadata",), [], {}),
    "an empty list for the map of disks": ("profile", ("disks",), [], {}),
    "an empty list for the map of boxes": ("boxes", (), [], {}),
    "an empty list for the map of plans": ("plans", (), [], {}),
    "an empty list for the map of addresses of a box": ("ips_by_box", ("12345",), [], {}),
    "decimal text for a day": ("backups", ("day",), "6", 6),
    "decimal text for a slot": ("schedule", ("timeid",), "0", 1),
    "decimal text for a port": ("check", ("port",), "80", 80),
    "the text true for a boolean of an address": ("ip", ("floating",), "true", True),
    "null for an optional slot": ("backups", ("time",), None, None),
    "null for an optional port": ("check", ("port",), None, None),
    "an empty list for the map of distributions": ("distributions", (), [], {}),
    "null for an optional text": ("box", ("host",), None, None),
    "null for an optional epoch": ("box", ("runningSince",), None, None),
    "null for an optional map": ("box", ("metadata",), None, None),
    "null for an optional object": ("box", ("activeProfile",), None, None),
    "null for an optional number": ("plan", ("priceCap",), None, None),
    "null for an optional integer": ("plan", ("cpus",), None, None),
    "null for an optional password": ("check", ("password",), None, None),
    "null for an optional boolean": ("check", ("active",), None, None),
    "decimal text for a day that nobody knows": ("schedule", ("dayid",), "9", 9),
    "decimal text for a code": ("check_result", ("code",), "0", 0),
    "an empty list for the map of the schedules": ("backups_by_box", (), [], {}),
    "an empty list for the map of modules": ("modules", (), [], {}),
    "an empty list for the calls of a part of a module": ("module", ("/",), [], {}),
    "null for an optional text within a map": ("profile", ("disks", "xvda", "distribution"), None, None),
}
"""Values that the models accept despite the schema, with the converted values."""

REFUSED_ALTHOUGH_IT_FITS: dict[str, tuple[str, Path, JsonValue]] = {
    "a float of 2**63 or more for an integer": ("plan", ("id",), 2.0**63),
    "a float of -2**63 or less for an integer": ("plan", ("cpus",), -(2.0**63)),
    "an integer that no float can hold for a number": ("plan", ("pricePerHour",), 10**309),
}


SAMPLES: Mapping[str, JsonValue] = {
    **{kind: example(kind) for kind in ("disk", "plan", "profile")},
    "box": example("box", 1),
    "boxes": {"12345": example("box")},
    "plans": {"44": example("plan")},
    "distributions": {"debian_stretch_64bit": example("distribution")},
    "done": False,
    **{kind: example(kind) for kind in ("backups", "check", "ip", "schedule")},
    "ips_by_box": {"12345": {"2001": example("ip")}},
    "backups_by_box": {"12345": example("backups")},
    "check_result": example("check-result"),
    "module": example("module-doc"),
    "modules": {"plans": "Tarife"},
}


@pytest.mark.parametrize("difference", TOLERATED)
def test_accepted_deviations_are_read_as_the_schema_demands(difference: str) -> None:
    kind, path, spelled, meant = TOLERATED[difference]
    payload = replaced(SAMPLES[kind], path, spelled)
    assert oracle(kind).accepts(SAMPLES[kind])
    assert not oracle(kind).accepts(payload)
    assert judged(kind, payload) == (True, set())
    for form in forms(payload):
        assert at(from_json(to_json(dumped(validate(form, KINDS[kind])))), path) == meant
    assert oracle(kind).accepts(plain(KIND_SCHEMAS[kind], payload))


@pytest.mark.parametrize("difference", REFUSED_ALTHOUGH_IT_FITS)
def test_numbers_beyond_the_limits_are_rejected_despite_the_schema(difference: str) -> None:
    kind, path, value = REFUSED_ALTHOUGH_IT_FITS[difference]
    payload = replaced(SAMPLES[kind], path, value)
    assert oracle(kind).accepts(payload)
    assert judged(kind, payload) == (False, set())
    assert not oracle(kind).accepts(plain(KIND_SCHEMAS[kind], payload))


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("id", 2**63),
        ("id", -(2**1000)),
        ("id", math.nextafter(2.0**63, 0)),
        ("id", -0.0),
        ("pricePerHour", 2**1000),
        ("pricePerHour", sys.float_info.max),
        ("pricePerHour", 5e-324),
        ("pricePerHour", -0.0),
    ],
)
def test_numbers_within_the_limits_are_read(field: str, value: float) -> None:
    payload: JsonValue = {**example("plan"), field: value}
    assert oracle("plan").accepts(payload)
    assert judged("plan", payload) == (True, set())
    assert dumped(validate(json.dumps(payload), "plan")) == payload
