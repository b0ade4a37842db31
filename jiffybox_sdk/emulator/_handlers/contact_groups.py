"""The `contactGroups` module.

Documented: work takes time; a copy may be given contacts but no name. Inferred: as with boxes, a name must be unique,
except that such a copy keeps the original's name. Invented: durations.
"""

from collections.abc import Iterable
from dataclasses import replace

from pydantic import JsonValue

from jiffybox_sdk.emulator import _messages
from jiffybox_sdk.emulator._clock import EmulatorClock
from jiffybox_sdk.emulator._handlers._call import Handlers
from jiffybox_sdk.emulator._messages import ServiceError
from jiffybox_sdk.emulator._state.account import Account
from jiffybox_sdk.emulator._state.lookup import check_name, check_not_busy, find_group
from jiffybox_sdk.emulator._state.objects import Due, GroupState
from jiffybox_sdk.models import requests
from jiffybox_sdk.models.responses.contact_group_status import ContactGroupStatus
from jiffybox_sdk.operations import OWN_GROUP

SECONDS = 5.0
"""Duration of any work on a contact group."""


def create(account: Account, body: "requests.CreateContactGroup", clock: EmulatorClock) -> JsonValue:
    """`POST contactGroups`."""
    check_name(account.group_names, body.name)
    return _add(account, body.name, body.contacts, clock)


def duplicate(account: Account, number: str, body: "requests.ChangeContactGroup", clock: EmulatorClock) -> JsonValue:
    """`POST contactGroups/<id>`."""
    source = find_group(account, number)
    check_not_busy(source, _messages.GROUP_BUSY)
    if body.name is not None:
        check_name(account.group_names, body.name)
    return _add(account, body.name or source.name, body.contacts or source.contacts, clock)


def change(account: Account, number: str, body: "requests.ChangeContactGroup", clock: EmulatorClock) -> JsonValue:
    """`PUT contactGroups/<id>`."""
    group = find_group(account, number)
    _check_changeable(group)
    if body.name is not None and body.name != group.name:
        check_name(account.group_names, body.name)
    group = replace(group, name=body.name or group.name, contacts=tuple(body.contacts or group.contacts))
    return _start_work(account, group, ContactGroupStatus.STATUS_UPDATING, clock).payload()


def delete(account: Account, number: str, clock: EmulatorClock) -> JsonValue:
    """`DELETE contactGroups/<id>`."""
    group = find_group(account, number)
    _check_changeable(group)
    _start_work(account, group, ContactGroupStatus.STATUS_DELETING, clock)
    return True


def finish(account: Account, due: Due) -> None:
    """Complete the work on a group."""
    group = account.groups[due.number]
    if group.status != ContactGroupStatus.STATUS_DELETING:
        account.groups.put(replace(group, status=ContactGroupStatus.STATUS_READY, busy=False))
        return
    account.groups.remove(group.id)
    for check in [check for check in account.checks.values() if group.id in check.groups]:
        account.checks.put(replace(check, groups=tuple(other for other in check.groups if other != group.id)))


def _add(account: Account, name: str, contacts: Iterable[str], clock: EmulatorClock) -> JsonValue:
    group = account.add_group(name, contacts)
    return _start_work(account, group, ContactGroupStatus.STATUS_CREATING, clock).payload()


def _start_work(account: Account, group: GroupState, status: ContactGroupStatus, clock: EmulatorClock) -> GroupState:
    account.schedule(clock.due_in(SECONDS), "group", group.id)
    return account.groups.put(replace(group, status=status, busy=True))


def _check_changeable(group: GroupState) -> None:
    if group.name == OWN_GROUP:
        raise ServiceError(_messages.OWN_GROUP)
    check_not_busy(group, _messages.GROUP_BUSY)


HANDLERS: Handlers = {
    "list_contact_groups": lambda call: {str(group.id): group.payload() for group in call.account.groups.values()},
    "get_contact_group": lambda call: find_group(call.account, call.arguments[0]).payload(),
    "create_contact_group": lambda call: create(call.account, call.body_as(requests.CreateContactGroup), call.clock),
    "duplicate_contact_group": lambda call: duplicate(
        call.account, call.arguments[0], call.body_as(requests.ChangeContactGroup), call.clock
    ),
    "change_contact_group": lambda call: change(
        call.account, call.arguments[0], call.body_as(requests.ChangeContactGroup), call.clock
    ),
    "delete_contact_group": lambda call: delete(call.account, call.arguments[0], call.clock),
}
