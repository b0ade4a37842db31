"""The docs and the README in a browser, on a desktop and on a phone, light and dark."""

import shutil
from pathlib import Path

import pytest
from markdown_it import MarkdownIt

from tests.support.browser import Scheme, Tabs, Width
from tests.support.saved import ROOT
from tests.support.site import served

PAGES = (
    "index.html",
    "start.html",
    "errors.html",
    "sweep.html",
    "archives.html",
    "reference/ips.html",
    "try/index.html",
)

CUT = """
() => [...document.querySelectorAll("main table, main img, main pre")]
  .filter(each => each.offsetParent && each.getBoundingClientRect().right > window.innerWidth + 1)
  .map(each => each.outerHTML.slice(0, 80))
"""
"""What is cut off at the right."""

PLAIN = """
() => [...document.querySelectorAll("main .highlight code")]
  .filter(code => code.offsetParent && code.querySelector(".k, .kn, .nb, .nf"))
  .filter(code => getComputedStyle(code.querySelector(".k, .kn, .nb, .nf")).color == getComputedStyle(code).color)
  .map(code => code.textContent.slice(0, 80))
"""
"""Code without colours."""


def serious(violations: list[str]) -> list[str]:
    return [each for each in violations if "(serious)" in each or "(critical)" in each]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("page", PAGES)
def test_a_page_fits_is_coloured_and_accessible(
    page: str, width: Width, scheme: Scheme, site_url: str, tabs: Tabs
) -> None:
    tab = tabs.open(width, scheme)
    tab.page.goto(site_url + page)
    light = tab.page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert light == (scheme == "light")
    assert tab.cut() == 0
    assert tab.page.evaluate(CUT) == []
    assert tab.page.evaluate(PLAIN) == []
    if (width == 1280) == light:  # each width and each scheme, but slow
        assert serious(tab.axe()) == []


@pytest.mark.parametrize("width", [1280, 390])
def test_the_readme_fits(width: Width, tabs: Tabs, tmp_path: Path) -> None:
    body = MarkdownIt("commonmark").enable("table").render((ROOT / "README.md").read_text("utf-8"))
    # The styles of places that show a README: a column, in which code and tables scroll.
    style = "main {max-width: 1012px; margin: auto} img {max-width: 100%} pre, table {display: block; overflow: auto}"
    scheme = '<meta name="color-scheme" content="light dark">'
    html = (
        f'<html lang="en"><title>README</title><meta charset="utf-8">{scheme}<style>{style}</style><main>{body}</main>'
    )
    (tmp_path / "index.html").write_text(html, "utf-8")
    shutil.copytree(ROOT / "docs" / "pages", tmp_path / "docs" / "pages")
    with served(tmp_path) as url:
        tab = tabs.open(width, "light" if width == 1280 else "dark")
        tab.page.goto(url)
        assert tab.page.evaluate("[...document.images].map(image => image.naturalWidth > 0)") == [True, True]
        assert tab.page.evaluate(CUT) == []
        assert tab.cut() == 0


def test_the_search_finds_a_method(site_url: str, tabs: Tabs) -> None:
    tab = tabs.open()
    tab.page.goto(site_url + "index.html")
    tab.page.get_by_placeholder("Search").fill("wait_for_status")
    tab.page.locator(".md-search-result__item a").first.wait_for()
    assert "wait_for_status" in tab.page.locator(".md-search-result__list").inner_text()
