"""Intervals between polls."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from jiffybox_sdk._common import arguments
from jiffybox_sdk.exceptions import JiffyArgumentException

PollInterval = float | timedelta | Callable[[int], float | timedelta]
"""Seconds, or a function that returns them for the number of polls so far."""


@dataclass(frozen=True, slots=True)
class Backoff:
    """A `poll_interval` that grows: first · factorⁿ⁻¹ seconds after the n-th poll, but never longer than `most`.

    Attributes:
        first: The seconds between the first poll and the second.
        factor: The factor by which intervals grow, 1 or more.
        most: The longest interval in seconds, `first` or more.

    Raises:
        JiffyArgumentException: If a value is invalid.
    """

    first: float = 1.0
    factor: float = 2.0
    most: float = 30.0

    def __post_init__(self) -> None:
        for name in ("first", "most"):
            value: object = getattr(self, name)
            if type(value) not in (int, float):
                raise JiffyArgumentException(f"invalid {name} {arguments.shown(value)}: expected seconds as a number")
            object.__setattr__(self, name, arguments.seconds(value, name))
        if type(self.factor) not in (int, float) or not 1 <= self.factor <= arguments.FOREVER:
            raise JiffyArgumentException(
                f"invalid factor {arguments.shown(self.factor)}: expected a number from 1, since intervals don't shrink"
            )
        if self.most < self.first:
            raise JiffyArgumentException(
                f"invalid most {self.most:g}: expected the first interval, {self.first:g}, or more"
            )

    def __call__(self, attempt: int) -> float:
        """Return the seconds to wait after a poll, by its number from 1."""
        try:
            return min(self.first * float(self.factor) ** (attempt - 1), self.most)
        except OverflowError:
            return self.most
