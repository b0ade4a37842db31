"""A real browser: Debian's or another Chromium, without a window, that reaches only this machine."""

import os
import shutil
from collections.abc import Generator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from importlib.resources import files
from typing import Literal
from urllib.parse import urlsplit

from playwright.sync_api import Browser, ConsoleMessage, Error, Page, Route, sync_playwright
from pydantic import TypeAdapter

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
LOCAL = {"127.0.0.1", "localhost", "[::1]"}


@dataclass(frozen=True)
class Node:
    """An element that breaks a rule."""

    html: str


@dataclass(frozen=True)
class Violation:
    """A rule of axe that a page breaks."""

    id: str
    impact: str | None
    nodes: list[Node]


VIOLATIONS = TypeAdapter(list[Violation])
Width = Literal[1280, 390]
Scheme = Literal["light", "dark"]


@contextmanager
def chromium() -> Generator[Browser]:
    """Start the browser, and end it afterwards."""
    assert CHROMIUM, "no Chromium: on Debian, run `apt-get install chromium`"
    with sync_playwright() as playwright:
        root = os.name == "posix" and os.getuid() == 0
        sandbox = ["--no-sandbox"] if root else []  # Chromium refuses to start as root with it
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=sandbox)
        try:
            yield browser
        finally:
            browser.close()


@dataclass
class Tab:
    """A page, and what it did that no page of ours may do."""

    page: Page
    elsewhere: list[str] = field(default_factory=list[str])
    """URLs on other hosts that it asked for. None is loaded."""
    errors: list[str] = field(default_factory=list[str])
    """Exceptions, and errors on its console."""

    def check(self) -> None:
        """Fail if the page asked for another host, or had an error."""
        assert self.elsewhere == []
        assert self.errors == []

    def axe(self) -> list[str]:
        """Return what is not accessible: the rule, and the first element that breaks it."""
        self.page.evaluate(files("axe_playwright_python").joinpath("axe.min.js").read_text("utf-8"))
        violations = VIOLATIONS.validate_python(self.page.evaluate("axe.run().then(result => result.violations)"))
        return [f"{each.id} ({each.impact}): {each.nodes[0].html}" for each in violations]

    def cut(self) -> int:
        """Return by how many pixels the page is wider than its window."""
        return int(self.page.evaluate("document.scrollingElement.scrollWidth - window.innerWidth"))


class Tabs:
    """Opens tabs that are closed together."""

    def __init__(self, browser: Browser, stack: ExitStack) -> None:
        self._browser = browser
        self._stack = stack
        self.opened: list[Tab] = []

    def open(self, width: Width = 1280, scheme: Scheme = "light") -> Tab:
        """Open a tab of its own, as wide as a desktop's or a phone's, that reaches only this machine."""
        self.opened.append(self._stack.enter_context(_tab(self._browser, width, scheme)))
        return self.opened[-1]


@contextmanager
def _tab(browser: Browser, width: Width, scheme: Scheme) -> Generator[Tab]:
    height = 800 if width == 1280 else 844
    with browser.new_context(viewport={"width": width, "height": height}, color_scheme=scheme) as context:
        opened = Tab(context.new_page())

        def only_here(route: Route) -> None:
            url = route.request.url
            if urlsplit(url).scheme in {"data", "blob"} or urlsplit(url).netloc.rpartition(":")[0] in LOCAL:
                route.fallback()
            else:
                opened.elsewhere.append(url)
                route.abort()

        def failed(error: Error) -> None:
            opened.errors.append(str(error))

        def logged(message: ConsoleMessage) -> None:
            if message.type == "error":
                opened.errors.append(message.text)

        context.route("**/*", only_here)
        opened.page.on("pageerror", failed)
        opened.page.on("console", logged)
        yield opened
