"""Base class for the client, providing its options, calls and `close()`."""

import os
from collections.abc import Callable
from datetime import timedelta
from types import TracebackType
from typing import TYPE_CHECKING, Self, TypedDict, TypeVar, Unpack

from jiffybox_sdk._client.base import ClientBase
from jiffybox_sdk._client.settings import (
    MAX_CONNECTIONS,
    DriftMode,
    check_network_options,
    service_url,
    url_from_environment,
)
from jiffybox_sdk._common import arguments
from jiffybox_sdk._common.operation import API_URL, API_VERSION
from jiffybox_sdk.clock import AsyncClock, AsyncSystemClock
from jiffybox_sdk.exceptions import JiffyArgumentException

if TYPE_CHECKING:
    from pathlib import Path
    from ssl import SSLContext

    import httpx
    from pydantic import SecretStr

    from jiffybox_sdk._client.attempt import Attempt
    from jiffybox_sdk._client.rate_limit import RateLimit
    from jiffybox_sdk._client.retry import Retry
    from jiffybox_sdk._common.operation import Operation
    from jiffybox_sdk.models.responses.message import Message

T = TypeVar("T")


class AsyncClientOptions(TypedDict, total=False):
    """The keyword arguments for `AsyncJiffyBox`."""

    timeout: float | timedelta | None
    total_timeout: float | timedelta | None
    retry: "Retry | None"
    rate_limit: "RateLimit | None"
    transport: "httpx.AsyncBaseTransport | None"
    verify: "SSLContext | str | Path | None"
    max_connections: int
    user_agent: str | None
    allow_plain_http: bool
    on_message: "Callable[[Message, Operation], object] | None"
    on_attempt: "Callable[[Attempt], object] | None"
    clock: AsyncClock | None
    drift: DriftMode


class AsyncConnection(ClientBase):
    """Base class for `AsyncJiffyBox`."""

    clock: AsyncClock
    """The clock for time-outs, retries and polling."""

    def __init__(
        self,
        api_key: "str | SecretStr",
        api_url: str = API_URL,
        api_version: str = API_VERSION,
        *,
        timeout: float | timedelta | None = 10,
        total_timeout: float | timedelta | None = 30,
        retry: "Retry | None" = None,
        rate_limit: "RateLimit | None" = None,
        transport: "httpx.AsyncBaseTransport | None" = None,
        verify: "SSLContext | str | Path | None" = None,
        max_connections: int = MAX_CONNECTIONS,
        user_agent: str | None = None,
        allow_plain_http: bool = False,
        on_message: "Callable[[Message, Operation], object] | None" = None,
        on_attempt: "Callable[[Attempt], object] | None" = None,
        clock: AsyncClock | None = None,
        drift: DriftMode = "log",
    ) -> None:
        """Create a client. No connection is made yet.

        Args:
            api_key: The API token from the control panel.
            api_url: The URL of the service, by default `https://api.jiffybox.de`. Plain `http://` is only allowed for
                this machine.
            api_version: The version of the API, which is part of the path, by default `v1.0`.
            timeout: The time-out in seconds for connecting, for sending, and for receiving a part of the response.
                `None` disables it.
            total_timeout: The time-out in seconds for an attempt until its response is complete. `None` disables it.
                It covers everything but, in the synchronous client, resolving a host name, which can't be interrupted.
            retry: How often and for how long to retry.
            rate_limit: The maximum rate of requests. Unlimited by default.
            transport: Your own httpx transport. It receives the real URLs, including the token, and is closed with the
                client. A synchronous one can't be interrupted, so `total_timeout` is checked after each part of the
                response. Without a transport, the proxies and `NO_PROXY` from the environment are used, but this
                machine is always reached directly. `verify` and `max_connections` need a client without one.
            verify: The certificates to trust, also those of an `https://` proxy: an `ssl.SSLContext`, or the path of a
                file or directory of CA certificates in PEM format. By default, those in `SSL_CERT_FILE`, otherwise
                `SSL_CERT_DIR`, otherwise those of certifi.
            max_connections: The maximum number of connections at the same time, 100 by default. Further calls wait for
                a free one.
            user_agent: The name of your application, such as `myapp/1.0`, which is sent before the SDK's own. Up to 200
                printable ASCII characters.
            allow_plain_http: Whether to allow sending the token unencrypted to another machine.
            on_message: A function that is called with each message of a successful response (`success`, `notice` or
                `warning`) and the operation. Messages are also logged. An exception that it raises replaces the result.
            on_attempt: A function that is called after each attempt, for metrics and traces. Attempts are also logged.
                An exception that it raises ends the call and replaces the result, even if a change was made.
            clock: The clock for time-outs, retries and polling. Tests can pass their own. If a test tool such as
                freezegun has stopped it, waits and retries still end, since the time slept counts, but `total_timeout`
                may apply only to each step of an attempt.
            drift: How to treat unknown fields and values in responses, and numbers and booleans sent as text: `"log"`
                each kind once (logger `jiffybox_sdk`), `"raise"` a `JiffyDriftException` for each response, or
                `"ignore"` them. The attribute `drift` collects them unless they are ignored.

        Raises:
            JiffyArgumentException: If an argument is invalid or would expose the token.
        """
        # From here on, no frame holds a plain secret, since a traceback that shows variables must not show it.
        api_key = arguments.secret(api_key)
        service = service_url(api_url, api_key, allow_plain_http=allow_plain_http)
        del api_url
        if isinstance(service, str):
            raise JiffyArgumentException(service)
        check_network_options(transport, verify, max_connections, user_agent)
        self._set_options(retry, rate_limit, on_message, on_attempt, drift, clock)
        self.clock = clock or AsyncSystemClock()

        # Imported late, because they load httpx, which only a client needs.
        from jiffybox_sdk._client.transport import AsyncTransport  # noqa: PLC0415
        from jiffybox_sdk._client.transport.base import RequestBuilder  # noqa: PLC0415
        from jiffybox_sdk._client.transport.options import network_options  # noqa: PLC0415

        builder = RequestBuilder(service, api_version, api_key, timeout, total_timeout, self.clock, user_agent)
        way = network_options(service, verify, max_connections) if transport is None else transport
        self._transport = AsyncTransport(builder, way)
        self._transport.release_with(self)

    @classmethod
    def from_env(cls, **options: Unpack[AsyncClientOptions]) -> Self:
        """Create a client from the environment variables `JIFFYBOX_API_KEY` and, if set, `JIFFYBOX_API_URL`.

        Args:
            **options: The same options as for the constructor.

        Raises:
            JiffyArgumentException: If `JIFFYBOX_API_KEY` is not set or an argument is invalid.
        """
        url = url_from_environment()
        return cls(os.environ["JIFFYBOX_API_KEY"], url, **options)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        exception_type: type[BaseException] | None,
        exception: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """Close all connections, including your own transport. Safe to call more than once."""
        await self._transport.close()

    async def _send(self, operation: "Operation", as_type: type[T], *, within: float | None = None) -> T:
        """Make a call, with retries, and return its result: a record, a `dict` of records, or `bool`."""
        from jiffybox_sdk._client.retry_loop import RetryLoop  # noqa: PLC0415 (loaded with the client)
        from jiffybox_sdk.models._reader import reader  # noqa: PLC0415 (needed only by calls)

        result_reader = reader(as_type)
        deadline = None if within is None else self.clock.monotonic() + within
        loop = RetryLoop(self._policy, self.clock, operation, result_reader, deadline)
        # The outcome is not kept in a variable, because a cycle with its traceback would keep the client alive.
        return self._conclude(await loop.async_run(self._transport.send, self.clock.sleep), operation)
