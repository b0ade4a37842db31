"""The synchronous face: `JiffyBox`, the client, and the records that it returns."""

from typing import TYPE_CHECKING

from jiffybox_sdk._lazy import load

if TYPE_CHECKING:
    from jiffybox_sdk._records.distribution import Distribution
    from jiffybox_sdk._records.plan import Plan
    from jiffybox_sdk.api.backups import Backups
    from jiffybox_sdk.api.box import Box
    from jiffybox_sdk.api.checks import Check
    from jiffybox_sdk.api.client import JiffyBox
    from jiffybox_sdk.api.contact_groups import ContactGroup
    from jiffybox_sdk.api.ips import Ip

__all__ = ["Backups", "Box", "Check", "ContactGroup", "Distribution", "Ip", "JiffyBox", "Plan"]

# Not imported here at once: the generated models name `Plan`, and must be able to reach it without the rest.
_HOMES = {
    "Backups": "jiffybox_sdk.api.backups",
    "Box": "jiffybox_sdk.api.box",
    "Check": "jiffybox_sdk.api.checks",
    "ContactGroup": "jiffybox_sdk.api.contact_groups",
    "Distribution": "jiffybox_sdk._records.distribution",
    "Ip": "jiffybox_sdk.api.ips",
    "JiffyBox": "jiffybox_sdk.api.client",
    "Plan": "jiffybox_sdk._records.plan",
}


def __getattr__(name: str) -> object:
    return load(__name__, _HOMES, name)


def __dir__() -> list[str]:
    return list(__all__)
