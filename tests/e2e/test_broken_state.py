"""Invalid snapshots and state files: rejected with a reason, without an effect."""

import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from jiffybox_sdk import Emulator, JiffyArgumentException
from jiffybox_sdk.emulator import Snapshot
from tests.support.accounts import VERSION_1
from tests.support.scripted import PASSWORD

GOOD = VERSION_1.read_bytes()


def error_message(content: bytes) -> str:
    """Return the reason for which a snapshot is rejected."""
    emulator = Emulator("manual")
    before = emulator.snapshot()
    with pytest.raises(JiffyArgumentException) as error:
        emulator.restore(Snapshot(content))
    assert emulator.snapshot() == before
    text, start = str(error.value), "invalid snapshot: "
    assert text.startswith(start)
    assert PASSWORD not in text
    emulator.restore(Snapshot(GOOD))
    assert len(emulator.client().boxes()) == 11
    return text.removeprefix(start)


GARBAGE: dict[str, bytes] = {
    "nothing": b"",
    "white space": b" \n",
    "NUL bytes, as after a loss of power": b"\0" * 4096,
    "random bytes": bytes(range(256)),
    "Latin-1": GOOD.replace("ä".encode(), b"\xe4"),
    "UTF-16": GOOD.decode().encode("utf-16"),
    "a byte order mark": b"\xef\xbb\xbf" + GOOD,
    "twice": GOOD + GOOD,
    "another file": b"[emulator]\nboxes = 3\n",
    "100,000 lists": b"[" * 100_000,
    "NaN": GOOD.replace(b"-1.5e-09", b"NaN"),
    "an infinite number": GOOD.replace(b"-1.5e-09", b"1e999"),
    "unpaired surrogate": GOOD.replace(b'"running"', b'"\\ud800"', 1),
}


@pytest.mark.parametrize("case", GARBAGE)
def test_a_snapshot_that_is_not_json_is_rejected(case: str) -> None:
    assert GARBAGE[case] != GOOD
    assert error_message(GARBAGE[case]).startswith("not JSON: ")


@pytest.mark.parametrize("part", range(1, 40))
def test_a_truncated_snapshot_is_rejected(part: int) -> None:
    assert error_message(GOOD[: len(GOOD) * part // 40]).startswith("not JSON: ")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"null", "expected a JSON object"),
        (b"[]", "expected a JSON object"),
        (b"{}", "version is missing"),
        (b'{"version": 1, "now": 0}', "account is missing"),
        (b'{"version": 1, "now": 0, "account": []}', "account: "),
        (b'{"version": 1, "now": "x", "account": {}}', "now: "),
        (b'{"version": 1, "now": -1, "account": {}}', "now: "),
        (b'{"version": 1, "now": 1e15, "account": {}}', "now: "),
        (b'{"version": 1, "now": 0, "account": {}, "more": 1}', "more: "),
        (b'{"version": 0, "now": 0, "account": {}}', "version: "),
        (b'{"version": "1", "now": 0, "account": {}}', "version: "),
        (b'{"version": null, "now": 0, "account": {}}', "version: "),
        (b'{"version": 2}', "written by a newer version of the SDK (format 2, expected at most 1)"),
        (b'{"version": 99, "account": []}', "written by a newer version of the SDK (format 99, "),
    ],
)
def test_other_json_is_rejected(content: bytes, message: str) -> None:
    assert error_message(content).startswith(message)


Tree = dict[str, "Tree"]
"""JSON objects, as far as these tests need them."""


def changed(*path: str, to: object) -> Callable[[], bytes]:
    """Return a function for a valid snapshot with a replaced value, or without it for `...`."""

    def change() -> bytes:
        content: Tree = json.loads(GOOD)
        *steps, last = path
        node: Tree = content["account"]
        for step in steps:
            node = node[step]
        if to is ...:
            del node[last]
        else:
            node.update(json.loads(json.dumps({last: to})))
        return json.dumps(content).encode()

    return change


RUNNING, STOPPED, CREATING = ("boxes", "10001"), ("boxes", "10002"), ("boxes", "10005")

WRONG: dict[str, tuple[Callable[[], bytes], str]] = {
    "a text for a box": (changed(*RUNNING, to="web"), "account.boxes.10001: Input should be a dictionary"),
    "a box without a name": (changed(*RUNNING, "name", to=...), "account.boxes.10001.name is missing"),
    "an unknown state": (changed(*RUNNING, "status", to="ODD"), "account.boxes.10001.status: "),
    "a box id as text": (changed("boxes", "web", to={}), "account.boxes.web"),
    "a type of backup": (
        changed(*RUNNING, "backups", "made", "hourly", to={}),
        "account.boxes.10001.backups.made.hourly",
    ),
    "a list for checks": (changed("checks", to=[]), "account.checks: Input should be"),
    "due work of an unknown kind": (
        changed("due", to={"1": {"when": 1, "id": 1, "kind": "x", "number": 1}}),
        "account.due.1.kind: ",
    ),
    "an address of version 5": (changed("ips", "2001", "version", to=5), "account.ips.2001.version: "),
}
"""Fields of a wrong type, with their path."""

