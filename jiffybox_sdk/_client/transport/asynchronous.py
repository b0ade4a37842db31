"""The asynchronous transport, which makes one attempt at a call."""

import warnings
import weakref
from typing import TYPE_CHECKING, Protocol

from jiffybox_sdk._client.response import RawResponse
from jiffybox_sdk._client.retry import Failure
from jiffybox_sdk._client.transport import test_tools
from jiffybox_sdk._client.transport.base import RequestBuilder, check_transport, closed
from jiffybox_sdk._client.transport.options import NetworkOptions
from jiffybox_sdk._common.operation import Operation
from jiffybox_sdk._common.process import PerProcess

if TYPE_CHECKING:
    import httpx


class AsyncChannel(Protocol):
    """A way to the service."""

    async def exchange(self, operation: Operation, limit: float | None) -> RawResponse | Failure:
        """Send a call and return its response, complete within a number of seconds."""
        ...

    async def close(self) -> None:
        """Close all connections."""
        ...


class AsyncTransport:
    """Sends calls. Tasks of one event loop can share a transport.

    Attributes:
        closed: Whether the transport is closed.
    """

    def __init__(self, builder: RequestBuilder, way: "NetworkOptions | httpx.AsyncBaseTransport") -> None:
        self.closed = False
        self._is_released = False
        self._builder = builder
        self._way = way
        self._is_own = isinstance(way, NetworkOptions)
        self._finalizer: weakref.finalize[..., object] | None = None
        self._channels: PerProcess[AsyncChannel] = PerProcess(self._make_channel)
        if not isinstance(way, NetworkOptions):
            check_transport(way, "AsyncBaseTransport")
        builder.guard_logs()

    async def close(self) -> None:
        """Close all connections. If it is cancelled, the next call completes it."""
        self.closed = True
        if self._finalizer:
            self._finalizer.detach()
        if not self._is_released:
            self._is_released = True
            try:
                # A transport of the user is closed even if it was never used.
                channel = self._channels.existing() if self._is_own else self._channels.get()
                if channel is not None:
                    await channel.close()
            except BaseException:  # Ctrl-C or a cancellation, too
                self._is_released = False
                raise
            finally:
                self._builder.stop_guarding_logs()

    def release_with(self, client: object) -> None:
        """Warn if a client is garbage-collected before it is closed."""
        # Nothing of the user may be referred to, since it may lead back to the client.
        self._finalizer = weakref.finalize(client, _release, type(client).__name__, self._builder)

    async def send(self, operation: Operation, deadline: float | None = None) -> RawResponse | Failure:
        """Make one attempt at a call, to be answered by the deadline. Interruptions are raised without their frames."""
        try:
            channel = self._channels.get()
            if self.closed:  # checked last, so that `close` knows of the channel of any other call
                return closed(operation)
            limit = self._builder.time_limit(deadline)
            if isinstance(self._way, NetworkOptions) and test_tools.are_active():
                return await self._exchange_mocked(operation, limit, self._way)
            return await channel.exchange(operation, limit)
        except Exception as error:  # noqa: BLE001 (any transport may raise anything, and its frames hold the token)
            return self._builder.failure(operation, error)
        except BaseException as error:  # noqa: BLE001 (raised again below without its frames)
            interruption = error.with_traceback(None)
        interruption.__context__ = interruption.__cause__ = None
        try:
            raise interruption
        finally:
            del interruption  # a cycle with its traceback would keep the client alive

    async def _exchange_mocked(self, operation: Operation, limit: float | None, network: NetworkOptions) -> RawResponse:
        # The transport is closed after the call, since the tool may let it through.
        import httpx  # noqa: PLC0415 (slow to import)

        from jiffybox_sdk._client.transport.custom import AsyncCustomChannel  # noqa: PLC0415

        async with httpx.AsyncHTTPTransport(verify=network.tls()) as transport:
            return await AsyncCustomChannel(self._builder, transport).exchange(operation, limit)

    def _make_channel(self) -> AsyncChannel:
        # Imported late, because each loads a library.
        if isinstance(self._way, NetworkOptions):
            from jiffybox_sdk._client.transport.async_sockets import async_socket_channel  # noqa: PLC0415

            return async_socket_channel(self._builder, self._way)
        from jiffybox_sdk._client.transport.custom import AsyncCustomChannel  # noqa: PLC0415

        return AsyncCustomChannel(self._builder, self._way)


def _release(name: str, builder: RequestBuilder) -> None:
    builder.stop_guarding_logs()
    text = f"unclosed {name}: use it as an async context manager, or await close()"
    warnings.warn(text, ResourceWarning, stacklevel=2)
