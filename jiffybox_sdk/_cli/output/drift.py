"""Unknown fields and values in responses, reported once at the end of a run and without values."""

import logging
from collections import Counter
from collections.abc import Generator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from jiffybox_sdk import __version__
from jiffybox_sdk._cli.output.text import write_error
from jiffybox_sdk._common.drift_entry import Place, places
from jiffybox_sdk._common.texts import printable

if TYPE_CHECKING:
    from jiffybox_sdk.drift import Drift

MAX_LINES = 10
"""The maximum number of places listed. Any others are only counted."""

_log = logging.getLogger("jiffybox_sdk")


def lines(counts: Counter[Place]) -> list[str]:
    """Return a line for each place."""
    lines = [
        f"{model} {pointer or 'itself'}: {description}{f', {count} times' if count > 1 else ''}"
        for (model, pointer, description), count in counts.items()
    ]
    if len(lines) > MAX_LINES:
        lines[MAX_LINES:] = [f"and {len(lines) - MAX_LINES} more"]
    return [f"  {printable(line)}" for line in lines]


@contextmanager
def reported_at_the_end(report: "Drift") -> Generator[None]:
    """Report drift when the context exits, instead of logging it as it occurs."""
    _log.addFilter(_is_not_drift)
    try:
        yield
    finally:
        _log.removeFilter(_is_not_drift)
        if drift := lines(places(report.entries)):
            write_error(
                f"jiffybox: the service sent data unknown to version {__version__}; please upgrade, or report it:\n"
                + "\n".join(drift)
            )


def _is_not_drift(record: logging.LogRecord) -> bool:
    return not hasattr(record, "drift")
