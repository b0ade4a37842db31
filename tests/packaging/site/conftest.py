"""The docs on a port, and the browser to look at them."""

from collections.abc import Generator
from pathlib import Path

import pytest

from tests.browser import conftest
from tests.support.site import served

browser, tabs = conftest.browser, conftest.tabs


@pytest.fixture(scope="package")
def site_url(site: Path) -> Generator[str]:
    """The URL of the docs, on this machine."""
    with served(site) as url:
        yield url
