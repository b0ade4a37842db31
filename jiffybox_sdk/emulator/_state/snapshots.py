"""An emulator's state as JSON."""

from dataclasses import dataclass
from typing import Annotated, Final, Literal

from pydantic import Field, ValidationError

from jiffybox_sdk._common import strict_json
from jiffybox_sdk._common.pydantic_errors import describe
from jiffybox_sdk.emulator._state.account import Account
from jiffybox_sdk.emulator._state.invariants import contradictions
from jiffybox_sdk.emulator._state.objects import Content
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


class State(DeferredModel, frozen=True, extra="forbid"):
    """The form of a snapshot."""

    version: Literal[1]
    now: Annotated[float, Field(ge=0, le=LAST_EPOCH)]
    account: Content


def dump(account: Account, now: float) -> Snapshot:
    """Return a snapshot of an account and the service's time."""
    return Snapshot(State(version=VERSION, now=now, account=account.content()).model_dump_json().encode())


def load(content: bytes, name: str) -> tuple[Account, float]:
    """Return the account and the service's time from a snapshot. `name` is used in error messages."""
    state = parse(content, name)
    problem = "expected one object each in account.counters and account.catalogue, with the id 0"
    if state.account.counters.keys() == state.account.catalogue.keys() == {0}:
        account = Account(state.account)
        problem = next(contradictions(account), "")
        if not problem:
            return account, state.now
    raise JiffyArgumentException(f"invalid {name}: {problem}")


def parse(content: bytes, name: str) -> State:
    """Return the content of a snapshot, or a part of it. `name` is used in error messages."""
    try:
        value = strict_json.parse(content)
    except ValueError as error:
        raise JiffyArgumentException(f"invalid {name}: not JSON: {error}") from None
    if not isinstance(value, dict):
        raise JiffyArgumentException(f"invalid {name}: expected a JSON object")
    version = value.get("version")
    if isinstance(version, int):
        check_version(version, name)
    try:
        return State.model_validate(value)
    except ValidationError as error:
        problem = describe(error, value)
    raise JiffyArgumentException(f"invalid {name}: {problem}")


def check_version(version: int, name: str) -> None:
    """Reject a format of the future."""
    if version > VERSION:
        raise JiffyArgumentException(
            f"invalid {name}: written by a newer version of the SDK (format {version}, expected at most {VERSION})"
        )
