"""A correct program with backups, IPs, contact groups, monitoring and the service's documentation. It is never run."""

from datetime import datetime, timedelta
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network
from typing import assert_type

from pydantic import JsonValue, SecretStr

from jiffybox_sdk import (
    Backoff,
    Backup,
    Backups,
    BackupType,
    Box,
    BoxStatus,
    ChangeCheck,
    Check,
    CheckResult,
    CheckStatus,
    CheckType,
    ContactGroup,
    ContactGroupStatus,
    Delegation,
    Distribution,
    DnsCheck,
    FtpCheck,
    HttpCheck,
    HttpsCheck,
    ImapCheck,
    Ip,
    IpType,
    JiffyBox,
    JiffyException,
    JiffyTimeoutException,
    ModuleDoc,
    MysqlCheck,
    NewCheck,
    Operation,
    PingCheck,
    Plan,
    Pop3Check,
    PortTcpCheck,
    PortUdpCheck,
    RateLimit,
    ResultCode,
    Schedule,
    SmtpCheck,
    SshCheck,
    TimeSlot,
    WaitResult,
    Weekday,
    operations,
    validate,
)
from jiffybox_sdk.models.requests import Command
from jiffybox_sdk.models.responses.call_doc import CallDoc
from jiffybox_sdk.models.responses.call_parameters import CallParameters
from jiffybox_sdk.models.responses.check_group import CheckGroup
from jiffybox_sdk.models.responses.parameter_doc import ParameterDoc


def use(*_: object) -> None:
    """Stands for what a program does with its values."""


def backups(client: JiffyBox, box: Box, kind: BackupType) -> None:
    assert_type(client.backups(), list[Backups])
    found = box.backups()
    assert_type(found, Backups)
    assert_type(found.box_id, int)
    assert_type(found.manual, Backup | None)
    assert_type(found.daily, Backup | None)
    assert_type(found.weekly, Backup | None)
    assert_type(found.biweekly, Backup | None)
    assert_type(found.day, Weekday | int | None)
    assert_type(found.time, TimeSlot | int | None)
    assert_type(found.of_type("daily"), Backup)
    assert_type(found.of_type(kind).created, datetime)
    assert_type(found.of_type(kind).id, str)
    assert_type(found.refresh(), Backups)
    assert_type(found.switch_on(Weekday.SUNDAY, TimeSlot.FROM_0_TO_4), Schedule)
    found.switch_on(day=0, time=3)
    changed = found.change_schedule(time=2)
    assert_type(changed.dayid, Weekday | int)
    assert_type(changed.timeid, TimeSlot | int)
    found.change_schedule(Weekday.MONDAY)
    assert_type(found.switch_off(), bool)
    assert_type(found.create_manual(), bool)
    assert_type(found.wait_for_manual(timedelta(hours=1), 30, progress=lambda box: box.status), Backups)
    assert_type(found.restore("manual"), bool)
    assert_type(found.delete(kind), bool)
    client.create_box("copy", 44, backupid=found.of_type("weekly"))
    Box.create(client, "copy", 44, found.of_type("weekly"))
    Backups({}, client, 1)


def addresses(client: JiffyBox, box: Box) -> None:
    assert_type(client.ips(), list[Ip])
    for ip in box.list_ips():
        assert_type(ip, Ip)
        assert_type((ip.id, ip.box_id, ip.ipVersion), tuple[int, int, int])
        assert_type(ip.ip, str)
        assert_type(ip.address, IPv4Address | IPv6Address)
        assert_type(ip.network, IPv4Network | IPv6Network)
        assert_type((ip.isSubnet, ip.floating), tuple[bool, bool])
        assert_type(ip.type, IpType | str)
        assert_type(ip.reverseLookup, str | Delegation)
        if isinstance(ip.reverseLookup, Delegation):
            assert_type(ip.reverseLookup.delegatedTo, list[str])
        assert_type(ip.move(box), bool)
        use(ip.move(to="1"), ip.move(2))
    Ip({}, client, 1, 2)


def contact_groups(client: JiffyBox) -> None:
    assert_type(client.contact_groups(), list[ContactGroup])
    group = client.contact_group(id=1)
    assert_type(group, ContactGroup)
    assert_type(client.create_contact_group("admins", ["a@example.org"]), ContactGroup)
    client.create_contact_group(name="admins", contacts=("a@example.org", "b@example.org"))
    assert_type((group.id, group.name, group.contacts), tuple[int, str, list[str]])
    assert_type(group.status, ContactGroupStatus | str)
    assert_type((group.ready, group.own), tuple[bool, bool])
    assert_type(group.refresh(), ContactGroup)
    assert_type(group.change(contacts=["b@example.org"]), ContactGroup)
    assert_type(group.duplicate("operators"), ContactGroup)
    assert_type(group.wait_until_ready(progress=lambda group: group.contacts), ContactGroup)
    assert_type(group.delete(), bool)
    assert_type(group.wait_until_deleted(60, timedelta(seconds=3)), None)
    ContactGroup({}, client)


