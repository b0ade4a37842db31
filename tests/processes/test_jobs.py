"""Tests for validation in several processes."""

import gzip
import multiprocessing
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest

from jiffybox_sdk import JiffyException
from jiffybox_sdk.validation import Result, _jobs, check_path, check_stream
from tests.support.environments import unix
from tests.support.saved import BROKEN, PLAN, ROOT
from tests.support.shell import clean_environment

LINES = 3000
BAD = {0, 1, 100, 700, 1500, LINES - 1}
DATA = b"".join((BROKEN if number in BAD else PLAN) + b"\n" for number in range(LINES))
ENV = {**clean_environment(), "PYTHONPATH": str(ROOT)}
MODULE = [sys.executable, "-m", "jiffybox_sdk", "validate"]


@pytest.fixture
def eager(monkeypatch: pytest.MonkeyPatch) -> None:
    """Start processes after the first kilobyte, and give them little at a time."""
    monkeypatch.setattr(_jobs, "SMALL", 1000)
    monkeypatch.setattr(_jobs, "SMALL_GUESSED", 1000)
    monkeypatch.setattr(_jobs, "BATCH", 10_000)


@pytest.fixture
def saved(tmp_path: Path) -> Path:
    """Return a folder with files of each form."""
    (tmp_path / "a.jsonl").write_bytes(DATA)
    (tmp_path / "b.json").write_bytes(b"[" + b",".join([PLAN, BROKEN] * 100) + b"]")
    (tmp_path / "c.ndjson.gz").write_bytes(gzip.compress(DATA))
    (tmp_path / "d.txt").write_bytes(b"")
    (tmp_path / "e.json").write_bytes(b"{")
    return tmp_path


def children() -> set[int | None]:
    return {child.pid for child in multiprocessing.active_children()}


@pytest.mark.usefixtures("eager")
@pytest.mark.parametrize("guess", [False, True], ids=["kind", "guess"])
def test_results_are_those_of_one_process_in_their_order(saved: Path, guess: bool) -> None:  # noqa: FBT001 (a parameter of the test)
    def results(jobs: int) -> list[tuple[Result, object, bytes | None]]:
        found = check_path(saved, None if guess else "plan", guess=guess, jobs=jobs)
        return [(result, result.value, result.data) for result in found]

    assert results(2) == results(1)
    assert not children()


@pytest.mark.usefixtures("eager")
def test_lines_of_one_file_are_judged_by_this_process_and_another(monkeypatch: pytest.MonkeyPatch) -> None:
    judged: list[int] = []

    def judge(*_: object) -> tuple[str, tuple[()]]:
        judged.append(1)
        return "plan", ()

    monkeypatch.setattr(_jobs, "judge", judge)
    results = list(check_stream(BytesIO(DATA), "plan", jobs=2))
    assert len(results) == LINES
    assert 20 < len(judged) < LINES - 100  # more than those before the other process was started
    wrong = {result.line for result in results if not result.valid}
    assert 101 in wrong  # in the first batches, which the other process judges
    assert wrong <= {number + 1 for number in BAD if number > 20}


def test_small_inputs_use_no_processes(saved: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_jobs, "worker_pool", None)
    assert len(list(check_path(saved, "plan", jobs=8))) == 2 * LINES + 200 + 2
    assert len(list(check_path(saved, "plan", jobs=None))) == 2 * LINES + 200 + 2


@pytest.mark.usefixtures("eager")
def test_an_abandoned_iterator_ends_its_processes() -> None:
    results = check_stream(BytesIO(DATA * 10), "plan", jobs=2)
    for _ in range(LINES):
        next(results)
    assert len(children()) == 1
    del results
    assert not children()


@pytest.mark.usefixtures("eager")
def test_a_process_that_dies_is_an_error() -> None:
    results = check_stream(BytesIO(DATA * 10), "plan", jobs=2)
    for _ in range(LINES):
        next(results)
    for child in multiprocessing.active_children():
        child.kill()
    with pytest.raises(JiffyException, match=r"a validating process ended unexpectedly.*try fewer jobs"):
        list(results)
    assert not children()


@pytest.fixture
def large(tmp_path: Path) -> Iterator[Path]:
    path = tmp_path / "large.jsonl"
    path.write_bytes((PLAN + b"\n") * 300_000 + BROKEN)
    yield path
    path.unlink()


@unix
@pytest.mark.parametrize("name", ["SIGINT", "SIGKILL"])
def test_processes_end_with_the_command(large: Path, name: str) -> None:
    """The pipe is closed when the last process that writes to it has ended."""
    number = signal.Signals[name]
    with large.open("ab") as file:
        file.write(b"\n" + (PLAN + b"\n") * 300_000)
    line = [*MODULE, "--as", "plan", "--jobs", "2", str(large), "-o", "sarif"]
    # After a kill, Python's resource tracker may have semaphores to clean up, and warns of them.
    env = {**ENV, "PYTHONWARNINGS": "ignore:resource_tracker:UserWarning"}
    with subprocess.Popen(  # noqa: S603 (our own command line)
        line, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=env, start_new_session=True
    ) as process:
        assert process.stdout
        assert process.stderr
        assert any(b"ruleId" in written for written in process.stdout)  # a result, when half is read
        os.killpg(process.pid, number) if number == signal.SIGINT else os.kill(process.pid, number)
        out, err = process.stdout.read(), process.stderr.read()  # communicate() would lose what has been read ahead
        process.wait(60)
    if number == signal.SIGINT:
        assert (process.returncode, err) == (130, b"jiffybox: interrupted\n")
        assert b'"executionSuccessful": false' in out
    else:
        assert err == b""


@unix
def test_a_closed_pipe_ends_the_command(large: Path) -> None:
    ours = f"{' '.join(MODULE)} --as plan --jobs 2 {large} {large} -o json"
    done = subprocess.run(  # noqa: S603 (our own command line)
        ["/bin/bash", "-c", f"set -o pipefail; {ours} | head -1 | wc -l"],
        capture_output=True,
        text=True,
        check=False,
        env=ENV,
    )
    assert (done.returncode, done.stdout, done.stderr) == (1, "1\n", "")
