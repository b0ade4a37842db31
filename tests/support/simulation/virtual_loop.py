"""An asyncio event loop in virtual time, without I/O: when all tasks wait, the time jumps to the next timer."""

import asyncio
import selectors
from collections.abc import Callable, Coroutine, Mapping
from typing import TYPE_CHECKING, TypeVar

import anyio

if TYPE_CHECKING:
    from _typeshed import FileDescriptorLike

T = TypeVar("T")

EPOCH = 1_700_000_000.0
"""The virtual time at which a loop starts, in seconds since the epoch."""

_MAX_TURNS = 100_000
"""The turns of the loop at one moment after which it is considered to spin."""


class Deadlock(BaseException):
    """All tasks wait, and no timer is set that could wake one, or the loop spins without any time passing."""


class VirtualLoop(asyncio.SelectorEventLoop):
    """An event loop whose time only passes while all tasks wait. It can't wait for threads or sockets."""

    def __init__(self) -> None:
        self._selector_of_time = _JumpingSelector()
        super().__init__(self._selector_of_time)

    def time(self) -> float:
        """Return the virtual time, in seconds since the loop started."""
        return self._selector_of_time.now


class LoopClock:
    """A clock for async clients that shows the time of the running event loop."""

    def monotonic(self) -> float:
        return asyncio.get_running_loop().time()

    def time(self) -> float:
        return EPOCH + asyncio.get_running_loop().time()

    async def sleep(self, seconds: float) -> None:
        await anyio.sleep(seconds)


def run(main: Callable[[], Coroutine[None, None, T]]) -> T:
    """Run a program in virtual time.

    Raises:
        Deadlock: If the program can't go on.
    """
    loop = VirtualLoop()
    try:
        return loop.run_until_complete(main())
    finally:
        loop.close()


class _JumpingSelector(selectors.BaseSelector):
    """A selector for which nothing ever becomes ready. Instead of waiting, it moves the time forward."""

    def __init__(self) -> None:
        self.now = 0.0
        self._turns = 0
        self._keys: dict[int, selectors.SelectorKey] = {}

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        if timeout is None:
            raise Deadlock("all tasks wait, but no timer is set")
        if timeout > 0:
            self.now += timeout
            self._turns = 0
        else:
            self._turns += 1
            if self._turns > _MAX_TURNS:
                raise Deadlock(f"the loop has been spinning at {self.now:.6f} s")
        return []

    # asyncio registers the socket with which threads wake it.

    def register(self, fileobj: "FileDescriptorLike", events: int, data: object = None) -> selectors.SelectorKey:
        number = fileobj if isinstance(fileobj, int) else fileobj.fileno()
        self._keys[number] = selectors.SelectorKey(fileobj, number, events, data)
        return self._keys[number]

    def unregister(self, fileobj: "FileDescriptorLike") -> selectors.SelectorKey:
        return self._keys.pop(fileobj if isinstance(fileobj, int) else fileobj.fileno())

    def get_map(self) -> "Mapping[FileDescriptorLike, selectors.SelectorKey]":
        return {number: key for number, key in self._keys.items()}  # noqa: C416 (a copy would have another type)
