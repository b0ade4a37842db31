"""Each snippet of the README runs, and prints what its comments say."""

import re
from pathlib import Path

import pytest

README = Path(__file__).parents[2] / "README.md"
SNIPPETS = re.findall(r"^```python\n(.*?)^```", README.read_text("utf-8"), re.DOTALL | re.MULTILINE)


def test_the_snippets_run_one_after_the_other_and_print_what_they_say(capsys: pytest.CaptureFixture[str]) -> None:
    names: dict[str, object] = {}
    promised = 0
    for snippet in SNIPPETS:
        exec(compile(snippet, README.name, "exec"), names)  # noqa: S102
        printed = capsys.readouterr().out.splitlines()
        for comment in re.findall(r"print\(.*\)  # ([^;\n]*?)(?:; .*)?$", snippet, re.MULTILINE):
            promised += 1
            assert comment in printed
    assert len(SNIPPETS) == README.read_text("utf-8").count("```python") > 0
    assert promised == sum(snippet.count(")  # ") for snippet in SNIPPETS) > 0
