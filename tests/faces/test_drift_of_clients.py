"""What a client does about what the schemas do not know: on both faces, and without showing a secret."""

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

NEW: dict[str, JsonValue] = {**example("box"), "status": "RESCUING", "id": "5", "zone": {"password": PASSWORD}}
TOLD = [
    "Box /id: text in place of an integer",
    "Box /status: unknown value, RESCUING",
    "Box /zone: unknown field, {password: text}",
]


def logged(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [
        record.getMessage()
        for record in caplog.records
        if (record.name, record.levelno) == ("jiffybox_sdk", logging.WARNING)
    ]


def told(entries: Sequence[DriftEntry]) -> list[str]:
    return list(map(str, entries))


def test_by_default_each_new_thing_is_logged_once(caplog: pytest.LogCaptureFixture) -> None:
    client = JiffyBox(TOKEN, URL, transport=Script(envelope(NEW), envelope(NEW), envelope({**NEW, "status": "LOST"})))
    for _ in range(3):
        assert client.box(1).id == 5
    assert logged(caplog) == [
        *(f"GET jiffyBoxes/1: drift: {text}" for text in TOLD),
        "GET jiffyBoxes/1: drift: Box /status: unknown value, LOST",
    ]
    assert told(client.drift.entries) == [*TOLD, "Box /status: unknown value, LOST"]
    assert client.drift.counts == {"field": 3, "state": 3, "type": 3}
    client.drift.clear()
    client.box(1)
    assert len(logged(caplog)) == 7


def test_a_client_that_ignores_drift_does_not_even_look(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = JiffyBox(TOKEN, URL, transport=Script(envelope(NEW), envelope({})), drift="ignore")

    def never(*_: object) -> None:
        raise AssertionError

    monkeypatch.setattr(response, "Notes", never)
    assert client.box(1).id == 5
    with pytest.raises(JiffyAttributeException):
        client.box(1)
    assert (logged(caplog), len(client.drift)) == ([], 0)


def test_a_client_may_raise_for_each_answer_with_drift_and_hands_out_what_it_would_have_returned(
    caplog: pytest.LogCaptureFixture,
) -> None:
    client = JiffyBox(
        TOKEN, URL, transport=Script(envelope(NEW), envelope(NEW), envelope(example("box"))), drift="raise"
    )
    errors: list[JiffyDriftException] = []
    for _ in range(2):
        with pytest.raises(JiffyDriftException) as caught:
            client.box(1)
        errors.append(caught.value)
    assert client.box(1).status == "CREATING"
    assert [entry.count for entry in client.drift.entries] == [2, 2, 2]
    assert logged(caplog) == []
    for error in errors:
        assert str(error) == f"the answer to GET jiffyBoxes/1 has unknown fields or values: {'; '.join(TOLD)}"
        assert told(error.entries) == TOLD
        assert error.operation == operations.get_box(1)
        assert isinstance(error.result, Box)
        assert error.result.api is client
        assert [entry.count for entry in error.entries] == [1, 1, 1]


def test_after_a_call_that_changes_something_the_exception_says_that_it_was_carried_out() -> None:
    client = JiffyBox(TOKEN, URL, transport=(script := Script(envelope(NEW))), drift="raise")
    with pytest.raises(JiffyDriftException, match=r"\(the call itself succeeded: see `result`\)$") as caught:
        client.create_box("web", 44, distribution="centos_7_64bit", password=PASSWORD)
    assert isinstance(caught.value.result, Box)
    assert (caught.value.result.id, len(script.requests)) == (5, 1)
    assert caught.value.operation.body is None


def test_of_much_drift_a_message_names_the_first_few() -> None:
    many = {**example("box"), **{f"new{n}": n for n in range(7)}}
    client = JiffyBox(TOKEN, URL, transport=Script(envelope(many)), drift="raise")
    with pytest.raises(JiffyDriftException, match=r"/new4: unknown field, integer; and 2 more$") as caught:
        client.box(1)
    assert len(caught.value.entries) == 7


def test_a_refusal_stays_a_refusal_and_what_is_new_in_it_is_kept() -> None:
    answer = httpx.Response(
        200, json={"messages": [{"type": "error", "message": "Nein.", "code": 5}], "result": None, "took": 3}
    )
    client = JiffyBox(TOKEN, URL, transport=Script(answer), drift="raise")
    with pytest.raises(JiffyMessageException, match="Nein"):
        client.box(1)
    assert told(client.drift.entries) == [
        "Envelope /messages/*/code: unknown field, integer",
        "Envelope /took: unknown field, integer",
    ]


def test_an_answer_that_breaks_its_schema_is_refused_and_what_is_new_in_it_is_counted_once() -> None:
    renamed = {**example("plan"), "memoryInMB": "5"}
    del renamed["ramInMB"]
    client = JiffyBox(TOKEN, URL, transport=Script(envelope(renamed)), drift="raise")
    with pytest.raises(JiffyAttributeException):
        client.plan(44)
    assert client.drift.entries == (DriftEntry("Plan", "/memoryInMB", "field", "text"),)


def test_what_is_said_beside_a_result_is_passed_on_before_anything_is_raised() -> None:
    heard: list[str] = []
    client = JiffyBox(
        TOKEN,
        URL,
        transport=Script(envelope(NEW, ("notice", "Tip"))),
        drift="raise",
        on_message=lambda message, _: heard.append(message.message),
    )
    with pytest.raises(JiffyDriftException):
        client.box(1)
    assert heard == ["Tip"]


@pytest.mark.parametrize("mode", ["", "Log", None, True, 5, ["log"]])
def test_another_mode_is_refused(mode: object) -> None:
    for client in (JiffyBox, AsyncJiffyBox):
        with pytest.raises(JiffyArgumentException, match='expected "ignore", "log" or "raise"'):
            unchecked(client)(TOKEN, drift=mode)


@backends
def test_the_async_face_tells_the_same(caplog: pytest.LogCaptureFixture, backend: str) -> None:
    async def main() -> None:
        script = AsyncScript(Script(envelope(NEW), envelope({"5": NEW})))
        async with AsyncJiffyBox(TOKEN, URL, transport=script) as client:
            await client.box(1)
            await client.boxes()
            several = [text.replace("Box /", "map of Box /*/", 1) for text in TOLD]
            assert told(client.drift.entries) == [*TOLD, *several]
            assert len(logged(caplog)) == 6
        async with AsyncJiffyBox(TOKEN, URL, transport=script, drift="raise") as strict:
            with pytest.raises(JiffyDriftException, match="map of Box"):
                await strict.boxes()
        async with AsyncJiffyBox(TOKEN, URL, transport=script, drift="ignore") as blind:
            await blind.boxes()
            assert len(blind.drift) == 0

    anyio.run(main, backend=backend)


def test_a_state_that_an_emulator_was_told_to_send_is_drift() -> None:
    emulator = Emulator()
    client = emulator.client()
    box = client.create_box("web", 44, distribution="centos_7_64bit")
    emulator.add_fault("get_box", state="RESCUING")
    box.refresh()
    assert "Box /status: unknown value, RESCUING" in told(client.drift.entries)


def read(client: JiffyBox) -> object:
    return client.box(1)


def create(client: JiffyBox) -> object:
    return client.create_box("web", 44, distribution="centos_7_64bit", password=PASSWORD)


def answers(secret: str, **fields: JsonValue) -> list[httpx.Response]:
    """Answers with a secret in all places whose content could be told."""
    drifted: list[dict[str, JsonValue]] = [
        {"new": secret},
        {"new": {"password": [secret]}},
        {"status": secret},
        {"metadata": {secret: secret}},
        {"activeProfile": {**example("profile"), "status": secret, "new": secret}},
    ]
    return [envelope({**example("box"), **fields, **part}, ("HINT", "Tip")) for part in drifted]


@pytest.mark.parametrize("call", [read, create])
@pytest.mark.parametrize("answer", answers(PASSWORD), ids=range(5))
def test_no_drift_brings_a_secret_to_light(
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
    error.result = None  # it is handed out as it came, like the payload of what breaks a schema
    assert not sightings(caplog, client, client.drift, client.drift.entries, strict.drift, error)


@pytest.mark.parametrize("secret", ["GEHEIM_12345", PASSWORD])
def test_a_password_that_was_sent_is_not_shown_as_a_name_nor_as_a_state(secret: str) -> None:
    drifted: JsonValue = {**example("box"), f"x{secret}": 1, "status": secret, "new": {secret: 1}}
    client = JiffyBox(TOKEN, URL, transport=Script(envelope(drifted)))
    client.create_box("web", 44, distribution="centos_7_64bit", password=secret)
    assert len(client.drift) == 3
    assert secret not in repr(client.drift.entries)


def test_the_token_in_an_answer_is_not_shown() -> None:
    script = Script(lambda request: envelope({**example("box"), request.url.path.split("/")[1]: 1, "status": TOKEN}))
    client = JiffyBox(TOKEN, URL, transport=script)
    client.box(1)
    assert len(client.drift) == 2
    assert TOKEN not in repr(client.drift.entries)


def test_a_client_and_its_report_keep_each_other_out_of_pickles() -> None:
    client = JiffyBox(TOKEN, URL, transport=Script(envelope(NEW)))
    client.box(1)
    assert TOKEN.encode() not in pickle.dumps(client.drift)
    assert told(copy.copy(client.drift).entries) == TOLD
    with pytest.raises(TypeError):
        pickle.dumps(client)


def test_it_is_an_exception_of_the_sdk() -> None:
    assert issubclass(JiffyDriftException, JiffyException)
