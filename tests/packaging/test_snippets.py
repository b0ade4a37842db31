"""Each snippet of the README and the docs, run by itself, prints what its comments say."""

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from tests.support.saved import ROOT

OF_THEIR_OWN = {"attempts.md", "dask.md", "emulator.md", "schemas.md", "sweep.md"}
"""Pages whose snippets need something else, and have tests of their own."""

FILES = [ROOT / "README.md", *sorted((ROOT / "docs" / "pages").rglob("*.md"))]
SNIPPETS = {
    f"{file.relative_to(ROOT).as_posix()} {number}": snippet
    for file in FILES
    if file.name not in OF_THEIR_OWN
    for number, snippet in enumerate(re.findall(r"^```python\n(.*?)^```", file.read_text("utf-8"), re.DOTALL | re.M))
}
TESTS = {name: snippet for name, snippet in SNIPPETS.items() if "\ndef test_" in snippet}
PRINTED = re.compile(r"^ *print\(.*\)  # ([^;\n]+)(?:;.*)?$|^# (.*[^.\n])$", re.MULTILINE)
"""What a line prints, or what a comment of its own, which is no sentence, says that the lines above print."""


@pytest.mark.parametrize("name", [name for name in SNIPPETS if name not in TESTS])
def test_a_snippet_prints_its_comments_in_order(
    name: str, capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    exec(compile(SNIPPETS[name], name, "exec"), {"__name__": "snippet"})  # noqa: S102 (our own docs)
    printed = iter(capsys.readouterr().out.splitlines())
    for same_line, own_line in PRINTED.findall(SNIPPETS[name]):
        expected = same_line or own_line
        assert expected in printed, f"not printed, or not in this order: {expected}"  # consumes the lines before it


def test_the_tests_among_the_snippets_pass(tmp_path: Path) -> None:
    for number, snippet in enumerate(TESTS.values()):
        (tmp_path / f"test_{number}.py").write_text(snippet, "utf-8")
    command = [sys.executable, "-W", "error", "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:asyncio"]
    ran = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)  # noqa: S603
    assert f"{sum(snippet.count('def test_') for snippet in TESTS.values())} passed" in ran.stdout, ran.stdout


def test_the_readme_shows_the_report_of_a_sweep() -> None:
    [(line, report)] = re.findall(r"^```console\n\$ ([^\n]*)\n(.*?)^```", FILES[0].read_text("utf-8"), re.DOTALL | re.M)
    command = [sys.executable, "-m", *line.replace("jiffybox", "jiffybox_sdk", 1).split()]
    ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)  # noqa: S603
    assert (ran.returncode, ran.stdout.startswith(report)) == (1, True), ran.stdout


def test_the_readme_is_short_and_its_facts_are_those_of_the_project() -> None:
    readme = FILES[0].read_text("utf-8")
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    pythons = re.findall(r"Python :: (3\.\d+)", " ".join(project["project"]["classifiers"]))
    coverage = project["tool"]["coverage"]["report"]["fail_under"]
    assert f"Python {pythons[0]} to {pythons[-2]}, and {pythons[-1]} in the browser | " in readme
    assert f"coverage of at least {coverage} % | {project['project']['license']}\n" in readme
    assert len(readme.splitlines()) <= 120
