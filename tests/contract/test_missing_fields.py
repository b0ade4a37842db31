"""Tests that exceptions name each missing or wrong field, at any depth."""

from collections.abc import Iterator
from functools import partial

import httpx
import pytest
from pydantic import JsonValue, ValidationError
from pydantic_core import to_json

from jiffybox_sdk import (
    JiffyAttributeException,
    JiffyTransportException,
    validate,
)
from jiffybox_sdk._client.endpoints import CALLS
from jiffybox_sdk.schemas import load
from jiffybox_sdk.validation import KINDS
from tests.support.calls import SAMPLES, Edit, answer_to
from tests.support.schema_tools import (
    KIND_SCHEMAS,
    anything,
    items,
    members,
    oracle,
    plain,
    removed,
    replaced,
    written,
)
from tests.support.scripted import example, scripted
from tests.support.validation import places, wrong_values

KIND_OF = {str(call.name): call.returns for call in CALLS}


def ask(what: str, edit: Edit | None = None) -> JsonValue:
    """Return the result in a response."""
    return answer_to(what, edit).result


def kind_of(what: str) -> str:
    return KIND_OF[SAMPLES[what][0]]


def faulty(kind: str, edited: JsonValue) -> Iterator[JiffyAttributeException]:
    """Yield the exceptions of `validate`, with and without an envelope."""
    envelopes: list[JsonValue] = [] if kind == "envelope" else [{"messages": [], "result": edited}]
    for payload in [edited, *envelopes]:
        for form in (to_json(payload), payload):
            with pytest.raises(JiffyAttributeException) as raised:
                validate(form, KINDS[kind])
            yield raised.value


def check(
    kind: str, edited: JsonValue, *, missing: str | None = None, wrong: str | None = None, what: str = ""
) -> None:
    """Assert that exceptions name exactly these missing and wrong paths."""
    found = list(faulty(kind, edited))
    if what:
        with pytest.raises(JiffyAttributeException) as raised:
            ask(what, lambda _: edited)
        assert raised.value.operation is not None
        assert raised.value.operation.call.name == SAMPLES[what][0]
        found.append(raised.value)
    for exception in found:
        assert exception.missing == (() if missing is None else (missing,))
        assert exception.wrong == (() if wrong is None else (wrong,))
        assert (missing or wrong or "") in str(exception)
        assert exception.payload == edited
        assert isinstance(exception.__cause__, ValidationError)


@pytest.mark.parametrize("what", SAMPLES)
def test_a_missing_field_is_named(what: str) -> None:
    result = ask(what)
    for spot in places(kind_of(what), result):
        if spot.required:
            check(kind_of(what), removed(result, spot.path), missing=written(spot.path), what=what)


@pytest.mark.parametrize("what", SAMPLES)
def test_null_in_a_required_field_is_named(what: str) -> None:
    result = ask(what)
    for spot in places(kind_of(what), result):
        if not spot.optional and not anything(spot.schema):
            check(kind_of(what), replaced(result, spot.path, None), wrong=written(spot.path), what=what)


@pytest.mark.parametrize("what", SAMPLES)
def test_a_wrong_type_is_named(what: str) -> None:
    result = ask(what)
    for spot in places(kind_of(what), result):
        for number, odd in enumerate(wrong_values(spot.schema)):
            asked = "" if number else what  # once is enough
            check(kind_of(what), replaced(result, spot.path, odd), wrong=written(spot.path), what=asked)


@pytest.mark.parametrize("what", SAMPLES)
def test_an_optional_field_may_be_missing_or_null(what: str) -> None:
    result = ask(what)
    for spot in places(kind_of(what), result):
        if spot.optional:
            ask(what, partial(removed, path=spot.path))
            ask(what, partial(replaced, path=spot.path, new=None))


@pytest.mark.parametrize("what", SAMPLES)
def test_answers_of_the_emulator_are_valid(what: str) -> None:
    assert oracle(kind_of(what)).accepts(plain(KIND_SCHEMAS[kind_of(what)], ask(what)))


