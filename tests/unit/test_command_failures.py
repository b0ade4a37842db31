"""What goes wrong ends in one clear line on standard error, and in an exit code that a script can rely on."""

import json
import os
import socket
from pathlib import Path

import pytest
from pydantic import JsonValue

from jiffybox_sdk import Emulator
from jiffybox_sdk._cli import config
from jiffybox_sdk._client.endpoints import CALLS
from tests.support.scripted import PASSWORD, TOKEN, emulated, envelope, example, http, read_request, server
from tests.support.shell import Ran, Shell

NOWHERE = "http://127.0.0.1:9"

pytestmark = pytest.mark.usefixtures("virtual_time")


def refused(ran: Ran, code: int) -> str:
    """The one line that a call said which ended so."""
    assert (ran.code, ran.out) == (code, ""), ran.err
    *before, line = ran.err.splitlines()
    assert before == []
    assert line.startswith("jiffybox: ")
    return line.removeprefix("jiffybox: ")


def test_without_a_service_it_says_how_to_name_one_and_how_to_do_without(shell: Shell) -> None:
    said = refused(shell("box", "list"), 2)
    assert "no service is configured: set $JIFFYBOX_API_KEY" in said
    assert str(shell.profiles) in said
    assert "add --local" in said


def test_a_service_that_is_not_there_is_3(shell: Shell) -> None:
    said = refused(shell.at(NOWHERE)("box", "list"), 3)
    assert said.startswith("no usable answer to GET jiffyBoxes: ConnectError")


REFUSALS = [
    ("box show 99", "hat keine JiffyBox Nr. 99"),
    ("box show wbe", "no box is named 'wbe'"),
    ("box show runing", "no box is named 'runing'; did you mean 'running'?"),
    ("box delete running --yes", "ist eingeschaltet"),
    ("contact-group delete 1 --yes", "the service rejected DELETE contactGroups/1"),
    ("backup restore stopped manual --yes", "box 10002 has no manual backup"),
    ("ip move running 198.18.0.99 stopped", "box 10001 has no address '198.18.0.99'"),
    ("ip move running 2001 stopped", "the service rejected PUT ips/10001/2001/move"),
    ("plans nothing", "the service rejected GET plans/nothing"),
    ("docs Nothing", "Das Modul Nothing existiert nicht"),
]


@pytest.mark.parametrize(("line", "said"), REFUSALS)
def test_what_the_service_refuses_or_does_not_have_is_1(at_work: Shell, line: str, said: str) -> None:
    assert said in refused(at_work(*line.split()), 1)


