"""The common part of both transports: building requests, hiding the token, interpreting failures. No I/O.

The token is part of every URL. It is inserted at the last moment, and whatever a transport raises is turned into a
`Failure` without the frames that contain the URL.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import SplitResult, quote

from pydantic import SecretStr

from jiffybox_sdk._client.response import RawResponse, encode, is_rejection, retry_after_seconds
from jiffybox_sdk._client.retry import Failure, lost, not_connected, rejected
from jiffybox_sdk._client.transport.body import BodyError, BodyTooLargeError, described
from jiffybox_sdk._client.transport.proxy import host_and_port
from jiffybox_sdk._common import arguments
from jiffybox_sdk._common.headers import Headers
from jiffybox_sdk._common.operation import Operation
from jiffybox_sdk._common.redaction import LogGuard, redact, redact_bytes
from jiffybox_sdk._version import __version__
from jiffybox_sdk.clock import AsyncClock, Clock
from jiffybox_sdk.exceptions import JiffyArgumentException, JiffyDetachedException, JiffyException

PLACEHOLDER = "-token-"
"""The replacement for the token in everything that can be printed."""

_MAX_PATH = 1000

_NOT_SENT = ("ConnectError", "ConnectTimeout", "PoolTimeout", "ProxyError")
"""The exceptions of httpx and httpcore that mean that no connection was made."""

RawHeaders = list[tuple[bytes, bytes]]

_HTTPCORE = ("connection", "http11", "http2", "proxy", "socks")
_log_guard = LogGuard(  # the transports of users log there, too
    ["httpx", *(f"httpcore.{module}" for module in _HTTPCORE), "hpack.hpack", "hpack.table"], PLACEHOLDER
)


@dataclass(frozen=True, slots=True)
class Preview:
    """A request as it would be sent, with a placeholder instead of the token."""

    verb: str
    url: str
    headers: list[tuple[str, str]]
    body: str


class RequestBuilder:
    """Builds a client's requests and hides its token.

    Attributes:
        timeout: The time-out in seconds for each step of an attempt, or `None`.
        scheme: The scheme of the service's URL.
        host: The host in it, in ASCII.
        port: The port in it, or `None` for the scheme's own.
        authority: The host and the port as in URLs.
    """

    def __init__(
        self,
        service: SplitResult,
        version: str,
        token: SecretStr,
        timeout: float | timedelta | None,
        total_timeout: float | timedelta | None,
        clock: Clock | AsyncClock,
        user_agent: str | None = None,
    ) -> None:
        segment = quote(arguments.text_id(version, "api_version"), safe="")
        self.timeout: float | None = None if timeout is None else arguments.seconds(timeout, "timeout")
        self._total_timeout = None if total_timeout is None else arguments.seconds(total_timeout, "total_timeout")
        self._now = clock.monotonic
        self._time = clock.time
        self._token = token
        self._guarding = object()
        self.scheme: str = service.scheme
        self.host: str = ascii_host(service.hostname or "")
        self.port: int | None = service.port
        self._before_token = f"{_normalized(service.path)}/"
        self._after_token = f"/{segment}/"
        if len(self._before_token) > _MAX_PATH:
            raise JiffyArgumentException(f"invalid api_url: its path is longer than {_MAX_PATH} characters")
        self.authority: str = host_and_port(self.host, self.port)
        self._headers: RawHeaders = [
            (b"Host", self.authority.encode()),
            (b"Accept", b"application/json"),
            (b"Accept-Encoding", b"gzip, deflate"),
            (b"User-Agent", f"{f'{user_agent} ' if user_agent else ''}jiffybox-sdk/{__version__}".encode()),
        ]

    def guard_logs(self) -> None:
        """Start removing the token from httpx's and httpcore's logs, which quote what is sent and received."""
        _log_guard.add(self._guarding, self._token)

    def stop_guarding_logs(self) -> None:
        """Stop removing the token from the logs. Safe to call more than once."""
        _log_guard.remove(self._guarding)

    def time_limit(self, deadline: float | None) -> float | None:
        """Return the seconds that an attempt may take until its response is complete, or `None` for no limit."""
        if deadline is None:
            return self._total_timeout
        left = max(deadline - self._now(), 0.001)
        return left if self._total_timeout is None else min(self._total_timeout, left)

    def step(self, limit: float | None) -> float | None:
        """Return the time-out in seconds for each step of an attempt that may take `limit` seconds."""
        return self.timeout if limit is None else min(limit, self.timeout or limit)

    def time_check(self, limit: float | None) -> Callable[[], None]:
        """Return a function that raises an exception if more than `limit` seconds have passed since now."""
        deadline = None if limit is None else self._now() + limit

        def check() -> None:
            if deadline is not None and self._now() > deadline:
                raise TimeoutError(f"the response was not complete after {limit:g} s")

        return check

    def target(self, operation: Operation) -> bytes:
        """Return the path of a request, which contains the token."""
        token = quote(self._token.get_secret_value(), safe="")
        return f"{self._before_token}{token}{self._after_token}{operation.path}".encode("ascii")

    def preview(self, operation: Operation) -> Preview:
        """Return a request as it would be sent, with a placeholder instead of the token."""
        headers, body = self.content(operation)
        path = f"{self._before_token}{PLACEHOLDER}{self._after_token}{operation.path}"
        shown = [(name.decode(), value.decode()) for name, value in headers]
        return Preview(operation.call.verb, f"{self.scheme}://{self.authority}{path}", shown, body.decode())

    def content(self, operation: Operation) -> tuple[RawHeaders, bytes]:
        """Return the headers and the body of a request."""
        body = encode(operation)
        if body is not None:
            extra = [(b"Content-Type", b"application/json"), (b"Content-Length", str(len(body)).encode())]
            return self._headers + extra, body
        if operation.call.verb in ("POST", "PUT"):
            return [*self._headers, (b"Content-Length", b"0")], b""
        return self._headers, b""

    def response(self, status: int, headers: Iterable[tuple[bytes, bytes]], body: bytes) -> RawResponse:
        """Return a complete response. The token is removed in case the server echoes the path."""
        content = redact_bytes(body, [self._token.get_secret_value()], PLACEHOLDER)
        return RawResponse(status, content, self._headers_of(headers))

    def failure(self, operation: Operation, error: Exception) -> RawResponse | Failure:
        """Return the failure for an exception from the transport, without the frames that contain the real URL.

        If the body of a response is incomplete or invalid, but the status shows that the call was rejected, that is a
        response.
        """
        if isinstance(error, JiffyException):  # an argument that can't be encoded, or a defect in the emulator
            return Failure(error.with_traceback(None))
        if isinstance(error, BodyError):
            headers = self._headers_of(error.headers)
            if is_rejection(error.status, headers, self._time()):
                return RawResponse(error.status, b"", headers)
            permanent = isinstance(error, BodyTooLargeError) and operation.repeatable  # a retry would get the same
            failure = (rejected if permanent else lost)(operation, self._redacted(str(error)), error.status)
            failure.exception.headers = headers
            return failure
        if _was_not_sent(error):
            import ssl  # noqa: PLC0415 (slow to import, and loaded by then)

            from jiffybox_sdk._client.transport.pool import NoTurnError  # noqa: PLC0415 (loads httpcore)
            from jiffybox_sdk._client.transport.proxy_handshake import ProxyRefused  # noqa: PLC0415 (loads httpcore)

            if isinstance(error, ProxyRefused):
                wait = retry_after_seconds(error.retry_after, self._time())
                return rejected(operation, str(error), retry_after=wait)
            permanent = any(isinstance(cause, ssl.SSLCertVerificationError | NoTurnError) for cause in _causes(error))
            return (rejected if permanent else not_connected)(operation, self._redacted(described(error)))
        return lost(operation, self._redacted(described(error)))

    def _headers_of(self, raw: Iterable[tuple[bytes, bytes]]) -> Headers:
        return Headers.without([self._token.get_secret_value()], raw, PLACEHOLDER)

    def _redacted(self, text: str) -> str:
        return redact(text, [self._token.get_secret_value()], PLACEHOLDER)


def closed(operation: Operation) -> Failure:
    """Return the failure of a call after the client was closed."""
    return Failure(JiffyDetachedException(f"{operation} was not sent: the client is closed"))


def check_transport(transport: object, expected: str) -> None:
    """Raise an exception if a user's transport is not of the type in httpx that is expected."""
    import httpx  # noqa: PLC0415 (slow to import, and not needed without such a transport)

    if not isinstance(transport, getattr(httpx, expected)):
        kind = f"{type(transport).__module__}.{type(transport).__qualname__}"
        raise JiffyArgumentException(
            f"invalid transport of type {kind}: expected an httpx.{expected}, such as Emulator().transport()"
        )


