"""Commands whose objects are busy wait until they are free, with the emulator on a socket and in virtual time."""

from collections.abc import Iterator

import pytest

from jiffybox_sdk import Emulator
from jiffybox_sdk.clock import SystemClock
from tests.support.accounts import SEED
from tests.support.scripted import TOKEN, emulated, let_time_pass
from tests.support.shell import Shell

pytestmark = pytest.mark.usefixtures("virtual_time")

WAITS = "waiting until it is free; Ctrl-C to stop"


@pytest.fixture
def account(monkeypatch: pytest.MonkeyPatch) -> Emulator:
    """An account whose time passes while a command sleeps."""
    emulator = Emulator("manual", token=TOKEN, seed=SEED)
    let_time_pass(monkeypatch, emulator)
    return emulator


@pytest.fixture
def at_work(shell: Shell, account: Emulator) -> Iterator[Shell]:
    with emulated(account) as url:
        yield shell.at(url)


CHAINS: list[tuple[list[str], str, str]] = [
    (["box create web 44 centos_7_64bit", "box metadata web a=b"], "web (10011) is CREATING", "a\tb"),
    (["box create web 44 centos_7_64bit", "box stop web", "box delete web --yes"], "web (10011) is UPDATING", ""),
    (["box stop running", "box change-plan running 45"], "running (10001) is UPDATING", "CHANGING PLAN"),
    (["box stop running", "box start running --wait"], "running (10001) is UPDATING", "10001\trunning\tREADY\ttrue"),
    (["box stop running", "box delete running --yes --force"], "running (10001) is UPDATING", ""),
    (["box start stopped", "box delete stopped --yes --force"], "stopped (10002) is UPDATING", ""),
    (["box stop running copied", "box start running copied"], "running (10001) is UPDATING", "10003\tcopied"),
    (["box duplicate running copy 44", "box stop running"], "running (10001) is READY, being copied", "UPDATING"),
    (["box create web 44 centos_7_64bit", "backup create web"], "web (10011) is CREATING", ""),
    (
        ["backup create running", "backup restore running manual --yes"],
        "running (10001) is READY, with a manual backup in progress",
        "",
    ),
    (
        ["backup create stopped", "box freeze stopped"],
        "stopped (10002) is READY, with a manual backup in progress",
        "FREEZING",
    ),
    (["backup create running", "backup create running"], "running (10001) is READY, with a manual", ""),
    (["contact-group duplicate admins --name x", "contact-group change x --name y"], "x (4) is STATUS_CREATING", "y"),
    (["contact-group duplicate admins --name x", "contact-group delete x --yes"], "x (4) is STATUS_CREATING", ""),
    (["check duplicate page --name x", "check delete x --yes --wait"], "x (1003) is STATUS_CREATING", ""),
]


@pytest.mark.parametrize(("lines", "busy", "out"), CHAINS, ids=str)
def test_a_command_waits_until_its_object_is_free(at_work: Shell, lines: list[str], busy: str, out: str) -> None:
    *before, last = [at_work(*line.split()) for line in lines]
    assert [ran.code for ran in (*before, last)] == [0] * len(lines), last.err
    first = last.err.splitlines()[0]
    assert first.startswith(busy)
    assert first.endswith(f": {WAITS}")
    assert last.err.count("waiting until") == 1
    assert out in last.out


def test_a_backup_is_not_waited_for_by_calls_that_do_not_need_it(at_work: Shell, account: Emulator) -> None:
    start = account.clock.now()
    for line in ("backup create running", "box stop running", "box start running --wait"):
        assert at_work(*line.split()).code == 0
    assert account.clock.now() - start < 60
    assert account.client().box(10001).manualBackupRunning


def refused(account: Emulator) -> int:
    """Return the number of refused calls."""
    return sum(bool(entry.messages) for entry in account.journal())


def test_a_refused_call_is_made_again_only_once_the_object_is_free(at_work: Shell, account: Emulator) -> None:
    at_work("box", "stop", "running")
    account.clear_journal()
    assert at_work("box", "start", "running", "--poll", "2").code == 0
    calls = [entry.call for entry in account.journal() if entry.call != "list_boxes"]
    assert calls == ["change_box", *["get_box"] * 7, "change_box"]


def test_no_wait_gives_the_refusal_at_once(at_work: Shell, account: Emulator) -> None:
    at_work("box", "stop", "running")
    account.clear_journal()
    ran = at_work("box", "start", "running", "--no-wait")
    assert (ran.code, ran.out) == (1, "")
    assert ran.err.endswith("(the box is busy: see jiffybox box wait 10001)\n")
    assert [entry.call for entry in account.journal()] == ["list_boxes", "change_box"]


def test_a_dry_run_waits_for_nothing(at_work: Shell, account: Emulator) -> None:
    at_work("box", "stop", "running")
    now = account.clock.now()
    ran = at_work("box", "delete", "running", "--force", "--dry-run")
    assert (ran.code, ran.lines[0][:4], account.clock.now()) == (0, "PUT ", now)


@pytest.mark.parametrize("line", ["box start copied stopped", "box metadata copied a=b", "backup create copied"])
def test_waits_for_busy_objects_end_at_the_time_out(at_work: Shell, account: Emulator, line: str) -> None:
    account.add_fault("get_box", times=999, state="UPDATING")
    account.add_fault("change_box", times=999, messages=["Die JiffyBox Nr. 1 wird gerade bearbeitet (X)."])
    account.add_fault("create_backup", times=999, messages=["Die JiffyBox Nr. 1 wird gerade bearbeitet (X)."])
    start = account.clock.now()
    ran = at_work(*line.split(), "--timeout", "20")
    assert (ran.code, ran.out, round(account.clock.now() - start)) == (4, "", 20)
    assert "timed out after 20 s waiting until copied (10003) is free; it was not changed" in ran.err