def test_a_token_that_the_service_does_not_know_is_1(at_work: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JIFFYBOX_API_KEY", "x" * 32)
    assert "the service rejected GET jiffyBoxes" in refused(at_work("box", "list"), 1)


MISTAKES = [
    ("nothing", "No such command 'nothing'"),
    ("box list --nothing", "No such option"),
    ("box show", "Missing argument 'BOX'"),
    ("box show 0", "invalid box '0': expected a positive integer"),
    ("box show -5", "No such option"),
    ("box create a 44", "exactly one of"),
    ("box create a 44 centos_7_64bit --backup x", "exactly one of"),
    ("box create a/b 44 centos_7_64bit", "invalid name 'a/b'"),
    ("box create a -1 centos_7_64bit", "No such option"),
    ("box create a 44 centos_7_64bit --metadata {", "--metadata is refused: it is no JSON"),
    ("box create a 44 centos_7_64bit --metadata [1]", "--metadata is refused: give a JSON object"),
    ("box create a 44 centos_7_64bit --metadata {\"a\":NaN}", "NaN is no JSON"),
    ("box create a 44 centos_7_64bit --metadata {\"a\":1,\"a\":2}", "a name stands in it twice"),
    ("box create a 44 centos_7_64bit --metadata @nowhere.json", "'nowhere.json' is refused: No such file"),
    ("box create a 44 centos_7_64bit --metadata @/", "--metadata '/' is refused: Is a directory"),
    ("box create a 44 centos_7_64bit --password-file nowhere", "--password-file 'nowhere' is refused"),
    ("box create a 44 centos_7_64bit --password-file /dev/null", "its first line is empty"),
    ("box create a 44 centos_7_64bit --ask-password", "there is no terminal to ask at; use --password-file"),
    ("box create a 44 centos_7_64bit --ask-password --password-file x", "give one of them"),
    ("box metadata running --set a", "--set 'a' is refused: give NAME=TEXT"),
    ("box metadata running --set a=1 --set a=2", "it is given twice"),
    ("box metadata running --set a=1 --unset a", "it is set as well"),
    ("box list --columns nothing", "column 'nothing' is refused: give some of id, name"),
    ("box list --columns plan.nothing", "column 'plan.nothing' is refused"),
    ("box list --columns ,", "name at least one column"),
    ("box list --sort id,-nothing", "column 'nothing' is refused"),
    ("box list --columns id -o json", "--columns is refused with the output json"),
    ("box list -o xml", "'xml' is not one of 'table', 'plain'"),
    ("box stop running --columns nothing", "column 'nothing' is refused"),
    ("box list --columns -id", "column '-id' is refused"),
    ("box create a 44 centos_7_64bit --sort nothing", "column 'nothing' is refused"),
    ("box create a 44 centos_7_64bit -o ids --columns id", "--columns is refused with the output ids"),
    ("box metadata running --set a=b --columns nothing", "column 'nothing' is refused"),
    ("box delete stopped --yes --columns id", "--columns and --sort are refused"),
    ("backup delete running manual --yes --sort id", "--columns and --sort are refused"),
    ("monitoring delete page --yes --columns id", "--columns and --sort are refused"),
    ("backup create running --columns id", "--columns and --sort are refused"),
    ("contact-group change admins --contact a@b.org --sort nothing", "column 'nothing' is refused"),
    ("docs -o json --columns id", "--columns and --sort are refused"),
    ("box stop running --wait --poll inf", "inf is not in the range"),
    ("backup enable stopped sunday 0", "'0' is refused: give 0-4, 4-6, 22-24, or 1 to 6"),
    ("--profile home --api-key x box list", "--api-key is refused beside --profile"),
    ("box wait running --timeout -1", "-1.0 is not in the range"),
    ("box wait running --timeout nan", "nan is no number of seconds"),
    ("box wait running --poll 0", "0.0 is not in the range"),
    ("backup enable running someday 1", "'someday' is refused: give sunday, monday"),
    ("backup enable running 7 1", "'7' is refused"),
    ("backup change running", "nothing to change: give --day, --time or both"),
    ("backup restore running yearly --yes", "'yearly' is not one of 'manual'"),
    ("contact-group create a b", "invalid contacts"),
    ("contact-group change admins", "at least one of"),
    ("monitoring create http a 198.18.39.17 80", "HttpCheck needs domainname"),
    ("monitoring create ping a 198.18.39.17 80 --path /", "unknown argument path: PingCheck takes name"),
    ("monitoring results 1.2.3", "no check is named"),
    ("--local box list --api-key x", "--local is refused beside --api-url"),
]  # fmt: skip


@pytest.mark.parametrize(("line", "said"), MISTAKES)
def test_wrong_usage_is_2_and_changes_nothing(at_work: Shell, account: Emulator, line: str, said: str) -> None:
    before = account.snapshot()
    assert said in refused(at_work(*line.split()), 1 if "no check is named" in said else 2)
    assert account.snapshot() == before


@pytest.mark.parametrize("line", ["", "box", "backup"])
def test_a_group_alone_shows_its_help(shell: Shell, line: str) -> None:
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
    "monitoring delete page",
]


@pytest.mark.parametrize("line", QUESTIONS)
def test_what_can_not_be_undone_needs_a_yes_where_there_is_no_terminal(
    at_work: Shell, account: Emulator, line: str
) -> None:
    before = account.snapshot()
    assert "needs a yes, and there is no terminal to ask at: add --yes" in refused(at_work(*line.split()), 2)
    assert account.snapshot() == before
    assert list(account.journal()) == []  # nothing is sent, not even to look up a name


