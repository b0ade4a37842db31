"""The table for each kind of record."""

from jiffybox_sdk import Backups, Box, Check, CheckResult, ContactGroup, Distribution, Ip, ModuleDoc, Plan, Schedule
from jiffybox_sdk._cli.output.rows import Cell, Row, Table


def _box(box: Box) -> Row:
    computed: dict[str, Cell] = {"plan": box.plan.name, "address": ", ".join(box.public_ips), "ready": box.ready}
    return Row(str(box.id), box.name, record=box, computed=computed)


def _named(record: Plan | ContactGroup | Check) -> Row:
    return Row(str(record.id), record.name, record=record)


def _call(item: tuple[ModuleDoc, str, str]) -> Row:
    module, path, verb = item
    call = module.calls[path][verb]
    must, may = ", ".join(call.parameters.must), ", ".join(call.parameters.may)
    values = {"call": path, "verb": verb, "description": call.description, "must": must, "may": may}
    return Row(f"{verb} {path}", f"{verb} {path}", values)


class Tables:
    """The table for each kind of record. Records that the service lists by key have a column for the key."""

    boxes = Table[Box](("id", "name", "status", "running", "plan", "address"), _box, Box, ("ready",))
    plans = Table[Plan](
        ("id", "name", "cpus", "ramInMB", "diskSizeInMB", "pricePerHour", "pricePerHourFrozen", "priceCap"),
        _named,
        Plan,
    )
    distributions = Table[Distribution](
        ("id", "name", "minDiskSizeMB", "rootdiskMode", "defaultKernel"),
        lambda distribution: Row(distribution.id, distribution.name, {"id": distribution.id}, distribution),
        Distribution,
    )
    backups = Table[Backups](
        ("box", "manual.created", "daily.created", "weekly.created", "biweekly.created", "day", "time"),
        lambda backups: Row(str(backups.box_id), f"backups of {backups.box_id}", {"box": backups.box_id}, backups),
        Backups,
    )
    schedules = Table[tuple[int, Schedule]](
        ("box", "dayid", "timeid"),
        lambda item: Row(str(item[0]), f"schedule of {item[0]}", {"box": item[0]}, item[1]),
        Schedule,
    )
    ips = Table[Ip](
        ("id", "box", "ip", "type", "floating", "reverseLookup"),
        lambda ip: Row(str(ip.id), ip.ip, {"box": ip.box_id}, ip),
        Ip,
    )
    contact_groups = Table[ContactGroup](("id", "name", "status", "contacts"), _named, ContactGroup)
    checks = Table[Check](("id", "name", "checkType", "status", "ip", "port", "contactGroups"), _named, Check)
    results = Table[tuple[int, CheckResult]](
        ("check", "code", "response"),
        lambda item: Row(str(item[0]), f"check {item[0]}", {"check": item[0]}, item[1]),
        CheckResult,
    )
    modules = Table[tuple[str, str]](
        ("id", "description"), lambda item: Row(item[0], item[0], {"id": item[0], "description": item[1]})
    )
    calls = Table[tuple[ModuleDoc, str, str]](("call", "verb", "description", "must", "may"), _call)
