"""`--local`: an emulated service whose state is kept between commands."""

import json
import sqlite3
import threading
import time
from contextlib import closing
from pathlib import Path

import pytest

from jiffybox_sdk import validate
from jiffybox_sdk.emulator import TOKEN, ServiceRequest
from jiffybox_sdk.emulator._local import SPEED, LocalService
from tests.support.shell import Shell, apart


def test_the_state_is_kept_between_commands(shell: Shell) -> None:
    created = shell("--local", "box", "create", "web", "CloudLevel 1", "debian_stretch_64bit")
    assert created.code == 0
    assert created.err == "web (10001) is CREATING; to wait for it: jiffybox --local box wait 10001\n"
    ran = apart("--local", "box", "list", "-o", "csv", "--columns", "id,name", env=shell.folders)
    assert (ran.code, ran.out, ran.err) == (0, "id,name\n10001,web\n", "")
    assert shell("box", "show", "web", "--local").lines[1].startswith("10001\tweb\t")


def test_the_state_is_private_to_the_user(shell: Shell) -> None:
    assert shell("--local", "plans").code == 0
    assert shell("--local", "box", "create", "web", "44", "centos_7_64bit").code == 0
    folder = shell.folder / "state" / "jiffybox"
    assert folder.stat().st_mode & 0o077 == 0
    assert (folder / "local.db").stat().st_mode & 0o077 == 0


class Times:
    """A clock for a service that several commands use one after another, far ahead of real time."""

    def __init__(self, state: Path) -> None:
        self.now = 4_000_000_000.0
        self._state = state

    def command(self) -> LocalService:
        return LocalService(self._state, lambda: self.now, lambda: self.now)


def ask(service: LocalService, verb: str, path: str, **body: object) -> bytes:
    content = json.dumps(body).encode() if body else b""
    return service.handle(ServiceRequest(verb, f"/{TOKEN}/v1.0/{path}", content)).body


def status(service: LocalService) -> str:
    return validate(ask(service, "GET", "jiffyBoxes/10001"), "box").status


def rows(state: Path) -> list[object]:
    with closing(sqlite3.connect(state)) as connection:
        return [*connection.execute("SELECT * FROM account"), *connection.execute("SELECT * FROM objects")]


def test_a_command_that_reads_does_not_write_the_state(tmp_path: Path) -> None:
    state = tmp_path / "local.db"
    times = Times(state)
    ask(times.command(), "GET", "jiffyBoxes")
    assert not state.exists()
    ask(times.command(), "POST", "jiffyBoxes", name="web", planid=44, distribution="centos_7_64bit")
    times.now += 60
    assert status(times.command()) == "READY"
    saved = rows(state)
    times.now += 5
    assert status(times.command()) == "READY"
    assert rows(state) == saved


def test_time_that_a_command_has_seen_is_not_repeated(tmp_path: Path) -> None:
    times = Times(tmp_path / "local.db")
    waiting = times.command()
    ask(waiting, "POST", "jiffyBoxes", name="web", planid=44, distribution="centos_7_64bit")
    ask(waiting, "POST", "backups/10001", dayid=1, timeid=1)
    times.now += 2 * 86_400 / SPEED
    seen = ask(waiting, "GET", "backups/10001")
    assert b"daily" in seen
    times.now += 1
    assert ask(times.command(), "GET", "backups/10001") == seen


def test_time_begins_anew_after_a_look_from_the_far_future(tmp_path: Path) -> None:
    times = Times(tmp_path / "local.db")
    now = times.now
    ask(times.command(), "POST", "jiffyBoxes", name="web", planid=44, distribution="centos_7_64bit")
    times.now += 5e9  # the system's clock is wrong for a moment
    assert status(times.command()) == "READY"
    ask(times.command(), "POST", "backups/10001/manual")
    ask(times.command(), "POST", "backups/10001", dayid=1, timeid=1)
    ask(times.command(), "POST", "jiffyBoxes", name="db", planid=44, distribution="centos_7_64bit")
    times.now = now + 60
    boxes = validate(ask(times.command(), "GET", "jiffyBoxes"), "boxes")
    assert {box.status for box in boxes.values()} == {"READY", "CREATING"}
    assert all(box.created.timestamp() <= times.now for box in boxes.values())
    times.now += 125
    assert b'"manual"' in ask(times.command(), "GET", "backups/10001")
    assert {box.status for box in validate(ask(times.command(), "GET", "jiffyBoxes"), "boxes").values()} == {"READY"}
    times.now += 2 * 86_400
    assert b'"daily"' in ask(times.command(), "GET", "backups/10001")


