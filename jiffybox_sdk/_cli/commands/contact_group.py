"""`jiffybox contact-group`: people who are told when a check fails."""

from typing import TYPE_CHECKING, Unpack

import click

from jiffybox_sdk._cli import progress
from jiffybox_sdk._cli.complete import complete_groups
from jiffybox_sdk._cli.options import Group, examples
from jiffybox_sdk._cli.progress import Waiting, wait_options
from jiffybox_sdk._cli.resolve import group_id
from jiffybox_sdk._cli.session import Session, pass_session

if TYPE_CHECKING:
    from jiffybox_sdk import ContactGroup

_group_argument = click.argument("group", shell_complete=complete_groups)
_name_option = click.option("--name", help="Its name; that of before, if not given.")
_contact_option = click.option(
    "--contact", "contacts", metavar="EMAIL", multiple=True, help="An address; all that are given replace those before."
)


@examples("jiffybox contact-group list", "jiffybox contact-group create admins admin@example.org --wait")
@click.group("contact-group", cls=Group)
def contact_group_group() -> None:
    """Contact groups: who is told when a check fails. GROUP is the number of one, or its name."""


@examples("jiffybox contact-group list")
@contact_group_group.command("list")
@pass_session
def list_contact_groups(session: Session) -> None:
    """List all contact groups. GET contactGroups."""
    from jiffybox_sdk._cli.output import tables

    session.show(tables.CONTACT_GROUPS, map(tables.of_contact_group, session.client.contact_groups()))


@examples("jiffybox contact-group show admins")
@contact_group_group.command("show")
@_group_argument
@pass_session
def show_contact_group(session: Session, group: str) -> None:
    """Show a contact group. GET contactGroups/<id>."""
    from jiffybox_sdk._cli.output import tables

    found = session.client.contact_group(group_id(session, group))
    session.show(tables.CONTACT_GROUPS, [tables.of_contact_group(found)], whole=True)


@examples("jiffybox contact-group create admins admin@example.org night@example.org")
@contact_group_group.command("create")
@click.argument("name")
@click.argument("contacts", metavar="EMAIL...", nargs=-1, required=True)
@wait_options()
@pass_session
def create_contact_group(session: Session, name: str, contacts: tuple[str, ...], **waiting: Unpack[Waiting]) -> None:
    """Create a contact group of 1 to 10 addresses. POST contactGroups."""
    from jiffybox_sdk._cli.output import tables

    session.expect(tables.CONTACT_GROUPS)
    _follow(session, session.client.create_contact_group(name, contacts), waiting)


@examples("jiffybox contact-group duplicate admins --name admins2")
@contact_group_group.command("duplicate")
@_group_argument
@_name_option
@_contact_option
@wait_options()
@pass_session
def duplicate_contact_group(
    session: Session, group: str, name: str | None, contacts: tuple[str, ...], **waiting: Unpack[Waiting]
) -> None:
    """Make a copy of a contact group. POST contactGroups/<id>."""
    from jiffybox_sdk import ContactGroup, operations
    from jiffybox_sdk._cli.output import tables

    session.expect(tables.CONTACT_GROUPS)
    operation = operations.duplicate_contact_group(group_id(session, group), name, contacts or None)
    _follow(session, session.send(operation, ContactGroup), waiting)


@examples("jiffybox contact-group change admins --contact admin@example.org --contact night@example.org")
@contact_group_group.command("change")
@_group_argument
@_name_option
@_contact_option
@wait_options()
@pass_session
def change_contact_group(
    session: Session, group: str, name: str | None, contacts: tuple[str, ...], **waiting: Unpack[Waiting]
) -> None:
    """Change a contact group. PUT contactGroups/<id>."""
    from jiffybox_sdk import ContactGroup, operations
    from jiffybox_sdk._cli.output import tables

    session.expect(tables.CONTACT_GROUPS)
    operation = operations.change_contact_group(group_id(session, group), name, contacts or None)
    _follow(session, session.send(operation, ContactGroup), waiting)


@examples("jiffybox contact-group delete admins --yes --wait")
@contact_group_group.command("delete")
@_group_argument
@wait_options()
@pass_session
def delete_contact_group(session: Session, group: str, **waiting: Unpack[Waiting]) -> None:
    """Delete a contact group. DELETE contactGroups/<id>. Asks first."""
    from jiffybox_sdk import operations

    session.expect(None)
    session.can_ask("deleting a contact group")
    number = group_id(session, group)
    found = session.client.contact_group(number) if session.asks or progress.wanted(session, waiting) else None
    if found:
        session.confirm(f"Delete the contact group {found.name} ({number})?")
    session.done(
        session.send(operations.delete_contact_group(number), bool), f"Contact group {number} is being deleted."
    )
    if found and progress.wanted(session, waiting):
        progress.until(session, found, waiting, found.wait_until_deleted)


def _follow(session: Session, group: "ContactGroup", waiting: Waiting) -> None:
    from jiffybox_sdk._cli.output import tables

    if waiting["wait"]:
        group = progress.until(session, group, waiting, group.wait_until_ready)
    session.show(tables.CONTACT_GROUPS, [tables.of_contact_group(group)])
