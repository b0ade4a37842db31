"""Fault injection: errors, lost responses and edited results for selected calls. Deterministic; no I/O."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Literal, Self, TypedDict

from pydantic import Field, JsonValue, StringConstraints, ValidationError, model_validator

from jiffybox_sdk._common.arguments import FOREVER
from jiffybox_sdk._common.operation import CallName
from jiffybox_sdk._common.pydantic_errors import describe
from jiffybox_sdk.exceptions import JiffyArgumentException
from jiffybox_sdk.models._fields import Boolean, Integer, Number
from jiffybox_sdk.models._request import Request

_REPLACING = ("refuse", "drop", "status", "messages", "body")
_EDITING = ("cut", "leave_out", "state")

Text = Annotated[str, StringConstraints(min_length=1)]


class FaultOptions(TypedDict, total=False):
    """The keyword arguments of `Emulator.add_fault`: the fields of a `Fault`, except `call`."""

    skip: int
    times: int
    moment: Literal["before", "after"]
    latency: float
    refuse: bool
    drop: bool
    status: int
    retry_after: str
    messages: list[str]
    body: str
    cut: bool
    leave_out: str
    state: str


class Fault(Request, frozen=True):
    """A fault to inject into a call, one or more times.

    A fault either replaces the response (`refuse`, `drop`, `status`, `messages`, `body`), or edits it (`cut`,
    `leave_out`, `state`), or only delays it (`latency`, which also combines with the others).

    With `moment="before"`, the default for replacing faults, the call is not executed. With `moment="after"` it is, and
    its response is lost. Editing faults and latency do not prevent the call.

    Raises:
        JiffyArgumentException: If there is no such call, or if a value is invalid.
    """

    call: Annotated[CallName | Literal["*"], Field(description="the name of a call, such as create_box, or * for any")]
    skip: Annotated[Integer, Field(ge=0, description="the number of calls to let through first, 0 or more")] = 0
    times: Annotated[Integer, Field(ge=1, description="the number of calls to affect, 1 or more")] = 1
    moment: Annotated[Literal["before", "after"] | None, Field(description="before or after the call")] = None
    latency: Annotated[
        Number | None, Field(ge=0, le=FOREVER, description=f"seconds of delay of the response, 0 to {FOREVER:.0f}")
    ] = None
    refuse: Annotated[
        Boolean | None, Field(description="true, to refuse the connection; on a socket, it is accepted and closed")
    ] = None
    drop: Annotated[Boolean | None, Field(description="true, to close the connection without a response")] = None
    status: Annotated[
        Integer | None, Field(ge=200, le=599, description="an HTTP status without an envelope, 200 to 599")
    ] = None
    retry_after: Annotated[
        str | None, Field(pattern="^[!-~]([ -~]*[!-~])?$", description="a Retry-After header for the status, in ASCII")
    ] = None
    messages: Annotated[
        list[Text] | None, Field(min_length=1, description="error messages in place of the result, 1 or more")
    ] = None
    body: Annotated[str | None, Field(description="a response body to send instead, such as broken JSON")] = None
    cut: Annotated[Boolean | None, Field(description="true, to close the connection amid the response")] = None
    leave_out: Annotated[
        Text | None,
        Field(description="the path of a field to remove from the result, such as plan.ramInMB or *.status"),
    ] = None
    state: Annotated[Text | None, Field(description="a value for each status in the result")] = None

    @model_validator(mode="after")
    def _check_effects(self) -> Self:
        given = [name for name in (*_REPLACING, *_EDITING) if getattr(self, name) not in (None, False)]
        if len(given) > 1:
            raise ValueError(f"expected only one of {' and '.join(given)}")
        if not given and not self.latency:
            raise ValueError(f"expected one of {', '.join((*_REPLACING, *_EDITING))}, or a latency")
        if self.moment == "before" and not self.replaces_answer:
            raise ValueError(f"moment='before' requires one of {', '.join(_REPLACING)}")
        if self.refuse and self.moment == "after":
            raise ValueError("moment='after' is impossible with refuse: the request is never sent")
        if self.retry_after is not None and self.status is None:
            raise ValueError("retry_after requires a status")
        return self

    @property
    def replaces_answer(self) -> bool:
        """Whether the fault replaces the response."""
        return any(getattr(self, name) not in (None, False) for name in _REPLACING)

    @property
    def executes_call(self) -> bool:
        """Whether the call is still executed."""
        return self.moment == "after" or not self.replaces_answer

    def edit(self, result: JsonValue) -> JsonValue:
        """Return an edited copy of a result, or raise `LookupError` if it lacks the field to edit."""
        if self.leave_out is not None:
            return _without(result, self.leave_out.split("."))
        if self.state is not None:
            return _with_state(result, self.state)
        return result

    def __str__(self) -> str:
        return f"{self.call}: {', '.join(self._options())}"

    def as_code(self) -> str:
        """Return the call of `Emulator.add_fault` that injects the fault."""
        return f'add_fault("{self.call}", {", ".join(self._options(only_set=True))})'

    def _options(self, *, only_set: bool = False) -> Iterator[str]:
        for name, value in self:
            is_default = value == type(self).model_fields[name].default if only_set else value in (None, False)
            if name != "call" and not is_default:
                yield f"{name}={json.dumps(value) if isinstance(value, str) else repr(value)}"


def as_fault(value: Fault | Mapping[str, object]) -> Fault:
    """Return a fault given as a `Fault` or as a mapping of its fields."""
    if isinstance(value, Fault):
        return value
    try:
        return Fault.model_validate(value)
    except ValidationError as error:
        problem = describe(error, value)
    raise JiffyArgumentException(f"invalid fault: {problem}")


def _without(value: JsonValue, path: Sequence[str]) -> JsonValue:
    name, *rest = path
    if not isinstance(value, dict) or (name != "*" and name not in value):
        raise LookupError(name)
    keys = list(value) if name == "*" else [name]
    if not keys:
        raise LookupError(name)
    if not rest:
        return {key: inner for key, inner in value.items() if key not in keys}
    return {key: _without(inner, rest) if key in keys else inner for key, inner in value.items()}


def _with_state(value: JsonValue, state: str) -> JsonValue:
    if isinstance(value, dict) and "status" in value:
        return {**value, "status": state}
    if isinstance(value, dict) and value:
        return {key: _with_state(inner, state) for key, inner in value.items()}
    raise LookupError("status")


@dataclass(slots=True)
class _Injected:
    fault: Fault
    calls: int = 0
    triggered: int = 0


class Faults:
    """The injected faults, with their counts. Guarded by the service's lock."""

    def __init__(self) -> None:
        self._injected: list[_Injected] = []

    def add(self, fault: Fault) -> None:
        """Inject a fault."""
        self._injected.append(_Injected(fault))

    def remove(self, fault: Fault) -> None:
        """Remove the first equal fault that can still be triggered."""
        for injected in self._injected:
            if injected.fault == fault and injected.triggered < fault.times:
                self._injected.remove(injected)
                return
        raise JiffyArgumentException(f"no such fault: {fault}")

    def clear(self) -> None:
        """Remove all faults."""
        self._injected.clear()

    def count_call(self, call: CallName) -> list[Fault]:
        """Count a call and return the faults that it can trigger."""
        candidates = [injected for injected in self._injected if injected.fault.call in (call, "*")]
        for injected in candidates:
            injected.calls += 1
        return [
            injected.fault
            for injected in candidates
            if injected.fault.skip < injected.calls and injected.triggered < injected.fault.times
        ]

    def count_trigger(self, fault: Fault) -> None:
        """Record that a fault has been triggered."""
        for injected in self._injected:
            if injected.fault is fault:
                injected.triggered += 1

    def pending(self) -> Iterator[Fault]:
        """Yield the faults that can still be triggered."""
        return (injected.fault for injected in self._injected if injected.triggered < injected.fault.times)

    def never_triggered(self) -> Iterator[Fault]:
        """Yield the faults that have not been triggered."""
        return (injected.fault for injected in self._injected if not injected.triggered)
