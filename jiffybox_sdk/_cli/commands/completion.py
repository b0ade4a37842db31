"""`jiffybox completion`: what makes a shell complete commands, options, and names of boxes."""

import click

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
    """Print what makes a shell complete.

    Commands, options, and the names of boxes, plans, distributions, contact groups and checks.
    """
    from click.shell_completion import get_completion_class

    found = get_completion_class(shell)
    if found:
        click.echo(found(context.find_root().command, {}, "jiffybox", "_JIFFYBOX_COMPLETE").source())
