"""Programs that use every method of a client, and every verb of its records.

They expect what is invented of the service only from an emulator that does not vary, and what faults can change only
while none was triggered.
"""

from datetime import timedelta

import pytest

from jiffybox_sdk import (
    AsyncBox,
    AsyncJiffyBox,
    ChangeCheck,
    DnsCheck,
    Emulator,
    FtpCheck,
    HttpCheck,
    HttpsCheck,
    ImapCheck,
    JiffyArgumentException,
    JiffyMessageException,
    JiffyMismatchException,
    JiffyNotFoundException,
    JiffyTimeoutException,
    JiffyWaitException,
    MysqlCheck,
    PingCheck,
    Pop3Check,
    PortTcpCheck,
    PortUdpCheck,
    ResultCode,
    SmtpCheck,
    SshCheck,
    TimeSlot,
    Weekday,
)

INACTIVE = ("STATUS_DEACTIVATED", "STATUS_OFFLINE")
"""The status of an inactive check: the emulator's choice, and another one."""


def invented(emulator: Emulator, text: str) -> str:
    """Return the words of an invented message, as a pattern. Those of an emulator that varies may be any."""
    return text if emulator.vary is None else "rejected"


def not_found(emulator: Emulator) -> type[JiffyMessageException]:
    """Return the exception for a contact group or a check that does not exist, known by an invented message."""
    return JiffyNotFoundException if emulator.vary is None else JiffyMessageException


def saw_fault(emulator: Emulator) -> bool:
    """Return whether a fault was triggered."""
    return any(entry.fault for entry in emulator.journal())


async def box_life(client: AsyncJiffyBox, emulator: Emulator) -> None:
    assert await client.boxes() == []
    plan = await client.plan("CloudLevel 1")
    distribution = await client.distribution("debian_stretch_64bit")
    assert sorted(found.id for found in await client.plans()) == list(range(44, 56))
    assert distribution.id in [found.id for found in await client.distributions()]
    box = await client.create_box("web", plan, distribution=distribution, metadata={"role": "web"}, password="secret")
    assert (box.status, box.activeProfile, box.ready) == ("CREATING", None, False)
    seen: list[str] = []
    box = await box.wait_for_status("READY", progress=lambda box: seen.append(box.status))
    is_usual = emulator.vary is None and not saw_fault(emulator)
    assert seen == ["CREATING"] * (6 if is_usual else len(seen) - 1) + ["READY"]
    assert box.running
    assert box.metadata == {"role": "web"}
    changed = await box.update_metadata({"role": None, "n": [1]})
    assert changed.metadata == {"n": [1]}
    copy = await (await box.duplicate("copy", 45)).wait_until(lambda found: found.ready and found.running)
    assert (copy.name, copy.plan.id) == ("copy", 45)
    assert (await (await box.stop()).wait_for_status()).running is False
    assert (await (await box.start(47)).wait_for_status()).plan.id == 47
    assert (await box.pull_plug()).status == "UPDATING"
    box = await box.wait_for_status()
    assert (await box.freeze()).status == "FREEZING"
    assert (await box.wait_for_status("FROZEN")).status == "FROZEN"
    assert (await (await box.thaw(46)).wait_for_status()).plan.id == 46
    assert (await box.change_plan("CloudLevel 1")).status == "CHANGING PLAN"
    assert (await box.wait_for_status()).plan.name == "CloudLevel 1"
    assert {found.id for found in await client.boxes()} == {box.id, copy.id}
    assert await client.cost() == (await box.refresh()).cost() + (await copy.refresh()).cost()
    assert await box.delete() is True
    await box.wait_until_deleted()
    assert (await client.box(str(copy.id))).id == copy.id
    created = await AsyncBox.create(client, "other", 44, distribution="centos_7_64bit")
    assert created.status == "CREATING"


