"""Drift in responses to a client: logged, ignored or raised on both faces, and without showing a secret."""

import copy
import logging
import pickle
from collections.abc import Callable, Sequence

import anyio
import httpx
import pytest
from pydantic import JsonValue

from jiffybox_sdk import (
    AsyncJiffyBox,
    Box,
    BoxStatus,
    DriftEntry,
    Emulator,
    JiffyArgumentException,
    JiffyAttributeException,
    JiffyBox,
    JiffyDriftException,
    JiffyException,
    JiffyMessageException,
    operations,
)
from jiffybox_sdk._client import response
from tests.support.asynchronous import AsyncScript, backends
from tests.support.scripted import PASSWORD, TOKEN, URL, Script, VirtualClock, envelope, example, unchecked
from tests.support.sightings import sightings

DRIFTED: dict[str, JsonValue] = {**example("box"), "status": "RESCUING", "id": "12345", "zone": {"password": PASSWORD}}
STATE = f"unknown-state: expected one of {', '.join(BoxStatus)}, found string"
ENTRIES = [
    "Box /id: coerced: expected integer, found string",
    f"Box /status: {STATE}",
    "Box /zone: unknown-field: found object",
]


def logged(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [
        record.getMessage()
        for record in caplog.records
        if (record.name, record.levelno) == ("jiffybox_sdk", logging.WARNING)
    ]


def texts(entries: Sequence[DriftEntry]) -> list[str]:
    return list(map(str, entries))


def test_by_default_each_entry_is_logged_once(caplog: pytest.LogCaptureFixture) -> None:
    client = JiffyBox(
        TOKEN, URL, transport=Script(envelope(DRIFTED), envelope(DRIFTED), envelope({**DRIFTED, "status": "LOST"}))
    )
    for _ in range(3):
        assert client.box(12345).id == 12345
    assert logged(caplog) == [f"GET jiffyBoxes/12345: drift: {text}" for text in ENTRIES]
    assert texts(client.drift.entries) == ENTRIES
    assert client.drift.counts == {"coerced": 3, "unknown-state": 3, "unknown-field": 3}
    client.drift.clear()
    client.box(12345)
    assert len(logged(caplog)) == 6


def test_a_client_that_ignores_drift_does_not_search_for_it(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = JiffyBox(TOKEN, URL, transport=Script(envelope(DRIFTED), envelope({})), drift="ignore")

    def fail(*_: object) -> None:
        raise AssertionError

    monkeypatch.setattr(response, "Flags", fail)
    assert client.box(12345).id == 12345
    with pytest.raises(JiffyAttributeException):
        client.box(12345)
    assert (logged(caplog), len(client.drift)) == ([], 0)


def test_a_strict_client_raises_for_each_answer_with_drift(
    caplog: pytest.LogCaptureFixture,
) -> None:
    client = JiffyBox(
        TOKEN, URL, transport=Script(envelope(DRIFTED), envelope(DRIFTED), envelope(example("box"))), drift="raise"
    )
    errors: list[JiffyDriftException] = []
    for _ in range(2):
        with pytest.raises(JiffyDriftException) as caught:
            client.box(12345)
        errors.append(caught.value)
    assert client.box(12345).status == "CREATING"
    assert [entry.count for entry in client.drift.entries] == [2, 2, 2]
    assert logged(caplog) == []
    for error in errors:
        assert str(error) == f"the response to GET jiffyBoxes/12345 has unknown fields or values: {'; '.join(ENTRIES)}"
        assert texts(error.entries) == ENTRIES
        assert error.operation == operations.get_box(12345)
        assert isinstance(error.result, Box)
        assert error.result.api is client
        assert [entry.count for entry in error.entries] == [1, 1, 1]


def test_the_exception_of_a_write_with_drift_carries_the_result() -> None:
    client = JiffyBox(TOKEN, URL, transport=(script := Script(envelope(DRIFTED))), drift="raise")
    with pytest.raises(JiffyDriftException, match=r"\(the call itself succeeded: see `result`\)$") as caught:
        client.create_box("web", 44, distribution="centos_7_64bit", password=PASSWORD)
    assert isinstance(caught.value.result, Box)
    assert (caught.value.result.id, len(script.requests)) == (12345, 1)
    assert caught.value.operation.body is None


def test_a_message_lists_only_the_first_entries() -> None:
    many = {**example("box"), **{f"new{n}": n for n in range(7)}}
    client = JiffyBox(TOKEN, URL, transport=Script(envelope(many)), drift="raise")
    with pytest.raises(JiffyDriftException, match=r"/new4: unknown-field: found integer; and 2 more$") as caught:
        client.box(12345)
    assert len(caught.value.entries) == 7


def test_an_error_message_takes_precedence_and_its_drift_is_kept() -> None:
    answer = httpx.Response(
        200, json={"messages": [{"type": "error", "message": "Nein.", "code": 5}], "result": None, "took": 3}
    )
    client = JiffyBox(TOKEN, URL, transport=Script(answer), drift="raise")
    with pytest.raises(JiffyMessageException, match="Nein"):
        client.box(12345)
    assert texts(client.drift.entries) == [
        "Envelope /messages/*/code: unknown-field: found integer",
        "Envelope /took: unknown-field: found integer",
    ]


def test_drift_of_an_invalid_answer_is_counted_once() -> None:
    renamed = {**example("plan"), "memoryInMB": "5"}
    del renamed["ramInMB"]
    client = JiffyBox(TOKEN, URL, transport=Script(envelope(renamed)), drift="raise")
    with pytest.raises(JiffyAttributeException):
        client.plan(44)
    assert client.drift.entries == (DriftEntry("Plan", "/memoryInMB", "unknown-field", None, "string"),)


def test_on_message_is_called_before_drift_is_raised() -> None:
    messages: list[str] = []
    client = JiffyBox(
        TOKEN,
        URL,
        transport=Script(envelope(DRIFTED, ("notice", "Tip"))),
        drift="raise",
        on_message=lambda message, _: messages.append(message.message),
    )
    with pytest.raises(JiffyDriftException):
        client.box(12345)
    assert messages == ["Tip"]


@pytest.mark.parametrize("mode", ["", "Log", None, True, 5, ["log"]])
def test_an_unknown_mode_is_rejected(mode: object) -> None:
    for client in (JiffyBox, AsyncJiffyBox):
        with pytest.raises(JiffyArgumentException, match='expected "ignore", "log" or "raise"'):
            unchecked(client)(TOKEN, drift=mode)


@backends
def test_the_async_client_reports_the_same_drift(caplog: pytest.LogCaptureFixture, backend: str) -> None:
    async def main() -> None:
        script = AsyncScript(Script(envelope(DRIFTED), envelope({"5": DRIFTED})))
        async with AsyncJiffyBox(TOKEN, URL, transport=script) as client:
            await client.box(12345)
            await client.boxes()
            map_entries = [text.replace("Box /", "map of Box /*/", 1) for text in ENTRIES]
            assert texts(client.drift.entries) == [*ENTRIES, *map_entries]
            assert len(logged(caplog)) == 6
        async with AsyncJiffyBox(TOKEN, URL, transport=script, drift="raise") as strict:
            with pytest.raises(JiffyDriftException, match="map of Box"):
                await strict.boxes()
        async with AsyncJiffyBox(TOKEN, URL, transport=script, drift="ignore") as ignoring:
            await ignoring.boxes()
            assert len(ignoring.drift) == 0

    anyio.run(main, backend=backend)


def test_an_injected_unknown_state_is_drift() -> None:
    emulator = Emulator()
    client = emulator.client()
    box = client.create_box("web", 44, distribution="centos_7_64bit")
    emulator.add_fault("get_box", state="RESCUING")
    box.refresh()
    assert f"Box /status: {STATE}" in texts(client.drift.entries)


def read(client: JiffyBox) -> object:
    return client.box(12345)


def create(client: JiffyBox) -> object:
    return client.create_box("web", 44, distribution="centos_7_64bit", password=PASSWORD)


def answers(secret: str, **fields: JsonValue) -> list[httpx.Response]:
    """Return answers with a secret in each place that drift could show."""
    changes: list[dict[str, JsonValue]] = [
        {"new": secret},
        {"new": {"password": [secret]}},
        {"status": secret},
        {"metadata": {secret: secret}},
        {"activeProfile": {**example("profile"), "status": secret, "new": secret}},
    ]
    return [envelope({**example("box"), **fields, **change}, ("HINT", "Tip")) for change in changes]


@pytest.mark.parametrize("call", [read, create])
@pytest.mark.parametrize("answer", answers(PASSWORD), ids=["field", "nested field", "state", "metadata", "profile"])
def test_no_drift_reveals_a_secret(
    caplog: pytest.LogCaptureFixture, answer: httpx.Response, call: Callable[[JiffyBox], object]
) -> None:
    caplog.set_level(1)
    client = JiffyBox(TOKEN, URL, transport=Script(answer), clock=VirtualClock())
    call(client)
    assert len(logged(caplog)) == len(client.drift)
    strict = JiffyBox(TOKEN, URL, transport=Script(answer), drift="raise")
    with pytest.raises(JiffyDriftException) as caught:
        call(strict)
    error = caught.value
    error.result = None  # the unchanged response, which may contain the password
    assert not sightings(caplog, client, client.drift, client.drift.entries, strict.drift, error)


@pytest.mark.parametrize("secret", ["GEHEIM_12345", PASSWORD])
def test_a_sent_password_is_not_shown_as_a_name_or_state(secret: str) -> None:
    drifted: JsonValue = {**example("box"), f"x{secret}": 1, "status": secret, "new": {secret: 1}}
    client = JiffyBox(TOKEN, URL, transport=Script(envelope(drifted)))
    client.create_box("web", 44, distribution="centos_7_64bit", password=secret)
    assert len(client.drift) == 3
    assert secret not in repr(client.drift.entries)


def test_a_token_in_an_answer_is_not_shown() -> None:
    script = Script(lambda request: envelope({**example("box"), request.url.path.split("/")[1]: 1, "status": TOKEN}))
    client = JiffyBox(TOKEN, URL, transport=script)
    client.box(12345)
    assert len(client.drift) == 2
    assert TOKEN not in repr(client.drift.entries)


def test_a_pickled_drift_report_contains_no_client_or_token() -> None:
    client = JiffyBox(TOKEN, URL, transport=Script(envelope(DRIFTED)))
    client.box(12345)
    assert TOKEN.encode() not in pickle.dumps(client.drift)
    assert texts(copy.copy(client.drift).entries) == ENTRIES
    with pytest.raises(TypeError):
        pickle.dumps(client)


def test_the_drift_exception_derives_from_the_root_exception() -> None:
    assert issubclass(JiffyDriftException, JiffyException)
