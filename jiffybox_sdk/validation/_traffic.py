"""Recorded traffic: HAR files and cassettes of vcrpy, whose responses are values of the kinds that the calls return."""

import base64
import binascii
import json
import re
import zlib
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from jiffybox_sdk._client.endpoints import CALLS
from jiffybox_sdk._common.redaction import redact_bytes
from jiffybox_sdk._common.type_guards import is_list, is_map
from jiffybox_sdk.models.responses.envelope import Envelope
from jiffybox_sdk.validation._findings import Finding, Severity
from jiffybox_sdk.validation._guess import is_refusal
from jiffybox_sdk.validation._json_text import read
from jiffybox_sdk.validation._kinds import KINDS
from jiffybox_sdk.validation._results import LARGEST, TOO_LARGE, Result
from jiffybox_sdk.validation._source import Text, elements

JSON_TRAFFIC = re.compile(r'\s*\{\s*"(?:log"\s*:\s*\{|interactions"\s*:\s*\[|version"\s*:\s*\d+\s*,\s*"interactions")')
"""The beginning of a HAR file or a cassette in JSON."""

LARGEST_YAML = 64 * 2**20
"""The maximum size of a cassette in YAML, which is read as a whole."""

_CASSETTE = re.compile(rb"^interactions:", re.MULTILINE)
_LISTS = re.compile(r'"(entries|interactions)"\s*:\s*\[')  # not in text, whose quotation marks are escaped
_URL = re.compile(r"\w+://[^?#]*?/(?P<token>[^/?#]+)/v\d+\.\d+/(?P<path>[^?#]*)")
_MODULES = {call.path.partition("/")[0] for call in CALLS}
_PATHS = [(call.verb, re.compile(re.sub(r"\\{\w+\\}", "[^/]+", re.escape(call.path))), call.returns) for call in CALLS]


class Exchange(NamedTuple):
    """A recorded request and its response. Without one, `status` is 0. `body` is `None` if it is not recorded."""

    verb: str
    url: str
    status: int
    encoding: str
    body: bytes | None


_Entry = tuple[str, int | None, Mapping[object, object] | Finding]
"""The JSON Pointer to an entry, the line where it begins (in JSON), and its content."""


def responses(text: Text, name: str) -> Iterator[Result]:
    """Yield the responses in recorded traffic. Tokens in them are masked."""
    tokens: set[str] = set()
    is_json = text.start.lstrip().startswith("{")
    empty = True
    for entry, line, recorded in _json_entries(text) if is_json else _yaml_entries(text):
        empty = False
        if isinstance(recorded, Finding):
            yield Result(name, line, "file", (recorded,), entry)
        else:
            yield _response(recorded, tokens, name, entry, line)
    if empty:
        finding = Finding(
            "", "not-traffic", Severity.ERROR, "recorded traffic: a HAR file or a cassette", "no list of entries"
        )
        yield Result(name, None, "file", (finding,))


def _json_entries(text: Text) -> Iterator[_Entry]:
    folder = "/log/entries" if re.match(r'\s*\{\s*"log"', text.start) else "/interactions"
    for number, (line, element) in enumerate(elements(text, _LISTS)):
        yield f"{folder}/{number}", line, element if isinstance(element, Finding) else _json_entry(element)


def _json_entry(element: bytes) -> Mapping[object, object] | Finding:
    try:
        entry: object = json.loads(element)
    except (ValueError, RecursionError):
        entry = None
    return entry if is_map(entry) else Finding("", "not-json", Severity.ERROR, "an entry", "a part of one")


def _yaml_entries(text: Text) -> Iterator[_Entry]:
    data = text.read(LARGEST_YAML + 1)
    if len(data) > LARGEST_YAML:
        yield "", None, Finding("", "too-large", Severity.ERROR, f"at most {LARGEST_YAML} bytes", "more")
        return
    if not _CASSETTE.search(data):
        yield "", None, Finding("", "skipped", Severity.NOTE, "recorded traffic", "YAML without interactions")
        return
    cassette = load_yaml(data)
    if isinstance(cassette, Finding):
        yield "", None, cassette
        return
    interactions = cassette.get("interactions") if is_map(cassette) else None
    for number, interaction in enumerate(interactions if is_list(interactions) else ()):
        entry = f"/interactions/{number}"
        yield (
            entry,
            None,
            interaction if is_map(interaction) else Finding("", "not-traffic", Severity.ERROR, "an interaction"),
        )


