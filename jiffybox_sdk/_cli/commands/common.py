"""Commands that several groups have: to list, show and delete objects."""

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

import click

from jiffybox_sdk._cli.complete import Completer
from jiffybox_sdk._cli.options import Group, examples
from jiffybox_sdk._cli.progress import wait_for, wait_options
from jiffybox_sdk._cli.resolve import Noun, find
from jiffybox_sdk._cli.session import Session, pass_session

if TYPE_CHECKING:
    from jiffybox_sdk import Check, ContactGroup, Operation
    from jiffybox_sdk._cli.output.tables import Record
    from jiffybox_sdk._cli.resolve import Named

G = TypeVar("G", bound="Check | ContactGroup")


def noun_group(
    noun: "Noun[Record]",
    complete: Completer,
    example: str,
    help_: str,
    *,
    finds: "Noun[Named] | None" = None,
    more: str = "",
) -> Group:
    """Return a group whose commands list all objects and show one, which is looked up by what it `finds`."""
    word = noun.name.replace(" ", "-")
    group = Group(word, help=help_)
    examples(f"jiffybox {word} list", f"jiffybox {word} show {example}")(group)

    def list_objects(session: Session) -> None:
        session.show(noun.list_all(session.client))

    def show_object(session: Session, reference: str) -> None:
        record = noun.get(session.client, find(session, finds, reference) if finds else reference)
        session.show([record], one=True, whole=True)

    listing = group.command("list", help=f"List all {noun.plural}. GET {noun.path}.{more}")(pass_session(list_objects))
    examples(f"jiffybox {word} list", f"jiffybox {word} list --columns help", table=noun.plural)(listing)
    reference = click.argument("reference", metavar=(finds or noun).metavar, shell_complete=complete)
    showing = group.command("show", help=f"Show all fields. GET {noun.path}/<id>.")(
        reference(pass_session(show_object))
    )
    examples(f"jiffybox {word} show {example}", table=noun.plural)(showing)
    return group


def show_ready(session: Session, record: "Check | ContactGroup") -> None:
    """Show a new or changed record, after waiting for it if requested."""
    wait: Callable[..., Check | ContactGroup] = record.wait_until_ready
    session.show([wait_for(session, record, wait) if session.options.wait else record], one=True)


def add_delete(
    group: Group, noun: Noun[G], complete: Completer, example: str, delete: "Callable[[int], Operation[bool]]"
) -> None:
    """Add the command that deletes an object after confirmation."""

    def delete_object(session: Session, reference: str) -> None:
        session.before_asking(f"deleting a {noun.name}")
        number = find(session, noun, reference)
        record = noun.get(session.client, number) if session.asks or session.waits else None
        if record:
            session.confirm(f"Delete the {noun.name} {record.name} ({number})?")
        session.finish(delete(number), f"{noun.name.capitalize()} {number} is being deleted.")
        if record and session.waits:
            wait_for(session, record, record.wait_until_deleted)

    reference = click.argument("reference", metavar=noun.metavar, shell_complete=complete)
    help_ = f"Delete a {noun.name}. DELETE {noun.path}/<id>. Asks for confirmation."
    command = group.command("delete", help=help_)(reference(wait_options()(pass_session(delete_object))))
    examples(f"jiffybox {group.name} delete {example} --yes --wait")(command)
