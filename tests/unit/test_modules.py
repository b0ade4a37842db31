"""Invalid input to backups, addresses, contact groups and monitoring, and their special cases."""

import re
from collections.abc import Callable

import pytest

from jiffybox_sdk import (
    Backups,
    Box,
    Check,
    ContactGroup,
    Emulator,
    Ip,
    JiffyArgumentException,
    JiffyBox,
    JiffyMessageException,
    JiffyNotFoundException,
    JiffyTimeoutException,
    JiffyWaitException,
    NewCheck,
    PingCheck,
    ResultCode,
    operations,
)
from tests.support.scripted import TOKEN, ask, envelope, example, scripted, unchecked

MANY = [f"a{number}@example.org" for number in range(11)]


def ip(client: JiffyBox, **changes: object) -> Ip:
    return Ip({**example("ip"), "floating": "true", "ipVersion": 4, "isSubnet": False, **changes}, client, box_id=5)


def group(client: JiffyBox, **changes: object) -> ContactGroup:
    return ContactGroup({**example("contact-group"), **changes}, client)


def ping(**changes: object) -> NewCheck:
    return unchecked(PingCheck)(**{"name": "ping", "ip": "198.18.0.1", "port": 1, **changes})


Attempt = Callable[[JiffyBox], object]

INVALID: list[tuple[str, Attempt, str]] = [
    ("day 7", lambda c: Backups({}, c, 5).switch_on(7, 1), "invalid dayid 7"),
    ("day -1", lambda c: Backups({}, c, 5).switch_on(-1, 1), "invalid dayid -1"),
    ("day True", lambda c: unchecked(Backups({}, c, 5).switch_on)(True, 1), "invalid dayid True"),  # noqa: FBT003
    ("slot 7", lambda c: Backups({}, c, 5).switch_on(0, 7), "invalid timeid 7"),
    ("slot None", lambda c: unchecked(Backups({}, c, 5).switch_on)(0, None), "EnableBackups needs timeid"),
    ("no change", lambda c: Backups({}, c, 5).change_schedule(), "pass at least one of dayid and timeid"),
    ("a backup that is not there", lambda c: Backups({}, c, 5).restore("daily"), "the box had none"),
    ("a type of backup", lambda c: unchecked(Backups({}, c, 5).delete)("hourly"), "expected one of manual, daily"),
    ("backups of no box", lambda c: c.send(operations.get_backups("x")), "invalid box 'x'"),
    ("ips of no box", lambda c: c.send(unchecked(operations.get_ips)(None)), "invalid box None"),
    ("a fixed address", lambda c: ip(c, floating="false").move(6), "expected a floating IPv4 address"),
    ("an IPv6 address", lambda c: ip(c, ipVersion=6, ip="2001:db8::1").move(6), "expected a floating IPv4"),
    ("a subnet", lambda c: ip(c, isSubnet=True, ip="198.18.0.0/24").move(6), "expected a floating IPv4"),
    ("a target", lambda c: unchecked(ip(c).move)("x"), "invalid target 'x'"),
    ("no contacts", lambda c: c.create_contact_group("a", []), r"invalid contacts \[\]: expected 1 to 10"),
    ("eleven contacts", lambda c: c.create_contact_group("a", MANY), "invalid contacts .*: expected 1 to 10"),
    ("no address", lambda c: c.create_contact_group("a", ["nobody"]), r"invalid contacts\[0\] 'nobody'"),
    ("one text", lambda c: c.create_contact_group("a", "a@example.org"), "expected a list of strings"),
    ("a name", lambda c: c.create_contact_group("a/b", ["a@example.org"]), "invalid name 'a/b'"),
    ("own group", lambda c: group(c, name="Stammdaten-E-Mail-Adresse").change("a"), "it is the account's own"),
    ("own group deleted", lambda c: group(c, name="Stammdaten-E-Mail-Adresse").delete(), "it is the account's own"),
    ("nothing to change", lambda c: group(c).change(), "pass at least one of name and contacts"),
    (
        "a check of no type",
        lambda c: c.create_check(unchecked(NewCheck)(name="a", ip="198.18.0.1", port=1)),
        "NewCheck",
    ),
    ("a check as a dict", lambda c: unchecked(c.create_check)({"checkType": "ping"}), "invalid check of type dict"),
    ("port 0", lambda c: c.create_check(ping(port=0)), "invalid port 0"),
    ("port 65536", lambda c: c.create_check(ping(port=65536)), "invalid port 65536"),
    ("an IPv6 check", lambda c: c.create_check(ping(ip="2001:db8::1")), "invalid ip '2001:db8::1'"),
    (
        "a domain",
        lambda c: c.create_check(ping(domainname="example.org")),
        "unknown argument domainname: PingCheck takes",
    ),
    ("group 0", lambda c: c.create_check(ping(contactGroups=[0])), r"invalid contactGroups\[0\] 0"),
    ("results of IPv6", lambda c: c.check_results("2001:db8::1"), "expected the id of a check or an IPv4 address"),
    ("results of 0", lambda c: c.check_results(0), "invalid check 0"),
    ("module", lambda c: c.module(".."), "invalid module '..'"),
    ("changes", lambda c: unchecked(Check(example("check"), c).duplicate)({"name": "a"}), "expected a ChangeCheck"),
]


