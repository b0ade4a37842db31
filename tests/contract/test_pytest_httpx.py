"""Clients under pytest-httpx, which replaces httpx's transports."""

from pathlib import Path

import anyio
import httpx
import pytest
from pytest_httpx import HTTPXMock

from jiffybox_sdk import AsyncJiffyBox, JiffyBox
from tests.support.asynchronous import backends
from tests.support.loopback import Service, secured
from tests.support.scripted import TOKEN, envelope, example, http, server

URL = f"https://api.jiffybox.de/{TOKEN}/v1.0/jiffyBoxes/12345"
BOX = envelope(example("box"))


def is_for_service(request: httpx.Request) -> bool:
    return request.url.host == "api.jiffybox.de"


@pytest.mark.parametrize("proxy", [None, "http://user:secret@proxy.invalid:3128"], ids=["direct", "proxy"])
def test_it_replaces_transports(httpx_mock: HTTPXMock, monkeypatch: pytest.MonkeyPatch, proxy: str | None) -> None:
    if proxy:
        monkeypatch.setenv("HTTPS_PROXY", proxy)
    httpx_mock.add_response(url=URL, json={"messages": [], "result": example("box")})
    with JiffyBox(TOKEN) as client:
        assert client.box(12345).id == 12345


@backends
def test_it_replaces_async_transports(backend: str, httpx_mock: HTTPXMock) -> None:
    httpx_mock.add_response(url=URL, json={"messages": [], "result": example("box")})

    async def main() -> None:
        async with AsyncJiffyBox(TOKEN) as client:
            assert (await client.box(12345)).id == 12345

    anyio.run(main, backend=backend)


@pytest.mark.httpx_mock(should_mock=is_for_service)
def test_calls_that_pytest_httpx_lets_through_use_verify_and_leave_no_connection_open(
    httpx_mock: HTTPXMock, tmp_path: Path
) -> None:
    service = Service(http(BOX.content))
    with (
        server(secured(service, tmp_path)) as url,
        JiffyBox(TOKEN, url.replace("http", "https"), verify=tmp_path / "certificate") as client,
    ):
        assert client.box(12345).id == 12345
        assert service.left.wait(10)
    assert httpx_mock.get_requests() == []


@backends
@pytest.mark.httpx_mock(should_mock=is_for_service)
def test_so_do_calls_of_async_clients(backend: str, httpx_mock: HTTPXMock, tmp_path: Path) -> None:
    service = Service(http(BOX.content))

    async def main(url: str) -> None:
        async with AsyncJiffyBox(TOKEN, url, verify=tmp_path / "certificate") as client:
            assert (await client.box(12345)).id == 12345
            assert service.left.wait(10)

    with server(secured(service, tmp_path)) as url:
        anyio.run(main, url.replace("http", "https"), backend=backend)
    assert httpx_mock.get_requests() == []
