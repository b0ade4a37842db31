"""The marker `sweep` of the pytest plugin."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from jiffybox_sdk import JiffyOutcomeUnknownException
from jiffybox_sdk.pytest_plugin import AsyncJiffyBoxFixture, JiffyBoxFixture

SEED = {"boxes": [{"name": "old", "planid": 44, "distribution": "centos_7_64bit"}]}


@pytest.fixture
def runs() -> list[int]:
    """The other fixtures of a swept test are the same in all runs."""
    return []


@pytest.mark.jiffybox(sweep=True, seed=SEED)
class TestSwept:
    def test_each_run_has_the_account_of_the_marker(self, jiffybox: JiffyBoxFixture, runs: list[int]) -> None:
        runs.append(len(runs))
        assert [box.name for box in jiffybox.client.boxes()] == ["old"]
        jiffybox.client.create_box("web", 44, distribution="centos_7_64bit")
        assert jiffybox.client.boxes()[-1].name == "web"
        assert jiffybox.emulator.journal()[-1].call == "list_boxes"

    async def test_async_tests_are_swept(self, async_jiffybox: AsyncJiffyBoxFixture) -> None:
        box = await async_jiffybox.client.box(10_001)
        try:
            await box.stop()
        except JiffyOutcomeUnknownException:
            box = await box.wait_for_status()
            if box.running:
                await box.stop()
        box = await box.wait_for_status()
        assert not box.running

    @pytest.mark.parametrize("count", [1, 2])
    @pytest.mark.jiffybox(sweep={"depth": 2, "most": 10})
    def test_a_marker_takes_options(self, jiffybox: JiffyBoxFixture, count: int) -> None:
        for _ in range(count):
            assert jiffybox.client.plans()


SWEPT = """
import asyncio
import logging
import pytest
from jiffybox_sdk import JiffyOutcomeUnknownException

@pytest.mark.jiffybox(sweep=True)
def test_wrong(jiffybox):
    try:
        jiffybox.client.create_box("web", 44, distribution="centos_7_64bit")
    except JiffyOutcomeUnknownException:
        pass

@pytest.mark.jiffybox(sweep=True)
@pytest.mark.asyncio
async def test_wrong_in_asyncio(async_jiffybox):
    try:
        await async_jiffybox.client.create_box("web", 44, distribution="centos_7_64bit")
    except JiffyOutcomeUnknownException:
        pass

@pytest.mark.jiffybox(sweep=True)
@pytest.mark.anyio
async def test_wrong_in_anyio(async_jiffybox):
    try:
        await async_jiffybox.client.create_box("web", 44, distribution="centos_7_64bit")
    except JiffyOutcomeUnknownException:
        pass

@pytest.mark.jiffybox(sweep={"repeatable": True})
def test_not_repeatable(jiffybox):
    jiffybox.client.create_box("web", 44, distribution="centos_7_64bit")

@pytest.mark.jiffybox(sweep=True)
def test_check(jiffybox):
    try:
        jiffybox.client.create_box("web", 44, distribution="centos_7_64bit")
    except JiffyOutcomeUnknownException:
        pass
    assert [box.name for box in jiffybox.client.boxes()] == ["web"]

@pytest.mark.jiffybox(sweep=True)
def test_right(jiffybox):
    jiffybox.client.boxes()

@pytest.mark.jiffybox(sweep=True)
def test_assertion(jiffybox):
    assert jiffybox.client.boxes() == [1]

@pytest.mark.jiffybox(sweep=True)
def test_no_fixture():
    pass

@pytest.mark.jiffybox(sweep=True, clock="manual")
def test_clock(jiffybox):
    jiffybox.client.boxes()

@pytest.mark.jiffybox(sweep=True, faults=[{"call": "get_box", "status": 502}])
def test_faults(jiffybox):
    jiffybox.client.boxes()

@pytest.mark.jiffybox(sweep={"deep": 2})
def test_unknown(jiffybox):
    jiffybox.client.boxes()

@pytest.mark.jiffybox(sweep={"depth": 3})
def test_depth(jiffybox):
    jiffybox.client.boxes()

@pytest.mark.jiffybox(sweep=7)
def test_number(jiffybox):
    jiffybox.client.boxes()

@pytest.mark.jiffybox(sweep={})
def test_output(jiffybox, caplog):
    print("printed")
    logging.error("logged")
    assert [record.message for record in caplog.records if record.levelname == "ERROR"] == ["logged"]
    try:
        jiffybox.client.create_box("web", 44, distribution="centos_7_64bit")
    except JiffyOutcomeUnknownException:
        logging.error("lost")

@pytest.mark.jiffybox(sweep=True)
class TestClass:
    @pytest.mark.jiffybox(sweep=False)
    def test_not_swept(self, jiffybox):
        jiffybox.client.boxes()
        assert len(jiffybox.emulator.journal()) == 1
"""

WRONG = [
    "wrong success:",
    'emulator.add_fault("create_box", moment="before", drop=True)',
    "create_box, call 1 of 1: the connection was lost before the call was executed",
    "box 'web' does not exist",
    "3 of 10 histories fail (calls: 1): response lost: 1 of 2, 502: 1 of 2, time-out: 1 of 2",
]

REASONS = {
    "test_check": [
        "assertion failed:",
        "the program raised AssertionError: assert [] == ['web']",
        "box 'web' does not exist",
    ],
    "test_wrong": WRONG,
    "test_output": WRONG,
    "test_wrong_in_asyncio": WRONG,
    "test_wrong_in_anyio[asyncio]": WRONG,
    "test_not_repeatable": ["not repeatable:", "the program raised JiffyOutcomeUnknownException: outcome of POST"],
    "test_assertion": ["invalid test: without a fault, it raises AssertionError: assert [] == [1]"],
    "test_no_fixture": ["a test with sweep needs the fixture jiffybox"],
    "test_clock": ["sweep can't be combined with faults or another clock: it injects faults itself"],
    "test_faults": ["sweep can't be combined with faults or another clock: it injects faults itself"],
    "test_unknown": ["invalid sweep: expected True or options of Emulator.sweep, such as {'depth': 2}"],
    "test_depth": ["invalid depth 3: expected an integer from 1 to 2"],
    "test_number": ["invalid sweep: expected True or options of Emulator.sweep, such as {'depth': 2}"],
}


def test_a_failing_sweep_is_a_failing_test(tmp_path: Path) -> None:
    (tmp_path / "test_swept.py").write_text(SWEPT, "utf-8")
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-c", os.devnull, "--rootdir", str(tmp_path)]
    ran = subprocess.run([*command, "test_swept.py"], cwd=tmp_path, capture_output=True, text=True, check=False)  # noqa: S603
    sections = ran.stdout.split("\n____")
    assert "14 failed, 2 passed" in ran.stdout, ran.stdout
    assert "test_swept.py::test_right: 0 of 10 histories fail (calls: 1)" in ran.stdout
    for name, lines in REASONS.items():
        [section] = [section for section in sections if f" {name} " in section.splitlines()[0]]
        for line in lines:
            assert line in section, section
    [output] = [section for section in sections if " test_output " in section.splitlines()[0]]
    output = output.partition("short test summary")[0]  # it is the last section
    assert [output.count(text) for text in ("printed\n", "logged\n", "lost\n")] == [1, 1, 1], output
