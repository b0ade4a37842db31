"""The service in a box: what runs when someone tries the SDK, and what users test their own code with.

It keeps an account with its boxes, and answers like the service: everything takes its time, and what does not fit the
state is refused. See `Emulator`.
"""

from typing import TYPE_CHECKING, Unpack

from pydantic import SecretStr

from jiffybox_sdk import arguments
from jiffybox_sdk.aio.client import AsyncJiffyBox
from jiffybox_sdk.aio.connection import AsyncClientOptions
from jiffybox_sdk.api.client import JiffyBox
from jiffybox_sdk.api.connection import ClientOptions
from jiffybox_sdk.data import BoxData
from jiffybox_sdk.emulator.clock import AsyncEmulatorClock, ClockPolicy, EmulatorClock
from jiffybox_sdk.emulator.dispatch import EmulatorDefect
from jiffybox_sdk.emulator.service import Service, ServiceRequest, ServiceResponse

if TYPE_CHECKING:
    from jiffybox_sdk.emulator.transport import EmulatorTransport

__all__ = ["ClockPolicy", "Emulator", "EmulatorClock", "EmulatorDefect", "ServiceRequest", "ServiceResponse"]

TOKEN = "EmulatedTokenEmulatedTokenEmulat"  # noqa: S105 (opens nothing but an emulator)
"""The token that an emulator accepts if none is given."""

_URL = "https://emulator.invalid"


class Emulator:
    """An account at an emulated JiffyBox service, empty at first, with the last published plans and distributions.

    `Emulator().client()` is a client that is ready to use:

        client = Emulator().client()
        box = client.create_box("web", "CloudLevel 1", distribution="debian_stretch_64bit")
        box = box.wait_for_status("READY")

    It answers in the service's own words. Which of them are on record and which are invented stands in
    `jiffybox_sdk.emulator.texts`. May be used by many threads.
    """

    def __init__(self, clock: ClockPolicy = "auto", *, speed: float = 1.0, token: str | SecretStr = TOKEN) -> None:
        """Makes an emulator.

        Args:
            clock: How its time runs; see `EmulatorClock`.
            speed: For the clock `real`: how many seconds pass at the service in one.
            token: The token that calls must bring.

        Raises:
            JiffyArgumentException: there is no such clock, or the speed is not a positive number.
        """
        token = arguments.secret(token)
        self.clock: EmulatorClock = EmulatorClock(clock, speed)
        self._token = token
        self._service = Service(token, self.clock)

    def client(self, **options: Unpack[ClientOptions]) -> JiffyBox:
        """Returns a client of this account that goes by this emulator's time.

        Args:
            **options: As for `JiffyBox`.
        """
        options.setdefault("transport", self.transport())
        options.setdefault("clock", self.clock)
        return JiffyBox(self._token, _URL, **options)

    def async_client(self, **options: Unpack[AsyncClientOptions]) -> AsyncJiffyBox:
        """Returns an async client of this account that goes by this emulator's time.

        Args:
            **options: As for `AsyncJiffyBox`.
        """
        options.setdefault("transport", self.transport())
        options.setdefault("clock", AsyncEmulatorClock(self.clock))
        return AsyncJiffyBox(self._token, _URL, **options)

    def transport(self) -> "EmulatorTransport":
        """Returns an httpx transport that leads to this emulator, for a client of your own making, async or not."""
        from jiffybox_sdk.emulator.transport import EmulatorTransport  # noqa: PLC0415 (loads httpx)

        return EmulatorTransport(self.handle)

    def handle(self, request: ServiceRequest) -> ServiceResponse:
        """Answers one request. Work that is due is finished before."""
        return self._service.handle(request)

    def add_floating_ip(self, box: BoxData | int) -> str:
        """Orders a floating address for a box, which the service itself has no call for.

        Args:
            box: The box, or its number.

        Returns:
            The address.

        Raises:
            JiffyArgumentException: there is no such box.
        """
        return self._service.add_floating_ip(box.id if isinstance(box, BoxData) else box)

    def advance(self, seconds: float) -> None:
        """Moves the service's time on, and finishes what is due by then.

        Args:
            seconds: By how much.

        Raises:
            JiffyArgumentException: the clock is `real`, or time would go back.
        """
        self.clock.advance(seconds)
        self._service.finish_due()

    def run_until_idle(self) -> None:
        """Moves the service's time on until all accepted work is done.

        Raises:
            JiffyArgumentException: the clock is `real`.
        """
        self.advance(max(0.0, self._service.idle_at() - self.clock.now()))
