"""The `backups` module.

Documented: periodic backups follow the schedule. Inferred: a new manual backup replaces the old one, because a box has
only one. Invented: durations, the hours of slots 3 to 5, and that a box can't be frozen or restored while a manual
backup is being created.
"""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import get_args

from pydantic import JsonValue

from jiffybox_sdk.emulator import _messages
from jiffybox_sdk.emulator._clock import EmulatorClock
from jiffybox_sdk.emulator._handlers._call import Handlers
from jiffybox_sdk.emulator._messages import ServiceError
from jiffybox_sdk.emulator._state.account import Account
from jiffybox_sdk.emulator._state.lookup import check_idle, check_no_backup, check_not_frozen, find_box
from jiffybox_sdk.emulator._state.objects import Backup, BoxState, Due, Work
from jiffybox_sdk.models import requests
from jiffybox_sdk.models.responses.box_status import BoxStatus
from jiffybox_sdk.operations import BackupType

SECONDS = {"manual": 120.0, "restore": 50.0, "delete": 5.0}
"""Duration of each kind of work."""

_PERIOD_DAYS: dict[BackupType, int] = {"daily": 1, "weekly": 7, "biweekly": 14}

_SUNDAY = datetime(1970, 1, 4, tzinfo=UTC)


def enable(account: Account, number: str, body: "requests.EnableBackups", clock: EmulatorClock) -> JsonValue:
    """`POST backups/<box>`."""
    box = find_box(account, number)
    if box.backups.day is not None:
        raise ServiceError(_messages.BACKUPS_ON, number=box.id)
    return _set_schedule(account, box, body.dayid, body.timeid, clock.now())


def change(account: Account, number: str, body: "requests.ChangeBackups", clock: EmulatorClock) -> JsonValue:
    """`PUT backups/<box>`."""
    box = find_box(account, number)
    if box.backups.day is None:
        raise ServiceError(_messages.BACKUPS_OFF, number=box.id)
    day = box.backups.day if body.dayid is None else body.dayid
    return _set_schedule(account, box, day, body.timeid or box.backups.slot, clock.now())


def disable(account: Account, number: str) -> JsonValue:
    """`DELETE backups/<box>`."""
    box = find_box(account, number)
    if box.backups.day is None:
        raise ServiceError(_messages.BACKUPS_OFF, number=box.id)
    made: dict[BackupType, Backup] = {kind: backup for kind, backup in box.backups.made.items() if kind == "manual"}
    account.boxes.put(replace(box, backups=replace(box.backups, day=None, made=made)))
    return True


def create(account: Account, number: str, clock: EmulatorClock) -> JsonValue:
    """`POST backups/<box>/manual`."""
    box = find_box(account, number)
    check_accepts(box)
    account.boxes.put(replace(box, backup_running=True))
    account.schedule(clock.due_in(SECONDS["manual"]), "backup", box.id)
    return True


def check_accepts(box: BoxState) -> None:
    """Reject a box in whose state no manual backup can be created, and none restored."""
    check_no_backup(box)
    check_idle(box)
    check_not_frozen(box)


def restore(account: Account, clock: EmulatorClock, number: str, kind: str, backup: str) -> JsonValue:
    """`POST backups/<box>/<type>/<backup>`."""
    box = find_box(account, number)
    _check_available(account, box, kind, backup, clock.now())
    check_idle(box)
    check_not_frozen(box)
    check_no_backup(box)
    account.start_work(box, BoxStatus.UPDATING, Work(clock.due_in(SECONDS["restore"])))
    return True


def delete(account: Account, clock: EmulatorClock, number: str, kind: str, backup: str) -> JsonValue:
    """`DELETE backups/<box>/<type>/<backup>`."""
    box = find_box(account, number)
    _check_available(account, box, kind, backup, clock.now())
    account.boxes.put(replace(box, backups=replace(box.backups, deleting=box.backups.deleting | {backup})))
    account.schedule(clock.due_in(SECONDS["delete"]), "forgotten backup", box.id, backup)
    return True


def finish(account: Account, due: Due) -> None:
    """Complete a manual backup. The work's serial number makes the backup's id unique."""
    if box := account.boxes.get(due.number):
        backup = _backup(box, f"manual {due.id}", int(due.when))
        account.boxes.put(replace(_with_backups(box, {"manual": backup}), backup_running=False))


