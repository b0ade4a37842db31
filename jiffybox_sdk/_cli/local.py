"""The state file of `--local`."""

import os
from pathlib import Path

import platformdirs

from jiffybox_sdk.exceptions import JiffyArgumentException


def state_file(*, create: bool = False) -> Path:
    """Return the path of the state file, after creating its folder if asked to."""
    state = platformdirs.user_state_path("jiffybox", appauthor=False) / "local.db"
    try:
        if create:
            state.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        folder = os.fspath(state.parent)
        raise JiffyArgumentException(f"cannot create state folder {folder!r}: {error.strerror}") from None
    return state
