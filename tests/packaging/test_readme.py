"""The README's snippets."""

import re
from pathlib import Path

import pytest

README = Path(__file__).parents[2] / "README.md"
SNIPPETS = re.findall(r"^```python\n(.*?)^```", README.read_text("utf-8"), re.DOTALL | re.MULTILINE)


def test_snippets_run_in_order_and_print_their_comments(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    names: dict[str, object] = {}
    compared = 0
    for snippet in SNIPPETS:
        exec(compile(snippet, README.name, "exec"), names)  # noqa: S102
        printed = capsys.readouterr().out.splitlines()
        for comment in re.findall(r"print\(.*\)  # ([^;\n]*?)(?:; .*)?$", snippet, re.MULTILINE):
            compared += 1
            assert comment in printed
    assert len(SNIPPETS) == README.read_text("utf-8").count("```python") > 0
    assert compared == sum(snippet.count(")  # ") for snippet in SNIPPETS) > 0
