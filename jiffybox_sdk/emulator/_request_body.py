"""Request bodies, in all the formats that the service accepts. No I/O.

The service examines the body rather than the Content-Type header [recorded]. A JSON object is accepted with any content
type, even if percent-encoded. Everything else is a form, in which compound values are JSON text [recorded]. Forms are
read as PHP reads them, which never fails: what can't be a name or a value is left out or replaced.
"""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import get_args, get_origin
from urllib.parse import unquote_plus, unquote_to_bytes

from pydantic import JsonValue, ValidationError

from jiffybox_sdk._client.endpoints import CREATE_CHECK, Endpoint
from jiffybox_sdk._common import strict_json
from jiffybox_sdk._common.pydantic_errors import first_detail
from jiffybox_sdk.emulator import _messages
from jiffybox_sdk.emulator._messages import ServiceError
from jiffybox_sdk.models._request import Request

MOST_BYTES = 2**20
"""The largest accepted body [invented]. Valid ones are far smaller."""

_MOST_FIELDS = 1000
_DEEPEST = 64
"""PHP ignores further fields of a form, and arrays that are nested more deeply."""

_ARRAY = re.compile(r"([^\[]+)((?:\[[^\]]*\])+)")
_INDEX = re.compile(r"\[([^\]]*)\]")

_TRUE = ("true", "1", "on", "yes")
_FALSE = ("false", "0", "off", "no", "")
"""Booleans in a form, in any case, as PHP's `FILTER_VALIDATE_BOOLEAN` reads them."""


class _Form(dict[str, JsonValue]):
    """A form's fields, with text and arrays as values."""


@dataclass(frozen=True, slots=True)
class ReceivedBody:
    """A request body as received.

    Attributes:
        model: What it should be.
        known: The names of the parameters that the call has.
        fields: The values by name, without those that are null.
    """

    model: type[Request]
    known: Collection[str]
    fields: Mapping[str, JsonValue]

    @property
    def unknown(self) -> dict[str, JsonValue]:
        """The parameters that the call does not have."""
        return {name: value for name, value in self.fields.items() if name not in self.known}

    def validate(self, *, lenient: bool) -> Request:
        """Return the validated body, or raise `ServiceError`. If lenient, unknown parameters are ignored."""
        fields = {name: value for name, value in self.fields.items() if not lenient or name in self.known}
        try:
            return self.model.model_validate(fields)
        except ValidationError as error:
            location = first_detail(error)["loc"]
        if location:
            raise ServiceError(_messages.BAD_PARAMETER, parameter=location[0])
        if self.model.exactly_one_of:
            raise ServiceError(_messages.BAD_CHOICE, parameters=", ".join(self.model.exactly_one_of))
        raise ServiceError(_messages.NEEDS_PARAMETER, parameters=", ".join(self.model.at_least_one_of))


def read_body(call: Endpoint, content: bytes, known: Collection[str] | None = None) -> ReceivedBody | None:
    """Return the body of a call, or `None`, without parsing the content, if the call takes no body.

    Args:
        call: The call.
        content: The request body.
        known: The names of the parameters that the call has, by default all of its model.
    """
    if len(content) > MOST_BYTES:
        raise ServiceError(_messages.BODY_TOO_LARGE)
    model = call.takes
    if model is None:
        return None
    fields = _parse(content)
    if call is CREATE_CHECK:
        from jiffybox_sdk.models._check_types import TYPES  # noqa: PLC0415 (it loads the models of all types)

        model = TYPES.get(str(fields.get("checkType")))
        if model is None:
            raise ServiceError(_messages.BAD_PARAMETER, parameter="checkType")
    convert = _form_value if isinstance(fields, _Form) else _json_value
    converted = {name: convert(_types_of(model, name), value) for name, value in fields.items()}
    # A field that is null counts as absent [inferred].
    given = {name: value for name, value in converted.items() if value is not None}
    return ReceivedBody(model, model.model_fields if known is None else known, given)


def _parse(content: bytes) -> Mapping[str, JsonValue]:
    text = content.strip()
    if text[:3].upper() == b"%7B":  # a JSON object that was percent-encoded like a form
        text = unquote_to_bytes(text.replace(b"+", b" "))
    if text[:1] not in (b"{", b"["):
        return _parse_form(text.decode(errors="replace"))
    try:
        value = strict_json.parse(text.decode())
    except ValueError:
        raise ServiceError(_messages.BAD_BODY) from None
    if not isinstance(value, dict):
        raise ServiceError(_messages.BAD_BODY)
    return value


def _parse_form(text: str) -> _Form:
    form = _Form()
    for pair in text.split("&", _MOST_FIELDS)[:_MOST_FIELDS]:
        name, _, value = (unquote_plus(part) for part in pair.partition("="))
        array = _ARRAY.fullmatch(name)
        if array:
            _put(form, [array[1], *_INDEX.findall(array[2])], value)
        elif name:
            form[name] = value
    return _Form({name: _without_indexes(value) for name, value in form.items()})


def _put(array: dict[str, JsonValue], keys: list[str], value: str) -> None:
    """Put a value into nested arrays. An empty key is the next index."""
    if len(keys) > _DEEPEST:
        return
    for key in keys[:-1]:
        inner = array.get(key)
        if not isinstance(inner, dict):
            inner = array[key or str(len(array))] = {}
        array = inner
    array[keys[-1] or str(len(array))] = value


def _without_indexes(value: JsonValue) -> JsonValue:
    """Return arrays whose keys are 0, 1, 2 and so on as lists."""
    if not isinstance(value, dict):
        return value
    values = {key: _without_indexes(inner) for key, inner in value.items()}
    return list(values.values()) if list(values) == [str(index) for index in range(len(values))] else values


def _form_value(types: set[object], value: JsonValue) -> JsonValue:
    """Return the value of a form field, converted if validation requires it."""
    if not isinstance(value, str):
        return value
    if bool in types:
        text = value.strip().lower()
        return True if text in _TRUE else False if text in _FALSE else value
    if types & {list, dict}:
        try:
            return strict_json.parse(value) if value else None  # like `json_decode`
        except ValueError:
            return value
    return value


def _json_value(types: set[object], value: JsonValue) -> JsonValue:
    """Return the value of a JSON field, with 1 [recorded] and 0 [inferred] as booleans where these are expected."""
    return bool(value) if bool in types and type(value) is int and value in (0, 1) else value


def _types_of(model: type[Request], name: str) -> set[object]:
    return _types(model.model_fields[name].annotation) if name in model.model_fields else set()


def _types(annotation: object) -> set[object]:
    """Return the classes in a type annotation, except those inside lists and maps."""
    origin = get_origin(annotation) or annotation
    if origin in (list, dict):
        return {origin}
    return {origin}.union(*map(_types, get_args(annotation)))
