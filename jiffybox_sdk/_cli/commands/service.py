"""`jiffybox emulator` and `jiffybox demo`: the emulated service on a port, and the life of a box in a dozen seconds."""

import json
import os
import sys

import click

from jiffybox_sdk._cli.complete import complete_files
from jiffybox_sdk._cli.options import Command, examples
from jiffybox_sdk._cli.output.text import put
from jiffybox_sdk.exceptions import JiffyArgumentException

_CLOCKS = ("real", "instant", "auto", "manual", "never")


@examples("jiffybox demo")
@click.command("demo", cls=Command)
def demo() -> None:
    """Show the life of a box.

    On the emulated service: no key and no network are needed. It takes about 12 seconds.
    """
    from jiffybox_sdk._cli.demo import run

    run(sys.stdout)


@examples(
    "jiffybox emulator --port 8080 --speed 60",
    "jiffybox emulator --state account.json --seed account-at-first.json",
    "jiffybox emulator --port 0 --json",
)
@click.command("emulator", cls=Command)
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", type=int, default=8080, show_default=True, help="Port to listen on; 0 picks a free one.")
@click.option(
    "--clock", type=click.Choice(_CLOCKS), default="real", show_default=True, help="How the service's time runs."
)
@click.option(
    "--speed", type=float, default=1.0, show_default=True, help="How many seconds pass at the service in one."
)
@click.option("--seed", metavar="FILE", shell_complete=complete_files, help="What the account holds at first, as JSON.")
@click.option(
    "--state",
    metavar="FILE",
    shell_complete=complete_files,
    help="Keep the account in this file from one run to the next.",
)
@click.option("--token", help="The token that calls must bring; others see it in the list of processes.")
@click.option(
    "--control/--no-control",
    default=None,
    help="Offer /__emulator__/ to reset, move the clock, lay down faults; on when only this machine listens.",
)
@click.option("--json", "as_json", is_flag=True, help="Say where it listens as one line of JSON.")
def emulator(
    host: str,
    port: int,
    clock: str,
    speed: float,
    seed: str | None,
    state: str | None,
    token: str | None,
    control: bool | None,  # noqa: FBT001 (a parameter of the command line)
    as_json: bool,  # noqa: FBT001
) -> None:
    """Serve the emulated service on a port.

    Until Ctrl-C or SIGTERM comes. It needs the extra server: pip install 'jiffybox-sdk[server]'.
    """
    from jiffybox_sdk.emulator import TOKEN, Emulator
    from jiffybox_sdk.emulator._clock import as_policy

    try:
        from jiffybox_sdk.emulator._server import app
    except ModuleNotFoundError as error:
        raise JiffyArgumentException(
            f"the emulator's server needs {error.name}: pip install 'jiffybox-sdk[server]'"
        ) from None
    listener = app.listen(host, port)
    with listener:
        emulator = Emulator(
            as_policy(clock), speed=speed, token=TOKEN if token is None else token, seed=seed, state=state
        )
        url = app.url_of(listener)
        if as_json:
            said = json.dumps({"url": url, "pid": os.getpid()})
        else:
            shown = "<the token that you gave>" if token else TOKEN
            said = (
                f"The emulated JiffyBox service listens on {url}; Ctrl-C ends it.\n"
                f"  JIFFYBOX_API_URL={url} JIFFYBOX_API_KEY={shown}"
            )
        app.serve(emulator, listener, control=control, ready=lambda: put(f"{said}\n"))
