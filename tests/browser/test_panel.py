"""The control panel in a browser: what one does there, what it shows, and bad input.

With the environment variable `JIFFYBOX_PICTURES`, the pictures for the docs are written to that folder.
"""

import json
import os
import socket
from pathlib import Path
from typing import get_args

import pytest
from playwright.sync_api import Locator, Page, expect
from pydantic import JsonValue

from jiffybox_sdk import Emulator
from jiffybox_sdk.emulator import TOKEN
from jiffybox_sdk.emulator._server import app
from jiffybox_sdk.emulator._server.app import running
from tests.support.browser import Scheme, Tab, Tabs, Width

expect.set_options(timeout=20_000)

SCHEMES: tuple[Scheme, ...] = get_args(Scheme)
PICTURES = os.environ.get("JIFFYBOX_PICTURES")

OS = "debian_stretch_64bit"
SEED: dict[str, object] = {
    "boxes": [
        {"name": "db", "planid": "CloudLevel 3 SSD", "distribution": OS, "schedule": {"dayid": 0, "timeid": 1}},
        {"name": "archive", "planid": "CloudLevel 2", "distribution": OS, "status": "FROZEN"},
        {"name": "staging", "planid": "CloudLevel 1", "distribution": OS, "running": False, "backups": {"manual": 1}},
    ],
    "contactGroups": [{"name": "admins", "contacts": ["admin@example.org"]}],
    "checks": [{"name": "ping db", "box": "db", "checkType": "ping", "port": 1, "contactGroups": [2]}],
}


@pytest.fixture
def emulator(served: tuple[Emulator, str]) -> Emulator:
    served[0].reset(clock="manual")
    return served[0]


@pytest.fixture
def url(served: tuple[Emulator, str]) -> str:
    return f"{served[1]}/"


def show(tab: Tab, url: str) -> Page:
    """Open the panel, and wait until it shows the account."""
    tab.page.goto(url)
    expect(tab.page.get_by_role("status").first).to_have_text("Live")
    return tab.page


def row(page: Page, name: str) -> str:
    """Return the text of a box's row."""
    return " ".join(page.locator("tbody tr", has_text=name).first.inner_text().split())


