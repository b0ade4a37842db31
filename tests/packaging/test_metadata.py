"""Metadata of the project: versions, URLs, the README on an index, the changelog, and hosted checks."""

import re
import subprocess
import tomllib
from pathlib import Path

import yaml

import jiffybox_sdk
from scripts.changelog import newest_release, sections
from scripts.metadata_hook import published, urls
from tests.support.environments import programs_of

ROOT = Path(__file__).parents[2]
REPOSITORY = "https://git.example.org/someone/jiffybox-sdk"
README = """# Title

A [guide](docs/pages/run.md#proxy), [below](#below), [elsewhere](https://example.org/x).

![A session](docs/pages/session.svg)

[![tests](docs/badge.svg)](CONTRIBUTING.md) and [![docs](https://example.org/badge.svg)](docs/index.md)

```python
names[0](x)
```
"""


def test_the_readme_of_a_published_project_has_absolute_links_to_files() -> None:
    assert (
        published(README, REPOSITORY)
        == f"""# Title

A [guide]({REPOSITORY}/blob/HEAD/docs/pages/run.md#proxy), [below](#below), [elsewhere](https://example.org/x).

![A session]({REPOSITORY}/raw/HEAD/docs/pages/session.svg)

[![tests]({REPOSITORY}/raw/HEAD/docs/badge.svg)]({REPOSITORY}/blob/HEAD/CONTRIBUTING.md) and [![docs](https://example.org/badge.svg)]({REPOSITORY}/blob/HEAD/docs/index.md)

```python
names[0](x)
```
"""
    )


def test_without_a_repository_the_readme_has_the_texts_of_its_links() -> None:
    assert (
        published(README, "")
        == """# Title

A guide, [below](#below), [elsewhere](https://example.org/x).



 and ![docs](https://example.org/badge.svg)

```python
names[0](x)
```
"""
    )


def test_the_urls_start_with_that_of_the_repository() -> None:
    assert all(url.startswith(REPOSITORY) for url in urls(REPOSITORY).values())
    assert {"Repository", "Issues", "Changelog"} <= urls(REPOSITORY).keys()
    assert urls("") == {}


def test_the_changelog_has_the_version_as_its_newest_release() -> None:
    text = (ROOT / "CHANGELOG.md").read_text("utf-8")
    unreleased, *released = sections(text)
    assert (unreleased.name, unreleased.date) == ("Unreleased", None)
    assert newest_release().name == jiffybox_sdk.__version__
    assert all(section.date for section in released)
    kinds = {"Added", "Changed", "Deprecated", "Removed", "Fixed", "Security"}
    assert {*re.findall(r"^### (.*)", text, re.MULTILINE)} <= kinds


def test_classifiers_make_and_hosted_checks_have_the_same_pythons() -> None:
    """Python 3.14 is that of Pyodide, in which `tests/packaging/site/test_python.py` runs programs."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    classified = re.findall(r":: (3\.\d+)", " ".join(project["classifiers"]))
    [made] = re.findall(r"^PYTHONS := (.*)", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE)
    assert classified == [*made.split(), "3.14"]
    [setup] = [step for step in steps() if "setup-python" in str(step.get("uses"))]
    assert sorted(str(setup["with"]["python-version"]).split()) == made.split()
    assert project["requires-python"] == f">={classified[0]}"


WORKFLOW = ROOT / ".github" / "workflows" / "checks.yml"


def steps() -> list[dict[str, dict[str, object]]]:
    """The steps of the hosted checks."""
    found: list[dict[str, dict[str, object]]] = yaml.safe_load(WORKFLOW.read_text("utf-8"))["jobs"]["checks"]["steps"]
    return found


def test_hosted_checks_run_what_ours_run() -> None:
    ours = re.findall(r"^make .*", (ROOT / ".ci" / "run").read_text("utf-8"), re.MULTILINE)
    assert ours
    assert [step["run"] for step in steps() if str(step.get("run")).startswith("make ")][: len(ours)] == ours


def test_the_workflow_of_hosted_checks_is_valid() -> None:
    check = str(programs_of(".venv-generators") / "check-jsonschema")
    command = [check, "--builtin-schema", "vendor.github-workflows", str(WORKFLOW)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603
    assert done.returncode == 0, done.stdout
