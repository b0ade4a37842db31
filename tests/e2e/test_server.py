"""The emulator on a socket: valid, invalid and malicious requests."""

import json
import logging
import socket
import sqlite3
from collections.abc import Generator
from contextlib import closing
from pathlib import Path
from urllib.parse import quote, urlsplit

import httpx
import pytest

from jiffybox_sdk import Emulator, JiffyBox, JiffyOutcomeUnknownException, schemas
from jiffybox_sdk.emulator import TOKEN
from jiffybox_sdk.emulator._server.app import application, listen, running, url_of
from jiffybox_sdk.emulator._state import store
from jiffybox_sdk.exceptions import JiffyArgumentException, JiffyTransportException

NEW = {"name": "web", "planid": 44, "distribution": "centos_7_64bit", "metadata": {"a": [1]}}
FORM = "application/x-www-form-urlencoded"


@pytest.fixture
def emulator(served: tuple[Emulator, str]) -> Emulator:
    served[0].reset()
    return served[0]


@pytest.fixture
def url(served: tuple[Emulator, str], emulator: Emulator) -> str:
    del emulator  # it resets the emulator
    return served[1]


@pytest.fixture
def raw(url: str) -> Generator[httpx.Client]:
    with httpx.Client(base_url=f"{url}/{TOKEN}/v1.0/", trust_env=False, timeout=60) as client:
        yield client


def result(response: httpx.Response) -> object:
    """Return the result of a successful response."""
    answer = response.json()
    assert response.status_code == 200
    assert response.headers["Content-Type"] == "application/json; charset=utf-8"
    assert answer["messages"] == []
    return answer["result"]


def error_message(response: httpx.Response) -> str:
    """Return the error message of a response."""
    answer = response.json()
    assert (response.status_code, answer["result"]) == (200, False)
    [message] = answer["messages"]
    assert message["type"] == "error"
    return str(message["message"])


BODIES: dict[str, tuple[bytes, str | None]] = {
    "JSON": (json.dumps(NEW).encode(), "application/json"),
    "JSON under a form content type": (json.dumps(NEW).encode(), FORM),
    "JSON without a content type": (json.dumps(NEW).encode(), None),
    "percent-encoded JSON": (quote(json.dumps(NEW)).encode(), FORM),
    "a form": (b"name=web&planid=44&distribution=centos_7_64bit&metadata=%7B%22a%22%3A%5B1%5D%7D", FORM),
    "a form with a plan's name": (
        b"name=web&planid=CloudLevel+1&distribution=centos_7_64bit&metadata={%22a%22:[1]}&use_sshkey=True",
        FORM,
    ),
}


@pytest.mark.parametrize("form", BODIES)
def test_it_accepts_all_recorded_formats(raw: httpx.Client, emulator: Emulator, form: str) -> None:
    content, kind = BODIES[form]
    box = result(raw.post("jiffyBoxes", content=content, headers={"Content-Type": kind} if kind else {}))
    assert isinstance(box, dict)
    assert (box["name"], box["status"], box["plan"]["name"]) == ("web", "CREATING", "CloudLevel 1")
    emulator.run_until_idle()
    assert result(raw.get(f"jiffyBoxes/{box['id']}/"))["metadata"] == {"a": [1]}  # type: ignore[index] # an object


@pytest.mark.parametrize("content", [b"", b"{}", b"%7B%7D", b"%7b%7d"])
def test_an_optional_body_may_be_empty(raw: httpx.Client, emulator: Emulator, content: bytes) -> None:
    box = result(raw.post("jiffyBoxes", json=NEW))
    emulator.run_until_idle()
    assert isinstance(box, dict)
    assert result(raw.post(f"backups/{box['id']}/manual", content=content)) is True


def test_paths_are_decoded_and_trailing_slashes_are_ignored(raw: httpx.Client) -> None:
    for path in ("plans/CloudLevel%201", "plans/CloudLevel%201/", "plans/44"):
        assert result(raw.get(path))["id"] == 44  # type: ignore[index] # an object


