"""One payload against one type: pydantic's verdict, and its error as ours.

Ours says which JSON paths are missing or wrong, without a word of what the payload holds.
"""

from threading import Lock
from typing import TYPE_CHECKING, Annotated, Any, Generic, TypeVar, get_args, get_origin

from pydantic import ConfigDict, PydanticUserError, TypeAdapter, ValidationError

from jiffybox_sdk._common.json_path import EMPTY_LIST, follow, join, json_path
from jiffybox_sdk.exceptions import JiffyArgumentException, JiffyAttributeException
from jiffybox_sdk.models._base import Model
from jiffybox_sdk.models._fields import Boolean, EmptyListIsMap
from jiffybox_sdk.models._notes import Notes
from jiffybox_sdk.models.responses.message import Message

if TYPE_CHECKING:
    from jiffybox_sdk._common.operation import Operation

T = TypeVar("T")

_MOST_SHOWN = 5
_NO_OBJECT = "Input should be an object"
_WORDS = {"dict_type": _NO_OBJECT, "model_type": _NO_OBJECT}
"""Said in JSON's words in place of pydantic's."""


class TypedEnvelope(Model, Generic[T], frozen=True):
    """`Envelope` with the type of its result, so that an answer is parsed once."""

    messages: list[Message]
    result: T


class Reader(Generic[T]):
    """Reads payloads of one type, which takes a moment to prepare: get one from `reader`.

    Attributes:
        type: The type.
        bare: What reads a payload without an envelope.
        enveloped: What reads a payload in its envelope.
    """

    def __init__(self, as_type: type[T]) -> None:
        self.type: type[T] = as_type
        self._name = type_name(as_type)
        # Any, since type checkers know no types that are made at run time. What comes out is a T all the same.
        wire_type: Any = _as_sent(as_type)
        envelope: Any = TypedEnvelope.__class_getitem__(wire_type)
        # Models bring their own configuration, and pydantic takes no second one.
        config = None if hasattr(as_type, "model_config") else ConfigDict(hide_input_in_errors=True)
        self.bare: TypeAdapter[T] = TypeAdapter(wire_type, config=config)
        self.enveloped: TypeAdapter[TypedEnvelope[T]] = TypeAdapter(envelope)

    def check(
        self, payload: object, operation: "Operation | None" = None, notes: Notes | None = None
    ) -> T | JiffyAttributeException:
        """Returns a payload, given as Python objects, as what it should be; or what is wrong with it.

        Args:
            payload: The payload.
            operation: The call that was answered with it, if there was one.
            notes: Where to note what the schemas do not know, if anybody asks.
        """
        try:
            return self.bare.validate_python(payload, context=notes)
        except ValidationError as error:
            return attribute_exception(error, self._name, payload, operation)


def _as_sent(as_type: Any) -> Any:  # (a type as a value, `Annotated[…]` among them: type checkers have no type for it)
    """Returns a type as the service sends it: with empty maps as lists, and booleans as text."""
    if as_type is bool:
        return Boolean
    if get_origin(as_type) is dict and get_args(as_type):
        key, value = get_args(as_type)
        inner = dict.__class_getitem__((key, _as_sent(value)))
        return Annotated[inner, EmptyListIsMap()]
    return as_type


def reader(as_type: type[T]) -> Reader[T]:
    """Returns what reads payloads of a type: a model, a `dict` of models, or `bool`.

    Raises:
        JiffyArgumentException: it is no such type.
    """
    try:
        found: Reader[T] | None = _readers.get(as_type)
        if found is None:
            with _preparing:
                found = _readers.setdefault(as_type, Reader(as_type))
    except (PydanticUserError, NameError, TypeError):
        found = None
    if found is None or not found.enveloped.pydantic_complete:
        raise JiffyArgumentException(f"invalid type {as_type!r}: expected a model or a dict of models")
    return found


_readers: dict[object, Reader[Any]] = {}
_preparing = Lock()  # pydantic does not promise that two threads may prepare a type at once


def attribute_exception(
    error: ValidationError, model: str, payload: object, operation: "Operation | None" = None
) -> JiffyAttributeException:
    """Returns the exception that says what pydantic found in a payload, ready to be raised.

    Args:
        error: What it found. It becomes the cause, without its traceback: the frames there hold the payload.
        model: Name of what was expected.
        payload: What was validated, as Python objects.
        operation: The call that was answered with the payload, if there was one.
    """
    missing: list[str] = []
    wrong: dict[str, str] = {}
    for finding in error.errors(include_url=False, include_context=False, include_input=False):
        location = finding["loc"]
        if EMPTY_LIST in location:
            continue  # the second way to read a map: what is wrong with the first one says more
        if finding["type"] == "missing":
            missing.append(join([*follow(location[:-1], payload), location[-1]]))
        else:
            wrong[json_path(location, payload)] = _WORDS.get(finding["type"], finding["msg"])
    found = [f"{path} is missing" for path in missing] + [f"{path}: {message}" for path, message in wrong.items()]
    text = "; ".join(found[:_MOST_SHOWN])
    if len(found) > _MOST_SHOWN:
        text += f"; and {len(found) - _MOST_SHOWN} more"
    if operation is None:
        text = f"this is no valid {model}: {text}"
    else:
        done = "" if operation.repeatable else " (the call itself was probably carried out)"
        text = f"the answer to {operation} is no valid {model}: {text}{done}"
    exception = JiffyAttributeException(
        text,
        model=model,
        missing=missing,
        wrong=tuple(wrong),
        payload=payload,
        operation=operation and operation.without_secrets(),
    )
    exception.__cause__ = error.with_traceback(None)
    return exception


def type_name(as_type: object) -> str:
    """Returns the name of a type for people: `Box`, `map of Box`, `bool`."""
    if get_origin(as_type) is dict and get_args(as_type):
        return f"map of {type_name(get_args(as_type)[1])}"
    return as_type.__name__ if isinstance(as_type, type) else str(as_type)
