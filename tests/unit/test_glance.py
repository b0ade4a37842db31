"""Tests for the validators of shapes: they flag all fields in which the walk finds something."""

import json
import math
import subprocess
import sys
from itertools import chain
from pathlib import Path

import pytest

from jiffybox_sdk.models._fields import Flags
from jiffybox_sdk.validation import KINDS, Finding, Severity, check
from jiffybox_sdk.validation._json_text import json_bytes, read
from jiffybox_sdk.validation._shapes import shape_of
from jiffybox_sdk.validation._walk import Walk
from tests.support.payloads import ODD
from tests.support.schema_tools import KIND_SCHEMAS, replaced, spots
from tests.support.seeded_payloads import Die
from tests.support.validation import samples

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
def test_the_walk_finds_the_same_in_all_fields_and_in_flagged_ones(kind: str) -> None:
    sample = next(samples(KIND_SCHEMAS[kind]))
    odd = (replaced(sample, spot.path, value) for spot in spots(KIND_SCHEMAS[kind], sample) for value in ODD)
    shape, seen = shape_of(KINDS[kind]), set[bool]()
    for payload in chain(Die(kind, seed=2).payloads(100), odd):
        text = read(json_bytes(json.dumps(payload)))
        if text.clean:
            quick: list[Finding] = []
            thorough: list[Finding] = []
            Walk(quick.append, thorough=False).start(shape, text.payload)
            Walk(thorough.append).start(shape, text.payload)
            assert quick == thorough
            assert [*check(json.dumps(payload), kind).findings] == thorough  # models flag the same
            if kind != "envelope":
                enveloped = check(json.dumps({"messages": [], "result": payload}), kind).findings
                pointers = [finding.pointer for finding in thorough]
                assert [finding.pointer.removeprefix("/result") for finding in enveloped] == pointers
            flags = Flags()
            flags.judge(shape.validator.validate_python, text.payload)
            assert flags.names or not thorough
            assert flags.valid == all(finding.severity < Severity.ERROR for finding in thorough)
            seen.add(not flags.names)
    assert True in seen
