"""From bytes to Python objects, with what is to be said of the bytes: of their encoding, and of their JSON."""

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from pydantic_core import from_json

from jiffybox_sdk.validation.findings import Finding

UNREADABLE = 10**4300
"""The least integer in a text that has too many digits to be read."""

WHITE = b" \t\r\n"
"""What JSON takes for space."""


class Members(dict[str, object]):
    """An object some fields of which were there more than once. The last one of each counts."""

    twice: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Text:
    """What was read from a text.

    Attributes:
        findings: What is to be said of the text itself.
        readable: Whether anything could be read.
        payload: What was read.
        refused: Why the text would be refused as it is, if it would be. What was read may still be looked into.
    """

    findings: Sequence[Finding]
    readable: bool = False
    payload: object = None
    refused: str | None = None


def encoding_of(data: bytes) -> str:
    """Returns the encoding that a text begins in: `utf-8`, `utf-8-sig` for one with a mark, `utf-16-le` and so on."""
    start = data[:4]
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
    try:
        from_json(data)
    except ValueError as error:
        refused = str(error)
    else:
        return Text(findings, readable=True, payload=_DECODER.decode(data.decode()))
    if "recursion limit" in refused:
        return Text([*findings, _too_deep(refused)])
    text = _decoded(data, findings)
    start = len(text) - len(text.lstrip(WHITE.decode()))
    try:
        payload, end = _LENIENT.raw_decode(text, start)
    except RecursionError:
        return Text([*findings, _too_deep(None)])
    except ValueError:
        return Text([*findings, not_json(refused)])
    if text[end:].strip(WHITE.decode()):
        place = f"at character {end + 1} of {len(text)}"
        findings.append(Finding("", "trailing-data", "error", "one value", f"more, {place}"))
    return Text(findings, readable=True, payload=payload, refused=refused)


def encoding_finding(encoding: str) -> Finding:
    """Returns what is to be said of a text that begins in an encoding other than plain UTF-8."""
    if encoding == "utf-8-sig":
        return Finding("", "byte-order-mark", "error", "UTF-8 without a mark", "a byte-order mark")
    return Finding("", "not-utf-8", "error", "UTF-8", encoding.upper())


def not_json(refused: str) -> Finding:
    """Returns what is to be said of a text that is no JSON."""
    return Finding("", "not-json", "error", "JSON", refused)


def _too_deep(refused: str | None) -> Finding:
    return Finding("", "too-deep", "error", "at most 200 levels", refused)


def _decoded(data: bytes, findings: list[Finding]) -> str:
    try:
        return data.decode("utf-8", "surrogatepass")
    except UnicodeDecodeError as error:
        findings.append(Finding("", "not-utf-8", "error", "UTF-8", f"another byte at {error.start + 1} of {len(data)}"))
        return data.decode("utf-8", "replace")


def _members(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) == len(pairs):
        return found
    members = Members(found)
    members.twice = [name for name, times in Counter(name for name, _ in pairs).items() if times > 1]
    return members


def _integer(digits: str) -> int:
    return int(digits) if len(digits.lstrip("-")) <= 4300 else UNREADABLE


_DECODER = json.JSONDecoder(object_pairs_hook=_members)
_LENIENT = json.JSONDecoder(object_pairs_hook=_members, parse_int=_integer)
