"""A typed, schema-validated SDK for the JiffyBox cloud-server API, with a faithful emulator of the service.

Importing this package loads nothing else; each public name loads what it needs when it is first used.
"""

from typing import TYPE_CHECKING

from jiffybox_sdk.lazy import load

if TYPE_CHECKING:
    from jiffybox_sdk.api.box import Box
    from jiffybox_sdk.api.client import JiffyBox
    from jiffybox_sdk.api.distribution import Distribution
    from jiffybox_sdk.api.plan import Plan
    from jiffybox_sdk.clock import Clock
    from jiffybox_sdk.emulator import Emulator
    from jiffybox_sdk.exceptions import (
        JiffyArgumentException,
        JiffyAttributeException,
        JiffyDetachedException,
        JiffyException,
        JiffyLimitException,
        JiffyMessageException,
        JiffyNotFoundException,
        JiffyOutcomeUnknownException,
        JiffyTimeoutException,
        JiffyTokenException,
        JiffyTransportException,
        JiffyWaitException,
    )
    from jiffybox_sdk.models.box_status import BoxStatus
    from jiffybox_sdk.models.message import Message
    from jiffybox_sdk.operations import Operation
    from jiffybox_sdk.policies import Retry
    from jiffybox_sdk.validation import validate

__version__ = "0.1.0"

__all__ = [
    "Box",
    "BoxStatus",
    "Clock",
    "Distribution",
    "Emulator",
    "JiffyArgumentException",
    "JiffyAttributeException",
    "JiffyBox",
    "JiffyDetachedException",
    "JiffyException",
    "JiffyLimitException",
    "JiffyMessageException",
    "JiffyNotFoundException",
    "JiffyOutcomeUnknownException",
    "JiffyTimeoutException",
    "JiffyTokenException",
    "JiffyTransportException",
    "JiffyWaitException",
    "Message",
    "Operation",
    "Plan",
    "Retry",
    "validate",
]

_HOMES = {name: "jiffybox_sdk.exceptions" for name in __all__ if name.endswith("Exception")} | {
    "Box": "jiffybox_sdk.api.box",
    "BoxStatus": "jiffybox_sdk.models.box_status",
    "Clock": "jiffybox_sdk.clock",
    "Distribution": "jiffybox_sdk.api.distribution",
    "Emulator": "jiffybox_sdk.emulator",
    "JiffyBox": "jiffybox_sdk.api.client",
    "Message": "jiffybox_sdk.models.message",
    "Operation": "jiffybox_sdk.operations",
    "Plan": "jiffybox_sdk.api.plan",
    "Retry": "jiffybox_sdk.policies",
    "validate": "jiffybox_sdk.validation",
}


def __getattr__(name: str) -> object:
    return load(__name__, _HOMES, name)


def __dir__() -> list[str]:
    return [*__all__, "__version__"]
