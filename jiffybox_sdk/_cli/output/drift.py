"""What the service sent that this version does not know: told once, at the end of a run, and without values."""

import logging
from collections import Counter
from collections.abc import Generator, Iterable
from contextlib import contextmanager
from typing import TYPE_CHECKING

from jiffybox_sdk import __version__
from jiffybox_sdk._cli.output.text import printable, tell

if TYPE_CHECKING:
    from jiffybox_sdk._common.drift_entry import DriftEntry
    from jiffybox_sdk.drift import Drift

MOST_LINES = 10
"""How many things are told of, each in a line; of what comes after them, only how many there are."""

_log = logging.getLogger("jiffybox_sdk")

Place = tuple[str, str, str]
"""The model, the pointer, and what is new there."""


def places(entries: "Iterable[DriftEntry]") -> Counter[Place]:
    """Returns how often something new was met, by its place.

    A new state is a value. The library shows it where it looks like one; here, no output has any.
    """
    counts: Counter[Place] = Counter()
    for entry in entries:
        words = {"field": f"unknown field, {entry.example}", "state": "unknown value", "type": entry.example}
        counts[entry.model, entry.pointer, words[entry.what]] += entry.count
    return counts


def lines(counts: Counter[Place]) -> list[str]:
    """Returns a line for each place, for people."""
    told = [
        f"{model} {pointer or 'itself'}: {words}{f', {count} times' if count > 1 else ''}"
        for (model, pointer, words), count in counts.items()
    ]
    if len(told) > MOST_LINES:
        told[MOST_LINES:] = [f"and {len(told) - MOST_LINES} more"]
    return [f"  {printable(line)}" for line in told]


@contextmanager
def told_in_the_end(report: "Drift") -> Generator[None]:
    """Keeps what is new out of the logs, which would tell of it amid the run, and tells of it in the end.

    Args:
        report: The client's.
    """
    _log.addFilter(_other)
    try:
        yield
    finally:
        _log.removeFilter(_other)
        if found := lines(places(report.entries)):
            tell(f"jiffybox: the service sent what version {__version__} does not know; a newer one may, or report it:")
            tell("\n".join(found))


def _other(record: logging.LogRecord) -> bool:
    """Whether a record is about something else."""
    return not hasattr(record, "drift")