def test_time_passes_between_commands_and_faster_during_them(tmp_path: Path) -> None:
    times = Times(tmp_path / "local.db")
    first = times.command()
    ask(first, "POST", "jiffyBoxes", name="web", planid=44, distribution="centos_7_64bit")
    times.now += 39 / SPEED
    assert status(first) == "CREATING"
    times.now += 2 / SPEED
    assert status(first) == "READY"

    ask(first, "PUT", "jiffyBoxes/10001", status="SHUTDOWN")
    # The time of the service is ahead of real time and never goes back.
    assert status(times.command()) == "UPDATING"
    times.now += 120
    assert status(times.command()) == "READY"


def test_several_commands_can_run_at_the_same_time(tmp_path: Path) -> None:
    state = tmp_path / "local.db"
    services = [LocalService(state) for _ in range(4)]

    def work(number: int) -> None:
        for turn in range(3):
            name = f"box {number} {turn}"
            ask(services[number], "POST", "jiffyBoxes", name=name, planid=44, distribution="centos_7_64bit")

    threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    boxes = validate(ask(services[0], "GET", "jiffyBoxes"), "boxes")
    assert len({box.name for box in boxes.values()}) == 12


def test_a_dry_run_does_not_create_the_state(shell: Shell) -> None:
    ran = shell("--local", "box", "create", "web", "44", "centos_7_64bit", "--dry-run")
    assert ran.lines[0] == "POST https://emulator.invalid/-token-/v1.0/jiffyBoxes"
    assert not (shell.folder / "state").exists()


SEED = {"boxes": [{"name": "seeded", "planid": 44, "distribution": "centos_7_64bit", "running": False}]}


def test_the_account_is_replaced_by_a_seed_and_made_empty(shell: Shell) -> None:
    assert shell("local", "path").out == f"{shell.folder / 'state' / 'jiffybox' / 'local.db'}\n"
    assert not (shell.folder / "state").exists()
    file = shell.folder / "seed.json"
    file.write_text(json.dumps(SEED))
    assert shell("--local", "box", "create", "web", "44", "centos_7_64bit").code == 0
    ran = shell("local", "seed", str(file), "--yes")
    assert (ran.code, ran.out, ran.err) == (0, "", f"The local account has the content of {file}.\n")
    box = json.loads(shell("--local", "box", "show", "seeded", "-o", "json").out)
    assert (box["running"], box["created"] > time.time() - 600) == (False, True)
    assert shell("--local", "box", "list", "-q").lines == ["10001"]
    ran = shell("local", "reset", "--yes")
    assert (ran.code, ran.out, ran.err) == (0, "", "The local account is empty.\n")
    assert shell("--local", "box", "list", "-q").lines == []


def test_a_broken_state_is_replaced(shell: Shell) -> None:
    state = shell.folder / "state" / "jiffybox" / "local.db"
    assert shell("local", "reset", "--yes").code == 0
    state.write_text("broken")
    assert shell("--local", "box", "list").code == 2
    assert shell("local", "reset", "--yes").code == 0
    assert shell("--local", "box", "list", "-q").code == 0


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("seed", "broken.json", "--yes"), "invalid seed 'broken.json', line 1: boxes[0].planid is missing"),
        (("seed", "missing.json", "--yes"), "can't read seed 'missing.json': No such file or directory"),
        (("seed", "broken.json"), "invalid seed 'broken.json'"),
        (("reset",), "replacing the local account requires confirmation, but there is no terminal: add --yes"),
        (("reset", "--dry-run"), "--dry-run cannot be used with this command, which sends nothing"),
    ],
)
def test_wrong_input_leaves_the_account_as_it_is(
    shell: Shell, files: Path, words: tuple[str, ...], message: str
) -> None:
    assert shell("--local", "box", "create", "web", "44", "centos_7_64bit").code == 0
    (files / "broken.json").write_text(json.dumps({"boxes": [{"name": "web", "distribution": "centos_7_64bit"}]}))
    ran = shell("local", *words)
    assert (ran.code, ran.out) == (2, "")
    assert message in ran.err
    assert shell("--local", "box", "list", "-q").lines == ["10001"]
