"""The module backups: when they are made, and what can be done with them.

That periodical backups are made as the schedule says is documented; that a manual one takes the place of the one
before is inferred from "one manual backup a box"; how long each takes, the hours of the slots 3 to 5, and that a box
can't be frozen or restored while a manual backup runs, are invented.
"""

import hashlib
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import get_args

from pydantic import JsonValue

from jiffybox_sdk.emulator import _messages
from jiffybox_sdk.emulator._messages import Refusal
from jiffybox_sdk.emulator._state.account import Account, Backup, BoxState, DueIn, Work
from jiffybox_sdk.emulator._state.lookup import check_idle, check_no_backup, check_not_frozen, find_box
from jiffybox_sdk.models.requests.change_backups import ChangeBackups
from jiffybox_sdk.models.requests.enable_backups import EnableBackups
from jiffybox_sdk.models.responses.box_status import BoxStatus
from jiffybox_sdk.operations import BackupType

SECONDS = {"manual": 120.0, "restore": 50.0, "delete": 5.0}
"""How long each work takes."""

_HOURS = {1: 0, 2: 4, 3: 6, 4: 12, 5: 18, 6: 22}
"""When the slots begin, in UTC."""

_EVERY: dict[BackupType, int] = {"daily": 1, "weekly": 7, "biweekly": 14}
"""How many days are between two periodical backups."""

_SUNDAY = datetime(1970, 1, 4, tzinfo=UTC)


def list_all(account: Account, now: float) -> JsonValue:
    """`GET backups`."""
    return {str(box.id): _answer(box, now) for box in account.boxes.values()}


def get(account: Account, number: str, now: float) -> JsonValue:
    """`GET backups/<box>`."""
    return _answer(find_box(account, number), now)


def enable(account: Account, number: str, body: EnableBackups, now: float) -> JsonValue:
    """`POST backups/<box>`."""
    box = find_box(account, number)
    if box.backups.day is not None:
        raise Refusal(_messages.BACKUPS_ON, number=box.id)
    return _schedule(box, body.dayid, body.timeid, now)


def change(account: Account, number: str, body: ChangeBackups, now: float) -> JsonValue:
    """`PUT backups/<box>`."""
    box = find_box(account, number)
    if box.backups.day is None:
        raise Refusal(_messages.BACKUPS_OFF, number=box.id)
    day = box.backups.day if body.dayid is None else body.dayid
    return _schedule(box, day, body.timeid or box.backups.slot, now)


def disable(account: Account, number: str) -> JsonValue:
    """`DELETE backups/<box>`."""
    box = find_box(account, number)
    if box.backups.day is None:
        raise Refusal(_messages.BACKUPS_OFF, number=box.id)
    box.backups.day = None
    box.backups.made = {kind: backup for kind, backup in box.backups.made.items() if kind == "manual"}
    return True


def create(account: Account, number: str, due_in: DueIn) -> JsonValue:
    """`POST backups/<box>/manual`."""
    box = find_box(account, number)
    check_no_backup(box)
    check_idle(box)
    check_not_frozen(box)
    box.backup_running = True
    account.schedule(due_in(SECONDS["manual"]), "backup", box.id)
    return True


def restore(account: Account, number: str, kind: str, backup: str, now: float, due_in: DueIn) -> JsonValue:
    """`POST backups/<box>/<type>/<backup>`."""
    box = find_box(account, number)
    _check_listed(box, kind, backup, now)
    check_idle(box)
    check_not_frozen(box)
    check_no_backup(box)
    account.begin(box, BoxStatus.UPDATING, Work(due_in(SECONDS["restore"])))
    return True


def delete(account: Account, number: str, kind: str, backup: str, now: float, due_in: DueIn) -> JsonValue:
    """`DELETE backups/<box>/<type>/<backup>`."""
    box = find_box(account, number)
    _check_listed(box, kind, backup, now)
    box.backups.deleting.add(backup)
    account.schedule(due_in(SECONDS["delete"]), "forgotten backup", box.id, backup)
    return True


def finish(account: Account, number: int, when: float, accepted: int) -> None:
    """Finishes a manual backup. Its id comes from the number of the work, which is never used again."""
    box = account.boxes.get(number)
    if box:
        box.backup_running = False
        box.backups.made["manual"] = _backup(box, f"manual {accepted}", int(when))


def keep(box: BoxState, made: Mapping[BackupType, int]) -> None:
    """Gives a box backups that were made before."""
    box.backups.made |= {kind: _backup(box, kind, when) for kind, when in made.items()}


def forget(account: Account, number: int, backup: str) -> None:
    """Finishes the deletion of a backup."""
    box = account.boxes.get(number)
    if box:
        box.backups.deleting.discard(backup)
        box.backups.forgotten.add(backup)


def source_of(account: Account, backup: str, now: float) -> BoxState:
    """Returns the box that a backup was made of."""
    for box in account.boxes.values():
        if any(found.id == backup for _, found in listed(box, now)):
            return box
    raise Refusal(_messages.NO_SUCH_BACKUP, backup=backup)


def listed(box: BoxState, now: float) -> Iterator[tuple[BackupType, Backup]]:
    """Yields the backups of a box, by type."""
    for kind in get_args(BackupType):
        found = _latest(box, kind, now)
        if found and found.id not in box.backups.forgotten:
            yield kind, found


def _answer(box: BoxState, now: float) -> JsonValue:
    answer: dict[str, JsonValue] = {kind: backup.answer() for kind, backup in listed(box, now)}
    if box.backups.day is not None:
        answer |= {"day": box.backups.day, "time": box.backups.slot}
    return answer


def _schedule(box: BoxState, day: int, slot: int, now: float) -> JsonValue:
    """Has periodical backups made from now on as is said here; those that there are stay."""
    box.backups.made |= {kind: found for kind in _EVERY if (found := _latest(box, kind, now))}
    box.backups.day, box.backups.slot, box.backups.since = day, slot, now
    return {"dayid": day, "timeid": slot}


def _latest(box: BoxState, kind: BackupType, now: float) -> Backup | None:
    """Returns the latest backup of a type: the one that the schedule has brought about, or else an older one."""
    if kind != "manual" and box.backups.day is not None:
        first = _SUNDAY + timedelta(days=box.backups.day, hours=_HOURS[box.backups.slot])
        every = timedelta(days=_EVERY[kind])
        made = int((first + (datetime.fromtimestamp(now, UTC) - first) // every * every).timestamp())
        if made > box.backups.since:
            return _backup(box, kind, made)
    return box.backups.made.get(kind)


def _backup(box: BoxState, what: str, when: int) -> Backup:
    return Backup(hashlib.sha256(f"{box.id} {what} {when}".encode()).hexdigest()[:32], when)


def _check_listed(box: BoxState, kind: str, backup: str, now: float) -> None:
    there = [(found_kind, found.id) for found_kind, found in listed(box, now)]
    if (kind, backup) not in there or backup in box.backups.deleting:
        raise Refusal(_messages.NO_SUCH_BACKUP, backup=backup)
