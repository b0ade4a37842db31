"""Corners in which something was once lost, done twice, shown, or raised by somebody else."""

import gc
import logging
import threading
import weakref
from collections.abc import Callable, Mapping

import httpx
import pytest
from pydantic import SecretStr

from jiffybox_sdk import (
    Box,
    Distribution,
    Emulator,
    JiffyArgumentException,
    JiffyAttributeException,
    JiffyBox,
    JiffyDetachedException,
    JiffyException,
    JiffyMessageException,
    JiffyNotFoundException,
    JiffyOutcomeUnknownException,
    JiffyTokenException,
    JiffyTransportException,
    Retry,
    operations,
    validate,
)
from jiffybox_sdk._client.transport import base
from jiffybox_sdk.emulator import EmulatorDefect, ServiceRequest
from tests.support.scripted import PASSWORD, TOKEN, Script, envelope, example, scripted, unchecked


def create(client: JiffyBox, password: str | None = None) -> Box:
    return client.create_box("web", 44, distribution="debian_stretch_64bit", password=password)


def test_eight_threads_share_an_emulator_in_virtual_time_and_none_runs_into_a_time_out() -> None:
    emulator = Emulator()
    client = emulator.client()
    trouble: list[JiffyException] = []

    def live(name: str) -> None:
        try:
            for _ in range(10):
                box = client.create_box(name, 44, distribution="debian_stretch_64bit").wait_for_status()
                box = box.stop().wait_for_status().freeze().wait_for_status("FROZEN")
                box.thaw(45).wait_for_status().delete()
                box.wait_until_deleted()
        except JiffyException as error:
            trouble.append(error)

    threads = [threading.Thread(target=live, args=(f"box {number}",)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert trouble == []
    assert client.boxes() == []


def test_a_call_that_was_handed_down_before_the_client_closed_is_not_said_to_be_unsent() -> None:
    def work_and_fail(_: httpx.Request) -> httpx.Response:
        client.close()
        raise RuntimeError("after the work was done")

    client, script, _clock = scripted(work_and_fail)
    with pytest.raises(JiffyOutcomeUnknownException):
        create(client)
    assert len(script.requests) == 1
    with pytest.raises(JiffyDetachedException, match="POST jiffyBoxes was not sent: the client is closed"):
        create(client)
    assert len(script.requests) == 1


@pytest.mark.parametrize("password", ["Token", "e", "existiert", "hat"])
def test_a_password_that_stands_in_a_refusal_does_not_change_what_it_means(password: str) -> None:
    wrong_token = envelope(None, ("error", "Der von Ihnen uebergebene API-Token ist ungueltig."))
    with pytest.raises(JiffyTokenException):
        create(scripted(wrong_token)[0], password)
    with pytest.raises(JiffyNotFoundException):
        create(scripted(envelope(None, ("error", "Die Distribution existiert nicht, hat es nie")))[0], password)


def test_a_password_that_is_quoted_with_entities_is_not_shown() -> None:
    client, _, _ = scripted(envelope(None, ("error", "Das Passwort a&amp;b&lt;canary ist zu kurz.")))
    with pytest.raises(JiffyMessageException, match="withheld") as refused:
        create(client, "a&b<canary")
    assert "canary" not in refused.value.messages[0].message


REFUSED_CLIENTS: list[Mapping[str, object]] = [
    {"api_url": "https://☃☃"},
    {"api_url": "https://service.invalid/" + "x" * 70_000},
    {"api_url": None},
    {"api_version": None},
    {"api_version": 5},
    {"api_version": "\ud800"},
    {"retry": 3},
    {"retry": 0},
    {"retry": Retry},
    {"transport": "x"},
    {"transport": Emulator()},
    {"transport": httpx.AsyncHTTPTransport},
    {"on_message": 5},
    {"clock": 5},
    {"api_url": "http://service.invalid", "allow_plain_http": "no"},
]


@pytest.mark.parametrize("wrong", REFUSED_CLIENTS)
def test_a_client_with_wrong_arguments_is_refused_at_once(wrong: Mapping[str, object]) -> None:
    good: dict[str, object] = {"api_key": TOKEN, "transport": Script(envelope())}
    with pytest.raises(JiffyArgumentException, match="invalid"):
        unchecked(JiffyBox)(**{**good, **wrong})


@pytest.mark.parametrize("password", ["p\ud800", SecretStr("p\udfff")])
def test_a_password_that_is_no_valid_text_is_refused_and_nothing_is_sent(password: str) -> None:
    client, script, _ = scripted(envelope(example("box")))
    with pytest.raises(JiffyArgumentException, match="not sent: an argument is not valid Unicode"):
        create(client, password)
    assert script.requests == []


@pytest.mark.parametrize("name", [None, 5, ["web"]])
def test_a_name_that_is_none_is_refused(name: object) -> None:
    client, script, _ = scripted(envelope(example("box")))
    with pytest.raises(JiffyArgumentException, match=r"name.*: (expected )?1 to 30"):
        unchecked(client.create_box)(name, 44, distribution="debian_stretch_64bit")
    assert script.requests == []


NO_TYPES: list[object] = [[Box], {"a": 1}, "Nope", dict[str, "Nope"], 5]  # type: ignore[name-defined] # pyright: ignore[reportUndefinedVariable] # noqa: F821


@pytest.mark.parametrize("as_type", NO_TYPES, ids=str)
def test_a_type_that_is_none_is_refused_before_anything_is_sent(as_type: object) -> None:
    client, script, _ = scripted(envelope(True))  # noqa: FBT003
    with pytest.raises(JiffyArgumentException, match="expected a model"):
        unchecked(client.send)(operations.delete_box(5), as_type)
    assert script.requests == []
    if not isinstance(as_type, str):
        with pytest.raises(JiffyArgumentException, match=r"expected a model|give a model"):
            unchecked(validate)({}, as_type)


def test_a_defect_of_the_emulator_is_not_taken_for_a_failure_of_the_network(monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[object] = []

    def half_a_box(account: object) -> dict[str, object]:
        calls.append(account)
        return {"10001": {"id": 10001}}

    monkeypatch.setattr("jiffybox_sdk.emulator._handlers.boxes.list_all", half_a_box)
    with pytest.raises(EmulatorDefect):
        Emulator().client().boxes()
    assert len(calls) == 1


def test_a_token_is_hidden_in_each_way_of_writing_it() -> None:
    token = 'tökenäöü"canary'
    script = Script(envelope(None, ("error", f"{token} existiert nicht")))
    with pytest.raises(JiffyMessageException) as refused:
        JiffyBox(token, transport=script).boxes()
    assert "canary" not in str(refused.value)
    assert "canary" in script.requests[0].url.path


@pytest.mark.parametrize("text", ["Das Modul jiffyBoxes existiert nicht", "Die Version v1.0 existiert nicht."])
def test_a_service_that_is_not_there_does_not_mean_that_a_box_is_gone(text: str) -> None:
    client, _, _ = scripted(envelope(None, ("error", text)))
    with pytest.raises(JiffyMessageException, match="existiert nicht"):
        Box(example("box"), client).wait_until_deleted()


def test_what_the_service_says_beside_a_broken_result_is_not_lost(caplog: pytest.LogCaptureFixture) -> None:
    told: list[str] = []
    script = Script(envelope({"id": 1}, ("warning", "gleich\nist <b>Schluss</b>&auml;\x1b[2J")))
    client = JiffyBox(TOKEN, transport=script, on_message=lambda message, _: told.append(message.message))
    with caplog.at_level(logging.INFO, "jiffybox_sdk"), pytest.raises(JiffyAttributeException):
        client.box(1)
    assert len(told) == 1
    assert "GET jiffyBoxes/1: warning: gleich ist <b>Schluss</b>ä [2J" in caplog.messages


def test_a_distribution_shows_its_id_and_takes_it_from_the_object_if_it_is_there() -> None:
    json = example("distribution")
    assert "id='debian'" in repr(Distribution(json, id_="debian"))
    assert Distribution({**json, "id": "debian"}).id == "debian"
    for wrong in (5, ""):
        with pytest.raises(JiffyArgumentException, match="invalid"):
            unchecked(Distribution)(json, None, wrong)


def test_a_record_takes_no_client_that_is_none() -> None:
    with pytest.raises(JiffyArgumentException, match="invalid api of type str: expected a JiffyBox"):
        unchecked(Box)(example("box"), "x")


def test_a_client_that_is_dropped_after_a_failure_is_gone_at_once() -> None:
    gc.disable()
    try:
        client, _, _ = scripted(envelope(None, ("error", "Der Name existiert bereits.")))
        with pytest.raises(JiffyMessageException):
            client.boxes()
        gone = weakref.ref(client)
        del client
        assert gone() is None
    finally:
        gc.enable()


class Closable(Script):
    """A transport of a user's own."""

    closed = False

    def close(self) -> None:
        self.closed = True


def test_a_transport_that_two_clients_share_outlives_the_one_that_is_dropped() -> None:
    shared = Closable(envelope({}))
    one, other = JiffyBox(TOKEN, transport=shared), JiffyBox(TOKEN, transport=shared)
    del one
    gc.collect()
    assert not shared.closed
    assert other.boxes() == []
    other.close()
    assert shared.closed


def test_an_answer_that_is_too_large_is_not_asked_for_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(base, "MAX_BYTES", 100)
    client, script, _ = scripted(envelope({"text": "x" * 100}))
    with pytest.raises(JiffyTransportException, match="larger than 100 bytes") as refused:
        client.boxes()
    assert not refused.value.transient
    assert len(script.requests) == 1
    with pytest.raises(JiffyOutcomeUnknownException, match="larger than 100 bytes"):
        create(client)


@pytest.mark.parametrize("value", ['"\\ud800"', "NaN"])
def test_the_emulator_takes_nothing_that_it_could_not_answer(value: str) -> None:
    emulator = Emulator("instant", token=TOKEN)
    body = f'{{"name":"web","planid":44,"distribution":"centos_7_64bit","metadata":{{"a":{value}}}}}'
    answer = emulator.handle(ServiceRequest("POST", f"/{TOKEN}/v1.0/jiffyBoxes", body.encode()))
    assert b"kein gueltiges JSON" in answer.body
    assert emulator.client().boxes() == []


@pytest.mark.parametrize("status", [None, 5, b"READY", ""])
def test_a_status_that_is_none_is_not_waited_for(status: object) -> None:
    client, script, _ = scripted(envelope(example("box")))
    box = Box(example("box"), client)
    with pytest.raises(JiffyArgumentException, match=r"invalid status .*: expected"):
        unchecked(box.wait_for_status)(status)
    with pytest.raises(JiffyArgumentException, match=r"invalid predicate .*: expected"):
        unchecked(box.wait_until)(status)
    with pytest.raises(JiffyArgumentException, match=r"invalid progress 5: expected"):
        unchecked(box.wait_until_deleted)(progress=5)
    assert script.requests == []


def test_negative_numbers_are_no_plans() -> None:
    client, script, _ = scripted(envelope(example("plan")))
    for wrong in ("-5", "-0", -5):
        with pytest.raises(JiffyArgumentException, match=r"invalid plan .*: expected"):
            client.plan(wrong)
    assert script.requests == []


def test_settings_of_many_years_do_not_overflow() -> None:
    patient = Retry(within=1e300, first_wait=1e300, longest_wait=1e300, longest_retry_after=1e300)
    client, _, clock = scripted(httpx.ConnectError("no"), envelope({}), retry=patient)
    assert client.boxes() == []
    assert all(slept <= 1e8 for slept in clock.slept)


def test_the_password_is_what_arrives() -> None:
    sent: Callable[[httpx.Request], bytes] = httpx.Request.read
    client, script, _ = scripted(envelope(example("box")))
    create(client, PASSWORD)
    assert f'"password":"{PASSWORD}"'.encode() in sent(script.requests[0])
