"""Requests that other sites' web pages make a browser send: rejected by the emulator's server."""

import asyncio
from collections.abc import Generator, Mapping

import httpx
import pytest

from jiffybox_sdk import AsyncJiffyBox, Emulator
from jiffybox_sdk.emulator import TOKEN
from jiffybox_sdk.emulator._server.app import application
from jiffybox_sdk.exceptions import JiffyMessageException

API, CONTROL = f"/{TOKEN}/v1.0/jiffyBoxes", "/__emulator__/reset"
PANEL = ["/__panel__/view", "/__panel__/request", "/__panel__/api/jiffyBoxes"]
FORM = "application/x-www-form-urlencoded"
BOX = {"name": "web", "planid": "44", "distribution": "centos_7_64bit"}

ALL = "0.0.0.0"  # noqa: S104 (nothing listens on it)

Headers = Mapping[str, str]


@pytest.fixture(autouse=True)
def emulator(served: tuple[Emulator, str]) -> Emulator:
    served[0].reset()
    return served[0]


@pytest.fixture(scope="module")
def server(served: tuple[Emulator, str]) -> Generator[httpx.Client]:
    with httpx.Client(base_url=served[1], trust_env=False) as client:
        yield client


def fetch_metadata(site: str, mode: str, dest: str) -> Headers:
    """Return the headers of a browser that tell which page sends a request, and what for."""
    return {"Sec-Fetch-Site": site, "Sec-Fetch-Mode": mode, "Sec-Fetch-Dest": dest}


EVIL = "http://evil.example"
CROSS_SITE: dict[str, tuple[str, Headers]] = {
    "a form": ("POST", {"Origin": EVIL, "Content-Type": FORM, **fetch_metadata("cross-site", "navigate", "document")}),
    "a form without fetch metadata": ("POST", {"Origin": EVIL, "Content-Type": FORM}),
    "a form in a sandboxed frame": ("POST", {"Origin": "null", "Content-Type": FORM}),
    "a form of another local port": (
        "POST",
        {"Origin": "http://127.0.0.1:3000", **fetch_metadata("same-site", "navigate", "document")},
    ),
    "a form of another local port without fetch metadata": (
        "POST",
        {"Origin": "http://127.0.0.1:3000", "Content-Type": FORM},
    ),
    "an image of another local port": ("GET", fetch_metadata("same-site", "no-cors", "image")),
    "a script": (
        "POST",
        {"Origin": EVIL, "Content-Type": "text/plain", **fetch_metadata("cross-site", "cors", "empty")},
    ),
    "a script's preflight": (
        "OPTIONS",
        {"Origin": EVIL, "Access-Control-Request-Method": "PUT", **fetch_metadata("cross-site", "cors", "empty")},
    ),
    "a beacon": ("POST", {"Origin": EVIL, **fetch_metadata("cross-site", "no-cors", "empty")}),
    "an image": ("GET", fetch_metadata("cross-site", "no-cors", "image")),
    "a frame": ("GET", fetch_metadata("cross-site", "navigate", "iframe")),
    "a link": ("GET", fetch_metadata("cross-site", "navigate", "document")),
}


@pytest.mark.parametrize("path", [API, CONTROL, "/__emulator__/state", "/openapi.json", "/", *PANEL])
@pytest.mark.parametrize("case", CROSS_SITE)
def test_requests_of_other_sites_are_rejected(server: httpx.Client, emulator: Emulator, case: str, path: str) -> None:
    verb, headers = CROSS_SITE[case]
    before = emulator.snapshot()
    response = server.request(
        verb,
        path,
        headers={**headers, "JiffyBox-Panel": "-"},
        content=b"" if verb == "GET" else str(httpx.QueryParams(BOX)),
    )
    assert response.status_code == 403
    assert "Access-Control-Allow-Origin" not in response.headers
    assert "web page of another" in response.json()["error"]
    assert emulator.snapshot() == before
    assert emulator.journal() == []


@pytest.mark.parametrize("path", [API, CONTROL, "/__emulator__/state", "/", *PANEL])
@pytest.mark.parametrize("verb", ["GET", "POST"])
@pytest.mark.parametrize(
    "name",
    [
        "evil.example",
        "127.0.0.1.evil.example",
        "localhost.evil.example",
        "evil.example.",
        ALL,
        "192.0.2.1",
        "[::]",
    ],
)
def test_rebound_names_are_rejected(server: httpx.Client, emulator: Emulator, name: str, verb: str, path: str) -> None:
    host = f"{name}:{server.base_url.port}"
    headers = {
        "Host": host,
        "Origin": f"http://{host}",
        "JiffyBox-Panel": "-",
        **fetch_metadata("same-origin", "cors", "empty"),
    }
    response = server.request(verb, path, headers=headers, json=BOX if verb == "POST" else None)
    assert response.status_code == 400
    assert "unknown host name" in response.json()["error"]
    assert emulator.journal() == []


@pytest.mark.parametrize(
    "name", ["127.0.0.1", "localhost", "LOCALHOST:80", "localhost.:8080", "127.1.2.3:1", "[::1]:8080"]
)
def test_loopback_names_are_accepted(server: httpx.Client, name: str) -> None:
    assert server.get(API, headers={"Host": name}).json()["result"] == {}
    assert server.get("/__emulator__/health", headers={"Host": name}).status_code == 200


def test_pages_of_the_server_itself_and_the_address_bar_are_accepted(server: httpx.Client) -> None:
    own = {"Origin": str(server.base_url).rstrip("/"), **fetch_metadata("same-origin", "cors", "empty")}
    assert server.post(API, json=BOX, headers=own).json()["result"]["name"] == "web"
    assert server.get(API, headers=fetch_metadata("none", "navigate", "document")).json()["result"].keys() == {"10001"}
    assert server.post(CONTROL, json={}, headers=own).json() == {}


@pytest.mark.parametrize(
    ("listening", "allowed", "name", "status"),
    [
        ("127.0.0.1", [], "emulator:8080", 400),
        ("127.0.0.1", ["Emulator"], "emulator:8080", 200),
        ("127.0.0.1", ["emulator"], "other", 400),
        ("127.0.0.1", ["*"], "other", 200),
        (ALL, [], "emulator", 400),
        (ALL, [], "localhost", 200),
        (ALL, [], "192.0.2.1:8080", 200),
        ("::", [], "[2001:db8::1]", 200),
        (ALL, [], f"{ALL}:8080", 400),
        ("192.0.2.1", [], "evil.example", 400),
    ],
)
def test_further_names_can_be_allowed(listening: str, allowed: list[str], name: str, status: int) -> None:
    app = application(Emulator(), control=True, host=listening, allowed_hosts=allowed)

    async def main() -> None:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://localhost") as client:
            for path in (API, "/__emulator__/health"):
                assert (await client.get(path, headers={"Host": name})).status_code == status

    asyncio.run(main())


def test_clients_show_how_to_allow_a_name() -> None:
    transport = httpx.ASGITransport(application(Emulator()))

    async def main() -> None:
        async with AsyncJiffyBox(TOKEN, "http://emulator", allow_plain_http=True, transport=transport) as client:
            with pytest.raises(JiffyMessageException, match=r"unknown host name 'emulator'.* --allow-host emulator"):
                await client.boxes()

    asyncio.run(main())
