"""Commands for several boxes at once, and objects whose names are numbers, with the emulator on a socket."""

import json

import pytest

from jiffybox_sdk import Emulator
from tests.support.accounts import SEED
from tests.support.scripted import TOKEN, emulated, let_time_pass
from tests.support.shell import Shell

pytestmark = pytest.mark.usefixtures("virtual_time")

HEADER = "id\tname\tstatus\trunning\tplan\taddress"
STOPPED = "10002\tstopped\tREADY\t{}\tCloudLevel 2\t198.18.39.18"
COPIED = "10003\tcopied\t{}\t{}\tCloudLevel 3\t198.18.39.19"
RUNNING = "10001\trunning\t{}\t{}\tCloudLevel 1\t198.18.39.17, 198.19.135.212"


HINTS = {"eingefroren": ("frozen", "thaw"), "eingeschaltet": ("running", "stop")}


def refusal(verb: str, name: str, number: int, state: str) -> str:
    """Return the line about a box that the service refused to change."""
    condition, command = HINTS[state]
    german = f"Die JiffyBox Nr. {number} ist {state}."
    plan = " PLAN" * (command == "thaw")
    force = f", or jiffybox box delete {number} --force" * (verb == "DELETE")
    hint = f"(the box is {condition}: {command} it first: jiffybox box {command} {number}{plan}{force})"
    return f"jiffybox: {name} ({number}): the service rejected {verb} jiffyBoxes/{number}: {german} {hint}"


@pytest.fixture
def account() -> Emulator:
    """An account whose work is completed immediately, with objects whose names are numbers."""
    emulator = Emulator("instant", token=TOKEN, seed=SEED)
    with emulator.client() as client:
        client.create_box("123", 44, distribution="centos_7_64bit")
        client.create_box("10001", 44, distribution="centos_7_64bit")
        client.create_contact_group("77", ["a@example.org"])
    emulator.clear_journal()
    return emulator


def changes(account: Emulator) -> list[str]:
    """Return the calls that change something."""
    return [entry.line().split(" ")[1] for entry in account.journal() if entry.verb != "GET"]


SEVERAL: list[tuple[str, int, list[str], list[str]]] = [
    (
        "start stopped --wait",
        0,
        [HEADER, STOPPED.format("true")],
        ["stopped (10002): READY after 0 s"],
    ),
    (
        "stop running 10003 running 10001",
        0,
        [HEADER, RUNNING.format("UPDATING", "true"), COPIED.format("UPDATING", "true")],
        ["running (10001) is UPDATING, copied (10003) is UPDATING; to wait for them: jiffybox box wait 10001 10003"],
    ),
    (
        "pull-plug 10003 running --yes --wait --no-header",
        0,
        [COPIED.format("READY", "false"), RUNNING.format("READY", "false")],
        ["copied (10003): READY after 0 s", "running (10001): READY after 0 s"],
    ),
    (
        "start frozen stopped --wait --quiet",
        8,
        ["10002"],
        [refusal("PUT", "frozen", 10004, "eingefroren")],
    ),
    (
        "freeze frozen running",
        1,
        [],
        [
            refusal("PUT", "frozen", 10004, "eingefroren"),
            refusal("PUT", "running", 10001, "eingeschaltet"),
        ],
    ),
    (
        "wait stopped 10004 --timeout 20 -q",
        8,
        ["10002"],
        [
            "jiffybox: frozen (10004): timed out after 20 s waiting for status READY (box 10004 was last seen FROZEN)",
        ],
    ),
    (
        "wait running frozen --timeout 20 --for nothing",
        4,
        [],
        [
            "Unknown status nothing (did you mean THAWING?); waiting for it anyway.",
            "running (10001): READY after 0 s",
            "frozen (10004): FROZEN after 0 s",
            "jiffybox: running (10001): timed out after 20 s waiting for the condition (box 10001 was last seen READY)",
            "jiffybox: frozen (10004): timed out after 20 s waiting for the condition (box 10004 was last seen FROZEN)",
        ],
    ),
    (
        "delete stopped running --yes --force -o json",
        0,
        ["[true, true]"],
        [
            "running (10001): READY after 0 s",
            "stopped (10002) is being deleted.",
            "running (10001) is being deleted; to wait for them: jiffybox box wait 10002 10001 --for gone",
        ],
    ),
    (
        "delete running stopped --yes --wait -o jsonl",
        8,
        ["true"],
        [
            "stopped (10002) is being deleted.",
            "stopped (10002) is gone.",
            refusal("DELETE", "running", 10001, "eingeschaltet"),
        ],
    ),
    (
        "delete running 10002 --yes --force --wait",
        0,
        [],
        [
            "running (10001): READY after 0 s",
            "running (10001) is being deleted.",
            "stopped (10002) is being deleted.",
            "running (10001) is gone.",
            "stopped (10002) is gone.",
        ],
    ),
]


