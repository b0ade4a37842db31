"""Texts and path parameters of the OpenAPI document, which are neither in the calls nor in the schemas."""

from collections.abc import Mapping
from typing import get_args

from pydantic import JsonValue

from jiffybox_sdk.emulator._catalogue import DISTRIBUTIONS
from jiffybox_sdk.emulator._handlers.doc import MODULES
from jiffybox_sdk.operations import BackupType

INFO: dict[str, JsonValue] = {
    "title": "JiffyBox API",
    "version": "v1.0",
    "summary": "Cloud servers with their backups, addresses and monitoring.",
    "description": (
        "The HTTP API of the cloud servers that domainfactory sold as JiffyBox. **The service was switched off in May"
        " 2024.** This document combines the provider's documentation with what clients recorded.\n\n"
        "The token is the first part of every path, so every URL is a secret. OpenAPI has no security scheme for that,"
        " so the token is a path parameter and `security` is empty. Request bodies are JSON, or a form in which a"
        " compound value is a field with JSON text. Every response is an envelope with `messages` and a `result`. Its"
        " HTTP status is 200 even for rejected calls, which have a message of the type `error`. Lists are maps from ids"
        " to objects. Objects may have fields that are not described here.\n\n"
        "The service only *accepts* operations: what is created or changed passes through a transitional state, and"
        " clients poll until it is over. Requests per time and failed logins are limited.\n\n"
        "`x-standing` is the source of a call, or of a field in a response: `documented` by the provider, `recorded`"
        " in a response of the service, or `inferred`. `x-repeated` is true for calls that are safe to retry if the"
        " response was lost."
    ),
    "license": {"name": "MIT", "identifier": "MIT"},
}

SERVERS: list[JsonValue] = [
    {"url": "https://api.jiffybox.de", "description": "The documented service, which was switched off in May 2024."},
    {"url": "/", "description": "The server of this document, such as an emulated service."},
]

TAGS = {
    "jiffyBoxes": "Boxes: cloud servers.",
    "plans": "Plans: sizes and prices of boxes.",
    "distributions": "Distributions: operating systems to install on boxes.",
    "backups": "Backups of boxes, and their schedules.",
    "ips": "Addresses of boxes.",
    "contactGroups": "Contact groups: recipients of notifications from checks.",
    "monitoring": "Monitoring checks, and their results.",
    "doc": "The service's own documentation, in German.",
}

_POSITIVE: dict[str, JsonValue] = {"type": "integer", "minimum": 1}

PLACES: Mapping[str, tuple[str, dict[str, JsonValue], JsonValue]] = {
    "token": (
        "The API token of the account, from the control panel.",
        {"type": "string", "pattern": "^[A-Za-z0-9]{32}$"},
        "0123456789abcdef0123456789abcdef",
    ),
    "box": ("The number of a box.", _POSITIVE, 12345),
    "plan": ("The number of a plan, or its name.", {"anyOf": [_POSITIVE, {"type": "string", "minLength": 1}]}, 44),
    "distribution": ("The key of a distribution.", {"type": "string", "minLength": 1}, next(iter(DISTRIBUTIONS))),
    "type": ("The type of the backup.", {"type": "string", "enum": list(get_args(BackupType))}, "manual"),
    "backup": (
        "The id of a backup.",
        {"type": "string", "pattern": "^[0-9A-Fa-f]{32}$"},
        "1234567890abcdef1234567890abcdef",
    ),
    "ip": ("The number of an address, not the address itself.", _POSITIVE, 2001),
    "group": ("The number of a contact group.", _POSITIVE, 7),
    "check": ("The number of a monitoring check.", _POSITIVE, 1234),
    "module": ("The name of a module.", {"type": "string", "enum": list(MODULES)}, "JiffyBoxes"),
}
"""Path parameters by name: description, schema and example."""

OTHER_PLACES: Mapping[tuple[str, str], tuple[str, dict[str, JsonValue], JsonValue]] = {
    ("monitoring/{check}/status", "check"): (
        "The number of a monitoring check, or a monitored IPv4 address.",
        {"anyOf": [_POSITIVE, {"type": "string", "format": "ipv4"}]},
        1234,
    )
}
"""Path parameters with another meaning in one path, by path and name."""

