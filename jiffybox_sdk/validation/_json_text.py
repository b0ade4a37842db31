"""From bytes to Python objects, with what is to be said of the bytes: of their encoding, and of their JSON."""

import json
from collections import Counter, UserDict
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import NamedTuple

from pydantic_core import SchemaValidator, ValidationError, core_schema, from_json

from jiffybox_sdk.validation._findings import Finding

UNREADABLE = 10**4300
"""The least integer in a text that has too many digits to be read."""

WHITE = b" \t\r\n"
"""What JSON takes for space."""

_SPACE = WHITE.decode()


class Members(UserDict[str, object]):
    """An object some fields of which were there more than once. The last one of each counts.

    It is no `dict`, and so never taken for one of which there is nothing to say.
    """

    twice: Sequence[str] = ()


def twice(value: Mapping[object, object]) -> Sequence[str]:
    """Returns the names of the fields of an object that were there more than once."""
    return value.twice if type(value) is Members else ()


class Text(NamedTuple):
    """What was read from a text.

    Attributes:
        findings: What is to be said of the text itself.
        readable: Whether anything could be read.
        payload: What was read.
        refused: Why the text is refused as it is, if it is and no finding says why. What was read may be looked into
            all the same, and may show why.
    """

    findings: Sequence[Finding]
    readable: bool = False
    payload: object = None
    refused: str | None = None


def encoding_of(data: bytes) -> str:
    """Returns the encoding that a text begins in: `utf-8`, `utf-8-sig` for one with a mark, `utf-16-le` and so on."""
    start = data[:4]
    if start.isascii() and b"\0" not in start:
        return "utf-8"
    return json.detect_encoding(start) if start.strip(b"\0") else "utf-8"  # a crash may leave zeros in a file


def read(data: bytes) -> Text:
    """Reads JSON, and as much as can be read of what is none."""
    findings: list[Finding] = []
    encoding = encoding_of(data)
    if encoding != "utf-8":
        findings.append(encoding_finding(encoding))
        if encoding == "utf-8-sig":
            data = data[3:]
        else:
            data = data.decode(encoding, "replace").encode("utf-8", "surrogatepass")
    refused = _refused(data)
    if refused is None:
        return Text(findings, readable=True, payload=_DECODER.raw_decode(data.decode().lstrip(_SPACE))[0])
    if "recursion limit" in refused:
        return Text([*findings, _too_deep(refused)])
    text, whole = _decoded(data, findings)
    start = len(text) - len(text.lstrip(_SPACE))
    try:
        payload, end = _LENIENT.raw_decode(text, start)
    except RecursionError:
        return Text([*findings, _too_deep(None)])
    except ValueError:
        return Text([*findings, not_json(refused)])
    if text[end:].strip(_SPACE):
        place = f"at character {end + 1} of {len(text)}"
        findings.append(Finding("", "trailing-data", "error", "one value", f"more, {place}"))
        whole = False
    return Text(findings, readable=True, payload=payload, refused=refused if whole else None)


def _refused(data: bytes) -> str | None:
    """Returns why a text is no JSON; `None` where it is."""
    if data[:64].lstrip(WHITE).startswith(b"{"):
        with suppress(ValidationError):
            _OBJECT.validate_json(data)
            return None
    try:
        from_json(data)
    except ValueError as error:
        return str(error)
    return None


def encoding_finding(encoding: str) -> Finding:
    """Returns what is to be said of a text that begins in an encoding other than plain UTF-8."""
    if encoding == "utf-8-sig":
        return Finding("", "byte-order-mark", "error", "UTF-8 without a mark", "a byte-order mark")
    return Finding("", "not-utf-8", "error", "UTF-8", encoding.upper())


def not_json(refused: str) -> Finding:
    """Returns what is to be said of a text that is no JSON."""
    return Finding("", "not-json", "error", "JSON", refused)


def is_cut(finding: Finding) -> bool:
    """Whether a finding says that a value is begun and does not end, as the first line does of one that has several."""
    return finding.rule == "not-json" and (finding.found or "").startswith("EOF")  # jiter's word


def _too_deep(refused: str | None) -> Finding:
    return Finding("", "too-deep", "error", "at most 200 levels", refused)


def _decoded(data: bytes, findings: list[Finding]) -> tuple[str, bool]:
    """Returns a text, and whether all of it could be read."""
    try:
        return data.decode("utf-8", "surrogatepass"), True
    except UnicodeDecodeError as error:
        findings.append(Finding("", "not-utf-8", "error", "UTF-8", f"another byte at {error.start + 1} of {len(data)}"))
        return data.decode("utf-8", "replace"), False


def _members(pairs: list[tuple[str, object]]) -> Mapping[str, object]:
    found = dict(pairs)
    if len(found) == len(pairs):
        return found
    members = Members(found)
    members.twice = [name for name, times in Counter(name for name, _ in pairs).items() if times > 1]
    return members


def _integer(digits: str) -> int:
    return int(digits) if len(digits.lstrip("-")) <= 4300 else UNREADABLE


# Reads an object without making anything of it, which takes less than half of the time.
_OBJECT = SchemaValidator(core_schema.typed_dict_schema({}, extra_behavior="ignore"))
_DECODER = json.JSONDecoder(object_pairs_hook=_members)
_LENIENT = json.JSONDecoder(object_pairs_hook=_members, parse_int=_integer)
