"""`jiffybox validate`: SARIF, hidden values, terminals and pipes."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path, PureWindowsPath
from typing import get_args

import jsonschema_rs
import pytest
from pydantic import JsonValue
from pydantic_core import to_json

from jiffybox_sdk import validation
from jiffybox_sdk._cli.validate import files as reading
from jiffybox_sdk.validation import Result, Rule
from jiffybox_sdk.validation._json_text import Text, read
from jiffybox_sdk.validation._reports import report
from jiffybox_sdk.validation._reports.sarif import RULES, SarifWriter, uri
from jiffybox_sdk.validation._reports.values import value_at
from tests.support.saved import BROKEN, PLAN, ROOT, findings, rules, sarif_document, write
from tests.support.scripted import example
from tests.support.shell import Shell, apart, clean_environment
from tests.support.terminal import CTRL_C, Terminal

CANARY = "canary"
ENV = clean_environment()


def test_sarif_has_rules_locations_and_pointers(shell: Shell, files: Path) -> None:
    (files / "ä b").mkdir()
    write(files / "ä b" / "#1%.jsonl", PLAN, BROKEN)
    ran = shell("validate", "--as", "plan", "ä b/#1%.jsonl", "-o", "sarif")
    assert (ran.code, ran.err) == (1, "")
    run, [first, second] = sarif_document(ran.out)
    fingerprints = first.pop("partialFingerprints")
    assert first == {
        "ruleId": "missing-field",
        "ruleIndex": 0,
        "level": "error",
        "message": {"text": "/ramInMB: missing-field: expected integer (field seen in recorded responses)"},
        "locations": [
            {
                "physicalLocation": {
                    "artifactLocation": {"uri": "%C3%A4%20b/%231%25.jsonl"},
                    "region": {"startLine": 2},
                },
                "logicalLocations": [{"fullyQualifiedName": "/ramInMB", "kind": "member"}],
            }
        ],
        "properties": {"expected": "integer", "standing": "recorded", "kind": "plan"},
    }
    assert second["level"] == "warning"
    assert second["partialFingerprints"] != fingerprints
    assert run["invocations"] == [{"executionSuccessful": True}]
    assert shell("-o", "sarif", "validate", "--as", "plan", "ä b").out == ran.out


def test_sarif_without_results_is_valid(shell: Shell, files: Path) -> None:
    ran = shell("validate", "--as", "plan", write(files / "a.jsonl", PLAN), "-o", "sarif")
    assert (ran.code, sarif_document(ran.out)[1]) == (0, [])
    assert (
        sarif_document(shell("validate", "--as", "plan", "none.json", "-o", "sarif").out)[1][0]["ruleId"]
        == "unreadable"
    )


def test_sarif_results_refer_to_their_rules(shell: Shell, files: Path) -> None:
    names = write(files / "a.jsonl", BROKEN, b"{", b"\xff", b'{"id": 1, "id": NaN}', PLAN[:-1] + b',"\\ud800": 1}')
    sarif = json.loads(shell("validate", "--as", "plan", names, "-o", "sarif", "--show-values").out)
    _, results = sarif_document(json.dumps(sarif))
    described = sarif["runs"][0]["tool"]["driver"]["rules"]
    assert len(results) > 5
    for result in results:
        index = result["ruleIndex"]
        assert isinstance(index, int)
        assert described[index]["id"] == result["ruleId"]


def test_the_partial_sarif_schema_rejects_invalid_documents() -> None:
    schema = json.loads((ROOT / "tests" / "support" / "data" / "sarif-2.1.0-part.schema.json").read_text("utf-8"))
    tool: JsonValue = {"driver": {"name": "a"}}
    wrong: list[JsonValue] = [
        {},
        {"tool": {}},
        {"tool": tool, "results": [{}]},
        {"tool": tool, "results": [{"message": {}}]},
        {"tool": tool, "results": [{"message": {"text": "a"}, "level": "bad"}]},
    ]
    for run in wrong:
        assert not jsonschema_rs.is_valid(schema, {"version": "2.1.0", "runs": [run]})
    assert jsonschema_rs.is_valid(schema, {"version": "2.1.0", "runs": [{"tool": tool}]})


def test_uris_are_relative_within_the_folder_and_have_no_accidental_scheme(files: Path) -> None:
    assert uri(Path("a:b.json"), files) == "a%3Ab.json"
    assert uri(files / "a" / "b.json", files) == "a/b.json"
    assert uri(Path("/no where/b.json"), files) == "file:///no%20where/b.json"
    assert uri(Path(os.fsdecode(b"\xff.json")), files) == "%FF.json"
    assert uri(Path("-"), files) == "-"


def test_uris_of_files_on_windows_have_drives_and_shares() -> None:
    folder = PureWindowsPath(r"C:\Users\me")
    assert uri(PureWindowsPath(r"C:\no where\b#1.json"), folder) == "file:///C:/no%20where/b%231.json"
    assert uri(PureWindowsPath(r"\\server\share\b.json"), folder) == "file://server/share/b.json"
    assert uri(PureWindowsPath(r"c:\users\me\a\b.json"), folder) == "a/b.json"
    assert uri(PureWindowsPath(r"a\b.json"), folder) == "a/b.json"


def test_severities_have_colours_at_a_terminal_unless_no_color_is_set(files: Path) -> None:
    write(files / "a.jsonl", BROKEN)
    for env, colour in (({}, "red"), ({"NO_COLOR": "1"}, "default")):
        with Terminal({"PYTHONPATH": str(ROOT), **env}) as terminal:
            assert terminal.run("validate", "--as", "plan", "a.jsonl") == 1
            assert terminal.lines == [
                "a.jsonl:1: error: /ramInMB: missing-field: expected integer (field seen in recorded responses)",
                "a.jsonl:1: warning: /ram: unknown-field: found integer",
                "1 value, 0 valid; 1 error, 1 warning, 0 notes",
                "",
            ]
            assert terminal.styles["error:"].fg == colour


def test_without_a_path_a_terminal_is_not_read() -> None:
    with Terminal({}) as terminal:
        assert terminal.run("validate", "--as", "plan") == 2
        assert "expected a file, a folder, or - for standard input" in terminal.shown


def test_ctrl_c_ends_reading_from_a_terminal() -> None:
    with Terminal({}) as terminal:
        terminal.start("validate", "--as", "plan", "-")
        terminal.press("}\n")
        terminal.until("not-json")
        terminal.press(CTRL_C)
        terminal.press("\n")  # if the signal came just before the system call that reads, it is handled after it
        assert terminal.end() == 130
        assert "jiffybox: interrupted" in terminal.shown


SECRETIVE: dict[str, JsonValue] = {
    **example("plan"),
    "name": CANARY,
    "ramInMB": CANARY,
    "password": f"{CANARY} 1",
    "zone": f"{CANARY} 2",
    "more": {"adminpw": f"{CANARY} 3", "list": [f"{CANARY} 4"]},
}


@pytest.mark.parametrize("form", ["plain", "json", "jsonl", "csv", "sarif"])
@pytest.mark.parametrize("how", [["--as", "plan"], ["--guess"], ["--as", "box"], ["--as", "done"]], ids=str)
def test_values_are_not_shown_by_default(shell: Shell, files: Path, how: list[str], form: str) -> None:
    status = {**example("box"), "status": "CANARY"}
    bad = [to_json(SECRETIVE), to_json(status), to_json(CANARY), b'{"a": "canary"', b'"\\ud800canary"', b"canary"]
    ran = shell("validate", *how, write(files / "a.jsonl", *bad), "-o", form, "--stats", "--debug")
    assert ran.code == 1
    assert CANARY not in (ran.out + ran.err).lower()


def test_requested_values_are_shown_except_for_secrets(shell: Shell, files: Path) -> None:
    name = write(files / "a.jsonl", to_json(SECRETIVE))
    values = {
        each["pointer"]: each.get("value")
        for each in findings(shell("validate", "--as", "plan", name, "-o", "json", "--show-values").out)
    }
    assert values == {"/ramInMB": '"canary"', "/password": "**********", "/zone": '"canary 2"', "/more": "{...}"}
    assert ', value "canary 2"' in shell("validate", "--as", "plan", name, "--show-values").out
    assert shell("validate", "--as", "plan", name, "--show-values", "-o", "csv").lines[0].endswith(",kind,entry,value")


@pytest.mark.parametrize(
    ("data", "pointer", "value"),
    [
        (b'{"a/b": {"~": [1, "x\\u001b"]}}', "/a~1b/~0/1", '"x\\u001b"'),
        (b'{"a": 1}', "/b", None),
        (b'{"a": [1]}', "/a/1", None),
        (b'{"a": [1]}', "/a/x", None),
        (b'{"a": null}', "/a", "null"),
        (b'{"token": {"a": 1}}', "/token/a", "**********"),
        (b"[NaN]", "/0", "NaN"),
        (b"[" + b"9" * 5000 + b"]", "/0", None),
        (b'"' + b"x" * 200 + b'"', "", '"' + "x" * 79 + "..."),
        (b"{", "", None),
    ],
)  # fmt: skip
def test_values_are_looked_up_by_pointer(data: bytes, pointer: str, value: str | None) -> None:
    assert value_at(read(data), pointer) == value


def test_unprintable_characters_are_escaped(shell: Shell, files: Path) -> None:
    name = write(files / "a\x1b[2J.jsonl", PLAN[:-1] + b',"\\u001b[2J\\ud800":1}')
    for form in ("plain", "json", "jsonl", "csv", "sarif"):
        ran = shell("validate", "--as", "plan", name, "-o", form, "--stats")
        assert ran.code == 1
        assert "\x1b" not in ran.out + ran.err


def test_omitted_findings_count_for_the_exit_code(shell: Shell, files: Path) -> None:
    many = {**example("plan"), **{f"a{number}": 1 for number in range(1500)}}
    ran = shell("validate", "--as", "plan", write(files / "a.jsonl", to_json(many)), "-o", "json")
    assert (ran.code, len(ran.lines), rules(ran.out)[-1]) == (0, 1001, (1, "more-findings", "warning"))
    assert shell("validate", "--as", "plan", "a.jsonl", "--strict", "-o", "json").code == 1


@pytest.mark.parametrize("form", ["plain", "json", "jsonl", "csv", "sarif"])
@pytest.mark.parametrize("last", [BROKEN, PLAN], ids=["an error", "no error"])
def test_a_closed_pipe_does_not_change_the_exit_code(files: Path, form: str, last: bytes) -> None:
    name = write(files / "a.jsonl", *[PLAN[:-1] + b',"zone":1}'] * 20, last)
    reading_end, writing_end = os.pipe()
    os.close(reading_end)
    with os.fdopen(writing_end, "w") as pipe:
        done = subprocess.run(  # noqa: S603 (our own command line)
            [sys.executable, "-m", "jiffybox_sdk", "validate", "--as", "plan", str(files / name), "-o", form],
            cwd=ROOT, stdout=pipe, stderr=subprocess.PIPE, text=True, env=ENV, check=False, timeout=60,
        )  # fmt: skip
    assert (done.returncode, done.stderr) == (int(last == BROKEN), "")


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="a system without /dev/full")  # noqa: PTH110
@pytest.mark.parametrize("form", ["json", "sarif"])
def test_a_full_disk_is_an_error(files: Path, form: str) -> None:
    write(files / "a.jsonl", PLAN, BROKEN)
    line = f"{sys.executable} -m jiffybox_sdk validate --as plan {files}/a.jsonl -o {form} > /dev/full"
    done = subprocess.run(["/bin/sh", "-c", line], cwd=ROOT, capture_output=True, text=True, check=False, env=ENV)  # noqa: S603
    assert done.returncode == 7
    assert done.stderr == "jiffybox: cannot write the output: No space left on device\n"


def test_the_exit_code_in_a_pipeline_depends_on_the_values(files: Path) -> None:
    write(files / "a.jsonl", BROKEN)
    ours = f"{sys.executable} -m jiffybox_sdk validate --as plan {files}/a.jsonl -o json"
    line = f"set -o pipefail; {ours} 2>/dev/null | head -1"
    done = subprocess.run(["/bin/bash", "-c", line], cwd=ROOT, capture_output=True, text=True, check=False, env=ENV)  # noqa: S603
    assert (done.returncode, len(done.stdout.splitlines()), done.stderr) == (1, 1, "")


def test_ctrl_c_exits_with_130_and_completes_the_sarif_document(
    shell: Shell, files: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(files / "a.jsonl", BROKEN)
    real = validation.check_path

    def check_path(*args: object, **more: object) -> Iterator[Result]:
        yield from real(*args, **more)  # type: ignore[arg-type]  # as it was called
        raise KeyboardInterrupt

    monkeypatch.setattr(reading, "check_path", check_path)
    ran = shell("validate", "--as", "plan", "a.jsonl", "-o", "sarif")
    assert (ran.code, ran.err) == (130, "jiffybox: interrupted\n")
    [run] = json.loads(ran.out)["runs"]
    assert (len(run["results"]), run["invocations"]) == (2, [{"executionSuccessful": False}])


@pytest.mark.parametrize("written", [True, False], ids=["after the head", "before"])
def test_ctrl_c_at_the_head_leaves_a_whole_sarif_document_or_nothing(
    shell: Shell, files: Path, monkeypatch: pytest.MonkeyPatch, *, written: bool
) -> None:
    begin = SarifWriter.begin

    def interrupted(writer: SarifWriter) -> None:
        if written:
            begin(writer)
        raise KeyboardInterrupt

    monkeypatch.setattr(SarifWriter, "begin", interrupted)
    ran = shell("validate", "--as", "plan", write(files / "a.jsonl", BROKEN), "-o", "sarif")
    assert (ran.code, ran.err) == (130, "jiffybox: interrupted\n")
    if written:
        run, results = sarif_document(ran.out)
        assert (run["invocations"], results) == ([{"executionSuccessful": False}], [])
    else:
        assert ran.out == ""


def test_a_value_with_many_findings_is_parsed_once_to_show_them(
    shell: Shell, files: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    parsed: list[bytes] = []

    def counting(data: bytes) -> Text:
        parsed.append(data)
        return read(data)

    monkeypatch.setattr(report, "read", counting)
    name = write(files / "a.jsonl", to_json({**example("plan"), **{f"new{number}": number for number in range(50)}}))
    ran = shell("validate", "--as", "plan", name, "--show-values")
    assert (len(ran.lines), len(parsed)) == (50, 1)


def test_kinds_and_formats_are_completed() -> None:
    env = {"_JIFFYBOX_COMPLETE": "bash_complete", "COMP_CWORD": "3"}
    ran = apart(env={**env, "COMP_WORDS": "jiffybox validate --as contact_"})
    assert (ran.out, ran.err) == ("plain,contact_group\nplain,contact_groups\n", "")
    ran = apart(env={**env, "COMP_WORDS": "jiffybox validate -o "})
    assert ran.out == "plain,plain\nplain,json\nplain,jsonl\nplain,csv\nplain,sarif\n"
    ran = apart(env={**env, "COMP_WORDS": "jiffybox plan list -o ", "COMP_CWORD": "4"})
    assert "sarif" not in ran.out


@pytest.mark.parametrize(
    ("line", "loaded"), [(["--help"], []), (["--guess", "--stats", "-o", "sarif"], ["pydantic"])], ids=str
)
def test_it_does_not_import_httpx_and_its_help_does_not_import_pydantic(
    files: Path, line: list[str], loaded: list[str]
) -> None:
    write(files / "a.jsonl", PLAN)
    program = (
        "import sys; from jiffybox_sdk._cli import main; main(sys.argv[1:]);"
        " heavy = {'httpx', 'httpcore', 'pydantic', 'tenacity', 'rich', 'anyio'};"
        " print(sorted(heavy & set(sys.modules)), file=sys.stderr)"
    )
    done = subprocess.run(  # noqa: S603 (our own command line)
        [sys.executable, "-c", program, "validate", str(files / "a.jsonl"), *line],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
        env=ENV,
    )
    assert done.stderr.splitlines()[-1] == str(loaded)


def test_each_rule_is_described_in_sarif_and_the_docs() -> None:
    assert tuple(RULES) == get_args(Rule)
    page = (Path(__file__).parents[2] / "docs" / "pages" / "findings.md").read_text("utf-8")
    for rule, (severity, about) in RULES.items():
        [row] = [line for line in page.splitlines() if line.startswith(f"| `{rule}` |")]
        assert severity in row.split("|")[2]
        assert about.endswith(".")
