"""Faults: what goes wrong at the emulated service, when, and how often. Deterministic, and no I/O.

A fault is a value. `Faults` counts the calls that it is meant for, and says when it strikes.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Literal, Self

from pydantic import Field, JsonValue, StringConstraints, ValidationError, model_validator

from jiffybox_sdk._common.arguments import FOREVER
from jiffybox_sdk._common.json_path import json_path
from jiffybox_sdk._common.operation import CallName
from jiffybox_sdk.exceptions import JiffyArgumentException
from jiffybox_sdk.models._fields import Boolean, Integer, Number
from jiffybox_sdk.models._request import Request

_REPLACING = ("drop", "status", "messages", "body")
_EDITING = ("cut", "leave_out", "state")

Text = Annotated[str, StringConstraints(min_length=1)]


class Fault(Request, frozen=True):
    """Something that goes wrong with a call, once or more often.

    What replaces the answer (`drop`, `status`, `messages`, `body`) strikes before the call was carried out, or after it
    with `moment="after"`: that is how an answer is lost. What changes the answer (`cut`, `leave_out`, `state`) strikes
    after it. Give one of these, or `latency`, or both.

    Raises:
        JiffyArgumentException: there is no such call, or a value makes no sense.
    """

    call: Annotated[CallName, Field(description="the name of a call, such as create_box")]
    skip: Annotated[Integer, Field(ge=0, description="how many calls are let through before; 0 or more")] = 0
    times: Annotated[Integer, Field(ge=1, description="how many calls are struck; 1 or more")] = 1
    moment: Annotated[
        Literal["before", "after"] | None, Field(description="before or after the call was carried out")
    ] = None
    latency: Annotated[
        Number | None,
        Field(ge=0, le=FOREVER, description=f"seconds that the answer comes late; 0 to {FOREVER:.0f}"),
    ] = None
    drop: Annotated[Boolean | None, Field(description="true: the connection is lost without an answer")] = None
    status: Annotated[
        Integer | None, Field(ge=200, le=599, description="an HTTP status without an envelope, 200 to 599")
    ] = None
    retry_after: Annotated[
        str | None,
        Field(pattern="^[!-~]([ -~]*[!-~])?$", description="the header Retry-After beside a status, in ASCII"),
    ] = None
    messages: Annotated[
        list[Text] | None, Field(min_length=1, description="error messages, 1 or more, that the service refuses with")
    ] = None
    body: Annotated[str | None, Field(description="text that comes in place of the answer, such as half a JSON")] = None
    cut: Annotated[Boolean | None, Field(description="true: the connection is lost in the midst of the answer")] = None
    leave_out: Annotated[
        Text | None,
        Field(description="the path of a field of the result that is left out, such as plan.ramInMB or *.status"),
    ] = None
    state: Annotated[Text | None, Field(description="what stands in place of each status of the result")] = None

    @model_validator(mode="after")
    def _check_effects(self) -> Self:
        given = [name for name in (*_REPLACING, *_EDITING) if getattr(self, name) not in (None, False)]
        if len(given) > 1:
            raise ValueError(f"give one of {' and '.join(given)}")
        if not given and not self.latency:
            raise ValueError(f"give one of {', '.join((*_REPLACING, *_EDITING))}, or a latency")
        if self.moment == "before" and not self.replaces:
            raise ValueError("only what replaces the answer can strike before the call is carried out")
        if self.retry_after is not None and self.status is None:
            raise ValueError("retry_after goes with a status")
        return self

    @property
    def replaces(self) -> bool:
        """Whether something else comes in place of the answer."""
        return any(getattr(self, name) not in (None, False) for name in _REPLACING)

    @property
    def carried_out(self) -> bool:
        """Whether the call is carried out all the same."""
        return self.moment == "after" or not self.replaces

    def edited(self, result: JsonValue) -> JsonValue:
        """Returns a result with the change made to it.

        Raises:
            LookupError: there is nothing in it to change.
        """
        if self.leave_out is not None:
            return _without(result, self.leave_out.split("."))
        if self.state is not None:
            return _with_state(result, self.state)
        return result

    def __str__(self) -> str:
        facts = {name: value for name, value in self if value not in (None, False) and name != "call"}
        return f"{self.call}: {', '.join(f'{name}={value!r}' for name, value in facts.items())}"


def as_fault(value: Fault | Mapping[str, object]) -> Fault:
    """Returns a fault that is given as one, or as its fields.

    Raises:
        JiffyArgumentException: the fields make no fault.
    """
    if isinstance(value, Fault):
        return value
    try:
        return Fault.model_validate(value)
    except ValidationError as error:
        finding = error.errors(include_url=False, include_context=False, include_input=False)[0]
    name = json_path(finding["loc"], value) if finding["loc"] else "the fault"
    raise JiffyArgumentException(f"{name} is refused: {finding['msg'].removeprefix('Value error, ')}")


def _without(value: JsonValue, path: Sequence[str]) -> JsonValue:
    name, *rest = path
    if not isinstance(value, dict) or (name != "*" and name not in value):
        raise LookupError(name)
    chosen = list(value) if name == "*" else [name]
    if not chosen:
        raise LookupError(name)
    if not rest:
        return {key: inner for key, inner in value.items() if key not in chosen}
    return {key: _without(inner, rest) if key in chosen else inner for key, inner in value.items()}


def _with_state(value: JsonValue, state: str) -> JsonValue:
    if isinstance(value, dict) and "status" in value:
        return {**value, "status": state}
    if isinstance(value, dict) and value:
        return {key: _with_state(inner, state) for key, inner in value.items()}
    raise LookupError("status")


@dataclass(slots=True)
class _Planned:
    fault: Fault
    seen: int = 0
    struck: int = 0

    @property
    def due(self) -> bool:
        return self.fault.skip < self.seen and self.struck < self.fault.times


class Faults:
    """The faults that are laid down. Not for several threads at once: the service's lock guards it."""

    def __init__(self) -> None:
        self._planned: list[_Planned] = []

    def add(self, fault: Fault) -> None:
        """Lays down a fault."""
        self._planned.append(_Planned(fault))

    def clear(self) -> None:
        """Takes all of them back."""
        self._planned.clear()

    def due(self, call: CallName) -> Iterator[Fault]:
        """Yields the faults that may strike a call which is made now; the one that does is told to `strike`."""
        meant = [planned for planned in self._planned if planned.fault.call == call]
        for planned in meant:
            planned.seen += 1
        yield from [planned.fault for planned in meant if planned.due]

    def strike(self, fault: Fault) -> None:
        """Takes note that a fault has struck."""
        for planned in self._planned:
            if planned.fault is fault:
                planned.struck += 1

    def left(self) -> list[tuple[Fault, int]]:
        """Returns the faults that may still strike, each with how often it has struck."""
        return [(planned.fault, planned.struck) for planned in self._planned if planned.struck < planned.fault.times]

    def never_struck(self) -> list[Fault]:
        """Returns the faults that did not strike at all."""
        return [planned.fault for planned in self._planned if not planned.struck]
