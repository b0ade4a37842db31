"""Mistakes in seeds: reported with line and path, and without effect."""

import json
from collections.abc import Mapping
from pathlib import Path

import pytest

from jiffybox_sdk import Emulator, JiffyArgumentException
from jiffybox_sdk.emulator._clock import EPOCH
from jiffybox_sdk.emulator._state.account import LAST_BOX
from jiffybox_sdk.operations import OWN_GROUP
from tests.support.scripted import unchecked

WEB = '{"name": "web", "planid": 44, "distribution": "centos_7_64bit"}'
DB = '{"name": "db", "planid": 44, "distribution": "centos_7_64bit"'
PING = '{"name": "a", "checkType": "ping", "port": 1'

Mistake = tuple[str, int, str]
"""A text, the line of the mistake, and the path and the reason in the message."""

IN_A_BOX: dict[str, Mistake] = {
    "name": ('"name": "a/b"', 4, ".name: expected 1 to 30 characters"),
    "the same name": ('"name": "web"', 4, ".name: Der Name existiert bereits"),
    "plan": ('"planid":\n99', 5, ".planid: Der Tarif 99 existiert nicht."),
    "plan of a wrong type": ('\n\n"planid": [44]', 6, ".planid: expected the number or the name"),
    "distribution": ('"distribution": "dos"', 4, ".distribution: Die Distribution dos existiert nicht"),
    "a backup": ('"distribution": null, "backupid": "0"', 4, ".backupid: not supported in a seed: use distribution"),
    "a backup and a distribution": ('"backupid": "0"', 3, ": pass exactly one of distribution and"),
    "no distribution": ('"distribution": null', 3, ": pass exactly one of distribution and"),
    "no plan": ('"planid": null', 3, ".planid is missing: expected the number or the name"),
    "state": ('"status": "ready"', 4, ".status: expected one of the known states"),
    "running": ('"status": "FROZEN",\n"running": true', 5, ".running: a box is stopped in the state"),
    "running as a number": ('"running": 1', 4, ".running: expected true or false"),
    "a number that was used": ('"id": 10001', 4, ".id: ids must be in ascending order: expected 10002 or more"),
    "a number too large": ('"id": 1000000000000', 4, f".id: expected an id up to {LAST_BOX}"),
    "a time": ('"created": -1', 4, ".created: expected the time of creation"),
    "a time too late": ('"created": 1e12', 4, ".created: expected the time of creation"),
    "addresses": ('"floatingIps": 101', 4, ".floatingIps: expected the number of floating"),
    "metadata": ('"metadata": "a"', 4, ".metadata: expected names with any JSON values"),
    "metadata too large": (f'"metadata": {{"a": "{"x" * 5000}"}}', 4, ".metadata: Die Metadaten sind"),
    "metadata too deep": (f'"metadata": {{"a":\n{"[" * 198}{"]" * 198}}}', 4, ".metadata: Der Parameter"),
    "NaN in metadata": ('"metadata": {"a":\n[1,\nNaN]}', 6, ".metadata.a[1]: it is not a finite number"),
    "an infinite number": ('"metadata": {\n"a": 1e999}', 5, ".metadata.a: it is not a finite number"),
    "unpaired surrogate": ('"metadata": {\n"a": "\\ud800"}', 5, ".metadata.a: it is not valid Unicode text"),
    "unpaired surrogate in a name": ('"metadata": {\n"\\ud800": 1}', 4, ".metadata: its names must be valid Unicode"),
    "a type of backup": ('"backups": {\n"daily": 1,\n"hourly": 1}', 6, ".backups.hourly: expected the creation time"),
    "a time of a backup": ('"backups": {\n"daily": "x"}', 5, ".backups.daily: expected the creation time"),
    "incomplete schedule": ('"schedule":\n{"dayid": 1}', 5, ".schedule.timeid is missing: expected the schedule"),
    "a day": ('"schedule": {"timeid": 1,\n"dayid": 7}', 5, ".schedule.dayid: expected the schedule"),
    "an unknown field": ('"\\u0063olour":\n"red"', 5, ".colour: there is no such field"),
    "the last of two": ('"id": 20000, "created": 1,\n"id": 5', 5, ".id: ids must be in ascending order"),
}
"""Fields of the second of two boxes, starting on line 4."""

