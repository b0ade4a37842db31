"""`jiffybox sweep`."""

import click

from jiffybox_sdk._cli.command import Command, examples
from jiffybox_sdk._cli.complete import complete_files
from jiffybox_sdk._cli.errors import ExitCode
from jiffybox_sdk._cli.output.text import write, write_error
from jiffybox_sdk._cli.progress import run_progress
from jiffybox_sdk._common.texts import printable_lines
from jiffybox_sdk.emulator import Emulator
from jiffybox_sdk.emulator._program_file import load_program, output
from jiffybox_sdk.emulator._sweep import Runner, sweep as run_all
from jiffybox_sdk.exceptions import JiffyArgumentException


@examples("jiffybox sweep deploy.py:deploy", "jiffybox sweep deploy.py:deploy --depth 2 --jobs 2 --seed account.json")
@click.command("sweep", cls=Command)
@click.argument("program", metavar="FILE:FUNCTION")
@click.option("--depth", type=click.IntRange(1, 2), default=1, show_default=True, help="2 to try pairs, too.")
@click.option("--most", type=click.IntRange(1), default=2000, show_default=True, help="Maximum number of pairs.")
@click.option("--choice", type=click.IntRange(0), default=0, show_default=True, help="Determines which pairs.")
@click.option("--repeatable", is_flag=True, help="After an exception, another run must succeed.")
@click.option("--jobs", type=click.IntRange(1), default=1, show_default=True, help="Number of processes.")
@click.option("--seed", metavar="FILE", shell_complete=complete_files, help="Initial content of the account, as JSON.")
def sweep(program: str, depth: int, most: int, choice: int, repeatable: bool, jobs: int, seed: str | None) -> None:  # noqa: FBT001 (a parameter of the command line)
    """Run a program under each fault at each of its calls.

    FUNCTION takes a client for an emulated account. The program fails if it returns although the account differs from
    that of a run without faults. Exit code 1 if it fails. The program's output is shown for one failure, on standard
    error.
    """
    runner = Runner(load_program(program), Emulator(seed=seed))
    try:
        with run_progress() as progress:
            result = run_all(
                runner, depth=depth, most=most, choice=choice, repeatable=repeatable, jobs=jobs, progress=progress
            )
    except JiffyArgumentException:
        _show_output("the last run")
        raise
    for history in result.failures[:1]:
        runner.run(history)  # once more, since the output is that of the last run
        _show_output("; ".join(history.events))
    write(f"{printable_lines(str(result))}\n")
    if result.failures:
        raise click.exceptions.Exit(ExitCode.REFUSED)


def _show_output(run: str) -> None:
    if text := output():
        write_error(printable_lines(f"Output of the program ({run}):\n\n{text}\n"))
