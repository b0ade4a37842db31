"""What type checkers make of the SDK, with settings of their own: a program that uses it all, and typical mistakes."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

import jiffybox_sdk

ROOT = Path(jiffybox_sdk.__file__).parents[1]
PROGRAMS = Path(__file__).parent / "typing"

_FINDING = re.compile(r"^\s*(?:\S*/)?(\w+\.py):(\d+)(?::\d+)?(?: -|:) (?:error|warning)\b", re.MULTILINE)

CONSUMERS = ("consumer.py", "modules.py", "payloads.py", "asynchronous.py")
FILES = [*CONSUMERS, "mistakes.py"]

CHECKERS = {
    "mypy": ["mypy", "--config-file=plain.ini", "--cache-dir=plain", *FILES],
    "mypy with pydantic's plugin": ["mypy", "--config-file=plugin.ini", "--cache-dir=plugin", *FILES],
    "basedpyright": ["basedpyright", f"--pythonpath={sys.executable}", "--project=pyright.json"],
}


@pytest.fixture(scope="module")
def reports(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """What each type checker says of both programs; all of them run at once."""
    folder = tmp_path_factory.mktemp("typing")
    for program in PROGRAMS.glob("*.py"):
        (folder / program.name).write_text(program.read_text("utf-8"), "utf-8")
    plain = f"[mypy]\nstrict = True\nfollow_imports = silent\nmypy_path = {ROOT}\n"
    (folder / "plain.ini").write_text(plain, "utf-8")
    (folder / "plugin.ini").write_text(f"{plain}plugins = pydantic.mypy\n", "utf-8")
    settings = {"typeCheckingMode": "strict", "extraPaths": [str(ROOT)], "include": FILES}
    (folder / "pyright.json").write_text(json.dumps(settings), "utf-8")
    return run_all(folder, CHECKERS)


def run_all(folder: Path, commands: dict[str, list[str]]) -> dict[str, str]:
    """Runs modules in a folder, all at once, and returns what each printed."""
    # What verifies types takes the first Python that it finds, whatever it is told.
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    running = {
        name: subprocess.Popen(  # noqa: S603 (our own command lines)
            [sys.executable, "-m", *command],
            cwd=folder,
            env={**os.environ, "PATH": path},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        for name, command in commands.items()
    }
    printed = {name: process.communicate()[0] for name, process in running.items()}
    for name, process in running.items():
        assert process.returncode in (0, 1), printed[name]  # 1: it found errors; others: it did not work at all
        assert "No module named" not in printed[name]
    return printed


def findings(report: str, program: str) -> set[int]:
    """Returns the lines of a program to which a report objects."""
    return {int(line) for name, line in _FINDING.findall(report) if name == program}


def marked(program: str) -> set[int]:
    """Returns the lines of a program that are marked as wrong."""
    lines = (PROGRAMS / program).read_text("utf-8").splitlines()
    return {number for number, line in enumerate(lines, 1) if "# error" in line}


@pytest.mark.parametrize("program", CONSUMERS)
@pytest.mark.parametrize("checker", CHECKERS)
def test_a_program_that_uses_everything_is_accepted_and_every_type_in_it_is_known(
    reports: dict[str, str], checker: str, program: str
) -> None:
    assert findings(reports[checker], program) == set(), reports[checker]


@pytest.mark.parametrize("checker", CHECKERS)
def test_each_mistake_is_seen_where_it_is_made_and_nothing_else_is_taken_for_one(
    reports: dict[str, str], checker: str
) -> None:
    assert len(marked("mistakes.py")) >= 30
    assert findings(reports[checker], "mistakes.py") == marked("mistakes.py"), reports[checker]


def test_the_programs_use_every_public_name() -> None:
    text = "".join((PROGRAMS / program).read_text("utf-8") for program in CONSUMERS)
    unused = [name for name in jiffybox_sdk.__all__ if len(re.findall(rf"\b{name}\b", text)) < 2]
    assert unused == []


def test_every_public_type_is_complete() -> None:
    command = ["basedpyright", "--verifytypes=jiffybox_sdk", "--ignoreexternal"]
    report = run_all(ROOT, {"": command})[""]
    assert "Type completeness score: 100%" in report, report
