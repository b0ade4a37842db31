"""`jiffybox validate` at a terminal, with files that take some time."""

from pathlib import Path

from tests.support.saved import BROKEN, PLAN, ROOT, findings, write
from tests.support.terminal import Terminal


def test_a_progress_bar_is_shown_for_large_files_and_removed(files: Path) -> None:
    write(files / "a.jsonl", *[PLAN] * 60_000)
    with Terminal({"PYTHONPATH": str(ROOT)}) as terminal:
        terminal.start("validate", "--as", "plan", "a.jsonl")
        terminal.until(r"\d MB")
        assert terminal.end() == 0
        assert terminal.lines == ["60000 values, 60000 valid; 0 errors, 0 warnings, 0 notes", ""]
        assert not terminal.screen.cursor.hidden
    with (files / "out").open("wb") as out, Terminal({"PYTHONPATH": str(ROOT)}) as terminal:
        write(files / "b.jsonl", BROKEN, *[PLAN] * 60_000)
        terminal.start("validate", "--as", "plan", "b.jsonl", "-o", "json", stdout=out)
        terminal.until(r"\d MB")
        assert terminal.end() == 1
        assert terminal.lines == [""]
    assert len(findings((files / "out").read_text("utf-8"))) == 2