def test_several_boxes_share_the_time_out(at_work: Shell, account: Emulator) -> None:
    assert at_work("box", "stop", "running", "copied").code == 0
    ran = at_work("box", "start", "stopped", "running", "copied", "--timeout", "7", "--columns", "id", "--no-header")
    assert (ran.code, ran.out) == (8, "10002\n")
    assert ran.err.count("timed out after 7 s waiting until") == 2
    assert refused(account) == 2


@pytest.mark.parametrize("line", ["start X", "metadata X a=b", "wait X"])
def test_a_box_that_is_being_deleted_is_not_waited_for(at_work: Shell, account: Emulator, line: str) -> None:
    now = account.clock.now()
    ran = at_work("box", *line.replace("X", "deleting").split())
    assert (ran.code, ran.out, account.clock.now()) == (1, "", now)
    assert ran.err == (
        "jiffybox: deleting (10010) is being deleted; to wait for that: jiffybox box wait 10010 --for gone\n"
    )


def test_a_contact_group_that_is_being_deleted_is_not_waited_for(at_work: Shell) -> None:
    assert at_work("contact-group", "delete", "b", "--yes").code == 0
    ran = at_work("contact-group", "change", "b", "--name", "c")
    assert (ran.code, ran.err) == (1, "jiffybox: b (3) is being deleted\n")


def test_the_deletion_of_a_box_is_waited_for(at_work: Shell) -> None:
    ran = at_work("box", "wait", "deleting", "--for", "gone")
    assert (ran.code, ran.err.splitlines()[-1]) == (0, "deleting (10010) is gone.")


def test_a_refusal_for_another_reason_is_final(at_work: Shell, account: Emulator) -> None:
    now = account.clock.now()
    ran = at_work("box", "delete", "running", "--yes")
    assert (ran.code, account.clock.now()) == (1, now)
    assert ran.err.endswith(
        "(the box is running: stop it first: jiffybox box stop 10001, or jiffybox box delete 10001 --force)\n"
    )
    assert [entry.call for entry in account.journal()] == ["list_boxes", "delete_box"]


def test_a_refusal_in_unknown_words_is_tried_again_if_the_box_is_busy(at_work: Shell, account: Emulator) -> None:
    at_work("box", "stop", "running")
    account.add_fault("change_box", times=1, messages=["Bitte warten."])
    assert at_work("box", "start", "running").code == 0
    account.add_fault("change_box", times=2, messages=["Bitte warten."])
    assert at_work("box", "stop", "copied").code == 1
    assert at_work("box", "stop", "copied", "-q").out == ""


def test_a_box_that_has_become_free_since_the_refusal_gets_its_call(at_work: Shell, account: Emulator) -> None:
    account.add_fault("change_box", times=1, messages=["Die JiffyBox Nr. 10001 wird gerade bearbeitet (UPDATING)."])
    assert at_work("box", "stop", "running").code == 0
    account.add_fault("change_box", times=9, messages=["Die JiffyBox Nr. 10003 wird gerade bearbeitet (UPDATING)."])
    assert at_work("box", "stop", "copied").code == 1
    assert refused(account) == 3


def test_an_interrupted_wait_says_that_nothing_was_done(
    at_work: Shell, account: Emulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    at_work("box", "stop", "running")

    def interrupted(_: float) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(SystemClock, "sleep", staticmethod(interrupted))
    ran = at_work("box", "start", "running")
    assert (ran.code, ran.out) == (130, "")
    assert ran.err.splitlines()[1:] == [
        "running (10001) was last seen UPDATING; it was not changed",
        "jiffybox: interrupted",
    ]
    assert refused(account) == 1


def test_quiet_commands_show_only_ids(at_work: Shell) -> None:
    assert at_work("box", "stop", "running", "-q").err == ""
    assert at_work("box", "start", "running", "--wait", "-q") == at_work("box", "wait", "running", "--quiet")
    ran = at_work("box", "duplicate", "running", "x", "44", "--quiet", "--wait")
    assert (ran.code, ran.out, ran.err) == (0, "10011\n", "")


def test_a_wait_without_a_status_includes_a_manual_backup(at_work: Shell) -> None:
    at_work("backup", "create", "running")
    assert at_work("box", "wait", "running", "--for", "READY").err == (
        "running (10001): READY, with a manual backup in progress after 0 s\n"
    )
    ran = at_work("box", "wait", "running", "--columns", "manualBackupRunning", "--no-header")
    assert (ran.code, ran.out) == (0, "false\n")


def test_the_progress_of_a_backup_is_shown(at_work: Shell) -> None:
    ran = at_work("backup", "create", "stopped", "--wait")
    assert (ran.code, ran.err.splitlines()[0]) == (0, "stopped (10002): manual backup in progress after 0 s")
    assert ran.err.splitlines()[1].startswith("stopped (10002): manual backup done after ")


@pytest.mark.parametrize(("text", "seconds"), [("20", 20), ("20s", 20), ("1m", 60), ("1h", 3600), ("1m1.5s", 61.5)])
def test_durations_have_units(at_work: Shell, account: Emulator, text: str, seconds: float) -> None:
    start = account.clock.now()
    ran = at_work("box", "wait", "frozen", "--timeout", text, "--poll", "9m")
    assert ran.code == 4
    assert account.clock.now() - start == pytest.approx(seconds)
