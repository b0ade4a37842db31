"""What the OpenAPI document says that neither the calls nor the schemas know: words, and what fits into a path."""

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
        " 2024.** This document puts together what the provider documented and what clients recorded.\n\n"
        "The token is a part of every path, so whatever shows a URL shows the secret. Bodies are JSON, or a form in"
        " which a compound value is one field with JSON text. Every answer is an envelope with `messages` and a"
        " `result`, and has the HTTP status 200, even where it says no: a message of the type `error` is what makes a"
        " refusal. Lists are maps from id to object. Objects may have fields that are not described here.\n\n"
        "The service only *accepts* work: what is created or changed passes through a transitional state, and is"
        " looked at until that is over. Requests per time and failed logins are limited.\n\n"
        "`x-standing` says how well a call, or a field of an answer, is known: `documented` by the provider, `recorded`"
        " from an answer of the service, or `inferred`. `x-repeated` says whether a client may make a call again when"
        " its answer was lost; the others might do their work twice."
    ),
    "license": {"name": "MIT", "identifier": "MIT"},
}

SERVERS: list[JsonValue] = [
    {"url": "https://api.jiffybox.de", "description": "The service, as documented. It was switched off in May 2024."},
    {"url": "/", "description": "Wherever this document comes from, such as an emulated service."},
]

TAGS = {
    "jiffyBoxes": "Boxes: the cloud servers themselves.",
    "plans": "Plans: how large a box is, and what it costs.",
    "distributions": "Distributions: the systems that a box can be installed with.",
    "backups": "Backups of boxes, and when they are made.",
    "ips": "Addresses of boxes.",
    "contactGroups": "Contact groups: who is told when a check fails.",
    "monitoring": "Monitoring checks, and what they found.",
    "doc": "What the service says of itself, in German.",
}

_POSITIVE: dict[str, JsonValue] = {"type": "integer", "minimum": 1}

PLACES: Mapping[str, tuple[str, dict[str, JsonValue], JsonValue]] = {
    "token": (
        "The secret of the account, from the control panel.",
        {"type": "string", "pattern": "^[A-Za-z0-9]{32}$"},
        "0123456789abcdef0123456789abcdef",
    ),
    "box": ("The number of a box.", _POSITIVE, 12345),
    "plan": ("The number of a plan, or its name.", {"anyOf": [_POSITIVE, {"type": "string", "minLength": 1}]}, 44),
    "distribution": ("The key of a distribution.", {"type": "string", "minLength": 1}, next(iter(DISTRIBUTIONS))),
    "type": ("How the backup came about.", {"type": "string", "enum": list(get_args(BackupType))}, "manual"),
    "backup": (
        "The id of a backup.",
        {"type": "string", "pattern": "^[0-9A-Fa-f]{32}$"},
        "1234567890abcdef1234567890abcdef",
    ),
    "ip": ("The number of an address; not the address itself.", _POSITIVE, 2001),
    "group": ("The number of a contact group.", _POSITIVE, 7),
    "check": ("The number of a monitoring check.", _POSITIVE, 1234),
    "module": ("The name of a module.", {"type": "string", "enum": list(MODULES)}, "JiffyBoxes"),
}
"""What each place in a path is for, what fits there, and an example."""

OTHER_PLACES: Mapping[tuple[str, str], tuple[str, dict[str, JsonValue], JsonValue]] = {
    ("monitoring/{check}/status", "check"): (
        "The number of a monitoring check, or the IPv4 address that checks look at.",
        {"anyOf": [_POSITIVE, {"type": "string", "format": "ipv4"}]},
        1234,
    )
}
"""The same for places that are not what their name means elsewhere, by path and name."""

RESULTS = {
    "backups": "The backups of the box.",
    "backups_by_box": "The backups of all boxes, by the number of the box.",
    "box": "The box.",
    "boxes": "All boxes, by number.",
    "check": "The monitoring check.",
    "check_results": "What the checks found, by the number of the check.",
    "checks": "All monitoring checks, by number.",
    "contact_group": "The contact group.",
    "contact_groups": "All contact groups, by number.",
    "distribution": "The distribution, which does not carry its key.",
    "distributions": "All distributions, by key.",
    "done": "`true`: the service will do it, or has done it.",
    "ips": "The addresses of the box, by number.",
    "ips_by_box": "The addresses of all boxes, by the number of the box and that of the address.",
    "module": "What the service says of the module.",
    "modules": "A line of text on each module, by name.",
    "plan": "The plan.",
    "plans": "All plans, by number.",
    "schedule": "When periodical backups are made from now on.",
}
"""What each kind of payload that a call answers is."""

LINKS: Mapping[str, Mapping[str, str]] = {
    "box": {"box": "id", "plan": "plan/id"},
    "contact_group": {"group": "id"},
    "check": {"check": "id"},
}
"""For kinds of payload: which place in other paths is filled by which of their fields."""

