"""Output: formats, columns, sorting, encodings, pipes and files."""

import csv
import io
import json
import os
import socket
import subprocess
import sys
import time
from decimal import Decimal

import pytest
from pydantic import JsonValue

from jiffybox_sdk import Emulator, Plan, _cli
from jiffybox_sdk._cli.output import formats, terminal
from jiffybox_sdk._records.cost import Cost, cost_of
from tests.support.scripted import TOKEN, emulated, envelope, example, http, read_request, server
from tests.support.shell import Shell, apart, clean_environment


def test_ids_are_one_per_line(at_work: Shell) -> None:
    assert at_work("box", "list", "-o", "ids").lines[:3] == ["10001", "10002", "10003"]
    assert at_work("distributions", "-o", "ids").lines[0] == "centos_6_0_64bit"


def test_csv_has_a_header_and_quotes_values(at_work: Shell) -> None:
    at_work("contact-group", "change", "b", "--contact", "x@example.org", "--contact", "y@example.org")
    ran = at_work("contact-group", "list", "-o", "csv", "--columns", "id,contacts", "--sort", "-id")
    assert list(csv.reader(io.StringIO(ran.out))) == [
        ["id", "contacts"], ["3", "x@example.org, y@example.org"], ["2", "a@example.org"], ["1", "kunde@example.org"]
    ]  # fmt: skip
    assert at_work("box", "list", "-o", "csv", "--columns", "running,metadata,runningSince").lines[2] == "false,{},"


def test_json_is_one_object_per_line(at_work: Shell) -> None:
    lines = [json.loads(line) for line in at_work("box", "list", "-o", "json").lines]
    assert [line["id"] for line in lines] == [int(line) for line in at_work("box", "list", "-o", "ids").lines]
    assert isinstance(lines[0]["created"], int)
    pretty = at_work("box", "show", "10001", "-o", "json-pretty").out
    assert json.loads(pretty) == lines[0]
    assert pretty.startswith('{\n  "id": 10001,\n')


def test_plain_text_has_a_title_and_a_line_per_field(at_work: Shell) -> None:
    assert at_work("plans", "44").out == (
        "CloudLevel 1 (44)\n"
        "  id: 44\n  name: CloudLevel 1\n  diskSizeInMB: 102400\n  ramInMB: 2048\n"
        "  pricePerHour: 0.02\n  pricePerHourFrozen: 0.005\n  priceCap: 12.99\n  cpus: 1\n"
    )
    assert (
        at_work("plans", "44", "--columns", "cpus,name").out == "CloudLevel 1 (44)\n  cpus: 1\n  name: CloudLevel 1\n"
    )


def test_rows_are_sorted_by_columns_with_missing_values_last(at_work: Shell) -> None:
    ran = at_work("box", "list", "-o", "csv", "--columns", "plan.id,name,runningSince", "--sort", "-plan.id,name")
    rows = list(csv.reader(io.StringIO(ran.out)))[1:]
    assert [row[1] for row in rows[:4]] == ["copied", "stopped", "changing plan", "creating"]
    ran = at_work("box", "list", "-o", "csv", "--columns", "runningSince", "--sort", "runningSince")
    assert ran.lines[1] != ""
    assert ran.lines[-1] == '""'


@pytest.mark.skipif(not hasattr(time, "tzset"), reason="this platform can't change its time zone")
def test_a_table_has_the_requested_columns_and_local_times(at_work: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "Europe/Berlin")
    time.tzset()
    try:
        ran = at_work("box", "list", "-o", "table", "--columns", "name,running,created")
        assert ran.lines[:2] == ["name           running  created", "running        yes      2023-11-14 23:13:20"]
        assert "2023-11-14T22:13:20+00:00" in at_work("box", "list", "-o", "plain").out
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


def test_unprintable_characters_are_escaped(shell: Shell) -> None:
    box: dict[str, JsonValue] = {**example("box"), "id": 7, "name": "a\x1b[2Jb\nc\u202e"}

    def talk(connection: socket.socket) -> None:
        while read_request(connection):
            connection.sendall(http(envelope({"7": box}).content))

    with server(talk) as url:
        shell.at(url)
        for form in ("plain", "table"):
            out = shell("box", "list", "-o", form).out
            assert "a\\x1b[2Jb\\nc\\u202e" in out
            assert "\x1b" not in out
        assert json.loads(shell("box", "list", "-o", "json").out)["name"] == "a\x1b[2Jb\nc\u202e"