CONTRADICTORY: dict[str, tuple[Callable[[], bytes], str]] = {
    "a box under another id": (changed(*RUNNING, "id", to=10002), "box 10001 has a wrong id"),
    "a box id that is not assigned yet": (changed("counters", "0", "next_box", to=10001), "box 10001 has a wrong id"),
    "box ids without addresses": (
        changed("counters", "0", "next_box", to=10**12),
        "no address is left for box 1000000000000",
    ),
    "an ip under another id": (changed("ips", "2001", "id", to=1), "ip 2001 has a wrong id"),
    "an ip of an unknown box": (changed("ips", "2001", "box", to=9), "ip 2001 has a wrong id, or a box that does not"),
    "an ip id that is not assigned yet": (changed("counters", "0", "next_ip", to=5), "ip 2001 has a wrong id"),
    "a group under another id": (changed("groups", "2", "id", to=3), "contact group 2 has a wrong id"),
    "a group id that is not assigned yet": (
        changed("counters", "0", "next_group", to=2),
        "contact group 2 has a wrong id",
    ),
    "a check under another id": (changed("checks", "1001", "id", to=1), "check 1001 has a wrong id"),
    "a check id that is not assigned yet": (changed("counters", "0", "next_check", to=5), "check 1001 has a wrong id"),
    "a check of an unknown address": (
        changed("checks", "1001", "ip", to=9),
        "check 1001 has a wrong id, or an address",
    ),
    "a check with an unknown group": (
        changed("checks", "1001", "groups", to=[9]),
        "check 1001 has a contact group",
    ),
    "a check of another address": (
        changed("checks", "1001", "ip", to=2005),
        "check 1001 has invalid settings",
    ),
    "a check without settings": (changed("checks", "1001", "settings", to={}), "check 1001 has invalid settings"),
    "a check of an unknown type": (
        changed("checks", "1001", "settings", "checkType", to="x"),
        "check 1001 has invalid settings",
    ),
    "a check without a port": (
        changed("checks", "1001", "settings", "port", to=...),
        "check 1001 has invalid settings",
    ),
    "a check without active": (
        changed("checks", "1001", "settings", "active", to=...),
        "check 1001 has invalid settings",
    ),
    "a check whose interval is null": (
        changed("checks", "1001", "settings", "checkInterval", to=None),
        "check 1001 has invalid settings",
    ),
    "work that ends in a transitional state": (
        changed(*STOPPED, "work", "status", to="CREATING"),
        "box 10002 has work that ends in the status CREATING",
    ),
    "an unknown plan": (changed(*RUNNING, "plan", to=1), "box 10001 has a plan or a distribution that does not exist"),
    "an unknown distribution": (changed(*RUNNING, "distribution", to="dos"), "box 10001 has a plan or a distribution"),
    "a change to an unknown plan": (
        changed(*STOPPED, "work", "plan", to=1),
        "box 10002 changes to a plan that does not exist",
    ),
    "creating without work": (
        changed(*CREATING, "work", to=None),
        "box 10005 has the status CREATING",
    ),
    "ready with work": (
        changed(*CREATING, "status", to="READY"),
        "box 10005 has the status READY, which contradicts its work",
    ),
    "a negative creation time": (changed(*RUNNING, "created", to=-1), "box 10001 has a time that is out of range"),
    "a start after the year 9999": (
        changed(*RUNNING, "running_since", to=10**12),
        "box 10001 has a time that is out of range",
    ),
    "a backup after the year 9999": (
        changed(*RUNNING, "backups", "made", "daily", "created", to=10**12),
        "box 10001 has a time that is out of range",
    ),
    "an invalid day": (changed(*RUNNING, "backups", "day", to=7), "box 10001 has an invalid backup schedule"),
    "an invalid slot": (changed(*RUNNING, "backups", "slot", to=0), "box 10001 has an invalid backup schedule"),
    "nothing due": (changed("due", to={}), "the work on boxes differs from the work that is due"),
    "work at another time": (
        changed(*CREATING, "work", "due", to=5.5),
        "the work on boxes differs from the work that is due",
    ),
    "a busy group": (
        changed("groups", "1", "busy", to=True),
        "the work on contact groups differs from the work that is due",
    ),
    "an idle group": (
        changed("groups", "3", "busy", to=False),
        "the work on contact groups differs from the work that is due",
    ),
    "a busy check": (
        changed("checks", "1001", "busy", to=True),
        "the work on checks differs from the work that is due",
    ),
    "a backup that runs": (
        changed(*STOPPED, "backup_running", to=True),
        "the work on backups differs from the work that is",
    ),
    "work never accepted": (changed("counters", "0", "next_due", to=3), "work is due that was never accepted"),
}


