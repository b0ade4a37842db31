"""An emulator's state as JSON."""

import heapq
from dataclasses import dataclass
from typing import Annotated, Final, Literal

from pydantic import Field, ValidationError

from jiffybox_sdk._common import strict_json
from jiffybox_sdk._common.pydantic_errors import describe
from jiffybox_sdk.emulator._state.account import Account
from jiffybox_sdk.emulator._state.invariants import contradictions
from jiffybox_sdk.exceptions import JiffyArgumentException
from jiffybox_sdk.models._base import DeferredModel
from jiffybox_sdk.models._fields import LAST_EPOCH

VERSION: Final = 1
"""Version of the format. Older versions must stay readable."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """An emulator's state at one point in time. Later changes do not affect it.

    Attributes:
        state: The account and the service's time, as JSON.
    """

    state: bytes

    def __repr__(self) -> str:
        return f"<Snapshot of {len(self.state)} bytes>"  # it contains the passwords of checks


class _State(DeferredModel, frozen=True, extra="forbid"):
    version: Literal[1]
    now: Annotated[float, Field(ge=0, le=LAST_EPOCH)]
    account: Account


def dump(account: Account, now: float) -> Snapshot:
    """Return a snapshot of an account and the service's time."""
    return Snapshot(_State(version=VERSION, now=now, account=account).model_dump_json().encode())


def load(content: bytes, name: str) -> tuple[Account, float]:
    """Return the account and the service's time from a snapshot. `name` is used in error messages."""
    try:
        value = strict_json.parse(content)
    except ValueError as error:
        raise JiffyArgumentException(f"invalid {name}: not JSON: {error}") from None
    if not isinstance(value, dict):
        raise JiffyArgumentException(f"invalid {name}: expected a JSON object")
    version = value.get("version")
    if isinstance(version, int) and version > VERSION:
        raise JiffyArgumentException(
            f"invalid {name}: written by a newer version of the SDK (format {version}, expected at most {VERSION})"
        )
    try:
        state = _State.model_validate(value)
    except ValidationError as error:
        problem: str | None = describe(error, value)
    else:
        problem = next(contradictions(state.account), None)
        if problem is None:
            heapq.heapify(state.account.due)
            return state.account, state.now
    raise JiffyArgumentException(f"invalid {name}: {problem}")


def set_back(snapshot: Snapshot, now: float) -> Snapshot:
    """Return a snapshot at an earlier time. Work in progress takes as long as before, and nothing has a later time."""
    account, then = load(snapshot.state, "snapshot")
    account.set_back(now, then - now)
    return dump(account, now)
