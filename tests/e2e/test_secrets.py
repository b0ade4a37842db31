"""Tokens and passwords appear in no text, log, attribute, pickle or local variable of a frame, whatever fails."""

import json
import logging
import signal
import socket
import threading
from collections.abc import Callable
from functools import partial
from typing import Literal, Unpack

import httpx
import pytest
from pydantic import SecretStr, ValidationError
from pydantic_core import to_json

from jiffybox_sdk import (
    Box,
    Distribution,
    Emulator,
    JiffyArgumentException,
    JiffyAttributeException,
    JiffyBox,
    JiffyException,
    JiffyMessageException,
    JiffyOutcomeUnknownException,
    Plan,
    Retry,
    operations,
    validate,
)
from jiffybox_sdk.api._connection import ClientOptions
from jiffybox_sdk.emulator import EmulatorDefect, ServiceRequest
from tests.support.environments import unix
from tests.support.leaks import ANSWERS, BYTES, GARBAGE
from tests.support.scripted import PASSWORD, TOKEN, URL, Script, envelope, example, read_request, scripted, server
from tests.support.sightings import SECRETS, pickled, sightings


@pytest.fixture(autouse=True)
def log_everything(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(1)


def failure(call: Callable[[], object], kind: type[BaseException] = JiffyException) -> BaseException:
    with pytest.raises(kind) as caught:
        call()
    return caught.value


def read(client: JiffyBox) -> object:
    return client.box(1)


def create(client: JiffyBox) -> object:
    return client.create_box("web", 44, distribution="debian_stretch_64bit", password=PASSWORD)


both_calls = pytest.mark.parametrize("call", [read, create])


def raiser(leak: str, kind: Literal["text", "cause", "attribute", "frame"]) -> None:
    if kind == "text":
        raise ValueError(leak)
    if kind == "cause":
        raise ValueError from KeyError(leak)
    if kind == "frame":
        json.loads(leak)
    error = JiffyException("harmless")
    vars(error)["leak"] = leak
    raise error


@pytest.mark.parametrize("secret", SECRETS)
@pytest.mark.parametrize("kind", ["text", "cause", "attribute", "frame"])
def test_secrets_in_exceptions_are_found(
    caplog: pytest.LogCaptureFixture, secret: str, kind: Literal["text", "cause", "attribute", "frame"]
) -> None:
    assert sightings(caplog, failure(lambda: raiser(secret, kind), Exception))
    assert not sightings(caplog, failure(lambda: raiser("harmless", kind), Exception))


@pytest.mark.parametrize("secret", SECRETS)
def test_secrets_in_records_pickles_and_logs_are_found(caplog: pytest.LogCaptureFixture, secret: str) -> None:
    assert sightings(caplog, Box({**example("box"), "new": [secret]}))
    assert sightings(caplog, envelope(secret).content)
    assert sightings(caplog, SecretStr(secret))  # only its pickle contains it
    assert not sightings(caplog)
    logging.getLogger("httpcore.anything").debug("%r", {"path": secret})
    assert sightings(caplog)
    caplog.clear()
    try:
        raiser(secret, "frame")
    except ValueError:
        logging.getLogger("any").exception("harmless")
    assert sightings(caplog)


@both_calls
@pytest.mark.parametrize("answer", ANSWERS.values(), ids=ANSWERS)
def test_answers_reveal_no_secret(
    caplog: pytest.LogCaptureFixture, answer: Callable[[str], httpx.Response], call: Callable[[JiffyBox], object]
) -> None:
    client, script, _ = scripted(lambda request: answer(request.url.path))
    error = failure(lambda: call(client))
    assert TOKEN in script.requests[0].url.path
    assert (PASSWORD.encode() in script.requests[0].content) == (call is create)
    assert not sightings(caplog, error, client)


def impatient(url: str, **options: Unpack[ClientOptions]) -> JiffyBox:
    options.setdefault("retry", Retry(attempts=2, first_wait=0, longest_retry_after=0))
    return JiffyBox(TOKEN, url, **options)


@both_calls
@pytest.mark.parametrize("answer", BYTES.values(), ids=BYTES)
def test_answers_on_a_socket_reveal_no_secret(
    caplog: pytest.LogCaptureFixture, answer: Callable[[str], bytes], call: Callable[[JiffyBox], object]
) -> None:
    received: list[bytes] = []

    def talk(connection: socket.socket) -> None:
        while request := read_request(connection):
            received.append(request)
            connection.sendall(answer(request.split(b" ")[1].decode()))
            if answer in GARBAGE.values():
                return

    with server(talk) as url, impatient(url) as client:
        error = failure(lambda: call(client))
        assert not sightings(caplog, error, client)
    head, _, body = received[0].partition(b"\r\n\r\n")
    assert head.split(b"/")[1] == TOKEN.encode()
    assert (PASSWORD.encode() in body) == (call is create)
    assert any(record.name == "httpcore.http11" for record in caplog.records)
    assert not sightings(caplog, error, client)


@both_calls
@pytest.mark.parametrize(
    "kind",
    [
        httpx.ConnectError,
        httpx.ConnectTimeout,
        httpx.ProxyError,
        httpx.ReadTimeout,
        httpx.WriteError,
        httpx.RemoteProtocolError,
        httpx.InvalidURL,
        OSError,
        RuntimeError,
    ],
)
def test_errors_of_a_transport_reveal_no_secret(
    caplog: pytest.LogCaptureFixture, kind: Callable[[str], Exception], call: Callable[[JiffyBox], object]
) -> None:
    def refuse(request: httpx.Request) -> httpx.Response:
        raise kind(f"{request.url} with {request.content!r}"[: -1 - len(PASSWORD)]) from ValueError(request.content)

    client, script, clock = scripted(refuse)
    error = failure(lambda: call(client))
    assert TOKEN in str(script.requests[0].url)
    assert len(script.requests) == len(clock.slept) + 1
    assert not sightings(caplog, error, client)


@both_calls
def test_failed_connections_and_time_outs_reveal_no_secret(
    caplog: pytest.LogCaptureFixture, call: Callable[[JiffyBox], object]
) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        with impatient(f"http://127.0.0.1:{closed.getsockname()[1]}") as client:
            assert not sightings(caplog, failure(lambda: call(client)), client)
    with server(lambda connection: void(read_request(connection), connection.recv(1))) as url:
        limits: list[ClientOptions] = [{"timeout": 0.05}, {"total_timeout": 0.05}]
        for options in limits:
            with impatient(url, **options) as client:
                assert not sightings(caplog, failure(lambda: call(client)), client)


def void(*_: object) -> None: ...


@unix
@both_calls
def test_ctrl_c_reveals_no_secret(
    caplog: pytest.LogCaptureFixture, call: Callable[[JiffyBox], object], monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt(request: httpx.Request) -> httpx.Response:
        raise KeyboardInterrupt from ValueError(request.url, request.content)

    client, _, _ = scripted(interrupt)
    assert not sightings(caplog, failure(lambda: call(client), KeyboardInterrupt), client)

    main = threading.main_thread().ident
    assert main is not None

    def talk(connection: socket.socket) -> None:
        read_request(connection)
        signal.pthread_kill(main, signal.SIGINT)
        connection.recv(1)

    with server(talk) as url, impatient(url) as client:
        assert not sightings(caplog, failure(lambda: call(client), KeyboardInterrupt), client)

    def sleep(_: float) -> None:
        raise KeyboardInterrupt

    client, _, clock = scripted(lambda request: httpx.Response(429, text=str(request.url)))
    monkeypatch.setattr(clock, "sleep", sleep)
    assert not sightings(caplog, failure(lambda: call(client), KeyboardInterrupt), client)


@pytest.mark.parametrize(
    "construct",
    [
        lambda: JiffyBox(f"{TOKEN}/"),
        lambda: JiffyBox(f"{TOKEN}\n"),
        lambda: JiffyBox(SecretStr(f"{TOKEN}?")),
        lambda: untyped(JiffyBox)(TOKEN.encode()),
        lambda: untyped(JiffyBox)([TOKEN]),
        lambda: JiffyBox(TOKEN, "ftp://service.invalid"),
        lambda: JiffyBox(TOKEN, "http://service.invalid"),
        lambda: JiffyBox(TOKEN, f"http://service.invalid/{TOKEN}/v1.0"),
        lambda: JiffyBox(TOKEN, f"https://service.invalid/{TOKEN}/v1.0"),
        lambda: JiffyBox(TOKEN, f"https://{TOKEN}@service.invalid"),
        lambda: JiffyBox(TOKEN, URL, ".."),
        lambda: JiffyBox(TOKEN, URL, timeout=-1),
        lambda: Emulator("real", token=TOKEN, speed=-1),
        lambda: Emulator(token=f"{TOKEN}/").client(),
    ],
)
def test_invalid_arguments_of_constructors_reveal_no_secret(
    caplog: pytest.LogCaptureFixture, construct: Callable[[], object]
) -> None:
    assert not sightings(caplog, failure(construct, JiffyArgumentException))


def test_invalid_environment_variables_reveal_no_secret(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JIFFYBOX_API_KEY", f"{TOKEN}/")
    assert not sightings(caplog, failure(JiffyBox.from_env, JiffyArgumentException))
    monkeypatch.setenv("HTTPS_PROXY", f"ftp://user:{PASSWORD}@proxy.invalid")
    assert not sightings(caplog, failure(lambda: JiffyBox(TOKEN), JiffyArgumentException))


def untyped(call: Callable[..., object]) -> Callable[..., object]:
    """Return a callable without the types of its parameters."""
    return call


@pytest.mark.parametrize(
    "fault", [{"name": ""}, {"plan": None}, {"distribution": None}, {"metadata": [1]}, {"password": [PASSWORD]}]
)
def test_other_invalid_arguments_reveal_no_password(caplog: pytest.LogCaptureFixture, fault: dict[str, object]) -> None:
    client, script, _ = scripted(envelope())
    given = {"name": "web", "plan": 44, "distribution": "nope", "password": PASSWORD, **fault}
    assert not sightings(caplog, failure(lambda: untyped(client.create_box)(**given), JiffyArgumentException))
    assert not sightings(caplog, failure(lambda: untyped(client.ensure_box)(**given), JiffyArgumentException))
    assert not sightings(caplog, failure(lambda: untyped(Box.create)(client, **given), JiffyArgumentException))
    assert not script.requests


def test_the_class_method_reveals_no_password(caplog: pytest.LogCaptureFixture) -> None:
    client, script, _ = scripted(httpx.Response(500))
    error = failure(lambda: Box.create(client, "web", 44, None, "nope", PASSWORD), JiffyOutcomeUnknownException)
    assert PASSWORD.encode() in script.requests[0].content
    assert not sightings(caplog, error)


def test_a_password_quoted_by_the_service_is_withheld(caplog: pytest.LogCaptureFixture) -> None:
    client, _, _ = scripted(envelope(None, ("error", f"Das Passwort {PASSWORD} ist zu kurz.")))
    assert not sightings(caplog, failure(lambda: create(client)))


def test_a_password_quoted_with_entities_is_withheld() -> None:
    client, _, _ = scripted(envelope(None, ("error", "Das Passwort a&amp;b&lt;canary ist zu kurz.")))
    with pytest.raises(JiffyMessageException, match="withheld") as raised:
        client.create_box("web", 44, distribution="debian_stretch_64bit", password="a&b<canary")
    assert "canary" not in raised.value.messages[0].message


def test_a_token_is_redacted_in_each_encoding() -> None:
    script = Script(envelope(None, ("error", 'tökenäöü"canary existiert nicht')))
    with pytest.raises(JiffyMessageException) as raised:
        JiffyBox('tökenäöü"canary', transport=script).boxes()
    assert "canary" not in str(raised.value)
    assert "canary" in script.requests[0].url.path


PAYLOADS: list[object] = [
    {"password": PASSWORD},
    {**example("box"), "id": PASSWORD},
    {**example("plan"), "ramInMB": {"password": PASSWORD}},
    {**example("distribution"), "minDiskSizeMB": [PASSWORD]},
    {"1": {"status": [PASSWORD], "created": PASSWORD}},
    [PASSWORD],
    PASSWORD,
    {"messages": [{"type": [PASSWORD]}], "result": {}},
    {"messages": [], "result": {"password": PASSWORD}},
]


@pytest.mark.parametrize("kind", ["box", "boxes", "plan", "distribution", "done"])
@pytest.mark.parametrize("payload", PAYLOADS, ids=repr)
def test_invalid_payloads_are_not_shown(
    caplog: pytest.LogCaptureFixture,
    payload: object,
    kind: Literal["box", "boxes", "plan", "distribution", "done"],
) -> None:
    encoded = to_json(payload)
    text = encoded.decode()
    for form in (payload, text, encoded, bytearray(encoded), text[:-1], encoded + b"\xff"):
        error = failure(partial(untyped(validate), form, kind), JiffyAttributeException)
        assert isinstance(error.__cause__, ValidationError)
        assert not sightings(caplog, error)


def test_invalid_unicode_is_not_shown(caplog: pytest.LogCaptureFixture) -> None:
    text = f'{{"password": "{PASSWORD}\ud800"}}'
    assert not sightings(caplog, failure(lambda: validate(text, "box"), JiffyAttributeException))


@pytest.mark.parametrize("payload", PAYLOADS, ids=repr)
@pytest.mark.parametrize("record", [Box, Plan, Distribution])
def test_invalid_payloads_of_records_are_not_shown(
    caplog: pytest.LogCaptureFixture, payload: object, record: Callable[..., object]
) -> None:
    assert not sightings(caplog, failure(lambda: record(payload), JiffyAttributeException))
    assert not sightings(caplog, failure(lambda: record(payload, None, "7"), JiffyAttributeException))


def test_successful_calls_reveal_no_secret(caplog: pytest.LogCaptureFixture) -> None:
    received: list[object] = []

    def receive(*said: object) -> None:
        received.append(said)
        raise KeyboardInterrupt

    script = Script(
        lambda request: envelope({**example("box"), "path": request.url.path}, ("notice", str(request.url)))
    )
    client = JiffyBox(TOKEN, URL, transport=script)
    assert not sightings(caplog, client.box(12345))
    client = JiffyBox(TOKEN, URL, transport=script, on_message=receive)
    assert not sightings(caplog, failure(lambda: create(client), KeyboardInterrupt), client, received)
    assert TOKEN in str(script.requests[1].url)
    assert len(received) == 1


def test_the_emulator_reveals_no_secret(caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch) -> None:
    emulator = Emulator(token=TOKEN)
    request = ServiceRequest("GET", f"/{TOKEN}/v1.0/jiffyBoxes", to_json({"password": PASSWORD}))
    with emulator.client() as client:
        box = create(client)
        assert not sightings(caplog, emulator, emulator.transport(), emulator.clock, client, client.boxes(), box)
        ensured = failure(lambda: client.ensure_box("new", 44, distribution="nope", password=PASSWORD))
        assert not sightings(caplog, ensured)
        monkeypatch.setattr("jiffybox_sdk.emulator._handlers.boxes.list_all", void)
        assert not sightings(caplog, failure(client.boxes))
    assert not sightings(caplog, repr(request), failure(lambda: emulator.handle(request), EmulatorDefect))


def test_an_operation_shows_its_path_and_not_its_body() -> None:
    about = {"backupid": None, "use_sshkey": None, "metadata": None}
    operation = operations.create_box("web", 44, distribution="nope", password=SecretStr(PASSWORD), **about)
    assert str(operation) == "POST jiffyBoxes"
    assert PASSWORD not in f"{operation!r} {operation.body!r} {operation.body}"
    assert PASSWORD in pickled(operation)
    assert PASSWORD not in pickled(operation.without_secrets())
