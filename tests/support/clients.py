"""Clients and transports for tests of both faces. The names differ by `async_` only, which `unasync.py` removes."""

import httpx

from jiffybox_sdk import AsyncJiffyBox, Emulator, JiffyBox
from jiffybox_sdk.emulator._clock import AsyncEmulatorClock
from tests.support.asynchronous import AsyncScript, async_scripted
from tests.support.scripted import TOKEN, Script, scripted

__all__ = ["async_client_of", "async_scripted", "async_transport_of", "client_of", "scripted", "transport_of"]


def client_of(emulator: Emulator, url: str | None) -> JiffyBox:
    """Return a client of an emulator: over HTTP if it has a URL, or else in process."""
    return JiffyBox(TOKEN, url, clock=emulator.clock) if url else emulator.client()


def async_client_of(emulator: Emulator, url: str | None) -> AsyncJiffyBox:
    """Return an async client of an emulator: over HTTP if it has a URL, or else in process."""
    return AsyncJiffyBox(TOKEN, url, clock=AsyncEmulatorClock(emulator.clock)) if url else emulator.async_client()


def transport_of(script: Script) -> httpx.BaseTransport:
    """Return a transport with scripted responses."""
    return script


def async_transport_of(script: Script) -> httpx.AsyncBaseTransport:
    """Return an async transport with scripted responses."""
    return AsyncScript(script)
