"""Drift: the unknown fields and values in a service's responses, and how often they occurred.

Validators note drift by model and field while reading a payload. The places follow from the types.
"""

import inspect
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import chain
from threading import RLock
from typing import get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic_core import from_json

from jiffybox_sdk._common import redaction
from jiffybox_sdk._common.arguments import shown
from jiffybox_sdk._common.drift_entry import DriftEntry, DriftKind
from jiffybox_sdk._common.process import PerProcess
from jiffybox_sdk.exceptions import JiffyArgumentException, JiffyAttributeException
from jiffybox_sdk.models._notes import Notes
from jiffybox_sdk.models._reader import attribute_exception, reader, type_name
from jiffybox_sdk.models.responses.envelope import Envelope


class Drift:
    """A report on unknown fields and values. Threads can share it.

    Each client has one as its attribute `drift`. Use your own to check payloads with `check`.
    """

    def __init__(self, max_entries: int = 1000) -> None:
        """Create an empty report.

        Args:
            max_entries: The maximum number of different entries. Further ones are only counted, in `left_out`.
        """
        self._max_entries = max_entries
        self._lock = PerProcess(RLock)  # reentrant, since a signal handler may interrupt it to make a call
        self._entries: dict[tuple[str, str, DriftKind, str], DriftEntry] = {}
        self._left_out = 0

    @property
    def entries(self) -> tuple[DriftEntry, ...]:
        """The entries, in order of their first occurrence."""
        with self._lock.get():
            return tuple(self._entries.values())

    @property
    def counts(self) -> dict[DriftKind, int]:
        """The number of occurrences of each kind of drift."""
        counts: dict[DriftKind, int] = {"field": 0, "state": 0, "type": 0}
        for entry in self.entries:
            counts[entry.what] += entry.count
        return counts

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
                # An unknown field is one entry for all its values. Each unknown state and type has its own.
                key = (entry.model, entry.pointer, entry.what, "" if entry.what == "field" else entry.example)
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
        notes = Notes()
        broken = _read(payload, as_type, notes)
        entries = entries_from(notes, as_type)
        self.add(entries)
        if broken:
            del payload  # it may contain passwords, which a traceback with variables would show
            raise broken
        return entries


def entries_from(
    notes: Notes | None, as_type: type[object], secrets: Callable[[], Collection[str]] = tuple
) -> tuple[DriftEntry, ...]:
    """Return the entries for the notes on a payload. Secrets are hidden, in case the service sends them back."""
    if not notes:
        return ()
    places, hidden = _places(as_type), secrets()
    entries: list[DriftEntry] = []
    for note, count in notes.counts.items():
        title, field, what, example = note
        title = "Envelope" if title.startswith("TypedEnvelope") else title
        model, place = places.get(title) or (title or type_name(as_type), "")
        example = example or notes.shapes[note]
        if redaction.contains(example, hidden):
            example = "something"
        if field is not None:
            name = "*" if redaction.contains(field, hidden) else field
            place += f"/{name.replace('~', '~0').replace('/', '~1')}"
        entries.append(DriftEntry(model, place, what, example, count))
    return tuple(entries)


_known_places: dict[object, dict[str, tuple[str, str]]] = {}


def _places(as_type: type[object]) -> dict[str, tuple[str, str]]:
    """Return the root and the pointer of each model in a type, by model name."""
    if as_type in _known_places:
        return _known_places[as_type]
    places: dict[str, tuple[str, str]] = {}
    for root in (Envelope, as_type):
        pointers: dict[str, list[str]] = {}
        for name, pointer in _models(root, ""):
            pointers.setdefault(name, []).append(pointer)
        starts_at = type_name(root).replace("Async", "")  # the wire is the same for both faces
        places |= {name: (starts_at, _one(several)) for name, several in pointers.items()}
    return _known_places.setdefault(as_type, places)


def _models(kind: object, pointer: str, above: Sequence[object] = ()) -> Iterator[tuple[str, str]]:
    """Yield the names of the models in a type, with their pointers."""
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        if kind in above:
            return
        yield kind.model_config.get("title") or kind.__name__, pointer
        for name, info in kind.model_fields.items():
            yield from _models(info.annotation, f"{pointer}/{info.alias or name}", (*above, kind))
        for base in kind.__mro__:
            yield from _models(inspect.get_annotations(base).get("__pydantic_extra__"), pointer, (*above, kind))
    elif get_origin(kind) in (dict, list):
        yield from _models(get_args(kind)[-1], f"{pointer}/*", above)
    else:
        yield from chain.from_iterable(_models(part, pointer, above) for part in get_args(kind))


def _one(pointers: Collection[str]) -> str:
    """Merge the pointers to a model, with `*` where they differ."""
    steps = [pointer.split("/") for pointer in pointers]
    if len({len(step) for step in steps}) > 1:
        return " or ".join(pointers)
    return "/".join(step[0] if len({*step}) == 1 else "*" for step in zip(*steps, strict=True))


def _read(payload: object, as_type: type[object], notes: Notes) -> JiffyAttributeException | None:
    """Collect notes on a payload and return the exception if it does not match its schema."""
    expected = reader(as_type)
    if isinstance(payload, str | bytes | bytearray):
        try:
            value: object = from_json(payload)
        except (ValueError, TypeError):  # TypeError for a string with an unpaired surrogate
            try:
                value = expected.bare.validate_json(payload)
            except ValidationError as error:
                return attribute_exception(error, type_name(as_type), payload)
    else:
        value = payload
    result = expected.check_any(value, notes)
    return result if isinstance(result, JiffyAttributeException) else None