def press(page: Page | Locator, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def fill_in(page: Page, opens: str, submit: str, **fields: str) -> None:
    """Open a dialog, fill it in, and submit it."""
    press(page, opens)
    dialog = page.get_by_role("dialog")
    for label, value in fields.items():
        field = dialog.get_by_label(label, exact=True)
        if field.evaluate("element => element.localName") == "select":
            field.select_option(label=value)
        else:
            field.fill(value)
    dialog.get_by_role("button", name=submit, exact=True).click()


def picture(page: Page, name: str, width: Width) -> None:
    """Take pictures for the docs, if wanted."""
    for scheme in SCHEMES if PICTURES else ():
        page.emulate_media(color_scheme=scheme)
        page.screenshot(path=Path(str(PICTURES)) / f"{name}-{'desktop' if width == 1280 else 'phone'}-{scheme}.png")


@pytest.mark.usefixtures("no_proxies")
@pytest.mark.parametrize("width", [1280, 390])
def test_one_can_work_with_it(
    tabs: Tabs, emulator: Emulator, url: str, width: Width, monkeypatch: pytest.MonkeyPatch
) -> None:
    emulator.reset(SEED)
    tab = tabs.open(width)
    page = show(tab, url)
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    box = page.locator("tbody", has_text="web").locator("tr").first

    fill_in(page, "New box…", "New box", Name="web", Plan="CloudLevel 1, 12.99 € per month")
    expect(box).to_contain_text("CREATING")
    expect(box).to_contain_text("40 s left")
    press(page, "+1 min")
    expect(box).to_contain_text("READY")
    expect(box).to_contain_text("20 s")

    press(page, "web")
    press(page, "Stop")
    expect(box).to_contain_text("UPDATING")
    expect(page.locator("#done")).to_contain_text("Stop web (10004): accepted")
    press(page, "Until idle")
    expect(box).to_contain_text("off")
    press(page, "Start")
    press(page, "Until idle")
    expect(box).to_contain_text("0 s")
    assert [(entry.call, entry.body) for entry in emulator.journal()][1:] == [
        ("change_box", {"status": "SHUTDOWN"}),
        ("change_box", {"status": "START"}),
    ]

    fill_in(page, "Run…", "Run", **{"Seconds at the service per second": "60"})
    expect(page.locator("#policy")).to_have_text("running ×60")  # noqa: RUF001 (as shown)
    assert (emulator.clock.policy, emulator.clock.speed) == ("real", 60)
    press(page.locator("#clock"), "Stop")
    expect(page.locator("#policy")).to_have_text("stopped")

    fill_in(page, "Add…", "Add", Effect="Error message", Value="Out of hosts")
    expect(page.locator("#faults")).to_contain_text("create_box: times=1")
    fill_in(page, "New box…", "New box", Name="web2")
    expect(page.get_by_role("dialog").get_by_role("alert")).to_have_text("Out of hosts")
    expect(page.locator("#faults li")).to_have_count(0)
    expect(page.locator("#requests li").first).to_contain_text("fault: create_box")
    press(page.get_by_role("dialog"), "New box")
    expect(page.locator("tbody", has_text="web2")).to_have_count(1)

    picture(page, "panel", width)
    press(page.locator("#done"), "Copy Python")
    expect(page.get_by_role("button", name="Copy Python")).to_have_text("Copied")
    line = str(page.evaluate("navigator.clipboard.readText()"))
    assert line.splitlines()[-1] == ("JiffyBox.from_env().create_box('web2', 44, distribution='centos_6_0_64bit')")
    monkeypatch.setenv("JIFFYBOX_API_URL", url.rstrip("/"))
    monkeypatch.setenv("JIFFYBOX_API_KEY", TOKEN)
    exec(line.replace("web2", "web3"), {})  # noqa: S102 (as a user who has copied it)
    expect(page.locator("tbody", has_text="web3")).to_have_count(1)
    assert tab.cut() == 0


@pytest.mark.parametrize("width", [1280, 390])
def test_it_is_accessible(tabs: Tabs, emulator: Emulator, url: str, width: Width) -> None:
    emulator.reset(SEED)
    emulator.add_fault("create_box", drop=True)
    tab = tabs.open(width)
    page = show(tab, url)
    press(page, "staging")
    press(page, "Start")
    page.locator("#requests summary").first.click()
    expect(page.locator("#done")).to_be_visible()
    for scheme in SCHEMES:
        page.emulate_media(color_scheme=scheme)
        assert tab.axe() == []
    press(page, "Add…")
    expect(page.get_by_role("dialog").get_by_text("curl -X POST")).to_be_visible()
    for scheme in SCHEMES:
        page.emulate_media(color_scheme=scheme)
        assert tab.axe() == []
    assert tab.cut() == 0


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (390, "dark")])
def test_the_api_is_accessible_and_can_be_tried_out(
    tabs: Tabs, emulator: Emulator, url: str, width: Width, scheme: Scheme
) -> None:
    """It is a page of megabytes, so it is opened only twice."""
    tab = tabs.open(width, scheme)
    page = tab.page
    page.goto(f"{url}docs")
    test = page.get_by_role("button", name="Test Request").first
    expect(test).to_be_attached()
    assert tab.axe() == []
    assert tab.cut() == 0
    if width == 390:
        return
    test.click()
    page.get_by_role("button", name="Send").first.click()
    expect(page.get_by_text("200 OK").first).to_be_visible()
    assert [entry.line() for entry in emulator.journal()] == ["GET v1.0/jiffyBoxes 200"]


