"""The `jiffybox` command. It needs the extra `cli`, and nothing of it is loaded by the library."""

import sys
from collections.abc import Sequence

from jiffybox_sdk._cli.extra import EXTRA


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the command.

    Args:
        arguments: The command line without the program's name; the process's own if not given.

    Returns:
        The exit code, as `jiffybox_sdk._cli.errors.ExitCode` lists them.
    """
    try:
        from jiffybox_sdk._cli.app import jiffybox
        from jiffybox_sdk._cli.errors import run
    except ModuleNotFoundError as error:
        if error.name not in EXTRA:
            raise
        print(f"jiffybox: the command needs {error.name}: pip install 'jiffybox-sdk[cli]'", file=sys.stderr)  # noqa: T201
        return 2
    except KeyboardInterrupt:
        return 130
    return run(jiffybox, sys.argv[1:] if arguments is None else list(arguments))