async def safe_creation(client: AsyncJiffyBox, emulator: Emulator) -> None:
    box = await client.ensure_box("web", 44, distribution="centos_7_64bit", metadata={"role": "web"})
    assert box.name == "web"
    assert box.status == "CREATING" or saw_fault(emulator)
    same = await client.ensure_box("web", "CloudLevel 1", distribution="centos_7_64bit", poll_interval=3)
    assert (same.id, same.status) == (box.id, "READY")
    with pytest.raises(JiffyMismatchException, match="plan is 44 instead of 45"):
        await client.ensure_box("web", 45, distribution="centos_7_64bit")
    await (await same.stop()).wait_for_status()
    assert [await box.delete(missing_ok=True) for _ in range(2)] == [True, True]
    box = await client.ensure_box("web", 45, distribution="debian_stretch_64bit")
    assert (box.id > same.id, box.plan.id) == (True, 45)
    assert await same.delete(missing_ok=True) is True


async def rejections(client: AsyncJiffyBox, emulator: Emulator) -> None:
    box = await (await client.create_box("web", 44, distribution="centos_7_64bit")).wait_for_status()
    with pytest.raises(JiffyNotFoundException, match="hat keine JiffyBox Nr"):
        await client.box(12345)
    with pytest.raises(JiffyMessageException, match="Der Name existiert bereits"):
        await client.create_box("web", 44, distribution="centos_7_64bit")
    with pytest.raises(JiffyMessageException, match=invented(emulator, "eingeschaltet")):
        await box.freeze()
    with pytest.raises(JiffyArgumentException, match="invalid name 'a/b'"):
        await client.create_box("a/b", 44, distribution="centos_7_64bit")
    with pytest.raises(JiffyArgumentException, match="exactly one of"):
        await client.create_box("db", 44)
    with pytest.raises(JiffyArgumentException, match="invalid box 0"):
        await client.box(0)
    with pytest.raises(JiffyTimeoutException, match="timed out after 10 s waiting for status FROZEN") as late:
        await box.wait_for_status("FROZEN", max_wait=timedelta(seconds=10), poll_interval=3)
    assert late.value.box.id == box.id
    with pytest.raises(JiffyWaitException) as never:
        await box.wait_until_deleted()
    assert "never requested" in str(never.value) or saw_fault(emulator)


async def several_boxes(client: AsyncJiffyBox, emulator: Emulator) -> None:
    boxes = [await client.create_box(f"web {n}", 44, distribution="centos_7_64bit") for n in range(4)]
    result = await client.wait_for_all(boxes, "READY", concurrency=3)
    assert [box.id for box in result.raise_for_missing().boxes] == [box.id for box in boxes]
    assert result.complete
    assert all(box.ready for box in result.boxes)
    for box in boxes[:3]:
        await box.stop()
    stopped = await client.wait_until_all(boxes, lambda box: not box.running, max_wait=60, concurrency=3)
    assert {box.id for box in stopped.boxes} <= {box.id for box in boxes[:3]}
    if not saw_fault(emulator):
        assert [box.id for box in stopped.boxes] == [box.id for box in boxes[:3]]
        assert {type(why) for why in stopped.missing.values()} == {JiffyTimeoutException}
    for box in boxes[:2]:
        await box.delete()
    gone = await client.wait_until_all_deleted(boxes[:3], concurrency=2)
    assert gone.missing.keys() == {box.id for box in boxes[:3]} - {box.id for box in gone.boxes}
    with pytest.raises(ExceptionGroup) as group:
        gone.raise_for_missing()
    if not saw_fault(emulator):
        assert [box.id for box in gone.boxes] == [boxes[0].id, boxes[1].id]
        assert "never requested" in str(group.value.exceptions[0])


