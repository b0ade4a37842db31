"""The table for each kind of record, and the row of a record."""

from dataclasses import replace

import click

from jiffybox_sdk import Backups, Box, Check, CheckResult, ContactGroup, Distribution, Ip, Plan, Schedule
from jiffybox_sdk._cli.options import Options
from jiffybox_sdk._cli.output.rows import Row, Table
from jiffybox_sdk._cli.output.text import write
from jiffybox_sdk._common.texts import nearest

Record = Backups | Box | Check | ContactGroup | Distribution | Ip | Plan


def as_row(record: Record | Row) -> Row:
    """Return the row of a record. Records that the service lists by key have a column for the key."""
    match record:
        case Row():
            return record
        case Box():
            computed = {"plan": record.plan.name, "address": record.public_ips, "ready": record.ready}
            return Row(str(record.id), record.name, record=record, computed=computed)
        case Distribution():
            return Row(record.id, record.name, {"id": record.id}, record)
        case Backups():
            return Row(str(record.box_id), f"backups of {record.box_id}", {"box": record.box_id}, record)
        case Ip():
            return Row(str(record.id), record.ip, {"box": record.box_id}, record)
        case _:
            return Row(str(record.id), record.name, record=record)


TABLES = {
    "boxes": Table(("id", "name", "status", "running", "plan", "address"), Box, ("ready",)),
    "plans": Table(
        ("id", "name", "cpus", "ramInMB", "diskSizeInMB", "pricePerHour", "pricePerHourFrozen", "priceCap"), Plan
    ),
    "distributions": Table(("id", "name", "minDiskSizeMB", "rootdiskMode", "defaultKernel"), Distribution),
    "backups": Table(
        ("box", "manual.created", "daily.created", "weekly.created", "biweekly.created", "day", "time"), Backups
    ),
    "schedules": Table(("box", "day", "time"), Schedule),
    "ips": Table(("id", "box", "ip", "type", "floating", "reverseLookup"), Ip),
    "contact groups": Table(("id", "name", "status", "contacts"), ContactGroup),
    "checks": Table(("id", "name", "checkType", "status", "ip", "port", "contactGroups"), Check),
    "results": Table(("check", "code", "response"), CheckResult),
    "entries": Table(("name", "value")),
    "modules": Table(("id", "description")),
    "calls": Table(("call", "verb", "description", "must", "may")),
    "costs": Table(("id", "name", "status", "plan", "perHour", "perMonth", "capped")),
    "profiles": Table(("name", "api_url", "default"), extra=("api_key", "file")),
    "schemas": Table(("name", "title", "description")),
}
"""The tables of all commands, by what they show."""

_ALIASES = {
    "ip": "address", "ipv4": "address", "publicip": "address", "publicipv4": "address", "privateipv4": "ips.private",
    "label": "metadata", "labels": "metadata", "tags": "metadata", "type": "plan", "size": "plan", "servertype": "plan",
    "memory": "ramInMB", "ram": "ramInMB", "vcpus": "cpus", "cores": "cpus", "disk": "diskSizeInMB",
}  # fmt: skip
"""The columns that other programs name otherwise: in lower case, without underscores. Some are of the plan."""


def with_columns(options: Options, name: str) -> Options:
    """Return options with columns as a table spells them, or list its columns. Without a name, there is no table."""
    if options.columns == ("help",) and name:
        write("".join(f"{column}\n" for column in TABLES[name].names))
        raise click.exceptions.Exit(0)

    def known(flag: str, column: str) -> str:
        if not name:
            raise click.UsageError(f"{flag} requires a command that shows records, such as box list.")
        names = TABLES[name].names
        alias = _ALIASES.get(column.lower().replace("_", ""), column)
        spellings = [name.casefold() for name in (column, alias, f"plan.{alias}")]
        column = next((own for spelling in spellings for own in names if own.casefold() == spelling), column)
        if not TABLES[name].has(column):
            raise click.UsageError(f"invalid {flag} {column!r}: {nearest(column, names)} --columns help lists all.")
        return column

    columns = options.columns and tuple(known(options.columns_flag, column) for column in options.columns)
    sort = tuple("-" * key.startswith("-") + known("--sort", key.removeprefix("-")) for key in options.sort)
    conditions = tuple(each._replace(column=known(each.flag, each.column)) for each in options.filter)
    if options.columns and options.output_format == "ids":
        raise click.UsageError(f"{options.columns_flag} cannot be combined with -o ids.")
    return replace(options, columns=columns, sort=sort, filter=conditions)