@pytest.mark.parametrize(("line", "code", "out", "err"), SEVERAL, ids=[case[0] for case in SEVERAL])
def test_the_output_and_the_exit_code_tell_which_of_several_boxes_went_through(
    at_work: Shell, line: str, code: int, out: list[str], err: list[str]
) -> None:
    ran = at_work("box", *line.split())
    assert (ran.code, ran.lines, ran.err.splitlines()) == (code, out, err)


def test_json_has_an_object_for_one_box_and_an_array_for_several(at_work: Shell) -> None:
    assert json.loads(at_work("box", "stop", "10001", "-o", "json", "--columns", "id").out) == {"id": 10001}
    assert json.loads(at_work("box", "wait", "running", "-o", "json", "--columns", "id").out) == {"id": 10001}
    ran = at_work("box", "start", "10001", "10002", "-o", "json", "--columns", "id")
    assert json.loads(ran.out) == [{"id": 10001}, {"id": 10002}]


@pytest.mark.parametrize("line", ["start 10002 nobody", "delete stopped 99 --yes", "wait 10001 nobody", "stop 1 2"])
def test_nothing_is_sent_if_one_of_several_boxes_does_not_exist(at_work: Shell, account: Emulator, line: str) -> None:
    ran = at_work("box", *line.split())
    assert (ran.code, ran.out) == (2, "")
    assert "; nothing was done (see jiffybox box " in ran.err
    assert [entry.call for entry in account.journal()] == ["list_boxes"]


def test_all_waits_of_a_command_share_a_deadline(shell: Shell) -> None:
    account = Emulator("manual", token=TOKEN, seed=SEED)
    with emulated(account) as url:
        ran = shell.at(url)("box", "delete", "running", "copied", "--force", "--yes", "--wait", "--timeout", "30")
    assert ran.code == 4
    assert ran.err.splitlines()[2:] == [
        f"jiffybox: {box}: timed out after 30 s waiting for status READY (box {number} was last seen UPDATING)"
        for box, number in (("running (10001)", 10001), ("copied (10003)", 10003))
    ]
    assert changes(account) == ["v1.0/jiffyBoxes/10001", "v1.0/jiffyBoxes/10003"]  # none is deleted


