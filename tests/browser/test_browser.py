"""The browser itself: what its tabs notice."""

from contextlib import ExitStack

from playwright.sync_api import Browser

from tests.support.browser import Tabs


def test_a_good_page_passes(tabs: Tabs) -> None:
    tab = tabs.open()
    tab.page.set_content('<html lang="en"><title>A page</title><main><h1>A page</h1></main>')
    assert tab.axe() == []
    assert tab.cut() == 0


def test_other_hosts_errors_and_bad_pages_are_noticed(browser: Browser) -> None:
    with ExitStack() as stack:
        tab = Tabs(browser, stack).open(width=390)
        tab.page.set_content('<img src="http://example.com/x.png"><p style="width: 400px">wide<script>oh.no()</script>')
        assert tab.elsewhere == ["http://example.com/x.png"]
        assert any("oh is not defined" in error for error in tab.errors)
        assert any(violation.startswith("image-alt (critical)") for violation in tab.axe())
        assert tab.cut() > 0
