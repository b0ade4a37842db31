"""httpx, and the only place that knows the token.

The token is part of every URL. So requests are made with a placeholder in its place, and the innermost transport of
ours puts the token in at the last moment, in a copy. What httpx logs, shows or raises only ever knows the
placeholder; what comes from below is turned into failures of ours, without the frames in which the real URL stands.
"""

import json
import logging
import ssl
from collections.abc import Callable
from datetime import timedelta
from http.cookiejar import CookieJar, DefaultCookiePolicy
from urllib.parse import SplitResult, quote

import httpx
from pydantic import SecretStr

from jiffybox_sdk import __version__
from jiffybox_sdk._client.response import Failure, RawAnswer, encode, lost, not_connected, rejected
from jiffybox_sdk._client.transport.deadline import SocketTransport, at_most, proxy_for
from jiffybox_sdk._common import arguments
from jiffybox_sdk._common.operation import Operation
from jiffybox_sdk.clock import AsyncClock, Clock
from jiffybox_sdk.exceptions import JiffyArgumentException, JiffyDetachedException, JiffyException

MOST_BYTES = 64 * 2**20
"""The largest answer that is read."""

PLACEHOLDER = "-token-"
"""What stands for the token in everything that can be seen."""

_SHORTEST_HIDDEN = 8
"""A token shorter than this is not looked for in texts: it would be found everywhere. Real ones have 32 characters."""

_HEADERS = {
    "Accept": "application/json",
    "Accept-Encoding": "gzip, deflate",
    "User-Agent": f"jiffybox-sdk/{__version__}",
}

_log = logging.getLogger("jiffybox_sdk")


class RequestBuilder:
    """What both transports share: where requests go, how long they may take, and what is hidden."""

    def __init__(
        self,
        service: SplitResult,
        version: str,
        token: SecretStr,
        *,
        timeout: float | timedelta | None,
        total_timeout: float | timedelta | None,
        clock: Clock | AsyncClock,
    ) -> None:
        """Opens nothing yet.

        Args:
            service: Parts of the URL of the service.
            version: The API's version, a segment of the path.
            token: The token.
            timeout: Seconds that connecting, sending or receiving a piece may take; `None` for no bound.
            total_timeout: Seconds from the beginning until the answer is complete; `None` for no bound.
            clock: What measures them.

        Raises:
            JiffyArgumentException: one of them makes no sense.
        """
        segment = quote(arguments.text_id(version, "api_version"), safe="")
        base = f"{service.scheme}://{service.netloc}{service.path.rstrip('/')}/"
        self._url = f"{base}{PLACEHOLDER}/{segment}/"
        self._timeout = None if timeout is None else arguments.seconds(timeout, "timeout")
        self._total_timeout = None if total_timeout is None else arguments.seconds(total_timeout, "total_timeout")
        self._now = clock.monotonic
        self._hidden = _Hidden(token)
        try:
            self._before = httpx.URL(base).raw_path
        except httpx.InvalidURL:
            raise JiffyArgumentException("api_url is refused: it is no valid URL") from None

    def guard(self) -> None:
        """Begins to keep the token out of logs that quote what a server sends."""
        for logger in _LOGS_OF_THE_WIRE:
            logger.addFilter(self._hidden)

    def stop_guarding(self) -> None:
        """Ends that; doing it twice is no mistake."""
        for logger in _LOGS_OF_THE_WIRE:
            logger.removeFilter(self._hidden)

    def budget(self, deadline: float | None) -> float | None:
        """Returns the seconds that an attempt may take until its answer is complete; `None` for no bound."""
        if deadline is None:
            return self._total_timeout
        left = max(deadline - self._now(), 0.001)
        return left if self._total_timeout is None else min(self._total_timeout, left)

    def request(self, operation: Operation, budget: float | None) -> httpx.Request:
        """Returns the request that a call makes, with the placeholder in its URL.

        Raises:
            JiffyArgumentException: an argument can't be encoded.
        """
        body = encode(operation)
        step = self._timeout if budget is None else min(budget, self._timeout or budget)
        return httpx.Request(
            operation.call.verb,
            self._url + operation.path,
            content=body,
            headers=_HEADERS if body is None else _HEADERS | {"Content-Type": "application/json"},
            extensions={"timeout": httpx.Timeout(step).as_dict()},
        )

    def with_token(self, request: httpx.Request) -> httpx.Request:
        """Returns a copy of a request that has the token in place of the placeholder."""
        after = request.url.raw_path[len(self._before) + len(PLACEHOLDER) :]
        url = request.url.copy_with(raw_path=self._before + self._hidden.in_path + after)
        return httpx.Request(
            request.method, url, headers=request.headers, stream=request.stream, extensions=request.extensions
        )

    def collect(self, operation: Operation, budget: float | None) -> "_Collector":
        """Returns what takes the pieces of the answer to a request that is sent now."""
        return _Collector(operation, self._hidden, budget, self._now)

    def failure(self, operation: Operation, error: Exception) -> Failure:
        """Returns what an exception from below means, without the frames in which the real URL stands."""
        if isinstance(error, httpx.ConnectError | httpx.ConnectTimeout | httpx.PoolTimeout | httpx.ProxyError):
            describe = rejected if _is_certificate_error(error) else not_connected
            return describe(operation, self._reason(error))
        if isinstance(error, JiffyException):  # arguments that can't be encoded, or an emulator that is defective
            return Failure(error.with_traceback(None))
        return lost(operation, self._reason(error))

    def _reason(self, error: Exception) -> str:
        name = type(error).__name__
        text = self._hidden.in_text(str(error)).strip()
        return f"{name}: {text}" if text else name


