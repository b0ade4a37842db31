"""Validation of payloads against one type, and the exception for pydantic's errors.

Our exceptions give the JSON paths of missing and wrong values, but never the values.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any, Generic, TypeGuard, TypeVar, get_args, get_origin

from pydantic import BaseModel, ConfigDict, PydanticUserError, TypeAdapter, ValidationError
from pydantic_core import from_json

from jiffybox_sdk._common import pydantic_errors
from jiffybox_sdk._common.json_path import EMPTY_LIST
from jiffybox_sdk._common.type_guards import is_enveloped, is_map
from jiffybox_sdk.exceptions import JiffyArgumentException, JiffyAttributeException
from jiffybox_sdk.models._base import BUILDING, Model
from jiffybox_sdk.models._fields import Boolean, EmptyListIsMap, Flags
from jiffybox_sdk.models.responses.envelope import Envelope
from jiffybox_sdk.models.responses.message import Message

if TYPE_CHECKING:
    from jiffybox_sdk._common.operation import Operation

T = TypeVar("T")

_MOST_SHOWN = 5
_MESSAGES: dict[str, str] = dict.fromkeys(("dict_type", "model_type"), "Input should be an object")
"""Messages in JSON's terms that replace pydantic's, by error type."""


class TypedEnvelope(Model, Generic[T], frozen=True, title="Envelope"):
    """`Envelope` with the type of its result, so that a response is parsed only once."""

    messages: list[Message]
    result: T


class Reader(Generic[T]):
    """Validators for payloads of one type, bare and in an envelope. Building them is slow, so use `reader`."""

    def __init__(self, as_type: type[T]) -> None:
        self.type: type[T] = as_type
        self._name = type_name(as_type)
        _build_models(as_type)
        envelope: Any = TypedEnvelope.__class_getitem__(wire_type(as_type))  # Any: a type made at run time
        envelope.model_rebuild()
        self.enveloped: TypeAdapter[TypedEnvelope[T]] = _built(TypeAdapter(envelope))
        self._bare: TypeAdapter[T] | None = None

    @property
    def bare(self) -> TypeAdapter[T]:
        """The validators for payloads without an envelope, which clients rarely need."""
        if self._bare is None:
            # Pydantic rejects a configuration for types that have their own, such as models.
            config = None if hasattr(self.type, "model_config") else ConfigDict(hide_input_in_errors=True)
            with BUILDING.get():
                self._bare = _built(TypeAdapter(wire_type(self.type), config=config))
        return self._bare

    def check(
        self, payload: object, operation: "Operation | None" = None, flags: Flags | None = None
    ) -> T | JiffyAttributeException:
        """Return the value of a payload (Python objects without an envelope), or the exception to raise."""
        try:
            return self.bare.validate_python(payload, context=flags)
        except ValidationError as error:
            exception = attribute_exception(error, self._name, payload, operation)
        exception.partial = self._partial(payload)
        return exception

    def _partial(self, payload: object) -> dict[str, object]:
        """Return the valid values of a map."""
        valid: dict[str, object] = {}
        if get_origin(self.type) is dict and is_map(payload):
            values = reader(get_args(self.type)[1])
            for key, value in payload.items():
                result = values.check(value)
                if not isinstance(result, JiffyAttributeException):
                    valid[str(key)] = result
                elif result.partial:
                    valid[str(key)] = result.partial
        return valid

    def read(self, payload: object, flags: Flags) -> T | None:
        """Return the value of parsed JSON, with or without an envelope, or `None` if it is invalid."""
        if self._in_envelope(payload):
            envelope = flags.judge(self.enveloped.validate_python, payload)
            return None if envelope is None else envelope.result
        return flags.judge(self.bare.validate_python, payload)

    def _in_envelope(self, payload: object) -> TypeGuard[Mapping[object, object]]:
        return self.type is not Envelope and is_enveloped(payload)

    def check_any(self, payload: object) -> T | JiffyAttributeException:
        """Return the value of a payload, JSON or Python objects, with or without an envelope, or the exception to raise."""
        if isinstance(payload, str | bytes | bytearray):
            try:
                if self.type is not Envelope and _contains(payload, '"messages"') and _contains(payload, '"result"'):
                    return self.enveloped.validate_json(payload).result
                value = self.bare.validate_json(payload)
                if not _contains(payload, "\\u006") and not _contains(payload, "\\u007"):
                    return value
                parsed: object = from_json(payload)  # it may be an envelope whose names have escaped letters
            except ValidationError as error:
                try:
                    parsed = from_json(payload)
                except (ValueError, TypeError):  # a TypeError for text with an unpaired surrogate
                    return attribute_exception(error, self._name, payload)
            payload = parsed
        if self._in_envelope(payload):
            envelope = reader(Envelope).check(payload)
            if isinstance(envelope, JiffyAttributeException):
                return envelope
            payload = envelope.result
        return self.check(payload)


def _contains(payload: str | bytes | bytearray, text: str) -> bool:
    return text in payload if isinstance(payload, str) else text.encode() in payload


def _build_models(as_type: object) -> None:
    """Build the validators of the models in a type. Only then do those of the type itself keep to their options."""
    if isinstance(as_type, type) and issubclass(as_type, BaseModel):
        as_type.model_rebuild()
    elif get_origin(as_type) is dict:
        for part in get_args(as_type):
            _build_models(part)


def _built(adapter: TypeAdapter[T]) -> TypeAdapter[T]:
    """Build an adapter's validators, which are deferred for our models."""
    adapter.rebuild()
    return adapter


