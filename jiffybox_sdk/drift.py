"""Drift: unknown fields and values in the service's responses, counted by place.

Validators flag a response with drift. Only then is it searched, by the walk that also serves `validation.check`.
"""

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable
from dataclasses import replace
from threading import RLock

from pydantic_core import from_json

from jiffybox_sdk._common import redaction
from jiffybox_sdk._common.arguments import shown
from jiffybox_sdk._common.drift_entry import DriftEntry
from jiffybox_sdk._common.process import PerProcess
from jiffybox_sdk.exceptions import JiffyArgumentException, JiffyAttributeException
from jiffybox_sdk.models._fields import Name
from jiffybox_sdk.models._reader import reader, type_name

MOST_ENTRIES = 1000
"""The maximum number of different entries for one payload, which can hold any number of new names."""

_NAME = r"[\w\-./:@#~$ ]{1,64}"
_KEY = r"[0-9]+|[0-9A-Fa-f]{16,}"


class Drift:
    """A report on unknown fields and values, and on numbers and booleans sent as text. Threads can share it.

    Each client has one as its attribute `drift`. Use your own to check payloads with `check`.
    """

    def __init__(self, max_entries: int = 1000) -> None:
        """Create an empty report.

        Args:
            max_entries: The maximum number of different entries. Further ones are only counted, in `left_out`.
        """
        self._max_entries = max_entries
        self._lock = PerProcess(RLock)  # reentrant, since a signal handler may interrupt it to make a call
        self._entries: dict[tuple[str, str, str], DriftEntry] = {}
        self._left_out = 0

    @property
    def entries(self) -> tuple[DriftEntry, ...]:
        """The entries, in order of their first occurrence."""
        with self._lock.get():
            return tuple(self._entries.values())

    @property
    def counts(self) -> dict[str, int]:
        """The number of occurrences by rule."""
        counts = Counter[str]()
        for entry in self.entries:
            counts[entry.rule] += entry.count
        return dict(counts)

    @property
    def left_out(self) -> int:
        """The number of occurrences beyond the maximum number of entries."""
        return self._left_out

    def __len__(self) -> int:
        return len(self._entries)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} with {len(self)} entries>"

    def __getstate__(self) -> tuple[int, tuple[DriftEntry, ...], int]:
        return self._max_entries, self.entries, self._left_out

    def __setstate__(self, state: tuple[int, tuple[DriftEntry, ...], int]) -> None:
        max_entries, entries, left_out = state
        Drift.__init__(self, max_entries)
        self.add(entries)
        self._left_out = left_out

    def clear(self) -> None:
        """Remove all entries."""
        with self._lock.get():
            self._entries.clear()
            self._left_out = 0

    def add(self, entries: Iterable[DriftEntry]) -> tuple[DriftEntry, ...]:
        """Add entries, such as those from another report, and return those that are new in this one."""
        new: list[DriftEntry] = []
        with self._lock.get():
            for entry in entries:
                key = entry.model, entry.pointer, entry.rule
                known = self._entries.get(key)
                if known:
                    self._entries[key] = replace(known, count=known.count + entry.count)
                elif len(self._entries) < self._max_entries:
                    self._entries[key] = entry
                    new.append(entry)
                else:
                    self._left_out += entry.count
        return tuple(new)

    def check(self, payload: object, as_type: str | type[object]) -> tuple[DriftEntry, ...]:
        """Check a payload for unknown fields and values and add any found to this report.

        Args:
            payload: JSON as bytes or a string, or the equivalent Python objects, with or without the service's
                envelope.
            as_type: A model (`Box`), a map of models (`dict[str, Box]`), or the name of a kind, as for `validate`.

        Returns:
            The entries for this payload, whether or not they are new in this report.

        Raises:
            JiffyAttributeException: If the payload does not match its schema. Its entries are added anyway.
            JiffyArgumentException: If the type or the kind is unknown.
        """
        if isinstance(as_type, str):
            from jiffybox_sdk.models._kinds import MODELS  # noqa: PLC0415 (it loads all models)

            if as_type not in MODELS:
                kinds = ", ".join(MODELS)
                raise JiffyArgumentException(f"unknown kind {shown(as_type)}: expected a model, or one of {kinds}")
            as_type = MODELS[as_type]
        result = reader(as_type).check_any(payload)
        if isinstance(payload, str | bytes | bytearray):
            try:
                payload = from_json(payload)
            except (ValueError, TypeError):  # TypeError for a string with an unpaired surrogate
                payload = None
        entries = entries_in(payload, as_type)
        self.add(entries)
        if isinstance(result, JiffyAttributeException):
            del payload  # it may contain passwords, which a traceback with variables would show
            raise result
        return entries


def entries_in(
    payload: object,
    as_type: type[object],
    secrets: Callable[[], Collection[str]] = tuple,
    flagged: frozenset[Name] | None = None,
) -> tuple[DriftEntry, ...]:
    """Return the entries for a payload in Python objects. Secrets are hidden, in case the service sends them back."""
    # Few responses have drift.
    from jiffybox_sdk.validation._findings import Finding, Severity  # noqa: PLC0415
    from jiffybox_sdk.validation._shapes import shape_in, shape_of  # noqa: PLC0415
    from jiffybox_sdk.validation._walk import Walk  # noqa: PLC0415

    root = type_name(as_type).replace("Async", "")  # the wire is the same for both faces
    hidden = secrets()
    counts: dict[Finding, int] = {}

    def count(finding: Finding) -> None:
        if finding.severity == Severity.WARNING and (finding in counts or len(counts) < MOST_ENTRIES):
            counts[finding] = counts.get(finding, 0) + 1

    bare = shape_of(as_type)
    shape = shape_in(bare, payload)
    result = "" if shape is bare else "/result"
    walk = Walk(count, thorough=False, step=lambda name: shown_name(name, hidden), flagged=flagged)
    walk.start(shape, payload)
    entries: list[DriftEntry] = []
    for (pointer, rule, _, expected, found, _), number in counts.items():
        inside = f"{pointer}/".startswith(f"{result}/")
        model, place = (root, pointer.removeprefix(result)) if inside else ("Envelope", pointer)
        entries.append(DriftEntry(model, place, rule, expected, found, number))
    return tuple(entries)


def shown_name(name: str, secrets: Iterable[str]) -> str:
    """Return a field's name for display, or `*` for numbers, ids, secrets, and strings that are not names."""
    is_name = re.fullmatch(_NAME, name) and not re.fullmatch(_KEY, name) and not redaction.contains(name, secrets)
    return name if is_name else "*"
