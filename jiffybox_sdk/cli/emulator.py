"""`jiffybox emulator`: the emulated service on a port."""

import argparse
import json
import os
from typing import TextIO

from jiffybox_sdk.emulator import TOKEN, Emulator
from jiffybox_sdk.exceptions import JiffyArgumentException


def serve(given: argparse.Namespace, out: TextIO) -> None:
    """Serves until SIGINT or SIGTERM comes.

    Args:
        given: The options.
        out: Where it is said where it listens.

    Raises:
        JiffyArgumentException: an option makes no sense, or the extra is not installed.
    """
    try:
        from jiffybox_sdk.emulator import server  # noqa: PLC0415 (loads the extra)
    except ModuleNotFoundError as error:
        raise JiffyArgumentException(
            f"the emulator's server needs {error.name}: pip install 'jiffybox-sdk[server]'"
        ) from None
    listener = server.listen(given.host, given.port)
    with listener:
        emulator = Emulator(
            given.clock, speed=given.speed, token=given.token or TOKEN, seed=given.seed, state=given.state
        )
        url = server.url_of(listener)
        server.serve(emulator, listener, control=given.control, ready=lambda: _announce(url, given, out))


def _announce(url: str, given: argparse.Namespace, out: TextIO) -> None:
    if given.json:
        out.write(json.dumps({"url": url, "pid": os.getpid()}) + "\n")
    else:
        out.write(f"The emulated JiffyBox service listens on {url}; Ctrl-C ends it.\n")
        token = "<the token that you gave>" if given.token else TOKEN
        out.write(f"  JIFFYBOX_API_URL={url} JIFFYBOX_API_KEY={token}\n")
    out.flush()