def test_unencodable_characters_are_escaped(url: str) -> None:
    env = {"JIFFYBOX_API_URL": url, "JIFFYBOX_API_KEY": TOKEN, "PYTHONIOENCODING": "ascii", "LC_ALL": "C"}
    ran = apart("box", "metadata", "running", "-o", "json", env=env)
    assert ran.code == 0
    assert ran.out.isascii()
    assert json.loads(ran.out)["text"] == "ä/\u0000€😀"
    ran = apart("box", "metadata", "running", env=env)
    assert (ran.code, "  text: \\xe4/\\x00\\u20ac\\U0001f600" in ran.lines) == (0, True)
    ran = apart("cost", "-o", "table", env=env)
    assert (ran.code, "####" in ran.out, ran.out.isascii()) == (0, True, True)


def test_a_closed_pipe_ends_the_command_quietly(url: str) -> None:
    env = {**clean_environment(), "JIFFYBOX_API_URL": url, "JIFFYBOX_API_KEY": TOKEN}
    for line in (
        ["box", "list"],
        ["--help"],
        ["--version"],
        ["box", "list", "-o", "csv"],
        ["box", "nothing", "--help"],
    ):
        reading, writing = os.pipe()
        os.close(reading)
        with os.fdopen(writing, "w") as pipe:
            done = subprocess.run(  # noqa: S603 (our own command line)
                [sys.executable, "-m", "jiffybox_sdk", *line],
                stdout=pipe,
                stderr=subprocess.PIPE,
                text=True,
                env=env,
                check=False,
                timeout=60,
            )
        if "nothing" in line:
            assert done.returncode == 2
        else:
            assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="a system without /dev/full")  # noqa: PTH110
def test_a_full_disk_is_an_error(url: str) -> None:
    env = {**clean_environment(), "JIFFYBOX_API_URL": url, "JIFFYBOX_API_KEY": TOKEN}
    with open("/dev/full", "w", encoding="utf-8") as full:  # noqa: PTH123
        done = subprocess.run(
            [sys.executable, "-m", "jiffybox_sdk", "box", "list"],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            env=env,
            check=False,
            timeout=60,
        )
    assert done.returncode == 1
    assert done.stderr == "jiffybox: cannot write the output: No space left on device\n"


def plan(hour: float, frozen: float, cap: float | None) -> Plan:
    return Plan.model_validate({**example("plan"), "pricePerHour": hour, "pricePerHourFrozen": frozen, "priceCap": cap})


@pytest.mark.parametrize(
    ("priced", "frozen", "hour", "month", "capped"),
    [
        (plan(0.02, 0.005, 12.99), False, "0.02", "12.99", True),
        (plan(0.02, 0.005, 12.99), True, "0.005", "3.65", False),
        (plan(0.02, 0.005, 14.6), False, "0.02", "14.60", False),
        (plan(0.02, 0.005, 0), False, "0.02", "14.60", False),
        (plan(0.02, 0.005, None), False, "0.02", "14.60", False),
        (plan(0.1, 0.1, None), False, "0.1", "73.00", False),
    ],
)
def test_the_monthly_price_is_730_hours_or_the_cap(
    priced: Plan,
    frozen: bool,  # noqa: FBT001 (a row of the table)
    hour: str,
    month: str,
    capped: bool,  # noqa: FBT001
) -> None:
    assert cost_of(priced, frozen=frozen) == Cost(Decimal(hour), Decimal(month), capped)


def test_the_costs_of_an_account_are_those_of_its_boxes(shell: Shell) -> None:
    boxes = [
        {"name": "on", "planid": 44, "distribution": "centos_7_64bit"},
        {"name": "off", "planid": 44, "distribution": "centos_7_64bit", "running": False},
        {"name": "cold", "planid": 46, "distribution": "centos_7_64bit", "status": "FROZEN"},
    ]
    with emulated(Emulator("manual", token=TOKEN, seed={"boxes": boxes})) as url:
        costs = json.loads(shell.at(url)("cost", "-o", "json").out)
        assert "The account: 0.055 EUR per hour, 36.93 EUR per month of 730 hours" in shell("cost").lines
    assert (costs["perHour"], costs["perMonth"], costs["capped"]) == (0.055, 36.93, True)
    assert [(box["name"], box["perMonth"]) for box in costs["boxes"]] == [
        ("on", 12.99),
        ("off", 12.99),
        ("cold", 10.95),
    ]
    assert costs["plans"][0]["frozen"] == {"perHour": 0.005, "perMonth": 3.65, "capped": False}


