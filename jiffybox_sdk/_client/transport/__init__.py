"""One attempt at a call, with its token, deadline and connection. Only this package imports httpx and httpcore."""

from jiffybox_sdk._client.transport.asynchronous import AsyncTransport
from jiffybox_sdk._client.transport.sync import Transport

__all__ = ["AsyncTransport", "Transport"]
