"""The connection of a client to the service: made, used by each call, closed."""

import os
import weakref
from collections.abc import Callable
from datetime import timedelta
from types import TracebackType
from typing import TYPE_CHECKING, Self, TypedDict, TypeVar, Unpack

from jiffybox_sdk._client.base import API_URL, API_VERSION, ClientBase, DriftMode, check_clock, url_from_environment
from jiffybox_sdk._common import arguments
from jiffybox_sdk.clock import Clock, SystemClock
from jiffybox_sdk.exceptions import JiffyArgumentException
from jiffybox_sdk.models._reader import reader

if TYPE_CHECKING:
    import httpx
    from pydantic import SecretStr

    from jiffybox_sdk._client.response import Success
    from jiffybox_sdk._client.retry import RateLimit, Retry
    from jiffybox_sdk._common.operation import Operation
    from jiffybox_sdk.models.responses.message import Message

T = TypeVar("T")


class ClientOptions(TypedDict, total=False):
    """The keyword arguments of `JiffyBox`."""

    timeout: float | timedelta | None
    total_timeout: float | timedelta | None
    retry: "Retry | None"
    rate_limit: "RateLimit | None"
    transport: "httpx.BaseTransport | None"
    allow_plain_http: bool
    on_message: "Callable[[Message, Operation], object] | None"
    clock: Clock | None
    drift: DriftMode


class Connection(ClientBase):
    """What `JiffyBox` makes its calls through."""

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
        transport: "httpx.BaseTransport | None" = None,
        allow_plain_http: bool = False,
        on_message: "Callable[[Message, Operation], object] | None" = None,
        clock: Clock | None = None,
        drift: DriftMode = "log",
    ) -> None:
        """Makes a client. Nothing is sent yet.

        Args:
            api_key: The token from the control panel.
            api_url: Address of the service, `https://`; plain `http://` for this machine only.
            api_version: The version of the API, a part of the path.
            timeout: Seconds that connecting, sending, or receiving a piece may take; `None` for no limit.
            total_timeout: Seconds that an attempt may take until its answer is complete; `None` for no limit. Looking
                up the name of the service is left to the system, and to its limits.
            retry: How patiently to repeat what may be repeated.
            rate_limit: How many requests there may be in how much time. No limit if not given.
            transport: An httpx transport of your own in place of sockets. It sees the real URLs, token included, and is
                closed with the client.
                Without it, the proxies of the environment are used, `NO_PROXY` is honoured, and this machine is
                reached directly.
            allow_plain_http: Whether to send the token unencrypted to another machine.
            on_message: Is called with what the service says beside a good result (`success`, `notice`, `warning`), and
                the call that it was said to. It is logged as well. What it raises takes the place of the result.
            clock: What all waiting goes by, for tests.
            drift: What to do about what the schemas do not know in an answer: `"log"` it once for each place (logger
                `jiffybox_sdk`), `"raise"` `JiffyDriftException` for each answer, or `"ignore"` it. The attribute
                `drift` has it all, but when it is ignored.

        Raises:
            JiffyArgumentException: an argument makes no sense, or would endanger the token.
        """
        # From here on no frame holds a secret in the open: a traceback that shows variables must not show it.
        api_key = arguments.secret(api_key)
        service = arguments.service_url(api_url, api_key, allow_plain_http=allow_plain_http)
        del api_url
        if isinstance(service, str):
            raise JiffyArgumentException(service)
        self._take(retry, rate_limit, on_message, drift)
        check_clock(clock)
        self.clock: Clock = clock or SystemClock()

        # Not imported above: it loads httpx, which only a client needs.
        from jiffybox_sdk._client.transport.base import RequestBuilder, Transport  # noqa: PLC0415

        carrier = RequestBuilder(
            service, api_version, api_key, timeout=timeout, total_timeout=total_timeout, clock=self.clock
        )
        self._transport = Transport(carrier, service, transport)
        weakref.finalize(self, self._transport.drop)

    @classmethod
    def from_env(cls, **options: Unpack[ClientOptions]) -> Self:
        """Makes a client from the environment: `JIFFYBOX_API_KEY`, and `JIFFYBOX_API_URL` if it is set.

        Args:
            **options: As for the constructor.

        Raises:
            JiffyArgumentException: `JIFFYBOX_API_KEY` is not set, or an argument makes no sense.
        """
        url = url_from_environment()
        return cls(os.environ["JIFFYBOX_API_KEY"], url, **options)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        exception_type: type[BaseException] | None,
        exception: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Closes all connections, and a transport of your own as well. Doing it twice is no mistake."""
        self._transport.close()

    def send(self, operation: "Operation", as_type: type[T], *, within: float | None = None) -> T:
        """Makes a call, repeats it if it may be, and returns its result. All other methods end here.

        Args:
            operation: The call, from `jiffybox_sdk.operations`.
            as_type: What its result is: a record, a `dict` of records, or `bool`.
            within: Seconds after which to give up, if that is before the time-outs.

        Returns:
            The result, as an `as_type`.
        """
        from jiffybox_sdk._client.response import Failure, read  # noqa: PLC0415
        from jiffybox_sdk._client.retry import Policy  # noqa: PLC0415 (loaded with the client)

        reader(as_type)  # before anything is sent: it refuses what is no type
        deadline = None if within is None else self.clock.monotonic() + within
        noting = self._drift_mode != "ignore"

        def attempt() -> "Success[T] | Failure":
            answer = self._transport.send(operation, deadline)
            if isinstance(answer, Failure):
                return answer
            return read(answer, operation, as_type, self.clock.time(), noting=noting)

        policy = Policy(self._retry, self._rate_limit, self.clock, operation, deadline)
        # The outcome is kept in no variable: a cycle with its traceback would keep the client alive.
        return self._conclude(policy.run(attempt, self.clock.sleep), operation)
