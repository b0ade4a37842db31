"""Consistency checks for accounts from state files, which may have been edited. No I/O."""

from collections import defaultdict
from collections.abc import Iterator

from pydantic import ValidationError

from jiffybox_sdk.emulator._state.account import LAST_BOX, Account
from jiffybox_sdk.emulator._state.objects import BoxState, CheckState, WorkKind
from jiffybox_sdk.exceptions import JiffyAttributeException
from jiffybox_sdk.models._fields import LAST_EPOCH
from jiffybox_sdk.models._reader import reader
from jiffybox_sdk.models.responses.box_status import BoxStatus
from jiffybox_sdk.models.responses.distribution import Distribution
from jiffybox_sdk.models.responses.plan import Plan

_SETTLED = (BoxStatus.READY, BoxStatus.RUNNING, BoxStatus.FROZEN)
"""The states without work in progress."""


def contradictions(account: Account) -> Iterator[str]:
    """Yield the contradictions in an account."""
    if account.counters.next_box > LAST_BOX + 1:
        yield f"no address is left for box {account.counters.next_box}"
    for number, box in account.boxes.items():
        if number != box.id or not 0 < number < account.counters.next_box:
            yield f"box {number} has a wrong id"
        yield from _box_contradictions(account, box)
    for number, ip in account.ips.items():
        if number != ip.id or number >= account.counters.next_ip or ip.box not in account.boxes:
            yield f"ip {number} has a wrong id, or a box that does not exist"
    for number, group in account.groups.items():
        if number != group.id or number >= account.counters.next_group:
            yield f"contact group {number} has a wrong id"
    for number, check in account.checks.items():
        if number != check.id or number >= account.counters.next_check or check.ip not in account.ips:
            yield f"check {number} has a wrong id, or an address that does not exist"
        elif not _is_valid(check, account.ips[check.ip].ip):
            yield f"check {number} has invalid settings"
        if not account.groups.keys() >= set(check.groups):
            yield f"check {number} has a contact group that does not exist"
    yield from _catalogue_contradictions(account)
    yield from _work_contradictions(account)


def _catalogue_contradictions(account: Account) -> Iterator[str]:
    for number, plan in account.catalogue.plans.items():
        if plan.get("id") != number or isinstance(reader(Plan).check(plan), JiffyAttributeException):
            yield f"plan {number} is invalid, or has a wrong id"
    for key, distribution in account.catalogue.distributions.items():
        if isinstance(reader(Distribution).check(distribution), JiffyAttributeException):
            yield f"distribution {key} is invalid"


def _box_contradictions(account: Account, box: BoxState) -> Iterator[str]:
    if box.plan not in account.plans or box.distribution not in account.distributions:
        yield f"box {box.id} has a plan or a distribution that does not exist"
    if box.work and box.work.plan is not None and box.work.plan not in account.plans:
        yield f"box {box.id} changes to a plan that does not exist"
    if (box.work is None) != (box.status in _SETTLED):
        yield f"box {box.id} has the status {box.status}, which contradicts its work in progress"
    if box.work and box.work.status not in (*_SETTLED, None):
        yield f"box {box.id} has work that ends in the status {box.work.status}"
    moments = [box.created, box.running_since or 0, *(backup.created for backup in box.backups.made.values())]
    if not all(0 <= moment <= LAST_EPOCH for moment in moments):
        yield f"box {box.id} has a time that is out of range"
    if (box.backups.day or 0) not in range(7) or box.backups.slot not in range(1, 7):
        yield f"box {box.id} has an invalid backup schedule"


def _is_valid(check: CheckState, ip: str) -> bool:
    from jiffybox_sdk.models._check_types import TYPES  # noqa: PLC0415 (it loads the models of all types)

    kind = TYPES.get(str(check.settings.get("checkType")))
    if kind is None:
        return False
    try:
        settings = kind.model_validate(check.settings)
    except ValidationError:
        return False
    # Settings that were not given are absent, since responses have no null for them.
    return settings.ip == ip and settings.active is not None and None not in check.settings.values()


def _work_contradictions(account: Account) -> Iterator[str]:
    # More work than that may be due, because boxes with checks and backups can be deleted.
    on_boxes = {("box", number, box.work.due) for number, box in account.boxes.items() if box.work}
    if on_boxes != {(due.kind, due.number, due.when) for due in account.due.values() if due.kind == "box"}:
        yield "the work on boxes differs from the work that is due"
    numbers: defaultdict[WorkKind, set[int]] = defaultdict(set)
    for due in account.due.values():
        numbers[due.kind].add(due.number)
    if numbers["group"] != {number for number, group in account.groups.items() if group.busy}:
        yield "the work on contact groups differs from the work that is due"
    if not numbers["check"] >= {number for number, check in account.checks.items() if check.busy}:
        yield "the work on checks differs from the work that is due"
    if not numbers["backup"] >= {number for number, box in account.boxes.items() if box.backup_running}:
        yield "the work on backups differs from the work that is due"
    if any(
        due.when < 0 or number != due.id or number >= account.counters.next_due for number, due in account.due.items()
    ):
        yield "work is due that was never accepted"
