"""Errors are reported in one line on standard error and by an exit code."""

import json
import logging
import os
import socket
from pathlib import Path

import pytest
from pydantic import JsonValue

from jiffybox_sdk import Emulator
from jiffybox_sdk._cli import config
from jiffybox_sdk._cli.profiles import Service
from jiffybox_sdk._client.endpoints import CALLS
from tests.support.scripted import PASSWORD, TOKEN, emulated, envelope, example, http, read_request, server
from tests.support.shell import Ran, Shell

NOWHERE = "http://127.0.0.1:9"
CONTROLS = "\x1b[2J\x9b31m\x7f"
ESCAPED_CONTROLS = r"\x1b[2J\x9b31m\x7f"

pytestmark = pytest.mark.usefixtures("virtual_time")


def error_of(ran: Ran, code: int) -> str:
    """Return the only line that was written."""
    assert (ran.code, ran.out) == (code, ""), ran.err
    *before, line = ran.err.splitlines()
    assert before == []
    assert line.startswith("jiffybox: ")
    return line.removeprefix("jiffybox: ")


def test_a_missing_configuration_is_explained(shell: Shell) -> None:
    error = error_of(shell("box", "list"), 2)
    assert "no service is configured: set $JIFFYBOX_API_KEY" in error
    assert str(shell.profiles) in error
    assert "add --local" in error


@pytest.mark.parametrize(
    ("line", "hint"),
    [
        ("api GET jiffyBoxes/99", "the account of this token has no such box: see jiffybox box list"),
        ("box create new nothing centos_7_64bit", "there is no such plan: see jiffybox plan list"),
        ("box start frozen", "the box is frozen: thaw it first: jiffybox box thaw 10004 PLAN"),
        ("box delete running --yes", "stop 10001, or jiffybox box delete 10001 --force"),
    ],
)
def test_refusals_in_german_get_a_hint_in_english(at_work: Shell, line: str, hint: str) -> None:
    assert error_of(at_work(*line.split()), 1).endswith(f"{hint})")


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("--api-url http://example.org --api-key 0123456789 box list", "use https://, or pass --allow-plain-http to"),
        ("--api-url ftp://example.org --api-key 0123456789 box list", "invalid --api-url: expected a URL"),
        ("box create a 44 --backup=", "invalid --backup '': expected a string"),
        (
            "monitoring create ping a 198.18.39.17 7 --check-timeout 0",
            "invalid --check-timeout 0: expected the",
        ),
        ("monitoring create ping a 198.18.39.17 7 --check-interval 0", "invalid --check-interval 0: expected"),
        ("monitoring create ping a 198.18.39.17 99999", "invalid port 99999: expected a port"),
        ("box metadata running role", "invalid CHANGES 'role': expected NAME=TEXT, a JSON object, @FILE or -"),
        ("box metadata running a=b a=c", "invalid CHANGES 'a': given twice"),
        ("box metadata running {} {}", "invalid CHANGES: expected at most one JSON object, @FILE or -"),
    ],
)
def test_errors_name_flags(at_work: Shell, account: Emulator, line: str, expected: str) -> None:
    ran = at_work(*line.split())
    assert (ran.code, ran.out) == (2, "")
    assert expected in ran.err
    assert account.journal() == []


def test_the_address_of_the_environment_is_named(shell: Shell) -> None:
    assert "invalid $JIFFYBOX_API_URL: expected a URL" in error_of(shell.at("ftp://example.org")("box", "list"), 2)


def test_metadata_is_set_by_name_and_text(at_work: Shell) -> None:
    ran = at_work("box", "metadata", "stopped", "role=db", '{"n": 1}', "--set", "a=b=c", "-o", "json")
    assert json.loads(ran.out) == {"role": "db", "n": 1, "a": "b=c"}


