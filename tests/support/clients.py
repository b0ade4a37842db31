"""What tests of both faces need, under names that differ only in `async_`."""

import httpx

from jiffybox_sdk import AsyncJiffyBox, Emulator, JiffyBox
from jiffybox_sdk.emulator._clock import AsyncEmulatorClock
from tests.support.asynchronous import AsyncScript, async_scripted
from tests.support.scripted import TOKEN, Script, scripted

__all__ = ["async_client_of", "async_scripted", "async_transport_of", "client_of", "scripted", "transport_of"]


def client_of(emulator: Emulator, url: str | None) -> JiffyBox:
    """A client of an emulator at a URL, or in process."""
    return JiffyBox(TOKEN, url, clock=emulator.clock) if url else emulator.client()


def async_client_of(emulator: Emulator, url: str | None) -> AsyncJiffyBox:
    """The same with an async client."""
    return AsyncJiffyBox(TOKEN, url, clock=AsyncEmulatorClock(emulator.clock)) if url else emulator.async_client()


def transport_of(script: Script) -> httpx.BaseTransport:
    """A transport with scripted answers."""
    return script


def async_transport_of(script: Script) -> httpx.AsyncBaseTransport:
    """An async transport with scripted answers."""
    return AsyncScript(script)
