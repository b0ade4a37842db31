"""Bodies of requests, in all the forms that the service takes, as checked values. No I/O.

The service looks at the body, not at the header alone [recorded]: a JSON object is one under any content type, also
percent-encoded; everything else is a form, in which a compound value is one field of JSON text [recorded].
"""

import json
from collections.abc import Mapping
from typing import get_args, get_origin
from urllib.parse import parse_qsl, unquote_to_bytes

from pydantic import ValidationError

from jiffybox_sdk._client.endpoints import Endpoint
from jiffybox_sdk._common.type_guards import is_map
from jiffybox_sdk.emulator import _messages
from jiffybox_sdk.emulator._messages import Refusal
from jiffybox_sdk.models._check_types import TYPES
from jiffybox_sdk.models._request import Request
from jiffybox_sdk.models.requests.new_check import NewCheck

MOST_BYTES = 2**20
"""The largest body that is looked at [invented]; all that calls take is far smaller."""

_MOST_FIELDS = 100
_BOOLEANS = {"true": True, "True": True, "1": True, "false": False, "False": False, "0": False}
"""How booleans are written in a form [recorded]."""


def read_body(call: Endpoint, content: bytes) -> Request | None:
    """Returns the checked body of a call; `None` for a call that takes none, whatever comes with it.

    Raises:
        Refusal: it is neither a JSON object nor a form, or one that the call does not take.
    """
    if len(content) > MOST_BYTES:
        raise Refusal(_messages.BODY_TOO_LARGE)
    if call.takes is None:
        return None
    fields = _fields(content)
    takes = call.takes
    if takes is NewCheck:
        takes = TYPES.get(str(fields.get("checkType")), takes)
        if takes is NewCheck:
            raise Refusal(_messages.BAD_PARAMETER, parameter="checkType")
    if isinstance(fields, _Form):
        fields = {name: _from_form(takes, name, text) for name, text in fields.items()}
    try:
        # null is as good as absent [inferred].
        return takes.model_validate({name: value for name, value in fields.items() if value is not None})
    except ValidationError as error:
        location = error.errors(include_url=False, include_context=False, include_input=False)[0]["loc"]
    if location:
        raise Refusal(_messages.BAD_PARAMETER, parameter=location[0])
    if call.takes.exactly_one_of:
        raise Refusal(_messages.BAD_CHOICE, parameters=", ".join(call.takes.exactly_one_of))
    raise Refusal(_messages.NEEDS_PARAMETER, parameters=", ".join(call.takes.at_least_one_of))


def from_json(text: str) -> object:
    """Returns what a JSON text says.

    Raises:
        ValueError: it is none, or says what no JSON can say again: NaN, or half a character.
    """
    try:
        value: object = json.loads(text)
        json.dumps(value, ensure_ascii=False, allow_nan=False).encode()
    except RecursionError:
        raise ValueError("nested too deeply") from None
    return value


class _Form(dict[str, str]):
    """Fields of a form, in which all is text."""


def _fields(content: bytes) -> Mapping[str, object]:
    text = content.strip()
    if text[:3].upper() == b"%7B":  # a JSON object that was percent-encoded as a whole, in the manner of forms
        text = unquote_to_bytes(text.replace(b"+", b" "))
    if not text:
        return {}
    try:
        if text[:1] in (b"{", b"["):
            return _object(text.decode())
        pairs = parse_qsl(
            text.decode(), keep_blank_values=True, strict_parsing=True, errors="strict", max_num_fields=_MOST_FIELDS
        )
        return _Form(pairs)
    except ValueError:
        raise Refusal(_messages.BAD_BODY) from None


def _object(text: str) -> Mapping[str, object]:
    value = from_json(text)
    if not is_map(value):
        raise ValueError("no object")
    return {str(name): inner for name, inner in value.items()}


def _from_form(takes: type[Request], name: str, text: str) -> object:
    """Returns the value that stands for a field in a form, as far as that is needed for checking it."""
    kinds = _types(takes.model_fields[name].annotation) if name in takes.model_fields else set[object]()
    if bool in kinds:
        return _BOOLEANS.get(text, text)
    if kinds & {list, dict}:
        try:
            return from_json(text)
        except ValueError:
            return text  # refused as what it is not
    return text


def _types(annotation: object) -> set[object]:
    """Returns the classes that a type is made of, but for what is inside of lists and maps."""
    found = get_origin(annotation) or annotation
    if found in (list, dict):
        return {found}
    return {found}.union(*map(_types, get_args(annotation)))