@pytest.mark.parametrize(("attempt", "message"), [row[1:] for row in INVALID], ids=[row[0] for row in INVALID])
def test_nothing_is_sent_for_invalid_arguments(attempt: Attempt, message: str) -> None:
    client, script, _ = scripted(envelope(True))  # noqa: FBT003 (the response)
    with pytest.raises(JiffyArgumentException, match=message):
        attempt(client)
    assert script.requests == []


BOX, OTHER, GONE = 10001, 10002, 99999
CHECK = {"name": "ping", "ip": "198.18.39.17", "checkType": "ping", "port": 1}

INVALID_REQUESTS: dict[str, tuple[str, str, object, str]] = {
    "backups of an unknown box": ("GET", f"backups/{GONE}", None, "hat keine JiffyBox Nr. 99999"),
    "day 7": ("POST", f"backups/{OTHER}", {"dayid": 7, "timeid": 1}, "Der Parameter dayid"),
    "slot 7": ("POST", f"backups/{OTHER}", {"dayid": 0, "timeid": 7}, "Der Parameter timeid"),
    "no slot": ("POST", f"backups/{OTHER}", {"dayid": 0}, "Der Parameter timeid"),
    "schedule twice": ("POST", f"backups/{BOX}", {"dayid": 0, "timeid": 1}, "bereits periodische Backups"),
    "no schedule to change": ("PUT", f"backups/{OTHER}", {"dayid": 0}, "keine periodischen Backups"),
    "no schedule to end": ("DELETE", f"backups/{OTHER}", None, "keine periodischen Backups"),
    "no change of the schedule": ("PUT", f"backups/{BOX}", {"dayid": None}, "mindestens einer der Parameter"),
    "a second manual backup": ("POST", f"backups/{OTHER}/manual", None, "wird gerade ein manuelles Backup erstellt"),
    "restoring meanwhile": ("POST", f"backups/{OTHER}/manual/<backup of the other>", None, "gerade ein manuelles"),
    "a backup of another box": ("POST", f"backups/{BOX}/manual/<backup of the other>", None, "existiert nicht"),
    "a backup of another type": ("POST", f"backups/{BOX}/daily/<backup>", None, "existiert nicht"),
    "no such backup": ("DELETE", f"backups/{BOX}/manual/{'0' * 32}", None, "existiert nicht"),
    "no such type": ("DELETE", f"backups/{BOX}/hourly/<backup>", None, "existiert nicht"),
    "a box from an unknown backup": (
        "POST", "jiffyBoxes", {"name": "c", "planid": 44, "backupid": "0" * 32}, "Das Backup 0+ existiert nicht"
    ),
    "ips of an unknown box": ("GET", f"ips/{GONE}", None, "hat keine JiffyBox"),
    "no such ip": ("PUT", f"ips/{BOX}/1/move", {"targetid": OTHER}, "Die IP-Adresse 1 existiert nicht"),
    "the ip of another box": ("PUT", f"ips/{OTHER}/<floating>/move", {"targetid": BOX}, "existiert nicht"),
    "a fixed ip": ("PUT", f"ips/{BOX}/2001/move", {"targetid": OTHER}, "kann nicht verschoben werden"),
    "an IPv6 subnet": ("PUT", f"ips/{BOX}/2003/move", {"targetid": OTHER}, "kann nicht verschoben werden"),
    "to an unknown box": ("PUT", f"ips/{BOX}/<floating>/move", {"targetid": GONE}, "hat keine JiffyBox"),
    "without a target": ("PUT", f"ips/{BOX}/<floating>/move", {}, "Der Parameter targetid"),
    "no contacts": ("POST", "contactGroups", {"name": "a", "contacts": []}, "Der Parameter contacts"),
    "eleven contacts": ("POST", "contactGroups", {"name": "a", "contacts": MANY}, "Der Parameter contacts"),
    "no address": ("POST", "contactGroups", {"name": "a", "contacts": ["nobody"]}, "Der Parameter contacts"),
    "a group's name": ("POST", "contactGroups", {"name": "admins", "contacts": ["a@b.de"]}, "existiert bereits"),
    "a copy's name": ("POST", "contactGroups/2", {"name": "admins"}, "existiert bereits"),
    "a copy of an unknown group": ("POST", "contactGroups/99", {"name": "a"}, "Nr. 99 existiert nicht"),
    "the own group": ("PUT", "contactGroups/1", {"name": "a"}, "kann nicht geaendert werden"),
    "the own group deleted": ("DELETE", "contactGroups/1", None, "kann nicht geaendert werden"),
    "nothing to change": ("PUT", "contactGroups/2", {"name": None}, "mindestens einer der Parameter"),
    "a busy group": ("DELETE", "contactGroups/3", None, "wird gerade bearbeitet"),
    "no type": ("POST", "monitoring", {**CHECK, "checkType": "telnet"}, "Der Parameter checkType"),
    "no domain": ("POST", "monitoring", {**CHECK, "checkType": "http", "path": "/"}, "Der Parameter domainname"),
    "a domain": ("POST", "monitoring", {**CHECK, "domainname": "a.de"}, "Der Parameter domainname"),
    "no such group": ("POST", "monitoring", {**CHECK, "contactGroups": [99]}, "Die Kontaktgruppe Nr. 99"),
    "an IPv6 check": ("POST", "monitoring", {**CHECK, "ip": "2001:db8::1"}, "Der Parameter ip"),
    "an address of another account": ("POST", "monitoring", {**CHECK, "ip": "192.0.2.1"}, "existiert nicht"),
    "results of an unknown check": ("GET", "monitoring/99/status", None, "Der Monitoring-Check Nr. 99 existiert nicht"),
    "a copy of another type": ("POST", "monitoring/1001", {"zone": "a.de"}, "Der Parameter zone"),
    "a busy check": ("DELETE", "monitoring/1002", None, "wird gerade bearbeitet"),
    "no such module": ("GET", "doc/Nope", None, "Das Modul Nope existiert nicht"),
}  # fmt: skip


