"""The table of each kind of record."""

from typing import ClassVar

from jiffybox_sdk import Backups, Box, Check, CheckResult, ContactGroup, Distribution, Ip, ModuleDoc, Plan, Schedule
from jiffybox_sdk._cli.output.rows import Cell, Row, Table


def _box(box: Box) -> Row:
    computed: dict[str, Cell] = {"plan": box.plan.name, "address": ", ".join(box.public_ips), "ready": box.ready}
    return Row(str(box.id), box.name, record=box, computed=computed)


def _named(record: Plan | ContactGroup | Check) -> Row:
    return Row(str(record.id), record.name, record=record)


def _distribution(distribution: Distribution) -> Row:
    return Row(distribution.id, distribution.name, {"id": distribution.id}, distribution)


def _backups(backups: Backups) -> Row:
    return Row(str(backups.box_id), f"backups of {backups.box_id}", {"box": backups.box_id}, backups)


def _schedule(item: tuple[int, Schedule]) -> Row:
    box, schedule = item
    return Row(str(box), f"schedule of {box}", {"box": box}, schedule)


def _ip(ip: Ip) -> Row:
    return Row(str(ip.id), ip.ip, {"box": ip.box_id}, ip)


def _result(item: tuple[int, CheckResult]) -> Row:
    check, result = item
    return Row(str(check), f"check {check}", {"check": check}, result)


def _module(item: tuple[str, str]) -> Row:
    name, description = item
    return Row(name, name, {"id": name, "description": description})


def _call(item: tuple[ModuleDoc, str, str]) -> Row:
    module, path, verb = item
    call = module.calls[path][verb]
    must, may = ", ".join(call.parameters.must), ", ".join(call.parameters.may)
    values = {"call": path, "verb": verb, "description": call.description, "must": must, "may": may}
    return Row(f"{verb} {path}", f"{verb} {path}", values)


class Tables:
    """The table of each kind of record. Records that the service lists by key have a column for the key."""

    boxes: ClassVar[Table[Box]] = Table(("id", "name", "status", "running", "plan", "address"), _box, Box, ("ready",))
    plans: ClassVar[Table[Plan]] = Table(
        ("id", "name", "cpus", "ramInMB", "diskSizeInMB", "pricePerHour", "pricePerHourFrozen", "priceCap"),
        _named,
        Plan,
    )
    distributions: ClassVar[Table[Distribution]] = Table(
        ("id", "name", "minDiskSizeMB", "rootdiskMode", "defaultKernel"), _distribution, Distribution
    )
    backups: ClassVar[Table[Backups]] = Table(
        ("box", "manual.created", "daily.created", "weekly.created", "biweekly.created", "day", "time"),
        _backups,
        Backups,
    )
    schedules: ClassVar[Table[tuple[int, Schedule]]] = Table(("box", "dayid", "timeid"), _schedule, Schedule)
    ips: ClassVar[Table[Ip]] = Table(("id", "box", "ip", "type", "floating", "reverseLookup"), _ip, Ip)
    contact_groups: ClassVar[Table[ContactGroup]] = Table(("id", "name", "status", "contacts"), _named, ContactGroup)
    checks: ClassVar[Table[Check]] = Table(
        ("id", "name", "checkType", "status", "ip", "port", "contactGroups"), _named, Check
    )
    results: ClassVar[Table[tuple[int, CheckResult]]] = Table(("check", "code", "response"), _result, CheckResult)
    modules: ClassVar[Table[tuple[str, str]]] = Table(("id", "description"), _module)
    calls: ClassVar[Table[tuple[ModuleDoc, str, str]]] = Table(("call", "verb", "description", "must", "may"), _call)
