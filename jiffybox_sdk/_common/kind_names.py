"""The names of all kinds of payloads. Generated from `KINDS` by `make generate`. Do not edit."""

from typing import Literal

KindName = Literal[
    "backup",
    "backups",
    "backups_by_box",
    "box",
    "boxes",
    "check",
    "check_result",
    "check_results",
    "checks",
    "contact_group",
    "contact_groups",
    "disk",
    "distribution",
    "distributions",
    "done",
    "envelope",
    "ip",
    "ips",
    "ips_by_box",
    "message",
    "module",
    "modules",
    "plan",
    "plans",
    "profile",
    "schedule",
]
"""The name of a kind of payload."""
