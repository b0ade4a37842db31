"""The command."""

import argparse
import os
import sys
from collections.abc import Sequence

INTERRUPTED = 130


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the command.

    Args:
        arguments: The command line without the program's name; the process's own if not given.

    Returns:
        The exit code: 0 done, 2 wrong usage, 130 ended by Ctrl-C.
    """
    parser = argparse.ArgumentParser(prog="python -m jiffybox_sdk", description="The JiffyBox SDK.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    commands.add_parser(
        "demo",
        help="show the life of a box on the emulated service: no key and no network needed, takes about 12 seconds",
    )
    parser.parse_args(arguments)

    try:
        from jiffybox_sdk.cli.demo import run  # noqa: PLC0415 (loads all of the SDK, which --help does not need)

        run(sys.stdout)
        sys.stdout.flush()
    except KeyboardInterrupt:
        print("\nended by Ctrl-C", file=sys.stderr)  # noqa: T201
        return INTERRUPTED
    except BrokenPipeError:  # `| head`: the reader has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 0