def test_it_answers_like_a_php_application(raw: httpx.Client) -> None:
    assert b'"path":' not in raw.get("plans").content
    assert rb"\/" in raw.get("doc/JiffyBoxes").content
    assert b" existiert nicht" in raw.get("test").content


UNUSUAL_REQUESTS: dict[str, tuple[str, str, bytes, str]] = {
    "malformed JSON": ("POST", "jiffyBoxes", b'{"name": ', "kein gueltiges JSON"),
    "a list": ("POST", "jiffyBoxes", b"[1]", "kein gueltiges JSON"),
    "a number": ("POST", "jiffyBoxes", b"5", "Parameter name"),
    "nesting": ("POST", "jiffyBoxes", b'{"name":' * 100_000, "kein gueltiges JSON"),
    "bytes": ("POST", "jiffyBoxes", b"\xff\xfe\x00", "Parameter name"),
    "NUL bytes": ("POST", "jiffyBoxes", b'{"name": "a\\u0000", "planid": 44, "distribution": "x"}', "Parameter name"),
    "an unknown field": ("POST", "jiffyBoxes", json.dumps({**NEW, "colour": 1}).encode(), "Parameter colour"),
    "a wrong type": ("POST", "jiffyBoxes", json.dumps({**NEW, "name": 5}).encode(), "Parameter name"),
    "an unknown module": ("GET", "nothing", b"", "Das Modul nothing existiert nicht"),
    "no module": ("GET", "", b"", "Das Modul  existiert nicht"),
    "a wrong verb": ("PATCH", "jiffyBoxes", b"", "Die Anfrage PATCH jiffyBoxes wird nicht"),
    "a verb of WebDAV": ("PROPFIND", "plans", b"", "Die Anfrage PROPFIND plans wird nicht"),
    "OPTIONS": ("OPTIONS", "plans", b"", "Die Anfrage OPTIONS plans wird nicht"),
    "encoded slashes": ("GET", "plans%2F44", b"", "Das Modul plans/44 existiert nicht"),
    "an encoded slash in an id": ("GET", "jiffyBoxes/1%2F2", b"", "hat keine JiffyBox Nr. 1/2"),
    "a NUL byte in an id": ("GET", "jiffyBoxes/%00", b"", "hat keine JiffyBox Nr. \0"),
    "a line break in an id": ("GET", "jiffyBoxes/%0A1", b"", "hat keine JiffyBox Nr. \n1"),
    "a line break in the path of the document": (
        "GET",
        "openapi.json%0A",
        b"",
        "Das Modul openapi.json\n existiert nicht",
    ),
    "no UTF-8 in an id": ("GET", "plans/%ff%fe", b"", "Der Tarif"),
    "an id beyond 64 bits": ("GET", f"jiffyBoxes/{2**70}", b"", f"hat keine JiffyBox Nr. {2**70}"),
    "a negative id": ("GET", "jiffyBoxes/-1", b"", "hat keine JiffyBox Nr. -1"),
    "a long path": ("GET", "jiffyBoxes/" + "9" * 20_000, b"", "hat keine JiffyBox"),
}


@pytest.mark.parametrize("case", UNUSUAL_REQUESTS)
def test_an_unusual_request_is_rejected_with_an_envelope(raw: httpx.Client, case: str) -> None:
    verb, path, content, text = UNUSUAL_REQUESTS[case]
    assert text in error_message(raw.request(verb, path, content=content))
    assert result(raw.get("jiffyBoxes")) == {}


def test_a_wrong_token_is_rejected_with_the_message_of_the_service(url: str) -> None:
    with httpx.Client(trust_env=False) as client:
        for path in (f"/{'x' * 32}/v1.0/jiffyBoxes", "//", f"/{TOKEN}x/v1.0/plans", "/v1.0/plans"):
            message = error_message(client.get(url + path))
            assert message == "Der von Ihnen uebergebene API-Token ist ungueltig."


