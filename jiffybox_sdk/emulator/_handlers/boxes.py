"""The `jiffyBoxes` module.

Documented: states and commands. Inferred: commands that do not fit the state are rejected. Invented: durations.
"""

import json
from collections.abc import Mapping
from dataclasses import replace

from pydantic import JsonValue
from pydantic_core import from_json

from jiffybox_sdk._common.arguments import MAX_METADATA
from jiffybox_sdk.emulator import _messages
from jiffybox_sdk.emulator._clock import EmulatorClock
from jiffybox_sdk.emulator._handlers import backups
from jiffybox_sdk.emulator._handlers._call import Handlers
from jiffybox_sdk.emulator._messages import ServiceError
from jiffybox_sdk.emulator._state.account import Account
from jiffybox_sdk.emulator._state.lookup import check_idle, check_name, check_no_backup, check_not_frozen, find_box
from jiffybox_sdk.emulator._state.objects import BoxState, Due, Work
from jiffybox_sdk.models import requests
from jiffybox_sdk.models.requests.command import Command
from jiffybox_sdk.models.responses.box_status import BoxStatus

SECONDS = {
    "create": 40.0,
    "duplicate": 50.0,
    Command.START: 10.0,
    Command.SHUTDOWN: 10.0,
    Command.PULLPLUG: 3.0,
    Command.FREEZE: 30.0,
    Command.THAW: 30.0,
    Command.PLAN: 20.0,
    "delete": 10.0,
}
"""Duration of each kind of work."""

_DEPTH_OF_METADATA = 3
"""Levels of nesting around metadata in the list of boxes."""


def list_all(account: Account) -> JsonValue:
    """`GET jiffyBoxes`."""
    return {str(box.id): account.box_payload(box) for box in account.boxes.values()}


def create(account: Account, body: "requests.CreateBox", clock: EmulatorClock) -> JsonValue:
    """`POST jiffyBoxes`."""
    check_name(account.box_names, body.name)
    plan = find_plan(account, body.planid)
    distribution = body.distribution
    if distribution is None:
        distribution = backups.find_source(account, str(body.backupid), clock.now()).distribution
    metadata = None if body.metadata is None else merge_metadata({}, body.metadata)
    box = account.add_box(body.name, plan, find_distribution(account, distribution), metadata, clock.now())
    return account.box_payload(start_work(account, box, "create", clock))


def duplicate(account: Account, number: str, body: "requests.DuplicateBox", clock: EmulatorClock) -> JsonValue:
    """`POST jiffyBoxes/<id>`."""
    source = find_box(account, number)
    check_name(account.box_names, body.name)
    plan = find_plan(account, body.planid)
    check_accepts(source, "duplicate")
    metadata = merge_metadata({}, body.metadata)
    box = account.add_box(body.name, plan, source.distribution, metadata, clock.now())
    account.boxes.put(replace(source, being_copied=True))
    return account.box_payload(start_work(account, box, "duplicate", clock, source=source.id))


def change(account: Account, number: str, body: "requests.ChangeBox", clock: EmulatorClock) -> JsonValue:
    """`PUT jiffyBoxes/<id>`."""
    box = find_box(account, number)
    check_idle(box)
    box = replace(box, metadata=merge_metadata(box.metadata or {}, body.metadata))
    if body.status is not None:
        box = _start_command(account, box, body.status, body.planid, clock)
    elif body.planid is not None:
        raise ServiceError(_messages.BAD_PARAMETER, parameter="planid")
    return account.box_payload(account.boxes.put(box))


def delete(account: Account, number: str, clock: EmulatorClock) -> JsonValue:
    """`DELETE jiffyBoxes/<id>`."""
    box = find_box(account, number)
    check_accepts(box, "delete")
    start_work(account, box, "delete", clock)
    return True


