"""Checks for schemathesis that read the envelope, because errors of the service have the HTTP status 200.

The checks depend only on the request that was sent and on its response. Whether a request breaks the OpenAPI
document is decided by the document, after replacing the accepted spellings that are listed here with their reasons.
"""

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from urllib.parse import parse_qsl, unquote, urlsplit

import requests
import schemathesis
from pydantic import JsonValue

from jiffybox_sdk._client.endpoints import (
    CALLS,
    CHANGE_BOX,
    DELETE_BOX,
    DELETE_CHECK,
    DELETE_CONTACT_GROUP,
    DUPLICATE_CHECK,
    Endpoint,
)
from jiffybox_sdk.emulator import _messages
from tests.support.openapi_tools import accepts, places, resolve, schema_of, takes
from tests.support.schema_tools import Schema, items, members

Object = dict[str, JsonValue]

PHP_TRUE = ["true", "1", "on", "yes"]
PHP_FALSE = ["false", "0", "off", "no", ""]


@dataclass(frozen=True, slots=True)
class Tolerance:
    """An undocumented spelling that is accepted on purpose.

    Attributes:
        why: The reason.
        meant: A function that returns the documented spelling of a value, given the schema of its field.
        forms: Whether it occurs in forms only.
    """

    why: str
    meant: Callable[[Schema, JsonValue], JsonValue]
    forms: bool = False


def _number(schema: Schema, value: JsonValue) -> JsonValue:
    if isinstance(value, list):
        return [_number(members(schema.get("items")), item) for item in value]
    if schema.get("type") == "integer" and isinstance(value, str) and re.fullmatch(r"-?(0|[1-9][0-9]{0,18})", value):
        return int(value)
    return value


def _boolean(schema: Schema, value: JsonValue) -> JsonValue:
    known = schema.get("type") == "boolean" and isinstance(value, str)
    return {"true": True, "false": False}.get(str(value), value) if known else value


def _word(schema: Schema, value: JsonValue) -> JsonValue:
    if schema.get("type") != "boolean" or not isinstance(value, str):
        return value
    word = value.strip().lower()
    return word in PHP_TRUE if word in PHP_TRUE + PHP_FALSE else value


def _empty_map(schema: Schema, value: JsonValue) -> JsonValue:
    return {} if schema.get("type") == "object" and value == [] else value


def _digit(schema: Schema, value: JsonValue) -> JsonValue:
    return bool(value) if schema.get("type") == "boolean" and type(value) is int and value in (0, 1) else value


def _json_text(schema: Schema, value: JsonValue) -> JsonValue:
    if schema.get("type") in ("array", "object") and value == "":
        return None
    try:
        return json.loads(str(value)) if schema.get("type") in ("array", "object") else value
    except ValueError:
        return value


TOLERATED = {
    "a compound value as JSON text": Tolerance("a form has no compound values [recorded]", _json_text, forms=True),
    "the words of PHP": Tolerance(
        "the 2016 client sends Python's words, others a digit or nothing [recorded]; PHP takes these [inferred]",
        _word,
        forms=True,
    ),
    "1 and 0": Tolerance("a Perl client sends 1 in JSON [recorded]", _digit),
    "true and false as text": Tolerance(
        "the service does not tell them apart, and sends `floating` like this itself [inferred]",
        _boolean,
    ),
    "decimal text": Tolerance(
        "a form has nothing else, and PHP does not tell text and numbers apart [inferred]", _number
    ),
    "an empty list": Tolerance("PHP writes empty maps like this [inferred]", _empty_map),
}
"""Accepted spellings, in the order in which they are replaced. See `as_meant` for `null`."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A parsed request: the call, if there is one, and its fields."""

    token: str
    call: Endpoint | None
    arguments: list[str]
    fields: JsonValue
    form: bool


def asked(response: schemathesis.Response) -> Asked:
    """Parse a request as it was sent."""
    request = response.request
    token, *parts = [unquote(part) for part in urlsplit(str(request.url)).path.strip("/").split("/")]
    # Trailing and doubled slashes are accepted, so an empty argument makes another call of the same path.
    parts = [*parts[:1], *(part for part in parts[1:] if part)]
    found = ((call, call.match(str(request.method), parts[1:])) for call in CALLS if parts[:1] == ["v1.0"])
    nothing: tuple[Endpoint | None, list[str]] = (None, [])
    call, arguments = next(((call, given) for call, given in found if given is not None), nothing)
    fields, form = _read(_bytes(request.body))
    return Asked(token, call, arguments, fields, form)


def _bytes(body: object) -> bytes:
    return body if isinstance(body, bytes) else str(body or "").encode()


def _read(body: bytes) -> tuple[JsonValue, bool]:
    """The fields of a body, and whether it is a form: the service reads the body, not the header [recorded]."""
    if not body.strip():
        return {}, False  # where nothing is needed [recorded]
    try:
        return json.loads(body), False
    except ValueError:
        pairs = parse_qsl(body.decode(errors="replace"), keep_blank_values=True)
        return {name: value for name, value in pairs if name}, True  # PHP ignores values without a name


def violations(request: Asked) -> Iterator[str]:
    """Yield the problems of a request according to the document."""
    call = request.call
    if call is None:
        yield "there is no such call"
        return
    for (place, schema), text in zip(list(places(call).items())[1:], request.arguments, strict=True):
        if not any(accepts(schema, value) for value in _readings(place, schema, text)):
            yield f"{place} is {text!r}"
    if call.takes is None:
        return  # the rest is not checked
    schema = schema_of(takes(call)["content"])
    if not accepts(schema, as_meant(schema, request.fields, form=request.form)):
        yield f"the body is {request.fields!r}"