def finish_deletion(account: Account, due: Due) -> None:
    """Complete the deletion of a backup."""
    if box := account.boxes.get(due.number):
        deleting, forgotten = box.backups.deleting - {due.detail}, box.backups.forgotten | {due.detail}
        account.boxes.put(replace(box, backups=replace(box.backups, deleting=deleting, forgotten=forgotten)))


def with_existing(box: BoxState, times: Mapping[BackupType, int]) -> BoxState:
    """Return a box with backups that were created at the given times, in seconds since the epoch."""
    return _with_backups(box, {kind: _backup(box, kind, when) for kind, when in times.items()})


def find_source(account: Account, backup: str, now: float) -> BoxState:
    """Return the box from which a backup was created."""
    for box in account.boxes.values():
        if any(candidate.id == backup for _, candidate in available(account, box, now)):
            return box
    raise ServiceError(_messages.NO_SUCH_BACKUP, backup=backup)


def available(account: Account, box: BoxState, now: float) -> Iterator[tuple[BackupType, Backup]]:
    """Yield the backups of a box."""
    for kind in get_args(BackupType):
        latest = _latest(account, box, kind, now)
        if latest and latest.id not in box.backups.forgotten:
            yield kind, latest


def payload(account: Account, box: BoxState, now: float) -> JsonValue:
    """Return the backups and the schedule of a box as the service sends them."""
    result: dict[str, JsonValue] = {
        kind: {"id": backup.id, "created": backup.created} for kind, backup in available(account, box, now)
    }
    if box.backups.day is not None:
        result |= {"day": box.backups.day, "time": box.backups.slot}
    return result


def _with_backups(box: BoxState, made: Mapping[BackupType, Backup]) -> BoxState:
    return replace(box, backups=replace(box.backups, made={**box.backups.made, **made}))


def _set_schedule(account: Account, box: BoxState, day: int, slot: int, now: float) -> JsonValue:
    """Start a schedule and keep the previous one's backups."""
    box = _with_backups(box, {kind: latest for kind in _PERIOD_DAYS if (latest := _latest(account, box, kind, now))})
    account.boxes.put(replace(box, backups=replace(box.backups, day=day, slot=slot, since=now)))
    return {"dayid": day, "timeid": slot}


def _latest(account: Account, box: BoxState, kind: BackupType, now: float) -> Backup | None:
    """Return the latest backup of a type, from the current schedule or else an older one."""
    if kind != "manual" and box.backups.day is not None:
        first = _SUNDAY + timedelta(days=box.backups.day, hours=account.slot_hours[box.backups.slot])
        period = timedelta(days=_PERIOD_DAYS[kind])
        created = int((first + (datetime.fromtimestamp(now, UTC) - first) // period * period).timestamp())
        if created > box.backups.since:
            return _backup(box, kind, created)
    return box.backups.made.get(kind)


def _backup(box: BoxState, name: str, created: int) -> Backup:
    return Backup(hashlib.sha256(f"{box.id} {name} {created}".encode()).hexdigest()[:32], created)


def _check_available(account: Account, box: BoxState, kind: str, backup: str, now: float) -> None:
    ids = [(other, candidate.id) for other, candidate in available(account, box, now)]
    if (kind, backup) not in ids or backup in box.backups.deleting:
        raise ServiceError(_messages.NO_SUCH_BACKUP, backup=backup)


HANDLERS: Handlers = {
    "list_backups": lambda call: {
        str(box.id): payload(call.account, box, call.clock.now()) for box in call.account.boxes.values()
    },
    "get_backups": lambda call: payload(call.account, find_box(call.account, call.arguments[0]), call.clock.now()),
    "enable_backups": lambda call: enable(
        call.account, call.arguments[0], call.body_as(requests.EnableBackups), call.clock
    ),
    "change_backups": lambda call: change(
        call.account, call.arguments[0], call.body_as(requests.ChangeBackups), call.clock
    ),
    "disable_backups": lambda call: disable(call.account, call.arguments[0]),
    "create_backup": lambda call: create(call.account, call.arguments[0], call.clock),
    "restore_backup": lambda call: restore(call.account, call.clock, *call.arguments),
    "delete_backup": lambda call: delete(call.account, call.clock, *call.arguments),
}
