"""The control panel without a browser: its routes, what they send, and the code of its actions."""

# pyright: reportPrivateUsage=false

import asyncio
import json
import os
import re
import shlex
from collections.abc import Generator, Iterator, Mapping
from itertools import pairwise, takewhile
from pathlib import Path

import httpx
import pytest
from pydantic import JsonValue

from jiffybox_sdk import Emulator
from jiffybox_sdk._client.endpoints import CALLS
from jiffybox_sdk.emulator import TOKEN, FaultOptions, StateNotSaved
from jiffybox_sdk.emulator._server import panel
from jiffybox_sdk.emulator._server.app import application, running
from jiffybox_sdk.emulator._server.panel import code
from jiffybox_sdk.emulator._server.panel.view import View
from tests.support.schema_tools import members
from tests.support.shell import Shell

HEADER = {"JiffyBox-Panel": "-", "Content-Type": "application/json"}
SEED = {
    "boxes": [
        {"name": "web", "planid": 44, "distribution": "centos_7_64bit", "floatingIps": 1, "backups": {"manual": 1}},
        {"name": "off", "planid": 44, "distribution": "centos_7_64bit", "running": False},
        {"name": "ice", "planid": 45, "distribution": "centos_7_64bit", "status": "FROZEN"},
    ]
}
RUNNING, STOPPED, FROZEN = 10001, 10002, 10003
BACKUP = "3a6ca5d4f1406b19a725df5e4722c223"


@pytest.fixture
def emulator(served: tuple[Emulator, str]) -> Emulator:
    served[0].reset(SEED, clock="manual")
    return served[0]


@pytest.fixture
def page(served: tuple[Emulator, str], emulator: Emulator) -> Generator[httpx.Client]:
    """The requests of the page."""
    assert emulator is served[0]
    with httpx.Client(base_url=served[1], trust_env=False, headers=HEADER) as client:
        yield client


def events(page: httpx.Client) -> Iterator[dict[str, JsonValue]]:
    with page.stream("GET", "/__panel__/events") as response:
        assert response.headers["Content-Type"] == "text/event-stream; charset=utf-8"
        for line in response.iter_lines():
            if line:
                yield json.loads(line.removeprefix("data: "))


def test_events_follow_the_account(page: httpx.Client, emulator: Emulator) -> None:
    received = events(page)
    assert next(received)["fresh"] is True
    boxes = (members(changes["boxes"]) for changes in received if "boxes" in changes)
    with emulator.client() as client:
        client.box(RUNNING).stop()
    changed = next(boxes)
    assert {number: members(box)["status"] for number, box in changed.items()} == {str(RUNNING): "UPDATING"}
    emulator.advance(60)
    changed = next(boxes)
    assert {number: members(box)["status"] for number, box in changed.items()} == {str(RUNNING): "READY"}


def test_many_changes_are_sent_together(page: httpx.Client, emulator: Emulator) -> None:
    received = events(page)
    next(received)
    with emulator.client() as client:
        for number in range(300):
            client.box(RUNNING).update_metadata({"number": number})
    before_the_last = takewhile(lambda changes: "600" not in members(changes.get("requests")), received)
    assert len(list(before_the_last)) < 299


def test_a_server_that_stops_ends_the_events() -> None:
    server = running(Emulator("manual"))
    with httpx.Client(base_url=server.__enter__(), trust_env=False, headers=HEADER) as client:
        received = events(client)
        assert next(received)["fresh"] is True
        server.__exit__(None, None, None)
        assert list(received) == []  # they would be cut off if the server had to lose patience


def test_an_unreadable_state_file_is_reported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_: View) -> dict[str, JsonValue]:
        raise StateNotSaved("can't read the state file")

    emulator = Emulator("manual", state=tmp_path / "account.db")
    with emulator, running(emulator) as url, httpx.Client(base_url=url, trust_env=False, headers=HEADER) as client:
        assert client.get("/__panel__/view").json()["fresh"] is True
        monkeypatch.setattr(View, "changes", refuse)
        assert client.get("/__panel__/view").json() == {"error": "can't read the state file"}
        assert next(events(client)) == {"error": "can't read the state file"}


