"""Clients under respx, which replaces the network below the SDK."""

import httpx
import pytest
import respx

from jiffybox_sdk import JiffyBox, JiffyNotFoundException, JiffyTransportException, Retry
from tests.support.scripted import TOKEN, VirtualClock, envelope, example

BASE = f"https://api.jiffybox.de/{TOKEN}/v1.0"


@pytest.fixture
def client() -> JiffyBox:
    return JiffyBox(TOKEN, clock=VirtualClock())


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
    missing = respx.get(f"{BASE}/jiffyBoxes/12345")
    missing.mock(return_value=envelope(None, ("error", "Der Kunde Nr. 42 hat keine JiffyBox Nr. 12345.")))
    with pytest.raises(JiffyNotFoundException, match=r"hat keine JiffyBox Nr\. 12345"):
        client.box(12345)
    assert missing.call_count == 1


@respx.mock
def test_proxies_of_the_environment_are_mocked_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://user:secret@proxy.invalid:3128")
    route = respx.get(f"{BASE}/plans").mock(side_effect=httpx.ConnectError("no route"))
    client = JiffyBox(TOKEN, retry=Retry(attempts=1))
    with pytest.raises(JiffyTransportException, match="GET plans: ConnectError: no route"):
        client.plans()
    assert route.call_count == 1
