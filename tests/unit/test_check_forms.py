"""Tests for the forms of files and streams: lists of records, gzip, indented values, and values of unknown kind."""

import copy
import gzip
import json
import pickle
import zlib
from io import BytesIO
from pathlib import Path

import pytest
from pydantic import JsonValue
from pydantic_core import to_json

from jiffybox_sdk import Box, JiffyArgumentException, Plan
from jiffybox_sdk.validation import Form, Result, check, check_path, check_stream, guess
from jiffybox_sdk.validation._results import LARGEST
from tests.support.saved import BROKEN, PLAN
from tests.support.scripted import example, unchecked
from tests.support.shell import Shell
from tests.support.validation import rules

BROKEN_RULES = ["missing-field", "unknown-field"]


def entries(data: bytes, form: Form | None = "value") -> list[tuple[str, list[str]]]:
    return [
        (result.entry, [finding.rule for finding in result.findings])
        for result in check_stream(BytesIO(data), "plan", form)
    ]


def test_each_record_of_a_list_is_a_value() -> None:
    assert entries(b"[%b,\n%b , %b]\n" % (PLAN, BROKEN, PLAN)) == [("/0", []), ("/1", BROKEN_RULES), ("/2", [])]
    assert entries(b"[" + PLAN + b"]", form=None) == [("/0", [])]


@pytest.mark.parametrize(
    ("end", "expected"),
    [
        (b"", [("/1", ["not-json"])]),
        (b" 1]", [("/1", ["not-json"])]),
        (b",", [("/1", ["not-json"])]),
        (b",]", [("/1", ["not-json"])]),
        (b",{]", [("/1", ["not-json"])]),
        (b"]1", [("/1", ["trailing-data"])]),
        (b"," + b"[" * 100_000, [("/1", ["too-deep"])]),
    ],
    ids=["end", "no comma", "comma", "no value", "broken", "trailing", "deep"],
)
def test_a_broken_list_is_read_up_to_its_first_mistake(end: bytes, expected: list[tuple[str, list[str]]]) -> None:
    found = entries(b"[" + PLAN + end)
    assert found == [("/0", []), *expected]


@pytest.mark.parametrize(
    "record", [b"9" * 5000, b'"\xff"', b"NaN", b'{"a":1,"a":2}'], ids=["long", "not UTF-8", "NaN", "twice"]
)
def test_a_record_that_strict_parsers_reject_does_not_affect_others(record: bytes) -> None:
    first, second = entries(b"[%b,%b]" % (record, PLAN))
    assert first[1]
    assert second == ("/1", [])


def test_a_list_may_be_larger_than_a_value_but_not_its_records() -> None:
    padded = PLAN + b" " * 2**20
    assert entries(b"[" + b",".join([padded] * 20) + b"]") == [(f"/{number}", []) for number in range(20)]
    assert entries(b'[1,"%b",%b]' % (b"x" * LARGEST, PLAN))[1:] == [("/1", ["too-large"]), ("/2", [])]
    assert entries(b'[1,"' + b"x" * 2 * LARGEST)[1:] == [("/1", ["too-large"])]


def test_an_empty_list_is_an_empty_map() -> None:
    [result] = check_stream(BytesIO(b" [ ]"), "boxes", "value")
    assert ([finding.rule for finding in result.findings], result.entry) == (["coerced"], "")


