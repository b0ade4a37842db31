"""An emulator of the JiffyBox service, for trying the SDK and for testing code that uses it. See `Emulator`."""

import typing as _typing

if _typing.TYPE_CHECKING:
    from jiffybox_sdk.emulator._clock import ClockPolicy as ClockPolicy, EmulatorClock as EmulatorClock
    from jiffybox_sdk.emulator._emulator import TOKEN as TOKEN, Emulator as Emulator
    from jiffybox_sdk.emulator._faults import Fault as Fault, FaultOptions as FaultOptions
    from jiffybox_sdk.emulator._journal import JournalEntry as JournalEntry
    from jiffybox_sdk.emulator._router import EmulatorDefect as EmulatorDefect
    from jiffybox_sdk.emulator._seeds import SeedDocument as SeedDocument
    from jiffybox_sdk.emulator._service import ServiceRequest as ServiceRequest, ServiceResponse as ServiceResponse
    from jiffybox_sdk.emulator._state.account import StateNotSaved as StateNotSaved
    from jiffybox_sdk.emulator._state.snapshots import Snapshot as Snapshot
    from jiffybox_sdk.emulator._sweep import FaultKind as FaultKind, History as History, SweepResult as SweepResult

    __all__: list[str]
else:
    from jiffybox_sdk._lazy import lazy_names

    _NAMES = {
        "jiffybox_sdk.emulator._clock": "ClockPolicy EmulatorClock",
        "jiffybox_sdk.emulator._emulator": "Emulator TOKEN",
        "jiffybox_sdk.emulator._faults": "Fault FaultOptions",
        "jiffybox_sdk.emulator._journal": "JournalEntry",
        "jiffybox_sdk.emulator._router": "EmulatorDefect",
        "jiffybox_sdk.emulator._seeds": "SeedDocument",
        "jiffybox_sdk.emulator._service": "ServiceRequest ServiceResponse",
        "jiffybox_sdk.emulator._state.snapshots": "Snapshot",
        "jiffybox_sdk.emulator._state.account": "StateNotSaved",
        "jiffybox_sdk.emulator._sweep": "FaultKind History SweepResult",
    }
    __all__, __getattr__, __dir__ = lazy_names(__name__, _NAMES)