IN_A_GROUP: dict[str, Mistake] = {
    "no contacts": ('"name": "a"', 2, ".contacts is missing: expected 1 to 10 e-mail"),
    "a contact": ('"name": "a",\n"contacts": ["a@b.c",\n"me"]', 5, ".contacts[1]: expected 1 to 10 e-mail"),
    "own": (
        f'"name": "{OWN_GROUP}", "contacts": ["a@b.c"]',
        3,
        ".name: Der Name existiert bereits",
    ),
    "the number of the own": ('"name": "a", "contacts": ["a@b.c"], "id": 1', 3, ".id: expected an id from 2 to"),
    "a number": ('"name": "a", "contacts": ["a@b.c"], "id": 1e18', 3, ".id: expected an id from 2 to"),
    "an unknown field of a group": (
        '"name": "a", "contacts": ["a@b.c"],\n"x": 1',
        4,
        ".x: there is no such",
    ),
}
"""Fields of the only contact group, starting on line 3."""

IN_A_CHECK: dict[str, Mistake] = {
    "no type": ('"checkType": null', 3, ".checkType is missing: expected one of ping, ssh"),
    "a type": ('"checkType": "pong"', 4, ".checkType: expected one of ping, ssh"),
    "a box that is none": ('"box": "x"', 4, ".box: expected the name of a box in this seed"),
    "a box and an ip": (
        '"box": "web", "ip": "198.18.39.17"',
        4,
        ".box: expected the name of a box in this seed",
    ),
    "no ip": ("\n" + '"active": true', 3, ".ip is missing: expected an IPv4 address"),
    "an ip that is none": ('"ip": "198.18.39"', 4, ".ip: expected an IPv4 address"),
    "an unknown ip": ('"ip": "192.0.2.1"', 3, ": Die IP-Adresse 192.0.2.1 existiert nicht."),
    "a port": ('"box": "web",\n"port": 0', 5, ".port: expected a port from 1"),
    "a field of another type": ('"box": "web",\n"path": "/"', 5, ".path: there is no such field"),
    "a group that is none": ('"box": "web", "contactGroups": [9]', 3, ": Die Kontaktgruppe Nr. 9 existiert"),
}
"""Fields of the only check, starting on line 4. The check itself starts on line 3."""

ELSEWHERE: dict[str, Mistake] = {
    "no name": ('{"boxes": [\n{"planid": 44}]}', 2, "boxes[0].name is missing: expected 1 to 30"),
    "no type at all": ('{"checks":\n[{"name": "a"}]}', 2, "checks[0].checkType is missing: expected one of"),
    "no field": ('{\n"servers": []}', 2, "servers: there is no such field"),
    "no list": ('{\n"boxes": {}}', 2, "boxes: expected a list of boxes"),
    "no box": ('{"boxes":\n[\n5]}', 3, "boxes[0]: expected a list of boxes"),
    "no object": ("\n[]", 2, "$: Input should be"),
    "null": ("\n\nnull", 3, "$: Input should be"),
    "nested": ('{"boxes":\n' + "[" * 250 + "]" * 250 + "}", 2, "boxes[0]: it is nested too deeply"),
}

MISTAKES: dict[str, Mistake] = {
    **{
        case: (f'{{"boxes": [\n{WEB},\n{DB},\n{text}}}]}}', line, f"boxes[1]{message}")
        for case, (text, line, message) in IN_A_BOX.items()
    },
    **{
        case: (f'{{"contactGroups": [\n{{\n{text}}}]}}', line, f"contactGroups[0]{message}")
        for case, (text, line, message) in IN_A_GROUP.items()
    },
    **{
        case: (f'{{"boxes": [{WEB}],\n"checks": [\n{PING},\n{text}}}]}}', line, f"checks[0]{message}")
        for case, (text, line, message) in IN_A_CHECK.items()
    },
    **ELSEWHERE,
}