def monitoring(client: JiffyBox, address: IPv4Address) -> None:
    assert_type(client.checks(), list[Check])
    check = client.check("1")
    assert_type(check, Check)
    new: list[NewCheck] = [
        PingCheck(name="ping", ip="198.51.100.7", port=1),
        SshCheck(name="ssh", ip=address, port=22, active=False),
        PortTcpCheck(name="tcp", ip=address, port=5432, contactGroups=[1, 2]),
        PortUdpCheck(name="udp", ip=address, port=7, sendMsg="hello", expectMsg="world"),
        HttpCheck(name="http", ip=address, port=80, domainname="example.org", path="/", password="secret"),
        HttpsCheck(name="https", ip=address, port=443, domainname="example.org", path="/", password=SecretStr("s")),
        SmtpCheck(name="smtp", ip=address, port=25, username="monitor", password="secret", timeout=5),
        MysqlCheck(name="mysql", ip=address, port=3306, username="monitor", password="secret"),
        Pop3Check(name="pop3", ip=address, port=110, username="monitor", password="secret", ssl=True),
        ImapCheck(name="imap", ip=address, port=143, username="monitor", password="secret"),
        FtpCheck(name="ftp", ip=address, port=21, checkInterval=60, reminderInterval=600, retryTolerance=0),
        DnsCheck(name="dns", ip=address, port=53, dnsType="A", zone="example.org", expectedAnswer="198.51.100.7"),
    ]
    assert_type(client.create_check(new[0]), Check)
    assert_type(check.duplicate(), Check)
    assert_type(check.duplicate(ChangeCheck(name="other", port=8080)), Check)
    assert_type(client.check_results(1), dict[int, CheckResult])
    assert_type(client.check_results(address)[1].code, ResultCode | int)
    assert_type(check.result().response, str)
    assert_type((check.id, check.jiffyBox, check.checkInterval), tuple[int, int, int])
    assert_type((check.name, check.ip), tuple[str, str])
    assert_type(check.checkType, CheckType | str)
    assert_type(check.status, CheckStatus | str)
    assert_type(check.contactGroups, list[CheckGroup])
    assert_type(check.port, int | None)
    assert_type(check.password, SecretStr | None)
    assert_type(check.domainname, str | None)
    assert_type(check.active, bool | None)
    assert_type(check.ready, bool)
    assert_type(check.refresh(), Check)
    assert_type(check.wait_until_ready(), Check)
    assert_type(check.delete(), bool)
    assert_type(check.wait_until_deleted(), None)
    Check({}, client)


def doc(client: JiffyBox) -> None:
    assert_type(client.modules(), dict[str, str])
    module = client.module("JiffyBoxes")
    assert_type(module, ModuleDoc)
    assert_type(module.description, str)
    assert_type(module.calls, dict[str, dict[str, CallDoc]])
    assert_type(module.calls["/"]["POST"].parameters, CallParameters)
    assert_type(module.calls["/"]["POST"].parameters.must, dict[str, ParameterDoc])


def several(client: JiffyBox, boxes: list[Box]) -> None:
    result = client.wait_for_all(boxes, "READY", 60, 7, concurrency=4, progress=lambda box: box.name)
    assert_type(result, WaitResult[Box])
    assert_type(result.boxes, list[Box])
    assert_type(result.raise_for_missing(), WaitResult[Box])
    try:
        result.raise_for_missing()
    except* JiffyTimeoutException as late:
        assert_type(late, ExceptionGroup[JiffyTimeoutException])
    assert_type(result.missing, dict[int, JiffyException])
    assert_type(result.complete, bool)
    assert_type(client.wait_until_all((box for box in boxes), lambda box: box.running), WaitResult[Box])
    assert_type(client.wait_until_all_deleted(boxes, timedelta(minutes=5)), WaitResult[Box])
    assert_type(client.wait_for_status(boxes[0].id, "FROZEN", 60, Backoff(), grace=5), Box)
    client.wait_for_status(id="1", status=BoxStatus.READY, progress=lambda box: box.name)
    client.wait_until_all(boxes, lambda box: box.running, grace=timedelta(seconds=2))
    backoff = Backoff(1, factor=1.5, most=30)
    assert_type((backoff.first, backoff.factor, backoff.most, backoff(1)), tuple[float, float, float, float])
    client.wait_for_all(boxes, "FROZEN", poll_interval=backoff, grace=0)
    client.wait_for_all(boxes, poll_interval=lambda attempt: timedelta(seconds=attempt))
    limit = RateLimit(calls=10, per=timedelta(seconds=25))
    assert_type((limit.calls, limit.per), tuple[int, float])
    JiffyBox("token", rate_limit=limit)


