"""What is seen at a glance is what walking along a payload sees: a glance is only quicker."""

from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from itertools import islice
from types import MappingProxyType

import pytest

from jiffybox_sdk import BoxStatus
from jiffybox_sdk.validation import KINDS, Finding, shapes
from jiffybox_sdk.validation.walk import walk
from jiffybox_sdk.validation.written import shape_of, written
from tests.payloads import ODD
from tests.schema_tools import KIND_SCHEMAS, replaced, spots
from tests.seeded_payloads import Die
from tests.support import unchecked
from tests.test_check import samples


class Text(str):
    __slots__ = ()


class Members(dict[str, object]):
    pass


def nested(levels: int) -> object:
    found: object = 1
    for level in range(levels):
        found = [found] if level % 2 else {"a": found}
    return found


around: list[object] = []
around.append(around)

STRANGE: list[object] = [
    *ODD, "\ud800", "ä", {"ä": 1}, {"\ud800": 1}, {"a": "\udfff"}, Text("READY"), Text("\ud800"), b"READY", {b"a": 1},
    {1: 1},    {None: 1}, (1, 2), {1, 2}, Members(a=1), MappingProxyType({"a": 1}), BoxStatus.READY,
    datetime(2016, 1, 1, tzinfo=UTC),
    Decimal(1), float("nan"), float("inf"), -0.0, 2**63, -(2**63), -(2**63) - 1, 10**400, object(), around,
    *(nested(levels) for levels in range(248, 260)),
]  # fmt: skip
"""Values that JSON has, and some that only Python has."""


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


@pytest.mark.parametrize("kind", KINDS)
def test_walking_finds_nothing_in_what_is_fine_at_a_glance(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    quick = list(findings(kind))
    assert [] in quick
    monkeypatch.setattr(shapes, "SHALLOW", -1)  # nothing is fine at a glance
    written.cache_clear()
    try:
        assert list(findings(kind)) == quick
    finally:
        written.cache_clear()
