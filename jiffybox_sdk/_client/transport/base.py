"""The common part of both transports: building requests, hiding the token, collecting responses. No I/O.

The token is part of every URL. Requests are built with a placeholder, and the innermost transport puts the token into a
copy, so everything that httpx logs, shows or raises contains only the placeholder.
"""

import logging
import ssl
from collections.abc import Callable
from datetime import timedelta
from http.cookiejar import CookieJar, DefaultCookiePolicy
from urllib.parse import SplitResult, quote

import httpx
from pydantic import SecretStr

from jiffybox_sdk._client.response import RawResponse, encode
from jiffybox_sdk._client.retry import Failure, lost, not_connected, rejected
from jiffybox_sdk._common import arguments
from jiffybox_sdk._common.operation import Operation
from jiffybox_sdk._common.redaction import RedactingFilter, redact, redact_bytes
from jiffybox_sdk._version import __version__
from jiffybox_sdk.clock import AsyncClock, Clock
from jiffybox_sdk.exceptions import JiffyArgumentException, JiffyDetachedException, JiffyException

MAX_BYTES = 64 * 2**20
"""The maximum size of a response, in bytes."""

PLACEHOLDER = "-token-"
"""The replacement for the token in everything that can be printed."""

_HEADERS = {
    "Accept": "application/json",
    "Accept-Encoding": "gzip, deflate",
    "User-Agent": f"jiffybox-sdk/{__version__}",
}
_HTTP_LOGGERS = (logging.getLogger("httpx"), logging.getLogger("httpcore.http11"))

_log = logging.getLogger("jiffybox_sdk")


class RequestBuilder:
    """Builds a client's requests and hides its token."""

    def __init__(
        self,
        service: SplitResult,
        version: str,
        token: SecretStr,
        timeout: float | timedelta | None,
        total_timeout: float | timedelta | None,
        clock: Clock | AsyncClock,
    ) -> None:
        segment = quote(arguments.text_id(version, "api_version"), safe="")
        base = f"{service.scheme}://{service.netloc}{service.path.rstrip('/')}/"
        self._url = f"{base}{PLACEHOLDER}/{segment}/"
        self._timeout = None if timeout is None else arguments.seconds(timeout, "timeout")
        self._total_timeout = None if total_timeout is None else arguments.seconds(total_timeout, "total_timeout")
        self._now = clock.monotonic
        self._token = token
        self._log_filter = RedactingFilter(token, PLACEHOLDER)
        try:
            self._path_before_token = httpx.URL(base).raw_path
        except httpx.InvalidURL:
            raise JiffyArgumentException("invalid api_url: it is not a valid URL") from None

    def guard_logs(self) -> None:
        """Start removing the token from httpx's and httpcore's logs, which quote what a server sends."""
        for logger in _HTTP_LOGGERS:
            logger.addFilter(self._log_filter)

    def stop_guarding_logs(self) -> None:
        """Stop removing the token from the logs. Safe to call more than once."""
        for logger in _HTTP_LOGGERS:
            logger.removeFilter(self._log_filter)

    def time_limit(self, deadline: float | None) -> float | None:
        """Return the seconds that an attempt may take until its response is complete, or `None` for no limit."""
        if deadline is None:
            return self._total_timeout
        left = max(deadline - self._now(), 0.001)
        return left if self._total_timeout is None else min(self._total_timeout, left)

    def build(self, operation: Operation, limit: float | None) -> httpx.Request:
        """Return the request for an operation, with the placeholder in its URL."""
        body = encode(operation)
        step = self._timeout if limit is None else min(limit, self._timeout or limit)
        return httpx.Request(
            operation.call.verb,
            self._url + operation.path,
            content=body,
            headers=_HEADERS if body is None else _HEADERS | {"Content-Type": "application/json"},
            extensions={"timeout": httpx.Timeout(step).as_dict()},
        )

    def with_token(self, request: httpx.Request) -> httpx.Request:
        """Return a copy of a request with the token instead of the placeholder."""
        after = request.url.raw_path[len(self._path_before_token) + len(PLACEHOLDER) :]
        token = quote(self._token.get_secret_value(), safe="").encode()
        url = request.url.copy_with(raw_path=self._path_before_token + token + after)
        return httpx.Request(
            request.method, url, headers=request.headers, stream=request.stream, extensions=request.extensions
        )

    def collect(self, operation: Operation, limit: float | None) -> "ResponseCollector":
        """Return a collector for the response to a request that is sent now."""
        return ResponseCollector(operation, self._token, limit, self._now)

    def failure(self, operation: Operation, error: Exception) -> Failure:
        """Return the failure for an exception from the transport, without the frames that contain the real URL."""
        if isinstance(error, httpx.ConnectError | httpx.ConnectTimeout | httpx.PoolTimeout | httpx.ProxyError):
            describe = rejected if _is_certificate_error(error) else not_connected
            return describe(operation, self._reason(error))
        if isinstance(error, JiffyException):  # an argument that can't be encoded, or a defect in the emulator
            return Failure(error.with_traceback(None))
        return lost(operation, self._reason(error))

    def _reason(self, error: Exception) -> str:
        name = type(error).__name__
        text = redact(str(error), [self._token.get_secret_value()], PLACEHOLDER).strip()
        return f"{name}: {text}" if text else name


class ResponseCollector:
    """Collects the chunks of a response within limits on size and time."""

    def __init__(self, operation: Operation, token: SecretStr, limit: float | None, now: Callable[[], float]) -> None:
        self._operation = operation
        self._token = token
        self._limit = limit
        self._now = now
        self._started = now()
        self._chunks: list[bytes] = []
        self._size = 0

    def add(self, chunk: bytes, status: int) -> Failure | None:
        """Add a chunk and return a failure if a limit is exceeded."""
        self._chunks.append(chunk)
        self._size += len(chunk)
        if self._size > MAX_BYTES:
            too_large = rejected if self._operation.repeatable else lost  # a retry would get the same response
            return too_large(self._operation, f"the response is larger than {MAX_BYTES} bytes", status)
        if self._limit is not None and self._now() - self._started > self._limit:
            return lost(self._operation, f"the answer was not complete after {self._limit:g} s", status)
        return None

    def response(self, response: httpx.Response) -> RawResponse:
        """Return the complete response. The token is removed in case the server echoes the path."""
        status = response.status_code
        _log.debug("%s: HTTP status %d, %d bytes", self._operation, status, self._size)
        content = redact_bytes(b"".join(self._chunks), [self._token.get_secret_value()], PLACEHOLDER)
        return RawResponse(status, content, response.headers.get("Retry-After"))


def closed(operation: Operation) -> Failure:
    """Return the failure of a call after the client was closed."""
    return Failure(JiffyDetachedException(f"{operation} was not sent: the client is closed"))


def no_cookies() -> CookieJar:
    """Return a cookie jar that keeps nothing."""
    return CookieJar(DefaultCookiePolicy(allowed_domains=[]))


def invalid_transport(transport: object, expected: str) -> JiffyArgumentException:
    """Return the exception for a transport of the wrong type."""
    name = type(transport).__name__
    return JiffyArgumentException(
        f"invalid transport of type {name}: expected an {expected}, such as Emulator().transport()"
    )


def _is_certificate_error(error: BaseException) -> bool:
    cause: BaseException | None = error
    while cause is not None:  # httpx and httpcore wrap it
        if isinstance(cause, ssl.SSLCertVerificationError):
            return True
        cause = cause.__cause__ or cause.__context__
    return False