def _readings(place: str, schema: Schema, text: str) -> Iterator[JsonValue]:
    """Yield the possible values of a part of a path."""
    yield text
    if text.isascii() and text.isdigit():
        yield int(text)
    if place == "module":  # which paths write in another way than the documentation does [inferred]
        yield from (name for name in items(schema["enum"]) if str(name).lower() == text.lower())


def as_meant(schema: Schema, body: JsonValue, *, form: bool) -> JsonValue:
    """Return a body without undocumented spellings."""
    if not isinstance(body, dict):
        return body
    fields = _fields(schema, body)
    meant: Object = {}
    for name, value in body.items():
        if value is None:
            continue
        meant[name] = value
        for tolerance in TOLERATED.values():
            if form or not tolerance.forms:
                meant[name] = tolerance.meant(resolve(fields.get(name)), meant[name])
    return {name: value for name, value in meant.items() if value is not None}


def _fields(schema: Schema, body: Object) -> Object:
    """Return the schemas of the fields of a body."""
    found = resolve(dict(schema))
    if "discriminator" in found:
        mapping = members(members(found["discriminator"])["mapping"])
        return _fields({"$ref": mapping.get(str(body.get("checkType")), mapping["ping"])}, body)
    inherited = [_fields(members(part), body) for part in items(found.get("allOf"))]
    return {name: field for part in [*inherited, members(found.get("properties"))] for name, field in part.items()}


@dataclass(frozen=True, slots=True)
class Answered:
    """An envelope."""

    result: JsonValue
    errors: list[str]

    @property
    def refused(self) -> bool:
        """The error message, if any."""
        return (self.result is None or self.result is False) and self.errors != []


def answered(response: schemathesis.Response | requests.Response) -> Answered:
    """Parse a response."""
    try:
        envelope = members(json.loads(response.content))
    except ValueError:
        envelope = {}
    assert {"messages", "result"} <= envelope.keys(), f"status {response.status_code}, and no envelope"
    messages = map(members, items(envelope["messages"]))
    errors = [str(message.get("message")) for message in messages if message.get("type") == "error"]
    return Answered(envelope["result"], errors)


def _like(text: _messages.MessageTemplate) -> re.Pattern[str]:
    return re.compile(re.sub(r"\\{\w+\\}", ".*", re.escape(text.text)), re.DOTALL)


_MALFORMED = [
    _like(text)
    for text in (_messages.BAD_BODY, _messages.BAD_PARAMETER, _messages.BAD_CHOICE, _messages.NEEDS_PARAMETER)
]

_NOT_DESCRIBED = {
    CHANGE_BOX: "whether a command needs a plan or can't have one",
    DUPLICATE_CHECK: "which fields the type of the check knows, which the request does not name",
}
"""Reasons to reject a valid body."""


@schemathesis.check
def violations_are_refused(_context: object, response: schemathesis.Response, _case: object) -> None:
    """Replacement of `negative_data_rejection`."""
    found = list(violations(asked(response)))
    if found:
        answer = answered(response)
        assert answer.refused, f"taken, although {' and '.join(found)}: {answer}"


@schemathesis.check
def what_fits_is_not_malformed(_context: object, response: schemathesis.Response, _case: object) -> None:
    """In place of `positive_data_acceptance`: the state may be against a call, but not the form of what it brings."""
    request = asked(response)
    if request.call not in _NOT_DESCRIBED and not list(violations(request)):
        errors = answered(response).errors
        malformed = [error for error in errors if any(text.fullmatch(error) for text in _MALFORMED)]
        assert malformed == [], f"{malformed}, although {request.fields!r} fits"


@schemathesis.check
def undeclared_verbs_are_refused(_context: object, response: schemathesis.Response, _case: object) -> None:
    """Replacement of `unsupported_method`."""
    if asked(response).call is None:
        text = _like(_messages.NO_SUCH_CALL)
        answer = answered(response)
        assert answer.refused, f"{response.request.method} is taken: {answer}"
        assert [error for error in answer.errors if not text.fullmatch(error)] == []


@schemathesis.check
def what_was_deleted_is_gone(_context: object, response: schemathesis.Response, _case: object) -> None:
    """In place of `use_after_free`: under the clock `instant`, what is accepted is done."""
    request = asked(response)
    if request.call in (DELETE_BOX, DELETE_CHECK, DELETE_CONTACT_GROUP) and answered(response).result is True:
        url = str(response.request.url).rstrip("/")
        answer = answered(again(response, "GET", url))
        assert answer.refused, f"{url} can be read after it was deleted: {answer}"
        [number] = request.arguments
        assert number not in members(answered(again(response, "GET", url.rpartition("/")[0])).result)


@schemathesis.check
class TheTokenIsMinded:
    """In place of `ignored_auth`: what a call is granted with the token, it is not granted with another one."""

    def __init__(self) -> None:
        self._asked: set[Endpoint] = set()

    def after_response(self, ctx: object, response: schemathesis.Response, case: object) -> None:
        request = asked(response)
        if request.call is None or request.call in self._asked or answered(response).refused:
            return
        self._asked.add(request.call)  # once will do
        token, verb = request.token, str(response.request.method)
        for other in (f"/{token[::-1]}/", f"/{token.swapcase()}/", f"/{token[1:]}/", "/", "//"):
            url = str(response.request.url).replace(f"/{token}/", other, 1)
            answer = answered(again(response, verb, url))
            assert answer == Answered(result=False, errors=[_messages.WRONG_TOKEN.text]), (
                f"{other} in place of the token: {answer}"
            )


def again(response: schemathesis.Response, verb: str, url: str) -> requests.Response:
    """Send a request again with another verb, or to another URL."""
    request = response.request.copy()
    request.method, request.url = verb, url
    with requests.Session() as session:
        session.trust_env = False
        return session.send(request)
