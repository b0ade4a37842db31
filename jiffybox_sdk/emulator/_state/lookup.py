"""Finding what a path or a body names, and refusing what can't be touched just now."""

from collections.abc import Mapping
from typing import TypeVar

from jiffybox_sdk.emulator import _messages
from jiffybox_sdk.emulator._messages import Refusal, Text
from jiffybox_sdk.emulator._state.account import Account, BoxState, CheckState, GroupState
from jiffybox_sdk.models.responses.box_status import BoxStatus

T = TypeVar("T")

_LONGEST_NUMBER = 18


def find_box(account: Account, number: str | int) -> BoxState:
    """Returns the box of a number."""
    return find(account.boxes, number, _messages.NO_SUCH_BOX)


def find_group(account: Account, number: str | int) -> GroupState:
    """Returns the contact group of a number."""
    return find(account.groups, number, _messages.NO_SUCH_GROUP)


def find_check(account: Account, number: str | int) -> CheckState:
    """Returns the monitoring check of a number."""
    return find(account.checks, number, _messages.NO_SUCH_CHECK)


def find(among: Mapping[int, T], number: str | int, otherwise: Text) -> T:
    """Returns what has a number.

    Raises:
        Refusal: nothing has.
    """
    text = str(number) if isinstance(number, str) or abs(number) < 10**_LONGEST_NUMBER else ""
    found = among.get(int(text)) if text.isascii() and text.isdigit() and len(text) <= _LONGEST_NUMBER else None
    if found is None:
        raise Refusal(otherwise, number=text or "?")
    return found


def check_idle(box: BoxState) -> None:
    """Refuses a box on which work is under way."""
    if box.work:
        raise Refusal(_messages.BUSY, number=box.id, status=box.status)
    if box.being_copied:
        raise Refusal(_messages.BUSY, number=box.id, status="COPYING")


def check_not_frozen(box: BoxState) -> None:
    """Refuses a box that is in storage."""
    if box.status == BoxStatus.FROZEN:
        raise Refusal(_messages.FROZEN, number=box.id)


def check_no_backup(box: BoxState) -> None:
    """Refuses a box of which a manual backup is being made."""
    if box.backup_running:
        raise Refusal(_messages.BACKUP_RUNNING, number=box.id)
