"""Lookups by id and checks that a box accepts a call. All of them raise `ServiceError` on failure."""

from collections.abc import Mapping
from typing import TypeVar

from jiffybox_sdk.emulator import _messages
from jiffybox_sdk.emulator._messages import MessageTemplate, ServiceError
from jiffybox_sdk.emulator._state.account import Account
from jiffybox_sdk.emulator._state.objects import BoxState, CheckState, GroupState
from jiffybox_sdk.emulator._state.table import Index
from jiffybox_sdk.models.responses.box_status import BoxStatus

T = TypeVar("T")

_MOST_DIGITS = 18


def find_box(account: Account, number: str | int) -> BoxState:
    """Return the box with the given id."""
    return find(account.boxes, number, _messages.NO_SUCH_BOX)


def find_group(account: Account, number: str | int) -> GroupState:
    """Return the contact group with the given id."""
    return find(account.groups, number, _messages.NO_SUCH_GROUP)


def find_check(account: Account, number: str | int) -> CheckState:
    """Return the monitoring check with the given id."""
    return find(account.checks, number, _messages.NO_SUCH_CHECK)


def find(objects: Mapping[int, T], number: str | int, error: MessageTemplate) -> T:
    """Return the object with the given id."""
    text = str(number) if isinstance(number, str) or abs(number) < 10**_MOST_DIGITS else ""
    match = objects.get(int(text)) if text.isascii() and text.isdigit() and len(text) <= _MOST_DIGITS else None
    if match is None:
        raise ServiceError(error, number=text or "?")
    return match


def check_name(names: Index[BoxState] | Index[GroupState], name: str) -> None:
    """Reject a name that another object already has."""
    if names.ids(name):
        raise ServiceError(_messages.NAME_TAKEN)


def check_not_busy(item: GroupState | CheckState, error: MessageTemplate) -> None:
    """Reject a contact group or a check with work in progress."""
    if item.busy:
        raise ServiceError(error, number=item.id, status=item.status)


def check_idle(box: BoxState) -> None:
    """Reject a box with work in progress."""
    if box.work:
        raise ServiceError(_messages.BUSY, number=box.id, status=box.status)
    if box.being_copied:
        raise ServiceError(_messages.BUSY, number=box.id, status="COPYING")


def check_not_frozen(box: BoxState) -> None:
    """Reject a frozen box."""
    if box.status == BoxStatus.FROZEN:
        raise ServiceError(_messages.FROZEN, number=box.id)


def check_no_backup(box: BoxState) -> None:
    """Reject a box while a manual backup is being created."""
    if box.backup_running:
        raise ServiceError(_messages.BACKUP_RUNNING, number=box.id)