def furnished() -> tuple[Emulator, dict[str, str]]:
    """An account with objects of each kind, and values for the placeholders of their ids."""
    emulator = Emulator("manual", token=TOKEN)
    with emulator.client() as client:
        one, two = (client.create_box(name, 44, distribution="centos_7_64bit") for name in ("web", "db"))
        emulator.run_until_idle()
        client.create_contact_group("admins", ["a@example.org"])
        client.create_check(PingCheck(name="ping", ip=one.refresh().public_ips[0], port=1))
        for box in (one, two):
            box.backups().create_manual()
        one.backups().switch_on(0, 1)
        emulator.add_floating_ip(one)
        emulator.run_until_idle()
        floating = next(ip for ip in one.list_ips() if ip.floating)
        backups = {"<backup>": one.backups(), "<backup of the other>": two.backups()}
        # The following work is in progress from here on.
        two.backups().create_manual()
        client.create_contact_group("busy", ["a@example.org"])
        client.create_check(PingCheck(name="busy", ip=one.public_ips[0], port=1))
        return emulator, {
            "<floating>": str(floating.id),
            **{name: each.of_type("manual").id for name, each in backups.items()},
        }


@pytest.mark.parametrize(("verb", "path", "body", "text"), INVALID_REQUESTS.values(), ids=INVALID_REQUESTS)
def test_the_emulator_rejects_invalid_requests_without_effect(verb: str, path: str, body: object, text: str) -> None:
    emulator, known = furnished()
    for name, number in known.items():
        path = path.replace(name, number)
    looks = ("jiffyBoxes", "backups", "ips", "contactGroups", "monitoring")
    before = [ask(emulator, "GET", look) for look in looks]
    (message,), result = ask(emulator, verb, path, body)
    assert result is (None if "Der Name existiert bereits." in message else False)
    assert re.search(text, message), message
    assert [ask(emulator, "GET", look) for look in looks] == before


