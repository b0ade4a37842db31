"""The synchronous face, with the client `JiffyBox` and the records that it returns."""

import typing as _typing

if _typing.TYPE_CHECKING:
    from jiffybox_sdk._records.distribution import Distribution as Distribution
    from jiffybox_sdk._records.plan import Plan as Plan
    from jiffybox_sdk.api.backups import Backups as Backups
    from jiffybox_sdk.api.box import Box as Box
    from jiffybox_sdk.api.checks import Check as Check
    from jiffybox_sdk.api.client import JiffyBox as JiffyBox
    from jiffybox_sdk.api.contact_groups import ContactGroup as ContactGroup
    from jiffybox_sdk.api.ips import Ip as Ip

    __all__: list[str]
else:
    from jiffybox_sdk._lazy import lazy_names

    _NAMES = {
        "jiffybox_sdk._records.distribution": "Distribution",
        "jiffybox_sdk._records.plan": "Plan",
        "jiffybox_sdk.api.backups": "Backups",
        "jiffybox_sdk.api.box": "Box",
        "jiffybox_sdk.api.checks": "Check",
        "jiffybox_sdk.api.client": "JiffyBox",
        "jiffybox_sdk.api.contact_groups": "ContactGroup",
        "jiffybox_sdk.api.ips": "Ip",
    }
    __all__, __getattr__, __dir__ = lazy_names(__name__, _NAMES)
