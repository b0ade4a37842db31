"""Generate ``docs/pages/command-help.md`` from the help texts. ``--check`` fails if it is stale."""

import sys
from collections.abc import Iterator
from pathlib import Path

import click

from jiffybox_sdk._cli.app import jiffybox
from jiffybox_sdk._cli.command import Group
from jiffybox_sdk._cli.errors import ExitCode
from scripts.generated import update

PAGE = Path(__file__).parents[1] / "docs" / "pages" / "command-help.md"

HEAD = """# Commands and exit codes

The exit codes and the help texts of all commands. [The command](command.md) is the guide, and
[Exit codes](exit-codes.md) has advice for each.

## Exit codes

| | |
| --- | --- |
"""


def main() -> int:
    return update({PAGE: HEAD + "".join(codes()) + "".join(sections(jiffybox, "jiffybox"))})


def codes() -> Iterator[str]:
    source = (Path(__file__).parents[1] / "jiffybox_sdk" / "_cli" / "errors.py").read_text("utf-8")
    for code in ExitCode:
        description = source.split(f"    {code.name} = {code.value}\n")[1].split('"""')[1]
        yield f"| {code.value} | {description} |\n"


def sections(command: click.Command, path: str, parent: click.Context | None = None) -> Iterator[str]:
    """Yield a section for a command, and for each of its subcommands."""
    context = click.Context(
        command,
        info_name=path.rpartition(" ")[2],
        parent=parent,
        terminal_width=90,
        max_content_width=90,
        help_option_names=["-h", "--help"],
    )
    text = "".join(f"    {line}\n" if line else "\n" for line in command.get_help(context).splitlines())
    yield f"\n## {path}\n\n{text}"
    if isinstance(command, Group):
        for name, subcommand in command.subcommands().items():
            if command.commands[name].hidden:  # an old name
                continue
            yield from sections(subcommand, f"{path} {name}", context)


if __name__ == "__main__":
    sys.exit(main())
