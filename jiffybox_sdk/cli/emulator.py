"""The emulated service on a port, as the command serves it."""

import json
import os

from jiffybox_sdk.cli.text import put
from jiffybox_sdk.emulator import TOKEN, Emulator
from jiffybox_sdk.emulator.clock import as_policy
from jiffybox_sdk.exceptions import JiffyArgumentException


def serve(
    host: str,
    port: int,
    *,
    clock: str,
    speed: float,
    seed: str | None,
    state: str | None,
    token: str | None,
    control: bool | None,
    as_json: bool,
) -> None:
    """Serves until SIGINT or SIGTERM comes, and says on standard output where it listens.

    Args:
        host: The address to listen on.
        port: The port to listen on; 0 picks a free one.
        clock: How the service's time runs.
        speed: How many seconds pass at the service in one.
        seed: A file with what the account holds at first.
        state: A file that keeps the account.
        token: The token that calls must bring; that of all emulators if not given.
        control: Whether to offer the control interface; if this machine alone can reach it, if not given.
        as_json: Whether to say where it listens as JSON.

    Raises:
        JiffyArgumentException: an option makes no sense, or the extra is not installed.
    """
    try:
        from jiffybox_sdk.emulator import server  # (loads the extra)
    except ModuleNotFoundError as error:
        raise JiffyArgumentException(
            f"the emulator's server needs {error.name}: pip install 'jiffybox-sdk[server]'"
        ) from None
    listener = server.listen(host, port)
    with listener:
        emulator = Emulator(
            as_policy(clock), speed=speed, token=TOKEN if token is None else token, seed=seed, state=state
        )
        url = server.url_of(listener)
        if as_json:
            said = json.dumps({"url": url, "pid": os.getpid()})
        else:
            shown = "<the token that you gave>" if token else TOKEN
            said = (
                f"The emulated JiffyBox service listens on {url}; Ctrl-C ends it.\n"
                f"  JIFFYBOX_API_URL={url} JIFFYBOX_API_KEY={shown}"
            )
        server.serve(emulator, listener, control=control, ready=lambda: put(f"{said}\n"))