async def backups(client: AsyncJiffyBox, emulator: Emulator) -> None:
    box = await (await client.create_box("web", 44, distribution="centos_7_64bit")).wait_for_status()
    found = await box.backups()
    assert (found.box_id, found.manual, found.day) == (box.id, None, None)
    schedule = await found.switch_on(Weekday.MONDAY, TimeSlot.FROM_4_TO_6)
    assert (schedule.dayid, schedule.timeid) == (Weekday.MONDAY, TimeSlot.FROM_4_TO_6)
    assert (await found.change_schedule(time=3)).timeid == 3
    assert await found.create_manual() is True
    if emulator.vary is None:  # otherwise, it may be complete
        with pytest.raises(JiffyMessageException, match="wird gerade ein manuelles Backup erstellt"):
            await found.create_manual()
    made = await found.wait_for_manual()
    assert made.manual is not None
    with pytest.raises(JiffyWaitException, match="no manual backup was made"):
        await made.wait_for_manual()
    emulator.advance(20 * 86400)
    listed = await client.backups()
    assert [found.box_id for found in listed] == [box.id]
    assert None not in (listed[0].daily, listed[0].weekly, listed[0].biweekly)
    assert (listed[0].day, listed[0].time) == (Weekday.MONDAY, 3)
    assert await listed[0].restore("daily") is True
    assert (await box.refresh()).status == "UPDATING" or emulator.vary is not None
    box = await box.wait_for_status()
    copy = await (await client.create_box("copy", 45, backupid=listed[0].of_type("weekly"))).wait_for_status()
    assert copy.activeProfile is not None
    assert copy.activeProfile.disks["xvda"].distribution == "centos_7_64bit"
    assert await listed[0].delete("weekly") is True
    emulator.run_until_idle()
    assert (await found.refresh()).weekly is None
    assert await found.switch_off() is True
    rest = await box.backups()
    assert (rest.daily, rest.day, rest.manual) == (None, None, made.manual)
    with pytest.raises(JiffyArgumentException, match="had none when this record was read"):
        await rest.delete("daily")


async def addresses(client: AsyncJiffyBox, emulator: Emulator) -> None:
    web = await (await client.create_box("web", 44, distribution="centos_7_64bit")).wait_for_status()
    db = await (await client.create_box("db", 44, distribution="centos_7_64bit")).wait_for_status()
    text = emulator.add_floating_ip(web)
    assert text in (await web.refresh()).public_ips
    found = {ip.ip: ip for ip in await web.list_ips()}
    if emulator.vary is None:
        assert [ip.type for ip in found.values()] == ["public", "private", "public", "public"]
    fixed, floating = found[web.public_ips[0]], found[text]
    assert (fixed.floating, fixed.box_id, floating.floating, str(floating.address)) == (False, web.id, True, text)
    assert await floating.move(db) is True
    emulator.run_until_idle()
    assert text in [ip.ip for ip in await db.list_ips()]
    assert {ip.box_id for ip in await client.ips()} == {web.id, db.id}
    for ip in [ip for ip in found.values() if ip != floating]:
        with pytest.raises(JiffyArgumentException, match="expected a floating IPv4"):
            await ip.move(db.id)
    with pytest.raises(JiffyNotFoundException):
        await next(ip for ip in await db.list_ips() if ip.floating).move(99)


async def contact_groups(client: AsyncJiffyBox, emulator: Emulator) -> None:
    (own,) = await client.contact_groups()
    assert own.own
    with pytest.raises(JiffyArgumentException, match="it is the account's own contact group"):
        await own.change("mine")
    with pytest.raises(JiffyArgumentException, match="it is the account's own contact group"):
        await own.delete()
    group = await client.create_contact_group("admins", ["a@example.org"])
    assert (group.status, group.ready) == ("STATUS_CREATING", False)
    group = await group.wait_until_ready()
    assert (await group.change(contacts=["a@example.org", "b@example.org"])).status == "STATUS_UPDATING"
    group = await group.wait_until_ready()
    assert group.contacts == ["a@example.org", "b@example.org"]
    copy = await (await group.duplicate("operators")).wait_until_ready()
    assert copy.contacts == group.contacts
    other = await group.duplicate(contacts=["c@example.org"])
    assert other.name == "admins" or emulator.vary is not None
    assert other.contacts == ["c@example.org"]
    assert await client.contact_group(copy.id) == await copy.refresh() == copy
    assert await copy.delete() is True
    await copy.wait_until_deleted()
    with pytest.raises(not_found(emulator)):
        await copy.refresh()


