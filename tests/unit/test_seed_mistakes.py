"""Mistakes in seeds: each is found in its line and by its path, and leaves everything as it was."""

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
"""A text, the line that is at fault, and what is said: path and rule."""

IN_A_BOX: dict[str, Mistake] = {
    "name": ('"name": "a/b"', 4, ".name is refused: 1 to 30 characters"),
    "the same name": ('"name": "web"', 4, ".name is refused: another box has that name"),
    "plan": ('"planid":\n99', 5, ".planid is refused: Der Tarif 99 existiert nicht."),
    "plan of a wrong type": ('\n\n"planid": [44]', 6, ".planid is refused: a plan's number"),
    "distribution": ('"distribution": "dos"', 4, ".distribution is refused: Die Distribution dos existiert nicht"),
    "a backup": ('"distribution": null, "backupid": "0"', 4, ".backupid is refused: give a distribution"),
    "a backup and a distribution": ('"backupid": "0"', 3, " is refused: pass exactly one of distribution and"),
    "no distribution": ('"distribution": null', 3, " is refused: pass exactly one of distribution and"),
    "no plan": ('"planid": null', 3, ".planid is refused: it is missing: a plan's number"),
    "state": ('"status": "ready"', 4, ".status is refused: one of the known states"),
    "running": ('"status": "FROZEN",\n"running": true', 5, ".running is refused: no box is switched on in the state"),
    "running as a number": ('"running": 1', 4, ".running is refused: whether it is switched on"),
    "a number that was used": ('"id": 10001', 4, ".id is refused: numbers must grow: give 10002 or more"),
    "a number too large": ('"id": 1000000000000', 4, f".id is refused: its number, up to {LAST_BOX}"),
    "a time": ('"created": -1', 4, ".created is refused: when it was created"),
    "a time too late": ('"created": 1e12', 4, ".created is refused: when it was created"),
    "addresses": ('"floatingIps": 101', 4, ".floatingIps is refused: how many floating addresses"),
    "metadata": ('"metadata": "a"', 4, ".metadata is refused: names with any JSON values"),
    "metadata too large": (f'"metadata": {{"a": "{"x" * 5000}"}}', 4, ".metadata is refused: Die Metadaten sind"),
    "metadata too deep": (f'"metadata": {{"a":\n{"[" * 198}{"]" * 198}}}', 4, ".metadata is refused: Der Parameter"),
    "NaN in metadata": ('"metadata": {"a":\n[1,\nNaN]}', 6, ".metadata.a[1] is refused: it is not a finite number"),
    "an infinite number": ('"metadata": {\n"a": 1e999}', 5, ".metadata.a is refused: it is not a finite number"),
    "half a character": ('"metadata": {\n"a": "\\ud800"}', 5, ".metadata.a is refused: it is not valid Unicode text"),
    "half a name": ('"metadata": {\n"\\ud800": 1}', 4, ".metadata is refused: its fields must have names"),
    "a type of backup": ('"backups": {\n"daily": 1,\n"hourly": 1}', 6, ".backups.hourly is refused: when the latest"),
    "a time of a backup": ('"backups": {\n"daily": "x"}', 5, ".backups.daily is refused: when the latest backup"),
    "half a schedule": ('"schedule":\n{"dayid": 1}', 5, ".schedule.timeid is refused: it is missing: when period"),
    "a day": ('"schedule": {"timeid": 1,\n"dayid": 7}', 5, ".schedule.dayid is refused: when periodical backups"),
    "an unknown field": ('"\\u0063olour":\n"red"', 5, ".colour is refused: there is no such field"),
    "the last of two": ('"id": 20000, "created": 1,\n"id": 5', 5, ".id is refused: numbers must grow"),
}
"""What counts for the second box of two; it begins in line 4."""