def test_it_can_be_used_with_the_keyboard(tabs: Tabs, emulator: Emulator, url: str) -> None:
    emulator.reset(SEED)
    page = show(tabs.open(), url)
    page.locator("#filter").focus()
    page.keyboard.type("db")
    expect(page.locator("tbody:visible")).to_have_count(1)
    for key in ("Tab", "Tab", "Enter", "Tab"):  # over the button for a new box to the name, and to its first button
        page.keyboard.press(key)
    focused = page.locator(":focus")
    expect(focused).to_have_text("Stop")
    page.keyboard.press("Enter")
    expect(focused).to_have_text("db")  # since the button is gone
    emulator.run_until_idle()
    expect(page.locator("#news")).to_have_text("db (10001): READY")
    expect(focused).to_have_text("db")
    for _ in range(3):
        page.keyboard.press("Tab")
    expect(focused).to_have_text("Change plan…")
    page.keyboard.press("Enter")
    expect(page.get_by_label("Plan", exact=True)).to_be_focused()
    page.keyboard.press("Escape")
    expect(focused).to_have_text("Change plan…")


BIDI, SCRIPT = "\u202etxet\u202c \u05d0\u05d1", "<script>window.pwned = 1</script><img src=x onerror=window.pwned=1>"


def test_hostile_text_is_only_text(tabs: Tabs, emulator: Emulator, url: str) -> None:
    nested: JsonValue = []
    for _ in range(100):
        nested = [nested]
    metadata = {SCRIPT: SCRIPT, "bidi": BIDI, "nested": nested, "__proto__": {"length": 1}}
    box = {"name": "-_()=!*@.ü", "planid": 44, "distribution": OS, "metadata": metadata}
    emulator.reset(
        {"boxes": [box], "checks": [{"name": f"{SCRIPT}{BIDI}", "box": box["name"], "checkType": "ping", "port": 1}]}
    )
    page = show(tabs.open(), url)
    press(page, str(box["name"]))
    shown = page.locator("tbody pre").inner_text()
    assert json.loads(shown) == metadata
    assert "\u202e" not in shown
    expect(page.locator("#checks")).to_contain_text(SCRIPT)
    page.evaluate("path => fetch(path)", f"{url}{TOKEN}/v1.0/jiffyBoxes/{SCRIPT}")
    expect(page.locator("#requests li")).to_have_count(1)
    fill_in(page, "New box…", "New box", Name=SCRIPT, Metadata=json.dumps({"x": SCRIPT}))
    expect(page.get_by_role("dialog").get_by_role("alert")).to_contain_text("Der Parameter name ist unbekannt")
    expect(page.get_by_role("dialog").locator("code").first).to_contain_text(SCRIPT)
    assert page.evaluate("window.pwned") is None
    assert page.locator("main img, main script, dialog img").count() == 0
    assert TOKEN not in page.content()


def test_it_says_that_the_server_has_stopped_and_goes_on_when_it_is_back(
    tabs: Tabs, monkeypatch: pytest.MonkeyPatch
) -> None:
    emulator = Emulator("manual", seed=SEED)
    tab = tabs.open()
    tab.page.clock.install()
    with running(emulator) as url:
        page = show(tab, url)
        expect(page.locator("tbody")).to_have_count(3)
    expect(page.locator("#alert")).to_contain_text("the server has stopped, or can't be reached")
    expect(page.locator("#state")).to_have_text("Disconnected")
    expect(page.locator("tbody")).to_have_count(3)
    press(page, "db")
    press(page, "Stop")
    port, listen = int(url.rpartition(":")[2]), app.listen

    def listen_again(host: str, _: int) -> socket.socket:
        return listen(host, port)

    monkeypatch.setattr(app, "listen", listen_again)
    emulator.reset()
    with running(emulator):
        page.clock.fast_forward(2000)
        expect(page.locator("tbody")).to_have_count(0)
        expect(page.locator("#alert")).to_be_hidden()
        expect(page.locator("#state")).to_have_text("Live")
    assert all(error.startswith("Failed to load resource: net::ERR_") for error in tab.errors)
    tab.errors.clear()


