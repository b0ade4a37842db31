"""The journal: what was asked of the emulated service, and what it answered. The token is never in it."""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass

from pydantic import JsonValue

from jiffybox_sdk.calls import CallName
from jiffybox_sdk.emulator.faults import Fault

MOST_ENTRIES = 1000
"""How many entries are kept: the latest ones."""

MOST_BYTES = 64 * 1024
"""The largest answer whose result is kept, so that a journal stays small."""


@dataclass(frozen=True, slots=True)
class JournalEntry:
    """A request, and what came of it.

    Attributes:
        number: Which one it was since the journal began, from 1 on.
        time: When it came, in the service's time: seconds since the epoch.
        call: Which call it is; `None` when the service has no such call, or did not let it in.
        verb: The HTTP verb.
        path: The path behind the token, percent-encoded.
        body: The body as the service understood it, with secrets masked; `None` when it took none, or refused it.
        status: HTTP status of the answer.
        messages: What the service said.
        result: The result that was sent; `None` also where the answer was replaced, or larger than `MOST_BYTES`.
        fault: The fault that struck.
    """

    number: int
    time: float
    call: CallName | None
    verb: str
    path: str
    body: JsonValue
    status: int
    messages: tuple[str, ...]
    result: JsonValue
    fault: Fault | None


class Journal:
    """The latest entries, as a sequence. Not for several threads at once: the service's lock guards it."""

    def __init__(self) -> None:
        self._entries: deque[JournalEntry] = deque(maxlen=MOST_ENTRIES)
        self.count: int = 0

    def __iter__(self) -> Iterator[JournalEntry]:
        return iter(tuple(self._entries))

    def add(self, entry: JournalEntry) -> None:
        """Keeps an entry."""
        self.count += 1
        self._entries.append(entry)

    def clear(self) -> None:
        """Forgets all entries, and begins to count anew."""
        self._entries.clear()
        self.count = 0
