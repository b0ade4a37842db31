"""`jiffybox backup`: the backups of boxes and their schedules."""

import re
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

import click

import jiffybox_sdk as sdk  # loads nothing else until a name is used
from jiffybox_sdk._cli import output
from jiffybox_sdk._cli.changes import change, finish, until_free
from jiffybox_sdk._cli.commands.common import noun_group
from jiffybox_sdk._cli.complete import complete_boxes
from jiffybox_sdk._cli.errors import RefusedError
from jiffybox_sdk._cli.options import unsupported
from jiffybox_sdk._cli.progress import wait_for, wait_options
from jiffybox_sdk._cli.resolve import BACKUPS, BOX, find
from jiffybox_sdk._cli.session import Session, command

if TYPE_CHECKING:
    from jiffybox_sdk._cli.resolve import Named

_TYPES: "tuple[sdk.BackupType, ...]" = ("manual", "daily", "weekly", "biweekly")
_DAYS = ("sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday")
_DAY = {**{day: number for number, day in enumerate(_DAYS)}, **{str(number): number for number in range(7)}}
_TIME = {"0-4": 1, "4-6": 2, "22-24": 6, **{str(number): number for number in range(1, 7)}}

_box_argument = click.argument("box", shell_complete=complete_boxes)
_kind_argument = click.argument("kind", metavar="[TYPE|ID]", required=False)
_id_option = click.option("--id", "--image", "--image-id", "backup", metavar="ID", help="Id of the backup.")
_kind_option = click.option("--type", type=click.Choice(("snapshot", "backup")), hidden=True, expose_value=False)
_day, _time = click.Choice(_DAY, case_sensitive=False), click.Choice(_TIME)


backup_group = noun_group(
    BACKUPS,
    complete_boxes,
    "web",
    "Manage backups. BOX is the number or name of a box.\n\nTYPE is manual, daily, weekly or biweekly.",
    finds=BOX,
    more=" Slow and expensive for the service.",
)
_kind_option(backup_group.commands["list"])


@command(backup_group, "enable", "jiffybox backup enable web", "jiffybox backup enable web friday 1", table="schedules")
@_box_argument
@click.argument("day", type=_day, default="sunday", metavar="[DAY]")
@click.argument("time", type=_time, default="0-4", metavar="[TIME]")
@wait_options()
def enable_backups(session: Session, box: str, day: str, time: str) -> None:
    """Enable periodic backups. POST backups/<box>.

    DAY is the day of weekly backups: its English name, or its number, where 0 is Sunday. It defaults to sunday. TIME
    is 0-4, 4-6 or 22-24 o'clock, or the number of a time slot. It defaults to 0-4.
    """
    number = find(session, BOX, box)
    _show_schedule(session, number, sdk.operations.enable_backups(number, _DAY[day], _TIME[time]))


@command(backup_group, "change", "jiffybox backup change web --time 22-24", table="schedules")
@_box_argument
@click.option("--day", type=_day, help="Day of weekly backups. Unchanged by default.")
@click.option("--time", type=_time, help="Time slot. Unchanged by default.")
@wait_options()
def change_backups(session: Session, box: str, day: str | None, time: str | None) -> None:
    """Change the schedule of periodic backups. PUT backups/<box>."""
    if day is None and time is None:
        raise click.UsageError("nothing to change: expected --day, --time or both.")
    number = find(session, BOX, box)
    _show_schedule(session, number, sdk.operations.change_backups(number, _DAY.get(day or ""), _TIME.get(time or "")))


@command(backup_group, "disable", "jiffybox backup disable web")
@_box_argument
@wait_options()
def disable_backups(session: Session, box: str) -> None:
    """Disable periodic backups and delete the existing ones. DELETE backups/<box>. Asks for confirmation."""
    session.before_asking("deleting periodic backups")
    number = find(session, BOX, box)
    session.confirm(f"Disable periodic backups of box {number}, and delete the existing ones?")
    finish(session, sdk.operations.disable_backups(number), f"Periodic backups of box {number} are disabled.")


