"""The `monitoring` module.

Documented: the parameters of each type of check. Invented: durations and check results.
"""

from collections.abc import Collection
from dataclasses import replace

from pydantic import JsonValue, SecretStr, ValidationError

from jiffybox_sdk._common.pydantic_errors import first_detail
from jiffybox_sdk.emulator import _messages
from jiffybox_sdk.emulator._clock import EmulatorClock
from jiffybox_sdk.emulator._handlers._call import Handlers
from jiffybox_sdk.emulator._messages import ResultWithMessage, ServiceError
from jiffybox_sdk.emulator._state.account import Account
from jiffybox_sdk.emulator._state.lookup import check_not_busy, find_check, find_group
from jiffybox_sdk.emulator._state.objects import CheckState, Due
from jiffybox_sdk.models import requests
from jiffybox_sdk.models.responses.check_status import CheckStatus
from jiffybox_sdk.models.responses.result_code import ResultCode

SECONDS = 5.0
"""Duration of any work on a check."""

_DEFAULTS: dict[str, JsonValue] = {
    "checkInterval": 300,
    "reminderInterval": 3600,
    "retryTolerance": 3,
    "timeout": 30,
    "active": True,
}
_EMPTY: dict[str, JsonValue] = {"path": "", "domainname": "", "username": "", "password": ""}


def create(account: Account, body: "requests.NewCheck", clock: EmulatorClock) -> JsonValue:
    """`POST monitoring`."""
    check = add(account, body)
    return _payload(account, _start_work(account, check, CheckStatus.STATUS_CREATING, clock))


def duplicate(account: Account, number: str, body: "requests.ChangeCheck", clock: EmulatorClock) -> JsonValue:
    """`POST monitoring/<id>`."""
    source = find_check(account, number)
    check_not_busy(source, _messages.CHECK_BUSY)
    settings: dict[str, object] = {**source.settings, "contactGroups": source.groups}
    settings |= {name: value for name, value in body if value is not None}
    try:
        return create(account, _type(source).model_validate(settings), clock)
    except ValidationError as error:
        location = first_detail(error)["loc"]
    raise ServiceError(_messages.BAD_PARAMETER, parameter=location[0])


def parameters(account: Account, number: str) -> Collection[str] | None:
    """Return the names of the parameters for a duplicate, which depend on the check's type, if the check exists."""
    try:
        return _type(find_check(account, number)).model_fields
    except ServiceError:
        return None  # `duplicate` reports it


def delete(account: Account, number: str, clock: EmulatorClock) -> ResultWithMessage:
    """`DELETE monitoring/<id>`."""
    check = find_check(account, number)
    check_not_busy(check, _messages.CHECK_BUSY)
    _start_work(account, check, CheckStatus.STATUS_DELETING, clock)
    message = _messages.CHECK_DELETED.text.format(name=check.settings["name"], number=check.id)
    return ResultWithMessage(result=True, message=message)


def results(account: Account, reference: str) -> JsonValue:
    """`GET monitoring/<id or IPv4 address>/status`."""
    ip = account.ip_at(reference)
    checks = (account.checks_of(ip.id) if ip else None) or [find_check(account, reference)]
    return {str(check.id): result(account, check) for check in checks}


def finish(account: Account, due: Due) -> None:
    """Complete the work on a check."""
    check = account.checks.get(due.number)
    if check is None:  # deleted together with its box
        return
    if check.status == CheckStatus.STATUS_DELETING:
        account.checks.remove(check.id)
    else:
        account.checks.put(idle(check))


def idle(check: CheckState) -> CheckState:
    """Return a check without work in progress, in its status."""
    status = CheckStatus.STATUS_READY if check.settings["active"] else CheckStatus.STATUS_DEACTIVATED
    return replace(check, status=status, busy=False)


def add(account: Account, body: "requests.NewCheck") -> CheckState:
    """Add a check."""
    ip = account.ip_at(str(body.ip))
    if ip is None:
        raise ServiceError(_messages.NO_SUCH_IP, number=body.ip)
    groups = tuple(find_group(account, group).id for group in body.contactGroups or ())
    given: dict[str, JsonValue] = {
        name: value.get_secret_value() if isinstance(value, SecretStr) else value
        for name, value in body
        if value is not None and name != "contactGroups"
    }
    return account.add_check(ip.id, {**_DEFAULTS, **given}, groups)


def _type(check: CheckState) -> "type[requests.NewCheck]":
    from jiffybox_sdk.models._check_types import TYPES  # noqa: PLC0415 (it loads the models of all types)

    return TYPES[str(check.settings["checkType"])]


def _start_work(account: Account, check: CheckState, status: CheckStatus, clock: EmulatorClock) -> CheckState:
    account.schedule(clock.due_in(SECONDS), "check", check.id)
    return account.checks.put(replace(check, status=status, busy=True))


def _payload(account: Account, check: CheckState) -> JsonValue:
    groups: list[JsonValue] = [{"id": number, "name": account.groups[number].name} for number in check.groups]
    return {
        "id": check.id,
        "jiffyBox": account.ips[check.ip].box,
        "status": check.status,
        "contactgroups": groups,
        **_EMPTY,
        **check.settings,
    }


def result(account: Account, check: CheckState) -> JsonValue:
    """Return the latest result of a check."""
    ip = check.settings["ip"]
    if check.status != CheckStatus.STATUS_READY:
        return {"code": ResultCode.UNKNOWN, "response": f"UNKNOWN - {ip}: {check.status}"}
    if account.boxes[account.ips[check.ip].box].running:
        return {"code": ResultCode.OK, "response": f"OK - {ip}: {check.settings['checkType']}"}
    return {"code": ResultCode.CRITICAL, "response": f"CRITICAL - {ip}: no answer"}


HANDLERS: Handlers = {
    "list_checks": lambda call: {
        str(check.id): _payload(call.account, check) for check in call.account.checks.values()
    },
    "get_check": lambda call: _payload(call.account, find_check(call.account, call.arguments[0])),
    "create_check": lambda call: create(call.account, call.body_as(requests.NewCheck), call.clock),
    "duplicate_check": lambda call: duplicate(
        call.account, call.arguments[0], call.body_as(requests.ChangeCheck), call.clock
    ),
    "delete_check": lambda call: delete(call.account, call.arguments[0], call.clock),
    "get_check_results": lambda call: results(call.account, call.arguments[0]),
}
