"""Values that belong to one process, such as connections and locks, which a forked child must not share."""

import os
from collections.abc import Callable
from typing import Generic, TypeVar

T = TypeVar("T")


class PerProcess(Generic[T]):
    """A value that is created when first needed, and again in each forked child.

    No lock is needed, so it can be used from threads and signal handlers, and a fork at any moment does no harm. A
    child keeps a reference to its parent's value, so that the value is never finalized there, but does not use it.
    """

    __slots__ = ("_make", "_values")

    def __init__(self, make: Callable[[], T]) -> None:
        """Create the holder, without a value yet.

        Args:
            make: A function that creates the value. If two threads need the value at the same time, both may call it;
                then one of the results is used by both and the other is dropped.
        """
        self._make = make
        self._values: dict[tuple[int, int], T] = {}

    def get(self) -> T:
        """Return the value of the current process."""
        process = os.getpid(), _depth
        if process not in self._values:
            self._values.setdefault(process, self._make())
        return self._values[process]

    def existing(self) -> T | None:
        """Return the value of the current process if it has been created."""
        return self._values.get((os.getpid(), _depth))

    def __reduce__(self) -> str | tuple[object, ...]:
        raise TypeError("values of a process can't be pickled or copied")


# Processes are told apart by their ids, since servers in C such as uWSGI fork without running Python's hooks, and by
# the number of forks that led to them, since the system reuses ids of processes that have ended.
_depth = 0


def _count_fork() -> None:
    global _depth  # noqa: PLW0603 (a process has one)
    _depth += 1


if hasattr(os, "register_at_fork"):  # not on Windows
    os.register_at_fork(after_in_child=_count_fork)
