"""`jiffybox emulator` and `jiffybox demo`."""

import json
import os
import sys

import click

from jiffybox_sdk._cli.complete import complete_files
from jiffybox_sdk._cli.options import Command, current_invocation, examples
from jiffybox_sdk._cli.output.text import write
from jiffybox_sdk.exceptions import JiffyArgumentException


class _ServerClock(click.Choice[str]):
    """The clocks that make sense for a server: time must pass for clients in other processes."""

    def __init__(self) -> None:
        super().__init__(("real", "manual"))

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> str:
        if value in ("auto", "instant", "never"):
            self.fail(
                f"time would stand still under the clock {value!r}, which is for clients in the same process. Use real "
                "with --speed, such as --speed 100, or manual, which POST /__emulator__/clock advances.",
                param,
                ctx,
            )
        return super().convert(value, param, ctx)


@examples("jiffybox demo")
@click.command("demo", cls=Command)
def demo() -> None:
    """Show the life of a box.

    Uses the emulated service, so it needs neither a token nor a network. Takes about 12 seconds.
    """
    from jiffybox_sdk._cli.demo import run

    run(sys.stdout)


@examples(
    "jiffybox emulator --port 8080 --speed 60",
    "jiffybox emulator --state account.db --seed initial-account.json",
    "jiffybox emulator --port 0 --json",
)
@click.command("emulator", cls=Command)
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", type=int, default=8080, show_default=True, help="Port to listen on; 0 for any free one.")
@click.option("--clock", type=_ServerClock(), default="real", show_default=True, help="Clock of the service.")
@click.option(
    "--speed", type=float, default=1.0, show_default=True, help="Seconds that pass at the service per second."
)
@click.option("--seed", metavar="FILE", shell_complete=complete_files, help="Initial content of the account, as JSON.")
@click.option(
    "--state", metavar="FILE", shell_complete=complete_files, help="File to keep the account in between runs."
)
@click.option("--lenient", is_flag=True, help="Ignore unknown parameters in request bodies.  [default: refuse them]")
@click.option("--token", help="Token that clients must use. Visible to others in the process list.")
@click.option(
    "--control/--no-control",
    default=None,
    help="Whether to serve /__emulator__/, which resets the account, advances the clock and injects faults.  [default: "
    "only on a loopback address]",
)
@click.option(
    "--allow-host",
    "allowed_hosts",
    metavar="NAME",
    multiple=True,
    help="Further host name of this server, such as that of its container; * for any. Others than loopback names are "
    "rejected, to keep out web pages. May be repeated.",
)
@click.option("--json", "as_json", is_flag=True, help="Print the address and the token as one line of JSON.")
def emulator(
    host: str,
    port: int,
    clock: str,
    speed: float,
    seed: str | None,
    state: str | None,
    lenient: bool,  # noqa: FBT001 (a parameter of the command line)
    token: str | None,
    control: bool | None,  # noqa: FBT001
    allowed_hosts: tuple[str, ...],
    as_json: bool,  # noqa: FBT001
) -> None:
    """Serve the emulated service on a port.

    Runs until Ctrl-C or SIGTERM. Requires the extra server: pip install 'jiffybox-sdk[server]'.
    """
    from jiffybox_sdk._cli.session import logging_to_stderr
    from jiffybox_sdk.emulator import TOKEN, Emulator
    from jiffybox_sdk.emulator._clock import as_policy

    try:
        from jiffybox_sdk.emulator._server import app
    except ModuleNotFoundError as error:
        raise JiffyArgumentException(
            f"the emulator's server needs {error.name}: pip install 'jiffybox-sdk[server]'"
        ) from None
    key = TOKEN if token is None else token
    verbose = current_invocation(click.get_current_context()).options.verbose
    with app.listen(host, port) as listener, logging_to_stderr(verbose):
        emulator = Emulator(as_policy(clock), speed=speed, token=key, seed=seed, state=state, lenient=lenient)
        url = app.url_of(listener)
        if as_json:
            message = json.dumps({"url": url, "token": key, "pid": os.getpid()})
        else:
            shown_key = f" JIFFYBOX_API_KEY={TOKEN}" if token is None else ""
            message = (
                f"export JIFFYBOX_API_URL={url}{shown_key}\n\n"
                "The emulated JiffyBox service is ready: paste the line above into another shell to use it there.\n"
                "Press Ctrl-C to stop it."
            )
        app.serve(
            emulator,
            listener,
            control=control,
            allowed_hosts=allowed_hosts,
            ready=lambda: write(f"{message}\n"),
        )
