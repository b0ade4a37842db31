"""`jiffybox validate`: input, findings and statistics."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import jsonschema_rs
import pytest

from jiffybox_sdk import validation
from jiffybox_sdk._cli.validate import command, files as reading
from jiffybox_sdk.validation import KINDS, Result, Rule
from jiffybox_sdk.validation._results import LARGEST
from tests.support.saved import BROKEN, FINDING, PLAN, findings, rules, write
from tests.support.scripted import example
from tests.support.shell import Shell, apart, clean_environment

ENV = clean_environment()


def test_the_kinds_are_those_of_the_library() -> None:
    assert tuple(KINDS) == command.KINDS
    assert len(command.KINDS) == 26
    jsonschema_rs.meta.validate(FINDING)


def test_valid_values_cause_no_output(shell: Shell, files: Path) -> None:
    name = write(files / "plans.jsonl", PLAN, b"", PLAN)
    ran = shell("validate", "--as", "plan", name)
    assert (ran.code, ran.out, ran.err) == (0, "", "2 values, 2 valid; 0 errors, 0 warnings, 0 notes\n")
    for form in ("json", "csv"):
        assert shell("validate", "--as", "plan", name, "-o", form).err == ""


def test_plain_output_has_a_line_per_finding_with_its_place(shell: Shell, files: Path) -> None:
    name = write(files / "plans.jsonl", PLAN, BROKEN)
    write(files / "one.json", BROKEN)
    ran = shell("validate", "--as", "plan", name, "one.json", "none.json")
    assert ran.code == 1
    assert ran.lines == [
        "plans.jsonl:2: error: /ramInMB: missing-field: expected integer (field seen in recorded responses)",
        "plans.jsonl:2: warning: /ram: unknown-field: found integer",
        "one.json:1: error: /ramInMB: missing-field: expected integer (field seen in recorded responses)",
        "one.json:1: warning: /ram: unknown-field: found integer",
        "none.json: error: the file: unreadable: expected a file that can be read, found No such file or directory",
    ]
    assert ran.err == "3 values, 1 valid; 3 errors, 2 warnings, 0 notes\n"


def test_json_has_all_fields_of_a_finding(shell: Shell, files: Path) -> None:
    name = write(files / "plans.jsonl", BROKEN)
    first, second = findings(shell("validate", "--as", "plan", name, "-o", "json").out)
    assert first == {
        "file": "plans.jsonl",
        "line": 1,
        "pointer": "/ramInMB",
        "rule": "missing-field",
        "severity": "error",
        "expected": "integer",
        "found": None,
        "standing": "recorded",
        "kind": "plan",
        "entry": None,
    }
    assert (second["found"], second["standing"]) == ("integer", None)
    assert findings(shell("-o", "jsonl", "validate", "--as", "plan", name).out) == [first, second]


def test_csv_has_the_same_columns(shell: Shell, files: Path) -> None:
    ran = shell("validate", "--as", "plan", write(files / "a,b.jsonl", BROKEN), "-o", "csv")
    assert ran.lines == [
        "file,line,pointer,rule,severity,expected,found,standing,kind,entry",
        '"a,b.jsonl",1,/ramInMB,missing-field,error,integer,,recorded,plan,',
        '"a,b.jsonl",1,/ram,unknown-field,warning,,integer,,plan,',
    ]


def test_folders_are_read_recursively_and_may_be_empty(shell: Shell, files: Path) -> None:
    (files / "in" / "deep").mkdir(parents=True)
    write(files / "in" / "a.json", PLAN)
    write(files / "in" / "deep" / "b.ndjson", BROKEN)
    write(files / "in" / "c.txt", b"no JSON")
    (files / "empty").mkdir()
    ran = shell("validate", "--as", "plan", "in", "empty", "--severity", "error", "-o", "json")
    assert ran.code == 1
    assert [each["file"] for each in findings(ran.out)] == [str(Path("in", "deep", "b.ndjson"))]
    ran = shell("validate", "--as", "plan", "empty", "-o", "json")
    assert (ran.code, ran.out, ran.err) == (0, "[]\n", "jiffybox: no values found\n")


@pytest.mark.parametrize("path", [[], ["-"]], ids=str)
def test_standard_input_has_lines_or_one_value(path: list[str]) -> None:
    lines = f"{PLAN.decode()}\n{BROKEN.decode()}\n"
    ran = apart("validate", "--as", "plan", *path, "-o", "json", env={}, stdin=lines)
    assert (ran.code, rules(ran.out)) == (1, [(2, "missing-field", "error"), (2, "unknown-field", "warning")])
    assert [each["file"] for each in findings(ran.out)] == ["-", "-"]
    pretty = json.dumps(example("plan"), indent=2)
    assert apart("validate", "--as", "plan", *path, "--form", "value", env={}, stdin=pretty).code == 0
    assert apart("validate", "--as", "plan", *path, env={}, stdin=pretty).code == 0


def test_a_closed_standard_input_is_invalid_usage() -> None:
    line = [sys.executable, "-m", "jiffybox_sdk", "validate", "--as", "plan"]
    for path in ([], ["-"]):
        done = subprocess.run(  # noqa: S602 (our own command line)
            " ".join([*line, *path, "<&-"]), shell=True, capture_output=True, text=True, check=False, env=ENV
        )
        assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)


WRONG = [
    (["a.jsonl"], "expected either --as KIND or --guess"),
    (["a.jsonl", "--as", "box", "--guess"], "expected either --as KIND or --guess"),
    (["a.jsonl", "--as", "Boxs"], "unknown kind 'Boxs' (did you mean 'boxes'?): expected one of backup, "),
    (["a.jsonl", "--as", "qqq"], "unknown kind 'qqq': expected one of backup, "),
    (
        ["a.jsonl", "a.txt", "--as", "box"],
        "none of the extensions .jsonl, .ndjson, .json, .har, .yaml, .yml: pass its form: --form lines",
    ),
    (["a.jsonl", "--as", "box", "--form", "xml"], "'xml' is not one of 'lines', 'value'"),
    (["a.jsonl", "--as", "box", "-o", "table"], "invalid -o 'table': expected one of plain, json, jsonl, csv, sarif"),
    (["a.jsonl", "--as", "box", "--sort", "line"], "--sort requires a command that shows records"),
    (["a.jsonl", "--as", "box", "--severity", "bad"], "'bad' is not one of"),
]


@pytest.mark.parametrize(("line", "message"), WRONG, ids=str)
def test_invalid_usage_is_reported_before_any_output(shell: Shell, files: Path, line: list[str], message: str) -> None:
    write(files / "a.jsonl", BROKEN)
    write(files / "a.txt", BROKEN)
    ran = shell("validate", *line)
    assert (ran.code, ran.out, ran.err.count("\n")) == (2, "", 1)
    assert message in ran.err


SURROGATE = PLAN[:-1] + b',"\\ud800":1}'
BAD: list[tuple[str, bytes, list[tuple[int | None, Rule, str]]]] = [
    ("not JSON", b"{", [(1, "not-json", "error")]),
    ("two values", PLAN + b" " + PLAN, [(1, "trailing-data", "error")]),
    ("a byte order mark", b"\xef\xbb\xbf" + PLAN, [(None, "byte-order-mark", "error")]),
    ("UTF-16", PLAN.decode().encode("utf-16-le"), [(None, "not-utf-8", "error")]),
    ("an unpaired surrogate", PLAN.replace(b"CloudLevel", b"\\ud800"), [(1, "lone-surrogate", "error")]),
    ("a surrogate in a name", SURROGATE, [(1, "lone-surrogate", "error"), (1, "unknown-field", "warning")]),
    ("another byte", PLAN.replace(b"CloudLevel", b"\xff"), [(1, "not-utf-8", "error")]),
    ("a key twice", PLAN.replace(b'"id":', b'"id":1,"id":'), [(1, "duplicate-key", "warning")]),
    ("NaN", PLAN.replace(b"0.02", b"NaN"), [(1, "not-finite", "error")]),
    ("a big integer", PLAN.replace(b"2048", b"9" * 20), [(1, "big-integer", "warning")]),
    ("a giant integer", PLAN.replace(b"2048", b"9" * 5000), [(1, "big-integer", "error")]),
    ("deep", b"[" * 10_000, [(1, "too-deep", "error")]),
    ("nothing but text", b'"canary"', [(1, "wrong-type", "error")]),
]  # fmt: skip


@pytest.mark.parametrize("form", ["plain", "json", "jsonl", "csv", "sarif"])
@pytest.mark.parametrize(("data", "expected"), [bad[1:] for bad in BAD], ids=[bad[0] for bad in BAD])
def test_invalid_input_is_a_finding_in_each_format(
    shell: Shell, files: Path, data: bytes, expected: list[tuple[int | None, Rule, str]], form: str
) -> None:
    if not data.startswith((b"{\0", b"\xef")):
        data += b"\n" + PLAN  # validated nevertheless
    (files / "bad.jsonl").write_bytes(data)
    ran = shell("validate", "--as", "plan", "bad.jsonl", "-o", form, "--show-values")
    assert ran.code == int(any(severity == "error" for _, _, severity in expected))
    for _, rule, _ in expected:
        assert rule in ran.out
    if form in ("json", "jsonl"):
        assert rules(ran.out) == expected
    if form == "sarif":
        [run] = json.loads(ran.out)["runs"]
        assert [result["ruleId"] for result in run["results"]] == [rule for _, rule, _ in expected]


def test_a_line_over_16_mib_is_skipped(shell: Shell, files: Path) -> None:
    huge = b'"' + b"x" * (LARGEST + 2**20) + b'"'
    ran = shell("validate", "--as", "plan", write(files / "huge.jsonl", BROKEN, huge, PLAN), "-o", "json", "--stats")
    assert rules(ran.out)[-1] == (2, "too-large", "error")
    stats = json.loads(ran.err)
    assert (stats["values"], stats["valid"]) == (3, 1)
    # The kind of the previous line does not carry over to a line that was skipped.
    guessed = shell("validate", "--guess", "huge.jsonl", "-o", "json", "--show-values")
    assert findings(guessed.out)[-1]["kind"] is None
    assert "value" not in findings(guessed.out)[-1]


def test_unreadable_files_are_errors_and_others_are_validated(
    shell: Shell, files: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (files / "closed").mkdir()
    write(files / "closed.jsonl", PLAN)
    write(files / "open.jsonl", BROKEN)
    # Permissions would not apply to root.
    really_open, really_list = Path.open, os.scandir

    def opened(path: Path, *how: str, **more: int) -> object:
        if path.name == "closed.jsonl":
            raise PermissionError(13, "Permission denied")
        return really_open(path, *how, **more)  # type: ignore[call-overload]  # as it was called

    def listed(path: Path) -> object:
        if Path(path).name == "closed":
            raise PermissionError(13, "Permission denied")
        return really_list(path)

    monkeypatch.setattr(Path, "open", opened)
    monkeypatch.setattr("os.scandir", listed)
    ran = shell("validate", "--as", "plan", "closed", "closed.jsonl", "open.jsonl", "--severity", "error")
    assert ran.code == 1
    assert [line.split(": ")[0] for line in ran.lines] == ["closed", "closed.jsonl", "open.jsonl:1"]
    assert (
        ran.lines[0] == "closed: error: the file: unreadable: expected a file that can be read, found Permission denied"
    )


def test_a_growing_file_is_a_note(shell: Shell, files: Path) -> None:
    name = write(files / "log.jsonl", PLAN)

    real = validation.check_path

    def check_path(*args: object, **more: object) -> Iterator[Result]:
        for result in real(*args, **more):  # type: ignore[arg-type]  # as it was called
            if result.line == 1:  # append while the file is read
                with (files / name).open("ab") as file:
                    file.write(BROKEN + b"\n")
            yield result

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(reading, "check_path", check_path)
        ran = shell("validate", "--as", "plan", name, "--severity", "note")
    assert (ran.code, ran.lines) == (
        0,
        ["log.jsonl: note: the file: grew: found more than there was when reading began"],
    )


def test_guessing_shows_the_kind_or_the_reason_for_failing(shell: Shell, files: Path) -> None:
    schedule, both = b'{"dayid": 0, "timeid": 1, "hour": 2}', b'{"12345": {}}'
    name = write(files / "mixed.jsonl", BROKEN, schedule, both, b"[]", b"{", b'"canary"')
    ran = shell("validate", "--guess", name, "--severity", "note")
    assert ran.code == 1
    assert ran.lines[1:4] == [
        "mixed.jsonl:1: warning: /ram: unknown-field: found integer (kind: plan)",
        "mixed.jsonl:2: warning: /hour: unknown-field: found integer (kind: schedule)",
        "mixed.jsonl:3: note: the payload: unknown-kind: equally likely: backups_by_box, ips_by_box",
    ]
    assert ran.lines[-1].startswith("mixed.jsonl:6: error: the payload: unknown-kind: no kind looks like this string")
    kinds = [
        (each["line"], each["rule"], each["kind"])
        for each in findings(shell("validate", "--guess", name, "-o", "json", "--severity", "note").out)
    ]
    assert kinds[-3:] == [(4, "unknown-kind", None), (5, "not-json", None), (6, "unknown-kind", None)]


def test_severity_hides_findings_and_strict_raises_warnings_to_errors(shell: Shell, files: Path) -> None:
    drifted = PLAN.replace(b'"priceCap":12.99', b'"priceCap":null')[:-1] + b',"zone":1}'
    name = write(files / "a.jsonl", drifted)
    ran = shell("validate", "--as", "plan", name, "--severity", "note")
    assert [line.split()[1] for line in ran.lines] == ["note:", "warning:"]
    ran = shell("validate", "--as", "plan", name)
    assert (ran.code, len(ran.lines)) == (0, 1)
    ran = shell("validate", "--as", "plan", name, "--severity", "error")
    assert (ran.code, ran.out) == (0, "")
    ran = shell("validate", "--as", "plan", name, "--severity", "error", "--strict", "-o", "json")
    assert (ran.code, rules(ran.out)) == (1, [(1, "unknown-field", "error")])


def test_stats_count_by_rule_kind_file_and_place(shell: Shell, files: Path) -> None:
    drifted = PLAN.replace(b"2048", b'"2048"')[:-1] + b',"zone":1}'
    name = write(files / "a.jsonl", PLAN, drifted, drifted, BROKEN, b"{")
    ran = shell("validate", "--guess", name, "-o", "json", "--stats")
    assert json.loads(ran.err) == {
        "values": 5,
        "valid": 3,
        "errors": 2,
        "warnings": 5,
        "notes": 0,
        "rules": {"unknown-field": 3, "coerced": 2, "missing-field": 1, "not-json": 1},
        "kinds": {"plan": {"values": 4, "findings": 6}, "": {"values": 1, "findings": 1}},
        "files": {"a.jsonl": 7},
        "drift": [
            {"model": "Plan", "pointer": "/ramInMB", "what": "coerced: expected integer, found string", "count": 2},
            {"model": "Plan", "pointer": "/zone", "what": "unknown-field: found integer", "count": 2},
            {"model": "Plan", "pointer": "/ram", "what": "unknown-field: found integer", "count": 1},
        ],
    }
    lines = shell("validate", "--guess", name, "--stats").err.splitlines()
    assert lines[0] == "5 values, 3 valid; 2 errors, 5 warnings, 0 notes"
    assert {"rule coerced: 2", "kind plan: 4 values, 6 findings", "file a.jsonl: 7 findings"} <= {*lines}
    assert "drift Plan /zone: unknown-field: found integer: 2" in lines
    strict = json.loads(shell("validate", "--guess", name, "-o", "json", "--stats", "--strict").err)
    assert (strict["errors"], strict["drift"]) == (7, json.loads(ran.err)["drift"])


def test_invalid_data_of_unknown_kind_is_reported(shell: Shell, tmp_path: Path) -> None:
    file = tmp_path / "a.json"
    file.write_text('{"odd": "\\ud800"}', "utf-8")
    ran = shell("validate", "--guess", str(file), "-o", "json")
    assert ran.code == 1
    assert [(finding["rule"], finding["pointer"]) for finding in json.loads(ran.out)] == [
        ("unknown-kind", ""), ("lone-surrogate", "/odd")
    ]  # fmt: skip


def test_an_empty_path_is_invalid_usage(shell: Shell) -> None:
    ran = shell("validate", "--as", "schedule", "")
    assert (ran.code, ran.out) == (2, "")
    assert "invalid PATH ''" in ran.err


def test_a_multi_line_value_read_as_lines_causes_a_hint(shell: Shell, files: Path) -> None:
    pretty = json.dumps(json.loads(PLAN), indent=2).encode()
    name = write(files / "pretty.jsonl", pretty)
    hint = "jiffybox: pretty.jsonl was read as JSON lines; if it has only one value, add --form value\n"
    ran = shell("validate", "--as", "plan", name)
    assert ran.out.startswith("pretty.jsonl:1: error: the payload: not-json: expected JSON, found the end of the text ")
    assert "at line 1 column" in ran.out.splitlines()[0]
    assert ran.err.endswith(hint)
    assert shell("validate", "--as", "plan", name, "--stats").err.endswith(hint)
    assert shell("validate", "--as", "plan", name, "--form", "value").code == 0
    write(files / "pretty.jsonl", b"\n " + pretty)
    assert shell("validate", "--as", "plan", name).err.endswith(hint)
    for lines in ([PLAN, b"{"], [b"}"]):
        assert "JSON lines" not in shell("validate", "--as", "plan", write(files / "a.jsonl", *lines)).err


def test_values_with_too_many_findings_do_not_count_as_drift(shell: Shell, files: Path) -> None:
    new = {f"new{number}": 1 for number in range(1500)}
    name = write(
        files / "a.jsonl",
        json.dumps({**example("plan"), **new}).encode(),
        json.dumps({**example("plan"), "colour": 1}).encode(),
    )
    stats = shell("validate", "--as", "plan", name, "--stats", "-o", "json").err
    assert json.loads(stats)["rules"] == {"unknown-field": 1001, "more-findings": 1}
    assert [entry["pointer"] for entry in json.loads(stats)["drift"]] == ["/colour"]
