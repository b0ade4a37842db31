"""Lenient reading of JSON, with findings on its encoding and syntax."""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import jiter
from pydantic_core import from_json, to_json

from jiffybox_sdk._common.json_path import join
from jiffybox_sdk._common.strict_json import find_problem
from jiffybox_sdk.exceptions import JiffyArgumentException
from jiffybox_sdk.validation._findings import Finding, Severity

UNREADABLE = 10**4300
"""Replaces integers with too many digits for Python to read."""

WHITE = b" \t\r\n"
"""White space in JSON."""

_SPACE = WHITE.decode()
_TOO_DEEP = "recursion limit"


class Members(dict[str, object]):
    """An object with duplicate names. The last value of each name counts."""

    duplicates: Sequence[str] = ()


def duplicates(value: Mapping[object, object]) -> Sequence[str]:
    """Return the duplicate names in an object."""
    return value.duplicates if type(value) is Members else ()


class Text(NamedTuple):
    """The payload read from text, if readable, and the findings on the text itself.

    If no finding explains why strict parsers reject the text, `error` is the parsers' reason. The payload may explain
    it. If the text is `clean`, there is nothing in it that validators do not see: duplicate names, unpaired surrogates,
    integers of 19 digits or more, or numbers that are not finite.
    """

    findings: Sequence[Finding]
    readable: bool = False
    payload: object = None
    error: str | None = None
    clean: bool = False


def json_bytes(payload: object) -> bytes:
    """Return a payload as JSON, whether it is text, bytes or Python objects.

    Raises:
        JiffyArgumentException: If JSON cannot hold the Python objects.
    """
    if isinstance(payload, str):
        return payload.encode("utf-8", "surrogatepass")
    if isinstance(payload, bytes | bytearray):
        return bytes(payload)
    if problem := find_problem(payload):
        location, reason = problem
        raise JiffyArgumentException(f"invalid payload: expected what JSON can hold, but at {join(location)} {reason}")
    return to_json(payload)


def encoding_of(data: bytes) -> str:
    """Return the encoding of text: `utf-8`, `utf-8-sig` (with a byte-order mark), `utf-16-le` and so on."""
    start = data[:4]
    if start.isascii() and b"\0" not in start:
        return "utf-8"
    return json.detect_encoding(start) if start.strip(b"\0") else "utf-8"  # a crash may leave zeros in a file


def read(data: bytes) -> Text:
    """Read JSON, or as much as possible of invalid JSON."""
    try:
        payload: object = jiter.from_json(data, allow_inf_nan=False, catch_duplicate_keys=True)
    except ValueError:
        return _read_leniently(data)
    return Text((), True, payload, None, not _has_large_numbers(data))  # noqa: FBT003 (names are slow in this place)


def _read_leniently(data: bytes) -> Text:
    findings: list[Finding] = []
    encoding = encoding_of(data)
    if encoding != "utf-8":
        findings.append(encoding_finding(encoding))
        if encoding == "utf-8-sig":
            data = data[3:]
        else:
            data = data.decode(encoding, "replace").encode("utf-8", "surrogatepass")
    error, whole = None, True
    try:
        from_json(data)
    except ValueError as problem:
        error = str(problem)
        if _TOO_DEEP in error:
            return Text([*findings, not_json(error)])
    try:
        text = data.decode("utf-8", "surrogatepass")
    except UnicodeDecodeError as problem:
        place = f"invalid byte at {problem.start + 1} of {len(data)}"
        findings.append(Finding("", "not-utf-8", Severity.ERROR, "UTF-8", place))
        text, whole = data.decode("utf-8", "replace"), False
    try:
        payload, end = _LENIENT.raw_decode(text, len(text) - len(text.lstrip(_SPACE)))
    except (ValueError, RecursionError) as problem:
        return Text([*findings, not_json(_TOO_DEEP if isinstance(problem, RecursionError) else error or "")])
    if text[end:].strip(_SPACE):
        place = f"at character {end + 1} of {len(text)}"
        findings.append(Finding("", "trailing-data", Severity.ERROR, "one value", f"more, {place}"))
        whole = False
    return Text(findings, readable=True, payload=payload, error=error if whole else None)


_DIGITS = bytes.maketrans(b"123456789E+", b"000000000e0")


def _has_large_numbers(data: bytes) -> bool:
    """Return whether there may be integers of 19 digits or more, or numbers that are too large, such as `1e999`."""
    digits = data.translate(_DIGITS)
    return contains(digits, b"0" * 19) or contains(digits, b"0e000")


def contains(data: bytes, part: bytes) -> bool:
    """Return whether data contains a part. From the end, Python searches twice as fast."""
    return data.rfind(part) >= 0


def encoding_finding(encoding: str) -> Finding:
    """Return the finding on an encoding other than plain UTF-8."""
    if encoding == "utf-8-sig":
        return Finding("", "byte-order-mark", Severity.ERROR, "UTF-8 without a byte-order mark", "a byte-order mark")
    return Finding("", "not-utf-8", Severity.ERROR, "UTF-8", encoding.upper())


def not_json(error: str) -> Finding:
    """Return the finding on invalid JSON, or JSON that is nested too deeply."""
    reason, at, place = error.rpartition(" at line ")
    if _TOO_DEEP in error:
        return Finding("", "too-deep", Severity.ERROR, "at most 200 levels", f"more{at}{place}" if at else None)
    what = "the end of the text" if reason.startswith("EOF") else "a syntax error"
    return Finding("", "not-json", Severity.ERROR, "JSON", f"{what}{at}{place} ({reason})" if at else error)


def is_cut(finding: Finding) -> bool:
    """Return whether JSON ends too early, as does the first line of a value on several lines."""
    return finding.rule == "not-json" and (finding.found or "").startswith("the end of the text")


def _members(pairs: list[tuple[str, object]]) -> Mapping[str, object]:
    unique = dict(pairs)
    if len(unique) == len(pairs):
        return unique
    members = Members(unique)
    members.duplicates = [name for name, times in Counter(name for name, _ in pairs).items() if times > 1]
    return members


def _integer(digits: str) -> int:
    return int(digits) if len(digits.lstrip("-")) <= 4300 else UNREADABLE


_LENIENT = json.JSONDecoder(object_pairs_hook=_members, parse_int=_integer)