def test_help_shows_no_ranges_of_seconds_and_sarif_only_where_it_is_a_format(shell: Shell) -> None:
    assert "<=" not in shell("box", "wait", "--help").out
    assert "sarif" not in shell("--help").out
    assert shell("-o", "sarif", "box", "list").err.startswith("jiffybox: invalid -o 'sarif': expected one of table")


def test_an_unreachable_service_exits_with_3(shell: Shell) -> None:
    error = error_of(shell.at(NOWHERE)("box", "list"), 3)
    assert error.startswith("no usable response to GET jiffyBoxes: ConnectError")


REJECTIONS = [
    ("box show 99", "there is no box 99"),
    ("check show 99", "there is no check 99"),
    ("box show wbe", "no box is named 'wbe'"),
    ("box show runing", "no box is named 'runing' (did you mean 'running'?)"),
    ("box delete running --yes", "ist eingeschaltet"),
    ("contact-group delete 1 --yes", "the service rejected DELETE contactGroups/1"),
    ("backup restore stopped manual --yes", "box 10002 has no manual backup"),
    ("ip move running 198.18.0.99 stopped", "box 10001 has no address '198.18.0.99'"),
    ("ip move 198.18.0.99 stopped", "the account has no address '198.18.0.99'"),
    ("check create ping a nobody", "no box is named 'nobody'"),
    ("backup list --filter box=stoped", "no box is named 'stoped' (did you mean 'stopped'?)"),
    (
        "backup restore running 0123456789abcdef0123456789abcdef --yes",
        "box 10001 has no backup 0123456789abcdef0123456789abcdef, only manual ",
    ),
    ("ip move running 2001 stopped", "the service rejected PUT ips/10001/2001/move"),
    ("plan show nothing", "the service rejected GET plans/nothing"),
    ("doc show Nothing", "Das Modul Nothing existiert nicht"),
]


@pytest.mark.parametrize(("line", "message"), REJECTIONS)
def test_rejections_and_missing_objects_exit_with_1(at_work: Shell, line: str, message: str) -> None:
    assert message in error_of(at_work(*line.split()), 1)


