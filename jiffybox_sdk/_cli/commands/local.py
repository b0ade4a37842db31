"""`jiffybox local`: the account of `--local`."""

from pathlib import Path

import click

from jiffybox_sdk._cli.command import Group
from jiffybox_sdk._cli.complete import complete_files
from jiffybox_sdk._cli.config import state_file
from jiffybox_sdk._cli.output.text import write
from jiffybox_sdk._cli.session import Session, command
from jiffybox_sdk.emulator import Emulator
from jiffybox_sdk.exceptions import JiffyArgumentException

local_group = Group(
    "local",
    *("jiffybox local path", "jiffybox local reset --yes", "jiffybox local seed account.json"),
    help="Manage the account of --local.",
)


@command(local_group, "path", "jiffybox local path")
def show_path(_session: Session) -> None:
    """Show the path of the state file, which need not exist."""
    write(f"{state_file()}\n")


@command(local_group, "reset", "jiffybox local reset", "jiffybox local reset --yes")
def reset(session: Session) -> None:
    """Make the account empty. Asks for confirmation."""
    _reset(session, None, "The local account is empty.")


@command(local_group, "seed", "jiffybox local seed account.json", "jiffybox local seed account.json --yes")
@click.argument("file", shell_complete=complete_files)
def seed(session: Session, file: str) -> None:
    """Replace the account with a seed, as for `jiffybox emulator --seed`. Asks for confirmation."""
    _reset(session, file, f"The local account has the content of {file}.")


def _reset(session: Session, file: str | None, message: str) -> None:
    session.reject_dry_run()
    Emulator(seed=file)  # an invalid one is reported before the question
    session.before_asking("replacing the local account")
    session.confirm("Delete all objects of the local account?")
    path = state_file(create=True)
    try:
        emulator = Emulator("real", state=path)
    except JiffyArgumentException as error:
        if "has locked it" in str(error):
            raise
        for suffix in ("", "-wal", "-shm"):  # a broken file is replaced
            Path(f"{path}{suffix}").unlink(missing_ok=True)
        emulator = Emulator("real", state=path)
    with emulator:
        emulator.reset(file)
    session.say(message)
