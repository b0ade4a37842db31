"""`--local`: an emulated service on this machine, with its state kept in the user's state folder.

The state file is only open during requests, so several commands can run at the same time.
"""

import os
import time
from collections.abc import Callable
from pathlib import Path

import anyio
import platformdirs

from jiffybox_sdk import JiffyBox
from jiffybox_sdk._cli.config import EMULATED_URL
from jiffybox_sdk.emulator import TOKEN, Emulator, ServiceRequest, ServiceResponse
from jiffybox_sdk.emulator._state import snapshots
from jiffybox_sdk.emulator._state.state_file import StateInUse
from jiffybox_sdk.emulator._transport import EmulatorTransport
from jiffybox_sdk.exceptions import JiffyArgumentException

SPEED = 10
"""Seconds that pass at the service per second while a command runs."""

_FAR_AHEAD = 30 * 86_400
"""Seconds by which the service's time may be ahead of the system's. More come from a system clock that was wrong."""

_LOCK_TIMEOUT = 10
"""Seconds to wait for another command that has the state file open."""

_LOCK_INTERVAL = 0.02
"""Seconds between two attempts to open the state file. A blocking lock would have no time-out."""


class LocalService:
    """The emulated service, which loads its state for each request."""

    def __init__(
        self, state: Path, now: Callable[[], float] = time.time, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._state = state
        self._now = now
        self._monotonic = monotonic
        self._start: tuple[float, float] | None = None

    def handle(self, request: ServiceRequest) -> ServiceResponse:
        """Answer a request."""
        emulator = self._open()
        saved = emulator.clock.now()
        try:
            if saved > self._now() + _FAR_AHEAD:
                emulator.restore(snapshots.set_back(emulator.snapshot(), self._now()))
                saved = emulator.clock.now()
            emulator.clock.set_time(self._time(saved))
            return emulator.handle(request)
        finally:
            # The next command continues at the saved time or at the system's time, whichever is later.
            emulator.close(save_time=int(emulator.clock.now()) > max(saved, self._now()))

    def _time(self, saved: float) -> float:
        """Return the service's time, which is real time, or later if commands have waited."""
        if self._start is None:
            self._start = max(saved, self._now()), self._monotonic()
        time_, monotonic = self._start
        return max(saved, time_ + (self._monotonic() - monotonic) * SPEED)

    def _open(self) -> Emulator:
        deadline = self._monotonic() + _LOCK_TIMEOUT
        while True:
            try:
                return Emulator("real", state=self._state)
            except StateInUse:
                if self._monotonic() > deadline:
                    raise
                time.sleep(_LOCK_INTERVAL)  # real time: another process holds the lock
            except JiffyArgumentException as error:
                raise JiffyArgumentException(f"{error}; move the file away to make --local start anew") from None


def client() -> JiffyBox:
    """Return a client for the emulated service."""
    state = platformdirs.user_state_path("jiffybox", appauthor=False) / "local.json"
    try:
        state.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        folder = os.fspath(state.parent)
        raise JiffyArgumentException(f"cannot create state folder {folder!r}: {error.strerror}") from None
    transport = EmulatorTransport(LocalService(state).handle, time.sleep, anyio.sleep)
    return JiffyBox(TOKEN, EMULATED_URL, transport=transport)
