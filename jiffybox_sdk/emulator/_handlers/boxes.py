"""The module jiffyBoxes: what each command needs, and what it leads to.

States and commands are documented; that a command which does not fit the state is refused is inferred, and how long the
work takes is invented.
"""

import json
from collections.abc import Mapping

from pydantic import JsonValue

from jiffybox_sdk._common.arguments import MAX_METADATA, json_object
from jiffybox_sdk.emulator import _messages
from jiffybox_sdk.emulator._catalogue import DISTRIBUTIONS, PLANS
from jiffybox_sdk.emulator._handlers import backups
from jiffybox_sdk.emulator._messages import Refusal
from jiffybox_sdk.emulator._state.account import Account, BoxState, DueIn, Work
from jiffybox_sdk.emulator._state.lookup import check_idle, check_no_backup, find_box
from jiffybox_sdk.models.requests.change_box import ChangeBox
from jiffybox_sdk.models.requests.command import Command
from jiffybox_sdk.models.requests.create_box import CreateBox
from jiffybox_sdk.models.requests.duplicate_box import DuplicateBox
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
"""How long each work takes."""


def list_all(account: Account) -> JsonValue:
    """`GET jiffyBoxes`."""
    return account.box_answers()


def get(account: Account, number: str) -> JsonValue:
    """`GET jiffyBoxes/<id>`."""
    return account.box_answer(find_box(account, number))


def create(account: Account, body: CreateBox, now: float, due_in: DueIn) -> JsonValue:
    """`POST jiffyBoxes`."""
    _check_name(account, body.name)
    plan = find_plan(body.planid)
    distribution = body.distribution
    if distribution is None:
        distribution = backups.source_of(account, str(body.backupid), now).distribution
    metadata = merged({}, body.metadata)
    box = account.add_box(body.name, plan, find_distribution(distribution), metadata, now)
    account.begin(box, BoxStatus.CREATING, Work(due_in(SECONDS["create"]), running=True))
    return account.box_answer(box)


def duplicate(account: Account, number: str, body: DuplicateBox, now: float, due_in: DueIn) -> JsonValue:
    """`POST jiffyBoxes/<id>`."""
    source = find_box(account, number)
    _check_name(account, body.name)
    plan = find_plan(body.planid)
    check_idle(source)
    if source.status == BoxStatus.FROZEN:
        raise Refusal(_messages.FROZEN, number=source.id)
    metadata = merged({}, body.metadata)
    box = account.add_box(body.name, plan, source.distribution, metadata, now)
    source.being_copied = True
    account.begin(box, BoxStatus.CREATING, Work(due_in(SECONDS["duplicate"]), running=True, source=source.id))
    return account.box_answer(box)


def change(account: Account, number: str, body: ChangeBox, due_in: DueIn) -> JsonValue:
    """`PUT jiffyBoxes/<id>`."""
    box = find_box(account, number)
    check_idle(box)
    metadata = merged(box.metadata, body.metadata)
    if body.status is None:
        if body.planid is not None:
            raise Refusal(_messages.BAD_PARAMETER, parameter="planid")
    else:
        _command(account, box, body.status, body.planid, due_in)
    box.metadata = metadata
    return account.box_answer(box)


def delete(account: Account, number: str, due_in: DueIn) -> JsonValue:
    """`DELETE jiffyBoxes/<id>`."""
    box = find_box(account, number)
    check_idle(box)
    _check_switched_off(box)
    account.begin(box, BoxStatus.DELETING, Work(due_in(SECONDS["delete"]), status=None))
    return True


def finish(account: Account, number: int) -> None:
    """Finishes the work on a box."""
    box = account.boxes[number]
    work = box.work
    if work is None:
        return
    box.work = None
    if work.source in account.boxes:
        account.boxes[work.source].being_copied = False
    if work.status is None:
        account.remove_box(number)
        return
    box.status = work.status
    box.plan = work.plan or box.plan
    if work.running is not None:
        box.running_since = int(work.due) if work.running else None


def find_plan(reference: int | str) -> int:
    """Returns the number of a plan that is given by number or name."""
    for number, plan in PLANS.items():
        if reference in (number, str(number), plan["name"]):
            return number
    raise Refusal(_messages.NO_SUCH_PLAN, plan=reference)


def find_distribution(key: str) -> str:
    """Returns the key of a distribution, if there is such a one."""
    if key not in DISTRIBUTIONS:
        raise Refusal(_messages.NO_SUCH_DISTRIBUTION, distribution=key)
    return key


def merged(old: Mapping[str, JsonValue], changes: Mapping[str, JsonValue] | None) -> dict[str, JsonValue]:
    """Returns metadata with changes made to it: names sent are set, `null` deletes its name [documented]."""
    result: dict[str, JsonValue] = {
        name: value for name, value in {**old, **(changes or {})}.items() if value is not None
    }
    try:
        if len(json.dumps(result, ensure_ascii=False, separators=(",", ":")).encode()) > MAX_METADATA:
            raise Refusal(_messages.METADATA_TOO_LARGE)
        return json_object(result)
    except ValueError:  # of our own, among others: it is nested so deeply that clients could not read it
        raise Refusal(_messages.BAD_PARAMETER, parameter="metadata") from None


def _command(account: Account, box: BoxState, command: Command, planid: int | str | None, due_in: DueIn) -> None:
    if (planid is None) == (command in (Command.THAW, Command.PLAN)) and command != Command.START:
        raise Refusal(_messages.BAD_PARAMETER, parameter="planid")
    plan = None if planid is None else find_plan(planid)
    if command in (Command.SHUTDOWN, Command.PULLPLUG):
        if not box.running:
            raise Refusal(_messages.FROZEN if box.status == BoxStatus.FROZEN else _messages.NOT_RUNNING, number=box.id)
    elif command == Command.THAW:
        if box.status != BoxStatus.FROZEN:
            raise Refusal(_messages.NOT_FROZEN, number=box.id)
    else:
        _check_switched_off(box)
        if command == Command.FREEZE:
            check_no_backup(box)
    due = due_in(SECONDS[command])
    meanwhile, work = {
        Command.START: (BoxStatus.UPDATING, Work(due, running=True, plan=plan)),
        Command.SHUTDOWN: (BoxStatus.UPDATING, Work(due, running=False)),
        Command.PULLPLUG: (BoxStatus.UPDATING, Work(due, running=False)),
        Command.FREEZE: (BoxStatus.FREEZING, Work(due, BoxStatus.FROZEN)),
        Command.THAW: (BoxStatus.THAWING, Work(due, plan=plan)),
        Command.PLAN: (BoxStatus.CHANGING_PLAN, Work(due, plan=plan)),
    }[command]
    account.begin(box, meanwhile, work)


def _check_name(account: Account, name: str) -> None:
    if any(box.name == name for box in account.boxes.values()):
        raise Refusal(_messages.NAME_TAKEN)


def _check_switched_off(box: BoxState) -> None:
    if box.status == BoxStatus.FROZEN:
        raise Refusal(_messages.FROZEN, number=box.id)
    if box.running:
        raise Refusal(_messages.RUNNING, number=box.id)