def start_work(
    account: Account,
    box: BoxState,
    kind: Command | str,
    clock: EmulatorClock,
    *,
    plan: int | None = None,
    source: int | None = None,
) -> BoxState:
    """Start work on a box: a command, or `create`, `duplicate` or `delete`. Return the changed box."""
    due = clock.due_in(SECONDS[kind])
    status, work = {
        "create": (BoxStatus.CREATING, Work(due, running=True)),
        "duplicate": (BoxStatus.CREATING, Work(due, running=True, source=source)),
        Command.START: (BoxStatus.UPDATING, Work(due, running=True, plan=plan)),
        Command.SHUTDOWN: (BoxStatus.UPDATING, Work(due, running=False)),
        Command.PULLPLUG: (BoxStatus.UPDATING, Work(due, running=False)),
        Command.FREEZE: (BoxStatus.FREEZING, Work(due, BoxStatus.FROZEN)),
        Command.THAW: (BoxStatus.THAWING, Work(due, plan=plan)),
        Command.PLAN: (BoxStatus.CHANGING_PLAN, Work(due, plan=plan)),
        "delete": (BoxStatus.DELETING, Work(due, status=None)),
    }[kind]
    return account.start_work(box, status, work)


def finish(account: Account, due: Due) -> None:
    """Complete the work on a box."""
    box = account.boxes[due.number]
    work = box.work
    if work is None:
        return
    if work.source is not None and (source := account.boxes.get(work.source)):
        account.boxes.put(replace(source, being_copied=False))
    if work.status is None:
        account.remove_box(box.id)
        return
    since = box.running_since
    if work.running is not None:
        since = int(work.due) if work.running else None
    box = replace(box, status=work.status, work=None, plan=work.plan or box.plan, running_since=since)
    account.boxes.put(replace(box, metadata=box.metadata or {}))


def check_accepts(box: BoxState, kind: Command | str) -> None:
    """Reject a box in whose state a kind of work is not possible."""
    check_idle(box)
    if kind == Command.THAW:
        if box.status != BoxStatus.FROZEN:
            raise ServiceError(_messages.NOT_FROZEN, number=box.id)
        return
    check_not_frozen(box)
    if kind in (Command.SHUTDOWN, Command.PULLPLUG):
        if not box.running:
            raise ServiceError(_messages.NOT_RUNNING, number=box.id)
    elif kind != "duplicate":
        if box.running:
            raise ServiceError(_messages.RUNNING, number=box.id)
        if kind == Command.FREEZE:
            check_no_backup(box)


def find_plan(account: Account, reference: int | str) -> int:
    """Return the id of a plan given by id or name."""
    for number, plan in account.plans.items():
        if reference in (number, str(number), plan["name"]):
            return number
    raise ServiceError(_messages.NO_SUCH_PLAN, plan=reference)


def find_distribution(account: Account, key: str) -> str:
    """Return the key of a distribution, if it exists."""
    if key not in account.distributions:
        raise ServiceError(_messages.NO_SUCH_DISTRIBUTION, distribution=key)
    return key


def merge_metadata(old: Mapping[str, JsonValue], changes: Mapping[str, JsonValue] | None) -> dict[str, JsonValue]:
    """Return a copy of metadata with changes applied; `null` deletes a name [documented]."""
    merged: dict[str, JsonValue] = {**old, **(changes or {})}
    merged = {name: value for name, value in merged.items() if value is not None}
    text = json.dumps(merged, ensure_ascii=False, separators=(",", ":")).encode()
    if len(text) > MAX_METADATA:
        raise ServiceError(_messages.METADATA_TOO_LARGE)
    try:
        from_json(b"[" * _DEPTH_OF_METADATA + text + b"]" * _DEPTH_OF_METADATA)
    except ValueError:  # nested too deeply for the clients' parser
        raise ServiceError(_messages.BAD_PARAMETER, parameter="metadata") from None
    return merged


def _start_command(
    account: Account, box: BoxState, command: Command, planid: int | str | None, clock: EmulatorClock
) -> BoxState:
    if (planid is None) == (command in (Command.THAW, Command.PLAN)) and command != Command.START:
        raise ServiceError(_messages.BAD_PARAMETER, parameter="planid")
    plan = None if planid is None else find_plan(account, planid)
    check_accepts(box, command)
    return start_work(account, box, command, clock, plan=plan)


HANDLERS: Handlers = {
    "list_boxes": lambda call: list_all(call.account),
    "get_box": lambda call: call.account.box_payload(find_box(call.account, call.arguments[0])),
    "create_box": lambda call: create(call.account, call.body_as(requests.CreateBox), call.clock),
    "duplicate_box": lambda call: duplicate(
        call.account, call.arguments[0], call.body_as(requests.DuplicateBox), call.clock
    ),
    "change_box": lambda call: change(call.account, call.arguments[0], call.body_as(requests.ChangeBox), call.clock),
    "delete_box": lambda call: delete(call.account, call.arguments[0], call.clock),
}
