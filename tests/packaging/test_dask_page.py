"""The recipe for Dask works unchanged on a local cluster."""

import re
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

from tests.support.saved import BROKEN, PLAN, ROOT
from tests.support.shell import clean_environment

PAGE = ROOT / "docs" / "pages" / "dask.md"


# Dask is imported by another process only, because it changes how all exceptions are pickled.
@pytest.mark.skipif(find_spec("distributed") is None, reason="needs Dask")
def test_findings_come_from_all_blocks_of_all_files(tmp_path: Path) -> None:
    (tmp_path / "recorded").mkdir()
    for name in ("a.jsonl", "b.jsonl"):
        (tmp_path / "recorded" / name).write_bytes((PLAN + b"\n") * 500 + BROKEN + b"\n" + PLAN)
    [code] = re.findall(r"```python\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL)
    (tmp_path / "recipe.py").write_text(code.replace("2**24", "2**14"), "utf-8")
    environment = {**clean_environment(), "PYTHONPATH": str(ROOT), "DASK_DISTRIBUTED__DASHBOARD__LINK": ""}
    ran = subprocess.run(
        [sys.executable, "recipe.py"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
        env=environment,
    )
    assert ran.returncode == 0, ran.stderr
    assert ran.stdout.splitlines() == [
        line
        for name in ("a.jsonl", "b.jsonl")
        for line in (
            f"{name} error: /ramInMB: missing-field: expected integer (field seen in recorded responses)",
            f"{name} warning: /ram: unknown-field: found integer",
        )
    ]