class _Collector:
    """The pieces of an answer, until they are complete or too much."""

    def __init__(
        self,
        operation: Operation,
        hidden: "_Hidden",
        budget: float | None,
        now: Callable[[], float],
    ) -> None:
        self._operation = operation
        self._hidden = hidden
        self._budget = budget
        self._now = now
        self._started = now()
        self._chunks: list[bytes] = []
        self._size = 0

    def add(self, chunk: bytes, status: int) -> Failure | None:
        """Takes a piece; returns why there should be no other."""
        self._chunks.append(chunk)
        self._size += len(chunk)
        if self._size > MOST_BYTES:  # and would be again
            too_large = rejected if self._operation.repeatable else lost
            return too_large(self._operation, f"the answer is larger than {MOST_BYTES} bytes", status)
        if self._budget is not None and self._now() - self._started > self._budget:
            return lost(self._operation, f"the answer was not complete after {self._budget:g} s", status)
        return None

    def answer(self, response: httpx.Response) -> RawAnswer:
        """Returns the whole, without the token."""
        status = response.status_code
        _log.debug("%s: HTTP status %d, %d bytes", self._operation, status, self._size)
        content = self._hidden.in_bytes(b"".join(self._chunks))
        return RawAnswer(status, content, response.headers.get("Retry-After"))