@pytest.mark.parametrize("case", WRONG)
def test_a_field_of_a_wrong_type_has_its_path(case: str) -> None:
    content, message = WRONG[case]
    assert error_message(content()).startswith(message)


@pytest.mark.parametrize("case", CONTRADICTORY)
def test_a_contradictory_state_is_rejected(case: str) -> None:
    content, message = CONTRADICTORY[case]
    assert error_message(content()).startswith(message)


def test_the_order_of_due_work_does_not_matter() -> None:
    content = json.loads(GOOD)
    content["account"]["due"] = dict(reversed(content["account"]["due"].items()))
    seen: list[list[tuple[str, str]]] = []
    for state in (GOOD, json.dumps(content).encode()):
        emulator = Emulator("manual")
        emulator.restore(Snapshot(state))
        for _ in range(14):
            emulator.advance(4)
            seen.append([(box.name, box.status) for box in emulator.client().boxes()])
    assert seen[:14] == seen[14:]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A state file."""
    path = tmp_path / "state.db"
    with Emulator("manual", state=path) as emulator:
        emulator.restore(Snapshot(GOOD))
    return path


def rejection(file: Path) -> str:
    """Return the reason for which a state file is rejected. It is unchanged."""
    content = file.read_bytes()
    with pytest.raises(JiffyArgumentException) as error:
        Emulator(state=file)
    assert file.read_bytes() == content
    assert PASSWORD not in str(error.value)
    return str(error.value).replace(repr(str(file)), "FILE")


NO_DATABASE: dict[str, bytes] = {
    "a snapshot": GOOD,
    "white space": b" \n" * 1000,
    "NUL bytes, as after a loss of power": b"\0" * 4096,
    "random bytes": bytes(range(256)) * 32,
}


@pytest.mark.parametrize("case", NO_DATABASE)
def test_a_file_that_is_no_database_is_rejected(file: Path, case: str) -> None:
    file.write_bytes(NO_DATABASE[case])
    assert rejection(file) == "can't use state file FILE: file is not a database"


@pytest.mark.parametrize("part", range(1, 8))
def test_a_truncated_file_is_rejected(file: Path, part: int) -> None:
    content = file.read_bytes()
    file.write_bytes(content[: len(content) * part // 8])
    assert rejection(file).startswith(("can't use state file FILE: ", "invalid state file FILE: "))


def test_an_empty_file_is_a_new_account(file: Path) -> None:
    file.write_bytes(b"")
    with Emulator(state=file) as emulator:
        assert emulator.client().boxes() == []
        emulator.client().create_contact_group("a", ["a@example.org"])
    with Emulator(state=file) as emulator:
        assert [group.name for group in emulator.client().contact_groups()][1:] == ["a"]


CHANGED: dict[str, tuple[str, str]] = {
    "another program": ("PRAGMA application_id = 7", "a database of another program"),
    "a newer version": (
        "PRAGMA user_version = 2",
        "written by a newer version of the SDK (format 2, expected at most 1)",
    ),
    "no JSON": ("UPDATE objects SET json = '{' WHERE name = 'boxes' AND id = 10001", "not JSON: "),
    "no UTF-8": ("UPDATE objects SET json = CAST(json || x'ff' AS TEXT)", "text that is not UTF-8"),
    "no revision": ("DELETE FROM account", "expected one row of numbers in account"),
    "a text as revision": ("UPDATE account SET revision = 'x'", "expected one row of numbers in account"),
    "no object": (
        "UPDATE objects SET json = '1' WHERE name = 'boxes' AND id = 10001",
        "account.boxes.10001: Input should be",
    ),
    "an unknown kind of object": ("UPDATE objects SET name = 'cars' WHERE name = 'boxes'", "account.cars: "),
    "a box without addresses": ("DELETE FROM objects WHERE name = 'ips'", "check 1001 has a wrong id, or an address"),
    "no counters": ("DELETE FROM objects WHERE name = 'counters'", "expected one object each in account.counters and"),
    "a time that is out of range": ("UPDATE account SET now = 1e300", "now: Input should be less than"),
}


@pytest.mark.parametrize("case", CHANGED)
def test_a_changed_file_is_rejected(file: Path, case: str) -> None:
    statement, message = CHANGED[case]
    with closing(sqlite3.connect(file, isolation_level=None)) as connection:
        connection.execute(statement)
    reason = rejection(file).removeprefix("invalid state file FILE: ").removeprefix("can't use state file FILE: ")
    assert reason.startswith(message)


def test_a_database_of_another_program_is_rejected(tmp_path: Path) -> None:
    file = tmp_path / "other.db"
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("CREATE TABLE account (name)")
    assert rejection(file) == "invalid state file FILE: a database of another program"
