"""The command."""

import argparse
import os
import sys
from collections.abc import Sequence

from jiffybox_sdk.exceptions import JiffyArgumentException, JiffyException

FAILED = 1
INTERRUPTED = 130


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the command.

    Args:
        arguments: The command line without the program's name; the process's own if not given.

    Returns:
        The exit code: 0 done, 1 failed, 2 wrong usage, 130 ended by Ctrl-C.
    """
    parser = argparse.ArgumentParser(prog="jiffybox", description="The JiffyBox SDK.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND", dest="command")
    commands.add_parser(
        "demo",
        help="show the life of a box on the emulated service: no key and no network needed, takes about 12 seconds",
    )
    _add_options(
        commands.add_parser(
            "emulator",
            help="serve the emulated service on a port",
            description="Serves the emulated service until Ctrl-C or SIGTERM. Needs the extra: jiffybox-sdk[server].",
        )
    )
    given = parser.parse_args(arguments)

    # Each loads what it needs, and --help needs none of it.
    try:
        if given.command == "demo":
            from jiffybox_sdk.cli.demo import run  # noqa: PLC0415

            run(sys.stdout)
            sys.stdout.flush()
        else:
            from jiffybox_sdk.cli.emulator import serve  # noqa: PLC0415

            serve(given, sys.stdout)
    except JiffyArgumentException as error:
        parser.error(str(error))
    except JiffyException as error:
        print(f"{parser.prog}: {error}", file=sys.stderr)  # noqa: T201
        return FAILED
    except KeyboardInterrupt:
        print("\nended by Ctrl-C", file=sys.stderr)  # noqa: T201
        return INTERRUPTED
    except BrokenPipeError:  # `| head`: the reader has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 0


def _add_options(emulator: argparse.ArgumentParser) -> None:
    emulator.add_argument("--host", default="127.0.0.1", help="address to listen on (127.0.0.1)")
    emulator.add_argument("--port", type=int, default=8080, help="port to listen on; 0 picks a free one (8080)")
    emulator.add_argument(
        "--clock",
        default="real",
        help="how the service's time runs: real, instant, auto, manual or never (real)",
    )
    emulator.add_argument("--speed", type=float, default=1.0, help="seconds that pass at the service in one (1)")
    emulator.add_argument("--seed", metavar="FILE", help="what the account holds at first, as JSON")
    emulator.add_argument("--state", metavar="FILE", help="keeps the account from one run to the next")
    emulator.add_argument("--token", help="the token that calls must bring; others see it in the list of processes")
    emulator.add_argument(
        "--control",
        action=argparse.BooleanOptionalAction,
        help="offer /__emulator__/ to reset, move the clock, lay down faults ... (on when only this machine listens)",
    )
    emulator.add_argument("--json", action="store_true", help="say where it listens as one line of JSON")
