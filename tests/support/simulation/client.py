"""The client under test, with the in-memory network below its connection pool."""

import ssl
from typing import Unpack

from jiffybox_sdk import AsyncJiffyBox
from jiffybox_sdk._client.settings import MAX_CONNECTIONS
from jiffybox_sdk._client.transport.async_pool import AsyncPool
from jiffybox_sdk._client.transport.async_sockets import AsyncSocketChannel
from jiffybox_sdk._client.transport.sockets import origin_of
from jiffybox_sdk._common.process import PerProcess
from jiffybox_sdk.aio._connection import AsyncClientOptions
from jiffybox_sdk.emulator import TOKEN
from tests.support.simulation.network import Network

HOST = "service.invalid"

_TLS = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


def make_client(network: Network, scheme: str, **options: Unpack[AsyncClientOptions]) -> AsyncJiffyBox:
    """Return a client that reaches the service through a network backend."""
    client = AsyncJiffyBox(TOKEN, f"{scheme}://{HOST}", **options)
    limit = options.get("max_connections", MAX_CONNECTIONS)
    transport = client._transport  # pyright: ignore[reportPrivateUsage] (no option of a client reaches its pool)
    builder = transport._builder  # pyright: ignore[reportPrivateUsage] (see above)
    pool = AsyncPool(origin_of(builder), network, lambda: _TLS, limit, client.clock.monotonic)
    channel = AsyncSocketChannel(builder, pool)
    transport._channels = PerProcess(lambda: channel)  # pyright: ignore[reportPrivateUsage] (see above)
    return client