def test_bars_are_proportional_to_their_values() -> None:
    lines = terminal.bars("title", [("a", Decimal(10), "ten"), ("b", Decimal(5), "five"), ("c", Decimal(0), "none")])
    lengths = [line.count("█") for line in lines.splitlines()[1:]]
    assert lengths == [round(max(lengths) * part) for part in (1, 0.5, 0)]
    assert max(lengths) > 50


DRY = [
    (["box", "list"], "GET {url}/-token-/v1.0/jiffyBoxes", ""),
    (["box", "start", "10002"], "PUT {url}/-token-/v1.0/jiffyBoxes/10002", '{"status":"START"}'),
    (["box", "delete", "10002"], "DELETE {url}/-token-/v1.0/jiffyBoxes/10002", ""),
    (["box", "delete", "10001", "--force", "--wait"], "DELETE {url}/-token-/v1.0/jiffyBoxes/10001", ""),
    (["box", "pull-plug", "10001"], "PUT {url}/-token-/v1.0/jiffyBoxes/10001", '{"status":"PULLPLUG"}'),
    (
        ["box", "create", "new", "CloudLevel 1", "centos_7_64bit", "--wait"],
        "POST {url}/-token-/v1.0/jiffyBoxes",
        '{"name":"new","planid":"CloudLevel 1","distribution":"centos_7_64bit"}',
    ),
    (
        ["box", "metadata", "10001", "--unset", "a"],
        "PUT {url}/-token-/v1.0/jiffyBoxes/10001",
        '{"metadata":{"a":null}}',
    ),
    (["backup", "create", "10001", "--wait"], "POST {url}/-token-/v1.0/backups/10001/manual", ""),
    (
        ["backup", "restore", "10001", "daily", "--id", "abc", "--wait"],
        "POST {url}/-token-/v1.0/backups/10001/daily/abc",
        "",
    ),
    (["ip", "move", "10001", "2001", "10002"], "PUT {url}/-token-/v1.0/ips/10001/2001/move", '{"targetid":10002}'),
    (["contact-group", "delete", "2", "--wait"], "DELETE {url}/-token-/v1.0/contactGroups/2", ""),
    (["monitoring", "delete", "1001", "--wait"], "DELETE {url}/-token-/v1.0/monitoring/1001", ""),
]


@pytest.mark.parametrize(("line", "request_line", "body"), DRY)
def test_dry_run_shows_the_request_and_sends_nothing(
    at_work: Shell, account: Emulator, url: str, line: list[str], request_line: str, body: str
) -> None:
    ran = at_work(*line, "--dry-run")
    assert ran.code == 0
    assert ran.lines[0] == request_line.format(url=url)
    assert ran.lines[-2:] == ["", body] if body else ran.lines[-1].startswith("User-Agent: ")
    assert list(account.journal()) == []


def test_dry_run_does_not_look_up_names(at_work: Shell, account: Emulator) -> None:
    for line in (["box", "start", "running"], ["ip", "move", "10001", "198.18.0.1", "10002"]):
        ran = at_work(*line, "--dry-run")
        assert (ran.code, ran.out) == (2, "")
        assert "with --dry-run, which sends nothing: use its number" in ran.err
    ran = at_work("backup", "restore", "10001", "daily", "--dry-run")
    assert (ran.code, "--dry-run requires --id" in ran.err) == (2, True)
    assert list(account.journal()) == []


