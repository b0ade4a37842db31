"""`jiffybox validate`: the lines of findings in files that are not JSON lines, and their fingerprints."""

import csv
import io
import json
from pathlib import Path

import pytest
from pydantic import JsonValue

from jiffybox_sdk.validation import check_path
from tests.support.saved import findings, sarif_document, write
from tests.support.scripted import TOKEN, example
from tests.support.shell import Shell

PLANS = json.dumps({"44": example("plan"), "45": {**example("plan"), "cpus": True, "new": [1]}}, indent=2)
EXPECTED = [
    (next(number for number, line in enumerate(PLANS.splitlines(), 1) if f'"{name}": {start}' in line), f"/45/{name}")
    for name, start in (("cpus", "true"), ("new", "["))
]


def regions(result: dict[str, JsonValue]) -> int:
    [location] = json.loads(json.dumps(result["locations"]))
    line: int = location["physicalLocation"]["region"]["startLine"]
    return line


def test_findings_in_an_indented_file_have_lines_in_every_format(shell: Shell, files: Path) -> None:
    name = write(files / "plans.json", PLANS.encode())
    ran = shell("validate", "--as", "plans", name)
    assert [line.split(": ")[0] for line in ran.lines] == [f"plans.json:{line}" for line, _ in EXPECTED]
    found = findings(shell("validate", "--as", "plans", name, "-o", "json").out)
    assert [(each["line"], each["pointer"]) for each in found] == EXPECTED
    rows = csv.DictReader(io.StringIO(shell("validate", "--as", "plans", name, "-o", "csv").out))
    assert [(int(row["line"]), row["pointer"]) for row in rows] == EXPECTED
    _, results = sarif_document(shell("validate", "--as", "plans", name, "-o", "sarif").out)
    assert [regions(result) for result in results] == [line for line, _ in EXPECTED]
    [result] = check_path(files / name, "plans")
    assert result.lines == tuple(line for line, _ in EXPECTED)


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ('{\n"id": 44,\n"name": \n}', 4),
        ('{\n"id": 44}\n\n{}', 4),
        ('{"id": 44,\n"id": 45,\n"name": "a', 3),
        ("", 1),
    ],
    ids=["syntax", "trailing data", "cut", "empty"],
)
def test_an_error_of_syntax_has_its_line(shell: Shell, files: Path, text: str, line: int) -> None:
    (files / "plan.json").write_text(text, "utf-8")
    found = findings(shell("validate", "--as", "plan", "plan.json", "-o", "json").out)
    assert [each["line"] for each in found if each["rule"] in ("not-json", "trailing-data")] == [line]


def test_a_missing_field_has_the_line_of_its_object(shell: Shell, files: Path) -> None:
    box = {**example("box"), "plan": {"id": 44}}
    text = json.dumps(box, indent=2)
    line = next(number for number, each in enumerate(text.splitlines(), 1) if '"plan"' in each)
    found = findings(shell("validate", "--as", "box", write(files / "box.json", text.encode()), "-o", "json").out)
    assert {str(each["line"]) for each in found if each["rule"] == "missing-field"} == {str(line)}


def test_findings_in_a_list_have_the_lines_of_the_file(shell: Shell, files: Path) -> None:
    text = json.dumps([example("plan"), {**example("plan"), "new": 1}, example("plan"), {}], indent=1)
    lines = text.splitlines()
    found = findings(shell("validate", "--as", "plan", write(files / "list.json", text.encode()), "-o", "json").out)
    assert [(each["entry"], each["line"]) for each in found[:1]] == [("/1", lines.index('  "new": 1') + 1)]
    assert {(each["entry"], each["line"]) for each in found[1:]} == {("/3", len(lines) - 1)}


def test_findings_in_recorded_traffic_have_the_line_of_the_entry(shell: Shell, files: Path) -> None:
    body = json.dumps({"messages": [], "result": {**example("plan"), "new": 1}}, indent=2)
    url = f"https://api.example.org/{TOKEN}/v1.0/plans/44"
    entry = {"request": {"method": "GET", "url": url}, "response": {"status": 200, "content": {"text": body}}}
    text = json.dumps({"log": {"entries": [entry, entry]}}, indent=2)
    starts = [number for number, line in enumerate(text.splitlines(), 1) if line == "      {"]
    found = findings(shell("validate", write(files / "all.har", text.encode()), "-o", "json").out)
    assert [(each["rule"], each["line"]) for each in found] == [("unknown-field", line) for line in starts]
    _, results = sarif_document(shell("validate", "all.har", "-o", "sarif").out)
    assert [regions(result) for result in results] == starts


def prints(out: str) -> list[str]:
    return [json.dumps(result["partialFingerprints"]) for result in sarif_document(out)[1]]


def test_fingerprints_survive_formatting_and_differ_between_findings(shell: Shell, files: Path) -> None:
    line = ("validate", "--as", "plans", "plans.json", "-o", "sarif")
    write(files / "plans.json", PLANS.encode())
    first = prints(shell(*line).out)
    assert len({*first}) == 2
    write(files / "plans.json", b"\n\n" + json.dumps(json.loads(PLANS), indent=7).encode())
    assert prints(shell(*line).out) == first
    write(files / "a.jsonl", b"{}", b"{}")
    found = prints(shell("validate", "--as", "plan", "a.jsonl", "-o", "sarif").out)
    assert len({*found}) == len(found) > 2


def test_every_sarif_result_has_a_region_and_a_fingerprint(shell: Shell, files: Path) -> None:
    write(files / "a.json", b"\xef\xbb\xbf{}")
    _, results = sarif_document(shell("validate", "--as", "plan", "a.json", "none.json", "-o", "sarif").out)
    assert {str(result["ruleId"]) for result in results} == {"byte-order-mark", "missing-field", "unreadable"}
    assert all(result["partialFingerprints"] and regions(result) == 1 for result in results)
