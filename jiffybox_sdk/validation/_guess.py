"""Guessing the kind of an unlabelled payload."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from math import inf
from typing import get_args

from jiffybox_sdk._common.kind_names import KindName
from jiffybox_sdk._common.type_guards import is_enveloped, is_list, is_map
from jiffybox_sdk.models._fields import Shape
from jiffybox_sdk.validation._findings import Finding, Severity, json_type
from jiffybox_sdk.validation._json_text import json_bytes, read
from jiffybox_sdk.validation._kinds import KINDS, NAMES
from jiffybox_sdk.validation._shapes import Array, Map, Object, TextOr, shape_of
from jiffybox_sdk.validation._walk import Walk


@dataclass(frozen=True, slots=True)
class Candidate:
    """A kind that a payload may be.

    Attributes:
        kind: The name of the kind, one of `KINDS`.
        known: The number of fields that belong to this kind.
        unknown: The number of fields that do not.
        errors: The number of errors in the parsed value, without those in the text itself.
    """

    kind: KindName
    known: int
    unknown: int
    errors: int

    @property
    def fits(self) -> bool:
        """Whether there are no errors."""
        return not self.errors

    @property
    def evidence(self) -> int:
        """The number of known fields minus the numbers of unknown fields and errors."""
        return self.known - self.unknown - self.errors

    @property
    def reasons(self) -> tuple[str, ...]:
        """Human-readable arguments for and against this kind."""
        reasons = [
            "nothing is missing or of another type" if self.fits else _count(self.errors, "error"),
            _count(self.known, "known field") if self.known else "",
            _count(self.unknown, "unknown field") if self.unknown else "",
        ]
        return tuple(filter(None, reasons))


@dataclass(frozen=True, slots=True)
class Guess:
    """The result of `guess`.

    Attributes:
        kind: The name of the most likely kind, or `None` if there is none or more than one.
        reason: The reason for the choice or its absence.
        candidates: The possible kinds, those with the most evidence first. Kinds with as much evidence against as for
            them are listed only if they fit.
    """

    kind: KindName | None
    reason: str
    candidates: tuple[Candidate, ...]

    @property
    def fits_all(self) -> bool:
        """Whether the payload is valid under every candidate, and there is at least one. So is an empty map."""
        return bool(self.candidates) and all(candidate.fits for candidate in self.candidates)


def guess(payload: object) -> Guess:
    """Guess the kind of a payload. If the kind is known, pass it to `check` or `validate` instead.

    For a payload in the service's envelope, the result is the kind of the envelope's content. An envelope without
    content or with an error message is an `envelope`. Some payloads fit several kinds. An empty map, for example, may
    be any list.

    Args:
        payload: JSON as bytes or a string, or the equivalent Python objects, with or without the service's envelope.

    Raises:
        JiffyArgumentException: If JSON cannot hold the Python objects.
    """
    text = read(json_bytes(payload))
    return guess_read(text.payload) if text.readable else Guess(None, "not JSON", ())


def guess_read(payload: object) -> Guess:
    """Guess the kind of a payload that has already been parsed, so that any text is a JSON string."""
    if not is_enveloped(payload):
        return _choose(payload)
    envelope = _candidate("envelope", payload)
    if is_refusal(payload):
        return Guess("envelope", "an envelope with an error message", (envelope,))
    content = _choose(payload["result"])
    candidates = (*content.candidates, envelope)
    if not content.candidates:
        return Guess("envelope", "an envelope whose content is of no known kind", candidates)
    return Guess(content.kind, f"content of an envelope: {content.reason}", candidates)


def looks_like(payload: object, kind: KindName, findings: int) -> KindName | None:
    """Return the kind of a payload that is rather a map of this kind, or a member of such a map.

    Args:
        payload: The payload in Python objects.
        kind: This kind.
        findings: The number of findings in the payload if it is of this kind.
    """
    content = payload["result"] if is_enveloped(payload) else payload
    if is_map(content) and 2 * findings < min(len(content), 1000):
        return None  # most fields are as expected
    candidates = [_candidate(one, content, least=1) for one in _related(kind)]
    best = max(candidates, key=lambda one: one.evidence, default=None)
    if best is None or best.evidence < 1 or best.evidence <= _candidate(kind, content).evidence:
        return None
    return best.kind


@cache
def _related(kind: KindName) -> Sequence[KindName]:
    """Return the kinds that are a map of this kind, or a member of such a map."""
    this = KINDS[kind]
    return [one for one in NAMES if this in get_args(KINDS[one]) or KINDS[one] in get_args(this)]


def is_refusal(payload: object) -> bool:
    """Return whether a payload is an envelope with an error message."""
    messages = payload["messages"] if is_enveloped(payload) else None
    return is_list(messages) and any(is_map(message) and message.get("type") == "error" for message in messages)


def _candidate(kind: KindName, payload: object, *, least: float = -inf) -> Candidate:
    """Return a kind with its evidence. Counting stops when there is less evidence than the least that is wanted."""
    shape = shape_of(KINDS[kind])
    known = _known_fields(shape, payload)
    unknown = errors = 0

    def count(finding: Finding) -> None:
        nonlocal unknown, errors
        errors += finding.severity == Severity.ERROR
        unknown += finding.rule == "unknown-field"
        if known - unknown - errors < least:
            raise _UnlikelyError

    if known >= least:
        with suppress(_UnlikelyError):
            Walk(count).start(shape, payload)
    return Candidate(kind, known, unknown, errors)


class _UnlikelyError(Exception):
    """There is less evidence for a kind than wanted."""


def _known_fields(shape: Shape | None, value: object) -> int:
    """Return the number of known fields in a payload."""
    if isinstance(value, str | int | float | None):  # the quick way
        return 0
    match shape:
        case Object() if is_map(value):
            known = [_known_fields(field.shape, value[name]) for name, field in shape.fields.items() if name in value]
            others = value.keys() - shape.fields.keys() if shape.others else ()
            return len(known) + sum(known) + sum(_known_fields(shape.others, value[name]) for name in others)
        case Map() if is_map(value):
            return sum(_known_fields(shape.item, inner) for inner in value.values())
        case Array() if is_list(value):
            return sum(_known_fields(shape.item, inner) for inner in value)
        case TextOr():
            return _known_fields(shape.item, value)
        case _:
            return 0


def _choose(payload: object) -> Guess:
    candidates = (_candidate(kind, payload, least=0) for kind in NAMES)
    likely = [one for one in candidates if one.evidence > 0 or (one.fits and one.evidence == 0)]
    if not likely:
        return Guess(None, f"no kind looks like this {json_type(payload)}", ())
    likely.sort(key=lambda one: -one.evidence)
    best: list[KindName] = [one.kind for one in likely if one.evidence == likely[0].evidence]
    if len(best) > 1:
        return Guess(None, f"equally likely: {', '.join(best)}", tuple(likely))
    return Guess(best[0], "; ".join(likely[0].reasons), tuple(likely))


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
