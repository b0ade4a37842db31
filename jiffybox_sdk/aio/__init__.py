"""The asynchronous face, for asyncio and trio: `AsyncJiffyBox`, the client, and the records that it returns.

Plans and distributions make no calls, so they are the same as in `jiffybox_sdk.api`.
"""

from typing import TYPE_CHECKING

from jiffybox_sdk._lazy import load

if TYPE_CHECKING:
    from jiffybox_sdk._records.distribution import Distribution
    from jiffybox_sdk._records.plan import Plan
    from jiffybox_sdk.aio.backups import AsyncBackups
    from jiffybox_sdk.aio.box import AsyncBox
    from jiffybox_sdk.aio.checks import AsyncCheck
    from jiffybox_sdk.aio.client import AsyncJiffyBox
    from jiffybox_sdk.aio.contact_groups import AsyncContactGroup
    from jiffybox_sdk.aio.ips import AsyncIp

__all__ = [
    "AsyncBackups",
    "AsyncBox",
    "AsyncCheck",
    "AsyncContactGroup",
    "AsyncIp",
    "AsyncJiffyBox",
    "Distribution",
    "Plan",
]

_HOMES = {
    "AsyncBackups": "jiffybox_sdk.aio.backups",
    "AsyncBox": "jiffybox_sdk.aio.box",
    "AsyncCheck": "jiffybox_sdk.aio.checks",
    "AsyncContactGroup": "jiffybox_sdk.aio.contact_groups",
    "AsyncIp": "jiffybox_sdk.aio.ips",
    "AsyncJiffyBox": "jiffybox_sdk.aio.client",
    "Distribution": "jiffybox_sdk._records.distribution",
    "Plan": "jiffybox_sdk._records.plan",
}


def __getattr__(name: str) -> object:
    return load(__name__, _HOMES, name)


def __dir__() -> list[str]:
    return list(__all__)
