"""Tests for `jiffybox_sdk.schemas`: bundles, paths, versions and errors."""

import hashlib
import json
import re
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

import jsonschema_rs
import pytest
from jsonschema import Draft202012Validator  # type: ignore[import-untyped] # it ships no types
from pydantic import JsonValue

from jiffybox_sdk import JiffyArgumentException, schemas
from tests.support.payloads import ODD
from tests.support.schema_tools import REQUESTS, Oracle, items, members, oracle, removed, replaced, spots

each = pytest.mark.parametrize("name", schemas.names())


@cache
def bundled(name: str) -> Oracle:
    return Oracle(schemas.bundle(name), formats=name in REQUESTS, alone=True)


@cache
def referred(name: str) -> Oracle:
    """Return validators that use a definition in the complete bundle."""
    whole = {**schemas.bundle(), "$ref": f"#/$defs/{schemas.load(name)['title']}"}
    return Oracle(whole, formats=name in REQUESTS, alone=True)


def broken(name: str, sample: JsonValue) -> Iterator[JsonValue]:
    """Yield payloads without each field, and with each value replaced."""
    yield from ODD
    if not isinstance(sample, dict):
        return
    schema = schemas.load(name)
    for field in sample:
        yield removed(sample, (field,))
        for odd in ODD:
            yield {**sample, field: odd}
    if name not in REQUESTS:
        for spot in spots(schema, sample):
            yield replaced(sample, spot.path, [None])
            if isinstance(spot.path[-1], str):
                yield removed(sample, spot.path)
    yield {**sample, "new": 1}


@each
def test_a_bundle_agrees_with_its_schema_on_examples_and_variations(name: str) -> None:
    schema = schemas.load(name)
    met: set[tuple[bool, bool]] = set()
    for sample in [*items(schema.get("examples")), *items(schema.get("enum"))]:
        for payload in (sample, *broken(name, sample)):
            verdicts = oracle(name).verdicts(payload)
            assert bundled(name).verdicts(payload) == verdicts
            assert referred(name).verdicts(payload) == verdicts
            met.add(verdicts)
    assert {(True, True), (False, False)} <= met or name == "metadata"


def references(node: JsonValue) -> Iterator[str]:
    """Yield all references. (No example has a field of that name.)"""
    if isinstance(node, list):
        for item in node:
            yield from references(item)
    elif isinstance(node, dict):
        yield from (str(value) for key, value in node.items() if key == "$ref")
        for value in node.values():
            yield from references(value)


def keys(node: JsonValue) -> Iterator[str]:
    if isinstance(node, list):
        for item in node:
            yield from keys(item)
    elif isinstance(node, dict):
        yield from node
        for value in node.values():
            yield from keys(value)


@pytest.mark.parametrize("name", [*schemas.names(), None])
def test_a_bundle_contains_exactly_the_definitions_that_it_refers_to(name: str | None) -> None:
    bundle = schemas.bundle(name)
    Draft202012Validator.check_schema(bundle)
    jsonschema_rs.meta.validate(bundle)
    found = {*references(bundle)}
    definitions = {f"#/$defs/{title}" for title in members(bundle.get("$defs"))}
    assert all(reference in definitions for reference in found)
    assert name is None or found == definitions
    identifier = urlsplit(str(bundle["$id"]))
    assert (identifier.scheme, identifier.fragment, identifier.query) == ("https", "", "")
    assert str(identifier.hostname).endswith(".invalid")
    assert identifier.path == f"/schemas/{schemas.VERSION}/{name or 'all'}.json"
    assert [key for key in keys(bundle) if key in ("$id", "$schema")] == ["$schema", "$id"]


def test_the_complete_bundle_has_each_schema_by_its_title() -> None:
    titles = [str(schemas.load(name)["title"]) for name in schemas.names()]
    assert len({*titles}) == len(titles)
    whole = schemas.bundle()
    assert list(members(whole["$defs"])) == titles
    assert whole.keys() == {"$schema", "$id", "title", "description", "$defs"}


@each
def test_a_bundle_keeps_all_keywords_of_the_schema(name: str) -> None:
    schema, bundle = schemas.load(name), schemas.bundle(name)
    assert bundle.keys() - {"$defs"} == schema.keys()
    for key in ("title", "description", "required", "examples", "enum"):
        assert bundle.get(key) == schema.get(key)
    assert members(bundle.get("properties")).keys() == members(schema.get("properties")).keys()


def without(node: JsonValue) -> JsonValue:
    """Return a document without our own keywords and form encoding. (No field and no example has such a name.)"""
    if isinstance(node, list):
        return [without(item) for item in node]
    if not isinstance(node, dict):
        return node
    return {key: without(value) for key, value in node.items() if not re.match("x-|application/x-www-form", key)}