@pytest.mark.parametrize("case", MISTAKES)
def test_a_mistake_in_a_file_has_its_line_and_path(tmp_path: Path, case: str) -> None:
    text, line, message = MISTAKES[case]
    file = tmp_path / "seed.json"
    file.write_text(text, "utf-8")
    for given in (file, str(file)):
        with pytest.raises(JiffyArgumentException) as raised:
            Emulator(seed=given)
        assert str(raised.value).startswith(f"invalid seed {str(file)!r}, line {line}: {message}")
    assert file.read_text("utf-8") == text


@pytest.mark.parametrize("case", [case for case, (text, _, _) in MISTAKES.items() if text.startswith("{")])
def test_a_mistake_in_a_mapping_has_its_path(case: str) -> None:
    text, _, message = MISTAKES[case]
    with pytest.raises(JiffyArgumentException) as raised:
        Emulator(seed=json.loads(text))
    assert str(raised.value).startswith(f"invalid seed: {message}")


def box(metadata: Mapping[str, object]) -> dict[str, object]:
    return {"boxes": [{**json.loads(WEB), "metadata": metadata}]}


@pytest.mark.parametrize("content", [{"a": {1, 2}}, {"a": b"x"}, {"a": EPOCH.__class__}, {"a": Path()}])
def test_a_value_that_is_not_json_has_its_path(content: dict[str, object]) -> None:
    with pytest.raises(JiffyArgumentException, match=r"^invalid seed: boxes\[0\].metadata.b.a: expected text"):
        Emulator(seed=box({"b": content}))
    with pytest.raises(JiffyArgumentException, match=r"^invalid seed: boxes\[0\]: its names must be valid Unicode"):
        unchecked(Emulator)(seed={"boxes": [{5: content}]})


def test_a_mapping_that_contains_itself_is_rejected() -> None:
    circle: dict[str, object] = {}
    circle |= {"a": circle, "b": circle}
    with pytest.raises(JiffyArgumentException, match="nested too deeply, or contains itself"):
        Emulator(seed=box(circle))


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", ", line 1: Expecting value"),
        (b'{"boxes": [\n{]}', ", line 2: Expecting property name"),
        (b'{\n"boxes": [],\n}', ", line [23]: "),
        (b'{"boxes": []}\n{}', ", line 2: Extra data"),
        (b'{"name": "\xff"}', ": not JSON in UTF-8"),
        ('{"name": "ü"}'.encode("utf-16"), ": not JSON in UTF-8"),
        (b'{"boxes": ' + b"[" * 100_000, ": not JSON in UTF-8"),
        (b'{"boxes": ' + b"1" * 5000 + b"}", ": not JSON in UTF-8"),
    ],
)
def test_a_file_that_is_not_json_is_rejected(tmp_path: Path, content: bytes, message: str) -> None:
    file = tmp_path / "seed.json"
    file.write_bytes(content)
    with pytest.raises(JiffyArgumentException, match=f"^invalid seed '.*seed.json'{message}"):
        Emulator(seed=file)


def test_an_unreadable_file_is_rejected(tmp_path: Path) -> None:
    with pytest.raises(JiffyArgumentException, match=r"can't read seed .*nothing.json': No such file or directory"):
        Emulator(seed=tmp_path / "nothing.json")
    with pytest.raises(JiffyArgumentException, match=r"can't read seed .*: Is a directory"):
        Emulator(seed=tmp_path)


@pytest.mark.parametrize("case", MISTAKES)
def test_a_rejected_seed_has_no_effect(tmp_path: Path, case: str) -> None:
    seed, state = tmp_path / "seed.json", tmp_path / "state.json"
    seed.write_text(MISTAKES[case][0], "utf-8")
    with Emulator(seed={"boxes": [json.loads(WEB)]}, state=state) as emulator:
        emulator.client().boxes()[0].stop()
        emulator.advance(3)
        fault = emulator.add_fault("get_box", drop=True)
        before, journal, kept = emulator.snapshot(), emulator.journal(), state.read_bytes()
        with pytest.raises(JiffyArgumentException):
            emulator.reset(seed)
        assert (emulator.snapshot(), emulator.journal(), emulator.faults()) == (before, journal, [fault])
        assert state.read_bytes() == kept