class Transport:
    """Sends calls, one attempt each. May be used by many threads."""

    def __init__(self, carrier: RequestBuilder, service: SplitResult, transport: httpx.BaseTransport | None) -> None:
        """Opens nothing yet.

        Args:
            carrier: What is the same for all transports.
            service: Parts of the URL of the service.
            transport: What carries requests in place of a socket.

        Raises:
            JiffyArgumentException: it is no transport, or the proxy of the environment can't be used.
        """
        if transport is not None and not isinstance(transport, httpx.BaseTransport):  # pyright: ignore[reportUnnecessaryIsInstance] (users without a type checker)
            raise JiffyArgumentException(
                f"transport of type {type(transport).__name__} is refused: give an httpx.BaseTransport,"
                " such as Emulator().transport()"
            )
        self._carrier = carrier
        self._borrowed = transport is not None
        inner = transport or SocketTransport(proxy_for(service))
        self._http = httpx.Client(transport=_TokenTransport(inner, carrier), trust_env=False, cookies=no_cookies())
        carrier.guard()

    @property
    def closed(self) -> bool:
        """Whether it was closed."""
        return self._http.is_closed

    def close(self) -> None:
        """Closes all connections."""
        self._http.close()
        self._carrier.stop_guarding()

    def drop(self) -> None:
        """Closes what nobody else can use: a transport of the user's own stays open."""
        if self._borrowed:
            self._carrier.stop_guarding()
        else:
            self.close()

    def preview(self, operation: Operation) -> httpx.Request:
        """Returns the request that a call would make, with the placeholder in its URL. Nothing is sent.

        Raises:
            JiffyArgumentException: an argument can't be encoded.
        """
        return self._carrier.request(operation, None)

    def send(self, operation: Operation, deadline: float | None = None) -> RawAnswer | Failure:
        """Makes one attempt at a call.

        Args:
            operation: The call.
            deadline: When there must be an answer, on the clock's monotonic scale; cuts the time-outs.

        Raises:
            BaseException: what is no Exception, such as KeyboardInterrupt, without the frames that it came through.
        """
        budget = self._carrier.budget(deadline)
        try:
            with at_most(budget):
                return self._exchange(operation, budget)
        except Exception as error:  # noqa: BLE001 (whatever a transport raises: its frames hold the token)
            return self._carrier.failure(operation, error)
        except BaseException as error:  # noqa: BLE001 (Ctrl-C, raised again below without its frames)
            interruption = error.with_traceback(None)
        interruption.__context__ = interruption.__cause__ = None
        try:
            raise interruption
        finally:
            del interruption  # a cycle with its traceback would keep the client alive

    def _exchange(self, operation: Operation, budget: float | None) -> RawAnswer | Failure:
        request = self._carrier.request(operation, budget)
        if self.closed:
            return closed(operation)
        collected = self._carrier.collect(operation, budget)
        response = self._http.send(request, stream=True)
        try:
            for chunk in response.iter_bytes():
                if failure := collected.add(chunk, response.status_code):
                    return failure
            return collected.answer(response)
        finally:
            response.close()


def closed(operation: Operation) -> Failure:
    """Nothing is sent any more."""
    return Failure(JiffyDetachedException(f"{operation} was not sent: the client is closed"))


def no_cookies() -> CookieJar:
    """Returns a jar that keeps nothing: each call stands for itself."""
    return CookieJar(DefaultCookiePolicy(allowed_domains=[]))


class _TokenTransport(httpx.BaseTransport):
    """Puts the token where the placeholder stands in the path, in a copy of the request."""

    def __init__(self, inner: httpx.BaseTransport, carrier: RequestBuilder) -> None:
        self._inner = inner
        self._carrier = carrier

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        return self._inner.handle_request(self._carrier.with_token(request))

    def close(self) -> None:
        self._inner.close()


class _Hidden(logging.Filter):
    """The token, and its removal from texts. As a filter it guards the logs that quote what a server sends."""

    def __init__(self, token: SecretStr) -> None:
        super().__init__()
        self._token = token

    @property
    def in_path(self) -> bytes:
        return quote(self._token.get_secret_value(), safe="").encode()

    def in_text(self, text: str) -> str:
        for spelling in self._spellings():
            text = text.replace(spelling, PLACEHOLDER)
        return text

    def in_bytes(self, content: bytes) -> bytes:
        """Returns an answer without the token: a server that echoes the path must not bring it into a message."""
        for spelling in self._spellings():
            if spelling.encode() in content:
                content = content.replace(spelling.encode(), PLACEHOLDER.encode())
        return content

    def _spellings(self) -> set[str]:
        """Returns the token as it stands in texts, in paths, and in JSON."""
        token = self._token.get_secret_value()
        if len(token) < _SHORTEST_HIDDEN:
            return set()
        in_json = (json.dumps(token, ensure_ascii=ascii_only)[1:-1] for ascii_only in (True, False))
        return {token, quote(token, safe=""), *in_json}

    def filter(self, record: logging.LogRecord) -> bool:
        message = record.getMessage()
        hidden = self.in_text(message)
        if hidden != message:
            record.msg, record.args = hidden, ()
        return True


_LOGS_OF_THE_WIRE = (logging.getLogger("httpx"), logging.getLogger("httpcore.http11"))


def _is_certificate_error(error: BaseException) -> bool:
    """Whether a connection failed since the other side could not prove who it is. httpx wraps that twice."""
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ssl.SSLCertVerificationError):
            return True
        cause = cause.__cause__ or cause.__context__
    return False
