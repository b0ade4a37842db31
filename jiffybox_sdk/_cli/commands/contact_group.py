"""`jiffybox contact-group`: people who are notified when a check fails."""

import click

import jiffybox_sdk as sdk  # loads nothing else until a name is used
from jiffybox_sdk._cli.commands.common import add_delete, noun_group
from jiffybox_sdk._cli.complete import complete_groups
from jiffybox_sdk._cli.options import examples
from jiffybox_sdk._cli.progress import wait_for, wait_options
from jiffybox_sdk._cli.resolve import GROUP, find, warn_about_number
from jiffybox_sdk._cli.session import Session, pass_session

_group_argument = click.argument("reference", metavar="GROUP", shell_complete=complete_groups)
_name_option = click.option("--name", help="New name. Defaults to the current one.")
_contact_option = click.option(
    "--contact", "contacts", metavar="EMAIL", multiple=True, help="Address, replacing the current ones. Repeatable."
)


contact_group_group = noun_group(
    GROUP,
    complete_groups,
    "admins",
    "Manage contact groups, which are notified when a check fails. GROUP is the number or name of a group.",
    finds=GROUP,
)
add_delete(contact_group_group, GROUP, complete_groups, "admins", sdk.operations.delete_contact_group)


@examples("jiffybox contact-group create admins admin@example.org night@example.org", table="contact groups")
@contact_group_group.command("create")
@click.argument("name")
@click.argument("contacts", metavar="EMAIL...", nargs=-1, required=True)
@wait_options()
@pass_session
def create_contact_group(session: Session, name: str, contacts: tuple[str, ...]) -> None:
    """Create a contact group with 1 to 10 addresses. POST contactGroups."""
    warn_about_number(session, name)
    _show(session, session.client.create_contact_group(name, contacts))


@examples("jiffybox contact-group duplicate admins --name admins2", table="contact groups")
@contact_group_group.command("duplicate")
@_group_argument
@_name_option
@_contact_option
@wait_options()
@pass_session
def duplicate_contact_group(session: Session, reference: str, name: str | None, contacts: tuple[str, ...]) -> None:
    """Create a copy of a contact group. POST contactGroups/<id>."""
    operation = sdk.operations.duplicate_contact_group(find(session, GROUP, reference), name, contacts or None)
    _show(session, session.client.send(operation))


@examples(
    "jiffybox contact-group change admins --contact admin@example.org --contact night@example.org",
    table="contact groups",
)
@contact_group_group.command("change")
@_group_argument
@_name_option
@_contact_option
@wait_options()
@pass_session
def change_contact_group(session: Session, reference: str, name: str | None, contacts: tuple[str, ...]) -> None:
    """Change a contact group. PUT contactGroups/<id>."""
    operation = sdk.operations.change_contact_group(find(session, GROUP, reference), name, contacts or None)
    _show(session, session.client.send(operation))


def _show(session: Session, group: "sdk.ContactGroup") -> None:
    if session.options.wait:
        group = wait_for(session, group, group.wait_until_ready)
    session.show([group], one=True)
