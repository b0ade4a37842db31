"""The synchronous transport, which makes one attempt at a call."""

import weakref
from urllib.parse import SplitResult

import httpx

from jiffybox_sdk._client.response import RawResponse
from jiffybox_sdk._client.retry import Failure
from jiffybox_sdk._client.transport.base import RequestBuilder, closed, invalid_transport, no_cookies
from jiffybox_sdk._client.transport.deadline import at_most
from jiffybox_sdk._client.transport.proxy import SocketTransport, proxy_for
from jiffybox_sdk._common.operation import Operation


class Transport:
    """Sends calls. Threads can share a transport."""

    def __init__(self, builder: RequestBuilder, service: SplitResult, transport: httpx.BaseTransport | None) -> None:
        if transport is not None and not isinstance(transport, httpx.BaseTransport):  # pyright: ignore[reportUnnecessaryIsInstance] (users without a type checker)
            raise invalid_transport(transport, "httpx.BaseTransport")
        self._builder = builder
        self._is_own = transport is None
        inner = transport or SocketTransport(proxy_for(service))
        self._http = httpx.Client(transport=_TokenTransport(inner, builder), trust_env=False, cookies=no_cookies())
        builder.guard_logs()

    @property
    def closed(self) -> bool:
        """Whether the transport is closed."""
        return self._http.is_closed

    def close(self) -> None:
        """Close all connections."""
        self._http.close()
        self._builder.stop_guarding_logs()

    def release_with(self, client: object) -> None:
        """Close the connections when a client is garbage-collected, except for those of the user's own transport."""
        weakref.finalize(client, self._release)

    def _release(self) -> None:
        if self._is_own:
            self.close()
        else:
            self._builder.stop_guarding_logs()

    def preview(self, operation: Operation) -> httpx.Request:
        """Return the request for an operation, with the placeholder in its URL. Nothing is sent."""
        return self._builder.build(operation, None)

    def send(self, operation: Operation, deadline: float | None = None) -> RawResponse | Failure:
        """Make one attempt at a call, to be answered by the deadline. Interruptions are raised without their frames."""
        limit = self._builder.time_limit(deadline)
        try:
            with at_most(limit):
                return self._exchange(operation, limit)
        except Exception as error:  # noqa: BLE001 (any transport may raise anything, and its frames hold the token)
            return self._builder.failure(operation, error)
        except BaseException as error:  # noqa: BLE001 (raised again below without its frames)
            interruption = error.with_traceback(None)
        interruption.__context__ = interruption.__cause__ = None
        try:
            raise interruption
        finally:
            del interruption  # a cycle with its traceback would keep the client alive

    def _exchange(self, operation: Operation, limit: float | None) -> RawResponse | Failure:
        request = self._builder.build(operation, limit)
        if self.closed:
            return closed(operation)
        collector = self._builder.collect(operation, limit)
        response = self._http.send(request, stream=True)
        try:
            for chunk in response.iter_bytes():
                if failure := collector.add(chunk, response.status_code):
                    return failure
            return collector.response(response)
        finally:
            response.close()


class _TokenTransport(httpx.BaseTransport):
    """Puts the token into the URL."""

    def __init__(self, inner: httpx.BaseTransport, builder: RequestBuilder) -> None:
        self._inner = inner
        self._builder = builder

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        return self._inner.handle_request(self._builder.with_token(request))

    def close(self) -> None:
        self._inner.close()
