"""The record of one attempt at a call."""

from dataclasses import dataclass
from typing import Literal

from jiffybox_sdk._common.headers import Headers
from jiffybox_sdk._common.operation import Operation
from jiffybox_sdk.exceptions import one_line

Connection = Literal["new", "reused"]
"""Whether a connection was made for a request or taken from the pool."""

AttemptOutcome = Literal["success", "not_connected", "busy", "lost", "rejected", "invalid", "interrupted"]
"""The outcome of an attempt."""

_MAX_REQUEST_ID = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """One attempt at a call, as passed to a client's `on_attempt`. `str()` returns the line that is logged.

    Attributes:
        operation: The call, without its secrets.
        number: The number of the attempt, starting with 1.
        outcome: `success`; `not_connected`: no connection could be made; `busy`: the service asked to call later (429,
            or 503 with `Retry-After`); `lost`: the response was lost or is not from the service; `rejected`: by the
            service, or for a permanent reason; `invalid`: the result does not match its schema; `interrupted`: by a
            cancellation, Ctrl-C or the like.
        error: The message of the exception that is raised unless the call is retried.
        http_status: The HTTP status of the response, if there was one.
        wait: The seconds waited before the attempt, for the back-off and the rate limit.
        seconds: The seconds that the attempt took.
        retry_in: The seconds after which the call will be retried, or `None` if it won't be.
        connection: Whether the connection was `new` or `reused`, if known.
        headers: The headers of the response. Empty if there was none.
    """

    operation: Operation
    number: int
    outcome: AttemptOutcome
    error: str | None
    http_status: int | None
    wait: float
    seconds: float
    retry_in: float | None
    connection: Connection | None
    headers: Headers

    @property
    def request_id(self) -> str | None:
        """The id that the service or a proxy gave to the request, such as in `X-Request-Id`."""
        return self.headers.request_id

    def __str__(self) -> str:
        details = [f"{self.seconds:.3f} s"]
        if self.number > 1 or self.wait:
            details.insert(0, f"attempt {self.number} after waiting {self.wait:.1f} s")
        if self.connection:
            details.append(f"{self.connection} connection")
        if self.request_id:
            details.append(f"request id {self.request_id[:_MAX_REQUEST_ID]}")
        result = "interrupted" if self.outcome == "interrupted" else f"HTTP status {self.http_status}"
        retry = "" if self.retry_in is None else f"; retrying in {self.retry_in:.1f} s"
        return one_line(f"{self.error or f'{self.operation}: {result}'} ({', '.join(details)}){retry}")
