"""The `jiffybox` command. It requires the extra `cli`; the library never imports it."""

import atexit
import gc
import sys
from collections.abc import Sequence

from jiffybox_sdk._cli.extra import missing_extra


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command, by default with the process's arguments.

    Returns:
        An exit code from `jiffybox_sdk._cli.errors.ExitCode`.
    """
    if arguments is None:
        # Almost all objects of a short command are parts of modules, so collections find nothing, now or at the end.
        gc.set_threshold(200_000)
        atexit.register(gc.freeze)
    try:
        from jiffybox_sdk._cli.app import jiffybox
        from jiffybox_sdk._cli.errors import run
    except ModuleNotFoundError as error:
        message = missing_extra(error)
        if message is None:
            raise
        print(f"jiffybox: {message}", file=sys.stderr)  # noqa: T201
        return 2
    except KeyboardInterrupt:
        return 130
    return run(jiffybox, sys.argv[1:] if arguments is None else list(arguments))