def test_an_unknown_token_exits_with_1(at_work: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JIFFYBOX_API_KEY", "x" * 32)
    assert "the service rejected GET jiffyBoxes" in error_of(at_work("box", "list"), 1)


MISTAKES = [
    ("nothing", "No such command 'nothing'"),
    ("box list --nothing", "No such option"),
    ("box show", "Missing argument 'BOX'"),
    ("box show 0", "invalid box '0': expected a positive integer"),
    ("box show -5", "No such option"),
    ("box create a 44", "expected either DISTRIBUTION or --backup"),
    ("box create a 44 centos_7_64bit --backup x", "expected either DISTRIBUTION or --backup"),
    ("box create a/b 44 centos_7_64bit", "invalid name 'a/b'"),
    ("box create a -1 centos_7_64bit", "No such option"),
    ("box create a 44 centos_7_64bit --metadata {", "invalid --metadata: not valid JSON"),
    ("box create a 44 centos_7_64bit --metadata [1]", "invalid --metadata: expected a JSON object"),
    ("box create a 44 centos_7_64bit --metadata {\"a\":NaN}", "NaN is not JSON"),
    ("box create a 44 centos_7_64bit --metadata {\"a\":1,\"a\":2}", "it has a name twice"),
    ("box create a 44 centos_7_64bit --metadata @nowhere.json", "cannot read --metadata 'nowhere.json': No such file"),
    ("box create a 44 centos_7_64bit --metadata @/", "cannot read --metadata '/': Is a directory"),
    ("box create a 44 centos_7_64bit --password-file nowhere", "cannot read --password-file 'nowhere'"),
    ("box create a 44 centos_7_64bit --password-file /dev/null", "the first line is empty"),
    ("box create a 44 centos_7_64bit --ask-password", "--ask-password requires a terminal; use --password-file"),
    ("box create a 44 centos_7_64bit --ask-password --password-file x", "--ask-password cannot be combined with"),
    ("box metadata running --set a", "invalid --set 'a': expected NAME=TEXT"),
    ("box metadata running --set a=1 --set a=2", "invalid --set 'a': given twice"),
    ("box metadata running --set a=1 --unset a", "invalid --unset 'a': also given as --set"),
    ("box list --columns nam", "invalid --columns 'nam': did you mean 'name', 'plan.name' or"),
    ("box list --columns nothing", "--columns help lists all"),
    ("box list --columns plan.nothing", "invalid --columns 'plan.nothing'"),
    ("box list --columns reverseLookup", "invalid --columns 'reverseLookup'"),
    ("box list --columns ,", "expected at least one column"),
    ("box list --sort id,-nothing", "invalid --sort 'nothing'"),
    ("box list -o xml", "invalid -o 'xml': expected one of table, tsv, csv"),
    ("box stop running --columns nothing", "invalid --columns 'nothing'"),
    ("box list --columns -id", "invalid --columns '-id'"),
    ("box list --filter status>x", "Invalid value for '--filter': 'status>x': expected COLUMN=TEXT"),
    ("box list --filter status==READY", "Invalid value for '--filter': 'status==READY': expected COLUMN=TEXT"),
    ("box list --filter =x", "Invalid value for '--filter': '=x': expected COLUMN=TEXT"),
    ("box list --filter name~[", "'[' is not a regular expression: unterminated character set"),
    ("box list --filter reverseLookup=x", "invalid --filter 'reverseLookup': did you mean "),
    ("box start running --filter nam=x", "invalid --filter 'nam': did you mean 'name', 'plan.name' or"),
    ("box create a 44 centos_7_64bit --sort nothing", "invalid --sort 'nothing'"),
    ("box create a 44 centos_7_64bit -o ids --columns id", "--columns cannot be combined with -o ids"),
    ("box metadata running --set a=b --columns nothing", "invalid --columns 'nothing'"),
    ("box delete stopped --yes --columns id", "--columns requires a command that shows records"),
    ("box delete stopped --yes --filter id=1", "--filter requires a command that shows records"),
    ("backup delete running manual --yes --sort id", "--sort requires a command that shows records"),
    ("check delete page --yes --columns id", "--columns requires a command that shows records"),
    ("backup create running --columns id", "invalid --columns 'id'"),
    ("contact-group change admins --contact a@b.org --sort nothing", "invalid --sort 'nothing'"),
    ("doc show Plans --columns id", "invalid --columns 'id'"),
    ("box start running nobody 99", "no box is named 'nobody'; there is no box 99; nothing was done"),
    ("box delete running stoped --yes", "no box is named 'stoped' (did you mean 'stopped'?); nothing was done"),
    ("box wait running ''", 'no box is named "\'\'"; nothing was done'),
    ("box stop running --wait --poll inf", "'inf': expected 0.001 to 100000000 seconds"),
    ("backup enable stopped sunday 0", "'0' is not one of '0-4', '4-6', '22-24', '1'"),
    ("--profile home --api-key x box list", "--api-key cannot be combined with --profile"),
    ("box wait running --timeout -1", "'-1': expected 0 to 100000000 seconds"),
    ("box wait running --timeout nan", "'nan': expected 0 to 100000000 seconds"),
    ("box wait running --poll 0", "'0': expected 0.001 to 100000000 seconds"),
    ("backup enable running someday 1", "'someday' is not one of 'sunday', 'monday'"),
    ("backup enable running 7 1", "'7' is not one of 'sunday'"),
    ("backup change running", "nothing to change: expected --day, --time or both"),
    ("backup restore running yearly --yes", "invalid TYPE 'yearly': expected manual"),
    ("contact-group create a b", "invalid contacts"),
    ("contact-group change admins", "expected --name or --contact"),
    ("check create smtp a 198.18.39.17", "missing --username, --password-file: such as jiffybox check create smtp"),
    ("check create", "missing TYPE, NAME, TARGET: such as jiffybox check create http web-up web "),
    ("check create dns --port 53", "missing NAME, TARGET, --dns-type, --zone, --expected-answer: such as"),
    ("check create portTcp a running", "missing PORT: such as jiffybox check create portTcp web-up web 8080 (see"),
    ("check create ping a running 7 more", "Got unexpected extra argument (more)"),
    ("check create tcp a running 7", "invalid TYPE 'tcp': expected ping, ssh, portTcp"),
    ("check create ping a running x", "invalid port 'x': expected a port"),
    ("backup restore running --yes", "invalid TYPE '': expected manual, daily, weekly, biweekly or the id of a backup"),
    ("backup restore running 0123 --yes", "invalid TYPE '0123': expected manual, daily, weekly, biweekly or the id"),
    ("box wait running --timeout 5x", "'5x': expected 0 to 100000000 seconds, or a text such as 5m"),
    ("box wait running --timeout 1m1h", "'1m1h': expected 0 to 100000000 seconds"),
    ("box wait running --timeout ''", "expected 0 to 100000000 seconds"),
    ("check create ping a 198.18.39.17 80 --path /", "invalid --path: it does not belong to a PingCheck"),
    ("check results 1.2.3", "no check is named"),
    ("--local box list --api-key x", "--local cannot be combined with --api-url"),
]  # fmt: skip


@pytest.mark.parametrize(("line", "message"), MISTAKES)
def test_invalid_usage_exits_with_2_and_changes_nothing(
    at_work: Shell, account: Emulator, line: str, message: str
) -> None:
    before = account.snapshot()
    assert message in error_of(at_work(*line.split()), 1 if "no check is named" in message else 2)
    assert account.snapshot() == before


@pytest.mark.parametrize("line", ["", "box", "backup"])
def test_a_group_without_a_command_shows_its_help(shell: Shell, line: str) -> None:
    ran = shell(*line.split())
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith(f"Usage: jiffybox {line}".rstrip())


QUESTIONS = [
    "box delete running",
    "box pull-plug running",
    "backup restore running manual",
    "backup delete running manual",
    "backup disable running",
    "contact-group delete admins",
    "check delete page",
]


@pytest.mark.parametrize("line", QUESTIONS)
def test_irreversible_commands_require_yes_without_a_terminal(at_work: Shell, account: Emulator, line: str) -> None:
    before = account.snapshot()
    assert "requires confirmation, but there is no terminal: add --yes" in error_of(at_work(*line.split()), 2)
    assert account.snapshot() == before
    assert list(account.journal()) == []  # not even to look up a name


def test_an_expired_wait_exits_with_4(at_work: Shell) -> None:
    ran = at_work("box", "stop", "running", "--wait", "--timeout", "30")
    assert (ran.code, ran.out) == (4, "")
    assert ran.err.splitlines() == [
        "running (10001): UPDATING after 0 s",
        "jiffybox: timed out after 30 s waiting for status READY (box 10001 was last seen UPDATING)",
    ]


LOST = [
    ("box create new 44 centos_7_64bit", "create_box", "jiffybox box list"),
    ("box duplicate 10001 copy 44", "duplicate_box", "jiffybox box list"),
    ("box start 10002", "change_box", "jiffybox box show 10002"),
    ("box delete 10002 --yes", "delete_box", "jiffybox box show 10002"),
    ("backup create 10002", "create_backup", "jiffybox backup show 10002"),
    ("ip move 10001 2003 10002", "move_ip", "jiffybox ip list 10001"),
    ("contact-group create new a@example.org", "create_contact_group", "jiffybox contact-group list"),
    ("check delete 1001 --yes", "delete_check", "jiffybox check show 1001"),
]


@pytest.mark.parametrize(("line", "call", "suggestion"), LOST)
def test_a_lost_response_exits_with_5_and_suggests_a_command(
    at_work: Shell, account: Emulator, line: str, call: str, suggestion: str
) -> None:
    account.add_fault(next(known.name for known in CALLS if known.name == call), drop=True, moment="after")
    error = error_of(at_work(*line.split()), 5)
    assert error.startswith("outcome of ")
    assert error.endswith(f"so check before trying again: {suggestion}")
    assert [entry.call for entry in account.journal()] == [call]


def test_an_invalid_response_exits_with_6(at_work: Shell, account: Emulator) -> None:
    account.add_fault("get_box", leave_out="plan.name")
    assert "plan.name is missing" in error_of(at_work("box", "show", "10001"), 6)
    account.add_fault("change_box", leave_out="plan.name")
    assert "probably" in error_of(at_work("box", "start", "10002"), 6)


def test_a_long_wait_before_a_retry_is_explained(at_work: Shell, account: Emulator) -> None:
    account.add_fault("get_box", status=429, retry_after="20")
    reason = "the service rejected GET jiffyBoxes/10001 (rate limit): HTTP status 429 (try again after 20 s)"
    ran = at_work("box", "show", "10001")
    assert (ran.code, ran.err.count(reason)) == (0, 1)
    assert ran.err.rstrip().endswith("; retrying in 20.0 s")
    account.add_fault("get_box", status=429, retry_after="20")
    assert at_work("-v", "box", "show", "10001").err.count(reason) == 1
    account.add_fault("get_box", status=429, retry_after="4")
    assert at_work("box", "show", "10001").err == ""


def test_an_ambiguous_name_is_rejected(shell: Shell) -> None:
    boxes: dict[str, JsonValue] = {str(number): {**example("box"), "id": number, "name": "twin"} for number in (7, 8)}

    def talk(connection: socket.socket) -> None:
        while read_request(connection):
            connection.sendall(http(envelope(boxes).content))

    with server(talk) as url:
        error = error_of(shell.at(url)("box", "delete", "twin", "--yes"), 2)
    assert error == "ambiguous box 'twin': 7 and 8 have this name; use a number (see jiffybox box delete --help)"


def test_an_internal_error_exits_with_70_and_debug_shows_its_traceback(
    at_work: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_options: object) -> Service:
        raise ZeroDivisionError(f"with {TOKEN} in it")

    monkeypatch.setattr(config, "find_service", broken)
    ran = at_work("box", "list")
    assert error_of(ran, 70) == (
        "internal error (please report it): ZeroDivisionError: with ********** in it; --debug shows the traceback"
    )
    ran = at_work("box", "list", "--debug")
    assert ran.code == 70
    assert ran.err.startswith("Traceback (most recent call last):\n")
    assert TOKEN not in ran.err


def test_tracebacks_and_logs_show_no_control_sequences(at_work: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_options: object) -> Service:
        logging.getLogger("httpcore.http11").debug("received %s", CONTROLS)
        raise ZeroDivisionError(f"divided by\n{CONTROLS}")

    monkeypatch.setattr(config, "find_service", broken)
    ran = at_work("box", "list", "--debug", "-vv")
    lines = ran.err.splitlines()
    assert ran.code == 70
    assert all(line.isprintable() for line in ran.err.split("\n"))
    assert f"httpcore.http11: received {ESCAPED_CONTROLS}" in lines
    assert lines[-2] == rf"ZeroDivisionError: divided by\n{ESCAPED_CONTROLS}"


HOSTILE = "a\x1b[2J\u009b\u202eb\r\nc\u2066"
VISIBLE = r"a\x1b[2J\x9b\u202eb\r\nc\u2066"


def test_hostile_messages_are_made_visible(shell: Shell) -> None:
    def talk(connection: socket.socket) -> None:
        while read_request(connection):
            connection.sendall(http(envelope(None, ("error", HOSTILE)).content))

    with server(talk) as url:
        ran = shell.at(url)("box", "show", "1")
        assert error_of(ran, 1) == f"the service rejected GET jiffyBoxes/1: {VISIBLE}"
        ran = shell("box", "show", "1", "-v", "--debug")
    assert ran.err.replace("\n", "").isprintable()
    assert [line for line in ran.err.splitlines() if line.startswith("c")] == []


def test_line_breaks_cannot_forge_a_traceback(at_work: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_options: object) -> None:
        try:
            int(HOSTILE)
        except ValueError as error:
            raise ZeroDivisionError(HOSTILE) from error

    monkeypatch.setattr(config, "find_service", broken)
    lines = at_work("box", "list", "--debug").err.splitlines()
    assert f"ZeroDivisionError: {VISIBLE}" in lines
    assert "This led to:" in lines
    assert lines.count("Traceback (most recent call last):") == 2


def test_a_preview_shows_no_control_sequences(at_work: Shell) -> None:
    ran = at_work("--dry-run", "box", "metadata", "1", "--set", f"a={CONTROLS}\u202e")
    assert json.loads(ran.lines[-1]) == {"metadata": {"a": f"{CONTROLS}\u202e"}}
    assert '"a":"\\u001b[2J\\u009b31m\\u007f\\u202e"' in ran.lines[-1]


PROFILES = [
    ("default =", "not valid TOML, at "),
    (f'[profiles.default]\napi_key = "{TOKEN}\n', "not valid TOML, at line 2"),
    ("[other]\na = 1\n", "expected a table [profiles.NAME]"),
    ("profiles = 1\n", "expected a table [profiles.NAME]"),
    ("[profiles.default]\n", "expected a string as api_key"),
    ("[profiles.default]\napi_key = 1\n", "expected a string as api_key"),
    (f'[profiles.default]\napi_key = "{TOKEN}"\napi_url = 1\n', "expected a string as api_url"),
    (f'[profiles.default]\napi_key = "{TOKEN}"\ntoken = 1\n', "expected api_key and api_url only, but it has 1 more"),
    (f'[profiles.home]\napi_key = "{TOKEN}"\n', "unknown profile 'default': "),
    ("[profiles]\ndefault = 1\n", "expected a table with api_key"),
    (f"a = {'[' * 5000}", "it is nested too deeply"),
]


@pytest.mark.parametrize(("content", "message"), PROFILES)
def test_an_invalid_profile_exits_with_2(shell: Shell, content: str, message: str) -> None:
    shell.profiles.write_text(content, "utf-8")
    shell.profiles.chmod(0o600)
    error = error_of(shell("box", "list"), 2)
    assert message in error
    assert TOKEN not in error


def profile(shell: Shell, url: str, mode: int = 0o600) -> None:
    shell.profiles.write_text(f'default = "home"\n[profiles.home]\napi_key = "{TOKEN}"\napi_url = "{url}"\n', "utf-8")
    shell.profiles.chmod(mode)


def test_a_profile_selects_its_service(shell: Shell, account: Emulator) -> None:
    with emulated(account) as url:
        profile(shell, url)
        assert shell("box", "list").code == 0
        assert shell("--profile", "home", "box", "list").code == 0
        assert "unknown profile 'work'" in error_of(shell("--profile", "work", "box", "list"), 2)


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620])
def test_a_profile_accessible_to_others_is_rejected(shell: Shell, mode: int) -> None:
    profile(shell, NOWHERE, mode)
    assert "accessible to other users; run chmod 600" in error_of(shell("box", "list"), 2)


