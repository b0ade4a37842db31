"""Tests that `check` agrees with two JSON Schema validators on ten thousand payloads.

The page about findings documents every difference.
"""

import json
import re
from collections import Counter
from functools import cache
from io import BytesIO
from pathlib import Path
from random import Random
from typing import get_args

import pytest
from pydantic import JsonValue

from jiffybox_sdk import JiffyAttributeException, validate
from jiffybox_sdk.validation import KINDS, Finding, Rule, Severity, Standing, check, check_stream, is_valid
from tests.support.schema_tools import oracle
from tests.support.seeded_payloads import Die

PAGE = (Path(__file__).parents[2] / "docs" / "pages" / "findings.md").read_text("utf-8")
EACH = 10_000 // len(KINDS) + 1


def table(title: str) -> list[list[str]]:
    """Return the rows of the table in a section of the page."""
    section = PAGE.split(f"## {title}\n")[1].split("\n## ")[0]
    rows = [line.strip("| ").split(" | ") for line in section.splitlines() if line.startswith("|")]
    return rows[2:]


def difference(finding: Finding) -> str:
    """Return the name of a difference on the page."""
    expected = str(finding.expected)
    match finding.rule, finding.found:
        case "coerced", "null":
            return "`null` for a field that may be absent"
        case "coerced", "array":
            return "an empty list for an empty map"
        case "coerced", "string":
            return f"text for {'an' if expected[0] in 'aeiou' else 'a'} {expected.split(maxsplit=1)[0]}"
        case "out-of-range", "number":
            return "a float beyond 64 bits for an integer"
        case "out-of-range", "integer":
            return "an integer that no float can hold for a number"
        case _:
            raise AssertionError(finding)


def refused(kind: str, payload: JsonValue) -> bool:
    try:
        validate(json.dumps(payload), KINDS[kind])
    except JiffyAttributeException:
        return True
    return False


@cache
def judged(kind: str) -> tuple[Counter[tuple[bool, bool]], set[str]]:
    """Return the counts of verdicts on payloads of a kind, and the differences."""
    verdicts, differences = Counter[tuple[bool, bool]](), set[str]()
    for payload in Die(kind).payloads(EACH):
        accepted = oracle(kind).accepts(payload)
        found = check(json.dumps(payload), KINDS[kind])
        taken = not found.errors
        assert taken == found.valid == (found.value is not None) == (not refused(kind, payload))
        assert taken == is_valid(json.dumps(payload), kind)
        if kind != "envelope":
            assert taken == is_valid(json.dumps({"messages": [], "result": payload}), kind)
        if not isinstance(payload, str):
            assert check(payload, KINDS[kind]).findings == found.findings
        notes = [finding for finding in found.findings if finding.rule == "coerced"]
        if accepted:
            assert notes == []
        if accepted != taken:
            reasons = notes if taken else found.errors
            assert reasons
            differences |= {difference(finding) for finding in reasons}
        verdicts[accepted, taken] += 1
    return verdicts, differences


@pytest.mark.parametrize("kind", KINDS)
def test_check_differs_from_the_validators_only_as_documented(kind: str) -> None:
    verdicts, differences = judged(kind)
    assert differences <= {name for name, *_ in table("Where JSON Schema differs")}
    assert verdicts[True, True] > EACH / 10
    assert verdicts[False, False] > EACH / 10


def test_each_documented_difference_exists() -> None:
    verdicts = sum((judged(kind)[0] for kind in KINDS), Counter[tuple[bool, bool]]())
    assert verdicts.total() >= 10_000
    assert verdicts[True, False]
    assert verdicts[False, True] > 250
    rows = {name: (schema, ours) for name, schema, ours, _ in table("Where JSON Schema differs")}
    assert {name for kind in KINDS for name in judged(kind)[1]} == rows.keys()
    for name, row in rows.items():
        assert row in (("valid", "error"), ("invalid", "warning"), ("invalid", "note"))
        assert (row[0] == "valid") == (" beyond " in name or " no float " in name)


PIECES = [
    b'"', b"\\", b"\\ud800", b"\xff", b"\xed\xa0\x80", b"{", b"}", b"[", b"]", b",", b":", b"NaN", b"-", b"1e999",
    b"1.", b"9" * 25, b"9" * 4301, b"\0", b"\xef\xbb\xbf", b" ", b"\n", b"null", b"true", b'""',
    b'"messages":', b'"result":', b"\xc2\xa0", b'"new":1,"new":2,',
]  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
def test_damaged_texts_have_errors_if_and_only_if_validate_raises(kind: str) -> None:
    roll = Random(kind)  # noqa: S311 (nothing secret)
    seen = Counter[bool]()
    for payload in Die(kind, seed=1).payloads(200):
        enveloped: JsonValue = {"messages": [], "result": payload}
        text = bytearray(json.dumps(roll.choice([payload, enveloped]), ensure_ascii=False).encode())
        for _ in range(roll.randrange(3)):
            place = roll.randrange(len(text))
            text[place : place + roll.randrange(4)] = roll.choice([b"", *PIECES])
        with_errors = [result.valid for result in check_stream(BytesIO(text), KINDS[kind], "value")]
        found = check(text, KINDS[kind])
        assert bool(found.errors) == (found.value is None) == (not is_valid(text, KINDS[kind]))
        is_list = text.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"[")  # of records, in a file
        try:
            validate(text, KINDS[kind])
        except JiffyAttributeException:
            assert is_list or False in with_errors
        else:
            assert is_list or False not in with_errors
        seen[found.value is None] += 1
    assert min(seen.values()) > 10


def test_each_rule_and_each_standing_is_documented() -> None:
    rules = {name.strip("`"): severities for name, severities, _ in table("Rules")}
    assert list(rules) == list(get_args(Rule))
    assert {word for severities in rules.values() for word in re.split(", | or ", severities)} == {*Severity}
    assert [name.strip("`") for name, _ in table("Standings")] == [
        *(standing for standing in Standing if standing is not Standing.INVENTED),
        "none",
    ]