def test_calls_of_the_page_are_those_of_the_api(page: httpx.Client, emulator: Emulator) -> None:
    stop = {"status": "SHUTDOWN"}
    answer = page.put(f"/__panel__/api/jiffyBoxes/{RUNNING}", json=stop)
    assert answer.json()["result"]["status"] == "UPDATING"
    [entry] = emulator.journal()
    assert (entry.call, entry.path, entry.body) == ("change_box", f"v1.0/jiffyBoxes/{RUNNING}", stop)
    assert page.get("/__panel__/api/jiffyBoxes/1%2F2").json()["messages"][0]["type"] == "error"
    assert emulator.journal()[-1].path == "v1.0/jiffyBoxes/1%2F2"


@pytest.mark.parametrize("options", [{"drop": True}, {"refuse": True}, {"cut": True}])
def test_a_lost_response_is_reported_since_browsers_would_repeat_the_request(
    page: httpx.Client, emulator: Emulator, options: FaultOptions
) -> None:
    emulator.add_fault("change_box", **options)
    answer = page.put(f"/__panel__/api/jiffyBoxes/{RUNNING}", json={"status": "SHUTDOWN"})
    assert answer.json() == {"error": "no response, since the connection was lost. It may have been done"}
    emulator.add_fault("get_box", status=503, latency=1e-3)
    answer = page.get(f"/__panel__/api/jiffyBoxes/{RUNNING}")
    assert (answer.status_code, answer.text) == (503, "<h1>503</h1>")


DATA = ["/__panel__/view", "/__panel__/events", "/__panel__/request", "/__panel__/api/jiffyBoxes"]


@pytest.mark.parametrize("path", DATA)
def test_requests_without_the_header_are_rejected(page: httpx.Client, emulator: Emulator, path: str) -> None:
    del page.headers["JiffyBox-Panel"]
    for verb in ("GET", "POST", "PUT"):
        answer = page.request(verb, path, json=None if verb == "GET" else {"name": "web"})
        assert (answer.status_code, answer.json()) == (403, {"error": "expected the header JiffyBox-Panel"})
    assert emulator.journal() == []


@pytest.mark.parametrize(("host", "control"), [("0.0.0.0", True), ("0.0.0.0", False), ("127.0.0.1", False)])  # noqa: S104 (nothing listens on it)
def test_the_token_is_asked_for_unless_everyone_is_in_control(host: str, *, control: bool) -> None:
    emulator = Emulator("manual", token="aü%")
    app = application(emulator, control=control, host=host)

    async def main() -> None:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://localhost") as client:
            for path in DATA:
                for given in ("-", "", TOKEN, "a%C3%BC"):
                    answer = await client.get(path, headers={"JiffyBox-Panel": given})
                    assert (answer.status_code, answer.json()) == (401, {"error": "wrong token"})
            right = {**HEADER, "JiffyBox-Panel": "a%C3%BC%25"}
            shown = (await client.get("/__panel__/view", headers=right)).json()
            assert ("faults" in shown, shown["control"]) == (False, control)
            boxes = await client.get("/__panel__/api/jiffyBoxes", headers=right)
            assert boxes.json() == {"messages": [], "result": {}}
            for path in ("/", "/__panel__/panel.js", "/docs"):
                assert (await client.get(path)).status_code == 200

    asyncio.run(main())


