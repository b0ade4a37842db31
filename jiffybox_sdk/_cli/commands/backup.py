"""`jiffybox backup`: the backups of boxes, and when they are made."""

from functools import partial
from typing import TYPE_CHECKING, Unpack

import click

from jiffybox_sdk._cli import progress
from jiffybox_sdk._cli.complete import complete_boxes
from jiffybox_sdk._cli.errors import Refused
from jiffybox_sdk._cli.options import Group, examples
from jiffybox_sdk._cli.progress import Waiting, wait_options
from jiffybox_sdk._cli.resolve import box_id
from jiffybox_sdk._cli.session import Session, pass_session

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

    from jiffybox_sdk import BackupType

_TYPES: "tuple[BackupType, ...]" = ("manual", "daily", "weekly", "biweekly")
_DAYS = ("sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday")
_SLOTS = {"0-4": 1, "4-6": 2, "22-24": 6}


class _Word(click.ParamType[int]):
    """A number, or a word that stands for one."""

    def __init__(self, name: str, words: dict[str, int], numbers: range) -> None:
        self.name = name
        self.words = words
        self.numbers = numbers

    def convert(self, value: str | int, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """Returns the number."""
        number = self.words.get(str(value).lower(), value)
        if isinstance(number, str) and number.isascii() and number.isdigit():
            number = int(number)
        if isinstance(number, int) and number in self.numbers:
            return number
        return self.fail(
            f"{value!r} is refused: give {', '.join(self.words)}, or {self.numbers[0]} to {self.numbers[-1]}.",
            param,
            ctx,
        )

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> "list[CompletionItem]":  # noqa: ARG002 (the signature of click)
        """Returns the words."""
        from click.shell_completion import CompletionItem

        return [CompletionItem(word) for word in self.words if word.startswith(incomplete.lower())]


DAY = _Word("DAY", {day: number for number, day in enumerate(_DAYS)}, range(7))
TIME = _Word("TIME", _SLOTS, range(1, 7))

_box_argument = click.argument("box", shell_complete=complete_boxes)
_type_argument = click.argument("kind", metavar="TYPE", type=click.Choice(_TYPES))
_id_option = click.option("--id", "backup", metavar="ID", help="The backup's id; the latest of its type, if not given.")


@examples("jiffybox backup list", "jiffybox backup create web --wait", "jiffybox backup restore web daily")
@click.group("backup", cls=Group)
def backup_group() -> None:
    """Backups of boxes. BOX is the number of a box, or its name.

    TYPE says how a backup came about: manual, daily, weekly or biweekly.
    """


@examples("jiffybox backup list --columns box,manual.id,manual.created")
@backup_group.command("list")
@pass_session
def list_backups(session: Session) -> None:
    """List the backups of all boxes. GET backups. Slow and expensive for the service."""
    from jiffybox_sdk._cli.output import tables

    session.show(tables.BACKUPS, map(tables.of_backups, session.client.backups()))


@examples("jiffybox backup show web")
@backup_group.command("show")
@_box_argument
@pass_session
def show_backups(session: Session, box: str) -> None:
    """Show the backups of a box, and when they are made. GET backups/<box>."""
    from jiffybox_sdk._cli.output import tables

    found = session.client.backups_of(box_id(session, box))
    session.show(tables.BACKUPS, [tables.of_backups(found)], whole=True)


@examples("jiffybox backup enable web sunday 0-4")
@backup_group.command("enable")
@_box_argument
@click.argument("day", type=DAY)
@click.argument("time", type=TIME)
@pass_session
def enable_backups(session: Session, box: str, day: int, time: int) -> None:
    """Have periodical backups made. POST backups/<box>.

    DAY is that of the weekly ones: its English name, or its number, from 0 for Sunday. TIME is when they are made: 0-4,
    4-6 or 22-24 o'clock, or the number of a slot.
    """
    from jiffybox_sdk import Schedule, operations
    from jiffybox_sdk._cli.output import tables

    session.expect(tables.SCHEDULES)
    number = box_id(session, box)
    schedule = session.send(operations.enable_backups(number, day, time), Schedule)
    session.show(tables.SCHEDULES, [tables.of_schedule(schedule, number)])


@examples("jiffybox backup change web --time 22-24")
@backup_group.command("change")
@_box_argument
@click.option("--day", type=DAY, help="The day of the weekly ones; as before if not given.")
@click.option("--time", type=TIME, help="When they are made; as before if not given.")
@pass_session
def change_backups(session: Session, box: str, day: int | None, time: int | None) -> None:
    """Change when periodical backups are made. PUT backups/<box>."""
    from jiffybox_sdk import Schedule, operations
    from jiffybox_sdk._cli.output import tables

    if day is None and time is None:
        raise click.UsageError("nothing to change: give --day, --time or both.")
    session.expect(tables.SCHEDULES)
    number = box_id(session, box)
    schedule = session.send(operations.change_backups(number, day, time), Schedule)
    session.show(tables.SCHEDULES, [tables.of_schedule(schedule, number)])


@examples("jiffybox backup disable web")
@backup_group.command("disable")
@_box_argument
@pass_session
def disable_backups(session: Session, box: str) -> None:
    """Have no periodical backups made any more. DELETE backups/<box>. Those there are disappear; asks first."""
    from jiffybox_sdk import operations

    session.expect(None)
    session.can_ask("deleting periodical backups")
    number = box_id(session, box)
    session.confirm(f"Delete all periodical backups of box {number}, and have no more made?")
    session.done(session.send(operations.disable_backups(number), bool), f"Box {number} has no periodical backups now.")


@examples("jiffybox backup create web --wait")
@backup_group.command("create")
@_box_argument
@wait_options(1800)
@pass_session
def create_backup(session: Session, box: str, **waiting: Unpack[Waiting]) -> None:
    """Have a backup made now. POST backups/<box>/manual. It takes the place of the manual one that there is."""
    from jiffybox_sdk import operations
    from jiffybox_sdk._cli.output import tables

    session.expect(tables.BACKUPS if waiting["wait"] else None)
    number = box_id(session, box)
    if not progress.wanted(session, waiting):
        session.done(session.send(operations.create_backup(number), bool), f"A backup of box {number} is being made.")
        return
    before, watched = session.client.backups_of(number), session.client.box(number)
    before.create_manual()
    found = progress.until(session, watched, waiting, before.wait_for_manual)
    session.show(tables.BACKUPS, [tables.of_backups(found)])


@examples("jiffybox backup restore web daily --wait")
@backup_group.command("restore")
@_box_argument
@_type_argument
@_id_option
@wait_options(1800)
@pass_session
def restore_backup(
    session: Session,
    box: str,
    kind: "BackupType",
    backup: str | None,
    **waiting: Unpack[Waiting],
) -> None:
    """Put a backup in place of all data of a box. POST backups/<box>/<type>/<backup>. Asks first."""
    from jiffybox_sdk import operations

    session.expect(None)
    session.can_ask("restoring a backup")
    number = box_id(session, box)
    which = _id(session, number, kind, backup)
    session.confirm(f"Replace all data of box {number} by its {kind} backup {which}?")
    accepted = session.send(operations.restore_backup(number, kind, which), bool)
    session.done(accepted, f"The {kind} backup of box {number} is being restored.")
    if waiting["wait"]:
        found = session.client.box(number)
        progress.until(session, found, waiting, partial(found.wait_for_status, "READY"))


@examples("jiffybox backup delete web manual")
@backup_group.command("delete")
@_box_argument
@_type_argument
@_id_option
@pass_session
def delete_backup(session: Session, box: str, kind: "BackupType", backup: str | None) -> None:
    """Delete a backup. DELETE backups/<box>/<type>/<backup>. Asks first."""
    from jiffybox_sdk import operations

    session.expect(None)
    session.can_ask("deleting a backup")
    number = box_id(session, box)
    which = _id(session, number, kind, backup)
    session.confirm(f"Delete the {kind} backup {which} of box {number}?")
    accepted = session.send(operations.delete_backup(number, kind, which), bool)
    session.done(accepted, f"The {kind} backup {which} of box {number} is deleted.")


def _id(session: Session, box: int, kind: "BackupType", backup: str | None) -> str:
    if backup is not None:
        return backup
    if session.options.dry_run:
        raise click.UsageError("--id is needed with --dry-run: looking up the latest backup sends a request.")
    backups = session.client.backups_of(box)
    found = {
        "manual": backups.manual, "daily": backups.daily, "weekly": backups.weekly, "biweekly": backups.biweekly
    }[kind]  # fmt: skip
    if found is None:
        raise Refused(f"box {box} has no {kind} backup")
    return found.id
