"""State files that are broken: refused with a message that says how, and left byte for byte as they are."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from jiffybox_sdk import Emulator, JiffyArgumentException
from tests.e2e.test_state_file import VERSION_1
from tests.support.scripted import PASSWORD

GOOD = VERSION_1.read_bytes()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "state.json"


def refusal(file: Path, content: bytes) -> str:
    """What is said of a file, which stays as it is and can be put right."""
    file.write_bytes(content)
    with pytest.raises(JiffyArgumentException) as refused:
        Emulator(state=file)
    assert file.read_bytes() == content
    text, start = str(refused.value), f"state file {str(file)!r} is refused: "
    assert text.startswith(start)
    assert PASSWORD not in text
    file.write_bytes(GOOD)
    with Emulator("manual", state=file) as emulator:
        assert len(emulator.client().boxes()) == 11
    return text.removeprefix(start)


GARBAGE: dict[str, bytes] = {
    "nothing": b"",
    "white space": b" \n",
    "NUL bytes, as a loss of power may leave them": b"\0" * 4096,
    "random bytes": bytes(range(256)),
    "Latin-1": GOOD.replace("ä".encode(), b"\xe4"),
    "UTF-16": GOOD.decode().encode("utf-16"),
    "a mark of the byte order": b"\xef\xbb\xbf" + GOOD,
    "twice": GOOD + GOOD,
    "another file": b"[emulator]\nboxes = 3\n",
    "100,000 lists": b"[" * 100_000,
    "NaN": GOOD.replace(b"-1.5e-09", b"NaN"),
    "an infinite number": GOOD.replace(b"-1.5e-09", b"1e999"),
    "half a character": GOOD.replace(b'"running"', b'"\\ud800"', 1),
}


@pytest.mark.parametrize("what", GARBAGE)
def test_what_is_no_json_is_refused(file: Path, what: str) -> None:
    assert GARBAGE[what] != GOOD
    assert refusal(file, GARBAGE[what]).startswith("it is no JSON: ")


@pytest.mark.parametrize("part", range(1, 40))
def test_a_file_that_was_cut_off_is_refused(file: Path, part: int) -> None:
    assert refusal(file, GOOD[: len(GOOD) * part // 40]).startswith("it is no JSON: ")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"null", "invalid state: $: Input should be an object"),
        (b"[]", "invalid state: $: Input should be an object"),
        (b"{}", "invalid state: version is missing; now is missing; account is missing"),
        (b'{"version": 1, "now": 0}', "invalid state: account is missing"),
        (b'{"version": 1, "now": 0, "account": []}', "invalid state: account: "),
        (b'{"version": 1, "now": "x", "account": {}}', "invalid state: now: "),
        (b'{"version": 1, "now": -1, "account": {}}', "invalid state: now: "),
        (b'{"version": 1, "now": 1e15, "account": {}}', "invalid state: now: "),
        (b'{"version": 1, "now": 0, "account": {}, "more": 1}', "invalid state: more: "),
        (b'{"version": 0, "now": 0, "account": {}}', "invalid state: version: "),
        (b'{"version": "1", "now": 0, "account": {}}', "invalid state: version: "),
        (b'{"version": null, "now": 0, "account": {}}', "invalid state: version: "),
        (b'{"version": 2}', "it was written by a newer version of the SDK (its form is 2, and this one reads 1)"),
        (b'{"version": 99, "account": []}', "it was written by a newer version of the SDK (its form is 99, "),
    ],
)
def test_what_is_no_state_is_refused(file: Path, content: bytes, said: str) -> None:
    assert refusal(file, content).startswith(said)


Tree = dict[str, "Tree"]
"""As far as these tests look into JSON."""


def changed(*path: str, to: object) -> Callable[[], bytes]:
    """A good file with something at a path of its account replaced, or taken away with `...`."""

    def change() -> bytes:
        content: Tree = json.loads(GOOD)
        *steps, last = path
        found: Tree = content["account"]
        for step in steps:
            found = found[step]
        if to is ...:
            del found[last]
        else:
            found.update(json.loads(json.dumps({last: to})))
        return json.dumps(content).encode()

    return change


RUNNING, STOPPED, CREATING = ("boxes", "10001"), ("boxes", "10002"), ("boxes", "10005")

WRONG: dict[str, tuple[Callable[[], bytes], str]] = {
    "a text for a box": (changed(*RUNNING, to="web"), "account.boxes.10001: Input should be a dictionary"),
    "a box without a name": (changed(*RUNNING, "name", to=...), "account.boxes.10001.name is missing"),
    "a state that nobody knows": (changed(*RUNNING, "status", to="ODD"), "account.boxes.10001.status: "),
    "a number of a box in words": (changed("boxes", "web", to={}), "account.boxes.web"),
    "a type of backup": (
        changed(*RUNNING, "backups", "made", "hourly", to={}),
        "account.boxes.10001.backups.made.hourly",
    ),
    "a list for checks": (changed("checks", to=[]), "account.checks: Input should be an object"),
    "due work of no kind": (
        changed("due", to=[{"when": 1, "accepted": 1, "kind": "x", "number": 1}]),
        "account.due[0].kind: ",
    ),
    "an address of version 5": (changed("ips", "2001", "version", to=5), "account.ips.2001.version: "),
}
"""Fields of a wrong type, with their path."""

CONTRADICTORY: dict[str, tuple[Callable[[], bytes], str]] = {
    "a box under another number": (changed(*RUNNING, "id", to=10002), "box 10001 has a wrong number"),
    "a box that is still to come": (changed("next_box", to=10001), "box 10001 has a wrong number"),
    "boxes that have no address": (changed("next_box", to=10**12), "there is no address for box 1000000000000"),
    "an ip under another number": (changed("ips", "2001", "id", to=1), "ip 2001 has a wrong number"),
    "an ip of no box": (changed("ips", "2001", "box", to=9), "ip 2001 has a wrong number, or a box that does not"),
    "an ip that is still to come": (changed("next_ip", to=5), "ip 2001 has a wrong number"),
    "a group under another number": (changed("groups", "2", "id", to=3), "contact group 2 has a wrong number"),
    "a group that is still to come": (changed("next_group", to=2), "contact group 2 has a wrong number"),
    "a check under another number": (changed("checks", "1001", "id", to=1), "check 1001 has a wrong number"),
    "a check that is still to come": (changed("next_check", to=5), "check 1001 has a wrong number"),
    "a check of no address": (changed("checks", "1001", "ip", to=9), "check 1001 has a wrong number, or an address"),
    "a check that tells no group": (changed("checks", "1001", "groups", to=[9]), "check 1001 has a contact group that"),
    "a check of another address": (
        changed("checks", "1001", "ip", to=2005),
        "check 1001 has settings that no check has",
    ),
    "a check without settings": (changed("checks", "1001", "settings", to={}), "check 1001 has settings that no check"),
    "a check of no type": (
        changed("checks", "1001", "settings", "checkType", to="x"),
        "check 1001 has settings that no",
    ),
    "a check without a port": (
        changed("checks", "1001", "settings", "port", to=...),
        "check 1001 has settings that no",
    ),
    "a check neither on nor off": (changed("checks", "1001", "settings", "active", to=...), "check 1001 has settings"),
    "no such plan": (changed(*RUNNING, "plan", to=1), "box 10001 has a plan or a distribution that does not exist"),
    "no such distribution": (changed(*RUNNING, "distribution", to="dos"), "box 10001 has a plan or a distribution"),
    "no such plan to come": (
        changed(*STOPPED, "work", "plan", to=1),
        "box 10002 is to have a plan that does not exist",
    ),
    "creating without work": (changed(*CREATING, "work", to=None), "box 10005 is CREATING, which does not go with"),
    "ready with work": (
        changed(*CREATING, "status", to="READY"),
        "box 10005 is READY, which does not go with the work",
    ),
    "a creation before time": (changed(*RUNNING, "created", to=-1), "box 10001 has a time that no answer could tell"),
    "a start after time": (changed(*RUNNING, "running_since", to=10**12), "box 10001 has a time that no answer"),
    "a backup after time": (
        changed(*RUNNING, "backups", "made", "daily", "created", to=10**12),
        "box 10001 has a time that no answer",
    ),
    "a day": (changed(*RUNNING, "backups", "day", to=7), "box 10001 has a schedule that does not exist"),
    "a slot": (changed(*RUNNING, "backups", "slot", to=0), "box 10001 has a schedule that does not exist"),
    "nothing due": (changed("due", to=[]), "the work on boxes is not the work that is due"),
    "work at another time": (
        changed(*CREATING, "work", "due", to=5.5),
        "the work on boxes is not the work that is due",
    ),
    "a busy group": (changed("groups", "1", "busy", to=True), "the work on contact groups is not the work that is due"),
    "an idle group": (
        changed("groups", "3", "busy", to=False),
        "the work on contact groups is not the work that is due",
    ),
    "a busy check": (changed("checks", "1001", "busy", to=True), "the work on checks is not the work that is due"),
    "a backup that runs": (changed(*STOPPED, "backup_running", to=True), "the work on backups is not the work that is"),
    "work never accepted": (changed("accepted", to=3), "work is due that was never accepted"),
}


@pytest.mark.parametrize("what", WRONG)
def test_a_field_of_a_wrong_type_is_named_by_its_path(file: Path, what: str) -> None:
    content, said = WRONG[what]
    assert refusal(file, content()).startswith(f"invalid state: {said}")


@pytest.mark.parametrize("what", CONTRADICTORY)
def test_what_contradicts_itself_is_refused(file: Path, what: str) -> None:
    content, said = CONTRADICTORY[what]
    assert refusal(file, content()).startswith(said)


def test_the_order_in_which_due_work_stands_in_a_file_does_not_matter(file: Path) -> None:
    content = json.loads(GOOD)
    content["account"]["due"].reverse()
    seen: list[list[tuple[str, str]]] = []
    for kept in (GOOD, json.dumps(content).encode()):
        file.write_bytes(kept)
        with Emulator("manual", state=file) as emulator:
            for _ in range(14):
                emulator.advance(4)
                seen.append([(box.name, box.status) for box in emulator.client().boxes()])
    assert seen[:14] == seen[14:]