def payloads(payload: JsonValue) -> None:
    assert_type(validate(payload, "backup"), Backup)
    assert_type(validate(payload, "backups"), Backups)
    assert_type(validate(payload, "backups_by_box"), dict[str, Backups])
    assert_type(validate(payload, "schedule"), Schedule)
    assert_type(validate(payload, "ip"), Ip)
    assert_type(validate(payload, "ips"), dict[str, Ip])
    assert_type(validate(payload, "ips_by_box"), dict[str, dict[str, Ip]])
    assert_type(validate(payload, "contact_group"), ContactGroup)
    assert_type(validate(payload, "contact_groups"), dict[str, ContactGroup])
    assert_type(validate(payload, "check"), Check)
    assert_type(validate(payload, "checks"), dict[str, Check])
    assert_type(validate(payload, "check_result"), CheckResult)
    assert_type(validate(payload, "check_results"), dict[str, CheckResult])
    assert_type(validate(payload, "modules"), dict[str, str])
    assert_type(validate(payload, "module"), ModuleDoc)


def by_id(client: JiffyBox, check: HttpCheck, changes: ChangeCheck, any_call: Operation) -> None:
    assert_type(client.send(operations.list_boxes()), dict[str, Box])
    assert_type(client.send(operations.get_box(1)), Box)
    assert_type(client.send(operations.set_status(1, Command.START)), Box)
    assert_type(client.send(operations.update_metadata("1", {})), Box)
    assert_type(client.send(operations.duplicate_box(1, "web", 44)), Box)
    assert_type(client.send(operations.delete_box(1)), bool)
    assert_type(client.send(operations.list_plans()), dict[str, Plan])
    assert_type(client.send(operations.get_plan(44)), Plan)
    assert_type(client.send(operations.list_distributions()), dict[str, Distribution])
    assert_type(client.send(operations.get_distribution("a")), Distribution)
    assert_type(client.send(operations.list_backups()), dict[str, Backups])
    assert_type(client.send(operations.get_backups(1)), Backups)
    assert_type(client.send(operations.enable_backups(1, 0, 1)), Schedule)
    assert_type(client.send(operations.change_backups(1, 0, None)), Schedule)
    assert_type(client.send(operations.disable_backups(1)), bool)
    assert_type(client.send(operations.create_backup(1)), bool)
    assert_type(client.send(operations.restore_backup(1, "daily", "a")), bool)
    assert_type(client.send(operations.delete_backup(1, "daily", "a")), bool)
    assert_type(client.send(operations.list_ips()), dict[str, dict[str, Ip]])
    assert_type(client.send(operations.get_ips(1)), dict[str, Ip])
    assert_type(client.send(operations.move_ip(1, 2, 3)), bool)
    assert_type(client.send(operations.list_contact_groups()), dict[str, ContactGroup])
    assert_type(client.send(operations.get_contact_group(1)), ContactGroup)
    assert_type(client.send(operations.create_contact_group("a", ["a@example.org"])), ContactGroup)
    assert_type(client.send(operations.duplicate_contact_group(1, "a", None)), ContactGroup)
    assert_type(client.send(operations.change_contact_group(1, "a", None)), ContactGroup)
    assert_type(client.send(operations.delete_contact_group(1)), bool)
    assert_type(client.send(operations.list_checks()), dict[str, Check])
    assert_type(client.send(operations.get_check(1)), Check)
    assert_type(client.send(operations.create_check(check)), Check)
    assert_type(client.send(operations.duplicate_check(1, changes)), Check)
    assert_type(client.send(operations.delete_check(1)), bool)
    assert_type(client.send(operations.get_check_results(1)), dict[str, CheckResult])
    assert_type(client.send(operations.list_modules()), dict[str, str])
    assert_type(client.send(operations.get_module("Plans")), ModuleDoc)
    assert_type(operations.delete_box(1).as_curl(), str)
    assert_type(client.send(any_call, within=5), object)