AS_SENT: Mapping[tuple[str, str], JsonValue] = {
    ("Ip", "floating"): {"type": "string", "enum": ["true", "false"]},
    ("CallParameters", "must"): {"type": "array", "maxItems": 0},
    ("CallParameters", "may"): {"type": "array", "maxItems": 0},
}
"""What stands on the wire beside what the schema of a field says: the schemas say what is meant."""

ACCEPTED = "It is accepted, not done, when the answer comes"

CALLS: Mapping[str, tuple[str, str]] = {
    "list_boxes": ("List all boxes", "Expensive for the service: to watch a box, read that one alone."),
    "get_box": ("Read a box", "The way to find out whether accepted work on it is done."),
    "create_box": (
        "Create a box",
        (
            f"From a distribution or from a backup, and exactly one of them. {ACCEPTED}: the box is `CREATING`, and"
            " `READY` and running in the end. If it can't be created, it disappears."
        ),
    ),
    "duplicate_box": (
        "Make a copy of a box",
        f"{ACCEPTED}: the copy is `CREATING`, and `isBeingCopied` is true for the source meanwhile.",
    ),
    "change_box": (
        "Give a box a command, change its metadata, or both",
        (
            "`START` and `SHUTDOWN` switch it on and off, `PULLPLUG` switches it off without shutting it down, `FREEZE`"
            " puts a box that is off in storage, `THAW` takes it out on the plan that is given, `PLAN` moves a box that"
            f" is off to another plan. {ACCEPTED}. Of the metadata, names that are sent are set, those with `null`"
            " deleted, and all others kept; that metadata may come without a command is inferred."
        ),
    ),
    "delete_box": (
        "Delete a box",
        (
            f"It must be switched off. {ACCEPTED}: the box is `DELETING`, and then reading it is refused. A box that is"
            " `READY` again was not deleted."
        ),
    ),
    "list_plans": ("List all plans", "With their sizes and prices."),
    "get_plan": ("Read a plan", "A name in the path is percent-encoded."),
    "list_distributions": ("List all distributions", "Their keys are what creating a box takes."),
    "get_distribution": ("Read a distribution", "How large a disk it needs, and what it boots with."),
    "list_backups": ("List the backups of all boxes", "Slow: the service asks its backup servers."),
    "get_backups": ("Read the backups of a box", "Only those that are finished, and the schedule if there is one."),
    "enable_backups": ("Have periodical backups made", "Daily, weekly and biweekly ones, in the hours of a slot."),
    "change_backups": ("Change when periodical backups are made", "The day, the slot, or both."),
    "disable_backups": (
        "Have no periodical backups made any more",
        "Those that there are disappear; the manual one stays.",
    ),
    "create_backup": (
        "Have a backup made now",
        f"A box has one manual backup. {ACCEPTED}: `manualBackupRunning` is true for the box until it is.",
    ),
    "restore_backup": (
        "Put a backup in place of all data of the box",
        f"What is on the box is lost. {ACCEPTED}.",
    ),
    "delete_backup": ("Delete a backup", f"{ACCEPTED}."),
    "list_ips": ("List the addresses of all boxes", "Public and private ones, of both versions."),
    "get_ips": ("List the addresses of a box", "Public and private ones, of both versions."),
    "move_ip": ("Move an address to another box", "Only floating IPv4 addresses can be moved."),
    "list_contact_groups": (
        "List all contact groups",
        "The account's own, `Stammdaten-E-Mail-Adresse`, is among them, and can't be changed.",
    ),
    "get_contact_group": ("Read a contact group", "The way to find out whether accepted work on it is done."),
    "create_contact_group": ("Create a contact group", f"{ACCEPTED}."),
    "duplicate_contact_group": (
        "Make a copy of a contact group",
        f"With another name, other contacts, or both. {ACCEPTED}.",
    ),
    "change_contact_group": ("Change a contact group", f"Its name, its contacts, or both. {ACCEPTED}."),
    "delete_contact_group": ("Delete a contact group", f"{ACCEPTED}."),
    "list_checks": ("List all monitoring checks", "The number inside of a check counts, should its key differ."),
    "get_check": ("Read a monitoring check", "How it is set up; what it found is a call of its own."),
    "create_check": (
        "Create a monitoring check",
        f"What is needed beside name, address and port depends on its type. {ACCEPTED}.",
    ),
    "duplicate_check": (
        "Make a copy of a monitoring check",
        f"With what is to be different; nothing need be. {ACCEPTED}.",
    ),
    "delete_check": ("Delete a monitoring check", f"A message of the type `success` says so. {ACCEPTED}."),
    "get_check_results": (
        "Read what checks found when they last looked",
        (
            "Of one check, or of all checks of an address. The codes are those of Nagios: 0 for ok, 1 for a warning,"
            " 2 for critical, 3 for unknown."
        ),
    ),
    "list_modules": ("List the service's modules", "A line of German text on each."),
    "get_module": ("Read what the service says of a module", "Its calls with their parameters, in German."),
}
"""A summary and a description of each call."""
