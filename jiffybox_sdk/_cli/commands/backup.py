"""`jiffybox backup`: the backups of boxes and their schedules."""

from functools import partial
from typing import TYPE_CHECKING, Unpack

import click
from click.shell_completion import CompletionItem

import jiffybox_sdk as sdk  # loads nothing else until a name is used
from jiffybox_sdk._cli.complete import complete_boxes
from jiffybox_sdk._cli.errors import RefusedError
from jiffybox_sdk._cli.options import Group, examples
from jiffybox_sdk._cli.progress import WaitOptions, should_wait, wait_for, wait_options
from jiffybox_sdk._cli.resolve import box_id
from jiffybox_sdk._cli.session import Session, pass_session

if TYPE_CHECKING:
    _Number = click.ParamType[int]
else:  # click 8.3 has no type parameters
    _Number = click.ParamType

_TYPES: "tuple[sdk.BackupType, ...]" = ("manual", "daily", "weekly", "biweekly")
_DAYS = ("sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday")
_SLOTS = {"0-4": 1, "4-6": 2, "22-24": 6}


class _NamedNumber(_Number):
    """A number that can also be given by name."""

    def __init__(self, name: str, numbers: dict[str, int], allowed: range) -> None:
        self.name = name
        self.numbers = numbers
        self.allowed = allowed

    def convert(self, value: str | int, param: click.Parameter | None, ctx: click.Context | None) -> int:
        number = self.numbers.get(str(value).lower(), value)
        if isinstance(number, str) and number.isascii() and number.isdigit():
            number = int(number)
        if isinstance(number, int) and number in self.allowed:
            return number
        names = ", ".join(self.numbers)
        return self.fail(f"{value!r}: expected {names}, or {self.allowed[0]} to {self.allowed[-1]}.", param, ctx)

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:  # noqa: ARG002 (the signature of click)
        return [CompletionItem(name) for name in self.numbers if name.startswith(incomplete.lower())]


DAY = _NamedNumber("DAY", {day: number for number, day in enumerate(_DAYS)}, range(7))
TIME = _NamedNumber("TIME", _SLOTS, range(1, 7))

_box_argument = click.argument("box", shell_complete=complete_boxes)
_type_argument = click.argument("kind", metavar="TYPE", type=click.Choice(_TYPES))
_id_option = click.option("--id", "backup", metavar="ID", help="Id of the backup. Defaults to the latest of its type.")


@examples("jiffybox backup list", "jiffybox backup create web --wait", "jiffybox backup restore web daily")
@click.group("backup", cls=Group)
def backup_group() -> None:
    """Manage backups. BOX is the number or name of a box.

    TYPE is manual, daily, weekly or biweekly.
    """


@examples("jiffybox backup list --columns box,manual.id,manual.created")
@backup_group.command("list")
@pass_session
def list_backups(session: Session) -> None:
    """List the backups of all boxes. GET backups. Slow and expensive for the service."""
    session.show(session.tables.backups, session.client.backups())


@examples("jiffybox backup show web")
@backup_group.command("show")
@_box_argument
@pass_session
def show_backups(session: Session, box: str) -> None:
    """Show the backups and the schedule of a box. GET backups/<box>."""
    backups = session.client.send(sdk.operations.get_backups(box_id(session, box)))
    session.show(session.tables.backups, [backups], all_columns=True)


@examples("jiffybox backup enable web sunday 0-4")
@backup_group.command("enable")
@_box_argument
@click.argument("day", type=DAY)
@click.argument("time", type=TIME)
@pass_session
def enable_backups(session: Session, box: str, day: int, time: int) -> None:
    """Enable periodic backups. POST backups/<box>.

    DAY is the day of weekly backups: its English name, or its number, where 0 is Sunday. TIME is 0-4, 4-6 or 22-24
    o'clock, or the number of a time slot.
    """
    session.check_output(session.tables.schedules)
    number = box_id(session, box)
    _show_schedule(session, number, sdk.operations.enable_backups(number, day, time))


