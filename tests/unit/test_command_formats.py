"""Output formats, columns, filters and sorting, on a socket: what is written, and with which exit code."""

import csv
import io
import json
import socket
import time

import pytest
import yaml
from pydantic import JsonValue

from jiffybox_sdk import Emulator
from jiffybox_sdk._cli.conditions import Filter
from jiffybox_sdk._common.yaml_text import yaml_text
from tests.support.scripted import envelope, example, http, read_request, server
from tests.support.shell import Shell


def column(shell: Shell, *line: str) -> list[str]:
    """Return the only column of a list."""
    ran = shell(*line, "--no-header")
    assert (ran.code, ran.err) == (0, "")
    return ran.lines


def test_piped_output_is_a_tab_separated_row_a_record(at_work: Shell) -> None:
    ran = at_work("plan", "list")
    assert (ran.code, ran.err) == (0, "")
    assert ran.lines[:2] == [
        "id\tname\tcpus\tramInMB\tdiskSizeInMB\tpricePerHour\tpricePerHourFrozen\tpriceCap",
        "44\tCloudLevel 1\t1\t2048\t102400\t0.02\t0.005\t12.99",
    ]
    assert at_work("plan", "list", "-o", "tsv") == ran
    assert at_work("plan", "show", "44").lines == ran.lines[:2]
    assert at_work("plan", "show", "44", "--no-header").lines == ran.lines[1:2]
    assert at_work("box", "start", "stopped").lines[1] == "10002\tstopped\tUPDATING\tfalse\tCloudLevel 2\t198.18.39.18"


@pytest.mark.parametrize("form", ["table", "csv", "tsv"])
def test_the_header_can_be_left_out(at_work: Shell, form: str) -> None:
    line = ("plan", "list", "-o", form)
    assert at_work(*line, "--no-header").lines == at_work(*line).lines[1:] == at_work(*line, "--no-headers").lines


def test_json_is_one_array_and_an_object_for_one_record(at_work: Shell) -> None:
    boxes = json.loads(at_work("box", "list", "-o", "json").out)
    assert [box["id"] for box in boxes] == [*range(10001, 10011)]
    assert isinstance(boxes[0]["created"], int)
    assert json.loads(at_work("box", "show", "10001", "-o", "json").out) == boxes[0]
    assert json.loads(at_work("box", "list", "-o", "json", "--filter", "id=10001").out) == boxes[:1]
    assert at_work("box", "list", "-o", "json", "--filter", "id=1").out == "[]\n"
    assert [json.loads(line) for line in at_work("box", "list", "-o", "jsonl").lines] == boxes
    assert at_work("box", "list", "--output-format", "json").out == at_work("box", "list", "-o", "json").out
    pretty = at_work("box", "show", "10001", "-o", "json-pretty").out
    assert json.loads(pretty) == boxes[0]
    assert pretty.startswith('{\n  "id": 10001,\n')


