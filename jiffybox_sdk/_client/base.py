"""Base class for both clients, without I/O."""

from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING, ClassVar, TypeVar
from urllib.parse import unquote

from jiffybox_sdk._client.settings import DriftMode, check_options
from jiffybox_sdk._common.arguments import shown
from jiffybox_sdk._records.base import attach
from jiffybox_sdk._records.of_box import set_ids
from jiffybox_sdk.exceptions import JiffyArgumentException, JiffyAttributeException, JiffyDriftException

if TYPE_CHECKING:
    from jiffybox_sdk._client.attempt import Attempt
    from jiffybox_sdk._client.rate_limit import RateLimit
    from jiffybox_sdk._client.retry import Failure, Retry, Success
    from jiffybox_sdk._common.operation import Operation
    from jiffybox_sdk.drift import Drift
    from jiffybox_sdk.models.responses.message import Message

T = TypeVar("T")


class ClientBase:
    """Base class for clients, providing options and the handling of outcomes."""

    _records: ClassVar[tuple[type[object], ...]]

    def _set_options(
        self,
        retry: "Retry | None",
        rate_limit: "RateLimit | None",
        on_message: "Callable[[Message, Operation], object] | None",
        on_attempt: "Callable[[Attempt], object] | None",
        drift: DriftMode,
        clock: object,
    ) -> None:
        check_options(retry, rate_limit, on_message, on_attempt, drift, clock)
        # Imported late, because only a client needs them.
        from jiffybox_sdk._client.retry import Retry  # noqa: PLC0415
        from jiffybox_sdk._client.retry_loop import RetryPolicy  # noqa: PLC0415
        from jiffybox_sdk.drift import Drift  # noqa: PLC0415

        self._drift_mode: DriftMode = drift
        self._drift = Drift()
        self._policy = RetryPolicy(retry or Retry(), rate_limit, on_attempt, collect_drift=drift != "ignore")
        self._on_message = on_message

    @property
    def drift(self) -> "Drift":
        """The unknown fields and values in the responses so far. Always empty with `drift="ignore"`."""
        return self._drift

    def __repr__(self) -> str:
        transport = getattr(self, "_transport", None)  # not yet set if the constructor raises
        return f"<{type(self).__name__} {'open' if transport and not transport.closed else 'closed'}>"

    def __reduce__(self) -> str | tuple[object, ...]:
        raise TypeError("clients can't be pickled or copied, because they hold connections and the token")

    def _type_of_result(self, operation: "Operation") -> type[object]:
        """Return the type of an operation's result, with this client's records."""
        from jiffybox_sdk._common.operation import ANYTHING, Operation  # noqa: PLC0415 (loaded with the client)
        from jiffybox_sdk.models._kinds import kinds  # noqa: PLC0415 (needed only by calls)

        expected = "expected one from jiffybox_sdk.operations, such as get_box(1)"
        if not isinstance(operation, Operation):  # pyright: ignore[reportUnnecessaryIsInstance] (users without a type checker)
            raise JiffyArgumentException(f"invalid operation {shown(operation)}: {expected}")
        if operation.call.returns == ANYTHING:
            return object
        as_type = kinds(self._records).get(operation.call.returns)
        if as_type is None:
            raise JiffyArgumentException(
                f"invalid operation {operation}: unknown kind of result {operation.call.returns!r}; {expected}"
            )
        return as_type

    def _conclude(self, outcome: "Success[T] | Failure", operation: "Operation") -> T:
        """Return the result of a call with its records attached to this client, or raise the failure."""
        from jiffybox_sdk._client.response import log_drift, log_messages  # noqa: PLC0415 (as above)
        from jiffybox_sdk._client.retry import Failure  # noqa: PLC0415 (as above)

        log_messages(outcome.messages, operation)
        if outcome.drift:
            new = self._drift.add(outcome.drift)
            if self._drift_mode == "log":
                log_drift(new, operation)
        if self._on_message:
            for message in outcome.messages:
                self._on_message(message, operation.without_secrets())
        if isinstance(outcome, Failure):
            if isinstance(outcome.exception, JiffyAttributeException):
                for key, record in outcome.exception.partial.items():
                    with suppress(JiffyAttributeException):  # the key is not an id
                        set_ids(record, _first_argument(operation) or key)
                attach(outcome.exception.partial, self, outcome.exception.headers)
            try:
                raise outcome.exception
            finally:
                del outcome  # the exception's traceback refers to this frame, a cycle that keeps the client alive
        set_ids(outcome.result, _first_argument(operation))
        attach(outcome.result, self, outcome.headers)
        if outcome.drift and self._drift_mode == "raise":
            exception = JiffyDriftException(outcome.drift, operation=operation.without_secrets(), result=outcome.result)
            exception.headers = outcome.headers
            try:
                raise exception
            finally:
                del outcome, exception
        return outcome.result


def _first_argument(operation: "Operation") -> str | None:
    """Return the first argument in a path, such as the id of a box, or `None` if there is none."""
    segments = operation.path.split("/")
    return unquote(segments[1]) if len(segments) > 1 else None
