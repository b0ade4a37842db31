"""Completion: the names that a shell can complete."""

from collections import Counter
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

import click
from click.shell_completion import CompletionItem

from jiffybox_sdk._cli.options import given
from jiffybox_sdk._cli.output.text import printable
from jiffybox_sdk._cli.session import Session

if TYPE_CHECKING:
    from jiffybox_sdk import JiffyBox

Completion = Callable[[click.Context, click.Parameter, str], list[CompletionItem]]


def _complete(
    find: "Callable[[JiffyBox], Iterable[tuple[str, str, str]]]",
) -> Completion:
    """Returns what completes a word with names at the service.

    Args:
        find: Gives number, name and a word of help for each thing.
    """

    def complete(context: click.Context, _parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
        try:
            session = Session(given(context))
            session.options.dry_run = False
            with session.hasty_client() as client:
                found = list(find(client))
        except (Exception, SystemExit):  # noqa: BLE001 (a shell that completes has no place for messages)
            return []
        times = Counter(name for _, name, _ in found)
        items = [
            CompletionItem(name, help=printable(words))
            if times[name] == 1 and _is_plain(name)
            else CompletionItem(number, help=printable(f"{name}, {words}"))
            for number, name, words in found
        ]
        return [item for item in items if str(item.value).startswith(incomplete)]

    return complete


def _is_plain(name: str) -> bool:
    """Whether a name can be offered as it is: no shell splits or expands it, and it is not taken for a number."""
    return (
        bool(name)
        and all(c.isalnum() or c in "_.-" for c in name)
        and not name.startswith("-")
        and not (name.isascii() and name.isdigit())
    )


def complete_files(_context: click.Context, _parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Has the shell complete a word with names of files."""
    return [CompletionItem(incomplete, type="file")]


def complete_schemas(_context: click.Context, _parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Returns the names of schemas, for which no service is asked."""
    from jiffybox_sdk import schemas

    return [
        CompletionItem(name, help=str(schemas.load(name)["title"]))
        for name in schemas.names()
        if name.startswith(incomplete)
    ]


complete_boxes: Completion = _complete(lambda client: [(str(box.id), box.name, box.status) for box in client.boxes()])
complete_plans: Completion = _complete(
    lambda client: [(str(plan.id), plan.name, f"{plan.ramInMB} MB") for plan in client.plans()]
)
complete_distributions: Completion = _complete(
    lambda client: [(found.id, found.id, found.name) for found in client.distributions()]
)
complete_groups: Completion = _complete(
    lambda client: [(str(group.id), group.name, group.status) for group in client.contact_groups()]
)
complete_checks: Completion = _complete(
    lambda client: [(str(check.id), check.name, check.checkType) for check in client.checks()]
)
complete_floating_ips: Completion = _complete(
    lambda client: [(ip.ip, ip.ip, f"box {ip.box_id}") for ip in client.ips() if ip.floating]
)
