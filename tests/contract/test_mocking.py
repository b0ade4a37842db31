"""Clients under test tools that replace httpx's transports or httpcore's connections."""

import anyio
import httpx
import pytest
import respx

from jiffybox_sdk import AsyncJiffyBox, JiffyBox, JiffyOutcomeUnknownException, JiffyTransportException, Retry
from tests.support.asynchronous import backends
from tests.support.scripted import TOKEN, envelope, example

URL = f"https://api.jiffybox.de/{TOKEN}/v1.0/jiffyBoxes/12345"
PROXIES = ["http://user:secret@proxy.invalid:3128", "https://proxy.invalid", "socks5://user:secret@proxy.invalid"]
BOX = envelope(example("box"))


@pytest.fixture(params=[None, *PROXIES])
def _proxy(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    if isinstance(request.param, str):
        monkeypatch.setenv("HTTPS_PROXY", request.param)


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


@respx.mock
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
    respx.delete(URL).mock(side_effect=error)
    with JiffyBox(TOKEN, retry=Retry(attempts=1)) as client, pytest.raises(kind) as raised:
        client.delete_box(12345)
    assert type(raised.value) is kind
