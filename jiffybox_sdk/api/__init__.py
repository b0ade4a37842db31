"""The synchronous face: `JiffyBox`, the client, and the records that it returns."""

from typing import TYPE_CHECKING

from jiffybox_sdk.lazy import load

if TYPE_CHECKING:
    from jiffybox_sdk.api.box import Box
    from jiffybox_sdk.api.client import JiffyBox
    from jiffybox_sdk.api.distribution import Distribution
    from jiffybox_sdk.api.plan import Plan

__all__ = ["Box", "Distribution", "JiffyBox", "Plan"]

# Not imported here at once: the generated models name `Plan`, and must be able to reach it without the rest.
_HOMES = {
    "Box": "jiffybox_sdk.api.box",
    "Distribution": "jiffybox_sdk.api.distribution",
    "JiffyBox": "jiffybox_sdk.api.client",
    "Plan": "jiffybox_sdk.api.plan",
}


def __getattr__(name: str) -> object:
    return load(__name__, _HOMES, name)


def __dir__() -> list[str]:
    return list(__all__)