def test_a_wait_that_takes_too_long_is_4(at_work: Shell) -> None:
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
    ("monitoring delete 1001 --yes", "delete_check", "jiffybox monitoring show 1001"),
]


@pytest.mark.parametrize(("line", "call", "look"), LOST)
def test_a_lost_answer_is_5_and_says_what_to_look_at(
    at_work: Shell, account: Emulator, line: str, call: str, look: str
) -> None:
    account.add_fault(next(known.name for known in CALLS if known.name == call), drop=True, moment="after")
    said = refused(at_work(*line.split()), 5)
    assert said.startswith("outcome of ")
    assert said.endswith(f"so check before trying again: {look}")
    assert [entry.call for entry in account.journal()] == [call]


def test_an_answer_that_breaks_its_schema_is_6(at_work: Shell, account: Emulator) -> None:
    account.add_fault("get_box", leave_out="plan.name")
    assert "plan.name is missing" in refused(at_work("box", "show", "10001"), 6)
    account.add_fault("change_box", leave_out="plan.name")
    assert "probably" in refused(at_work("box", "start", "10002"), 6)


def test_a_name_that_two_boxes_share_is_refused(shell: Shell) -> None:
    boxes: dict[str, JsonValue] = {str(number): {**example("box"), "id": number, "name": "twin"} for number in (7, 8)}

    def talk(connection: socket.socket) -> None:
        while read_request(connection):
            connection.sendall(http(envelope(boxes).content))

    with server(talk) as url:
        said = refused(shell.at(url)("box", "delete", "twin", "--yes"), 2)
    assert said == ("box 'twin' is refused: 7 and 8 have that name; give the number (see jiffybox box delete --help)")


def test_a_defect_is_70_and_only_debug_shows_a_traceback(at_work: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_options: object) -> config.Service:
        raise ZeroDivisionError(f"with {TOKEN} in it")

    monkeypatch.setattr(config, "find", broken)
    ran = at_work("box", "list")
    assert (
        refused(ran, 70) == "a mistake in this program, ZeroDivisionError: with ********** in it; --debug shows where"
    )
    ran = at_work("box", "list", "--debug")
    assert ran.code == 70
    assert ran.err.startswith("Traceback (most recent call last):\n")
    assert TOKEN not in ran.err


PROFILES = [
    ("default =", "it is no valid TOML, at "),
    (f'[profiles.default]\napi_key = "{TOKEN}\n', "it is no valid TOML, at line 2"),
    ("[other]\na = 1\n", "give a table [profiles.NAME]"),
    ("profiles = 1\n", "give a table [profiles.NAME]"),
    ("[profiles.default]\n", "its api_key is missing, or no text"),
    ("[profiles.default]\napi_key = 1\n", "its api_key is missing, or no text"),
    (f'[profiles.default]\napi_key = "{TOKEN}"\napi_url = 1\n', "its api_url is no text"),
    (f'[profiles.default]\napi_key = "{TOKEN}"\ntoken = 1\n', "it may have api_key and api_url, and has 1 more"),
    (f'[profiles.home]\napi_key = "{TOKEN}"\n', "the default profile is refused: "),
    ("[profiles]\ndefault = 1\n", "it is no table with api_key"),
    (f"a = {'[' * 5000}", "it is nested too deeply"),
]


@pytest.mark.parametrize(("content", "said"), PROFILES)
def test_a_profile_that_makes_no_sense_is_2(shell: Shell, content: str, said: str) -> None:
    shell.profiles.write_text(content, "utf-8")
    shell.profiles.chmod(0o600)
    found = refused(shell("box", "list"), 2)
    assert said in found
    assert TOKEN not in found


def profile(shell: Shell, url: str, mode: int = 0o600) -> None:
    shell.profiles.write_text(f'default = "home"\n[profiles.home]\napi_key = "{TOKEN}"\napi_url = "{url}"\n', "utf-8")
    shell.profiles.chmod(mode)


def test_a_profile_leads_to_its_service(shell: Shell, account: Emulator) -> None:
    with emulated(account) as url:
        profile(shell, url)
        assert shell("box", "list").code == 0
        assert shell("--profile", "home", "box", "list").code == 0
        assert "profile 'work' is refused" in refused(shell("--profile", "work", "box", "list"), 2)


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620])
def test_a_profile_that_others_can_use_is_refused(shell: Shell, mode: int) -> None:
    profile(shell, NOWHERE, mode)
    assert "others can use it, and it holds a token" in refused(shell("box", "list"), 2)


