"""Makes ``docs/pages/command-help.md`` from the help texts: ``make generate``. ``--check`` says if it is stale."""

import sys
from collections.abc import Iterator
from pathlib import Path

import click

from jiffybox_sdk._cli.app import jiffybox
from jiffybox_sdk._cli.errors import ExitCode

PAGE = Path(__file__).parents[1] / "docs" / "pages" / "command-help.md"

HEAD = """# Commands and exit codes

What `jiffybox --help` and its commands say. This page is made by `make generate`; [the command](command.md) says how
they work together.

## Exit codes

| | |
| --- | --- |
"""


def main() -> int:
    page = HEAD + "".join(codes()) + "".join(sections(jiffybox, "jiffybox"))
    if "--check" in sys.argv[1:]:
        if PAGE.read_text("utf-8") != page:
            print("stale: docs/pages/command-help.md (run: make generate)")
            return 1
        return 0
    PAGE.write_text(page, "utf-8")
    return 0


def codes() -> Iterator[str]:
    source = (Path(__file__).parents[1] / "jiffybox_sdk" / "_cli" / "errors.py").read_text("utf-8")
    for code in ExitCode:
        words = source.split(f"    {code.name} = {code.value}\n")[1].split('"""')[1]
        yield f"| {code.value} | {words} |\n"


def sections(command: click.Command, path: str, parent: click.Context | None = None) -> Iterator[str]:
    """Yields the help of a command, and of those in it."""
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
    if isinstance(command, click.Group):
        for name, inner in command.commands.items():
            yield from sections(inner, f"{path} {name}", context)


if __name__ == "__main__":
    sys.exit(main())