@examples("jiffybox backup change web --time 22-24")
@backup_group.command("change")
@_box_argument
@click.option("--day", type=DAY, help="Day of weekly backups. Unchanged by default.")
@click.option("--time", type=TIME, help="Time slot. Unchanged by default.")
@pass_session
def change_backups(session: Session, box: str, day: int | None, time: int | None) -> None:
    """Change the schedule of periodic backups. PUT backups/<box>."""
    if day is None and time is None:
        raise click.UsageError("nothing to change: expected --day, --time or both.")
    session.check_output(session.tables.schedules)
    number = box_id(session, box)
    _show_schedule(session, number, sdk.operations.change_backups(number, day, time))


@examples("jiffybox backup disable web")
@backup_group.command("disable")
@_box_argument
@pass_session
def disable_backups(session: Session, box: str) -> None:
    """Disable periodic backups and delete the existing ones. DELETE backups/<box>. Asks for confirmation."""
    session.before_asking("deleting periodic backups")
    number = box_id(session, box)
    session.confirm(f"Disable periodic backups of box {number}, and delete the existing ones?")
    session.finish(sdk.operations.disable_backups(number), f"Periodic backups of box {number} are disabled.")


@examples("jiffybox backup create web --wait")
@backup_group.command("create")
@_box_argument
@wait_options(1800)
@pass_session
def create_backup(session: Session, box: str, **options: Unpack[WaitOptions]) -> None:
    """Create a manual backup, which replaces the previous one. POST backups/<box>/manual."""
    session.check_output(session.tables.backups if options["wait"] else None)
    number = box_id(session, box)
    if not should_wait(session, options):
        session.finish(sdk.operations.create_backup(number), f"A backup of box {number} is being created.")
        return
    before, watched = session.client.send(sdk.operations.get_backups(number)), session.client.box(number)
    before.create_manual()
    session.show(session.tables.backups, [wait_for(session, watched, options, before.wait_for_manual)])


@examples("jiffybox backup restore web daily --wait")
@backup_group.command("restore")
@_box_argument
@_type_argument
@_id_option
@wait_options(1800)
@pass_session
def restore_backup(
    session: Session, box: str, kind: "sdk.BackupType", backup: str | None, **options: Unpack[WaitOptions]
) -> None:
    """Replace all data of a box with a backup. POST backups/<box>/<type>/<backup>. Asks for confirmation."""
    session.before_asking("restoring a backup")
    number = box_id(session, box)
    id_ = _backup_id(session, number, kind, backup)
    session.confirm(f"Replace all data of box {number} with its {kind} backup {id_}?")
    operation = sdk.operations.restore_backup(number, kind, id_)
    session.finish(operation, f"The {kind} backup of box {number} is being restored.")
    if options["wait"]:
        watched = session.client.box(number)
        wait_for(session, watched, options, partial(watched.wait_for_status, "READY"))


@examples("jiffybox backup delete web manual")
@backup_group.command("delete")
@_box_argument
@_type_argument
@_id_option
@pass_session
def delete_backup(session: Session, box: str, kind: "sdk.BackupType", backup: str | None) -> None:
    """Delete a backup. DELETE backups/<box>/<type>/<backup>. Asks for confirmation."""
    session.before_asking("deleting a backup")
    number = box_id(session, box)
    id_ = _backup_id(session, number, kind, backup)
    session.confirm(f"Delete the {kind} backup {id_} of box {number}?")
    operation = sdk.operations.delete_backup(number, kind, id_)
    session.finish(operation, f"The {kind} backup {id_} of box {number} is deleted.")


def _show_schedule(session: Session, box: int, operation: "sdk.Operation[sdk.Schedule]") -> None:
    session.show(session.tables.schedules, [(box, session.client.send(operation))])


def _backup_id(session: Session, box: int, kind: "sdk.BackupType", backup: str | None) -> str:
    if backup is not None:
        return backup
    if session.options.dry_run:
        raise click.UsageError("--dry-run requires --id, since looking up the latest backup would send a request.")
    latest: sdk.Backup | None = getattr(session.client.send(sdk.operations.get_backups(box)), kind)
    if latest is None:
        raise RefusedError(f"box {box} has no {kind} backup")
    return latest.id
