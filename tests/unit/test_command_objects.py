"""Commands for what belongs to boxes: backups, addresses and checks, and the service's documentation."""

import json

import pytest

from jiffybox_sdk import Emulator
from jiffybox_sdk._cli.options import FORMATS
from tests.support.shell import Shell

MODULES = ["Backups", "ContactGroups", "Distributions", "Doc", "Ips", "JiffyBoxes", "Monitoring", "Plans"]


@pytest.mark.parametrize("form", FORMATS)
def test_all_modules_of_the_documentation_are_shown_in_all_formats(at_work: Shell, form: str) -> None:
    assert at_work("doc", "list", "-q").lines == MODULES
    for module in MODULES:
        for chosen in ([], ["--sort", "-call"]):
            ran = at_work("doc", "show", module, "-o", form, *chosen)
            assert (ran.code, ran.err) == (0, "")
            assert ran.out


def test_the_parameters_of_a_call_are_listed_by_name(at_work: Shell) -> None:
    ran = at_work("doc", "show", "JiffyBoxes", "--columns", "verb,call,must")
    assert "POST\t/\tname, planid" in ran.lines


def test_a_column_with_records_in_it_is_json(at_work: Shell) -> None:
    ran = at_work("box", "show", "running", "--columns", "activeProfile.disks", "--no-header")
    disk = json.loads(ran.out)["xvda"]
    assert isinstance(disk["created"], int)
    assert disk["name"]


SCHEDULES = [
    ("enable stopped", "10002\tsunday\t0-4", "Periodic backups of box 10002 are enabled: sunday, 0-4."),
    ("enable stopped FRIDAY", "10002\tfriday\t0-4", "Periodic backups of box 10002 are enabled: friday, 0-4."),
    ("enable stopped 6 22-24", "10002\tsaturday\t22-24", "Periodic backups of box 10002 are enabled: saturday, 22-24."),
    ("change running --time 4-6", "10001\tmonday\t4-6", "Periodic backups of box 10001 are enabled: monday, 4-6."),
]


@pytest.mark.parametrize(("line", "row", "message"), SCHEDULES)
def test_schedules_are_shown_in_words(at_work: Shell, line: str, row: str, message: str) -> None:
    ran = at_work("backup", *line.split())
    assert (ran.code, ran.lines, ran.err) == (0, ["box\tday\ttime", row], f"{message}\n")
    number, day, time = row.split("\t")
    assert at_work("backup", "show", number, "--columns", "day,time").lines == ["day\ttime", f"{day}\t{time}"]
    data = json.loads(at_work("backup", "show", number, "-o", "json", "--columns", "day").out)
    assert isinstance(data["day"], int)


def test_the_columns_of_backups_do_not_depend_on_what_there_is(at_work: Shell) -> None:
    headers = {at_work("backup", "show", box).lines[0] for box in ("running", "stopped", "copied")}
    assert len(headers) == 1
    assert {"box", "manual.id", "biweekly.created", "day", "time"} <= {*headers.pop().split("\t")}


NARROWED = [
    ("backup list stopped 10001", ["10002", "10001"]),
    ("backup list --server stopped --box copied", ["10002", "10003"]),
    ("backup list --filter box=stopped", ["10002"]),
    ("backup list --filter box=10002", ["10002"]),
    ("backup list --filter box~^(stop|copied|10001)", ["10001", "10002", "10003"]),
    ("backup list --filter box!=stopped --filter box~10002|copied", ["10003"]),
    ("backup list --filter day=monday", ["10001"]),
    ("backup list --filter day=1", ["10001"]),
    ("ip list --filter box=stopped", ["10002"] * 3),
    ("ip list stopped copied --filter type=private", ["10002", "10003"]),
    ("ip list --droplet stopped", ["10002"] * 3),
]


@pytest.mark.parametrize(("line", "boxes"), NARROWED)
def test_lists_are_narrowed_to_boxes_by_number_or_name(at_work: Shell, line: str, boxes: list[str]) -> None:
    ran = at_work(*line.split(), "--columns", "box", "--no-header")
    assert (ran.code, ran.lines, ran.err) == (0, boxes, "")


def backup_id(account: Emulator, kind: str) -> str:
    return str(getattr(account.client().box(10001).backups(), kind).id)


@pytest.mark.parametrize("words", ["restore running ID", "restore running --id ID", "delete 10001 ID"])
def test_the_id_of_a_backup_stands_for_its_type(at_work: Shell, account: Emulator, words: str) -> None:
    number = backup_id(account, "daily")
    account.clear_journal()
    ran = at_work("backup", *words.replace("ID", number).split(), "--yes")
    assert (ran.code, ran.out) == (0, ""), ran.err
    assert f"/backups/10001/daily/{number}" in account.journal()[-1].line()


MOVES = ["ADDRESS stopped", "running ADDRESS stopped", "10001 NUMBER 10002", "NUMBER 10002", "running NUMBER stopped"]


@pytest.mark.parametrize("words", MOVES)
def test_the_owner_of_an_address_is_looked_up(at_work: Shell, account: Emulator, words: str) -> None:
    address = next(ip for ip in account.client().ips() if ip.floating)
    words = words.replace("ADDRESS", address.ip).replace("NUMBER", str(address.id))
    ran = at_work("ip", "move", *words.split())
    assert (ran.code, ran.out) == (0, ""), ran.err
    assert ran.err.endswith(" is being moved to box 10002.\n")
    assert next(ip.box_id for ip in account.client().ips() if ip.id == address.id) == 10002


CHECKS = [
    ("ping a running", {"ip": "198.18.39.17", "port": 7}),
    ("ssh a 10002", {"ip": "198.18.39.18", "port": 22}),
    ("HTTP a running", {"port": 80, "path": "/", "domainname": "198.18.39.17"}),
    ("https a running --domainname example.org --path /x", {"port": 443, "path": "/x", "domainname": "example.org"}),
    ("a --target running --type ping", {"name": "a", "checkType": "ping"}),
    ("--name a --server running --type http --port 8080 --contact-group admins", {"port": 8080}),
    ("porttcp a running 5432", {"checkType": "portTcp", "port": 5432}),
    ("dns a running --dns-type A --zone example.org --expected-answer 192.0.2.1", {"port": 53}),
]


@pytest.mark.parametrize(("words", "expected"), CHECKS)
@pytest.mark.parametrize("group", ["check", "monitoring"])
def test_checks_have_usual_values(at_work: Shell, words: str, expected: dict[str, object], group: str) -> None:
    ran = at_work(group, "create", *words.split(), "-o", "json")
    assert ran.code == 0, ran.err
    assert json.loads(ran.out).items() >= expected.items()


IMAGES = ["ubuntu_16_4_lts_64bit", "Ubuntu 16.04 LTS 64-Bit", "ubuntu 16.04 lts 64-bit"]


@pytest.mark.parametrize("image", IMAGES)
@pytest.mark.parametrize("dry", [True, False])
def test_a_distribution_is_found_by_its_name(at_work: Shell, account: Emulator, image: str, dry: bool) -> None:  # noqa: FBT001 (a parameter)
    ran = at_work("box", "create", "new", "--plan", "CloudLevel 1", "--image", image, *["--dry-run"] * dry)
    assert ran.code == 0, ran.err
    if dry:
        assert json.loads(ran.lines[-1]) == {"name": "new", "planid": "CloudLevel 1", "distribution": IMAGES[0]}
    else:
        assert account.journal()[-1].body == {"name": "new", "planid": "CloudLevel 1", "distribution": IMAGES[0]}
