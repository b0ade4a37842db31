"""Tables of an account's objects, with indexes and a memory of what has changed. No I/O."""

import heapq
from collections.abc import Callable, Collection, Hashable, ItemsView, Iterator, Mapping, ValuesView
from functools import partial
from typing import Generic, Protocol, TypeVar

from jiffybox_sdk.emulator._state.objects import Content


class _WithId(Protocol):
    @property
    def id(self) -> int: ...


T = TypeVar("T", bound=_WithId)
T_contra = TypeVar("T_contra", contravariant=True)

Changes = dict[tuple[str, int], Callable[[], None]]
"""The objects that have changed, by table and id, each with a function that restores it."""


class AnyIndex(Protocol[T_contra]):
    """Something that follows the objects of a table."""

    def add(self, key: int, item: T_contra) -> None:
        """Add an object."""
        ...

    def remove(self, key: int, item: T_contra) -> None:
        """Remove an object."""
        ...

    def clear(self) -> None:
        """Remove all objects."""
        ...


class Index(Generic[T]):
    """The ids of a table's objects by one of their properties."""

    def __init__(self, of: Callable[[T], Hashable]) -> None:
        self._of = of
        self._ids: dict[Hashable, set[int]] = {}

    def ids(self, value: Hashable) -> Collection[int]:
        """Return the ids of the objects with a value, in ascending order."""
        return sorted(self._ids.get(value, ()))

    def add(self, key: int, item: T) -> None:
        """Add an object."""
        self._ids.setdefault(self._of(item), set()).add(key)

    def remove(self, key: int, item: T) -> None:
        """Remove an object, if it was added: an interrupt may have prevented that."""
        ids = self._ids.get(self._of(item), set[int]())
        ids.discard(key)
        if not ids:
            self._ids.pop(self._of(item), None)

    def clear(self) -> None:
        """Remove all objects."""
        self._ids.clear()


class Queue(Generic[T]):
    """The ids of a table's objects by time. They remain until they are taken, so they may be outdated."""

    def __init__(self, time_of: Callable[[T], float]) -> None:
        self._time_of = time_of
        self._heap: list[tuple[float, int]] = []

    def add(self, key: int, item: T) -> None:
        """Add an object."""
        heapq.heappush(self._heap, (self._time_of(item), key))

    def remove(self, key: int, item: T) -> None:
        """Remove an object."""

    def clear(self) -> None:
        """Remove all objects."""
        self._heap.clear()

    def first(self, items: Mapping[int, T]) -> T | None:
        """Return the first object, and of several at the same time the one with the lowest id."""
        while self._heap:
            when, key = self._heap[0]
            item = items.get(key)
            if item is not None and self._time_of(item) == when:
                return item
            heapq.heappop(self._heap)
        return None


class AnyTable(Protocol):
    """A table of any objects."""

    def __iter__(self) -> Iterator[int]: ...
    def get(self, key: int, /) -> object: ...
    def load(self, content: Content) -> None: ...
    def update(self, content: Content) -> None: ...
    def replace(self, content: Content) -> None: ...
    def discard(self, key: int) -> None: ...


class Table(Mapping[int, T]):
    """Immutable objects, in the order of their ids. To change one is to put another in its place, which is recorded."""

    def __init__(
        self,
        changes: Changes,
        name: str,
        source: Callable[[Content], Mapping[int, T]],
        indexes: Collection[AnyIndex[T]] = (),
    ) -> None:
        """Create an empty table.

        Args:
            changes: Where to record changes.
            name: The table's name there.
            source: A function that returns the table's objects from all objects of an account.
            indexes: The indexes of the objects.
        """
        self._changes = changes
        self.name = name
        self._source = source
        self._indexes = indexes
        self._items: dict[int, T] = {}

    def __getitem__(self, key: int) -> T:
        return self._items[key]

    def __iter__(self) -> Iterator[int]:
        return iter(self._items)

    def __len__(self) -> int:
        return len(self._items)

    # The views that `Mapping` provides look up each object.
    def values(self) -> ValuesView[T]:
        """Return the objects."""
        return self._items.values()

    def items(self) -> ItemsView[int, T]:
        """Return the ids and objects."""
        return self._items.items()

    def copy(self) -> dict[int, T]:
        """Return the objects by id."""
        return dict(self._items)

    def put(self, item: T) -> T:
        """Add an object, or replace the one with the same id. Return it."""
        self._change(item.id, item)
        return item

    def remove(self, key: int) -> None:
        """Remove an object."""
        self._change(key, None)

    def replace(self, content: Content) -> None:
        """Replace all objects."""
        items = self._source(content)
        for key in [key for key in self._items if key not in items]:
            self.remove(key)
        for key, item in items.items():
            if item != self._items.get(key):
                self.put(item)

    def load(self, content: Content) -> None:
        """Start over with objects that were read, and new indexes: an interrupt may have left them incomplete."""
        self._items = {}
        for index in self._indexes:
            index.clear()
        self.update(content)

    def update(self, content: Content) -> None:
        """Put objects that were read. Not recorded as a change."""
        for key, item in self._source(content).items():
            self._put(key, item)

    def discard(self, key: int) -> None:
        """Remove an object that no longer exists, if it is here. Not recorded as a change."""
        self._put(key, None)

    def _change(self, key: int, item: T | None) -> None:
        if (self.name, key) not in self._changes:
            self._changes[self.name, key] = partial(self._put, key, self._items.get(key))
        self._put(key, item)

    def _put(self, key: int, item: T | None) -> None:
        old = self._items.get(key)
        if old is not None:
            for index in self._indexes:
                index.remove(key, old)
        if item is None:
            self._items.pop(key, None)
            return
        is_last = old is not None or key > next(reversed(self._items), 0)
        self._items[key] = item
        if not is_last:
            self._items = dict(sorted(self._items.items()))
        for index in self._indexes:
            index.add(key, item)
