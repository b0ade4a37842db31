"""The texts of findings explain in plain words what is wrong."""

from pathlib import Path

import pytest

from jiffybox_sdk.validation import check, check_path
from jiffybox_sdk.validation._files import FORMS
from tests.support.saved import PLAN
from tests.support.scripted import example

NAN = PLAN.replace(b'"cpus":', b'"cpus":NaN,"cpu":')


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"?", "the payload: not-json: expected JSON, found a syntax error at line 1 column 1 (expected value)"),
        (b'{\n"a": ', "the payload: not-json: expected JSON, found the end of the text at line 2 column 5 (EOF while "),
        (b"[" * 300, "the payload: too-deep: expected at most 200 levels, found more at line 1 column "),
        (NAN, "/cpus: not-finite: expected integer, found a number that is NaN, infinite, or too large for a float ("),
        (PLAN[:-1] + b',"a":1e999}', "/a: not-finite: found a number that is NaN, infinite, or too large for a float"),
        (b"{}", "/ramInMB: missing-field: expected integer (field seen in recorded responses)"),
        (PLAN[:-1] + b',"a":1}', "/a: unknown-field: found integer"),
    ],
    ids=["syntax", "cut", "deep", "NaN", "unknown infinity", "recorded", "unknown"],
)
def test_a_finding_is_explained(data: bytes, text: str) -> None:
    texts = [str(finding).partition(": ")[2] for finding in check(data, "plan").findings]
    assert [one for one in texts if one.startswith(text)], texts


def test_why_a_kind_is_unknown_or_a_file_was_skipped_is_a_sentence(tmp_path: Path) -> None:
    for name, text in (("some.jsonl", '{"a": 1}\n{"12345": {}}\n'), ("notes.txt", "")):
        (tmp_path / name).write_text(text, "utf-8")
    texts = [str(finding) for result in check_path(tmp_path, guess=True) for finding in result.findings]
    assert texts == [
        f"note: the payload: skipped: expected one of the extensions {', '.join(FORMS)}, found none of them",
        "error: the payload: unknown-kind: no kind looks like this object",
        "note: the payload: unknown-kind: equally likely: backups_by_box, ips_by_box",
    ]
    [no_kind] = check({}, None).findings
    assert str(no_kind) == "error: the payload: unknown-kind: expected a kind, found none"


def test_the_standing_of_a_field_is_explained() -> None:
    [finding] = check({"messages": []}, "envelope").findings
    assert str(finding).endswith("/result: missing-field: expected any value (documented field)")
    [inferred] = check({**example("check"), "active": []}, "check").findings
    assert str(inferred).endswith("/active: wrong-type: expected boolean, found array (inferred field)")