def test_it_asks_again_and_again_where_events_fail(tabs: Tabs, emulator: Emulator, url: str) -> None:
    emulator.reset(SEED)
    tab = tabs.open()
    tab.page.clock.install()
    tab.page.route("**/__panel__/events", lambda route: route.abort())
    tab.page.goto(url)
    expect(tab.page.locator("#state")).to_have_text("Every 2 seconds")
    expect(tab.page.locator("tbody")).to_have_count(3)
    with emulator.client() as client:
        client.box(10001).stop()
    tab.page.clock.fast_forward(2000)
    expect(tab.page.locator("tbody", has_text="db")).to_contain_text("UPDATING")
    tab.errors.clear()


def test_a_lost_response_is_reported_as_such(tabs: Tabs, emulator: Emulator, url: str) -> None:
    emulator.reset(SEED)
    tab = tabs.open()
    page = show(tab, url)
    press(page, "db")
    emulator.add_fault("change_box", drop=True, moment="after")
    press(page, "Stop")
    expect(page.locator("#done h2")).to_have_text(
        "Stop db (10001): no response, since the connection was lost. It may have been done"
    )
    expect(page.locator("tbody", has_text="db")).to_contain_text("UPDATING")
    emulator.run_until_idle()
    emulator.add_fault("change_box", status=502)
    press(page, "Start")
    expect(page.locator("#done h2")).to_contain_text("status 502, and no result")
    assert len(emulator.journal()) == 2
    assert ["502" in error for error in tab.errors] == [True]
    tab.errors.clear()


def test_two_tabs_show_the_same_and_the_second_action_is_refused(tabs: Tabs, emulator: Emulator, url: str) -> None:
    emulator.reset(SEED)
    one, other = (show(tabs.open(), url) for _ in range(2))
    for page in (one, other):
        press(page, "db")
    stop = other.locator("tbody").get_by_role("button", name="Stop", exact=True).element_handle()
    press(one.locator("tbody"), "Stop")
    expect(other.locator("tbody", has_text="db")).to_contain_text("UPDATING")
    stop.evaluate("element => element.click()")  # as if it had been pressed an instant before it disappeared
    expect(other.locator("#done h2")).to_contain_text("Die JiffyBox Nr. 10001 wird gerade bearbeitet (UPDATING).")
    expect(one.locator("#requests li")).to_have_count(2)


def test_the_token_is_asked_for(tabs: Tabs) -> None:
    emulator = Emulator("manual", token="sésame", seed=SEED)
    tab = tabs.open()
    page = tab.page
    with running(emulator, control=False) as url:
        page.goto(url)
        dialog = page.get_by_role("dialog")
        for token in ("wrong", "sésame"):
            dialog.get_by_label("Token").fill(token)
            press(page, "Connect")
        expect(page.locator("#state")).to_have_text("Live")
        expect(dialog).to_be_hidden()
        expect(page.locator("tbody")).to_have_count(3)
        expect(page.locator(".control:visible")).to_have_count(0)
        press(page, "db")
        press(page, "Stop")
        expect(page.locator("tbody", has_text="db")).to_contain_text("UPDATING")
        page.reload()
        expect(page.locator("tbody")).to_have_count(3)
        tab.errors.clear()  # of the answers with status 401


def test_a_thousand_boxes_and_many_requests(tabs: Tabs, emulator: Emulator, url: str) -> None:
    box = {"planid": 44, "distribution": OS}
    emulator.reset({"boxes": [{**box, "name": f"box {number}"} for number in range(1000)]})
    page = show(tabs.open(), url)
    expect(page.locator("tbody")).to_have_count(1000)
    with emulator.client() as client:
        for number in range(300):
            client.box(10001).update_metadata({"number": number})
        client.box(10001).stop()
    expect(page.locator("#requests-title")).to_have_text("Requests (602)")
    expect(page.locator("#requests li")).to_have_count(100)
    page.get_by_label("Filter boxes").fill("10001")
    expect(page.locator("tbody:visible")).to_contain_text("UPDATING")
