"""Drift: what a service sends that the schemas do not know, by the place where it stands, and how often.

Nothing here looks at a payload. What is in one was noted by the validators while they read it (`notes.py`), by model
and field; the places follow from the types.
"""

import inspect
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import chain
from threading import Lock
from typing import get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic_core import from_json

from jiffybox_sdk._common.drift_entry import DriftEntry, DriftKind
from jiffybox_sdk._common.type_guards import is_enveloped
from jiffybox_sdk.exceptions import JiffyArgumentException, JiffyAttributeException
from jiffybox_sdk.models._notes import Notes
from jiffybox_sdk.models._reader import attribute_exception, reader, type_name
from jiffybox_sdk.models.responses.envelope import Envelope


class Drift:
    """What was met that the schemas do not know: a report that grows. Threads may share it.

    A client keeps one, as `drift`. One of your own takes payloads: see `look`.
    """

    def __init__(self, most: int = 1000) -> None:
        """Makes an empty report.

        Args:
            most: How many different entries to keep; what comes after that is only counted, in `left_out`.
        """
        self._most = most
        self._lock = Lock()
        self._entries: dict[tuple[str, str, DriftKind, str], DriftEntry] = {}
        self._left_out = 0

    @property
    def entries(self) -> tuple[DriftEntry, ...]:
        """What was met until now, in the order in which it was first met."""
        with self._lock:
            return tuple(self._entries.values())

    @property
    def counts(self) -> dict[DriftKind, int]:
        """How often each kind of drift was met."""
        counts: dict[DriftKind, int] = {"field": 0, "state": 0, "type": 0}
        for entry in self.entries:
            counts[entry.what] += entry.count
        return counts

    @property
    def left_out(self) -> int:
        """How often something was met that there was no room for."""
        return self._left_out

    def __len__(self) -> int:
        return len(self._entries)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} with {len(self)} entries>"

    def __getstate__(self) -> tuple[int, tuple[DriftEntry, ...], int]:
        return self._most, self.entries, self._left_out

    def __setstate__(self, state: tuple[int, tuple[DriftEntry, ...], int]) -> None:
        most, entries, left_out = state
        Drift.__init__(self, most)
        self.add(entries)
        self._left_out = left_out

    def clear(self) -> None:
        """Forgets everything."""
        with self._lock:
            self._entries.clear()
            self._left_out = 0

    def add(self, entries: Iterable[DriftEntry]) -> tuple[DriftEntry, ...]:
        """Adds what was met elsewhere, such as the entries of another report.

        Returns:
            Those that are new here.
        """
        new: list[DriftEntry] = []
        with self._lock:
            for entry in entries:
                # An unknown field is one thing, whatever it holds; of states and types, each is one of its own.
                key = (entry.model, entry.pointer, entry.what, "" if entry.what == "field" else entry.example)
                known = self._entries.get(key)
                if known:
                    self._entries[key] = replace(known, count=known.count + entry.count)
                elif len(self._entries) < self._most:
                    self._entries[key] = entry
                    new.append(entry)
                else:
                    self._left_out += entry.count
        return tuple(new)

    def look(self, payload: object, as_type: str | type[object]) -> tuple[DriftEntry, ...]:
        """Looks at a payload, without a client, and adds what the schemas do not know of it.

        Args:
            payload: JSON as bytes or text, or the Python objects that it stands for; in the service's envelope or
                without.
            as_type: A model (`Box`), a map of models (`dict[str, Box]`), or a kind by its name, as for `validate`.

        Returns:
            What is in this payload, whether it is new to this report or not.

        Raises:
            JiffyAttributeException: the payload breaks its schema. What was met in it all the same is added.
            JiffyArgumentException: there is no kind of that name, or `as_type` is no type.
        """
        if isinstance(as_type, str):
            as_type = _kind(as_type)
        notes = Notes()
        broken = _read(payload, as_type, notes)
        entries = found(notes, as_type)
        self.add(entries)
        if broken:
            del payload  # a traceback that shows variables must not show what may hold passwords
            raise broken
        return entries


def found(
    notes: Notes | None, as_type: type[object], secrets: Callable[[], Collection[str]] = tuple
) -> tuple[DriftEntry, ...]:
    """Returns what was noted of a payload, with the places where it stands.

    Args:
        notes: The notes; `None` where none were asked for.
        as_type: What was read.
        secrets: Gives the texts that must not be shown, should the service send them back.
    """
    if not notes:
        return ()
    places, hidden = _places(as_type), secrets()
    entries: list[DriftEntry] = []
    for note, count in notes.counts.items():
        title, field, what, example = note
        title = "Envelope" if title.startswith("TypedEnvelope") else title
        model, place = places.get(title) or (title or type_name(as_type), "")
        example = example or notes.shapes[note]
        if any(secret in example for secret in hidden):
            example = "something"
        if field is not None:
            name = "*" if any(secret in field for secret in hidden) else field
            place += f"/{name.replace('~', '~0').replace('/', '~1')}"
        entries.append(DriftEntry(model, place, what, example, count))
    return tuple(entries)


_known_places: dict[object, dict[str, tuple[str, str]]] = {}


def _places(as_type: type[object]) -> dict[str, tuple[str, str]]:
    """Returns where each model stands: by its name, the name of what its pointer starts at, and the pointer."""
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
    """Yields the models within a type by name, with pointers to them."""
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
    """Returns one pointer for a model that stands in several places, with `*` where they differ."""
    steps = [pointer.split("/") for pointer in pointers]
    if len({len(step) for step in steps}) > 1:
        return " or ".join(pointers)
    return "/".join(step[0] if len({*step}) == 1 else "*" for step in zip(*steps, strict=True))


def _kind(name: str) -> type[object]:
    # Not imported above: it loads the records, which a client may not need.
    from jiffybox_sdk.validation import KINDS  # noqa: PLC0415

    kind = KINDS.get(name)
    if kind is None:
        raise JiffyArgumentException(f"kind {name!r} is refused: give a model, or one of {', '.join(KINDS)}")
    return kind


def _read(payload: object, as_type: type[object], notes: Notes) -> JiffyAttributeException | None:
    """Reads a payload for what is noted of it, and returns what is wrong with it."""
    expected = reader(as_type)
    if isinstance(payload, str | bytes | bytearray):
        try:
            value: object = from_json(payload)
        except (ValueError, TypeError):  # a TypeError for text with half a surrogate pair
            return _not_read(payload, as_type)
    else:
        value = payload
    if as_type is not Envelope and is_enveloped(value):
        envelope = reader(Envelope).check(value, notes=notes)
        if isinstance(envelope, JiffyAttributeException):
            return envelope
        value = envelope.result
    result = expected.check(value, notes=notes)
    return result if isinstance(result, JiffyAttributeException) else None


def _not_read(payload: str | bytes | bytearray, as_type: type[object]) -> JiffyAttributeException | None:
    """Returns pydantic's word on what is no JSON."""
    try:
        reader(as_type).bare.validate_json(payload)
    except ValidationError as error:
        return attribute_exception(error, type_name(as_type), payload)
    return None
