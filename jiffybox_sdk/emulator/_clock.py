"""The emulator's time: one clock for the service and for the clients wired to it."""

import threading
import time
from contextvars import ContextVar
from typing import Literal, get_args

from jiffybox_sdk._common import arguments
from jiffybox_sdk.exceptions import JiffyArgumentException
from jiffybox_sdk.models._fields import LAST_EPOCH

ClockPolicy = Literal["auto", "instant", "manual", "never", "real"]
_POLICIES: tuple[ClockPolicy, ...] = get_args(ClockPolicy)

slept: ContextVar[float] = ContextVar("jiffybox_sdk_slept", default=0.0)
"""What a thread or a task has slept in virtual time: that is over for it alone."""

EPOCH = 1_700_000_000.0
"""When virtual time begins, in seconds since the epoch, so that answers are the same on every run."""


class EmulatorClock:
    """A clock of which somebody else decides how it runs. May be used by many threads.

    - `auto`: when a client sleeps, time moves on by as much at once. Waiting takes no real time.
    - `instant`: as `auto`, and all work is done as soon as it was accepted.
    - `manual`: only `Emulator.advance()` and `run_until_idle()` move the service's time. A client that sleeps moves its
      own, so that it runs into its time-outs at once.
    - `never`: as `auto`, but no work is ever done, for testing time-outs.
    - `real`: the time of the machine, times a speed for the service.
    """

    def __init__(self, policy: ClockPolicy = "auto", speed: float = 1.0) -> None:
        """Starts the clock.

        Args:
            policy: How it runs.
            speed: For `real`: how many seconds pass at the service in one.

        Raises:
            JiffyArgumentException: there is no such policy, or the speed is not a positive number.
        """
        policy = as_policy(policy)
        if policy != "real" and speed != 1:
            raise JiffyArgumentException(f"speed={speed!r} is refused: only the clock 'real' has one")
        self.policy: ClockPolicy = policy
        self.speed: float = arguments.seconds(speed, "speed")
        self._passed = 0.0
        self._started = time.monotonic()
        self._epoch = time.time() if policy == "real" else EPOCH
        self._lock = threading.Lock()

    def now(self) -> float:
        """Returns the service's time, in seconds since the epoch. It ends with the year 9999, as dates do."""
        passed = (time.monotonic() - self._started) * self.speed if self.policy == "real" else self._passed
        return min(self._epoch + passed, LAST_EPOCH)

    def become(self, other: "EmulatorClock") -> None:
        """Runs as another clock does from now on, and at its time."""
        with self._lock:
            self.policy, self.speed = other.policy, other.speed
            self._started, self._epoch, self._passed = other._started, other._epoch, other._passed  # noqa: SLF001

    def due_in(self, seconds: float) -> float:
        """Returns when work that takes so many seconds is done, in the service's time."""
        return self.now() + (0 if self.policy == "instant" else seconds)

    def put(self, now: float) -> None:
        """Puts the service's time, in seconds since the epoch: what was kept goes on at the time when it was kept."""
        with self._lock:
            self._started, self._epoch, self._passed = time.monotonic(), now, 0.0

    def advance(self, seconds: float) -> None:
        """Moves the service's time on.

        Raises:
            JiffyArgumentException: the clock is `real`, or time would go back.
        """
        if self.policy == "real":
            raise JiffyArgumentException("a real clock can't be advanced: make the Emulator with another clock")
        seconds = arguments.seconds(seconds, "seconds", zero=True)
        with self._lock:
            self._passed += seconds

    def monotonic(self) -> float:
        """Returns a client's time; only differences mean something."""
        if self.policy == "real":
            return time.monotonic()
        return slept.get()

    def catch_up(self, moment: float) -> None:
        """Move the virtual time of this thread or task forward to a moment that another one has reached."""
        slept.set(max(slept.get(), moment))

    def time(self) -> float:
        """Returns a client's time, in seconds since the epoch."""
        if self.policy == "real":
            return time.time()
        return self.now() + (slept.get() if self.policy == "manual" else 0)

    def sleep(self, seconds: float) -> None:
        """Lets a client sleep: really, or by moving time on."""
        if self.policy == "real":
            time.sleep(seconds)  # the policy for real time is there to be waited for
            return
        seconds = min(seconds, arguments.FOREVER)
        slept.set(slept.get() + seconds)
        if self.policy != "manual":
            with self._lock:
                self._passed += seconds


def as_policy(value: object) -> ClockPolicy:
    """Returns the name of a policy as such.

    Raises:
        JiffyArgumentException: there is no such policy.
    """
    for policy in _POLICIES:
        if value == policy:
            return policy
    raise JiffyArgumentException(f"clock {arguments.shown(value)} is refused: give one of {', '.join(_POLICIES)}")


class AsyncEmulatorClock:
    """An emulator's clock for async clients."""

    def __init__(self, clock: EmulatorClock) -> None:
        """Wraps a clock.

        Args:
            clock: What decides how time runs.
        """
        self._clock = clock

    def monotonic(self) -> float:
        """Returns a client's time; only differences mean something."""
        return self._clock.monotonic()

    def catch_up(self, moment: float) -> None:
        """Move the virtual time of this task forward to a moment that another one has reached."""
        self._clock.catch_up(moment)

    def time(self) -> float:
        """Returns a client's time, in seconds since the epoch."""
        return self._clock.time()

    async def sleep(self, seconds: float) -> None:
        """Lets a client sleep: really, or by moving time on after other tasks had their turn."""
        import anyio.lowlevel  # noqa: PLC0415 (only an async client needs it)

        if self._clock.policy == "real":
            await anyio.sleep(seconds)
        else:
            await anyio.lowlevel.checkpoint()
            self._clock.sleep(seconds)
