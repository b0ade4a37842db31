"""The module contactGroups. That its work takes time is documented, how long it takes is invented.

A name is refused when another group has it, as with boxes [inferred]. A copy that is given contacts alone, which is
documented, keeps its name all the same [inferred].
"""

from pydantic import JsonValue

from jiffybox_sdk.emulator import _messages
from jiffybox_sdk.emulator._messages import Refusal
from jiffybox_sdk.emulator._state.account import Account, DueIn, GroupState
from jiffybox_sdk.emulator._state.lookup import find_group
from jiffybox_sdk.models.requests.change_contact_group import ChangeContactGroup
from jiffybox_sdk.models.requests.create_contact_group import CreateContactGroup
from jiffybox_sdk.models.responses.contact_group_status import ContactGroupStatus
from jiffybox_sdk.operations import OWN_GROUP

SECONDS = 5.0
"""How long each work takes."""


def list_all(account: Account) -> JsonValue:
    """`GET contactGroups`."""
    return {str(group.id): group.answer() for group in account.groups.values()}


def get(account: Account, number: str) -> JsonValue:
    """`GET contactGroups/<id>`."""
    return find_group(account, number).answer()


def create(account: Account, body: CreateContactGroup, due_in: DueIn) -> JsonValue:
    """`POST contactGroups`."""
    _check_name(account, body.name)
    return _add(account, body.name, body.contacts, due_in)


def duplicate(account: Account, number: str, body: ChangeContactGroup, due_in: DueIn) -> JsonValue:
    """`POST contactGroups/<id>`."""
    source = find_group(account, number)
    _check_idle(source)
    if body.name is not None:
        _check_name(account, body.name)
    return _add(account, body.name or source.name, body.contacts or source.contacts, due_in)


def change(account: Account, number: str, body: ChangeContactGroup, due_in: DueIn) -> JsonValue:
    """`PUT contactGroups/<id>`."""
    group = find_group(account, number)
    _check_changeable(group)
    if body.name is not None and body.name != group.name:
        _check_name(account, body.name)
        group.name = body.name
    group.contacts = list(body.contacts or group.contacts)
    _begin(account, group, ContactGroupStatus.STATUS_UPDATING, due_in)
    return group.answer()


def delete(account: Account, number: str, due_in: DueIn) -> JsonValue:
    """`DELETE contactGroups/<id>`."""
    group = find_group(account, number)
    _check_changeable(group)
    _begin(account, group, ContactGroupStatus.STATUS_DELETING, due_in)
    return True


def finish(account: Account, number: int) -> None:
    """Finishes the work on a group."""
    group = account.groups[number]
    group.busy = False
    if group.status == ContactGroupStatus.STATUS_DELETING:
        del account.groups[number]
        for check in account.checks.values():
            check.groups = [other for other in check.groups if other != number]
    group.status = ContactGroupStatus.STATUS_READY


def _add(account: Account, name: str, contacts: list[str], due_in: DueIn) -> JsonValue:
    group = GroupState(account.next_group, name, list(contacts))
    account.groups[group.id] = group
    account.next_group += 1
    _begin(account, group, ContactGroupStatus.STATUS_CREATING, due_in)
    return group.answer()


def _begin(account: Account, group: GroupState, meanwhile: ContactGroupStatus, due_in: DueIn) -> None:
    group.status, group.busy = meanwhile, True
    account.schedule(due_in(SECONDS), "group", group.id)


def _check_changeable(group: GroupState) -> None:
    if group.name == OWN_GROUP:
        raise Refusal(_messages.OWN_GROUP)
    _check_idle(group)


def _check_idle(group: GroupState) -> None:
    if group.busy:
        raise Refusal(_messages.GROUP_BUSY, number=group.id, status=group.status)


def _check_name(account: Account, name: str) -> None:
    if any(group.name == name for group in account.groups.values()):
        raise Refusal(_messages.NAME_TAKEN)