IN_A_GROUP: dict[str, Mistake] = {
    "no contacts": ('"name": "a"', 2, ".contacts is refused: it is missing: 1 to 10 e-mail"),
    "a contact": ('"name": "a",\n"contacts": ["a@b.c",\n"me"]', 5, ".contacts[1] is refused: 1 to 10 e-mail"),
    "own": (
        f'"name": "{OWN_GROUP}", "contacts": ["a@b.c"]',
        3,
        ".name is refused: another contact group has that name",
    ),
    "the number of the own": ('"name": "a", "contacts": ["a@b.c"], "id": 1', 3, ".id is refused: its number, 2 to"),
    "a number": ('"name": "a", "contacts": ["a@b.c"], "id": 1e18', 3, ".id is refused: its number, 2 to"),
    "an unknown field of a group": (
        '"name": "a", "contacts": ["a@b.c"],\n"x": 1',
        4,
        ".x is refused: there is no such",
    ),
}
"""What counts for the only contact group; it begins in line 3."""

IN_A_CHECK: dict[str, Mistake] = {
    "no type": ('"checkType": null', 3, ".checkType is refused: it is missing: give one of ping, ssh"),
    "a type": ('"checkType": "pong"', 4, ".checkType is refused: give one of ping, ssh"),
    "a box that is none": ('"box": "x"', 4, ".box is refused: give the name of a box of this seed"),
    "a box and an ip": (
        '"box": "web", "ip": "198.18.39.17"',
        4,
        ".box is refused: give the name of a box of this seed",
    ),
    "no ip": ("\n" + '"active": true', 3, ".ip is refused: it is missing: the IPv4 address"),
    "an ip that is none": ('"ip": "198.18.39"', 4, ".ip is refused: the IPv4 address to check"),
    "an ip of nobody": ('"ip": "192.0.2.1"', 3, " is refused: Die IP-Adresse 192.0.2.1 existiert nicht."),
    "a port": ('"box": "web",\n"port": 0', 5, ".port is refused: the port to check"),
    "a field of another type": ('"box": "web",\n"path": "/"', 5, ".path is refused: there is no such field"),
    "a group that is none": ('"box": "web", "contactGroups": [9]', 3, " is refused: Die Kontaktgruppe Nr. 9 existiert"),
}
"""What counts for the only check; it begins in line 4, and the check itself in line 3."""

ELSEWHERE: dict[str, Mistake] = {
    "no name": ('{"boxes": [\n{"planid": 44}]}', 2, "boxes[0].name is refused: it is missing: 1 to 30"),
    "no type at all": ('{"checks":\n[{"name": "a"}]}', 2, "checks[0].checkType is refused: it is missing: give one of"),
    "no field": ('{\n"servers": []}', 2, "servers is refused: there is no such field"),
    "no list": ('{\n"boxes": {}}', 2, "boxes is refused: a list of boxes"),
    "no box": ('{"boxes":\n[\n5]}', 3, "boxes[0] is refused: a list of boxes"),
    "no object": ("\n[]", 2, "$ is refused: Input should be"),
    "null": ("\n\nnull", 3, "$ is refused: Input should be"),
    "nested": ('{"boxes":\n' + "[" * 250 + "]" * 250 + "}", 2, "boxes[0] is refused: it is nested too deeply"),
}

MISTAKES: dict[str, Mistake] = {
    **{
        what: (f'{{"boxes": [\n{WEB},\n{DB},\n{text}}}]}}', line, f"boxes[1]{said}")
        for what, (text, line, said) in IN_A_BOX.items()
    },
    **{
        what: (f'{{"contactGroups": [\n{{\n{text}}}]}}', line, f"contactGroups[0]{said}")
        for what, (text, line, said) in IN_A_GROUP.items()
    },
    **{
        what: (f'{{"boxes": [{WEB}],\n"checks": [\n{PING},\n{text}}}]}}', line, f"checks[0]{said}")
        for what, (text, line, said) in IN_A_CHECK.items()
    },
    **ELSEWHERE,
}