def test_a_body_of_50_megabytes_is_rejected_and_not_kept(raw: httpx.Client, emulator: Emulator) -> None:
    piece = b" " * 2**20
    assert "zu gross" in error_message(raw.post("jiffyBoxes", content=(piece for _ in range(50))))
    assert emulator.journal()[-1].body is None
    assert result(raw.get("jiffyBoxes")) == {}


def test_it_survives_a_thousand_idle_connections(url: str, raw: httpx.Client) -> None:
    address = urlsplit(url)
    assert address.port is not None
    silent = [socket.create_connection(("127.0.0.1", address.port), timeout=20) for _ in range(1000)]
    try:
        assert result(raw.get("jiffyBoxes")) == {}
    finally:
        for connection in silent:
            connection.close()
    assert result(raw.get("jiffyBoxes")) == {}


@pytest.mark.parametrize("nonsense", [b"\x00" * 100, b"GET\r\n\r\n", b"\x16\x03\x01\x02\x00"])
def test_it_survives_input_that_is_not_http(url: str, raw: httpx.Client, nonsense: bytes) -> None:
    address = urlsplit(url)
    assert address.port is not None
    with closing(socket.create_connection(("127.0.0.1", address.port), timeout=20)) as connection:
        connection.sendall(nonsense)
        answer = connection.recv(1000)
        assert answer == b"" or answer.startswith(b"HTTP/1.1 400")
    assert result(raw.get("jiffyBoxes")) == {}


def test_faults_have_the_same_effect_as_in_process(url: str, emulator: Emulator) -> None:
    with JiffyBox(TOKEN, url, clock=emulator.clock) as client:
        emulator.add_fault("create_box", drop=True, moment="after")
        with pytest.raises(JiffyOutcomeUnknownException, match="disconnected"):
            client.create_box("web", 44, distribution="centos_7_64bit")
        [box] = client.boxes()
        emulator.add_fault("get_box", cut=True, times=2)
        emulator.add_fault("get_box", status=503, retry_after="5", skip=2)
        assert client.box(box.id).name == "web"
        assert [entry.call for entry in emulator.journal()[-4:]] == ["get_box"] * 4
        emulator.add_fault("get_plan", latency=30)
        with JiffyBox(TOKEN, url, clock=emulator.clock, timeout=0.05) as hasty:
            assert hasty.plan(44).id == 44
        emulator.add_fault("get_plan", body="{", times=9)
        with pytest.raises(JiffyTransportException, match="not an envelope"):
            client.plan(44)


def test_it_serves_the_openapi_document(url: str) -> None:
    with httpx.Client(trust_env=False) as client:
        response = client.get(f"{url}/openapi.json")
        assert response.headers["Content-Type"] == "application/json"
        assert response.json() == schemas.openapi()


def test_addresses_in_use_or_invalid_are_rejected() -> None:
    with listen("127.0.0.1", 0) as taken:
        assert url_of(taken).startswith("http://127.0.0.1:")
        for host, port in (("127.0.0.1", taken.getsockname()[1]), ("203.0.113.1", 0), ("127.0.0.1", 99_999)):
            with pytest.raises(JiffyArgumentException, match=r"can't listen|invalid port"):
                listen(host, port)


@pytest.mark.parametrize("host", ["127.0.0.1", "::1"])
def test_answers_are_sent_without_delay(host: str) -> None:
    # Otherwise, each response body after the first of a connection is delayed by 40 ms.
    with listen(host, 0) as listener, socket.create_connection(listener.getsockname()[:2], timeout=20):
        accepted, _ = listener.accept()
        with accepted:
            assert accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)


def test_it_listens_on_ipv6() -> None:
    with listen("::1", 0) as listener:
        assert url_of(listener).startswith("http://[::1]:")
    with listen("0.0.0.0", 0) as listener:  # noqa: S104 (all addresses of this machine, for a moment)
        assert url_of(listener).startswith("http://127.0.0.1:")


