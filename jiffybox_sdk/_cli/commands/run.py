"""`jiffybox run`."""

import tempfile
from collections.abc import Sequence
from pathlib import Path

import click

from jiffybox_sdk._cli.command import Command, examples
from jiffybox_sdk._cli.emulation import EmulatorOptions, emulator_options
from jiffybox_sdk._cli.options import current_invocation
from jiffybox_sdk._cli.output.text import write_error
from jiffybox_sdk._cli.session import logging_to_stderr
from jiffybox_sdk._common.texts import printable_lines
from jiffybox_sdk.emulator._server.program import Program, environment, requests_made
from jiffybox_sdk.exceptions import JiffyArgumentException


@examples(
    "jiffybox run -- perl old.pl",
    "jiffybox run --seed account.json --speed 60 -- python old.py web",
    "jiffybox run --lenient -- sh -c 'curl https://api.jiffybox.de/$TOKEN/v1.0/jiffyBoxes'",
)
@click.command("run", cls=Command, context_settings={"allow_interspersed_args": False})
@emulator_options
@click.option("--quiet", is_flag=True, help="Do not list the requests at the end.")
@click.argument("command", nargs=-1, required=True, type=click.UNPROCESSED, metavar="COMMAND [ARGS]...")
def run(options: EmulatorOptions, command: Sequence[str], quiet: bool) -> None:  # noqa: FBT001 (as on the command line)
    """Run a program with the emulated service in place of api.jiffybox.de.

    For programs that have this host built in: environment variables make them use a proxy that answers for the host,
    with a certificate made for this run, and connects to no other. Any token is accepted unless --token is given. Ends
    with the exit code of the program, after listing its requests on standard error.

    Requires the extra run: pip install 'jiffybox-sdk[run]'.
    """
    try:
        from jiffybox_sdk.emulator._server.proxy import HOST, proxy
    except ModuleNotFoundError as error:
        raise JiffyArgumentException(f"`jiffybox run` needs {error.name}: pip install 'jiffybox-sdk[run]'") from None

    def notify(message: str) -> None:
        write_error(f"jiffybox: {printable_lines(message)}")

    program, token = Program(command), None if options.token else options.key
    verbose = current_invocation(click.get_current_context()).options.verbose
    with (
        logging_to_stderr(verbose),
        options.emulator() as emulator,
        program.signals(),
        tempfile.TemporaryDirectory(prefix="jiffybox-") as folder,
        proxy(emulator, Path(folder), token=token, notify=notify) as (url, authority),
    ):
        try:
            code = program.run(environment(url, authority, options.key, chosen=bool(options.token)))
        except OSError as error:
            notify(f"can't run {command[0]!r}: {error.strerror or error}")
            code, quiet = 127 if isinstance(error, FileNotFoundError) else 126, True
    if not quiet:
        notify(requests_made(emulator.journal(), HOST))
    raise click.exceptions.Exit(code)
