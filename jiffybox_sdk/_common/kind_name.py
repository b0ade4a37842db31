"""The names of the kinds of payloads. They are needed where no model may be imported, such as in help texts."""

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
"""The name of a kind of payload, as `jiffybox_sdk.validation.KINDS` has it."""
