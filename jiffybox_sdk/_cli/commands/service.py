"""`jiffybox emulator` and `jiffybox demo`."""

import json
import os
import sys

import click

from jiffybox_sdk._cli.command import Command, examples
from jiffybox_sdk._cli.emulation import EmulatorOptions, emulator_options
from jiffybox_sdk._cli.options import current_invocation
from jiffybox_sdk._cli.output.text import write
from jiffybox_sdk._cli.session import logging_to_stderr
from jiffybox_sdk.exceptions import JiffyArgumentException


@examples("jiffybox demo")
@click.command("demo", cls=Command)
def demo() -> None:
    """Show the life of a box.

    Uses the emulated service, so it needs neither a token nor a network. Takes about 12 seconds.
    """
    from jiffybox_sdk.emulator._demo import run  # not needed by `emulator`

    run(sys.stdout)


@examples(
    "jiffybox emulator --open --speed 60",
    "jiffybox emulator --state account.db --seed initial-account.json",
    "jiffybox emulator --port 0 --json",
)
@click.command("emulator", cls=Command)
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", type=int, default=8080, show_default=True, help="Port to listen on; 0 for any free one.")
@emulator_options
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
    help="Another host name of this server, such as that of its container; * for any. Names other than loopback "
    "ones are rejected, to keep out web pages. Repeatable.",
)
@click.option("--open", "open_page", is_flag=True, help="Open the control panel in a browser.")
@click.option("--json", "as_json", is_flag=True, help="Print the address and the token as one line of JSON.")
def emulator(
    options: EmulatorOptions,
    host: str,
    port: int,
    control: bool | None,  # noqa: FBT001 (a parameter of the command line)
    allowed_hosts: tuple[str, ...],
    open_page: bool,  # noqa: FBT001
    as_json: bool,  # noqa: FBT001
) -> None:
    """Serve the emulated service on a port.

    Runs until Ctrl-C or SIGTERM. Requires the extra server: pip install 'jiffybox-sdk[server]'.
    """
    try:
        from jiffybox_sdk.emulator._server import app
    except ModuleNotFoundError as error:
        raise JiffyArgumentException(
            f"the emulator's server needs {error.name}: pip install 'jiffybox-sdk[server]'"
        ) from None
    verbose = current_invocation(click.get_current_context()).options.verbose
    with app.listen(host, port) as listener, logging_to_stderr(verbose):
        emulator = options.emulator()
        url = app.url_of(listener)
        if as_json:
            message = json.dumps({"url": url, "token": options.key, "pid": os.getpid()})
        else:
            shown_key = "" if options.token else f" JIFFYBOX_API_KEY={options.key}"
            and_key = ", and set JIFFYBOX_API_KEY to the token" if options.token else ""
            message = (
                f"export JIFFYBOX_API_URL={url}{shown_key}\n\n"
                f"The emulated JiffyBox service is ready: paste the line above into another shell{and_key}.\n"
                f"The control panel is at {url}/ for your browser. Press Ctrl-C to stop."
            )

        def ready() -> None:
            write(f"{message}\n")
            if open_page:
                import threading
                import webbrowser

                # In a thread, since a browser in the terminal keeps its caller waiting.
                threading.Thread(target=webbrowser.open, args=(f"{url}/",), daemon=True).start()

        app.serve(emulator, listener, control=control, allowed_hosts=allowed_hosts, ready=ready)
