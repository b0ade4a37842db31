"""`jiffybox completion`: scripts for shell completion."""

import click
from click.shell_completion import get_completion_class

from jiffybox_sdk._cli.options import Command, examples

_SHELLS = ("bash", "zsh", "fish")


@examples(
    "jiffybox completion bash > ~/.local/share/bash-completion/completions/jiffybox",
    'jiffybox completion zsh > "${fpath[1]}/_jiffybox"',
    "jiffybox completion fish > ~/.config/fish/completions/jiffybox.fish",
)
@click.command("completion", cls=Command)
@click.argument("shell", type=click.Choice(_SHELLS))
@click.pass_context
def completion(context: click.Context, shell: str) -> None:
    """Print the completion script for a shell.

    Completes commands, options, and the names of boxes, plans, distributions, contact groups and checks.
    """
    completer = get_completion_class(shell)
    if completer:
        click.echo(completer(context.find_root().command, {}, "jiffybox", "_JIFFYBOX_COMPLETE").source())
