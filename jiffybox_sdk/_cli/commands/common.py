"""Commands that several groups have: to list, show and delete objects."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from itertools import chain
from typing import TYPE_CHECKING, TypeVar

import click

from jiffybox_sdk._cli import output
from jiffybox_sdk._cli.changes import finish
from jiffybox_sdk._cli.command import Group
from jiffybox_sdk._cli.complete import Completer, complete_boxes
from jiffybox_sdk._cli.conditions import Filter
from jiffybox_sdk._cli.options import F, store
from jiffybox_sdk._cli.progress import wait_for, wait_options
from jiffybox_sdk._cli.resolve import BOX, Noun, find, find_all
from jiffybox_sdk._cli.session import Session, command

if TYPE_CHECKING:
    from jiffybox_sdk import Check, ContactGroup, JiffyBox, Operation
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
    group = Group(word, f"jiffybox {word} list", f"jiffybox {word} show {example}", help=help_)

    def list_objects(session: Session, boxes: Sequence[str] = (), named: Sequence[str] = ()) -> None:
        show_of_boxes(session, [*boxes, *named], noun.list_all, lambda client, box: [noun.get(client, box)])

    def show_object(session: Session, reference: str) -> None:
        record = noun.get(session.client, find(session, finds, reference) if finds else reference)
        session.show([record], one=True, whole=True)

    of_box = finds and finds is not noun
    help_ = f"List all {noun.plural}{', or those of some boxes' if of_box else ''}. GET {noun.path}.{more}"
    lines = f"jiffybox {word} list", f"jiffybox {word} list --columns help"
    add = command(group, "list", *lines, table=noun.plural, help_=help_)
    add(boxes_argument(list_objects) if of_box else list_objects)
    reference = click.argument("reference", metavar=(finds or noun).metavar, shell_complete=complete)
    help_ = f"Show all fields. GET {noun.path}/<id>."
    command(group, "show", f"jiffybox {word} show {example}", table=noun.plural, help_=help_)(reference(show_object))
    return group


def boxes_argument(function: F) -> F:
    """Add an argument for some boxes, which may also be given by options as in other programs."""
    click.option("--box", "--server", "--droplet", "named", multiple=True, hidden=True)(function)
    click.argument("boxes", nargs=-1, metavar="[BOX]...", shell_complete=complete_boxes)(function)
    return function


def show_of_boxes(
    session: Session,
    boxes: Sequence[str],
    list_all: "Callable[[JiffyBox], Iterable[Record]]",
    of_box: "Callable[[JiffyBox, int], Iterable[Record]]",
) -> None:
    """Show all records, or those of some boxes. A condition on the column `box` takes names, too."""
    numbers = find_all(session, BOX, boxes) if boxes else {}
    conditions = tuple(_by_number(session, condition) for condition in session.options.filter)
    session.options = replace(session.options, filter=conditions)
    client = session.client
    session.show(chain.from_iterable(of_box(client, box) for box in numbers) if boxes else list_all(client))


def _by_number(session: Session, condition: Filter) -> Filter:
    """Return a condition on the number of a box in place of one that its name may satisfy as well."""
    if condition.column != "box" or (condition.operator != "~" and condition.value.isdigit()):
        return condition
    row = output.rows.Row
    known = [row(str(box.id), box.name, {"box": [box.id, box.name]}) for box in session.look_up(BOX.list_all)]
    numbers = [each.id for each in known if output.rows.accepts(condition, each)]
    if condition.operator == "=" and not numbers:
        find(session, BOX, condition.value)  # which reports that there is none
    return condition._replace(operator="~", value=f"^({'|'.join(numbers)})$")


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
        finish(session, delete(number), f"{noun.name.capitalize()} {number} is being deleted.")
        if record and session.waits:
            wait_for(session, record, record.wait_until_deleted)

    reference = click.argument("reference", metavar=noun.metavar, shell_complete=complete)
    help_ = f"Delete a {noun.name}. DELETE {noun.path}/<id>. Asks for confirmation."
    force = click.option("-f", "--force", "yes", is_flag=True, hidden=True, expose_value=False, callback=store)
    line = f"jiffybox {group.name} delete {example} --yes --wait"
    command(group, "delete", line, help_=help_)(reference(force(wait_options()(delete_object))))
