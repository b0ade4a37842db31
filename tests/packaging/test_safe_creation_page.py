"""The snippets of the page on safe creation."""

import re
from pathlib import Path

import pytest

PAGE = Path(__file__).parents[2] / "docs" / "pages" / "safe-creation.md"


def test_the_snippets_print_their_comments(capsys: pytest.CaptureFixture[str]) -> None:
    text = PAGE.read_text("utf-8")
    names: dict[str, object] = {}
    for snippet in re.findall(r"^```python\n(.*?)^```", text, re.DOTALL | re.MULTILINE):
        exec(compile(snippet, PAGE.name, "exec"), names)  # noqa: S102
    printed = re.findall(r"print\(.*\)  # (.*)$", text, re.MULTILINE)
    assert printed
    assert capsys.readouterr().out.splitlines() == printed
