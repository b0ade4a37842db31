"""The client under test, with the in-memory network below its connection pool."""

import ssl
from collections.abc import Callable

import httpcore

from jiffybox_sdk import AsyncJiffyBox, Attempt, RateLimit, Retry
from jiffybox_sdk._client.transport.async_pool import AsyncPool
from jiffybox_sdk._client.transport.async_sockets import AsyncSocketChannel
from jiffybox_sdk._common.process import PerProcess
from jiffybox_sdk.clock import AsyncClock
from jiffybox_sdk.emulator import TOKEN
from tests.support.simulation.network import Network

HOST = "service.invalid"

_TLS = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


def make_client(
    network: Network,
    *,
    scheme: str,
    max_connections: int | None,
    timeout: float,
    total_timeout: float,
    retry: Retry,
    rate_limit: RateLimit | None,
    on_attempt: Callable[[Attempt], object],
    clock: AsyncClock,
) -> AsyncJiffyBox:
    """Return a client that reaches the service through a network backend."""
    client = AsyncJiffyBox(
        TOKEN,
        f"{scheme}://{HOST}",
        allow_plain_http=True,
        timeout=timeout,
        total_timeout=total_timeout,
        retry=retry,
        rate_limit=rate_limit,
        on_attempt=on_attempt,
        clock=clock,
        drift="ignore",
    )
    origin = httpcore.Origin(scheme.encode(), HOST.encode(), 443 if scheme == "https" else 80)
    pool = AsyncPool(origin, network, lambda: _TLS, max_connections or 100, clock.monotonic)
    transport = client._transport  # pyright: ignore[reportPrivateUsage] (no option of a client reaches its pool)
    channel = AsyncSocketChannel(transport._builder, pool)  # pyright: ignore[reportPrivateUsage] (see above)
    transport._channels = PerProcess(lambda: channel)  # pyright: ignore[reportPrivateUsage] (see above)
    return client