def test_a_profile_of_another_user_is_refused(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    profile(shell, NOWHERE)
    monkeypatch.setattr(os, "getuid", lambda: 123456)
    assert "it belongs to another user" in refused(shell("box", "list"), 2)


def test_a_profile_that_can_not_be_read_is_refused(shell: Shell) -> None:
    shell.profiles.mkdir()
    assert "profiles.toml is refused: it is no file" in refused(shell("box", "list"), 2)


def test_the_token_of_a_profile_does_not_go_to_the_address_of_the_environment(
    shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    profile(shell, NOWHERE)
    monkeypatch.setenv("JIFFYBOX_API_URL", "http://127.0.0.1:10")
    assert "$JIFFYBOX_API_URL is set, but the token would be that of a profile" in refused(shell("box", "list"), 2)


def test_a_token_as_an_argument_works_and_is_warned_of(shell: Shell, account: Emulator) -> None:
    with emulated(account) as url:
        ran = shell("--api-url", url, "--api-key", TOKEN, "box", "list", "-o", "ids")
    assert (ran.code, ran.lines[0]) == (0, "10001")
    assert ran.err == (
        "jiffybox: others can see the token in the list of processes; use $JIFFYBOX_API_KEY or a profile\n"
    )


def test_a_broken_local_state_is_2_and_stays_as_it_is(shell: Shell) -> None:
    state = shell.folder / "state" / "jiffybox" / "local.json"
    assert shell("--local", "box", "create", "web", "44", "centos_7_64bit").code == 0
    whole = state.read_bytes()
    state.write_bytes(whole[:-20])
    said = refused(shell("--local", "box", "list"), 2)
    assert f"state file '{state}' is refused" in said
    assert said.endswith("it is what --local keeps: move it away, and --local begins anew")
    assert state.read_bytes() == whole[:-20]
    state.write_bytes(whole)
    assert shell("--local", "box", "list", "-o", "ids").lines == ["10001"]


def test_a_local_state_whose_folder_can_not_be_made_is_2(shell: Shell) -> None:
    Path(shell.folder, "state").write_text("a file", "utf-8")
    assert "is refused: " in refused(shell("--local", "box", "list"), 2)


def test_metadata_come_from_a_file_or_from_standard_input(at_work: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    file = at_work.folder / "metadata.json"
    file.write_text('\ufeff{"a": "ä"}', "utf-8")
    ran = at_work("box", "metadata", "stopped", f"@{file}", "-o", "json")
    assert json.loads(ran.out) == {"a": "ä"}
    with file.open("w+") as opened:
        opened.write('{"b": 1}')
        opened.seek(0)
        monkeypatch.setattr("sys.stdin", opened)
        assert json.loads(at_work("box", "metadata", "stopped", "-", "-o", "json").out) == {"a": "ä", "b": 1}


def test_a_password_comes_from_a_file_and_is_sent(at_work: Shell, account: Emulator) -> None:
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


def test_a_password_is_the_whole_first_line(at_work: Shell, account: Emulator) -> None:
    file = at_work.folder / "password"
    file.write_bytes("a\fb\u2028cdefgh\r\nmore".encode())
    assert at_work("box", "create", "new", "44", "centos_7_64bit", "--password-file", str(file), "-o", "ids").code == 0
    for name in ("--metadata", "--password-file"):
        assert at_work("box", "create", "b", "44", "centos_7_64bit", name, str(file)).code == (
            2 if name == "--metadata" else 0
        )
    assert len(account.journal()) == 2


def test_a_closed_standard_input_is_wrong_usage(at_work: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", None)
    assert "standard input is closed" in refused(at_work("box", "metadata", "10001", "-"), 2)


def test_an_empty_token_is_no_token(shell: Shell) -> None:
    assert "the token is empty" in refused(shell("emulator", "--port", "0", "--token", ""), 2)
