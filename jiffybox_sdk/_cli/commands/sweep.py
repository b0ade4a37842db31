"""`jiffybox sweep`."""

import importlib
import sys
from collections.abc import Callable
from pathlib import Path

import click

from jiffybox_sdk._cli.complete import complete_files
from jiffybox_sdk._cli.errors import ExitCode
from jiffybox_sdk._cli.options import Command, examples
from jiffybox_sdk._cli.output.text import write
from jiffybox_sdk._cli.progress import run_progress
from jiffybox_sdk._common.texts import printable_lines
from jiffybox_sdk.emulator import Emulator
from jiffybox_sdk.exceptions import JiffyArgumentException


@examples("jiffybox sweep deploy.py:deploy", "jiffybox sweep deploy.py:deploy --depth 2 --jobs 2 --seed account.json")
@click.command("sweep", cls=Command)
@click.argument("program", metavar="FILE:FUNCTION")
@click.option("--depth", type=click.IntRange(1, 2), default=1, show_default=True, help="2 for pairs of faults, too.")
@click.option("--most", type=click.IntRange(1), default=2000, show_default=True, help="Maximum number of pairs.")
@click.option("--choice", type=click.IntRange(0), default=0, show_default=True, help="Which pairs, as a number.")
@click.option("--repeatable", is_flag=True, help="Whether the program must be repeatable after it has failed.")
@click.option("--jobs", type=click.IntRange(1), default=1, show_default=True, help="Number of processes.")
@click.option("--seed", metavar="FILE", shell_complete=complete_files, help="Initial content of the account, as JSON.")
def sweep(program: str, depth: int, most: int, choice: int, repeatable: bool, jobs: int, seed: str | None) -> None:  # noqa: FBT001 (a parameter of the command line)
    """Run a program under each fault at each of its calls.

    FUNCTION takes a client for an emulated account. The program fails if it returns although the account differs from
    that of a run without faults. Exit code 1 if it fails.
    """
    function = _load(program)
    emulator = Emulator(seed=seed)
    with run_progress() as progress:
        result = emulator.sweep(
            function, depth=depth, most=most, choice=choice, repeatable=repeatable, jobs=jobs, progress=progress
        )
    write(f"{printable_lines(str(result))}\n")
    if result.failures:
        raise click.exceptions.Exit(ExitCode.REFUSED)


def _load(program: str) -> Callable[..., object]:
    file, _, name = program.rpartition(":")
    path = Path(file)
    if not file or not name.isidentifier() or path.suffix != ".py" or not path.stem.isidentifier():
        raise JiffyArgumentException(f"invalid program {program!r}: expected FILE:FUNCTION, such as deploy.py:deploy")
    if not path.is_file():
        raise JiffyArgumentException(f"invalid program {program!r}: there is no file {file!r}")
    # As `python FILE` does, so that further processes find it as well.
    sys.path.insert(0, str(path.parent.resolve()))
    try:
        module = importlib.import_module(path.stem)
    except Exception as error:  # whatever the user's file raises
        raise JiffyArgumentException(f"can't import {file!r}: {type(error).__name__}: {error}") from error
    if not module.__file__ or not path.samefile(module.__file__):
        raise JiffyArgumentException(f"can't import {file!r}: there is another module {path.stem}: rename the file")
    function: object = getattr(module, name, None)
    if not callable(function):
        raise JiffyArgumentException(f"invalid program {program!r}: there is no function {name} in {file!r}")
    return function