@command(backup_group, "create", "jiffybox backup create web --wait", table="backups")
@_box_argument
@_kind_option
@unsupported(
    "a backup has no name or description, and replaces the previous one", "--description", "--snapshot-name", "--label"
)
@wait_options(1800)
def create_backup(session: Session, box: str) -> None:
    """Create a manual backup, which replaces the previous one. POST backups/<box>/manual."""
    number = find(session, BOX, box)
    if not session.waits:
        words = session.options.command_line(f"box wait {number}")
        message = f"A backup of box {number} is being created; to wait for it: {words}"
        finish(session, sdk.operations.create_backup(number), message)
        return
    before, watched = session.client.send(sdk.operations.get_backups(number)), session.client.box(number)
    change(session, lambda _: before.create_manual())

    def state(record: "Named") -> str:
        return f"manual backup {'in progress' if getattr(record, 'manualBackupRunning', False) else 'done'}"

    session.show([wait_for(session, watched, before.wait_for_manual, state)], one=True)


def _add(
    word: str,
    send: "Callable[[int, sdk.BackupType, str], sdk.Operation[bool]]",
    summary: str,
    question: str,
    done: str,
) -> None:
    """Add a command for a backup, which asks for confirmation."""

    def on_backup(session: Session, box: str, kind: str | None, backup: str | None) -> None:
        session.before_asking(f"backup {word}")
        number, of_type, id_ = _find_backup(session, box, kind, backup)
        title = f"the {of_type} backup {id_} of box {number}"
        session.confirm(question.format(title))
        finish(session, send(number, of_type, id_), f"T{title[1:]} is {done}.")
        if session.waits and word == "restore":
            watched = session.client.box(number)
            wait_for(session, watched, partial(watched.wait_for_status, "READY"))

    lines = f"jiffybox backup {word} web daily", f"jiffybox backup {word} web {'0123456789abcdef' * 2}"
    help_ = f"{summary} backups/<box>/<type>/<backup>. Asks for confirmation."
    add = command(backup_group, word, *lines, help_=help_)
    add(_box_argument(_kind_argument(_id_option(wait_options(1800)(on_backup)))))


_add(
    "restore",
    sdk.operations.restore_backup,
    "Replace all data of a box with a backup. POST",
    "Replace all data of the box by {}?",
    "being restored",
)
_add("delete", sdk.operations.delete_backup, "Delete a backup. DELETE", "Delete {}?", "deleted")


def _show_schedule(session: Session, box: int, operation: "sdk.Operation[sdk.Schedule]") -> None:
    schedule = change(session, lambda client: client.send(operation))
    columns = {"day": schedule.dayid, "time": schedule.timeid}
    session.show([output.rows.Row(str(box), f"schedule of {box}", {"box": box}, schedule, columns)], one=True)
    day, time = map(output.rows.as_text, columns.values())
    session.tell(f"Periodic backups of box {box} are enabled: {day}, {time}.")


def _find_backup(session: Session, box: str, kind: str | None, backup: str | None) -> "tuple[int, sdk.BackupType, str]":
    """Return the number of a box, and the type and the id of its backup, either of which may be missing."""
    if backup in _TYPES and not kind:
        kind, backup = backup, None  # --image manual
    of_type: sdk.BackupType | None = next((name for name in _TYPES if name == kind), None)
    id_ = backup if of_type else backup or kind
    if not (of_type or re.fullmatch("[0-9a-f]{32}", id_ or "")) or (kind and backup and not of_type):
        given = f"TYPE {kind or ''!r}" if kind or not backup else f"backup {backup!r}"
        raise click.UsageError(f"invalid {given}: expected {', '.join(_TYPES)} or the id of a backup.")
    number = find(session, BOX, box)
    if of_type and id_:
        return number, of_type, id_
    if of_type == "manual":  # the one that may be in progress replaces the previous one
        until_free(session, lambda: session.look_up(lambda client: client.box(number)), backup=True)
    backups = session.look_up(lambda client: client.send(sdk.operations.get_backups(number)))
    known: list[tuple[sdk.BackupType, str]] = [
        (name, str(latest.id)) for name in _TYPES if (latest := getattr(backups, name))
    ]
    for name, known_id in known:
        if name == of_type or known_id == id_:
            return number, name, known_id
    only = ", only " + ", ".join(f"{name} {known_id}" for name, known_id in known)
    raise RefusedError(f"box {number} has no {f'backup {id_}' if id_ else f'{kind} backup'}{only * bool(known)}")
