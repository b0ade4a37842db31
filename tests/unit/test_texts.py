"""Tests for `check` with invalid texts, whose readable part is checked as well."""

import pytest

from jiffybox_sdk.validation import Rule, check
from tests.support.validation import refused

WHOLE: dict[str, tuple[bytes, list[Rule]]] = {
    "nothing": (b"", ["not-json"]),
    "half a value": (b'{"day": 1', ["not-json"]),
    "a page of a gateway": (b"<html>502</html>", ["not-json"]),
    "a field without a name": (b"{day: 1}", ["not-json"]),
    "zeros": (b"\0" * 512, ["not-json"]),
    "two values in a row": (b'{"day": 1} {"day": 2}', ["trailing-data"]),
    "a value and what is none, with what is wrong in the value": (b'{"day": []}\n]', ["trailing-data", "wrong-type"]),
    "a byte-order mark": (b'\xef\xbb\xbf{"day": 9}', ["byte-order-mark", "unknown-state"]),
    "UTF-16": ('{"day": 9}'.encode("utf-16"), ["not-utf-8", "unknown-state"]),
    "UTF-16 without a mark": ('{"day": 9}'.encode("utf-16-be"), ["not-utf-8", "unknown-state"]),
    "UTF-32": ('{"day": 9}'.encode("utf-32"), ["not-utf-8", "unknown-state"]),
    "half of a UTF-16 character": ('{"day": 1}'.encode("utf-16") + b"}", ["not-utf-8", "trailing-data"]),
    "Latin-1": ('{"day": 9, "ä": 1}'.encode("latin-1"), ["not-utf-8", "unknown-state", "unknown-field"]),
    "a surrogate as UTF-8": (b'{"day": "\xed\xa0\x80"}', ["wrong-type", "not-json"]),
    "a hidden surrogate": (b'{"day": "\\ud800", "day": []}', ["duplicate-key", "wrong-type", "not-json"]),
    "beside a big integer": (
        b'{"day": 9223372036854775808, "time": "\\ud800", "time": 1}',
        ["duplicate-key", "big-integer", "unknown-state", "not-json"],
    ),
    "the same, marked": (b'\xef\xbb\xbf{"day": "\\ud800", "day": 1}', ["byte-order-mark", "duplicate-key", "not-json"]),
    "lists in lists": (b"[" * 100_000, ["too-deep"]),
    "objects in objects": (b'{"day":' * 100_000, ["too-deep"]),
    "lists in lists, all of them closed": (b'{"a":' + b"[" * 100_000 + b"]" * 100_000 + b"}", ["too-deep"]),
    "lists in lists behind an unpaired surrogate": (b'["\\ud800",' + b"[" * 100_000, ["too-deep"]),
}  # fmt: skip


@pytest.mark.parametrize("what", WHOLE)
def test_the_readable_part_of_an_invalid_text_is_checked(what: str) -> None:
    text, rules = WHOLE[what]
    found = check(text, "backups")
    assert [finding.rule for finding in found.findings] == rules
    assert found.value is None
    assert refused("backups", text)