@pytest.mark.parametrize("name", ["a.json.gz", "a.jsonl.GZ", "a.ndjson.gz", "a.json"])
def test_gzip_is_inflated_whatever_the_name(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(gzip.compress(BROKEN))
    assert rules(check_path(tmp_path, "plan")) == [(1, BROKEN_RULES)]


@pytest.mark.parametrize("form", ["lines", "value"])
def test_damaged_gzip_is_unreadable(form: Form) -> None:
    whole = gzip.compress(BROKEN * 50, compresslevel=0)
    for damaged in (whole[:-10], whole[:10] + b"\xff" * 20, whole[:-8] + bytes(8), b"\x1f\x8b"):
        *_, (_, found) = rules(check_stream(BytesIO(damaged), "plan", form))
        assert found == ["unreadable"]


def test_inflating_is_bounded() -> None:
    compressor = zlib.compressobj(wbits=31)
    bomb = b"".join(compressor.compress(bytes(2**20)) for _ in range(64)) + compressor.flush()
    assert rules(check_stream(BytesIO(bomb), "plan", "value")) == [(1, ["too-large"])]
    assert rules(check_stream(BytesIO(bomb), "plan", "lines")) == [(1, ["too-large"])]


@pytest.mark.parametrize("indent", [0, 1, 4], ids=str)
@pytest.mark.parametrize("start", [b"", b"\n \n", b"\xff\xfe"], ids=["alone", "empty lines", "UTF-16"])
def test_the_first_line_of_a_stream_shows_an_indented_value(indent: int, start: bytes) -> None:
    text = json.dumps(example("box"), indent=indent)
    data = start + (text.encode("utf-16-le") if start == b"\xff\xfe" else text.encode())
    *about, value = check_stream(BytesIO(data), "box")
    assert ([finding.rule for finding in value.findings], value.line) == ([], 1)
    assert len(about) == (start == b"\xff\xfe")


@pytest.mark.parametrize("first", [b"{", b'{"id": 1,', b'{"a": [', PLAN, b"[]", b"1"], ids=repr)
def test_a_broken_first_line_is_followed_by_lines(first: bytes) -> None:
    assert [result.line for result in check_stream(BytesIO(first + b"\n" + PLAN + b"\n"), "plan")] == [1, 2]


def test_a_result_has_kind_value_and_json() -> None:
    first, second, third = check_stream(BytesIO(b"%b\n%b\ntrue\n" % (PLAN, BROKEN)), guess=True)
    assert (first.kind, first.data, third.kind, third.value) == ("plan", PLAN, "done", True)
    assert isinstance(first.value, Plan)
    assert (second.kind, second.value) == ("plan", None)
    [box] = check_stream(BytesIO(to_json(example("box"))), Box)
    assert (box.kind, type(box.value)) == ("box", Box)
    [mapped] = check_stream(BytesIO(b'{"a": {}}'), dict[str, dict[str, Plan]])
    assert (mapped.kind, mapped.value) == (None, {"a": {}})


def pickled(value: object) -> object:
    return pickle.loads(pickle.dumps(value))  # noqa: S301 (our own)


def test_findings_verdicts_and_results_can_be_pickled() -> None:
    results = list(check_stream(BytesIO(PLAN + b"\n" + BROKEN), "plan"))
    assert pickled(results) == results
    assert copy.deepcopy(results)[0].value == results[0].value
    for payload, kind in ((PLAN, "plan"), (BROKEN, "plan"), (to_json(example("box")), "box"), (b"{}", "boxes")):
        verdict = check(payload, kind)
        assert pickled(verdict) == verdict
        assert pickled(guess(payload)) == guess(payload)


@pytest.mark.parametrize("payload", [b"{}", b"[]", b'{"1": {}}', b'{"messages": [], "result": {}}'], ids=repr)
def test_a_value_that_is_valid_under_every_candidate_is_a_note(payload: bytes) -> None:
    assert guess(payload).fits_all
    [result] = check_stream(BytesIO(payload), guess=True)
    assert [(finding.rule, finding.severity) for finding in result.findings] == [("unknown-kind", "note")]
    assert not guess(b"{").fits_all
    assert not guess(b'{"1": 7}').fits_all


def test_guessing_without_a_kind_is_a_finding_of_check() -> None:
    assert [finding.rule for finding in check(b"{}", guess(b"{}").kind).findings] == ["unknown-kind"]


@pytest.mark.parametrize(
    ("kind", "payload", "other"),
    [
        ("box", {"1": example("box"), "2": example("box")}, "boxes"),
        ("box", {"messages": [], "result": {"1": example("box")}}, "boxes"),
        ("boxes", example("box"), "box"),
        ("ip", {"1": {"2": example("ip")}}, None),
        ("ips", {"1": {"2": example("ip")}}, "ips_by_box"),
        ("box", example("plan"), None),
        ("box", {**example("box"), "id": None}, None),
        ("boxes", {"1": {}}, None),
    ],
    ids=["map", "enveloped", "member", "two levels", "by box", "another", "broken", "empty"],
)
def test_a_map_instead_of_a_member_is_recognised(kind: str, payload: JsonValue, other: str | None) -> None:
    [result] = check_stream(BytesIO(to_json(payload)), kind)
    found = [finding.found for finding in result.findings if finding.rule == "other-kind"]
    assert found == ([f"what looks like {other}"] if other else [])
    assert not result.valid


def test_skipped_files_are_counted(shell: Shell, files: Path) -> None:
    (files / "in").mkdir()
    for name in ("a.json", "notes.txt", "b.gz", "README"):
        (files / "in" / name).write_bytes(PLAN)
    assert "3 skipped" in shell("validate", "--as", "plan", "in").err
    ran = shell("validate", "--as", "plan", "--severity", "note", "in")
    assert ran.code == 0
    assert ran.err == "1 value, 1 valid; 0 errors, 0 warnings, 3 notes; 3 skipped\n"
    assert [line.split(": ")[3] for line in ran.lines] == ["skipped"] * 3


def test_invalid_arguments_are_rejected_at_once(tmp_path: Path) -> None:
    for arguments, message in (
        ({"as_type": "plan", "guess": True}, "expected either a kind or guess=True"),
        ({}, "expected a kind, or guess=True, or recorded traffic"),
        ({"as_type": "plan", "jobs": 0}, "invalid jobs 0: expected a number from 1"),
    ):
        with pytest.raises(JiffyArgumentException, match=message):
            unchecked(check_path)(tmp_path, **arguments)
        with pytest.raises(JiffyArgumentException, match=message):
            unchecked(check_stream)(BytesIO(), **arguments)


def test_a_result_about_a_file_has_no_value() -> None:
    result = Result("a", None, "file", ())
    assert (result.value, result.kind, result.valid) == (None, None, True)