@pytest.mark.parametrize(
    ("module", "line"),
    [("click", ["--help"]), ("platformdirs", ["box", "list"]), ("rich", ["--local", "plans", "-o", "table"])],
)
def test_a_missing_extra_is_named(shell: Shell, module: str, line: list[str]) -> None:
    program = (
        f"import runpy, sys; sys.modules[{module!r}] = None; runpy.run_module('jiffybox_sdk', run_name='__main__')"
    )
    done = subprocess.run(  # noqa: S603 (our own command line)
        [sys.executable, "-c", program, *line],
        capture_output=True,
        text=True,
        env=clean_environment() | shell.folders,
        check=False,
        timeout=60,
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.rstrip().endswith(f"needs {module}: pip install 'jiffybox-sdk[cli]'")


@pytest.mark.parametrize("option", ["--version", "--help"])
def test_help_and_version_import_neither_httpx_nor_pydantic(option: str) -> None:
    program = (
        "import sys; from jiffybox_sdk._cli import main; code = main(sys.argv[1:]);"
        " print(sorted({'httpx', 'pydantic', 'tenacity', 'rich', 'anyio'} & set(sys.modules)), file=sys.stderr);"
        " sys.exit(code)"
    )
    done = subprocess.run(  # noqa: S603 (our own command line)
        [sys.executable, "-c", program, option], capture_output=True, text=True, check=False, timeout=60
    )
    assert (done.returncode, done.stderr) == (0, "[]\n")
    assert done.stdout.startswith({"--version": "jiffybox, version ", "--help": "Usage: jiffybox"}[option])


def test_the_pager_is_only_used_at_a_terminal(at_work: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    assert at_work("plans", "44", "--pager").lines[0] == "CloudLevel 1 (44)"
    monkeypatch.setattr(formats, "at_terminal", lambda: True)
    shown: list[str] = []
    monkeypatch.setattr("click.echo_via_pager", shown.append)
    assert at_work("plans", "44", "--pager", "-o", "ids").out == ""
    assert shown == ["44\n"]


def test_verbose_logs_requests_and_connections(at_work: Shell) -> None:
    assert "jiffybox_sdk: GET jiffyBoxes/10001: HTTP status 200" in at_work("-v", "box", "show", "10001").err
    assert "(b'HTTP/1.1', 200" in at_work("-vv", "box", "show", "10001").err


def test_main_defaults_to_the_arguments_of_the_process(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    def ignore(_: object) -> None:
        """Leave this process as it is."""

    assert shell("--version").code == 0
    monkeypatch.setattr("sys.argv", ["jiffybox", "box", "list"])
    monkeypatch.setattr("gc.set_threshold", ignore)
    monkeypatch.setattr("atexit.register", ignore)
    assert _cli.main() == 2


def test_no_format_writes_control_sequences_to_a_terminal(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    box: dict[str, JsonValue] = {**example("box"), "id": 7, "name": "a\x1b[2Jb", "metadata": {"k\x1b[1m": "v\u009b"}}

    def talk(connection: socket.socket) -> None:
        while read_request(connection):
            connection.sendall(http(envelope({"7": box}).content))

    def talk_of_one(connection: socket.socket) -> None:
        while read_request(connection):
            connection.sendall(http(envelope(box).content))

    with server(talk) as url, server(talk_of_one) as other:
        # Programs get texts unescaped.
        assert "\x1b[2J" in shell.at(url)("box", "list", "-o", "csv").out
        assert "\x1b[1m" in shell.at(other)("box", "metadata", "7", "-o", "json", "--verbose").out.replace(
            "\\u001b", "\x1b"
        )
        monkeypatch.setattr(formats, "at_terminal", lambda: True)
        for form in ("csv", "json", "plain", "table", "json-pretty"):
            assert not {"\x1b", "\u009b"} & set(shell.at(url)("box", "list", "-o", form).out)
            assert not {"\x1b", "\u009b"} & set(shell.at(other)("box", "metadata", "7", "-o", form).out)


@pytest.mark.usefixtures("at_work")
def test_a_closed_standard_output_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdout", None)
    assert _cli.main(["plans"]) == 1


def test_a_check_name_with_dots_is_not_an_address(at_work: Shell) -> None:
    line = ["monitoring", "create", "ping", "www.a.example.org", "198.18.39.17", "7"]
    assert at_work(*line).code == 0
    assert "no check is named 'www.b.example.org'" in at_work("monitoring", "results", "www.b.example.org").err
    assert at_work("monitoring", "results", "www.a.example.org").code == 0


def test_the_awaited_status_ignores_case(at_work: Shell) -> None:
    assert at_work("box", "wait", "running", "--for", "ready").code == 0
    assert at_work("box", "wait", "running", "--for", "GONE", "--timeout", "0").err.endswith(
        "the deletion failed or was never requested (box 10001 was last seen READY)\n"
    )


@pytest.mark.parametrize(("status", "nearest"), [("REDY", "READY"), ("frosen", "FROZEN"), ("goner", "GONE")])
def test_an_unknown_status_is_awaited_with_a_line_that_names_the_nearest(
    at_work: Shell, status: str, nearest: str
) -> None:
    ran = at_work("box", "wait", "running", "--for", status, "--timeout", "0")
    line = f"Unknown status {status} (did you mean {nearest}?); waiting for it anyway."
    assert (ran.code, ran.err.splitlines()[0]) == (4, line)


def test_rows_name_the_box_once(at_work: Shell) -> None:
    for command in (("ip", "list"), ("backup", "list")):
        row = json.loads(at_work(*command, "-o", "json").lines[0])
        assert "box" in row
        assert "box_id" not in row
        assert "box_id" not in at_work(*command, "-o", "plain").out
