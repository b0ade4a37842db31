"""The synchronous transport, which makes one attempt at a call."""

import weakref
from typing import TYPE_CHECKING, Protocol

from jiffybox_sdk._client.response import RawResponse
from jiffybox_sdk._client.retry import Failure
from jiffybox_sdk._client.transport import test_tools
from jiffybox_sdk._client.transport.base import Preview, RequestBuilder, check_transport, closed
from jiffybox_sdk._client.transport.options import NetworkOptions
from jiffybox_sdk._common.operation import Operation
from jiffybox_sdk._common.process import PerProcess

if TYPE_CHECKING:
    import httpx


class Channel(Protocol):
    """A way to the service."""

    def exchange(self, operation: Operation, limit: float | None) -> RawResponse | Failure:
        """Send a call and return its response, complete within a number of seconds."""
        ...

    def close(self) -> None:
        """Close all connections."""
        ...


class Transport:
    """Sends calls. Threads can share a transport.

    Attributes:
        closed: Whether the transport is closed.
    """

    def __init__(self, builder: RequestBuilder, way: "NetworkOptions | httpx.BaseTransport") -> None:
        self.closed = False
        self._is_released = False
        self._builder = builder
        self._way = way
        self._is_own = isinstance(way, NetworkOptions)
        self._finalizer: weakref.finalize[..., object] | None = None
        self._channels: PerProcess[Channel] = PerProcess(self._make_channel)
        if not isinstance(way, NetworkOptions):
            check_transport(way, "BaseTransport")
        builder.guard_logs()

    def close(self) -> None:
        """Close all connections. If it is interrupted, the next call completes it."""
        self.closed = True
        if self._finalizer:
            self._finalizer.detach()
        if not self._is_released:
            self._is_released = True
            try:
                # A transport of the user is closed even if it was never used.
                channel = self._channels.existing() if self._is_own else self._channels.get()
                if channel is not None:
                    channel.close()
            except BaseException:  # Ctrl-C or a cancellation, too
                self._is_released = False
                raise
            finally:
                self._builder.stop_guarding_logs()

    def release_with(self, client: object) -> None:
        """Close the connections when a client is garbage-collected, except for those of the user's own transport."""
        # Nothing of the user may be referred to, since it may lead back to the client.
        release = self.close if self._is_own else self._builder.stop_guarding_logs
        self._finalizer = weakref.finalize(client, release)

    def preview(self, operation: Operation) -> Preview:
        """Return the request for an operation, with the placeholder in its URL. Nothing is sent."""
        return self._builder.preview(operation)

    def send(self, operation: Operation, deadline: float | None = None) -> RawResponse | Failure:
        """Make one attempt at a call, to be answered by the deadline. Interruptions are raised without their frames."""
        try:
            channel = self._channels.get()
            if self.closed:  # checked last, so that `close` knows of the channel of any other call
                return closed(operation)
            limit = self._builder.time_limit(deadline)
            if isinstance(self._way, NetworkOptions) and test_tools.are_active():
                return self._exchange_mocked(operation, limit, self._way)
            return channel.exchange(operation, limit)
        except Exception as error:  # noqa: BLE001 (any transport may raise anything, and its frames hold the token)
            return self._builder.failure(operation, error)
        except BaseException as error:  # noqa: BLE001 (raised again below without its frames)
            interruption = error.with_traceback(None)
        interruption.__context__ = interruption.__cause__ = None
        try:
            raise interruption
        finally:
            del interruption  # a cycle with its traceback would keep the client alive

    def _exchange_mocked(self, operation: Operation, limit: float | None, network: NetworkOptions) -> RawResponse:
        # The transport is closed after the call, since the tool may let it through.
        import httpx  # noqa: PLC0415 (slow to import)

        from jiffybox_sdk._client.transport.custom import CustomChannel  # noqa: PLC0415

        with httpx.HTTPTransport(verify=network.tls()) as transport:
            return CustomChannel(self._builder, transport).exchange(operation, limit)

    def _make_channel(self) -> Channel:
        # Imported late, because each loads a library.
        if isinstance(self._way, NetworkOptions):
            from jiffybox_sdk._client.transport.sockets import socket_channel  # noqa: PLC0415

            return socket_channel(self._builder, self._way)
        from jiffybox_sdk._client.transport.custom import CustomChannel  # noqa: PLC0415

        return CustomChannel(self._builder, self._way)
