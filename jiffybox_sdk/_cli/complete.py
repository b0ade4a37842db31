"""`jiffybox completion`, and the completion of names. Errors are ignored, since messages would disturb the prompt."""

import os
import re
import shlex
from collections import Counter
from collections.abc import Callable, Iterable

import click
from click.shell_completion import CompletionItem, get_completion_class

import jiffybox_sdk as sdk  # loads nothing else until a name is used
from jiffybox_sdk._cli.command import Command, examples
from jiffybox_sdk._cli.options import current_invocation
from jiffybox_sdk._cli.session import Session
from jiffybox_sdk._common.texts import printable

Completer = Callable[[click.Context, click.Parameter, str], list[CompletionItem]]

_SAFE_NAME = re.compile(r"(?!-)(?![0-9]+$)[\w.-]+")
"""A name that no shell splits or expands and that cannot be mistaken for a number or an option."""


def _completer(list_all: "Callable[[sdk.JiffyBox], Iterable[tuple[str, str, str]]]") -> Completer:
    """Return a completer for the names of the service's objects."""

    def complete(context: click.Context, _parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
        try:
            with Session(current_invocation(context)).completion_client() as client:
                objects = list(list_all(client))
        except (Exception, SystemExit):  # noqa: BLE001 (see the docstring of the module)
            return []
        count = Counter(name for _, name, _ in objects)
        items = [
            CompletionItem(name, help=printable(description))
            if count[name] == 1 and _SAFE_NAME.fullmatch(name)
            else CompletionItem(number, help=printable(f"{name}, {description}"))
            for number, name, description in objects
        ]
        spaced = [
            CompletionItem(_quoted(name), help=printable(description))
            for _, name, description in objects
            if incomplete and name.startswith(incomplete) and " " in name
            if _SAFE_NAME.fullmatch(name.replace(" ", "_"))
        ]
        return [item for item in items if str(item.value).startswith(incomplete)] + spaced

    return complete


def _quoted(name: str) -> str:
    """Return a name for bash with its spaces quoted, unless it is in quotes. Other shells quote what they insert."""
    try:
        shlex.split(os.environ["COMP_WORDS"])
    except ValueError:  # no closing quotation
        return name
    in_bash = os.environ["_JIFFYBOX_COMPLETE"].startswith("bash")
    return name.replace(" ", r"\\ ") if in_bash else name  # bash's function removes one of the backslashes


def complete_files(_context: click.Context, _parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Leave file name completion to the shell."""
    return [CompletionItem(incomplete, type="file")]


def complete_schemas(_context: click.Context, _parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Return the matching schema names."""
    return [
        CompletionItem(name, help=str(sdk.schemas.load(name)["title"]))
        for name in sdk.schemas.names()
        if name.startswith(incomplete)
    ]


def complete_statuses(_context: click.Context, _parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Return the matching states of a box."""
    return [CompletionItem(name) for name in (*sdk.BoxStatus, "gone") if name.lower().startswith(incomplete.lower())]


complete_boxes = _completer(lambda client: [(str(box.id), box.name, box.status) for box in client.boxes()])
complete_plans = _completer(lambda client: [(str(plan.id), plan.name, f"{plan.ramInMB} MB") for plan in client.plans()])
complete_distributions = _completer(
    lambda client: [(distribution.id, distribution.id, distribution.name) for distribution in client.distributions()]
)
complete_groups = _completer(
    lambda client: [(str(group.id), group.name, group.status) for group in client.contact_groups()]
)
complete_checks = _completer(lambda client: [(str(check.id), check.name, check.checkType) for check in client.checks()])
complete_floating_ips = _completer(
    lambda client: [(ip.ip, ip.ip, f"box {ip.box_id}") for ip in client.ips() if ip.floating]
)


@examples(
    "source <(jiffybox completion bash)",
    "jiffybox completion bash > ~/.local/share/bash-completion/completions/jiffybox",
    'jiffybox completion zsh > "${fpath[1]}/_jiffybox"',
    "jiffybox completion fish > ~/.config/fish/completions/jiffybox.fish",
)
@click.command("completion", cls=Command)
@click.argument("shell", type=click.Choice(("bash", "zsh", "fish")))
@click.pass_context
def completion(context: click.Context, shell: str) -> None:
    """Print the completion script for a shell.

    Completes commands, options, and the names of boxes, plans, distributions, contact groups and checks.
    """
    completer = get_completion_class(shell)
    if completer:
        click.echo(completer(context.find_root().command, {}, "jiffybox", "_JIFFYBOX_COMPLETE").source())