RESULTS = {
    "backups": "The backups of the box.",
    "backups_by_box": "The backups of all boxes, by the number of the box.",
    "box": "The box.",
    "boxes": "All boxes, by number.",
    "check": "The monitoring check.",
    "check_results": "The latest results, by the number of the check.",
    "checks": "All monitoring checks, by number.",
    "contact_group": "The contact group.",
    "contact_groups": "All contact groups, by number.",
    "distribution": "The distribution, without its key.",
    "distributions": "All distributions, by key.",
    "done": "`true`: the operation was accepted or completed.",
    "ips": "The addresses of the box, by number.",
    "ips_by_box": "The addresses of all boxes, by the number of the box and that of the address.",
    "module": "The service's documentation of the module.",
    "modules": "A line of German text on each module, by name.",
    "plan": "The plan.",
    "plans": "All plans, by number.",
    "schedule": "The new schedule of periodical backups.",
}
"""Descriptions of the results, by kind of payload."""

LINKS: Mapping[str, Mapping[str, str]] = {
    "box": {"box": "id", "plan": "plan/id"},
    "contact_group": {"group": "id"},
    "check": {"check": "id"},
}
"""Path parameters of other calls that a result contains, with the field, by kind of payload."""

AS_SENT: Mapping[tuple[str, str], JsonValue] = {
    ("Ip", "floating"): {"type": "string", "enum": ["true", "false"]},
    ("CallParameters", "must"): {"type": "array", "items": {}, "maxItems": 0},
    ("CallParameters", "may"): {"type": "array", "items": {}, "maxItems": 0},
}
"""Forms that the service sends besides those in the schemas, by schema and field."""

ACCEPTED = "The service accepts the work; it is not done yet when the response arrives"

DESCRIPTIONS: Mapping[str, str] = {
    "list_boxes": "Expensive for the service. To watch a box, read that box alone.",
    "get_box": "Use this to find out whether accepted work is done.",
    "create_box": (
        f"Either a distribution or a backup is required, but not both. {ACCEPTED}: the box is `CREATING`, and `READY`"
        " and running in the end. If the creation fails, the box disappears."
    ),
    "duplicate_box": f"{ACCEPTED}: the copy is `CREATING`, and `isBeingCopied` is true for the source.",
    "change_box": (
        "`START` and `SHUTDOWN` start and stop the box, `PULLPLUG` powers it off without a shutdown, `FREEZE` moves a"
        " stopped box to cheaper storage, `THAW` brings it back on the given plan, `PLAN` moves a stopped box to"
        f" another plan. {ACCEPTED}. Metadata is merged: names with `null` are deleted, names that are not sent are"
        " kept. That metadata may be sent without a command is inferred."
    ),
    "delete_box": (
        f"The box must be stopped. {ACCEPTED}: the box is `DELETING`, then reading it is rejected. If the box is"
        " `READY` again, the deletion failed."
    ),
    "get_plan": "A name must be percent-encoded.",
    "list_distributions": "The keys are the ids for creating boxes.",
    "list_backups": "Slow, since the service queries its backup servers.",
    "get_backups": "Contains finished backups, and the schedule if periodic backups are enabled.",
    "enable_backups": "Daily, weekly and biweekly backups, made during the given time slot.",
    "change_backups": "The day, the time slot, or both.",
    "disable_backups": "Deletes all periodic backups. The manual backup is kept.",
    "create_backup": (
        f"A box has one manual backup. {ACCEPTED}: `manualBackupRunning` is true for the box until the backup is done."
    ),
    "restore_backup": f"Replaces all data of the box. {ACCEPTED}.",
    "delete_backup": f"{ACCEPTED}.",
    "list_ips": "Public and private addresses, IPv4 and IPv6.",
    "get_ips": "Public and private addresses, IPv4 and IPv6.",
    "move_ip": "Only floating IPv4 addresses can be moved.",
    "list_contact_groups": "Includes the account's own group, `Stammdaten-E-Mail-Adresse`, which can't be changed.",
    "get_contact_group": "Use this to find out whether accepted work is done.",
    "create_contact_group": f"{ACCEPTED}.",
    "duplicate_contact_group": f"With another name, other contacts, or both. {ACCEPTED}.",
    "change_contact_group": f"The name, the contacts, or both. {ACCEPTED}.",
    "delete_contact_group": f"{ACCEPTED}.",
    "list_checks": "If the id in a check differs from its key, the id in the check is correct.",
    "get_check": "The settings of the check. Its results are read with another call.",
    "create_check": f"The type determines which fields are required besides name, address and port. {ACCEPTED}.",
    "duplicate_check": f"Fields that are not sent are copied. {ACCEPTED}.",
    "delete_check": f"The response contains a message of the type `success`. {ACCEPTED}.",
    "get_check_results": (
        "Of one check, or of all checks of an address. Codes are those of Nagios: 0 is OK, 1 warning, 2 critical, 3"
        " unknown."
    ),
    "list_modules": "One line of German text for each module.",
    "get_module": "The calls of the module and their parameters, in German.",
}
"""Descriptions that are longer than those in the docstrings of `jiffybox_sdk.operations`."""
