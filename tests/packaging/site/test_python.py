"""The page of the docs on which snippets run: a Python in the browser, from the docs' own files."""

import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import parse_wheel_filename
from playwright.sync_api import Page

from tests.support.browser import Tabs
from tests.support.saved import ROOT

BROWSER = ROOT / ".browser"
pytestmark = pytest.mark.skipif(not (BROWSER / ".files").exists(), reason="run: make .browser/.files (it needs npm)")


def run(page: Page, number: int, program: str | None = None) -> str:
    """Run a program of the page, and return its output."""
    if program is not None:
        page.locator("code[contenteditable]").nth(number).fill(program)
    page.get_by_role("button", name="Run").nth(number).click()
    page.wait_for_function("document.getElementById('status').textContent.startsWith('Done')", timeout=60_000)
    return page.locator(".try-output").nth(number).inner_text()


ASYNC = """
import asyncio
from jiffybox_sdk import Emulator
async def main():
    async with Emulator().async_client() as client:
        boxes = [await client.create_box(name, 44, distribution="debian_stretch_64bit") for name in "ab"]
        print((await client.wait_for_all(boxes, "READY")).complete)
asyncio.run(main())
"""


# One test, because starting Python takes seconds.
def test_programs_run_from_the_docs_files_alone_and_then_offline(site_url: str, tabs: Tabs) -> None:
    page = tabs.open().page
    requested: list[str] = []
    page.on("request", lambda request: requested.append(request.url))
    page.goto(site_url + "try/index.html")
    assert "Nothing is loaded yet" in page.locator("#status").inner_text()
    assert not any(url.endswith(".wasm") for url in requested)
    assert "READY" in run(page, 0)
    assert any(url.endswith(".wasm") for url in requested)
    assert "JiffyOutcomeUnknownException\n" in run(page, 1)
    assert "wrong success" in run(page, 2)
    assert "unknown-field" in run(page, 3)
    page.wait_for_function("document.getElementById('status').textContent.includes('offline')")

    # Programs can be changed. Errors have a traceback of the program alone.
    code = page.locator("code[contenteditable]").first
    original = code.inner_text()
    printed = run(page, 0, "def f():\n    raise ValueError('no')\nprint(1)\nf()").splitlines()
    assert printed[:3] == ["1", "Traceback (most recent call last):", '  File "program.py", line 4, in <module>']
    assert printed[-1] == "ValueError: no"
    assert run(page, 0, ASYNC) == "True\n"

    # And they can be stopped.
    code.fill("while True: print('on')")
    page.get_by_role("button", name="Run").first.click()
    page.wait_for_function("document.querySelector('.try-output').textContent.includes('on')")
    page.get_by_role("button", name="Stop").first.click()
    assert page.locator(".try-output").first.inner_text().endswith("Stopped.\n")
    page.get_by_role("button", name="Reset").first.click()
    assert code.inner_text() == original

    page.context.set_offline(True)
    page.reload()
    assert "READY" in run(page, 0)


def test_the_wheels_are_those_that_the_sdk_requires() -> None:
    wheels = [parse_wheel_filename(wheel.name) for wheel in (BROWSER / "wheels").iterdir()]
    versions = {str(name): version for name, version, *_ in wheels}
    project = tomllib.loads((Path(ROOT) / "pyproject.toml").read_text("utf-8"))["project"]
    for requirement in map(Requirement, project["dependencies"]):
        assert versions[requirement.name] in requirement.specifier
