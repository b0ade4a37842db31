"""An emulated service for `jiffybox --local`, whose state is kept in a file that several commands can use."""

import time
from collections.abc import Callable
from pathlib import Path

from jiffybox_sdk._client.attempt import Attempt
from jiffybox_sdk._client.response import RawResponse
from jiffybox_sdk._client.transport.base import RequestBuilder
from jiffybox_sdk._client.transport.sync import Transport
from jiffybox_sdk._common.operation import Operation
from jiffybox_sdk.api.client import JiffyBox
from jiffybox_sdk.emulator._emulator import TOKEN, Emulator
from jiffybox_sdk.emulator._service import ServiceRequest, ServiceResponse
from jiffybox_sdk.emulator._state.account import StateNotSaved
from jiffybox_sdk.exceptions import JiffyArgumentException

SPEED = 10
"""Seconds that pass at the service per second while a command runs."""

_FAR_AHEAD = 30 * 86_400
"""Seconds by which the service's time may be ahead of the system's. More come from a system clock that was wrong."""


class LocalService:
    """The emulated service for a command."""

    def __init__(
        self, state: Path, now: Callable[[], float] = time.time, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        """Open the state file, which need not exist yet.

        Args:
            state: The path of the file.
            now: A function that returns the system's time in seconds since the epoch.
            monotonic: A function that returns a time in seconds for differences.

        Raises:
            JiffyArgumentException: If the file is invalid or can't be used.
        """
        self._now = now
        self._monotonic = monotonic
        try:
            self._emulator = Emulator("manual", state=state)
        except JiffyArgumentException as error:
            raise JiffyArgumentException(f"{error}; jiffybox local reset starts anew") from None
        if self._emulator.clock.now() > now() + _FAR_AHEAD:
            self._emulator.set_time(now())
        self._start = max(self._emulator.clock.now(), now()), monotonic()

    def handle(self, request: ServiceRequest) -> ServiceResponse:
        """Answer a request."""
        clock = self._emulator.clock
        saved = clock.now()
        # Real time, or later if commands have waited.
        time_, monotonic = self._start
        clock.set_time(max(saved, time_ + (self._monotonic() - monotonic) * SPEED))
        response = self._emulator.handle(request)
        # The next command continues at the saved time or at the system's time, whichever is later.
        if int(clock.now()) > max(saved, self._now()):
            self._emulator.save()
        return response

    def close(self) -> None:
        """Close the state file."""
        self._emulator.close(save_time=False)


class _Channel:
    """The way to the emulated service."""

    def __init__(self, builder: RequestBuilder, service: LocalService) -> None:
        self._builder = builder
        self._service = service

    def exchange(self, operation: Operation, limit: float | None) -> RawResponse:  # noqa: ARG002 (nothing takes long)
        """Make a call."""
        _, body = self._builder.content(operation)
        request = ServiceRequest(operation.call.verb, self._builder.target(operation).decode(), body)
        try:
            response = self._service.handle(request)
        except StateNotSaved as error:  # the call may have been carried out if the disk failed at its end
            raise OSError(str(error)) from None
        return self._builder.response(
            response.status, [(b"Content-Type", response.content_type.encode())], response.body
        )

    def close(self) -> None:
        """Close the state file."""
        self._service.close()


class _Transport(Transport):
    """A transport to the emulated service without httpx, which is slow to import."""

    def __init__(self, replaced: Transport, state: Callable[[], Path]) -> None:
        super().__init__(replaced._builder, replaced._way)  # noqa: SLF001 (of the base class)
        self._state = state

    def _make_channel(self) -> _Channel:
        return _Channel(self._builder, LocalService(self._state()))


class LocalClient(JiffyBox):
    """A client for the emulated service."""

    def __init__(self, state: Callable[[], Path], on_attempt: Callable[[Attempt], object]) -> None:
        """Create a client.

        Args:
            state: A function that returns the path of the state file when the first call is made.
            on_attempt: As for `JiffyBox`.
        """
        super().__init__(TOKEN, "http://localhost", on_attempt=on_attempt)  # which is not connected to
        self._transport = _Transport(self._transport, state)
