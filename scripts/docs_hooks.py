"""Hooks of the build of the docs: pages from elsewhere, Markdown for programs, and the files of the page with a Python.

The site has a `.md` file beside each page, and `llms.txt`, which lists them. Pages of the reference, which are made
from docstrings, are converted back from HTML.
"""

import json
import re
from collections.abc import Iterator
from pathlib import Path

from markdownify import ATX, MarkdownConverter
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure import StructureItem
from mkdocs.structure.files import File, Files
from mkdocs.structure.nav import Navigation, Section
from mkdocs.structure.pages import Page

from scripts import browser_python, http_page

ROOT = Path(__file__).parents[1]

_LINK = re.compile(r"\]\((?!https?:|#)(?:docs/pages/)?([^)]+)\)")
_FIRST = re.compile(r"^([A-Z`].*?[^:][.:])(?:\s|$)", re.DOTALL | re.MULTILINE)
"""The first sentence of a text."""

_LINKED = re.compile(r"\[([^\]]*)\]\([^)]*\)")
_ATTRIBUTES = re.compile(r" *\{ ?[#.][^}\n]*\}")

_TIDY = (
    (" *¶", ""),
    (" `(?:class|instance)-attribute`", ""),
    (r"\n +(?=[(\u2013)`])", " "),
    (r" \u2013\n\n +", ": "),
    (" +\n", "\n"),
    (r" +\)", ")"),
    (r"\n{3,}", "\n\n"),
)
"""What to replace in converted HTML: permalinks, and the line breaks in lists of parameters."""

_TABLE = re.compile(r"<table>.*?</table>", re.DOTALL)

_texts: dict[str, str] = {}
"""The Markdown of each page, by the path of its file."""

_sections: list[StructureItem] = []
"""The pages in the order of the navigation."""


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the pages whose text is elsewhere."""
    openapi = json.loads((ROOT / "jiffybox_sdk" / "openapi.json").read_text("utf-8"))
    files.append(File.generated(config, "http.md", content=http_page.page(openapi)))
    for name in ("CHANGELOG", "CONTRIBUTING"):
        text = (ROOT / f"{name}.md").read_text("utf-8")
        files.append(File.generated(config, f"{name.lower()}.md", content=_LINK.sub(r"](\1)", text)))
    return files


def on_page_markdown(markdown: str, page: Page, **_: object) -> str:
    """Note the text of a page, and complete that of the page with a Python."""
    if page.file.src_uri == "try/index.md":
        markdown = markdown.replace("<!-- files -->", browser_python.table())
    _texts[page.file.src_uri] = _ATTRIBUTES.sub("", markdown)
    if first := _FIRST.search(markdown):
        page.meta.setdefault("description", _LINKED.sub(r"\1", " ".join(first[1].split())))
    return markdown


def on_page_content(html: str, page: Page, **_: object) -> str:
    """Convert a page of the reference to Markdown."""
    if "\n::: " in _texts[page.file.src_uri]:
        converter = MarkdownConverter(
            heading_style=ATX, code_language="python", strip=["a", "img"], escape_underscores=False
        )
        text: str = converter.convert(html)
        for pattern, replacement in _TIDY:
            text = re.sub(pattern, replacement, text)
        _texts[page.file.src_uri] = text
    return html


def on_post_page(output: str, page: Page, **_: object) -> str:
    """Give the theme's search dialog a name, cells of tables that of their column, and rules an anchor."""
    output = output.replace('role="dialog"', 'role="dialog" aria-label="Search"', 1)
    if page.file.src_uri == "findings.md":
        output = re.sub(r"<tr>(\s*<td>)<code>([a-z0-9-]+)</code>", r'<tr id="\2">\1<code>\2</code>', output)
    return _TABLE.sub(lambda table: _labelled(table[0]), output)


def _labelled(table: str) -> str:
    names = [re.sub("<[^>]*>", "", name) for name in re.findall(r"<th[^>]*>(.*?)</th>", table, re.DOTALL)]

    def row(match: re.Match[str]) -> str:
        columns = iter(names)
        return re.sub("<td", lambda _: f'<td data-column="{next(columns, "")}"', match[0])

    return re.sub(r"<tr.*?</tr>", row, table, flags=re.DOTALL)


def on_nav(nav: Navigation, **_: object) -> Navigation:
    """Note the order of the pages for `llms.txt`."""
    _sections[:] = list(nav)
    return nav


def on_post_build(config: MkDocsConfig) -> None:
    """Write the Markdown files, `llms.txt`, and the files of the page with a Python."""
    site = Path(config.site_dir)
    for uri, text in _texts.items():
        (site / uri).write_text(text, "utf-8")
    (site / "llms.txt").write_text("\n".join(_index(config)), "utf-8")
    browser_python.copy(site / "try" / "runtime")


def _index(config: MkDocsConfig) -> Iterator[str]:
    yield f"# {config.site_name}\n\n> {config.site_description}. The service was switched off in May 2024.\n"
    for item in _sections:
        if isinstance(item, Page):
            yield f"{_entry(item)}\n"
        elif isinstance(item, Section):
            yield f"## {item.title}\n"
            yield from (_entry(page) for page in _pages(item))
            yield ""


def _pages(section: Section) -> Iterator[Page]:
    for child in section.children:
        if isinstance(child, Section):
            yield from _pages(child)
        elif isinstance(child, Page):
            yield child


def _entry(page: Page) -> str:
    title = str(page.title)  # pyright: ignore[reportUnknownMemberType, reportUnknownArgumentType] (untyped in mkdocs)
    return f"- [{title}]({page.file.src_uri}): {page.meta.get('description', title)}"
