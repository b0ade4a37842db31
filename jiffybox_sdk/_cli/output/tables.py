"""How each kind of thing that the service knows is shown as a row."""

from jiffybox_sdk import Backups, Box, Check, CheckResult, ContactGroup, Distribution, Ip, ModuleDoc, Plan, Schedule
from jiffybox_sdk._cli.output.rows import Cell, Row, Table, row

BOXES = Table(
    ("id", "name", "status", "running", "plan", "address"),
    Box,
    frozenset({"plan", "address", "ready"}),
)
PLANS = Table(("id", "name", "cpus", "ramInMB", "diskSizeInMB", "pricePerHour", "pricePerHourFrozen", "priceCap"), Plan)
DISTRIBUTIONS = Table(("id", "name", "minDiskSizeMB", "rootdiskMode", "defaultKernel"), Distribution, frozenset({"id"}))
BACKUPS = Table(
    ("box", "manual.created", "daily.created", "weekly.created", "biweekly.created", "day", "time"),
    Backups,
    frozenset({"box"}),
)
SCHEDULES = Table(("box", "dayid", "timeid"), Schedule, frozenset({"box"}))
IPS = Table(("id", "box", "ip", "type", "floating", "reverseLookup"), Ip, frozenset({"box"}))
CONTACT_GROUPS = Table(("id", "name", "status", "contacts"), ContactGroup)
CHECKS = Table(("id", "name", "checkType", "status", "ip", "port", "contactGroups"), Check)
RESULTS = Table(("check", "code", "response"), CheckResult, frozenset({"check"}))
MODULES = Table(("id", "description"), None, frozenset({"id", "description"}))
MODULE = Table(("call", "verb", "description", "must", "may"), None, frozenset({"call", "verb", "must", "may"}))


def of_box(box: Box) -> Row:
    """A box."""
    computed: dict[str, Cell] = {
        "plan": box.plan.name,
        "address": ", ".join(box.public_ips),
        "ready": box.ready,
    }
    return row(box, box.id, box.name, computed=computed)


def of_plan(plan: Plan) -> Row:
    """A plan."""
    return row(plan, plan.id, plan.name)


def of_distribution(distribution: Distribution) -> Row:
    """A distribution, with the key under which the service lists it."""
    return row(distribution, distribution.id, distribution.name, listed={"id": distribution.id})


def of_backups(backups: Backups) -> Row:
    """The backups of a box, with its number, under which the service lists them."""
    return row(backups, backups.box_id, f"backups of {backups.box_id}", listed={"box": backups.box_id})


def of_schedule(schedule: Schedule, box: int) -> Row:
    """When periodical backups of a box are made."""
    return row(schedule, box, f"schedule of {box}", listed={"box": box})


def of_ip(ip: Ip) -> Row:
    """An address, with the number of its box, under which the service lists it."""
    return row(ip, ip.id, ip.ip, listed={"box": ip.box_id})


def of_contact_group(group: ContactGroup) -> Row:
    """A contact group."""
    return row(group, group.id, group.name)


def of_check(check: Check) -> Row:
    """A monitoring check. The password that it may have is hidden."""
    return row(check, check.id, check.name)


def of_result(number: int, result: CheckResult) -> Row:
    """What a check found, with its number, under which the service lists it."""
    return row(result, number, f"check {number}", listed={"check": number})


def of_module(name: str, description: str) -> Row:
    """A module of the service. As JSON, the map of all is shown."""
    return Row(name, name, {}, {"id": name, "description": description})


def of_call(module: ModuleDoc, path: str, verb: str) -> Row:
    """A call of a module."""
    call = module.calls[path][verb]
    parameters = call.parameters
    cells: dict[str, Cell] = {
        "call": path,
        "verb": verb,
        "description": call.description,
        "must": ", ".join(parameters.must),
        "may": ", ".join(parameters.may),
    }
    return Row(f"{verb} {path}", f"{verb} {path}", {}, cells)  # as JSON, the module is shown as a whole
