"""The built docs: links, what programs read, and pages that messages refer to."""

import re
from pathlib import Path
from typing import get_args

import pytest
from markdown_it import MarkdownIt

from jiffybox_sdk._cli.errors import ExitCode
from jiffybox_sdk.validation import Rule
from tests.support.saved import ROOT
from tests.support.site import Links, dead_links

ELSEWHERE = {
    "docs.dask.org",
    "github.com",
    "jqlang.org",
    "keepachangelog.com",
    "pyodide.org",
    "trustme.readthedocs.io",
    "vcrpy.readthedocs.io",
}
"""Other hosts that the docs link to. Nothing is loaded from them."""


def read(text: str) -> Links:
    links = Links()
    links.feed(text)
    return links


@pytest.fixture(scope="module")
def pages(site: Path) -> dict[Path, Links]:
    """All pages but that for errors, whose links are absolute."""
    return {page: read(page.read_text("utf-8")) for page in site.rglob("*.html") if page.name != "404.html"}


def rendered(file: Path) -> str:
    return str(MarkdownIt("commonmark").enable("table").render(file.read_text("utf-8")))


def test_no_link_between_the_pages_is_dead(site: Path, pages: dict[Path, Links]) -> None:
    assert len(pages) > 40
    assert list(dead_links(site, pages)) == []


def test_a_dead_link_is_found(tmp_path: Path) -> None:
    (tmp_path / "b.html").touch()
    links = ("b.html", "b.html#there", "b.html#gone", "gone.html", "#gone", "https://example.com/gone")
    pages = {
        tmp_path / "a.html": read("".join(f'<a href="{link}">' for link in links)),
        tmp_path / "b.html": read('<p id="there">'),
    }
    assert sorted(dead_links(tmp_path, pages)) == ["a.html: #gone", "a.html: b.html#gone", "a.html: gone.html"]


def test_pages_link_to_few_other_hosts(pages: dict[Path, Links]) -> None:
    urls = {url for links in pages.values() for url in links.targets if re.match("[a-z]+:", url)}
    linked = {re.sub(r"^https://([^/]*)/.*", r"\1", url) for url in urls}
    assert linked | {"pyodide.org"} == ELSEWHERE  # the page with a Python links to it, if it has one


@pytest.mark.parametrize("name", ["README.md", "CONTRIBUTING.md", "CHANGELOG.md"])
def test_no_link_in_a_file_of_the_checkout_is_dead(name: str) -> None:
    assert list(dead_links(ROOT, {ROOT / name: read(rendered(ROOT / name))})) == []


def test_pages_that_the_code_names_exist() -> None:
    named = {
        name
        for folder in ("jiffybox_sdk", "scripts", "schemas", "tests", "examples", "benchmarks", ".ci", ".github")
        for file in (ROOT / folder).rglob("*")
        if file.suffix in {".py", ".json", ".yml"}
        for name in re.findall(r"docs/pages/[\w/.-]+\.(?:md|svg)", file.read_text("utf-8"))
    }
    generated = {"docs/pages/http.md", "docs/pages/changelog.md", "docs/pages/contributing.md"}
    assert sorted(name for name in named - generated if not (ROOT / name).is_file()) == []
    assert len(named) > 5


def test_each_page_has_a_markdown_file_whose_links_work(site: Path, pages: dict[Path, Links]) -> None:
    for page in pages:
        beside = page.with_suffix(".md")
        text = beside.read_text("utf-8")
        assert text.startswith("# ") or "\n# " in text, beside
        links = read(rendered(beside))
        links.targets = {target.partition("#")[0] or page.name for target in links.targets}
        assert list(dead_links(site, {beside: links})) == []


def test_the_index_for_programs_lists_each_page(site: Path, pages: dict[Path, Links]) -> None:
    listed = re.findall(r"^- \[.+\]\((.+)\): .+", (site / "llms.txt").read_text("utf-8"), re.MULTILINE)
    assert sorted(listed) == sorted(page.relative_to(site).with_suffix(".md").as_posix() for page in pages)


def test_the_markdown_of_the_reference_has_its_signatures(site: Path) -> None:
    text = (site / "reference" / "boxes.md").read_text("utf-8")
    assert "\n## jiffybox_sdk.Box\n" in text
    assert "```python\nwait_for_status(\n" in text
    assert "\n* **`plan`** (`Plan | int | str`): A plan, its id or its name.\n" in text


def test_the_reference_has_the_parameters_of_constructors_and_no_internals(site: Path) -> None:
    clients, emulator, validation = (
        (site / "reference" / f"{name}.md").read_text("utf-8") for name in ("clients", "emulator", "validation")
    )
    for name in ("JiffyBox", "AsyncJiffyBox"):
        assert f"\n## jiffybox_sdk.{name}\n\n```python\n{name}(\n    api_key: str | SecretStr,\n" in clients
    assert "\nRateLimit(calls: int, per: float | timedelta)\n" in clients
    assert "\n    attempts: int = 4,\n" in clients
    assert '\nEmulator(\n    clock: ClockPolicy = "auto",\n' in emulator
    assert "\nKINDS: Mapping[str, type[object]]\n" in validation
    for internal in ("arguments.", "### pytest_", "### followed_by", "### sealed", "### without", "### reserve"):
        assert internal not in clients + emulator + validation


def test_each_exit_code_and_rule_has_an_anchor(site: Path, pages: dict[Path, Links]) -> None:
    assert {f"exit-{code.value}" for code in ExitCode} <= pages[site / "exit-codes.html"].anchors
    assert set(get_args(Rule)) <= pages[site / "findings.html"].anchors


def test_methods_come_before_fields_and_types_are_linked(site: Path) -> None:
    text = (site / "reference" / "boxes.html").read_text("utf-8")
    members = re.findall(r'id="jiffybox_sdk\.Box\.(\w+)" class="doc doc-heading"', text)
    assert members.index("start") < members.index("wait_for_status") < members.index("api") < members.index("plan")
    assert re.search(r'<a [^>]*href="clients.html#jiffybox_sdk.JiffyBox"[^>]*>JiffyBox</a>', text)
    # A field has its description, and its type without the rules of its validation.
    monitoring = (site / "reference" / "monitoring.md").read_text("utf-8")
    assert "\n### domainname\n\n```python\ndomainname: str\n```\n\nThe domain to request, not empty.\n" in monitoring
    clients = (site / "reference" / "clients.html").read_text("utf-8")
    assert len(re.findall(r'<span class="nf">send</span>', clients)) == 2  # one signature for each client


def test_fields_of_dataclasses_show_their_defaults(site: Path) -> None:
    pages = "".join(page.read_text("utf-8") for page in (site / "reference").glob("*.md"))
    assert "\nbudget: RetryBudget | None = RetryBudget()\n" in pages
    assert "= field(" not in pages