def exchange(url: str, request: bytes) -> bytes:
    """Send bytes, and return everything that is received until the connection is closed."""
    address = urlsplit(url)
    assert address.port is not None
    answer = b""
    with closing(socket.create_connection(("127.0.0.1", address.port), timeout=20)) as connection:
        connection.sendall(request)
        while piece := connection.recv(65536):
            answer += piece
    return answer


def test_request_targets_may_be_absolute_urls(url: str) -> None:
    head = f"GET http://api.example/{TOKEN}/v1.0/plans/44 HTTP/1.1\r\nHost: api.example\r\nConnection: close\r\n\r\n"
    assert b'"id":44,' in exchange(url, head.encode())
    assert b"ungueltig" in exchange(url, b"OPTIONS * HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")


def test_requests_of_http_1_0_need_no_host_header(url: str) -> None:
    assert b'"id":44,' in exchange(url, f"GET /{TOKEN}/v1.0/plans/44 HTTP/1.0\r\n\r\n".encode())


@pytest.mark.parametrize(
    "beginning",
    [b"", b"G", b"GET / HTTP/1.1\r\nHost", b"POST /x HTTP/1.1\r\nHost: [::1]\r\nContent-Length: 9\r\n\r\n{"],
)
def test_incomplete_requests_time_out(beginning: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("jiffybox_sdk.emulator._server.app.REQUEST_TIMEOUT", 0.05)
    with running(Emulator()) as url:
        assert exchange(url, beginning) == b""


def test_the_token_is_not_logged_at_any_level(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(1)
    access = logging.getLogger("uvicorn.access")
    before = (access.propagate, list(access.handlers))
    with running(Emulator(token="canary0123456789canary0123456789")) as url, httpx.Client(trust_env=False) as client:
        assert client.get(f"{url}/canary0123456789canary0123456789/v1.0/plans").status_code == 200
        caplog.clear()  # without the log records of the client
        for _ in range(3):
            exchange(url, b"GET /canary0123456789canary0123456789/v1.0/plans HTTP/1.0\r\n\r\n")
    assert caplog.records
    assert "canary" not in caplog.text
    assert (access.propagate, list(access.handlers)) == before


def test_changes_are_saved_before_a_read_shows_them(tmp_path: Path) -> None:
    emulator = Emulator("manual", state=tmp_path / "state.db")
    with emulator, running(emulator) as url, JiffyBox(TOKEN, url) as client:
        box = client.create_box("web", 44, distribution="centos_7_64bit")
        emulator.clock.advance(60)
        assert box.refresh().ready
        assert Emulator("manual", state=tmp_path / "state.db").snapshot() == emulator.snapshot()


def test_a_call_is_not_acknowledged_if_it_can_not_be_saved(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store, "_LOCK_TIMEOUT", 0)
    file = tmp_path / "state.db"
    with Emulator(state=file) as emulator, running(emulator) as url, JiffyBox(TOKEN, url) as client:
        client.create_box("web", 44, distribution="centos_7_64bit")
        with closing(sqlite3.connect(file, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            with pytest.raises(JiffyOutcomeUnknownException):
                client.create_box("db", 44, distribution="centos_7_64bit")
        assert [box.name for box in client.boxes()] == ["web"]


def test_schema_violations_are_server_errors(raw: httpx.Client, monkeypatch: pytest.MonkeyPatch) -> None:
    from jiffybox_sdk.emulator._handlers import boxes

    def broken(_: object) -> object:
        return {"1": {}}

    monkeypatch.setattr(boxes, "list_all", broken)
    answer = raw.get("jiffyBoxes")
    assert answer.status_code == 500
    assert TOKEN not in answer.text


def test_the_control_interface_is_off_by_default(emulator: Emulator) -> None:
    paths = [getattr(route, "path", "") for route in application(emulator).routes]
    assert "/__emulator__" not in paths
