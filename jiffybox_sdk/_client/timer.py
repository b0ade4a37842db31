"""A timer for waits."""

from collections.abc import Callable

_ROUNDING = 1e-3
"""Seconds by which the sum of the sleeps may exceed the time of a clock that runs, because of rounding."""


class Timer:
    """The time of a wait, which also passes while it sleeps under a clock that stands still.

    Test tools such as freezegun and time-machine can stop the system's clocks. A wait must end anyway.
    """

    def __init__(self, monotonic: Callable[[], float]) -> None:
        self._monotonic = monotonic
        self._started = monotonic()
        self._slept = 0.0

    def now(self) -> float:
        """Return the clock's time, or the time until which the wait has slept if that is later."""
        measured, slept = self._monotonic(), self._started + self._slept
        return slept if slept > measured + _ROUNDING else measured

    def add_sleep(self, seconds: float) -> None:
        """Record that the wait has slept."""
        self._slept += seconds
