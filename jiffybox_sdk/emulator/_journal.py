"""The journal: what was asked of the emulated service, and what it answered. The token is never in it."""

import json
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, replace

from pydantic import JsonValue, SecretStr

from jiffybox_sdk._common.operation import CallName
from jiffybox_sdk.emulator._faults import Fault

MOST_ENTRIES = 1000
"""How many entries are kept: the latest ones."""

MOST_BYTES = 64 * 1024
"""The largest answer whose result is kept, and the largest body, so that a journal stays small."""

_LONGEST_TEXT = 10_000
_MASK = "**********"
_SHORTEST_HIDDEN = 8
"""A token shorter than this is not looked for: it would be found everywhere."""


@dataclass(frozen=True, slots=True)
class JournalEntry:
    """A request, and what came of it.

    Attributes:
        number: Which one it was since the journal began, from 1 on.
        time: When it came, in the service's time: seconds since the epoch.
        call: Which call it is; `None` when the service has no such call, or did not let it in.
        verb: The HTTP verb.
        path: The path behind the token, percent-encoded.
        body: The body as the service understood it, with passwords masked; `None` when it took none, refused it, or it
            was larger than `MOST_BYTES`.
        status: HTTP status of the answer.
        messages: What the service said.
        result: The result that was sent, with passwords masked; `None` also where the answer was replaced, or larger
            than `MOST_BYTES`.
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

    def __init__(self, token: SecretStr) -> None:
        self._token = token
        self._entries: deque[JournalEntry] = deque(maxlen=MOST_ENTRIES)
        self.count: int = 0

    def __iter__(self) -> Iterator[JournalEntry]:
        return iter(tuple(self._entries))

    def add(self, entry: JournalEntry, sent: bytes) -> None:
        """Keeps an entry, without what is secret, and with long texts cut off.

        Args:
            entry: The entry.
            sent: The answer as JSON, which tells much faster than the result whether there is a secret in it.
        """
        token = json.dumps(self._token.get_secret_value())[1:-1].encode()
        secret = token in sent or b'"password"' in sent
        self.count += 1
        self._entries.append(
            replace(
                entry,
                verb=self._text(entry.verb),
                path=self._text(entry.path),
                body=self._masked(entry.body),
                messages=tuple(self._text(text) for text in entry.messages),
                result=self._masked(entry.result) if secret else entry.result,
            )
        )

    def clear(self) -> None:
        """Forgets all entries, and begins to count anew."""
        self._entries.clear()
        self.count = 0

    def _text(self, text: str) -> str:
        shown = self._without_token(text)
        return shown if len(shown) <= _LONGEST_TEXT else f"{shown[:_LONGEST_TEXT]}…"

    def _masked(self, value: JsonValue, name: str = "") -> JsonValue:
        if isinstance(value, dict):
            return {self._without_token(key): self._masked(inner, key) for key, inner in value.items()}
        if isinstance(value, list):
            return [self._masked(inner) for inner in value]
        if isinstance(value, str):
            return _MASK if value and name == "password" else self._without_token(value)
        return value

    def _without_token(self, text: str) -> str:
        token = self._token.get_secret_value()
        return text if len(token) < _SHORTEST_HIDDEN else text.replace(token, _MASK)
