"""Unknown fields and values in responses, reported once at the end of a run and without values."""

import logging
from collections.abc import Generator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from jiffybox_sdk import __version__
from jiffybox_sdk._cli.output.text import write_error
from jiffybox_sdk._common.drift_entry import drift_lines

if TYPE_CHECKING:
    from jiffybox_sdk.drift import Drift

_log = logging.getLogger("jiffybox_sdk")


@contextmanager
def reported_at_the_end(report: "Drift") -> Generator[None]:
    """Report drift when the context exits, instead of logging it as it occurs."""
    _log.addFilter(_is_not_drift)
    try:
        yield
    finally:
        _log.removeFilter(_is_not_drift)
        if drift := drift_lines(report.entries):
            write_error(
                f"jiffybox: the service sent data unknown to version {__version__}; please upgrade, or report it:\n"
                + "\n".join(drift)
            )


def _is_not_drift(record: logging.LogRecord) -> bool:
    return not hasattr(record, "drift")