def test_a_check_follows_its_address() -> None:
    emulator = Emulator("manual")
    with emulator.client() as client:
        one, two = (client.create_box(name, 44, distribution="centos_7_64bit") for name in ("web", "db"))
        address = emulator.add_floating_ip(one)
        emulator.run_until_idle()
        check = client.create_check(PingCheck(name="ping", ip=address, port=1))
        emulator.run_until_idle()
        next(ip for ip in one.list_ips() if ip.floating).move(two)
        assert check.refresh().jiffyBox == two.id
        two.stop()
        one.stop()
        emulator.run_until_idle()
        assert check.result().code == ResultCode.CRITICAL
        one.delete()
        emulator.run_until_idle()
        assert [each.id for each in client.checks()] == [check.id]
        two.delete()
        emulator.run_until_idle()
        assert client.checks() == []


def test_manual_backups_have_unique_ids_even_at_the_same_time() -> None:
    emulator = Emulator("instant")
    with emulator.client() as client:
        box = client.create_box("web", 44, distribution="centos_7_64bit").wait_for_status()
        backups, seen = box.backups(), set[str]()
        for _ in range(3):
            backups.create_manual()
            backups = backups.wait_for_manual()
            seen.add(backups.of_type("manual").id)
        assert len(seen) == 3
        backups.delete("manual")
        assert backups.refresh().manual is None
        backups.create_manual()
        assert backups.wait_for_manual().of_type("manual").id not in seen


def test_a_backup_that_is_being_deleted_does_not_exist() -> None:
    emulator = Emulator("manual")
    with emulator.client() as client:
        box = client.create_box("web", 44, distribution="centos_7_64bit")
        emulator.run_until_idle()
        box.backups().create_manual()
        emulator.run_until_idle()
        backups = box.backups()
        backups.delete("manual")
        for again in (backups.delete, backups.restore):
            with pytest.raises(JiffyNotFoundException):
                again("manual")


def test_a_box_with_a_running_backup_is_not_frozen() -> None:
    emulator = Emulator("manual")
    with emulator.client() as client:
        box = client.create_box("web", 44, distribution="centos_7_64bit")
        emulator.run_until_idle()
        box.stop()
        emulator.run_until_idle()
        box.backups().create_manual()
        with pytest.raises(JiffyMessageException, match="manuelles Backup"):
            box.freeze()


def answering(status: str) -> JiffyBox:
    client, _, _ = scripted(envelope({**example("contact-group"), "status": status}))
    return client


def test_a_group_in_the_state_deleted_counts_as_deleted() -> None:
    group(answering("STATUS_DELETED")).wait_until_deleted()


@pytest.mark.parametrize("wait", [ContactGroup.wait_until_deleted, ContactGroup.wait_until_ready])
def test_an_error_state_ends_waiting_at_once(wait: Callable[[ContactGroup], object]) -> None:
    with pytest.raises(JiffyWaitException, match=r"the work on the contact group failed .*STATUS_ERROR") as failed:
        wait(group(answering("STATUS_ERROR")))
    assert failed.value.record.status == "STATUS_ERROR"
    with pytest.raises(AttributeError, match="no box: the wait was for a ContactGroup"):
        _ = failed.value.box


def test_waiting_for_a_manual_backup_polls_the_box_once_per_interval() -> None:
    seen = [{**example("box"), "manualBackupRunning": running} for running in (True, True, False)]
    client, script, clock = scripted(*map(envelope, seen), envelope({"manual": {"id": "0" * 32, "created": 1}}))
    assert Backups({}, client, 12345).wait_for_manual().manual is not None
    assert [request.url.path.split("/")[-2] for request in script.requests] == [*["jiffyBoxes"] * 3, "backups"]
    assert clock.slept == [7, 7]


def test_waiting_for_a_manual_backup_ends_in_time() -> None:
    client, _, clock = scripted(envelope({**example("box"), "manualBackupRunning": True}))
    with pytest.raises(JiffyTimeoutException, match="timed out after 20 s waiting for its manual backup"):
        Backups({}, client, 12345).wait_for_manual(20)
    assert sum(clock.slept) == 20


@pytest.mark.parametrize("name", ["ips", "backups"])
def test_there_is_one_way_to_list_what_all_boxes_have_and_one_for_a_box(name: str) -> None:
    assert [method for method in dir(JiffyBox) if name in method and not method.startswith("_")] == [name]
    call = {"ips": "list_ips", "backups": "backups"}[name]
    assert [method for method in vars(Box) if name in method and callable(getattr(Box, method))] == [call]
