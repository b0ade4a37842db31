"""`jiffybox sweep`."""

import json
import sys
from pathlib import Path

import pytest

from tests.support.shell import Shell, apart

PROGRAM = """
import io
import logging
import sys

from jiffybox_sdk import AsyncJiffyBox, JiffyBox, JiffyOutcomeUnknownException

def deploy(client: JiffyBox) -> None:
    for box in client.boxes():
        try:
            box.update_metadata({"role": "web"})
        except JiffyOutcomeUnknownException:
            pass

def failing(client: JiffyBox) -> None:
    raise RuntimeError("\\x1b[31mred")

log = logging.getLogger("swept_program")
log.handlers = [logging.StreamHandler()]
log.setLevel("INFO")

def talking(client: JiffyBox) -> None:
    print("printed")
    sys.stdout = io.TextIOWrapper(sys.stdout.buffer, "utf-8", write_through=True)
    print("replaced")
    log.info("logged")
    deploy(client)

async def talking_async(client: AsyncJiffyBox) -> None:
    print("printed", len(await client.boxes()), file=sys.stderr)

def talking_and_failing(client: JiffyBox) -> None:
    print("about to \x1b[31mfail")
    failing(client)

class Nothing:
    pass

number = 7
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a program and a seed, and the working directory."""
    (tmp_path / "swept_program.py").write_text(PROGRAM, "utf-8")
    (tmp_path / "broken_program.py").write_text("import json\nnothing.at_all", "utf-8")
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "json.py").write_text("def main(client): pass", "utf-8")
    boxes = [{"name": "web", "planid": 44, "distribution": "centos_7_64bit"}]
    (tmp_path / "account.json").write_text(json.dumps({"boxes": boxes}), "utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", [*sys.path])
    for name in ("swept_program", "broken_program"):
        monkeypatch.delitem(sys.modules, name, raising=False)
    return tmp_path


def test_a_program_is_swept(shell: Shell, folder: Path) -> None:
    ran = shell("sweep", "swept_program.py:deploy", "--seed", str(folder / "account.json"))
    assert (ran.code, ran.err) == (1, "")
    assert ran.lines == [
        "wrong success:",
        "",
        '    emulator.add_fault("change_box", moment="before", drop=True)',
        "",
        "change_box, call 2 of 2: the connection was lost before the call was executed",
        """box 'web': metadata is {}, not {"role": "web"}""",
        "",
        "3 of 20 histories fail (calls: 2): response lost: 1 of 4, 502: 1 of 4, time-out: 1 of 4",
    ]
    right = shell("sweep", "swept_program.py:deploy")
    assert (right.code, right.out) == (0, "0 of 10 histories fail (calls: 1)\n")


def test_only_the_output_of_the_first_failure_is_shown(shell: Shell, folder: Path) -> None:
    ran = shell("sweep", "swept_program.py:talking", "--seed", str(folder / "account.json"))
    assert (ran.code, ran.lines[0], len(ran.lines)) == (1, "wrong success:", 8)
    assert ran.err.splitlines() == [
        "Output of the program (change_box, call 2 of 2: the connection was lost before the call was executed):",
        *("", "printed", "replaced", "logged", ""),
    ]
    right = shell("sweep", "swept_program.py:talking_async")
    assert (right.code, right.out, right.err) == (0, "0 of 10 histories fail (calls: 1)\n", "")


@pytest.mark.usefixtures("folder")
def test_the_output_of_an_invalid_program_is_shown(shell: Shell) -> None:
    ran = shell("sweep", "swept_program.py:talking_and_failing")
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.splitlines()[:3] == ["Output of the program (the last run):", "", r"about to \x1b[31mfail"]
    assert ran.err.splitlines()[-1].startswith("jiffybox: invalid program: without a fault, it raises RuntimeError")


def test_processes_find_the_program(shell: Shell, folder: Path) -> None:
    options = ["--depth", "2", "--most", "40", "--choice", "3", "--jobs", "2", "--seed", str(folder / "account.json")]
    ran = apart("sweep", f"{folder / 'swept_program.py'}:talking", *options, env=shell.folders)
    assert (ran.code, ran.err.splitlines()[1:]) == (1, ["", "printed", "replaced", "logged", ""])
    assert ran.lines[-1].startswith("7 of 60 histories fail (calls: 2, 40 of 200 pairs chosen with choice=3): ")


INVALID = {
    "deploy": "invalid program 'deploy': expected FILE:FUNCTION, such as deploy.py:deploy",
    "swept_program.py:": "expected FILE:FUNCTION",
    "swept program.py:main": "expected FILE:FUNCTION",
    "missing.py:main": "invalid program 'missing.py:main': there is no file 'missing.py'",
    "swept_program.py:main": "there is no function main in 'swept_program.py'",
    "swept_program.py:number": "there is no function number in 'swept_program.py'",
    "swept_program.py:failing": "invalid program: without a fault, it raises RuntimeError: \\x1b[31mred",
    "swept_program.py:Nothing": "invalid program: without a fault, it raises TypeError: Nothing() takes no arguments",
    "broken_program.py:main": "can't import 'broken_program.py': NameError: name 'nothing' is not defined",
    "other/json.py:main": "can't import 'other/json.py': there is another module json: rename the file",
}


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize("program", INVALID)
def test_an_invalid_program_is_an_error_in_one_line(shell: Shell, program: str) -> None:
    ran = shell("sweep", program)
    assert (ran.code, ran.out) == (2, "")
    assert INVALID[program] in ran.err
    assert len(ran.err.splitlines()) == 1
