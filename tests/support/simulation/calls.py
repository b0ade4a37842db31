"""The calls that the tasks of a history make, and the account that they are made for."""

from collections.abc import Callable, Coroutine, Mapping
from dataclasses import replace

from jiffybox_sdk import AsyncBox, AsyncJiffyBox, operations
from jiffybox_sdk.emulator._state.account import Account
from jiffybox_sdk.models.requests.command import Command
from jiffybox_sdk.models.responses.box_status import BoxStatus
from tests.support.simulation.plans import BOXES, GROUPS, MAX_WAIT, Kind, Step
from tests.support.simulation.virtual_loop import EPOCH

Call = Coroutine[None, None, object]


async def _wait(client: AsyncJiffyBox, number: int) -> AsyncBox:
    box = await client.box(number)
    return await box.wait_for_status("READY", max_wait=MAX_WAIT, poll_interval=3)


_CALLS: Mapping[Kind, Callable[[AsyncJiffyBox, Step, str], Call]] = {
    "read box": lambda client, step, _: client.box(step.subject),
    "wait for box": lambda client, step, _: _wait(client, step.subject),
    "read group": lambda client, step, _: client.contact_group(step.subject),
    "read plan": lambda client, _step, _: client.plan(44),
    "list boxes": lambda client, _step, _: client.boxes(),
    "list groups": lambda client, _step, _: client.contact_groups(),
    "create box": lambda client, _, name: client.create_box(name, 44, distribution="centos_7_64bit"),
    "create group": lambda client, step, name: client.send(
        operations.create_contact_group(name, ["a@example.org"]), within=step.within
    ),
    "rename group": lambda client, step, name: client.send(
        operations.change_contact_group(step.subject, name, None), within=step.within
    ),
    "set metadata": lambda client, step, name: client.send(
        operations.update_metadata(step.subject, {"call": name}), within=step.within
    ),
    "start box": lambda client, step, _: client.send(
        operations.set_status(step.subject, Command.START), within=step.within
    ),
    "stop box": lambda client, step, _: client.send(
        operations.set_status(step.subject, Command.SHUTDOWN), within=step.within
    ),
    "delete box": lambda client, step, _: client.delete_box(step.subject),
}


def make_call(client: AsyncJiffyBox, step: Step) -> Call:
    """Return the call of a step, not started yet. What it creates or changes gets a unique name."""
    return _CALLS[step.kind](client, step, f"call {step.number}")


def fill(account: Account) -> None:
    """Add boxes and a contact group to an empty account. Cheaper than a seed, which is validated."""
    for number in BOXES:
        box = account.add_box(f"box {number}", 44, "centos_7_64bit", {}, EPOCH)
        running_since = int(EPOCH) if number in BOXES[:2] else None
        account.boxes.put(replace(box, status=BoxStatus.READY, running_since=running_since))
    assert account.add_group("admins", ["admin@example.org"]).id == GROUPS[1]
