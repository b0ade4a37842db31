"""Measure the control panel with 1,000 boxes in a browser (part of `make stress`): the first view, and a change.

    python -m benchmarks.panel

The first view is measured from the start of the navigation until the boxes are painted; median of five. What a change
of one box sends includes the request that has caused it.
"""

import statistics
import sys
from collections.abc import Iterator
from contextlib import ExitStack

from benchmarks.tables import Row, Table, report
from jiffybox_sdk import Emulator
from jiffybox_sdk.emulator._server.app import running
from tests.support.browser import Tab, Tabs, chromium

BOXES = 1000

WATCH = """
window.painted = new Promise((resolve) => new MutationObserver(() => {
  if (document.querySelectorAll("#boxes tbody").length === 1000)
    requestAnimationFrame(() => requestAnimationFrame(() => resolve(performance.now())));
}).observe(document, { childList: true, subtree: true }));
"""


def first_view(tab: Tab, url: str) -> float:
    """Return the seconds until the boxes are painted."""
    tab.page.add_init_script(WATCH)
    tab.page.goto(url)
    return float(tab.page.evaluate("window.painted")) / 1000


def change(tab: Tab, emulator: Emulator) -> int:
    """Return the bytes that the change of a box sends to the page."""
    received: list[int] = []
    network = tab.page.context.new_cdp_session(tab.page)
    network.send("Network.enable")  # pyright: ignore[reportUnknownMemberType] (Playwright has no type for what it returns)

    def count(event: dict[str, int]) -> None:
        received.append(event["dataLength"])

    network.on("Network.dataReceived", count)
    with emulator.client() as client:
        client.box(10_001).stop()
    tab.page.locator("tbody .busy").wait_for()
    return sum(received)


def tables() -> Iterator[Table]:
    """Yield the tables."""
    box = {"planid": 44, "distribution": "debian_stretch_64bit", "metadata": {"role": "web"}}
    emulator = Emulator("manual", seed={"boxes": [{**box, "name": f"box {number}"} for number in range(BOXES)]})
    with running(emulator) as url, chromium() as browser, ExitStack() as stack:
        tabs = Tabs(browser, stack)
        seconds = statistics.median(first_view(tabs.open(), f"{url}/") for _ in range(5))
        size = change(tabs.opened[-1], emulator)
        for tab in tabs.opened:
            tab.check()
    note = f"An account of {BOXES:,} boxes, in Chromium."
    yield Table("The control panel, first view", "s", note, (Row("until all boxes are painted", seconds, most=1),))
    yield Table("The control panel, a change", "kB", note, (Row("of one box", size / 1000, most=10),))


if __name__ == "__main__":
    sys.exit(report(tables()))
