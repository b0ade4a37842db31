"""`--local`: an emulated service on this machine, which keeps its state in the user's folder for such things.

The state is opened for each request and closed after it, so that several commands can be at work at the same time.
"""

import os
import time
from pathlib import Path
from typing import TYPE_CHECKING

import anyio
import platformdirs

from jiffybox_sdk import JiffyBox
from jiffybox_sdk._cli.config import EMULATED
from jiffybox_sdk.emulator import TOKEN, Emulator, ServiceRequest, ServiceResponse
from jiffybox_sdk.emulator._state.snapshots import StateInUse
from jiffybox_sdk.emulator._transport import EmulatorTransport
from jiffybox_sdk.exceptions import JiffyArgumentException

if TYPE_CHECKING:
    from collections.abc import Callable

SPEED = 10
"""How many seconds pass at the service in one while a command waits, so that trying it is no test of options."""

_PATIENCE = 10
"""Seconds to wait for another command that has the state open."""

_TURN = 0.02
"""Seconds between two tries to open it: a command has it for as long as one request takes, and a lock of the kind that
waits could be waited for without end."""


def path() -> Path:
    """Returns where the state is kept."""
    return platformdirs.user_state_path("jiffybox", appauthor=False) / "local.json"


class LocalService:
    """The emulated service, of which only the state lasts."""

    def __init__(
        self,
        state: Path,
        now: "Callable[[], float]" = time.time,
        monotonic: "Callable[[], float]" = time.monotonic,
    ) -> None:
        """Opens nothing yet.

        Args:
            state: Where the state is kept.
            now: What tells the time, in seconds since the epoch.
            monotonic: What measures how long it has been in use.
        """
        self._state = state
        self._now = now
        self._monotonic = monotonic
        self._began: tuple[float, float] | None = None

    def handle(self, request: ServiceRequest) -> ServiceResponse:
        """Answers one request.

        Raises:
            JiffyArgumentException: the state can't be used.
        """
        emulator = self._open()
        try:
            emulator.clock.put(self._time(emulator.clock.now()))
            return emulator.handle(request)
        finally:
            emulator.close()

    def _time(self, kept: float) -> float:
        """Returns the service's time: that of the machine, or later after commands that waited."""
        if self._began is None:
            self._began = max(kept, self._now()), self._monotonic()
        at, since = self._began
        return max(kept, at + (self._monotonic() - since) * SPEED)

    def _open(self) -> Emulator:
        ends = self._monotonic() + _PATIENCE
        while True:
            try:
                return Emulator("real", state=self._state)
            except StateInUse:
                if self._monotonic() > ends:
                    raise
                time.sleep(_TURN)  # another command of the same user has it, for as long as a request takes
            except JiffyArgumentException as error:
                raise JiffyArgumentException(
                    f"{error}; it is what --local keeps: move it away, and --local begins anew"
                ) from None


def client() -> JiffyBox:
    """Returns a client of the emulated service.

    Raises:
        JiffyArgumentException: the folder of the state can't be made.
    """
    state = path()
    try:
        state.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise JiffyArgumentException(f"state folder {os.fspath(state.parent)!r} is refused: {error.strerror}") from None
    return JiffyBox(TOKEN, EMULATED, transport=EmulatorTransport(LocalService(state).handle, time.sleep, anyio.sleep))
