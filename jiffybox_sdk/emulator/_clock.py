"""The emulator's time: one clock for the service and for its clients."""

import time
from collections.abc import Callable
from contextvars import ContextVar
from threading import RLock
from typing import Literal, TypeVar, get_args

from jiffybox_sdk._common import arguments
from jiffybox_sdk._common.process import PerProcess
from jiffybox_sdk.exceptions import JiffyArgumentException
from jiffybox_sdk.models._fields import LAST_EPOCH

T = TypeVar("T")

ClockPolicy = Literal["auto", "instant", "manual", "never", "real"]
"""How time passes for an emulator, see `EmulatorClock`."""
POLICIES: tuple[ClockPolicy, ...] = get_args(ClockPolicy)

slept: ContextVar[float] = ContextVar("jiffybox_sdk_slept", default=0.0)
"""Seconds that the current thread or task has slept, beyond those of the system's clock. They must not shorten the
deadlines of others."""

EPOCH = 1_700_000_000.0
"""Start of virtual time, in seconds since the epoch. A constant makes responses reproducible."""


class EmulatorClock:
    """A clock for the emulator and its clients. Thread-safe.

    - `auto`: When a client sleeps, the time advances immediately, so waiting takes no real time.
    - `instant`: Like `auto`, but accepted work also completes immediately.
    - `manual`: Only `Emulator.advance()` and `run_until_idle()` advance the service's time. Sleeping only advances the
      client's own time, so its time-outs expire immediately.
    - `never`: Like `auto`, but work never completes. For testing time-outs.
    - `real`: The system's time, multiplied by a speed for the service and for clients that sleep. The time-outs of
      single calls are not affected.

    Attributes:
        policy: The policy.
        speed: For `real`: seconds at the service per real second.
    """

    watch: Callable[[int], object] | None = None
    """A function that is called with 1 before each call, and with 0 after each sleep of a client. It may raise."""

    def __init__(self, policy: ClockPolicy = "auto", speed: float = 1.0) -> None:
        """Start the clock.

        Args:
            policy: One of the policies above.
            speed: For `real`: seconds at the service per real second.

        Raises:
            JiffyArgumentException: If there is no such policy, or if the speed is not a positive number.
        """
        policy = as_policy(policy)
        if policy != "real" and speed != 1:
            raise JiffyArgumentException(f"invalid speed {arguments.shown(speed)}: only the clock 'real' takes a speed")
        factor = arguments.positive(speed)
        if factor is None:
            raise JiffyArgumentException(f"invalid speed {arguments.shown(speed)}: expected a finite number above 0")
        self.policy: ClockPolicy = policy
        self.speed: float = factor
        self._elapsed = 0.0
        self._started = time.monotonic()
        self._epoch = time.time() if policy == "real" else EPOCH
        self._lock = PerProcess(RLock)

    def now(self) -> float:
        """Return the service's time in seconds since the epoch. It stops at the end of the year 9999."""
        elapsed = (time.monotonic() - self._started) * self.speed if self.policy == "real" else self._elapsed
        return min(self._epoch + elapsed, LAST_EPOCH)

    def copy_from(self, other: "EmulatorClock") -> None:
        """Adopt another clock's policy, speed and time."""
        with self._lock.get():
            self.policy, self.speed = other.policy, other.speed
            self._started, self._epoch, self._elapsed = other._started, other._epoch, other._elapsed  # noqa: SLF001

    def due_in(self, seconds: float) -> float:
        """Return when work of the given duration will be complete."""
        return self.now() + (0 if self.policy == "instant" else seconds)

    def set_time(self, now: float) -> None:
        """Set the service's time, in seconds since the epoch."""
        with self._lock.get():
            self._started, self._epoch, self._elapsed = time.monotonic(), now, 0.0

    def advance(self, seconds: float) -> None:
        """Advance the service's time.

        Raises:
            JiffyArgumentException: If the clock is `real`, or if the number of seconds is negative.
        """
        if self.policy == "real":
            raise JiffyArgumentException("a real clock can't be advanced: use Emulator('manual')")
        seconds = arguments.seconds(seconds, "seconds", zero=True)
        with self._lock.get():
            self._elapsed += seconds

    def monotonic(self) -> float:
        """Return a client's time in seconds. Only differences are meaningful."""
        return (time.monotonic() if self.policy == "real" else 0.0) + slept.get()

    def sealed(self, value: T) -> Callable[[], T]:
        """Return a function that returns a value and moves the time of its caller forward to the current one."""
        moment = slept.get()

        def unseal() -> T:
            slept.set(max(slept.get(), moment))
            return value

        return unseal

    def time(self) -> float:
        """Return a client's time in seconds since the epoch."""
        if self.policy == "real":
            return time.time()
        return self.now() + (slept.get() if self.policy == "manual" else 0)

    def sleep(self, seconds: float) -> None:
        """Block for a number of seconds of a client's time."""
        if self.policy == "real":
            time.sleep(seconds / self.speed)
        self.add_sleep(seconds)

    def add_sleep(self, seconds: float) -> None:
        """Record that a client has slept, which takes less or more time under the clock `real`, and none otherwise."""
        seconds = min(seconds, arguments.FOREVER)
        passed = seconds / self.speed if self.policy == "real" else 0.0
        slept.set(slept.get() + seconds - passed)
        if self.policy not in ("manual", "real"):
            with self._lock.get():
                self._elapsed += seconds
        if self.watch:
            self.watch(0)


class AsyncEmulatorClock:
    """An emulator's clock for async clients."""

    def __init__(self, clock: EmulatorClock) -> None:
        self._clock = clock
        self.monotonic: Callable[[], float] = clock.monotonic
        self.time: Callable[[], float] = clock.time

    def sealed(self, value: T) -> Callable[[], T]:
        """Return a function that returns a value and moves the time of its caller forward to the current one."""
        return self._clock.sealed(value)

    async def sleep(self, seconds: float) -> None:
        """Wait for a number of seconds of a client's time and let other tasks run."""
        import anyio.lowlevel  # noqa: PLC0415 (only async clients need it)

        if self._clock.policy == "real":
            await anyio.sleep(seconds / self._clock.speed)
        else:
            await anyio.lowlevel.checkpoint()
        self._clock.add_sleep(seconds)


def as_policy(value: object) -> ClockPolicy:
    """Validate the name of a clock policy."""
    for policy in POLICIES:
        if value == policy:
            return policy
    raise JiffyArgumentException(f"invalid clock {arguments.shown(value)}: expected one of {', '.join(POLICIES)}")
