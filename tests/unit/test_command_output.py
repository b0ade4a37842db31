"""Output: formats, columns, sorting, encodings, pipes and files."""

import errno
import json
import os
import re
import socket
import subprocess
import sys
from decimal import Decimal
from types import SimpleNamespace

import pytest
import yaml
from pydantic import JsonValue

from jiffybox_sdk import Emulator, Plan, _cli
from jiffybox_sdk._cli import errors
from jiffybox_sdk._cli.options import FORMATS
from jiffybox_sdk._cli.output import formats, terminal, text
from jiffybox_sdk._records.cost import Cost, cost_of
from tests.support.scripted import TOKEN, emulated, envelope, example, http, read_request, server
from tests.support.shell import Shell, apart, clean_environment


def test_unencodable_characters_are_escaped(url: str) -> None:
    env = {"JIFFYBOX_API_URL": url, "JIFFYBOX_API_KEY": TOKEN, "PYTHONIOENCODING": "ascii", "LC_ALL": "C"}
    ran = apart("box", "metadata", "running", "-o", "json", env=env)
    assert ran.code == 0
    assert ran.out.isascii()
    assert json.loads(ran.out)["text"] == "ä/\u0000€😀"
    ran = apart("box", "metadata", "running", "-o", "yaml", env=env)
    assert ran.out.isascii()
    assert yaml.safe_load(ran.out)["text"] == "ä/\u0000€😀"
    ran = apart("box", "metadata", "running", "-o", "plain", env=env)
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
    assert done.returncode == 7
    assert done.stderr == "jiffybox: cannot write the output: No space left on device; the work was done\n"


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
        assert "The account: 0.055 EUR per hour, 36.93 EUR per month of 730 hours" in shell("cost", "-o", "plain").lines
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
    (["box", "delete", "10002", "--wait"], "DELETE {url}/-token-/v1.0/jiffyBoxes/10002", ""),
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
    (["check", "delete", "1001", "--wait"], "DELETE {url}/-token-/v1.0/monitoring/1001", ""),
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


LOOKED_UP = [
    ("box start stopped", ["PUT jiffyBoxes/10002"], {"list_boxes"}),
    ("box delete running --force --wait", ["PUT jiffyBoxes/10001", "DELETE jiffyBoxes/1"], {"list_boxes", "get_box"}),
    ("box stop running 10002", ["PUT jiffyBoxes/10001", "PUT jiffyBoxes/10002"], {"list_boxes"}),
    ("box wait running", ["GET jiffyBoxes/10001"], {"list_boxes"}),
    ("ip move 10001 198.18.39.17 stopped", ["PUT ips/10001/2001/move"], {"list_boxes", "get_ips"}),
    ("backup restore running daily", ["POST backups/10001/daily/"], {"list_boxes", "get_backups"}),
    ("check delete page", ["DELETE monitoring/1001"], {"list_checks"}),
]  # fmt: skip


@pytest.mark.parametrize(("line", "requests", "reads"), LOOKED_UP)
def test_dry_run_looks_up_names_and_says_so(
    at_work: Shell, account: Emulator, url: str, line: str, requests: list[str], reads: set[str]
) -> None:
    ran = at_work(*line.split(), "--dry-run")
    assert (ran.code, ran.err) == (0, "jiffybox: --dry-run looks up what it needs, which changes nothing\n")
    shown = [text.replace(f"{url}/-token-/v1.0/", "") for text in ran.lines]
    assert [any(text.startswith(request) for text in shown) for request in requests] == [True] * len(requests)
    assert {entry.call for entry in account.journal()} == reads


@pytest.mark.parametrize(
    ("module", "line"),
    [
        ("click", ["--help"]),
        ("platformdirs", ["box", "list"]),
        ("rich", ["--local", "plan", "list", "-o", "table"]),
    ],
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
    assert at_work("plan", "show", "44", "--pager", "-o", "plain").lines[0] == "CloudLevel 1 (44)"
    monkeypatch.setattr(formats, "at_terminal", lambda: True)
    shown: list[str] = []
    monkeypatch.setattr("click.echo_via_pager", shown.append)
    assert at_work("plan", "show", "44", "--pager", "-o", "ids").out == ""
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


def test_no_format_writes_control_sequences(shell: Shell) -> None:
    box: dict[str, JsonValue] = {
        **example("box"),
        "id": 7,
        "name": "a\x1b[2Jb\nc\x7f\u2028\U000e0001",
        "metadata": {"k\x1b[1m": "v\u009b\u202e"},
    }

    def talk(connection: socket.socket) -> None:
        while read_request(connection):
            connection.sendall(http(envelope({"7": box}).content))

    def talk_of_one(connection: socket.socket) -> None:
        while read_request(connection):
            connection.sendall(http(envelope(box).content))

    with server(talk, 50) as url, server(talk_of_one, 50) as other:
        for form in FORMATS:
            listed, shown = (
                shell.at(url)("box", "list", "-o", form),
                shell.at(other)("box", "metadata", "7", "-o", form),
            )
            assert (listed.code, shown.code) == (0, 0)
            assert all(line.isprintable() for line in re.split(r"[\n\t]", listed.out + shown.out))
            assert form == "ids" or ("1b[2Jb\\nc" in listed.out and "202e" in shown.out)
            assert listed.out.count("\n") == shell.at(url)("box", "list", "-o", form, "--filter", "id=7").out.count(
                "\n"
            )


@pytest.mark.usefixtures("at_work")
def test_a_closed_reader_is_no_error_on_windows(monkeypatch: pytest.MonkeyPatch) -> None:
    class Closed:
        encoding = "utf-8"

        def write(self, _text: str) -> None:
            raise OSError(errno.EINVAL, "Invalid argument")

        def isatty(self) -> bool:
            return False

    monkeypatch.setattr(errors, "discard_stdout", lambda: None)
    for name, code in (("posix", 7), ("nt", 0)):
        with monkeypatch.context() as patch:
            patch.setattr("sys.stdout", Closed())
            patch.setattr(text, "os", SimpleNamespace(name=name))
            assert _cli.main(["plan", "list"]) == code


@pytest.mark.usefixtures("at_work")
def test_a_closed_standard_output_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdout", None)
    assert _cli.main(["plan", "list"]) == 7


def test_a_check_name_with_dots_is_not_an_address(at_work: Shell) -> None:
    line = ["check", "create", "ping", "www.a.example.org", "198.18.39.17", "7"]
    assert at_work(*line).code == 0
    assert "no check is named 'www.b.example.org'" in at_work("check", "results", "www.b.example.org").err
    assert at_work("check", "results", "www.a.example.org").code == 0


def test_the_awaited_status_ignores_case(at_work: Shell) -> None:
    assert at_work("box", "wait", "running", "--for", "ready").code == 0
    assert at_work("box", "wait", "running", "--for", "GONE", "--timeout", "0").err.endswith(
        "was never requested; a running box can't be deleted: stop it first (box 10001 was last seen READY)\n"
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
        row = json.loads(at_work(*command, "-o", "jsonl").lines[0])
        assert "box" in row
        assert "box_id" not in row
        assert "box_id" not in at_work(*command, "-o", "plain").out