@pytest.mark.parametrize("name", [*schemas.names(), None])
def test_a_plain_bundle_lacks_only_keywords_of_our_own(name: str | None) -> None:
    assert schemas.bundle(name, plain=True) == without(schemas.bundle(name))


def test_a_plain_openapi_document_also_lacks_form_encoding() -> None:
    plain = schemas.openapi(plain=True)
    assert plain == without(schemas.openapi())
    assert "form-urlencoded" not in json.dumps(plain)
    assert "form-urlencoded" in json.dumps(schemas.openapi())


def test_data_that_looks_like_a_reference_is_kept(
    monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("schemas")
    odd: JsonValue = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "odd.json",
        "title": "Odd",
        "examples": [{"$ref": "odd.json"}],
        "properties": {
            "$ref": {"type": "string"},
            "examples": {"$ref": "odd.json"},
            "x-field": {"x-standing": "inferred", "const": {"x-data": 1}},
            "again": {"$ref": "requests/b.json"},
        },
    }
    back: JsonValue = {"title": "Back", "items": {"$ref": "../odd.json"}, "enum": [{"$ref": "x"}]}
    (folder / "requests").mkdir()
    (folder / "odd.json").write_text(json.dumps(odd), "utf-8")
    (folder / "requests" / "b.json").write_text(json.dumps(back), "utf-8")
    files = {"odd": folder / "odd.json", "requests/b": folder / "requests" / "b.json"}
    monkeypatch.setattr(schemas, "_files", lambda: files)
    bundle = schemas.bundle("odd")
    assert bundle["examples"] == [{"$ref": "odd.json"}]
    assert bundle["properties"] == {
        "$ref": {"type": "string"},
        "examples": {"$ref": "#"},
        "x-field": {"x-standing": "inferred", "const": {"x-data": 1}},
        "again": {"$ref": "#/$defs/Back"},
    }
    assert members(schemas.bundle("odd", plain=True)["properties"])["x-field"] == {"const": {"x-data": 1}}
    assert bundle["$defs"] == {"Back": {"title": "Back", "items": {"$ref": "#"}, "enum": [{"$ref": "x"}]}}


@each
def test_path_returns_the_file_of_a_schema(name: str) -> None:
    assert json.loads(schemas.path(name).read_text("utf-8")) == schemas.load(name)


def test_results_can_be_changed() -> None:
    gives: list[Callable[[], dict[str, JsonValue]]] = [schemas.bundle, lambda: schemas.bundle("box"), schemas.openapi]
    for give in gives:
        give().clear()
        assert give()


LIKELY: Mapping[str, str] = {
    "boxs": "box",
    "Box": "box",
    "box.json": "box",
    "BoxStatus": "box-status",
    "contact_group": "contact-group",
    "create-box": "requests/create-box",
    "CreateBox": "requests/create-box",
    "request/create-bocks": "requests/create-box",
    "distributions": "distribution",
}


@pytest.mark.parametrize("take", [schemas.load, schemas.path, schemas.bundle])
@pytest.mark.parametrize("name", LIKELY)
def test_a_similar_name_is_suggested(take: Callable[[str], object], name: str) -> None:
    hint = rf"^unknown schema '{name}': did you mean '{LIKELY[name]}'\? Otherwise, expected one of addresses, backup, "
    with pytest.raises(JiffyArgumentException, match=hint):
        take(name)
    with pytest.raises(JiffyArgumentException, match=r"^unknown schema 'xyz': expected one of addresses, backup, "):
        take("xyz")


VERSIONS: Mapping[str, Mapping[str, object]] = json.loads(
    (Path(__file__).parents[1] / "support" / "data" / "schema-versions.json").read_text("utf-8")
)


def digest() -> str:
    everything = {name: schemas.load(name) for name in schemas.names()}
    return hashlib.sha256(json.dumps(everything, sort_keys=True).encode()).hexdigest()


def test_the_schemas_do_not_change_without_their_version() -> None:
    """If this fails, run `make generate`. Raise `VERSION` first, as its module describes, if it is released."""
    assert VERSIONS[schemas.VERSION]["sha256"] == digest()


def test_versions_are_semantic_and_go_up() -> None:
    versions = [tuple(map(int, version.split("."))) for version in VERSIONS]
    assert all(re.fullmatch(r"(0|[1-9]\d*)(\.(0|[1-9]\d*)){2}", version) for version in VERSIONS)
    assert versions == sorted({*versions})
    assert list(VERSIONS)[-1] == schemas.VERSION
    assert len({entry["sha256"] for entry in VERSIONS.values()}) == len(VERSIONS)
