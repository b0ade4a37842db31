"""Open files: as many as the system permits, and a short message when they run out."""

import asyncio
import logging
import sys
from typing import Any

_ENOUGH = 10_240
"""The limit to set where the hard limit is infinite, as on macOS, which refuses more than this."""

_log = logging.getLogger("jiffybox_sdk")


def raise_limit() -> None:
    """Raise the limit on open files, which is low by default on some systems."""
    if sys.platform == "win32":  # it has no such limit
        return
    import resource  # noqa: PLC0415 (not available on Windows)

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = _ENOUGH if hard == resource.RLIM_INFINITY else hard
    if soft == resource.RLIM_INFINITY or soft >= wanted:
        return
    try:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
    except (ValueError, OSError) as error:
        _log.warning("can't raise the limit of %d open files: %s", soft, error)


class AcceptErrors:
    """An exception handler for event loops that reports only once that connections can't be accepted.

    asyncio tries again after a second, and calls its handler for each connection that it tries to accept.
    """

    def __init__(self) -> None:
        self._reported = False

    def __call__(self, loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        """Handle an exception. The signature is asyncio's."""
        if not str(context.get("message")).startswith("socket.accept() out of system resource"):
            loop.default_exception_handler(context)
        elif not self._reported:
            self._reported = True
            _log.error("too many open files: new connections must wait until others are closed; see ulimit -n")
