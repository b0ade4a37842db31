"""The browser of these tests. Without one, they are skipped, and say so."""

from collections.abc import Generator
from contextlib import ExitStack

import pytest
from playwright.sync_api import Browser

from tests.support.browser import CHROMIUM, Tabs, chromium


@pytest.fixture(scope="package")
def browser() -> Generator[Browser]:
    """A browser for these tests. It ends before others begin, because it runs an event loop in this thread."""
    if CHROMIUM is None:
        pytest.skip("Chromium is not installed")
    with chromium() as started:
        yield started


@pytest.fixture
def tabs(browser: Browser) -> Generator[Tabs]:
    """Tabs that are closed at the end of the test, which fails if one had an error or asked for another host."""
    with ExitStack() as stack:
        tabs = Tabs(browser, stack)
        yield tabs
        for tab in tabs.opened:
            tab.check()