def test_json_is_indented_for_people(at_work: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    assert len(at_work("box", "list", "-o", "json").lines) == 1
    monkeypatch.setattr("jiffybox_sdk._cli.output.formats.at_terminal", lambda: True)
    assert at_work("box", "list", "-o", "json").lines[:3] == ["[", "  {", '    "id": 10001,']


def test_yaml_has_a_key_per_line(at_work: Shell) -> None:
    ran = at_work("plan", "show", "44", "-o", "yaml")
    assert (ran.code, ran.lines[:2]) == (0, ["id: 44", "name: CloudLevel 1"])
    assert at_work("plan", "list", "-o", "yaml").lines[:2] == ["- id: 44", "  name: CloudLevel 1"]
    assert at_work("box", "delete", "stopped", "--yes", "-o", "yaml").lines[0] == "true"


TEXTS = [
    "yes",
    "No",
    "n",
    "web 2.a",
    "web: 2",
    "a.",
    "2024-01-01",
    "1:30",
    "0x1",
    "~",
    "\U000e0001",
    "ä\x7f",
    "a\\ud83d",
    "1e3",
    "null",
    " a",
    "a: b",
    "# a",
    "ä€😀",
    "a\nb",
    "\x1b[2J",
    "a\u202eb",
    "\u2028",
    "'\"",
    "- a",
    "",
]


@pytest.mark.parametrize("form", ["json", "yaml"])
@pytest.mark.parametrize("text", TEXTS, ids=ascii)
def test_any_text_survives_and_only_shows_printable_characters(at_work: Shell, text: str, form: str) -> None:
    assert at_work("box", "metadata", "stopped", json.dumps({text: text}), "-o", "json").code == 0
    out = at_work("box", "metadata", "stopped", "-o", form).out
    assert (json.loads if form == "json" else yaml.safe_load)(out) == {text: text}
    assert out.count("\n") == 1
    assert out.replace("\n", "").isprintable()
    assert ("ä" in out) == ("ä" in text)


VALUES: list[JsonValue] = [
    1e-07,
    -1e22,
    1e16,
    0.1,
    10**30,
    -5,
    True,
    None,
    [],
    {},
    [[]],
    [[1, {"a": []}], "x"],
    {"a": {"b": [1]}},
]


@pytest.mark.parametrize("value", VALUES, ids=str)
def test_any_value_survives_in_yaml(value: JsonValue) -> None:
    assert yaml.safe_load(yaml_text({"a": value})) == {"a": value}
    assert yaml.safe_load(yaml_text([value, value])) == [value, value]


def test_plain_text_has_a_title_and_a_line_per_field(at_work: Shell) -> None:
    assert at_work("plan", "show", "44", "-o", "plain").out == (
        "CloudLevel 1 (44)\n"
        "  id: 44\n  name: CloudLevel 1\n  diskSizeInMB: 102400\n  ramInMB: 2048\n"
        "  pricePerHour: 0.02\n  pricePerHourFrozen: 0.005\n  priceCap: 12.99\n  cpus: 1\n"
    )
    ran = at_work("plan", "show", "44", "-o", "plain", "--columns", "cpus,name")
    assert ran.out == "CloudLevel 1 (44)\n  cpus: 1\n  name: CloudLevel 1\n"


def test_quiet_shows_ids_only(at_work: Shell) -> None:
    assert at_work("box", "list", "-q").lines[:3] == ["10001", "10002", "10003"]
    assert at_work("distribution", "list", "--quiet").lines[0] == "centos_6_0_64bit"
    assert at_work("box", "create", "new", "44", "centos_7_64bit", "-q").out == "10011\n"
    assert at_work("-q", "plan", "show", "44").out == at_work("plan", "show", "44", "-o", "ids").out == "44\n"


def test_csv_has_a_header_and_quotes_values(at_work: Shell) -> None:
    at_work("contact-group", "change", "b", "--contact", "x@example.org", "--contact", "y@example.org")
    ran = at_work("contact-group", "list", "-o", "csv", "--columns", "id,contacts", "--sort", "-id")
    assert list(csv.reader(io.StringIO(ran.out))) == [
        ["id", "contacts"], ["3", "x@example.org, y@example.org"], ["2", "a@example.org"], ["1", "kunde@example.org"]
    ]  # fmt: skip
    assert at_work("box", "list", "-o", "csv", "--columns", "running,metadata,runningSince").lines[2] == "false,{},"


def test_columns_choose_fields_in_json_and_keep_their_places(at_work: Shell) -> None:
    columns = "name,plan.ramInMB,address,metadata.text,ready,activeProfile.disks.xvda.status,runningSince"
    ran = at_work("box", "show", "running", "-o", "json", "--columns", columns)
    assert json.loads(ran.out) == {
        "name": "running",
        "plan": {"ramInMB": 2048},
        "metadata": {"text": "ä/\u0000€😀"},
        "activeProfile": {"disks": {"xvda": {"status": "READY"}}},
        "runningSince": json.loads(at_work("box", "show", "running", "-o", "json").out)["runningSince"],
        "address": ["198.18.39.17", "198.19.135.212"],
        "ready": True,
    }
    boxes = json.loads(at_work("box", "list", "-o", "json", "--columns", "plan,name").out)
    assert boxes[0]["plan"]["name"] == "CloudLevel 1"  # as the service sends it
    assert boxes[0].keys() == {"plan", "name"}
    assert at_work("box", "list", "--columns", "plan,metadata.text").lines[1] == "CloudLevel 1\tä/\\x00€😀"


def test_columns_of_a_command_are_listed_without_a_service(shell: Shell) -> None:
    ran = shell("box", "list", "--columns", "help")
    assert (ran.code, ran.err) == (0, "")
    assert ran.lines[:7] == ["id", "name", "status", "running", "plan", "address", "ready"]
    assert {"plan.ramInMB", "metadata", "activeProfile.kernel"} <= {*ran.lines}
    assert shell("ip", "list", "--columns", "help").lines[:3] == ["id", "box", "ip"]


def test_rows_are_sorted_by_columns_with_missing_values_last(at_work: Shell) -> None:
    ran = at_work("box", "list", "-o", "csv", "--columns", "plan.id,name,runningSince", "--sort", "-plan.id,name")
    rows = list(csv.reader(io.StringIO(ran.out)))[1:]
    assert [row[1] for row in rows[:4]] == ["copied", "stopped", "changing plan", "creating"]
    ran = at_work("box", "list", "-o", "csv", "--columns", "runningSince", "--sort", "runningSince")
    assert ran.lines[1] != ""
    assert ran.lines[-1] == '""'


FILTERS: list[tuple[list[str], list[str]]] = [
    (["status=READY"], ["running", "stopped", "copied"]),
    (["status=ready"], ["running", "stopped", "copied"]),
    (["status!=READY"], ["frozen", "creating", "updating", "freezing", "thawing", "changing plan", "deleting"]),
    (["status=CHANGING PLAN"], ["changing plan"]),
    (["name~ing$"], ["running", "creating", "updating", "freezing", "thawing", "deleting"]),
    (["name = stopped"], ["stopped"]),
    (["name=Stopped"], []),
    (["name~ing$", "status=READY"], ["running"]),
    (["plan=CloudLevel 2"], ["stopped"]),
    (["plan.ramInMB=8192"], ["copied"]),
    (["running=yes", "ready=true"], ["running", "copied"]),
    (["metadata.small=-1.5e-09"], ["running"]),
    (["metadata.nothing=x"], []),
    (["metadata.nothing=", "status=READY"], ["running", "stopped", "copied"]),
    (["address=198.18.39.18"], ["stopped"]),
    (["address~^198\\.18\\.39\\.1[78]$"], ["running", "stopped"]),
    (["activeProfile.disks.xvda.status=ready", "name~^r"], ["running"]),
    (["created~^2023-11-14", "name~^st"], ["stopped"]),
]


@pytest.mark.parametrize(("conditions", "names"), FILTERS, ids=str)
def test_filters_show_records_that_satisfy_all_conditions(
    at_work: Shell, conditions: list[str], names: list[str]
) -> None:
    options = [word for condition in conditions for word in ("--filter", condition)]
    assert column(at_work, "box", "list", "--columns", "name", *options) == names
    boxes = json.loads(at_work("box", "list", "-o", "json", *options).out)
    assert [box["name"] for box in boxes] == names


def test_one_element_of_a_list_satisfies_a_filter(at_work: Shell) -> None:
    line = ("contact-group", "list", "-q", "--filter")
    assert at_work(*line, "contacts=b@example.org").lines == ["3"]
    assert at_work(*line, "contacts!=b@example.org").lines == ["1", "2"]
    checks = ("check", "list", "--filter", "contactGroups=admins", "--columns", "name,contactGroups")
    assert at_work(*checks).lines[1:] == ["page\tStammdaten-E-Mail-Adresse, admins"]
    [check] = json.loads(at_work(*checks, "-o", "json").out)
    assert check["contactgroups"][1] == {"id": 2, "name": "admins"}


@pytest.mark.parametrize("text", ["a=b", " a = b ", "a!=b", "a~b", "a.b c=d=e", "a=", "a~^[bc]$"])
def test_a_filter_has_a_column_an_operator_and_a_value(text: str) -> None:
    condition = Filter.parse(text)
    assert "".join(condition[:3]) == text.replace(" ", "") or condition == Filter("a.b c", "=", "d=e")


def test_rows_about_parts_of_an_answer_can_be_chosen(at_work: Shell) -> None:
    line = ("doc", "show", "JiffyBoxes", "--columns", "verb,call", "--filter", "verb=DELETE")
    assert at_work(*line).lines == ["verb\tcall", "DELETE\t/<box>"]
    assert json.loads(at_work(*line, "-o", "json").out) == [{"call": "/<box>", "verb": "DELETE"}]
    assert at_work("box", "metadata", "running", "--sort", "name").lines[:2] == ["name\tvalue", f"big\t{10**30}"]
    assert json.loads(at_work("cost", "-o", "json", "--filter", "name=stopped").out)[0]["perMonth"] == 19.99


@pytest.mark.skipif(not hasattr(time, "tzset"), reason="this platform can't change its time zone")
def test_a_table_has_the_requested_columns_and_local_times(at_work: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "Europe/Berlin")
    time.tzset()
    try:
        ran = at_work("box", "list", "-o", "table", "--columns", "name,running,created")
        assert ran.lines[:2] == ["name           running  created", "running        yes      2023-11-14 23:13:20"]
        assert "2023-11-14T22:13:20+00:00" in at_work("box", "list", "--columns", "created").lines
    finally:
        monkeypatch.undo()
        time.tzset()


def test_a_table_that_is_too_wide_becomes_blocks(at_work: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    wide = at_work("box", "list", "-o", "table")
    assert wide.lines[0].split() == ["id", "name", "status", "running", "plan", "address"]
    monkeypatch.setenv("COLUMNS", "40")
    narrow = at_work("box", "list", "-o", "table")
    assert narrow.lines[:3] == ["running (10001)", "  id       10001", "  name     running"]
    assert max(map(len, narrow.lines)) <= 40


def test_names_with_dots_are_columns(shell: Shell) -> None:
    box: dict[str, JsonValue] = {**example("box"), "id": 7, "metadata": {"a.b": {"c": 1}, "a": {"d": 2}}}

    def talk(connection: socket.socket) -> None:
        while read_request(connection):
            connection.sendall(http(envelope({"7": box}).content))

    with server(talk) as url:
        line = ("box", "list", "--columns", "metadata.a.b.c,metadata.a.d")
        assert shell.at(url)(*line).lines[1] == "1\t2"
        assert json.loads(shell(*line, "-o", "json").out) == [{"metadata": {"a.b": {"c": 1}, "a": {"d": 2}}}]


def test_what_is_chosen_does_not_change_what_is_sent(at_work: Shell, account: Emulator) -> None:
    at_work("box", "list", "--filter", "status=READY", "--columns", "id", "--sort", "name", "-o", "yaml")
    assert [(entry.call, entry.body) for entry in account.journal()] == [("list_boxes", None)]
