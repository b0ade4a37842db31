"""An emulated service to which connections fail, and whose responses are lost or late, request by request."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

import httpx

from jiffybox_sdk import Emulator
from tests.support.scripted import Script

TIME_OUT = 10
"""The `timeout` of clients by default, in seconds."""


@dataclass(frozen=True)
class Trouble:
    """What happens to a request.

    Attributes:
        end: How the exchange ends.
        work: When the service does the work. A late one begins after the client's time-out, and maybe after a retry.
    """

    end: Literal["no connection", "dropped", "cut", "502", "time-out", "429"]
    work: Literal["never", "before", "late"] = "never"

    def __str__(self) -> str:
        return f"{self.end}, work {self.work}"


TROUBLES = [
    Trouble("no connection"),
    *(Trouble(end, work) for end in ("dropped", "cut", "502", "time-out", "429") for work in ("never", "before")),
    Trouble("time-out", "late"),
]


class LossyService:
    """An emulated service with troubles.

    Attributes:
        emulator: The emulator.
        calls: Verb and path of each request so far.
    """

    def __init__(self, emulator: Emulator, troubles: Mapping[int, Trouble] | None = None) -> None:
        """Prepare the service.

        Args:
            emulator: The emulator.
            troubles: What happens to which requests, counted from 0.
        """
        self.emulator = emulator
        self._carry_out: Callable[[httpx.Request], httpx.Response] = emulator.transport().handle_request
        self.restart(troubles or {})

    def restart(self, troubles: Mapping[int, Trouble]) -> None:
        """Forget all requests so far, and have other troubles."""
        self.calls: list[str] = []
        self._troubles = troubles
        self._late: list[tuple[float, httpx.Request]] = []

    def script(self) -> Script:
        """Return a script in which this service answers."""
        return Script(self._answer)

    def _answer(self, request: httpx.Request) -> httpx.Response:
        now = self.emulator.clock.now()
        due = [late for when, late in self._late if when <= now]
        self._late = [(when, late) for when, late in self._late if when > now]
        for late in due:
            self._carry_out(late)
        trouble = self._troubles.get(len(self.calls))
        self.calls.append(f"{request.method} {request.url.path.rpartition('/v1.0/')[2]}")
        if trouble is None:
            return self._carry_out(request)
        if trouble.work == "before":
            self._carry_out(request)
        elif trouble.work == "late":
            self._late.append((now + TIME_OUT + 1, request))
        return self._end(trouble)

    def _end(self, trouble: Trouble) -> httpx.Response:
        match trouble.end:
            case "no connection":
                raise httpx.ConnectError("refused")
            case "dropped":
                raise httpx.RemoteProtocolError("Server disconnected without sending a response.")
            case "cut":
                return httpx.Response(200, content=b'{"messages":[],"res')
            case "time-out":
                self.emulator.clock.sleep(TIME_OUT)
                raise httpx.ReadTimeout("the time-out expired before the response")
            case _:
                return httpx.Response(int(trouble.end))