def test_a_profile_owned_by_another_user_is_rejected(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    profile(shell, NOWHERE)
    monkeypatch.setattr(os, "getuid", lambda: 123456)
    assert "it belongs to another user" in error_of(shell("box", "list"), 2)


def test_a_folder_in_place_of_the_profile_file_is_rejected(shell: Shell) -> None:
    shell.profiles.mkdir()
    assert "profiles.toml: expected a regular file" in error_of(shell("box", "list"), 2)


def test_a_profile_token_is_not_sent_to_the_address_of_the_environment(
    shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    profile(shell, NOWHERE)
    monkeypatch.setenv("JIFFYBOX_API_URL", "http://127.0.0.1:10")
    assert "$JIFFYBOX_API_URL is set but $JIFFYBOX_API_KEY is not" in error_of(shell("box", "list"), 2)


def test_a_token_as_an_argument_causes_a_warning(shell: Shell, account: Emulator) -> None:
    with emulated(account) as url:
        ran = shell("--api-url", url, "--api-key", TOKEN, "box", "list", "-o", "ids")
    assert (ran.code, ran.lines[0]) == (0, "10001")
    assert ran.err == (
        "jiffybox: --api-key is visible to others in the process list; prefer $JIFFYBOX_API_KEY or a profile\n"
    )


def test_an_invalid_local_state_exits_with_2_and_is_kept(shell: Shell) -> None:
    state = shell.folder / "state" / "jiffybox" / "local.db"
    assert shell("--local", "box", "create", "web", "44", "centos_7_64bit").code == 0
    content = state.read_bytes()
    state.write_bytes(content[:4096])
    error = error_of(shell("--local", "box", "list"), 2)
    assert f"state file '{state}'" in error
    assert error.endswith("; jiffybox local reset starts anew")
    assert state.read_bytes() == content[:4096]
    state.write_bytes(content)
    assert shell("--local", "box", "list", "-o", "ids").lines == ["10001"]


def test_a_state_folder_that_cannot_be_created_exits_with_2(shell: Shell) -> None:
    Path(shell.folder, "state").write_text("a file", "utf-8")
    assert "cannot create state folder" in error_of(shell("--local", "box", "list"), 2)


def test_metadata_can_be_read_from_a_file_or_standard_input(at_work: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    file = at_work.folder / "metadata.json"
    file.write_text('\ufeff{"a": "ä"}', "utf-8")
    ran = at_work("box", "metadata", "stopped", f"@{file}", "-o", "json")
    assert json.loads(ran.out) == {"a": "ä"}
    with file.open("w+") as opened:
        opened.write('{"b": 1}')
        opened.seek(0)
        monkeypatch.setattr("sys.stdin", opened)
        assert json.loads(at_work("box", "metadata", "stopped", "-", "-o", "json").out) == {"a": "ä", "b": 1}


def test_a_password_is_read_from_a_file_and_masked(at_work: Shell, account: Emulator) -> None:
    file = at_work.folder / "password"
    file.write_text(f"{PASSWORD}\nand more\n", "utf-8")
    line = ["box", "create", "new", "44", "centos_7_64bit", "--password-file", str(file)]
    assert at_work(*line).code == 0
    assert account.journal()[-1].body == {
        "name": "new", "planid": 44, "distribution": "centos_7_64bit", "password": "**********"
    }  # fmt: skip
    shown = at_work(*line, "--dry-run")
    assert '"password":"**********"' in shown.out
    assert PASSWORD not in shown.out


def test_the_whole_first_line_is_the_password(at_work: Shell, account: Emulator) -> None:
    file = at_work.folder / "password"
    file.write_bytes("a\fb\u2028cdefgh\r\nmore".encode())
    assert at_work("box", "create", "new", "44", "centos_7_64bit", "--password-file", str(file), "-o", "ids").code == 0
    for name in ("--metadata", "--password-file"):
        assert at_work("box", "create", "b", "44", "centos_7_64bit", name, str(file)).code == (
            2 if name == "--metadata" else 0
        )
    assert len(account.journal()) == 2


def test_a_closed_standard_input_is_invalid_usage(at_work: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", None)
    assert "standard input is closed" in error_of(at_work("box", "metadata", "10001", "-"), 2)


def test_an_empty_emulator_token_is_rejected(shell: Shell) -> None:
    assert "the token is empty" in error_of(shell("emulator", "--port", "0", "--token", ""), 2)
