"""The call that a handler executes."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from pydantic import JsonValue

from jiffybox_sdk._common.operation import CallName
from jiffybox_sdk.emulator._clock import EmulatorClock
from jiffybox_sdk.emulator._messages import ResultWithMessage
from jiffybox_sdk.emulator._state.account import Account
from jiffybox_sdk.models._request import Request

Body = TypeVar("Body", bound=Request)


@dataclass(frozen=True, slots=True)
class HandlerCall:
    """A call to execute."""

    account: Account
    arguments: list[str]  # the variable parts of the path
    body: Request | None  # validated
    clock: EmulatorClock

    def body_as(self, model: type[Body]) -> Body:
        """Return the body as the model that the endpoint declares."""
        if not isinstance(self.body, model):
            raise TypeError(f"expected a {model.__name__} as body")
        return self.body


Handlers = Mapping[CallName, Callable[[HandlerCall], JsonValue | ResultWithMessage]]
