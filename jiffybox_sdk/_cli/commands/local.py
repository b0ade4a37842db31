"""`jiffybox local`: the account of `--local`."""

from pathlib import Path

import click

from jiffybox_sdk._cli.complete import complete_files
from jiffybox_sdk._cli.config import state_file
from jiffybox_sdk._cli.options import Group, examples
from jiffybox_sdk._cli.output.text import write
from jiffybox_sdk._cli.session import Session, pass_session
from jiffybox_sdk.emulator import Emulator
from jiffybox_sdk.exceptions import JiffyArgumentException


@examples("jiffybox local path", "jiffybox local reset --yes", "jiffybox local seed account.json")
@click.group("local", cls=Group)
def local_group() -> None:
    """Manage the account of --local."""


@examples("jiffybox local path")
@local_group.command("path")
def show_path() -> None:
    """Show the path of the state file, which need not exist."""
    write(f"{state_file()}\n")


@examples("jiffybox local reset", "jiffybox local reset --yes")
@local_group.command("reset")
@pass_session
def reset(session: Session) -> None:
    """Make the account empty. Asks for confirmation."""
    _reset(session, None, "The local account is empty.")


@examples("jiffybox local seed account.json", "jiffybox local seed account.json --yes")
@local_group.command("seed")
@click.argument("file", shell_complete=complete_files)
@pass_session
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