def test_these_answers_cover_all_calls_and_kinds_of_fields() -> None:
    assert {call for call, _, _ in SAMPLES.values()} == KIND_OF.keys()
    seen = {written(spot.path) for what in SAMPLES for spot in places(kind_of(what), ask(what))}
    assert {
        "$", "plan.ramInMB", "ips.public[0]", "activeProfile.disks.xvda.sizeInMB", "runningSince", "metadata",
        "10001.plan.ramInMB", "10001.activeProfile.disks.xvdb.status", "10002.ips", "44.id", "55.cpus",
        "centos_7_64bit.minDiskSizeMB", "defaultKernel",
        "10001.daily.id", "manual.created", "biweekly", "dayid", "10001.2003.reverseLookup.delegatedTo[0]",
        "2001.floating", "1.contacts[0]", "1001.contactgroups[0].name", "port", "1001.code", "Plans",
        "['/'].POST.parameters.must.name.type", "description",
    } <= seen  # fmt: skip


@pytest.mark.parametrize("kind", ["disk", "profile", "message", "envelope"])
def test_kinds_that_no_call_returns_have_exact_paths_too(kind: str) -> None:
    for sample in items(load(kind)["examples"]):
        for spot in places(kind, sample):
            if spot.required:
                check(kind, removed(sample, spot.path), missing=written(spot.path))
            if not spot.optional and not anything(spot.schema):
                check(kind, replaced(sample, spot.path, None), wrong=written(spot.path))
            for odd in wrong_values(spot.schema):
                check(kind, replaced(sample, spot.path, odd), wrong=written(spot.path))


@pytest.mark.parametrize("field", ["type", "message"])
def test_an_incomplete_message_is_an_invalid_envelope(field: str) -> None:
    half = removed(example("message"), (field,))
    with pytest.raises(JiffyAttributeException, match="invalid Envelope") as raised:
        validate({"messages": [half], "result": example("box")}, "box")
    assert raised.value.missing == (f"messages[0].{field}",)
    client, _, _ = scripted(httpx.Response(200, content=to_json({"messages": [half], "result": None})))
    with pytest.raises(JiffyTransportException, match="not an envelope"):
        client.box(1)


@pytest.mark.parametrize("key", ["<empty list>", "<map>", "str", "a.b", "", "0", "xvda[0]", "ä ö", "[key]", "\n"])
def test_any_key_of_a_map_is_part_of_the_path(key: str) -> None:
    shown = key if key.replace(" ", "").isalnum() else f"[{key!r}]"
    disks = ("activeProfile", "disks")
    others = members(example("profile")["disks"])
    path = f"activeProfile.disks{shown if shown.startswith('[') else f'.{shown}'}.sizeInMB"
    lacking = removed(example("disk"), ("sizeInMB",))
    check("box", replaced(example("box", 1), disks, {key: lacking, **others}), missing=path)
    check("box", replaced(example("box", 1), disks, {**others, key: {**example("disk"), "sizeInMB": None}}), wrong=path)
    check("plans", {key: removed(example("plan"), ("ramInMB",)), "44": example("plan")}, missing=f"{shown}.ramInMB")
    check("plans", {"44": example("plan"), key: 5}, wrong=shown)
    good: JsonValue = {key: example("disk"), "xvda": lacking}
    check("box", replaced(example("box", 1), disks, good), missing="activeProfile.disks.xvda.sizeInMB")


def test_all_missing_fields_are_named_at_once() -> None:
    payload: JsonValue = {"10001": {}, "10002": example("box")}
    for form in (payload, to_json(payload)):
        with pytest.raises(JiffyAttributeException) as raised:
            validate(form, "boxes")
        assert raised.value.missing == tuple(f"10001.{field}" for field in items(load("box")["required"]))
        assert raised.value.wrong == ()
