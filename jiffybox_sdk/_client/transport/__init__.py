"""One attempt at a call, with its token, deadline and connection. Only this package imports httpx and httpcore."""

import typing as _typing

if _typing.TYPE_CHECKING:
    from jiffybox_sdk._client.transport.asynchronous import AsyncTransport as AsyncTransport
    from jiffybox_sdk._client.transport.sync import Transport as Transport

    __all__: list[str]
else:
    from jiffybox_sdk._lazy import lazy_names

    _NAMES = {
        "jiffybox_sdk._client.transport.asynchronous": "AsyncTransport",
        "jiffybox_sdk._client.transport.sync": "Transport",
    }
    __all__, __getattr__, __dir__ = lazy_names(__name__, _NAMES)