@pytest.mark.parametrize("what", MISTAKES)
def test_a_mistake_is_found_in_its_line_and_by_its_path(tmp_path: Path, what: str) -> None:
    text, line, said = MISTAKES[what]
    file = tmp_path / "seed.json"
    file.write_text(text, "utf-8")
    for given in (file, str(file)):
        with pytest.raises(JiffyArgumentException) as refused:
            Emulator(seed=given)
        assert str(refused.value).startswith(f"seed {str(file)!r} line {line}: {said}")
    assert file.read_text("utf-8") == text


@pytest.mark.parametrize("what", [what for what, (text, _, _) in MISTAKES.items() if text.startswith("{")])
def test_a_mistake_in_a_mapping_is_found_by_its_path(what: str) -> None:
    text, _, said = MISTAKES[what]
    with pytest.raises(JiffyArgumentException) as refused:
        Emulator(seed=json.loads(text))
    assert str(refused.value).startswith(f"seed: {said}")


def box(metadata: Mapping[str, object]) -> dict[str, object]:
    return {"boxes": [{**json.loads(WEB), "metadata": metadata}]}


@pytest.mark.parametrize("content", [{"a": {1, 2}}, {"a": b"x"}, {"a": EPOCH.__class__}, {"a": Path()}])
def test_a_mapping_that_is_no_json_is_refused_by_its_path(content: dict[str, object]) -> None:
    with pytest.raises(JiffyArgumentException, match=r"^seed: boxes\[0\].metadata.b.a is refused: it is no JSON"):
        Emulator(seed=box({"b": content}))
    with pytest.raises(JiffyArgumentException, match=r"^seed: boxes\[0\] is refused: its fields must have names"):
        unchecked(Emulator)(seed={"boxes": [{5: content}]})


def test_a_mapping_in_a_circle_is_refused() -> None:
    circle: dict[str, object] = {}
    circle |= {"a": circle, "b": circle}
    with pytest.raises(JiffyArgumentException, match="nested too deeply, or in a circle"):
        Emulator(seed=box(circle))


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "line 1: Expecting value"),
        (b'{"boxes": [\n{]}', "line 2: Expecting property name"),
        (b'{\n"boxes": [],\n}', "line [23]: "),
        (b'{"boxes": []}\n{}', "line 2: Extra data"),
        (b'{"name": "\xff"}', "it is no JSON in UTF-8"),
        ('{"name": "ü"}'.encode("utf-16"), "it is no JSON in UTF-8"),
        (b'{"boxes": ' + b"[" * 100_000, "it is no JSON in UTF-8"),
        (b'{"boxes": ' + b"1" * 5000 + b"}", "it is no JSON in UTF-8"),
    ],
)
def test_a_file_that_is_no_json_is_refused(tmp_path: Path, content: bytes, said: str) -> None:
    file = tmp_path / "seed.json"
    file.write_bytes(content)
    with pytest.raises(JiffyArgumentException, match=f"^seed '.*seed.json' is refused: {said}"):
        Emulator(seed=file)


def test_a_file_that_can_not_be_read_is_refused(tmp_path: Path) -> None:
    with pytest.raises(JiffyArgumentException, match=r"nothing.json' is refused: No such file or directory"):
        Emulator(seed=tmp_path / "nothing.json")
    with pytest.raises(JiffyArgumentException, match="is refused: Is a directory"):
        Emulator(seed=tmp_path)


@pytest.mark.parametrize("what", MISTAKES)
def test_a_seed_that_is_refused_leaves_everything_as_it_was(tmp_path: Path, what: str) -> None:
    seed, state = tmp_path / "seed.json", tmp_path / "state.json"
    seed.write_text(MISTAKES[what][0], "utf-8")
    with Emulator(seed={"boxes": [json.loads(WEB)]}, state=state) as emulator:
        emulator.client().boxes()[0].stop()
        emulator.advance(3)
        fault = emulator.add_fault("get_box", drop=True)
        before, journal, kept = emulator.snapshot(), emulator.journal(), state.read_bytes()
        with pytest.raises(JiffyArgumentException):
            emulator.reset(seed)
        assert (emulator.snapshot(), emulator.journal(), emulator.faults()) == (before, journal, [fault])
        assert state.read_bytes() == kept
