"""`jiffybox contact-group`: people who are notified when a check fails."""

from typing import Unpack

import click

import jiffybox_sdk as sdk  # loads nothing else until a name is used
from jiffybox_sdk._cli.complete import complete_groups
from jiffybox_sdk._cli.options import Group, examples
from jiffybox_sdk._cli.progress import WaitOptions, should_wait, wait_for, wait_options
from jiffybox_sdk._cli.resolve import group_id
from jiffybox_sdk._cli.session import Session, pass_session

_group_argument = click.argument("group", shell_complete=complete_groups)
_name_option = click.option("--name", help="New name. Defaults to the current one.")
_contact_option = click.option(
    "--contact", "contacts", metavar="EMAIL", multiple=True, help="Address, replacing the current ones. Repeatable."
)


@examples("jiffybox contact-group list", "jiffybox contact-group create admins admin@example.org --wait")
@click.group("contact-group", cls=Group)
def contact_group_group() -> None:
    """Manage contact groups, which are notified when a check fails. GROUP is the number or name of a group."""


@examples("jiffybox contact-group list")
@contact_group_group.command("list")
@pass_session
def list_contact_groups(session: Session) -> None:
    """List all contact groups. GET contactGroups."""
    session.show(session.tables.contact_groups, session.client.contact_groups())


@examples("jiffybox contact-group show admins")
@contact_group_group.command("show")
@_group_argument
@pass_session
def show_contact_group(session: Session, group: str) -> None:
    """Show a contact group. GET contactGroups/<id>."""
    record = session.client.contact_group(group_id(session, group))
    session.show(session.tables.contact_groups, [record], all_columns=True)


@examples("jiffybox contact-group create admins admin@example.org night@example.org")
@contact_group_group.command("create")
@click.argument("name")
@click.argument("contacts", metavar="EMAIL...", nargs=-1, required=True)
@wait_options()
@pass_session
def create_contact_group(
    session: Session, name: str, contacts: tuple[str, ...], **options: Unpack[WaitOptions]
) -> None:
    """Create a contact group with 1 to 10 addresses. POST contactGroups."""
    session.check_output(session.tables.contact_groups)
    _show(session, session.client.create_contact_group(name, contacts), options)


@examples("jiffybox contact-group duplicate admins --name admins2")
@contact_group_group.command("duplicate")
@_group_argument
@_name_option
@_contact_option
@wait_options()
@pass_session
def duplicate_contact_group(
    session: Session, group: str, name: str | None, contacts: tuple[str, ...], **options: Unpack[WaitOptions]
) -> None:
    """Create a copy of a contact group. POST contactGroups/<id>."""
    session.check_output(session.tables.contact_groups)
    operation = sdk.operations.duplicate_contact_group(group_id(session, group), name, contacts or None)
    _show(session, session.client.send(operation), options)


@examples("jiffybox contact-group change admins --contact admin@example.org --contact night@example.org")
@contact_group_group.command("change")
@_group_argument
@_name_option
@_contact_option
@wait_options()
@pass_session
def change_contact_group(
    session: Session, group: str, name: str | None, contacts: tuple[str, ...], **options: Unpack[WaitOptions]
) -> None:
    """Change a contact group. PUT contactGroups/<id>."""
    session.check_output(session.tables.contact_groups)
    operation = sdk.operations.change_contact_group(group_id(session, group), name, contacts or None)
    _show(session, session.client.send(operation), options)


@examples("jiffybox contact-group delete admins --yes --wait")
@contact_group_group.command("delete")
@_group_argument
@wait_options()
@pass_session
def delete_contact_group(session: Session, group: str, **options: Unpack[WaitOptions]) -> None:
    """Delete a contact group. DELETE contactGroups/<id>. Asks for confirmation."""
    session.before_asking("deleting a contact group")
    number = group_id(session, group)
    record = session.client.contact_group(number) if session.asks or should_wait(session, options) else None
    if record:
        session.confirm(f"Delete the contact group {record.name} ({number})?")
    session.finish(sdk.operations.delete_contact_group(number), f"Contact group {number} is being deleted.")
    if record and should_wait(session, options):
        wait_for(session, record, options, record.wait_until_deleted)


def _show(session: Session, group: "sdk.ContactGroup", options: WaitOptions) -> None:
    if options["wait"]:
        group = wait_for(session, group, options, group.wait_until_ready)
    session.show(session.tables.contact_groups, [group])
