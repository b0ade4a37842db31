"""Tests for the quick check of shapes: it agrees with the walk."""

import json
import math
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from itertools import islice
from pathlib import Path
from types import MappingProxyType
from unittest.mock import ANY

import pytest

from jiffybox_sdk import BoxStatus
from jiffybox_sdk.validation import KINDS, Finding, _shapes, check, guess
from jiffybox_sdk.validation._shapes import from_schema, shape_of
from jiffybox_sdk.validation._walk import walk
from tests.support.payloads import ODD
from tests.support.schema_tools import KIND_SCHEMAS, replaced, spots
from tests.support.scripted import unchecked
from tests.support.seeded_payloads import Die
from tests.support.validation import samples


class Text(str):
    __slots__ = ()


class Members(dict[str, object]):
    pass


def nested(levels: int) -> object:
    found: object = 1
    for level in range(levels):
        found = [found] if level % 2 else {"a": found}
    return found


class Array:
    """A value that cannot be compared, like an array of numpy."""

    def __eq__(self, other: object) -> bool:
        raise ValueError("which of its items?")

    def __hash__(self) -> int:
        raise TypeError("not at all")


class Blind:
    """A quick check that accepts nothing."""

    def __init__(self, rules: object) -> None:
        assert rules

    def isinstance_python(self, value: object) -> bool:
        del value
        return False


around: list[object] = []
around.append(around)

STRANGE: list[object] = [
    *ODD, "\ud800", "ä", {"ä": 1}, {"\ud800": 1}, {"a": "\udfff"}, Text("READY"), Text("\ud800"), b"READY", {b"a": 1},
    {1: 1}, {None: 1}, (1, 2), {1, 2}, Members(a=1), MappingProxyType({"a": 1}), BoxStatus.READY,
    datetime(2016, 1, 1, tzinfo=UTC),
    Decimal(1), float("nan"), float("inf"), -0.0, 2**63, -(2**63), -(2**63) - 1, 10**400, object(), around,
    Array(), ANY,
    *(nested(levels) for levels in range(248, 260)),
]  # fmt: skip
"""JSON values, and Python objects that are not JSON."""


def payloads(kind: str) -> Iterator[object]:
    yield from Die(kind, seed=2).payloads(100)
    for sample in islice(samples(KIND_SCHEMAS[kind]), 1):
        for value in STRANGE:
            yield value
            yield {"new": value}
            for spot in spots(KIND_SCHEMAS[kind], sample):
                yield unchecked(replaced)(sample, spot.path, value)


def findings(kind: str) -> Iterator[list[Finding]]:
    shape = shape_of(KINDS[kind])
    for payload in payloads(kind):
        found: list[Finding] = []
        walk(shape, payload, found.append)
        yield found


NAMES = "".join(f'{{"{str(level) * 100}":' for level in range(100))
WIDE = {
    "lists around a list": ("backups", f'{{"new": {"[" * 190}[{"NaN," * 20_000}1]{"]" * 190}}}'),
    "objects around a list": ("backups", f'{{"new": {NAMES}[{"NaN," * 3000}1]{"}" * 100}}}'),
    "a list": ("backups", f'{{"new": [{"NaN," * 1_000_000}1]}}'),
    "a map": ("modules", json.dumps({str(number): math.nan for number in range(300_000)})),
    "an object": ("plans", json.dumps({"1": {str(number): 1 for number in range(300_000)}})),
}


@pytest.mark.parametrize("what", WIDE)
def test_many_findings_need_little_memory(what: str, tmp_path: Path) -> None:
    kind, text = WIDE[what]
    (tmp_path / "wide.json").write_text(text)
    program = (
        "import json, sys; from jiffybox_sdk.validation import check_path\n"
        # Not getrusage, which starts with the value of the parent process.
        "most = lambda: int(open('/proc/self/status').read().split('VmHWM:')[1].split()[0])\n"
        "json.load(open(sys.argv[1]), object_pairs_hook=list); before = most()\n"
        "[result] = check_path(*sys.argv[1:]); assert len(result.findings) > 1000\n"
        "print((most() - before) // 1024)"
    )
    command = [sys.executable, "-c", program, "wide.json", kind]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True)  # noqa: S603 (our own)
    assert int(done.stdout) < 45  # MB more than parsing takes


@pytest.mark.parametrize("kind", KINDS)
def test_the_walk_finds_nothing_in_payloads_that_pass_the_quick_check(
    kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    quick = list(findings(kind))
    assert [] in quick
    monkeypatch.setattr(_shapes, "SchemaValidator", Blind)
    from_schema.cache_clear()
    try:
        assert list(findings(kind)) == quick
    finally:
        from_schema.cache_clear()


def test_values_that_cannot_be_compared_are_accepted() -> None:
    assert guess({"messages": [{"type": Array()}], "result": True}).kind == "done"


def test_python_objects_may_have_250_levels_and_contain_themselves() -> None:
    def found(value: object) -> list[str]:
        return [finding.rule for finding in check({"dayid": 0, "timeid": 1, "new": value}, "schedule").findings]

    assert found(nested(250)) == ["unknown-field"]
    assert found(nested(251)) == ["unknown-field", "too-deep"]
    assert found(around) == ["unknown-field"]
