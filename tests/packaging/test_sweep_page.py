"""The page on sweeps."""

import contextlib
import io
import re
import subprocess
import sys
from pathlib import Path

PAGE = (Path(__file__).parents[2] / "docs" / "pages" / "sweep.md").read_text("utf-8")
TEST, LOST, PROGRAM, MARK = re.findall(r"^```python\n(.*?)^```", PAGE, re.DOTALL | re.MULTILINE)
[REPORT] = re.findall(r"^```text\n(.*?)^```", PAGE, re.DOTALL | re.MULTILINE)


def test_the_test_of_the_page_fails_with_its_report(tmp_path: Path) -> None:
    (tmp_path / "test_deploy.py").write_text(TEST, "utf-8")
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-q", "-c", "pytest.ini"]
    (tmp_path / "pytest.ini").touch()
    swept = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)  # noqa: S603
    assert REPORT in swept.stdout, swept.stdout
    others = TEST.replace("sweep=True", "sweep=False") + LOST + MARK.replace(": ...", ":\n    jiffybox.client.boxes()")
    (tmp_path / "test_deploy.py").write_text(others, "utf-8")
    passed = subprocess.run([*command, "-s"], cwd=tmp_path, capture_output=True, text=True, check=False)  # noqa: S603
    assert "3 passed" in passed.stdout, passed.stdout
    assert re.findall(r"print.*  # (.*)$", LOST, re.MULTILINE)[0] in passed.stdout


def test_the_program_of_the_page_prints_its_comments(tmp_path: Path) -> None:
    output = io.StringIO()
    with contextlib.redirect_stdout(output):
        exec(TEST + PROGRAM, {"__name__": "deploy"})  # noqa: S102 (our own page)
    assert output.getvalue().splitlines() == re.findall(r"^print.*  # (.*)$", PROGRAM, re.MULTILINE)
    (tmp_path / "deploy.py").write_text(TEST, "utf-8")
    command = [sys.executable, "-m", "jiffybox_sdk", "sweep", "deploy.py:deploy"]
    ran = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)  # noqa: S603
    assert (ran.returncode, ran.stdout) == (1, REPORT)


def test_the_table_of_the_page_has_the_faults_that_are_tried() -> None:
    from jiffybox_sdk.emulator._sweep import FAULTS

    rows = re.findall(
        r"^\| (?:status )?(no connection|outage|response lost|response cut|502|time-out|429)\b[^|]*\|(.*)\|$",
        PAGE,
        re.MULTILINE,
    )
    table = {
        (kind, moment)
        for kind, cells in rows
        for moment, cell in zip(("before", "after"), cells.split("|"), strict=True)
        if "✓" in cell
    }
    tried = {
        (
            kind,
            "after"
            if options.get("moment") == "after" or not options.keys() & {"refuse", "drop", "status"}
            else "before",
        )
        for kind, options, _ in FAULTS
    }
    assert table == tried
