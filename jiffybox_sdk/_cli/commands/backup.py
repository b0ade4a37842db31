"""`jiffybox backup`: the backups of boxes and their schedules."""

from functools import partial

import click

import jiffybox_sdk as sdk  # loads nothing else until a name is used
from jiffybox_sdk._cli import output
from jiffybox_sdk._cli.commands.common import noun_group
from jiffybox_sdk._cli.complete import complete_boxes
from jiffybox_sdk._cli.errors import RefusedError
from jiffybox_sdk._cli.options import examples
from jiffybox_sdk._cli.progress import wait_for, wait_options
from jiffybox_sdk._cli.resolve import BACKUPS, BOX, find
from jiffybox_sdk._cli.session import Session, pass_session

_TYPES: "tuple[sdk.BackupType, ...]" = ("manual", "daily", "weekly", "biweekly")
_DAYS = ("sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday")


_DAY = {**{day: number for number, day in enumerate(_DAYS)}, **{str(number): number for number in range(7)}}
_TIME = {"0-4": 1, "4-6": 2, "22-24": 6, **{str(number): number for number in range(1, 7)}}

_box_argument = click.argument("box", shell_complete=complete_boxes)
_type_argument = click.argument("kind", metavar="TYPE", type=click.Choice(_TYPES))
_id_option = click.option("--id", "backup", metavar="ID", help="Id of the backup. Defaults to the latest of its type.")


backup_group = noun_group(
    BACKUPS,
    complete_boxes,
    "web",
    "Manage backups. BOX is the number or name of a box.\n\nTYPE is manual, daily, weekly or biweekly.",
    finds=BOX,
    more=" Slow and expensive for the service.",
)


@examples("jiffybox backup enable web sunday 0-4", table="schedules")
@backup_group.command("enable")
@_box_argument
@click.argument("day", type=click.Choice(_DAY, case_sensitive=False))
@click.argument("time", type=click.Choice(_TIME))
@pass_session
def enable_backups(session: Session, box: str, day: str, time: str) -> None:
    """Enable periodic backups. POST backups/<box>.

    DAY is the day of weekly backups: its English name, or its number, where 0 is Sunday. TIME is 0-4, 4-6 or 22-24
    o'clock, or the number of a time slot.
    """
    number = find(session, BOX, box)
    _show_schedule(session, number, sdk.operations.enable_backups(number, _DAY[day], _TIME[time]))


@examples("jiffybox backup change web --time 22-24", table="schedules")
@backup_group.command("change")
@_box_argument
@click.option(
    "--day", type=click.Choice(_DAY, case_sensitive=False), help="Day of weekly backups. Unchanged by default."
)
@click.option("--time", type=click.Choice(_TIME), help="Time slot. Unchanged by default.")
@pass_session
def change_backups(session: Session, box: str, day: str | None, time: str | None) -> None:
    """Change the schedule of periodic backups. PUT backups/<box>."""
    if day is None and time is None:
        raise click.UsageError("nothing to change: expected --day, --time or both.")
    number = find(session, BOX, box)
    _show_schedule(session, number, sdk.operations.change_backups(number, _DAY.get(day or ""), _TIME.get(time or "")))


@examples("jiffybox backup disable web")
@backup_group.command("disable")
@_box_argument
@pass_session
def disable_backups(session: Session, box: str) -> None:
    """Disable periodic backups and delete the existing ones. DELETE backups/<box>. Asks for confirmation."""
    session.before_asking("deleting periodic backups")
    number = find(session, BOX, box)
    session.confirm(f"Disable periodic backups of box {number}, and delete the existing ones?")
    session.finish(sdk.operations.disable_backups(number), f"Periodic backups of box {number} are disabled.")


@examples("jiffybox backup create web --wait", table="backups")
@backup_group.command("create")
@_box_argument
@click.option("--type", "--description", hidden=True, expose_value=False)  # other programs name it
@wait_options(1800)
@pass_session
def create_backup(session: Session, box: str) -> None:
    """Create a manual backup, which replaces the previous one. POST backups/<box>/manual."""
    number = find(session, BOX, box)
    if not session.waits:
        session.finish(sdk.operations.create_backup(number), f"A backup of box {number} is being created.")
        words = f"box show {number} --columns manualBackupRunning"
        session.say(f"To see whether it is still running: {session.options.command_line(words)}")
        return
    before, watched = session.client.send(sdk.operations.get_backups(number)), session.client.box(number)
    before.create_manual()
    session.show([wait_for(session, watched, before.wait_for_manual)], one=True)


@examples("jiffybox backup restore web daily --wait")
@backup_group.command("restore")
@_box_argument
@_type_argument
@_id_option
@wait_options(1800)
@pass_session
def restore_backup(session: Session, box: str, kind: "sdk.BackupType", backup: str | None) -> None:
    """Replace all data of a box with a backup. POST backups/<box>/<type>/<backup>. Asks for confirmation."""
    session.before_asking("restoring a backup")
    number = find(session, BOX, box)
    id_ = _backup_id(session, number, kind, backup)
    session.confirm(f"Replace all data of box {number} with its {kind} backup {id_}?")
    operation = sdk.operations.restore_backup(number, kind, id_)
    session.finish(operation, f"The {kind} backup of box {number} is being restored.")
    if session.waits:
        watched = session.client.box(number)
        wait_for(session, watched, partial(watched.wait_for_status, "READY"))


@examples("jiffybox backup delete web manual")
@backup_group.command("delete")
@_box_argument
@_type_argument
@_id_option
@pass_session
def delete_backup(session: Session, box: str, kind: "sdk.BackupType", backup: str | None) -> None:
    """Delete a backup. DELETE backups/<box>/<type>/<backup>. Asks for confirmation."""
    session.before_asking("deleting a backup")
    number = find(session, BOX, box)
    id_ = _backup_id(session, number, kind, backup)
    session.confirm(f"Delete the {kind} backup {id_} of box {number}?")
    operation = sdk.operations.delete_backup(number, kind, id_)
    session.finish(operation, f"The {kind} backup {id_} of box {number} is deleted.")


def _show_schedule(session: Session, box: int, operation: "sdk.Operation[sdk.Schedule]") -> None:
    schedule = session.client.send(operation)
    session.show([output.rows.Row(str(box), f"schedule of {box}", {"box": box}, schedule)], one=True)


def _backup_id(session: Session, box: int, kind: "sdk.BackupType", backup: str | None) -> str:
    if backup is not None:
        return backup
    backups = session.look_up(lambda client: client.send(sdk.operations.get_backups(box)))
    latest: sdk.Backup | None = getattr(backups, kind)
    if latest is None:
        raise RefusedError(f"box {box} has no {kind} backup")
    return latest.id