def ascii_host(host: str) -> str:
    """Return a host name in the form in which it is sent."""
    if host.isascii():
        return host
    import httpx  # noqa: PLC0415 (slow to import, and only needed for such names)

    try:
        return httpx.URL(scheme="https", host=host).raw_host.decode("ascii")
    except httpx.InvalidURL:
        raise JiffyArgumentException("invalid api_url: it is not a valid URL") from None


def _normalized(path: str) -> str:
    """Return a path without `.` and `..`, percent-encoded, and without a slash at its end."""
    segments: list[str] = []
    for segment in path.rstrip("/").split("/"):
        if segment == "..":
            del segments[max(len(segments) - 1, 1) :]
        elif segment != ".":
            segments.append(quote(segment, safe="%!$&'()*+,;=:@~"))
    return "/".join(segments)


def _was_not_sent(error: Exception) -> bool:
    """Return whether an exception of httpx or httpcore means that no connection was made."""
    return any(
        parent.__name__ in _NOT_SENT and parent.__module__.partition(".")[0] in ("httpx", "httpcore")
        for parent in type(error).__mro__
    )


def _causes(error: BaseException) -> Iterator[BaseException]:
    cause: BaseException | None = error
    while cause is not None:  # httpx and httpcore wrap what they raise
        yield cause
        cause = cause.__cause__ or cause.__context__