def test_the_deadline_includes_the_first_of_two_waits(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    account = Emulator("manual", token=TOKEN, seed=SEED)
    let_time_pass(monkeypatch, account)
    with emulated(account) as url:
        ran = shell.at(url)("box", "delete", "running", "--force", "--yes", "--wait", "--timeout", "10")
    assert ran.code == 4
    assert ran.err.splitlines()[-1] == (
        "jiffybox: timed out after 3 s waiting for its deletion (box 10001 was last seen DELETING)"
    )


def test_nothing_more_is_sent_after_a_failure_that_concerns_all_boxes(at_work: Shell, account: Emulator) -> None:
    account.add_fault("change_box", status=429, retry_after="100", times=9)
    ran = at_work("box", "stop", "running", "copied", "10003", "123")
    assert ran.code == 1
    assert "(rate limit): HTTP status 429 (try again after 100 s)" in ran.err.splitlines()[0]
    assert ran.err.splitlines()[1:] == [
        "jiffybox: copied (10003): nothing was sent, as the others would fail, too",
        "jiffybox: 123 (10011): nothing was sent, as the others would fail, too",
    ]
    assert changes(account) == ["v1.0/jiffyBoxes/10001"]


def test_a_lost_response_does_not_stop_the_others(at_work: Shell, account: Emulator) -> None:
    account.add_fault("change_box", drop=True, moment="after")
    ran = at_work("box", "stop", "running", "copied", "-q")
    assert (ran.code, ran.out) == (8, "10003\n")
    assert ran.err.splitlines()[0].startswith("jiffybox: running (10001): outcome of PUT jiffyBoxes/10001 unknown")
    assert ran.err.endswith("so check before trying again: jiffybox box show 10001\n")


BY_NAME = [
    (["box", "show", "123", "-q"], "10011\n"),
    (["box", "stop", "123", "-q"], "10011\n"),
    (["box", "stop", "123", "stopped", "-q"], None),
    (["box", "delete", "123", "--yes", "--force"], ""),
    (["box", "duplicate", "123", "copy", "44", "-q"], "10013\n"),
    (["box", "metadata", "123", "--set", "a=b", "-o", "json"], '{"a": "b"}\n'),
    (["backup", "show", "123", "-q"], "10011\n"),
    (["ip", "list", "123", "--columns", "box", "--no-header"], "10011\n10011\n10011\n"),
    (["contact-group", "show", "77", "-q"], "4\n"),
    (["contact-group", "change", "77", "--name", "x", "-q"], "4\n"),
]


@pytest.mark.parametrize(("line", "out"), BY_NAME, ids=str)
def test_a_number_is_a_name_if_there_is_no_such_number(at_work: Shell, line: list[str], out: str | None) -> None:
    ran = at_work(*line)
    assert ran.code == (8 if out is None else 0)
    assert out is None or ran.out == out


def test_a_number_comes_before_a_name(at_work: Shell) -> None:
    assert at_work("box", "show", "10001", "--columns", "name").lines[1] == "running"
    ran = at_work("box", "stop", "10001", "123", "--columns", "id,name", "--no-header")
    assert ran.lines == ["10001\trunning", "10011\t123"]


def test_a_number_of_nothing_is_looked_up_once(at_work: Shell, account: Emulator) -> None:
    ran = at_work("box", "stop", "99")
    assert (ran.code, ran.out) == (1, "")
    assert ran.err == "jiffybox: there is no box 99\n"
    assert [entry.call for entry in account.journal()] == ["change_box", "list_boxes"]


def test_a_box_that_vanishes_is_not_mistaken_for_a_name(shell: Shell) -> None:
    account = Emulator("manual", token=TOKEN, seed={"boxes": [*SEED["boxes"][:3]]})  # type: ignore[index]
    with account.client() as client:
        client.create_box("10002", 44, distribution="centos_7_64bit")
    account.clear_journal()
    account.add_fault("get_box", messages=["Der Kunde Nr. 42 hat keine JiffyBox Nr. 10002."])
    with emulated(account) as url:
        ran = shell.at(url)("box", "start", "10002", "--wait")
    assert ran.code == 1
    assert [entry.call for entry in account.journal()] == ["change_box", "get_box"]


@pytest.mark.parametrize(
    "line",
    [
        ["box", "create", "5", "44", "centos_7_64bit"],
        ["box", "duplicate", "running", "5", "44"],
        ["contact-group", "create", "5", "a@example.org"],
        ["check", "create", "ping", "5", "198.18.39.17", "7"],
    ],
    ids=lambda line: line[0] + line[1],
)
def test_creating_an_object_whose_name_is_a_number_warns(at_work: Shell, line: list[str]) -> None:
    ran = at_work(*line)
    assert ran.code == 0
    assert ran.err.splitlines()[0] == (
        "jiffybox: the name 5 looks like a number, and means the object of that number if there is one"
    )
