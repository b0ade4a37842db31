"""`jiffybox contact-group`: people who are notified when a check fails."""

from collections.abc import Callable
from typing import TYPE_CHECKING

import click

import jiffybox_sdk as sdk  # loads nothing else until a name is used
from jiffybox_sdk._cli.changes import change
from jiffybox_sdk._cli.command import Argument
from jiffybox_sdk._cli.commands.common import add_delete, noun_group, show_ready
from jiffybox_sdk._cli.complete import complete_groups
from jiffybox_sdk._cli.progress import wait_options
from jiffybox_sdk._cli.resolve import GROUP, find, warn_about_number
from jiffybox_sdk._cli.session import Session, command

if TYPE_CHECKING:
    from jiffybox_sdk.models.responses.contact_group import ContactGroup

_group_argument = click.argument("reference", metavar="GROUP", shell_complete=complete_groups)
_name_option = click.option("--name", help="New name. Defaults to the current one.")
_contact_option = click.option(
    "--contact", "contacts", metavar="EMAIL", multiple=True, help="Address, replacing the current ones. Repeatable."
)


group = noun_group(
    GROUP,
    complete_groups,
    "admins",
    "Manage groups of contacts to notify when a check fails. GROUP is the number or name of a group.",
    finds=GROUP,
)
add_delete(group, GROUP, complete_groups, "admins", sdk.operations.delete_contact_group)


@command(
    group, "create", "jiffybox contact-group create admins admin@example.org night@example.org", table="contact groups"
)
@click.argument("name", cls=Argument, options="--name")
@click.argument("contacts", cls=Argument, options="--email --contact", metavar="EMAIL...", nargs=-1)
@wait_options()
def create_contact_group(session: Session, name: str, contacts: tuple[str, ...]) -> None:
    """Create a contact group with 1 to 10 addresses. POST contactGroups."""
    warn_about_number(session, name)
    show_ready(session, session.client.create_contact_group(name, contacts))


def _add(word: str, send: "Callable[..., sdk.Operation[ContactGroup]]", example: str, summary: str) -> None:
    """Add a command that copies or changes a contact group."""

    def send_it(session: Session, reference: str, name: str | None, contacts: tuple[str, ...]) -> None:
        operation = send(find(session, GROUP, reference), name, contacts or None)
        show_ready(session, change(session, lambda client: client.send(operation)))

    function = _group_argument(_name_option(_contact_option(wait_options()(send_it))))
    command(group, word, f"jiffybox contact-group {word} admins {example}", table="contact groups", help_=summary)(
        function
    )


_add(
    "duplicate",
    sdk.operations.duplicate_contact_group,
    "--name admins2",
    "Create a copy of a contact group. POST contactGroups/<id>.",
)
_add(
    "change",
    sdk.operations.change_contact_group,
    "--contact a@example.org --contact b@example.org",
    "Change a contact group. PUT contactGroups/<id>.",
)
