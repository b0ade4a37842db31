"""The service in a box: what runs when someone tries the SDK, and what users test their code with. See `Emulator`."""

from typing import TYPE_CHECKING

from jiffybox_sdk._lazy import load

if TYPE_CHECKING:
    from jiffybox_sdk.emulator._clock import ClockPolicy, EmulatorClock
    from jiffybox_sdk.emulator._emulator import TOKEN, Effect, Emulator
    from jiffybox_sdk.emulator._faults import Fault
    from jiffybox_sdk.emulator._journal import JournalEntry
    from jiffybox_sdk.emulator._router import EmulatorDefect
    from jiffybox_sdk.emulator._seeds import SeedDocument
    from jiffybox_sdk.emulator._service import ServiceRequest, ServiceResponse
    from jiffybox_sdk.emulator._state.snapshots import Snapshot, StateNotKept

__all__ = [
    "TOKEN",
    "ClockPolicy",
    "Effect",
    "Emulator",
    "EmulatorClock",
    "EmulatorDefect",
    "Fault",
    "JournalEntry",
    "SeedDocument",
    "ServiceRequest",
    "ServiceResponse",
    "Snapshot",
    "StateNotKept",
]

_HOMES = {
    "ClockPolicy": "jiffybox_sdk.emulator._clock",
    "EmulatorClock": "jiffybox_sdk.emulator._clock",
    "Fault": "jiffybox_sdk.emulator._faults",
    "JournalEntry": "jiffybox_sdk.emulator._journal",
    "EmulatorDefect": "jiffybox_sdk.emulator._router",
    "SeedDocument": "jiffybox_sdk.emulator._seeds",
    "ServiceRequest": "jiffybox_sdk.emulator._service",
    "ServiceResponse": "jiffybox_sdk.emulator._service",
    "Snapshot": "jiffybox_sdk.emulator._state.snapshots",
    "StateNotKept": "jiffybox_sdk.emulator._state.snapshots",
}


def __getattr__(name: str) -> object:
    return load(__name__, dict.fromkeys(__all__, "jiffybox_sdk.emulator._emulator") | _HOMES, name)


def __dir__() -> list[str]:
    return list(__all__)