async def monitoring(client: AsyncJiffyBox, emulator: Emulator) -> None:
    box = await (await client.create_box("web", 44, distribution="centos_7_64bit")).wait_for_status()
    group = await (await client.create_contact_group("admins", ["a@example.org"])).wait_until_ready()
    ip = box.public_ips[0]
    for new in (
        PingCheck(name="ping", ip=ip, port=1),
        SshCheck(name="ssh", ip=ip, port=22),
        PortTcpCheck(name="tcp", ip=ip, port=5432),
        PortUdpCheck(name="udp", ip=ip, port=7, sendMsg="hello", expectMsg="world"),
        HttpCheck(name="http", ip=ip, port=80, domainname="example.org", path="/", contactGroups=[group.id]),
        HttpsCheck(name="https", ip=ip, port=443, domainname="example.org", path="/", username="a", password="b"),
        SmtpCheck(name="smtp", ip=ip, port=25, username="a", password="b"),
        MysqlCheck(name="mysql", ip=ip, port=3306, username="a", password="b"),
        Pop3Check(name="pop3", ip=ip, port=110, username="a", password="b", ssl=True),
        ImapCheck(name="imap", ip=ip, port=143, username="a", password="b"),
        FtpCheck(name="ftp", ip=ip, port=21, checkInterval=60, reminderInterval=600, retryTolerance=0, timeout=5),
        DnsCheck(name="dns", ip=ip, port=53, dnsType="A", zone="example.org", expectedAnswer=ip, active=False),
    ):
        created = await client.create_check(new)
        assert (created.name, created.jiffyBox, created.port) == (new.name, box.id, new.port)
        assert created.status == "STATUS_CREATING"
    emulator.run_until_idle()
    checks = {check.name: check for check in await client.checks()}
    assert {str(check.checkType).lower() for check in checks.values()} >= {"http", "dns", "portudp"}
    assert [(told.id, told.name) for told in checks["http"].contactGroups] == [(group.id, "admins")]
    assert (checks["ftp"].checkInterval, checks["ssh"].checkInterval) == (60, 300)
    assert checks["dns"].status in INACTIVE[: 1 if emulator.vary is None else 2]
    assert (await checks["http"].result()).code == ResultCode.OK
    assert (await client.check_results(ip)).keys() == {check.id for check in checks.values()}
    copy = await checks["http"].duplicate(ChangeCheck(name="http 2", port=8080))
    copy = await copy.wait_until_ready()
    assert (copy.name, copy.port, copy.domainname) == ("http 2", 8080, "example.org")
    assert await client.check(copy.id) == await copy.refresh() == copy
    assert await copy.delete() is True
    await copy.wait_until_deleted()
    with pytest.raises(not_found(emulator)):
        await copy.result()
    with pytest.raises(JiffyArgumentException, match="an IPv4 address"):
        await client.check_results("2001:db8::1")
    with pytest.raises(JiffyArgumentException, match="a check of the type http has no zone"):
        await checks["http"].duplicate(ChangeCheck(zone="example.org"))
    assert (await client.check_results(checks["ssh"])).keys() == {checks["ssh"].id}
    resting = await (await client.create_check(PingCheck(name="rest", ip=ip, port=1, active=False))).wait_until_ready()
    assert resting.status in INACTIVE[: 1 if emulator.vary is None else 2]


async def documentation(client: AsyncJiffyBox, emulator: Emulator) -> None:
    modules = await client.modules()
    assert sorted(modules) == list(modules) or emulator.vary is not None
    assert len(modules) == 8
    for name in modules:
        assert (await client.module(name)).calls
    assert (await client.module("Ips")).calls["/<box>/<ip>/move"]["PUT"].parameters.must.keys() == {"targetid"}
    with pytest.raises(JiffyMessageException, match="Das Modul Nope existiert nicht"):
        await client.module("Nope")


PROGRAMS = (
    box_life,
    safe_creation,
    rejections,
    several_boxes,
    backups,
    addresses,
    contact_groups,
    monitoring,
    documentation,
)