def load_yaml(data: bytes) -> object:
    """Return the content of YAML, or a finding."""
    try:
        import yaml  # noqa: PLC0415 (an extra)
    except ImportError:
        return Finding("", "unreadable", Severity.ERROR, "PyYAML, by pip install 'jiffybox-sdk[yaml]'", "none")
    try:
        return yaml.load(data, getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506 (both are safe)
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        line = re.search(r"line (\d+)", str(error))
        return Finding("", "unreadable", Severity.ERROR, "YAML", f"an error at line {line[1]}" if line else "an error")


def _response(recorded: Mapping[object, object], tokens: set[str], name: str, entry: str, line: int | None) -> Result:
    """Return the response of an entry, or why it is skipped."""

    def skipped(reason: str) -> Result:
        return Result(
            name, line, "file", (Finding("", "skipped", Severity.NOTE, "a response of the service", reason),), entry
        )

    exchange = exchange_of(recorded)
    call = called(exchange.url)
    if not call:
        return skipped("another URL")
    token, path = call
    tokens.add(token)
    if not exchange.status:
        return skipped("a request that failed")
    if not exchange.body:
        return skipped(f"status {exchange.status} without a body")
    body = inflated(exchange.body, exchange.encoding)
    if isinstance(body, Finding):
        return Result(name, line, "value", (body,), entry)
    body = redact_bytes(body, tokens)
    text = read(body)
    if not text.readable and exchange.status >= 300:
        return skipped(f"status {exchange.status} without JSON")
    kind = next((kind for verb, pattern, kind in _PATHS if verb == exchange.verb and pattern.fullmatch(path)), None)
    as_type = Envelope if kind is None or is_refusal(text.payload) else KINDS[kind]
    return Result(name, line, "value", (), entry, data=body, as_type=as_type)


def called(url: str) -> tuple[str, str] | None:
    """Return the token and the path in a URL of the service, or `None` for another URL."""
    match = _URL.match(url)
    if not match:
        return None
    path = match["path"].strip("/")
    return (match["token"], path) if path.partition("/")[0] in _MODULES else None


def exchange_of(recorded: Mapping[object, object]) -> Exchange:
    """Return an entry of a HAR file or an interaction of a cassette. Missing parts are empty."""
    request, response = _map(recorded.get("request")), _map(recorded.get("response"))
    status = response.get("status")
    body = response.get("body", response.get("content"))
    if is_map(status):  # of a cassette
        status = status.get("code")
    return Exchange(
        str(request.get("method")).upper(),
        str(request.get("url", request.get("uri"))),
        status if isinstance(status, int) else 0,
        _header(response.get("headers"), "content-encoding"),
        _body(_map(body) if body is None or is_map(body) else {"text": body}),
    )


def _map(value: object) -> Mapping[object, object]:
    return value if is_map(value) else {}


def _body(body: Mapping[object, object]) -> bytes | None:
    content = body.get("text", body.get("string"))
    in_base64 = body.get("base64_string", content if body.get("encoding") == "base64" else None)
    if isinstance(in_base64, str):
        try:
            return base64.b64decode(in_base64)
        except (binascii.Error, ValueError):
            return b"\0"  # which is reported as invalid JSON
    if isinstance(content, str):
        return content.encode("utf-8", "surrogatepass")
    return content if isinstance(content, bytes) else None


def _header(headers: object, name: str) -> str:
    """Return a header from a map of values or lists of them, or a list of maps with `name` and `value`."""
    pairs: list[tuple[object, object]] = list(headers.items()) if is_map(headers) else []
    if is_list(headers):
        pairs = [(header.get("name"), header.get("value")) for header in headers if is_map(header)]
    for key, value in pairs:
        if str(key).lower() == name:
            first = value[0] if is_list(value) and value else value
            return str(first).lower()
    return ""


def inflated(body: bytes, encoding: str) -> bytes | Finding:
    """Return a body without its compression. The recorder may have inflated it, but kept the header."""
    is_gzip = body.startswith(b"\x1f\x8b")
    if not is_gzip and (not encoding or body.lstrip()[:1] in b"{["):
        return body
    if not is_gzip and encoding != "deflate":
        return Finding("", "unreadable", Severity.ERROR, "a body in gzip or deflate", "another compression")
    inflater = zlib.decompressobj(47 if is_gzip else 15)
    try:
        content = inflater.decompress(body, LARGEST + 1)
    except zlib.error:
        return Finding("", "unreadable", Severity.ERROR, "a body that can be inflated", "damaged data")
    if len(content) > LARGEST:
        return TOO_LARGE
    return content if inflater.eof else Finding("", "unreadable", Severity.ERROR, "a whole body", "a part of one")
