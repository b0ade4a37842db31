"""httpx, and the only place that knows the token.

The token is part of every URL. So requests are made with a placeholder in its place, and the innermost transport of
ours puts the token in at the last moment, in a copy. What httpx logs, shows or raises only ever knows the
placeholder; what comes from below is turned into failures of ours, without the frames in which the real URL stands.
"""

import json
import logging
import ssl
from http.cookiejar import CookieJar, DefaultCookiePolicy
from urllib.parse import SplitResult, quote

import httpx
from pydantic import SecretStr

from jiffybox_sdk import __version__, sockets
from jiffybox_sdk.clock import Clock
from jiffybox_sdk.exceptions import JiffyArgumentException, JiffyDetachedException, JiffyException
from jiffybox_sdk.operations import Operation
from jiffybox_sdk.protocol import Failure, RawAnswer, encode, lost, not_connected, rejected

MOST_BYTES = 64 * 2**20
"""The largest answer that is read."""

PLACEHOLDER = "-token-"
"""What stands for the token in everything that can be seen."""

_SHORTEST_HIDDEN = 8
"""A token shorter than this is not looked for in texts: it would be found everywhere. Real ones have 32 characters."""

_log = logging.getLogger("jiffybox_sdk")


class Transport:
    """Sends calls, one attempt each. May be used by many threads."""

    def __init__(
        self,
        service: SplitResult,
        version: str,
        token: SecretStr,
        *,
        timeout: float | None,
        total_timeout: float | None,
        clock: Clock,
        transport: httpx.BaseTransport | None,
    ) -> None:
        """Opens nothing yet.

        Args:
            service: Parts of the URL of the service.
            version: The API's version, a segment of the path.
            token: The token.
            timeout: Seconds that connecting, sending or receiving a piece may take; `None` for no bound.
            total_timeout: Seconds from the beginning until the answer is complete; `None` for no bound.
            clock: What measures them.
            transport: What carries requests in place of a socket.
        """
        base = f"{service.scheme}://{service.netloc}{service.path.rstrip('/')}/"
        self._url = f"{base}{PLACEHOLDER}/{quote(version, safe='')}/"
        self._timeout = timeout
        self._total_timeout = total_timeout
        self._clock = clock
        self._hidden = _Hidden(token)
        try:
            before = httpx.URL(base).raw_path
        except httpx.InvalidURL:
            raise JiffyArgumentException("api_url is refused: it is no valid URL") from None
        if transport is not None and not isinstance(transport, httpx.BaseTransport):  # pyright: ignore[reportUnnecessaryIsInstance] (users without a type checker)
            raise JiffyArgumentException(
                f"transport of type {type(transport).__name__} is refused: give an httpx.BaseTransport,"
                " such as Emulator().transport()"
            )
        self._borrowed = transport is not None
        carrier = transport or sockets.SocketTransport(sockets.proxy_for(service))
        self._http = httpx.Client(
            transport=_TokenTransport(carrier, before, self._hidden),
            headers={"Accept": "application/json", "User-Agent": f"jiffybox-sdk/{__version__}"},
            trust_env=False,
            cookies=CookieJar(DefaultCookiePolicy(allowed_domains=[])),  # none is kept: each call stands for itself
        )
        for logger in _LOGS_OF_THE_WIRE:
            logger.addFilter(self._hidden)

    @property
    def closed(self) -> bool:
        """Whether it was closed."""
        return self._http.is_closed

    def close(self) -> None:
        """Closes all connections."""
        self._http.close()
        self._stop_guarding()

    def drop(self) -> None:
        """Closes what nobody else can use: a transport of the user's own stays open."""
        if self._borrowed:
            self._stop_guarding()
        else:
            self.close()

    def send(self, operation: Operation, deadline: float | None = None) -> RawAnswer | Failure:
        """Makes one attempt at a call.

        Args:
            operation: The call.
            deadline: When there must be an answer, on the clock's monotonic scale; cuts the time-outs.

        Raises:
            BaseException: what is no Exception, such as KeyboardInterrupt, without the frames that it came through.
        """
        budget = self._total_timeout
        if deadline is not None:
            left = max(deadline - self._clock.monotonic(), 0.001)
            budget = left if budget is None else min(budget, left)
        try:
            with sockets.at_most(budget):
                return self._exchange(operation, budget)
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError) as error:
            describe = rejected if _is_certificate_error(error) else not_connected
            return describe(operation, self._reason(error))
        except JiffyException as error:  # arguments that can't be encoded, or an emulator that is defective
            return Failure(error.with_traceback(None))
        except Exception as error:  # noqa: BLE001 (whatever a transport raises: its frames hold the token)
            return lost(operation, self._reason(error))
        except BaseException as error:  # noqa: BLE001 (Ctrl-C, raised again below without its frames)
            interruption = error.with_traceback(None)
        interruption.__context__ = interruption.__cause__ = None
        raise interruption

    def _exchange(self, operation: Operation, budget: float | None) -> RawAnswer | Failure:
        started = self._clock.monotonic()
        body = encode(operation)
        step = self._timeout if budget is None else min(budget, self._timeout or budget)
        request = self._http.build_request(
            operation.call.verb,
            self._url + operation.path,
            content=body,
            headers=None if body is None else {"Content-Type": "application/json"},
            timeout=step,
        )
        if self.closed:
            return Failure(JiffyDetachedException(f"{operation} was not sent: the client is closed"))
        response = self._http.send(request, stream=True)
        try:
            chunks: list[bytes] = []
            size = 0
            for chunk in response.iter_bytes():
                chunks.append(chunk)
                size += len(chunk)
                if size > MOST_BYTES:  # and would be again
                    too_large = rejected if operation.repeatable else lost
                    return too_large(operation, f"the answer is larger than {MOST_BYTES} bytes", response.status_code)
                if budget is not None and self._clock.monotonic() - started > budget:
                    return lost(operation, f"the answer was not complete after {budget:g} s", response.status_code)
        finally:
            response.close()
        _log.debug("%s: HTTP status %d, %d bytes", operation, response.status_code, size)
        content = self._hidden.in_bytes(b"".join(chunks))
        return RawAnswer(response.status_code, content, response.headers.get("Retry-After"))

    def _stop_guarding(self) -> None:
        for logger in _LOGS_OF_THE_WIRE:
            logger.removeFilter(self._hidden)

    def _reason(self, error: Exception) -> str:
        name = type(error).__name__
        text = self._hidden.in_text(str(error)).strip()
        return f"{name}: {text}" if text else name


class _TokenTransport(httpx.BaseTransport):
    """Puts the token where the placeholder stands in the path, in a copy of the request."""

    def __init__(self, carrier: httpx.BaseTransport, before: bytes, hidden: "_Hidden") -> None:
        self._carrier = carrier
        self._before = before
        self._hidden = hidden

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        after = request.url.raw_path[len(self._before) + len(PLACEHOLDER) :]
        url = request.url.copy_with(raw_path=self._before + self._hidden.in_path + after)
        return self._carrier.handle_request(
            httpx.Request(
                request.method, url, headers=request.headers, stream=request.stream, extensions=request.extensions
            )
        )

    def close(self) -> None:
        self._carrier.close()


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
