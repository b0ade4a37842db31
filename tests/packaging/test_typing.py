"""Static types as users see them: type checkers with their own settings accept correct programs and find mistakes."""

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
EXAMPLES = [path.name for path in sorted((ROOT / "examples").glob("*.py"))]

CORRECT = ("consumer.py", "modules.py", "payloads.py", "asynchronous.py")
FILES = [*CORRECT, *EXAMPLES, "mistakes.py"]

CHECKERS = {
    "mypy": ["mypy", "--config-file=plain.ini", "--cache-dir=plain", *FILES],
    "mypy with pydantic's plugin": ["mypy", "--config-file=plugin.ini", "--cache-dir=plugin", *FILES],
    "basedpyright": ["basedpyright", f"--pythonpath={sys.executable}", "--project=pyright.json"],
}
VERIFY_TYPES = ["basedpyright", "--verifytypes=jiffybox_sdk", "--ignoreexternal"]

_FINDING = re.compile(r"^\s*(?:\S*/)?(\w+\.py):(\d+)(?::\d+)?(?: -|:) (?:error|warning)\b", re.MULTILINE)


@pytest.fixture(scope="module")
def reports(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The output of each type checker for all programs. All of them run side by side."""
    folder = tmp_path_factory.mktemp("typing")
    for program in FILES:
        source = ROOT / "examples" if program in EXAMPLES else PROGRAMS
        (folder / program).write_text((source / program).read_text("utf-8"), "utf-8")
    plain = f"[mypy]\nstrict = True\nfollow_imports = silent\nmypy_path = {ROOT}\n"
    (folder / "plain.ini").write_text(plain, "utf-8")
    (folder / "plugin.ini").write_text(f"{plain}plugins = pydantic.mypy\n", "utf-8")
    settings = {"typeCheckingMode": "strict", "extraPaths": [str(ROOT)], "include": FILES}
    (folder / "pyright.json").write_text(json.dumps(settings), "utf-8")
    # --verifytypes looks for the package with the first Python on PATH, whatever --pythonpath is.
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    started = {
        name: subprocess.Popen(  # noqa: S603 (our own command lines)
            [sys.executable, "-m", *command],
            cwd=cwd,
            env={**os.environ, "PATH": path},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        for name, command, cwd in [
            *((name, command, folder) for name, command in CHECKERS.items()),
            ("--verifytypes", VERIFY_TYPES, ROOT),
        ]
    }
    reports = {name: process.communicate()[0] for name, process in started.items()}
    for name, process in started.items():
        assert process.returncode in (0, 1), reports[name]  # 1: errors were found; above: the checker itself failed
        assert "No module named" not in reports[name]
    return reports


def findings(report: str, program: str) -> set[int]:
    """Return the lines of a program with an error or a warning."""
    return {int(line) for name, line in _FINDING.findall(report) if name == program}


def marked(program: str) -> set[int]:
    """Return the lines of a program that are marked as wrong."""
    lines = (PROGRAMS / program).read_text("utf-8").splitlines()
    return {number for number, line in enumerate(lines, 1) if "# error" in line}


@pytest.mark.parametrize("program", [*CORRECT, *EXAMPLES])
@pytest.mark.parametrize("checker", CHECKERS)
def test_correct_programs_pass(reports: dict[str, str], checker: str, program: str) -> None:
    assert findings(reports[checker], program) == set(), reports[checker]


@pytest.mark.parametrize("checker", CHECKERS)
def test_each_mistake_is_found_and_nothing_else(reports: dict[str, str], checker: str) -> None:
    assert len(marked("mistakes.py")) >= 30
    assert findings(reports[checker], "mistakes.py") == marked("mistakes.py"), reports[checker]


def test_the_programs_use_every_public_name() -> None:
    text = "".join((PROGRAMS / program).read_text("utf-8") for program in CORRECT)
    unused = [name for name in jiffybox_sdk.__all__ if len(re.findall(rf"\b{name}\b", text)) < 2]
    assert unused == []


def test_every_public_type_is_complete(reports: dict[str, str]) -> None:
    assert "Type completeness score: 100%" in reports["--verifytypes"]