@pytest.mark.parametrize("path", ["/", "/docs", "/__panel__/panel.css", "/__panel__/panel.js", "/__panel__/view"])
def test_only_files_of_the_server_may_be_loaded(page: httpx.Client, path: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(panel, "_scalar", lambda: Path(panel.__file__))
    answer = page.get(path)
    assert answer.status_code == 200
    policy = dict(part.strip().split(" ", 1) for part in answer.headers["Content-Security-Policy"].split(";"))
    assert policy.pop("style-src") == ("'unsafe-inline' 'self'" if path == "/docs" else "'self'")
    assert policy.pop("img-src") == "'self' data:"
    assert {*policy.values()} == {"'none'", "'self'"}
    assert policy["default-src"] == policy["frame-ancestors"] == "'none'"
    assert policy["script-src"] == policy["connect-src"] == "'self'"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    for reference in re.findall(r"""(?:href|src|data-url)=["'](.*?)["']""", answer.text):
        assert reference == "data:," or page.get(reference).status_code == 200


def test_the_api_page_can_be_tried_out_with_a_public_token(page: httpx.Client) -> None:
    document = page.get("/__panel__/openapi.json").json()
    assert document["servers"] == [{"url": "/"}]
    assert document["components"]["parameters"]["token"]["example"] == TOKEN
    assert document["paths"] == page.get("/openapi.json").json()["paths"]
    with running(Emulator(token="s" * 32)) as url:
        document = httpx.get(f"{url}/__panel__/openapi.json", trust_env=False).json()
    assert "s" * 32 not in json.dumps(document)


@pytest.mark.parametrize("name", ["nothing", "nothing.js", "__init__.py", "view.py", "", "..%2Fapp.py", "%2e%2e/x.js"])
def test_there_are_no_other_files(page: httpx.Client, name: str) -> None:
    assert page.get(f"/__panel__/{name}").status_code == 404
    assert page.post("/__panel__/panel.js").status_code == 405


ACTIONS: dict[str, tuple[str, list[JsonValue], dict[str, JsonValue] | None]] = {
    "create_box": ("create_box", [], {"name": "-n ü!", "planid": 44, "distribution": "centos_7_64bit"}),
    "create_box with metadata": (
        "create_box",
        [],
        {"name": "new", "planid": 45, "distribution": "centos_7_64bit", "metadata": {"a": [True, None, "$x'\n\"ü"]}},
    ),
    "duplicate_box": ("duplicate_box", [RUNNING], {"name": "(copy)", "planid": 44}),
    "START": ("change_box", [STOPPED], {"status": "START"}),
    "SHUTDOWN": ("change_box", [RUNNING], {"status": "SHUTDOWN"}),
    "PULLPLUG": ("change_box", [RUNNING], {"status": "PULLPLUG"}),
    "FREEZE": ("change_box", [STOPPED], {"status": "FREEZE"}),
    "THAW": ("change_box", [FROZEN], {"status": "THAW", "planid": 44}),
    "PLAN": ("change_box", [STOPPED], {"status": "PLAN", "planid": 45}),
    "metadata": ("change_box", [RUNNING], {"metadata": {"role": "web", "old": None}}),
    "delete_box": ("delete_box", [STOPPED], None),
    "create_backup": ("create_backup", [RUNNING], None),
    "restore_backup": ("restore_backup", [RUNNING, "manual", BACKUP], None),
    "delete_backup": ("delete_backup", [RUNNING, "manual", BACKUP], None),
    "move_ip": ("move_ip", [RUNNING, 2004], {"targetid": STOPPED}),
}


def described(page: httpx.Client, action: str, ids: list[JsonValue], body: JsonValue) -> dict[str, JsonValue]:
    return members(page.post("/__panel__/request", json={"action": action, "ids": ids, "body": body}).json())


def latest(emulator: Emulator) -> object:
    """Return the latest request and its messages."""
    entry = emulator.journal()[-1]
    return entry.call, entry.path, entry.body, entry.messages


def send(url: str, line: str) -> None:
    """Make the request of a line for curl."""
    _curl, *words = map(os.path.expandvars, shlex.split(line))
    [target] = [word for word in words if word.startswith(url)]
    options = dict(pairwise(words))
    name, _, value = options.get("-H", "X:").partition(":")
    httpx.request(options["-X"], target, headers={name: value.strip()}, content=options.get("-d"), trust_env=False)


@pytest.mark.usefixtures("no_proxies")
@pytest.mark.parametrize("name", ACTIONS)
def test_each_line_of_code_does_what_the_button_does(
    page: httpx.Client, emulator: Emulator, shell: Shell, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setenv("JIFFYBOX_API_URL", str(page.base_url).rstrip("/"))
    monkeypatch.setenv("JIFFYBOX_API_KEY", TOKEN)
    action, ids, body = ACTIONS[name]
    request = described(page, action, ids, body)
    lines = members(request["code"])
    assert page.request(str(request["verb"]), str(request["path"]), json=body).json()["messages"] == []
    expected = latest(emulator)
    for language, line in lines.items():
        emulator.reset(SEED)
        match language:
            case "Python":
                exec(str(line), {})  # noqa: S102 (as a user who has copied it)
            case "Command":
                assert shell(*shlex.split(str(line))[1:]).code == 0
            case _:
                send(str(page.base_url).rstrip("/"), str(line))
        assert latest(emulator) == expected, language
    assert [*lines] == ["Python", "Command", "curl"]


def test_there_is_code_for_every_action_of_the_panel() -> None:
    assert {name.split(" ")[0] for name in ACTIONS} == code._CALLS.keys()
    assert {action for action, _, _ in ACTIONS.values()} <= {call.name for call in CALLS}


CONTROL: list[tuple[str, dict[str, JsonValue] | None]] = [
    ("POST clock", {"advance": 60}),
    ("POST clock", {"run_until_idle": True}),
    ("POST clock", {"policy": "instant"}),
    ("POST clock", {"policy": "real", "speed": 1e-9}),
    ("POST faults", {"call": "create_box", "drop": True, "moment": "after"}),
    ("POST faults", {"call": "get_box", "messages": ["don't", 'say "no"'], "times": 2}),
    ("DELETE faults", {"call": "get_box", "cut": True}),
    ("DELETE faults", None),
    ("DELETE journal", None),
    ("POST floating-ips", {"box": RUNNING}),
]


def effect(emulator: Emulator) -> object:
    clock = emulator.clock
    state = json.loads(emulator.snapshot().state)
    return clock.policy, clock.speed, state, list(map(str, emulator.faults())), len(emulator.journal())


@pytest.mark.usefixtures("no_proxies")
@pytest.mark.parametrize(("action", "body"), CONTROL, ids=str)
def test_each_line_of_code_controls_the_emulator_like_the_button(
    page: httpx.Client, emulator: Emulator, monkeypatch: pytest.MonkeyPatch, action: str, body: dict[str, JsonValue]
) -> None:
    url = str(page.base_url).rstrip("/")
    monkeypatch.setenv("JIFFYBOX_API_URL", url)

    def prepare() -> dict[str, object]:
        emulator.reset(SEED, clock="manual")
        with emulator.client() as client:
            client.box(STOPPED).start()
        fault = emulator.add_fault("get_box", cut=True)
        emulator.add_fault("get_plan", cut=True)
        return {"emulator": emulator, "fault": fault}

    prepare()
    before = effect(emulator)
    request = described(page, action, [], body)
    lines = members(request["code"])
    page.request(str(request["verb"]), str(request["path"]), json=body).raise_for_status()
    expected = effect(emulator)
    assert expected != before
    for language, line in lines.items():
        names = prepare()
        if language == "curl":
            send(url, str(line))
        else:
            exec(str(line), names)  # noqa: S102
        assert effect(emulator) == expected, language
    assert [*lines] == ["Python", "In a test", "curl"]


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"action": "create_box", "ids": [1], "body": {}},
        {"action": "change_box", "ids": [1], "body": {"status": "EXPLODE"}},
        {"action": "get_box", "ids": [1], "body": None},
        {"action": "__class__", "ids": [], "body": None},
        {"action": "create_box", "ids": [], "body": []},
        {"action": "POST faults", "ids": [], "body": {"call": "explode"}},
    ],
    ids=str,
)
def test_unknown_actions_are_rejected(page: httpx.Client, given: Mapping[str, JsonValue]) -> None:
    answer = page.post("/__panel__/request", json=given).json()
    assert answer.keys() == {"error"}
    assert answer["error"].startswith("invalid ")


def test_requests_for_code_must_be_json(page: httpx.Client) -> None:
    answer = page.post("/__panel__/request", content=b"{}", headers={"Content-Type": "text/plain"})
    assert answer.json() == {"error": "invalid body: expected the content type application/json"}
