"""What an unlabelled payload may be, and why."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass

from jiffybox_sdk._common.type_guards import is_enveloped, is_list, is_map
from jiffybox_sdk.validation._findings import Finding, json_type
from jiffybox_sdk.validation._json_text import read
from jiffybox_sdk.validation._kinds import KINDS
from jiffybox_sdk.validation._shapes import Listed, Mapped, Shape, Structured, TextOr, shape_of
from jiffybox_sdk.validation._walk import walk


@dataclass(frozen=True, slots=True)
class Candidate:
    """A kind that a payload may be.

    Attributes:
        kind: Its name, one of `KINDS`.
        known: How many fields are there that this kind knows.
        unknown: How many are there that it does not know.
        errors: How many errors there are in what was read. (Those of the text itself, such as a mark, are not counted.)
    """

    kind: str
    known: int
    unknown: int
    errors: int

    @property
    def fits(self) -> bool:
        """Whether nothing in the payload speaks against it."""
        return not self.errors

    @property
    def evidence(self) -> int:
        """What speaks for it less what speaks against it, each field and each error counting once."""
        return self.known - self.unknown - self.errors

    @property
    def reasons(self) -> tuple[str, ...]:
        """Why it may be this, and why not, for people."""
        told = [
            "nothing is missing or of another type" if self.fits else _count(self.errors, "error"),
            f"{_count(self.known, 'field')} of its own" if self.known else "",
            f"{_count(self.unknown, 'field')} that it does not know" if self.unknown else "",
        ]
        return tuple(reason for reason in told if reason)


@dataclass(frozen=True, slots=True)
class Guess:
    """What a payload may be.

    Attributes:
        kind: The one kind that it is most likely, by its name; `None` where that can't be told.
        reason: Why it is this one, or why none can be told.
        candidates: The kinds that it may be, those with most evidence first; none without any, but what it fits.
    """

    kind: str | None
    reason: str
    candidates: tuple[Candidate, ...]


def guess(payload: object) -> Guess:
    """Returns what a payload may be. It is a guess: where the kind is known, `check` and `validate` want to be told.

    A payload in the service's envelope is taken for what is in it; an envelope without anything in it, or with a
    refusal, for an `envelope`. Several kinds may look alike: an empty map may be a list of anything.

    Args:
        payload: JSON as bytes or text, or the Python objects that it stands for; in the service's envelope or without.
    """
    if isinstance(payload, str | bytes | bytearray):
        data = payload.encode("utf-8", "surrogatepass") if isinstance(payload, str) else bytes(payload)
        text = read(data)
        if not text.readable:
            return Guess(None, "it is no JSON", ())
        payload = text.payload
    return guess_read(payload)


def guess_read(payload: object) -> Guess:
    """Returns what a payload may be that was read already: a text among them is no JSON, but what JSON said."""
    if is_enveloped(payload):
        return _enveloped(payload)
    return _choice(_ranked(payload), payload)


def _enveloped(payload: Mapping[object, object]) -> Guess:
    envelope = _candidate("envelope", payload)
    messages = payload["messages"]
    if is_list(messages) and any(map(_is_error, messages)):
        return Guess("envelope", "it is an envelope with a refusal", (envelope,))
    inside = _choice(_ranked(payload["result"]), payload["result"])
    candidates = (*inside.candidates, envelope)
    if not inside.candidates:
        return Guess("envelope", "it is an envelope, and what is in it is none of the kinds", candidates)
    return Guess(inside.kind, f"it is an envelope, and of what is in it: {inside.reason}", candidates)


def _is_error(message: object) -> bool:
    kind = message.get("type") if is_map(message) else None
    return isinstance(kind, str) and kind == "error"


def _ranked(payload: object) -> list[Candidate]:
    found = (_candidate(kind, payload, likely=True) for kind in KINDS)
    likely = [one for one in found if one.evidence > 0 or (one.fits and one.evidence == 0)]
    return sorted(likely, key=lambda one: -one.evidence)


def _candidate(kind: str, payload: object, *, likely: bool = False) -> Candidate:
    """Returns a kind with what speaks for it; one that is not likely, when that is known, if only those are wanted."""
    shape = shape_of(KINDS[kind])
    known = sum(_known(shape, payload))
    unknown = errors = 0

    def count(finding: Finding) -> None:
        nonlocal unknown, errors
        errors += finding.severity == "error"
        unknown += finding.rule == "unknown-field"
        if likely and unknown + errors > known:
            raise _UnlikelyError

    with suppress(_UnlikelyError):
        walk(shape, payload, count)
    return Candidate(kind, known, unknown, errors)


class _UnlikelyError(Exception):
    """More speaks against a kind than for it."""


def _known(shape: Shape, value: object) -> Iterator[int]:
    """Yields how many of its fields each object in a payload has."""
    match shape:
        case Structured() if is_map(value):
            yield sum(name in value for name in shape.fields)
            for name, inner in value.items():
                if isinstance(name, str) and (field := shape.fields.get(name)):
                    yield from _known(field.shape, inner)
                elif shape.others:
                    yield from _known(shape.others, inner)
        case Mapped() if is_map(value):
            for inner in value.values():
                yield from _known(shape.item, inner)
        case Listed() if is_list(value):
            for inner in value:
                yield from _known(shape.item, inner)
        case TextOr():
            yield from _known(shape.other, value)
        case _:
            pass


def _choice(candidates: Sequence[Candidate], payload: object) -> Guess:
    if not candidates:
        return Guess(None, f"no kind looks like this {json_type(payload)}", ())
    first, *rest = candidates
    alike = [one.kind for one in rest if one.evidence == first.evidence]
    if alike:
        return Guess(None, f"it may as well be each of {', '.join([first.kind, *alike])}", tuple(candidates))
    return Guess(first.kind, "; ".join(first.reasons), tuple(candidates))


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
