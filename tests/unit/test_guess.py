"""Tests for `guess`."""

import pytest
from pydantic import JsonValue
from pydantic_core import to_json

from jiffybox_sdk import JiffyAttributeException, validate
from jiffybox_sdk.validation import KINDS, guess
from tests.support.schema_tools import KIND_SCHEMAS, members, others, removed, replaced, resolve, spots
from tests.support.scripted import PASSWORD, example
from tests.support.validation import samples

MAPS = [
    "backups_by_box", "boxes", "check_results", "checks", "contact_groups", "distributions", "ips", "ips_by_box",
    "modules", "plans",
]  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
def test_the_kind_of_each_example_is_guessed(kind: str) -> None:
    for sample in samples(KIND_SCHEMAS[kind]):
        if kind == "envelope":
            continue
        for payload in (sample, {"messages": [], "result": sample}):
            found = guess(to_json(payload))
            assert found.kind == kind
            assert found.candidates[0].kind == kind
            assert found.candidates[0].fits
            assert "nothing is missing or of another type" in found.reason


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind not in {"done", "envelope", "message", "modules"}])
def test_a_new_or_missing_field_does_not_change_the_guess(kind: str) -> None:
    for sample in samples(KIND_SCHEMAS[kind]):
        for spot in spots(KIND_SCHEMAS[kind], sample):
            if spot.required and len(members(sample)) > 2:
                lacking = guess(removed(sample, spot.path))
                assert lacking.kind == kind
                assert not lacking.candidates[0].fits
        schema = resolve(KIND_SCHEMAS[kind])
        if isinstance(sample, dict) and "properties" in schema and not others(schema):
            found = guess({**sample, "new": [1]})
            assert found.kind == kind
            assert found.candidates[0].unknown == 1
            assert "1 unknown field" in found.reason


def test_candidates_fit_if_and_only_if_validate_accepts_them() -> None:
    payloads: list[JsonValue] = [
        {},
        [],
        True,
        {"1": {}},
        {"1": []},
        {"Plans": "Tarife"},
        example("box", 1),
        example("ip"),
    ]
    for payload in payloads:
        for candidate in guess(payload).candidates:
            try:
                validate(payload, KINDS[candidate.kind])
            except JiffyAttributeException:
                assert not candidate.fits
            else:
                assert candidate.fits


@pytest.mark.parametrize(
    ("payload", "kinds"),
    [
        ({}, ["backups", *MAPS]),
        ([], MAPS),
        ("[]", MAPS),
        ({"12345": {}}, ["backups_by_box", "ips_by_box"]),
    ],
)
def test_an_ambiguous_payload_has_several_candidates(payload: object, kinds: list[str]) -> None:
    found = guess(payload)
    assert found.kind is None
    assert found.reason == f"equally likely: {', '.join(kinds)}"
    assert [candidate.kind for candidate in found.candidates] == kinds


@pytest.mark.parametrize(
    ("payload", "reason"),
    [
        (b"{", "not JSON"),
        (b"", "not JSON"),
        (b"[" * 100_000, "not JSON"),
        (None, "no kind looks like this null"),
        (5, "no kind looks like this integer"),
        ('"text"', "no kind looks like this string"),
        ({"a": 1}, "no kind looks like this object"),
        ({"id": 1, "name": "x"}, "no kind looks like this object"),
        ([{"id": 1}], "no kind looks like this array"),
    ],
)
def test_an_unknown_payload_has_no_candidates(payload: object, reason: str) -> None:
    found = guess(payload)
    assert (found.kind, found.reason, found.candidates) == (None, reason, ())


def test_the_content_of_an_envelope_decides_unless_it_is_empty() -> None:
    refused = guess({"messages": [example("message")], "result": False})
    assert (refused.kind, refused.reason) == ("envelope", "an envelope with an error message")
    nothing = guess({"messages": [], "result": None})
    assert nothing.kind == "envelope"
    assert "of no known kind" in nothing.reason
    done = guess({"messages": [], "result": "true"})
    assert [candidate.kind for candidate in done.candidates] == ["done", "envelope"]
    empty = guess(b'{"messages": [], "result": []}')
    assert empty.kind is None
    assert [candidate.kind for candidate in empty.candidates] == [*MAPS, "envelope"]


def test_the_most_likely_candidate_comes_first() -> None:
    payload = replaced({"44": example("plan")}, ("44", "ramInMB"), "much")
    found = guess(payload)
    assert found.kind == "plans"
    assert found.candidates[0].reasons == ("1 error", "8 known fields")


def test_reasons_contain_no_values() -> None:
    assert PASSWORD not in repr(guess({**example("check"), "password": PASSWORD, "new": PASSWORD}))
