"""Clients under test tools that replace httpx's transports or httpcore's connections."""

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from importlib import import_module
from pathlib import Path

import anyio
import httpx
import pytest
import respx

from jiffybox_sdk import (
    AsyncJiffyBox,
    JiffyBox,
    JiffyNotFoundException,
    JiffyOutcomeUnknownException,
    JiffyTransportException,
    Retry,
)
from tests.support.asynchronous import backends
from tests.support.loopback import EchoedBoxes
from tests.support.scripted import TOKEN, VirtualClock, envelope, example, server

BASE = f"https://api.jiffybox.de/{TOKEN}/v1.0"
URL = f"{BASE}/jiffyBoxes/12345"
PROXIES = ["http://user:secret@proxy.invalid:3128", "https://proxy.invalid", "socks5://user:secret@proxy.invalid"]
BOX = envelope(example("box"))


@pytest.fixture(params=[None, *PROXIES])
def _proxy(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    if isinstance(request.param, str):
        monkeypatch.setenv("HTTPS_PROXY", request.param)


@pytest.fixture
def client() -> JiffyBox:
    """A client of the service itself."""
    return JiffyBox(TOKEN, clock=VirtualClock())


@pytest.mark.usefixtures("_proxy")
@respx.mock
def test_respx_replaces_connections() -> None:
    route = respx.get(URL).mock(return_value=BOX)
    with JiffyBox(TOKEN) as client:
        assert client.box(12345).id == 12345
    assert route.call_count == 1


@pytest.mark.usefixtures("_proxy")
@backends
def test_respx_replaces_async_connections(backend: str) -> None:
    async def main() -> None:
        with respx.mock:
            route = respx.get(URL).mock(return_value=BOX)
            async with AsyncJiffyBox(TOKEN) as client:
                assert (await client.box(12345)).id == 12345
            assert route.call_count == 1

    anyio.run(main, backend=backend)


def test_other_tools_may_replace_the_pool(monkeypatch: pytest.MonkeyPatch) -> None:
    import httpcore

    def answer(pool: httpcore.ConnectionPool, request: httpcore.Request) -> httpcore.Response:  # noqa: ARG001
        return httpcore.Response(200, headers=[(b"Content-Type", b"application/json")], content=BOX.content)

    monkeypatch.setattr(httpcore.ConnectionPool, "handle_request", answer)
    with JiffyBox(TOKEN) as client:
        assert client.box(12345).id == 12345


@backends
def test_vcrpy_records_and_replays(backend: str, tmp_path: Path) -> None:
    async def read_async(url: str) -> int:
        async with AsyncJiffyBox(TOKEN, url) as client:
            return (await client.box(5)).id

    def read(url: str) -> int:
        with JiffyBox(TOKEN, url) as client:
            return client.box(4).id

    # It has no types.
    use_cassette: Callable[..., AbstractContextManager[object]] = import_module("vcr").use_cassette
    boxes = EchoedBoxes()
    cassette = tmp_path / "boxes.yaml"
    with server(boxes) as url, use_cassette(cassette, record_mode="new_episodes"):
        assert (read(url), anyio.run(read_async, url, backend=backend)) == (4, 5)
    with use_cassette(cassette, record_mode="none"):  # the server is gone
        assert (read(url), anyio.run(read_async, url, backend=backend)) == (4, 5)
    assert boxes.requests == 2


@backends
def test_other_tools_may_replace_the_async_pool(backend: str, monkeypatch: pytest.MonkeyPatch) -> None:
    import httpcore

    async def answer(pool: httpcore.AsyncConnectionPool, request: httpcore.Request) -> httpcore.Response:  # noqa: ARG001
        return httpcore.Response(200, headers=[(b"Content-Type", b"application/json")], content=BOX.content)

    async def main() -> None:
        async with AsyncJiffyBox(TOKEN) as client:
            assert (await client.box(12345)).id == 12345

    monkeypatch.setattr(httpcore.AsyncConnectionPool, "handle_async_request", answer)
    anyio.run(main, backend=backend)


@respx.mock
@pytest.mark.usefixtures("_proxy")
@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (httpx.ConnectError("x"), JiffyTransportException),
        (httpx.ConnectTimeout("x"), JiffyTransportException),
        (httpx.ReadTimeout("x"), JiffyOutcomeUnknownException),
        (httpx.RemoteProtocolError("x"), JiffyOutcomeUnknownException),
    ],
)
def test_exceptions_of_httpx_mean_what_they_mean_there(error: Exception, kind: type[Exception]) -> None:
    route = respx.delete(URL).mock(side_effect=error)
    with JiffyBox(TOKEN, retry=Retry(attempts=1)) as client, pytest.raises(kind) as raised:
        client.delete_box(12345)
    assert type(raised.value) is kind
    assert re.search(rf"DELETE jiffyBoxes/12345( unknown)?: {type(error).__name__}: x", str(raised.value))
    assert route.call_count == 1


@respx.mock
def test_the_token_is_in_the_path(client: JiffyBox) -> None:
    route = respx.get(f"{BASE}/plans/CloudLevel%201").mock(return_value=envelope(example("plan")))
    assert client.plan("CloudLevel 1").id == 44
    assert route.calls.last.request.headers["User-Agent"].startswith("jiffybox-sdk/")


@respx.mock
def test_request_bodies_are_json(client: JiffyBox) -> None:
    route = respx.post(f"{BASE}/jiffyBoxes", json__metadata={"a": [1, {"b": None}]}, json__planid=44)
    route.mock(return_value=envelope(example("box")))
    client.create_box("web", "44", distribution="debian_stretch_64bit", metadata={"a": [1, {"b": None}]})
    assert route.calls.last.request.headers["Content-Type"] == "application/json"


@respx.mock
def test_reads_are_retried_and_errors_of_the_service_are_not(client: JiffyBox) -> None:
    broken = respx.get(f"{BASE}/plans").mock(side_effect=[httpx.ReadTimeout, httpx.Response(502), envelope({})])
    assert client.plans() == []
    assert broken.call_count == 3
    refusal = envelope(None, ("error", "Der Kunde Nr. 42 hat keine JiffyBox Nr. 12345."))
    missing = respx.get(URL).mock(return_value=refusal)
    with pytest.raises(JiffyNotFoundException, match=r"hat keine JiffyBox Nr\. 12345"):
        client.box(12345)
    assert missing.call_count == 1
