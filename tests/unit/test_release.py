"""Clients are freed when nothing refers to them."""

import gc
import weakref

import httpx
import pytest

from jiffybox_sdk import AsyncJiffyBox, JiffyBox
from tests.support.scripted import TOKEN, URL, envelope


class Transport(httpx.BaseTransport, httpx.AsyncBaseTransport):
    """A transport that refers to its client."""

    client: JiffyBox | AsyncJiffyBox | None = None

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        return envelope({})

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        return envelope({})


def test_a_client_is_freed_if_its_transport_refers_to_it() -> None:
    transport = Transport()
    client = JiffyBox(TOKEN, URL, transport=transport)
    transport.client = client
    assert client.boxes() == []
    reference = weakref.ref(client)
    del client, transport
    gc.collect()
    assert reference() is None


def test_an_async_client_is_freed_with_a_warning() -> None:
    transport = Transport()
    client = AsyncJiffyBox(TOKEN, URL, transport=transport)
    transport.client = client
    reference = weakref.ref(client)
    del client, transport
    with pytest.warns(ResourceWarning, match="unclosed AsyncJiffyBox"):
        gc.collect()
    assert reference() is None
