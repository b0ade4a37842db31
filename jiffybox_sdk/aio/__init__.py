"""The asynchronous face, for asyncio and trio, with the client `AsyncJiffyBox` and the records that it returns.

Plans and distributions make no calls, so they are the same as in `jiffybox_sdk.api`.
"""

import typing as _typing

if _typing.TYPE_CHECKING:
    from jiffybox_sdk._records.distribution import Distribution as Distribution
    from jiffybox_sdk._records.plan import Plan as Plan
    from jiffybox_sdk.aio.backups import AsyncBackups as AsyncBackups
    from jiffybox_sdk.aio.box import AsyncBox as AsyncBox
    from jiffybox_sdk.aio.checks import AsyncCheck as AsyncCheck
    from jiffybox_sdk.aio.client import AsyncJiffyBox as AsyncJiffyBox
    from jiffybox_sdk.aio.contact_groups import AsyncContactGroup as AsyncContactGroup
    from jiffybox_sdk.aio.ips import AsyncIp as AsyncIp

    __all__: list[str]
else:
    from jiffybox_sdk._lazy import lazy_names

    _NAMES = {
        "jiffybox_sdk._records.distribution": "Distribution",
        "jiffybox_sdk._records.plan": "Plan",
        "jiffybox_sdk.aio.backups": "AsyncBackups",
        "jiffybox_sdk.aio.box": "AsyncBox",
        "jiffybox_sdk.aio.checks": "AsyncCheck",
        "jiffybox_sdk.aio.client": "AsyncJiffyBox",
        "jiffybox_sdk.aio.contact_groups": "AsyncContactGroup",
        "jiffybox_sdk.aio.ips": "AsyncIp",
    }
    __all__, __getattr__, __dir__ = lazy_names(__name__, _NAMES)
