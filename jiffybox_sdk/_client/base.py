"""What both clients have in common: the checks of what they are made with, and what is done with an outcome."""

import os
from collections.abc import Callable
from typing import TYPE_CHECKING, Literal, TypeVar, get_args

from jiffybox_sdk._records.base import attach
from jiffybox_sdk.drift import Drift
from jiffybox_sdk.exceptions import JiffyArgumentException, JiffyDriftException

if TYPE_CHECKING:
    from jiffybox_sdk._client.response import Failure, Success
    from jiffybox_sdk._client.retry import RateLimit, Retry
    from jiffybox_sdk._common.operation import Operation
    from jiffybox_sdk.models.responses.message import Message

T = TypeVar("T")

DriftMode = Literal["ignore", "log", "raise"]
"""What a client does about what the schemas do not know."""

API_URL = "https://api.jiffybox.de"
API_VERSION = "v1.0"


class ClientBase:
    """A client but for its input and output."""

    def _take(
        self,
        retry: "Retry | None",
        rate_limit: "RateLimit | None",
        on_message: "Callable[[Message, Operation], object] | None",
        drift: DriftMode,
    ) -> None:
        """Checks and keeps the options that are the same for both.

        Raises:
            JiffyArgumentException: an option makes no sense.
        """
        # Not imported above: it loads tenacity, which only a client needs.
        from jiffybox_sdk._client.retry import RateLimit, Retry  # noqa: PLC0415

        # Checked for users without a type checker.
        if retry is not None and not isinstance(retry, Retry):  # pyright: ignore[reportUnnecessaryIsInstance]
            raise JiffyArgumentException(f"retry={retry!r} is refused: give a Retry, such as Retry(attempts=1)")
        if rate_limit is not None and not isinstance(rate_limit, RateLimit):  # pyright: ignore[reportUnnecessaryIsInstance]
            raise JiffyArgumentException(f"rate_limit={rate_limit!r} is refused: give a RateLimit, or None")
        if on_message is not None and not callable(on_message):
            raise JiffyArgumentException(f"on_message={on_message!r} is refused: give something to call, or None")
        if drift not in get_args(DriftMode):
            raise JiffyArgumentException(f'drift={drift!r} is refused: give "ignore", "log" or "raise"')
        self._drift_mode: DriftMode = drift
        self._drift = Drift()
        self._retry = retry or Retry()
        self._rate_limit = rate_limit
        self._on_message = on_message

    @property
    def drift(self) -> Drift:
        """What the service has sent that the schemas do not know: new fields, new states, values of another type.

        A client with `drift="ignore"` does not look, and so this stays empty.
        """
        return self._drift

    def __repr__(self) -> str:
        transport = getattr(self, "_transport", None)  # none yet in the traceback of a constructor that refuses
        return f"<{type(self).__name__} {'open' if transport and not transport.closed else 'closed'}>"

    def __reduce__(self) -> str | tuple[object, ...]:
        raise TypeError("a client can't be pickled or copied: it holds connections and the token; make a new one")

    def _conclude(self, outcome: "Success[T] | Failure", operation: "Operation") -> T:
        """Returns the result of a call, with its records attached, or raises what came in its place."""
        from jiffybox_sdk._client.response import Failure, log_drift, log_messages  # noqa: PLC0415 (loaded with the client)

        log_messages(outcome.messages, operation)
        if outcome.drift:
            new = self._drift.add(outcome.drift)
            if self._drift_mode == "log":
                log_drift(new, operation)
        if self._on_message:
            for message in outcome.messages:
                self._on_message(message, operation.without_secrets())
        if isinstance(outcome, Failure):
            try:
                raise outcome.exception
            finally:
                del outcome  # see where this is called
        attach(outcome.result, self)
        if outcome.drift and self._drift_mode == "raise":
            try:
                about = operation.without_secrets()
                raise JiffyDriftException(outcome.drift, operation=about, result=outcome.result)
            finally:
                del outcome
        return outcome.result


def check_clock(clock: object) -> None:
    """Refuses what is no clock.

    Raises:
        JiffyArgumentException: it lacks a method.
    """
    if clock is not None and not all(hasattr(clock, name) for name in ("monotonic", "time", "sleep")):
        raise JiffyArgumentException(f"clock={clock!r} is refused: give a Clock, or None")


def url_from_environment() -> str:
    """Returns the address of the service.

    Raises:
        JiffyArgumentException: there is no token in the environment.
    """
    if not os.environ.get("JIFFYBOX_API_KEY"):
        raise JiffyArgumentException("no token: set the environment variable JIFFYBOX_API_KEY to yours")
    return os.environ.get("JIFFYBOX_API_URL") or API_URL
