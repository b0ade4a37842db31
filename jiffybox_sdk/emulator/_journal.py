"""The journal: the latest requests and their responses, without secrets."""

import logging
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, replace

from pydantic import JsonValue, SecretStr

from jiffybox_sdk._common.operation import CallName
from jiffybox_sdk._common.redaction import MASK, contains, redact
from jiffybox_sdk.emulator._faults import Fault

MOST_ENTRIES = 1000
"""The maximum number of entries that the journal keeps."""

MOST_BYTES = 64 * 1024
"""Larger request bodies and results are left out, so that the journal stays small."""

_LONGEST_TEXT = 10_000

_log = logging.getLogger("jiffybox_sdk.emulator")


@dataclass(frozen=True, slots=True)
class JournalEntry:
    """A request and its response.

    Attributes:
        number: Serial number, which starts at 1 when the journal is cleared.
        time: The service's time at the request, in seconds since the epoch.
        call: Name of the call, or `None` if there is no such call or the token was wrong.
        verb: The HTTP verb.
        path: The path after the token, percent-encoded.
        body: The validated request body, with passwords masked, or `None` if there was none, it was invalid, or it was
            larger than `MOST_BYTES`.
        unknown: Names of parameters that the call does not have, unless the body was larger than `MOST_BYTES`. Ignored
            by a lenient emulator, and rejected by others.
        status: The HTTP status of the response.
        messages: The service's messages.
        result: The result, with passwords masked. Also `None` if a fault replaced the response or if the result was
            larger than `MOST_BYTES`.
        fault: The fault that the request triggered.
    """

    number: int
    time: float
    call: CallName | None
    verb: str
    path: str
    body: JsonValue
    unknown: tuple[str, ...]
    status: int
    messages: tuple[str, ...]
    result: JsonValue
    fault: Fault | None

    def line(self) -> str:
        """Return the request and the response in one line, without their bodies."""
        effects = sorted(self.fault.model_fields_set - {"call"}) if self.fault else []
        fault = [f"[fault: {', '.join(effects)}]"] if effects else []
        return " ".join([self.verb, self.path or "-", str(self.status), *self.messages, *fault])


class Journal:
    """The latest entries. Guarded by the service's lock."""

    def __init__(self, token: SecretStr) -> None:
        self._token = token
        self._entries: deque[JournalEntry] = deque(maxlen=MOST_ENTRIES)
        self.count: int = 0

    def __iter__(self) -> Iterator[JournalEntry]:
        return iter(tuple(self._entries))

    def add(self, entry: JournalEntry, response_body: bytes) -> None:
        """Add an entry, and log it. Secrets are masked, and long text is truncated."""
        answer = response_body.decode(errors="replace")  # faster to search than the result
        has_secret = '"password"' in answer or contains(answer, [self._token.get_secret_value()])
        self.count += 1
        masked = replace(
            entry,
            verb=self._shortened(entry.verb),
            path=self._shortened(entry.path),
            body=self._masked(entry.body),
            unknown=tuple(self._shortened(name) for name in entry.unknown),
            messages=tuple(self._shortened(text) for text in entry.messages),
            result=self._masked(entry.result) if has_secret else entry.result,
        )
        self._entries.append(masked)
        if _log.isEnabledFor(logging.DEBUG):
            _log.debug("%s", masked.line())

    def clear(self) -> None:
        """Remove all entries and restart the numbering."""
        self._entries.clear()
        self.count = 0

    def _shortened(self, text: str) -> str:
        redacted = self._redacted(text)
        return redacted if len(redacted) <= _LONGEST_TEXT else f"{redacted[:_LONGEST_TEXT]}…"

    def _masked(self, value: JsonValue, name: str = "") -> JsonValue:
        if isinstance(value, dict):
            return {self._redacted(key): self._masked(inner, key) for key, inner in value.items()}
        if isinstance(value, list):
            return [self._masked(inner) for inner in value]
        if isinstance(value, str):
            return MASK if value and name == "password" else self._redacted(value)
        return value

    def _redacted(self, text: str) -> str:
        return redact(text, [self._token.get_secret_value()])
