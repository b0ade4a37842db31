"""Request bodies, in all the formats that the service accepts. No I/O.

The service examines the body rather than the Content-Type header [recorded]. A JSON object is accepted with any content
type, even if percent-encoded. Everything else is a form, in which compound values are JSON text [recorded].
"""

from collections.abc import Mapping
from typing import get_args, get_origin
from urllib.parse import parse_qsl, unquote_to_bytes

from pydantic import ValidationError

from jiffybox_sdk._client.endpoints import CREATE_CHECK, Endpoint
from jiffybox_sdk._common import strict_json
from jiffybox_sdk._common.pydantic_errors import first_detail
from jiffybox_sdk.emulator import _messages
from jiffybox_sdk.emulator._messages import ServiceError
from jiffybox_sdk.models._request import Request

MOST_BYTES = 2**20
"""The largest accepted body [invented]. Valid ones are far smaller."""

_MOST_FIELDS = 100
_BOOLEANS = {"true": True, "True": True, "1": True, "false": False, "False": False, "0": False}
"""Booleans in a form [recorded]."""


class _Form(dict[str, str]):
    """A form's fields, all with text as values."""


def read_body(call: Endpoint, content: bytes) -> Request | None:
    """Return a call's validated body, or `None`, without parsing the content, if the call takes no body."""
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
    if isinstance(fields, _Form):
        fields = {name: _form_value(model, name, text) for name, text in fields.items()}
    try:
        # A field that is null counts as absent [inferred].
        return model.model_validate({name: value for name, value in fields.items() if value is not None})
    except ValidationError as error:
        location = first_detail(error)["loc"]
    if location:
        raise ServiceError(_messages.BAD_PARAMETER, parameter=location[0])
    if model.exactly_one_of:
        raise ServiceError(_messages.BAD_CHOICE, parameters=", ".join(model.exactly_one_of))
    raise ServiceError(_messages.NEEDS_PARAMETER, parameters=", ".join(model.at_least_one_of))


def _parse(content: bytes) -> Mapping[str, object]:
    text = content.strip()
    if text[:3].upper() == b"%7B":  # a JSON object that was percent-encoded like a form
        text = unquote_to_bytes(text.replace(b"+", b" "))
    if not text:
        return {}
    try:
        if text[:1] not in (b"{", b"["):
            pairs = parse_qsl(
                text.decode(), keep_blank_values=True, strict_parsing=True, errors="strict", max_num_fields=_MOST_FIELDS
            )
            return _Form(pairs)
        value = strict_json.parse(text.decode())
    except ValueError:
        raise ServiceError(_messages.BAD_BODY) from None
    if not isinstance(value, dict):
        raise ServiceError(_messages.BAD_BODY)
    return value


def _form_value(model: type[Request], name: str, text: str) -> object:
    """Return the value of a form field, converted if validation requires it."""
    types = _types(model.model_fields[name].annotation) if name in model.model_fields else set[object]()
    if bool in types:
        return _BOOLEANS.get(text, text)
    if types & {list, dict}:
        try:
            return strict_json.parse(text)
        except ValueError:
            return text
    return text


def _types(annotation: object) -> set[object]:
    """Return the classes in a type annotation, except those inside lists and maps."""
    origin = get_origin(annotation) or annotation
    if origin in (list, dict):
        return {origin}
    return {origin}.union(*map(_types, get_args(annotation)))