def wire_type(as_type: Any) -> Any:  # Any, because type checkers have no type for `Annotated[…]` as a value
    """Return a type that accepts what the service sends, including empty maps as lists and booleans as text."""
    if as_type is bool:
        return Boolean
    if get_origin(as_type) is dict and get_args(as_type):
        key, value = get_args(as_type)
        inner = dict.__class_getitem__((key, wire_type(value)))
        return Annotated[inner, EmptyListIsMap()]
    return as_type


def reader(as_type: type[T]) -> Reader[T]:
    """Return the cached reader for a model, a `dict` of models, or `bool`."""
    try:
        cached: Reader[T] | None = _readers.get(as_type)
        if cached is None:
            with BUILDING.get():
                cached = _readers.setdefault(as_type, Reader(as_type))
    except (PydanticUserError, NameError, TypeError):
        cached = None
    if cached is None or not cached.enveloped.pydantic_complete:
        raise JiffyArgumentException(f"invalid type {as_type!r}: expected a model or a dict of models")
    return cached


_readers: dict[object, Reader[Any]] = {}


def attribute_exception(
    error: ValidationError, model: str, payload: object, operation: "Operation | None" = None
) -> JiffyAttributeException:
    """Return the exception to raise for pydantic's error in a payload of the type named `model`.

    The error becomes the cause, without its traceback, because the traceback's frames hold the payload.
    """
    missing: list[str] = []
    wrong: dict[str, str] = {}
    for detail in pydantic_errors.details(error):
        path = pydantic_errors.path(detail, payload)
        if detail["type"] == "missing":
            missing.append(path)
        elif EMPTY_LIST not in detail["loc"]:  # the map's own error is more helpful
            wrong[path] = _MESSAGES.get(detail["type"], detail["msg"])
    problems = [f"{path} is missing" for path in missing] + [f"{path}: {message}" for path, message in wrong.items()]
    text = "; ".join(problems[:_MOST_SHOWN])
    if len(problems) > _MOST_SHOWN:
        text += f"; and {len(problems) - _MOST_SHOWN} more"
    about = f"{model} in the response to {operation}" if operation else model
    hint = " (the operation itself was probably carried out)" if operation and not operation.repeatable else ""
    exception = JiffyAttributeException(
        f"invalid {about}: {text}{hint}",
        model=model,
        missing=missing,
        wrong=tuple(wrong),
        payload=payload,
        operation=operation and operation.without_secrets(),
    )
    exception.__cause__ = error.with_traceback(None)
    return exception


def type_name(as_type: object) -> str:
    """Return a type's name for messages, such as `Box`, `map of Box` or `bool`."""
    if get_origin(as_type) is dict and get_args(as_type):
        return f"map of {type_name(get_args(as_type)[1])}"
    return as_type.__name__ if isinstance(as_type, type) else str(as_type)
