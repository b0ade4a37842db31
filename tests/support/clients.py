"""Clients of an emulator, in process or on a socket."""

from jiffybox_sdk import AsyncJiffyBox, Emulator, JiffyBox
from jiffybox_sdk.emulator._clock import AsyncEmulatorClock
from tests.support.scripted import TOKEN


def client_of(emulator: Emulator, url: str | None) -> JiffyBox:
    """A client of an emulator at a URL, or in process."""
    return JiffyBox(TOKEN, url, clock=emulator.clock) if url else emulator.client()


def async_client_of(emulator: Emulator, url: str | None) -> AsyncJiffyBox:
    """The same with an async client."""
    return AsyncJiffyBox(TOKEN, url, clock=AsyncEmulatorClock(emulator.clock)) if url else emulator.async_client()
